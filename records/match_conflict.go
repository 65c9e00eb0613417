package records

import (
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// A leader and a coach who did not belong to one organisation may come to: the leader takes another post or another address,
// a list of coaches is put right. From that moment the coach sees no report, and staff have a task: another coach.

// checkCoach looks whether the leader and their coach now belong to one organisation, in every cohort the leader is in: the
// address is the person's.
func (t *turn) checkCoach() error {
	mine := t.tx.Model(&journeyRow{}).Select("ref").Where("person_id = ?", t.j.PersonID)
	return t.s.checkConflicts(t.tx, "ref IN (?)", mine, t.now)
}

// checkConflicts looks at the matches that go on and that where selects.
func (s *Store) checkConflicts(tx *gorm.DB, where string, selected any, now time.Time) error {
	var matches []matchRow
	if err := tx.Where(where+" AND ended_at IS NULL", selected).Order("ref").Find(&matches).Error; err != nil {
		return err
	}
	for _, match := range matches {
		if err := s.checkConflict(tx, match, now); err != nil {
			return err
		}
	}
	return nil
}

// checkConflict ends what the coach may see, and raises a task, where a match has become one that must not be: once for each
// match and change. Where it is none any more, what was put right needs no task.
func (s *Store) checkConflict(tx *gorm.DB, match matchRow, now time.Time) error {
	conflicts, j, err := conflictOf(tx, match)
	if err != nil {
		return err
	}
	if !conflicts {
		return tx.Model(&taskRow{}).Where("ref = ? AND code = ? AND done_at IS NULL", match.Ref, taskCoachConflict).
			Updates(map[string]any{"done_at": now, "done_by": "put right"}).Error
	}
	ended := tx.Model(&consentRow{}).Where("ref = ? AND purpose = ? AND given = ?", match.Ref, programme.ConsentCoachReport, true).
		Updates(map[string]any{"given": false, "source": consentCoachConflict, "at": now})
	if ended.Error != nil {
		return ended.Error
	}
	if ended.RowsAffected > 0 {
		err := s.addMove(tx, programme.Move{Cohort: j.Cohort, Ref: j.Ref, From: consentAgreed, To: "ended", What: moveConsent + programme.ConsentCoachReport,
			Actor: actorProgramme, At: now})
		if err != nil {
			return err
		}
	}
	return s.openTask(tx, programme.Task{Cohort: j.Cohort, Ref: j.Ref, Code: taskCoachConflict, Opened: now},
		fmt.Sprintf("match/%d/%s/%d", match.ID, taskCoachConflict, j.Version))
}

// conflictOf reports whether a match is one that must not be, and whose it is.
func conflictOf(tx *gorm.DB, match matchRow) (conflicts bool, j journeyRow, err error) {
	var leader personRow
	if err := tx.Take(&j, "ref = ?", match.Ref).Error; err != nil {
		return false, j, err
	}
	if err := tx.Take(&leader, "id = ?", j.PersonID).Error; err != nil {
		return false, j, err
	}
	row, person, err := coachIn(tx, match.Cohort, match.Coach)
	if err != nil {
		return false, j, err
	}
	coach, err := coachFromRow(row, person)
	return err == nil && programme.Conflicts(coacheeFrom(j, leader), coach), j, err
}

// showable reports whether the leader has a coach to whom the report could be shown: one of another organisation.
func (t *turn) showable() (bool, error) {
	match, found, err := t.match()
	if err != nil || !found {
		return false, err
	}
	conflicts, _, err := conflictOf(t.tx, match)
	return !conflicts, err
}
