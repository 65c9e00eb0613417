package records

import (
	"fmt"

	"fairlead/programme"

	"gorm.io/gorm"
)

// raiseRegister raises the task to take the register of a leader's date, once for all who are on it. One that is done cannot
// mean a leader who came onto the list afterwards: then there is a task for that leader alone.
func (t *turn) raiseRegister(ask askRow) error {
	place, _, err := t.place(ask.Stage)
	if err != nil {
		return err
	}
	dedupe := fmt.Sprintf("%s/%s/%s/%s", t.j.Cohort, ask.Stage, place.Sitting, taskRegister)
	var done int64
	if err := t.tx.Model(&taskRow{}).Where("dedupe = ? AND done_at IS NOT NULL", dedupe).Count(&done).Error; err != nil {
		return err
	}
	if done > 0 {
		return t.raise(ask.Stage, taskRegister, fmt.Sprintf("%s/%d/%s", ask.ID, ask.Plan, taskRegister))
	}
	return t.raiseSitting(place, taskRegister, dedupe)
}

// registerAfterHold raises it for a leader who is back from a hold: the register of their date may be done without them.
func (t *turn) registerAfterHold(ask askRow) error {
	place, has, err := t.place(ask.Stage)
	if err != nil || !has || !place.state().Live() || place.Cannot || ask.Owner != string(programme.OwnerStaff) {
		return err
	}
	return t.raiseRegister(ask)
}

// raiseSitting opens a task about a date of an event for whoever owns its stage.
func (t *turn) raiseSitting(place placeRow, code, dedupe string) error {
	return t.s.openTask(t.tx, programme.Task{Cohort: t.j.Cohort, Stage: place.Stage, Sitting: place.Sitting, Code: code, Opened: t.now}, dedupe)
}

// registerStillMissing raises the task anew of a register that nobody has finished ten working days later.
func (t *turn) registerStillMissing(place placeRow) error {
	var open int64
	err := t.tx.Model(&taskRow{}).Where("cohort = ? AND stage = ? AND sitting = ? AND code = ? AND done_at IS NULL", t.j.Cohort, place.Stage,
		place.Sitting, taskRegisterMissing).Count(&open).Error
	if err != nil || open > 0 {
		return err
	}
	return t.raiseSitting(place, taskRegisterMissing,
		fmt.Sprintf("%s/%s/%s/%s/%s", t.j.Cohort, place.Stage, place.Sitting, programme.DateOf(t.now), taskRegisterMissing))
}

// finishRegisters ends the tasks about registers of the journey's cohort on which nobody is left to be noted. The tasks are
// locked first: of two who note the last two leaders at once, the second sees what the first has noted.
func (t *turn) finishRegisters() error {
	var open []taskRow
	err := locked(t.tx).Where("cohort = ? AND sitting <> '' AND done_at IS NULL AND code IN ?", t.j.Cohort, []string{taskRegister, taskRegisterMissing}).Order("id").Find(&open).Error
	if err != nil {
		return err
	}
	for _, task := range open {
		_, left, err := onRegister(t.tx, task)
		if err != nil {
			return err
		}
		if left > 0 {
			continue
		}
		err = t.tx.Model(&taskRow{}).Where("id = ? AND done_at IS NULL", task.ID).Updates(map[string]any{"done_at": t.now, "done_by": t.actor}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// onRegister counts the leaders on the register that a task is about, and those who are still to be noted: not who is on
// hold, nor who said that no date would do, for they are settled otherwise.
func onRegister(tx *gorm.DB, task taskRow) (expected, left int, err error) {
	var count struct{ Expected, Unnoted int }
	err = tx.Raw(`SELECT COUNT(*) AS expected,
			COALESCE(SUM(CASE WHEN p.state IN ('held', 'confirmed') AND p.cannot = ? AND j.state = ? THEN 1 ELSE 0 END), 0) AS unnoted
		FROM event_places p JOIN journeys j ON j.ref = p.ref
		WHERE p.cohort = ? AND p.stage = ? AND p.sitting = ? AND p.state <> 'released' AND (p.state <> 'excused' OR p.counted = ?)`,
		false, string(programme.Enrolled), task.Cohort, task.Stage, task.Sitting, true).Scan(&count).Error
	return count.Expected, count.Unnoted, err
}
