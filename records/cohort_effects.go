package records

import (
	"context"
	"errors"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// CohortEffects says what ChangeCohort would do besides, and changes nothing: as in Preview it is put into effect, with the
// places that the cohort's workflow then fills, looked at and taken back. What would refuse the change refuses this, in the
// same words.
func (s *Store) CohortEffects(ctx context.Context, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64) (effects programme.CohortEffects, err error) {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return effects, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		effects = programme.CohortEffects{}
		before, err := cohortStandsNow(tx, c.Name)
		if err != nil {
			return err
		}
		if err := s.changeCohort(tx, c, sittings, ifVersion, now); err != nil {
			return err
		}
		if c.Places > before.cohort.Places {
			if effects.Waiting, err = waitingForPlaces(tx, before.cohort); err != nil {
				return err
			}
			if _, effects.Filled, err = s.fillPlaces(tx, c.Name, now); err != nil {
				return err
			}
		}
		after, err := cohortStandsNow(tx, c.Name)
		if err != nil {
			return err
		}
		effects.Mails, effects.Tasks = after.mailsOtherThan(before), before.tasks-after.tasks
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return effects, err
}

// cohortStands is what a change of a cohort can change besides the cohort.
type cohortStands struct {
	cohort programme.Cohort
	mails  map[string]time.Time // planned ones, by key
	tasks  int                  // open ones
}

func cohortStandsNow(tx *gorm.DB, cohort string) (stands cohortStands, err error) {
	row, err := cohortByName(tx, cohort)
	if err != nil {
		return stands, err
	}
	stands.cohort, stands.mails = cohortFromRow(row), map[string]time.Time{}
	var mails []messageRow
	err = tx.Select("key", "at").Where("cohort = ? AND state = ?", cohort, string(programme.MessagePlanned)).Find(&mails).Error
	if err != nil {
		return stands, err
	}
	for _, mail := range mails {
		stands.mails[mail.Key] = mail.At
	}
	var tasks int64
	err = tx.Model(&taskRow{}).Where("cohort = ? AND done_at IS NULL", cohort).Count(&tasks).Error
	stands.tasks = int(tasks)
	return stands, err
}

// mailsOtherThan counts the planned mails that came, moved or went.
func (s cohortStands) mailsOtherThan(before cohortStands) (n int) {
	for key, at := range s.mails {
		if was, planned := before.mails[key]; !planned || !was.Equal(at) {
			n++
		}
	}
	for key := range before.mails {
		if _, planned := s.mails[key]; !planned {
			n++
		}
	}
	return n
}

// waitingForPlaces is how many wait for a place of the cohort, in the reserve or on the waiting list.
func waitingForPlaces(tx *gorm.DB, c programme.Cohort) (int, error) {
	list := tx.Model(&journeyRow{}).Where("cohort = ? AND state = ?", c.Name, string(programme.Reserve))
	if c.Route == programme.RouteApplication {
		list = waiting(tx, c.Name)
	}
	var n int64
	err := list.Count(&n).Error
	return int(n), err
}

// roomForMore refuses places for which an event that is still to come has no room: leaders would be invited to what they could
// not come to.
func (s *Store) roomForMore(tx *gorm.DB, c programme.Cohort, year programme.Blueprint, now time.Time) error {
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return err
	}
	invalid := &programme.Invalid{}
	for _, f := range programme.RoomForMore(year, c, known, now) {
		invalid.Faults = append(invalid.Faults, programme.Fault{Field: "places", Text: f.Text + " Make room there first."})
	}
	if len(invalid.Faults) > 0 {
		return invalid
	}
	return nil
}
