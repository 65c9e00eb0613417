package records

import (
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// deadlineHour is when dues and limits fall, by London's clocks.
const deadlineHour = 17

// lateRequests moves due and limit of asks whose request leaves more than one working day late, by the whole working days
// lost: those of the line and of what it carries. On a fast clock nothing is late: an act is judged by its plan.
func (c *claim) lateRequests() error {
	if c.clock.Fast() {
		return nil
	}
	carried, err := c.carried()
	if err != nil {
		return err
	}
	for _, row := range append([]messageRow{c.row}, carried...) {
		if err := c.lateRequest(row); err != nil {
			return err
		}
	}
	return nil
}

func (c *claim) lateRequest(row messageRow) error {
	if row.Ask == "" || row.params().Copy != "" {
		return nil
	}
	var ask askRow
	if err := c.tx.Take(&ask, "id = ?", row.Ask).Error; err != nil {
		return err
	}
	if row.Message != mailsFor(ask).Request {
		return nil
	}
	cohort, year, err := c.s.yearOfJourney(c.tx, ask.Cohort, ask.Ref)
	if err != nil {
		return err
	}
	cal, away := c.s.opts.Calendar, residentialDays(year, cohort)
	stage, _ := year.Stage(ask.Stage)
	tolerated := ask.RequestAt.Add(2 * time.Minute) // a busy machine is not late
	if stage.Hard || cal.WorkingDaysBetween(tolerated, c.now) < 1 {
		return nil
	}
	lost := cal.WorkingDaysBetween(ask.RequestAt, c.now)
	moved := func(moment time.Time) time.Time {
		return noLater(year, cohort, ask.Stage, cal, c.now, cal.Add(programme.DateOf(moment), lost, away).At(deadlineHour, 0))
	}
	due, limit := moved(ask.Due), moved(ask.LimitAt)
	if limit.Before(due) {
		limit = due
	}
	if !due.After(ask.Due) {
		return nil
	}
	was := row.params()
	was.DueWas, was.LimitWas = &ask.Due, &ask.LimitAt
	if err := c.tx.Model(&messageRow{}).Where("key = ?", row.Key).Update("params", was.text()).Error; err != nil {
		return err
	}
	if row.Key == c.row.Key {
		c.row.Params, c.due, c.limit = was.text(), due, limit
	}
	return moveDue(c.tx, ask, due, limit)
}

// moveDue gives an open ask other dates within its plan; stage and links follow.
func moveDue(tx *gorm.DB, ask askRow, due, limit time.Time) error {
	err := tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"due": due, "limit_at": limit}).Error
	if err != nil {
		return err
	}
	err = tx.Model(&stageRow{}).Where("ref = ? AND name = ? AND round = ?", ask.Ref, ask.Stage, ask.Round).
		Updates(map[string]any{"due": due, "limit_at": limit}).Error
	if err != nil {
		return err
	}
	return tx.Model(&linkRow{}).Where("ask = ?", ask.ID).Update("expires_at", limit).Error
}

// restoreDue takes back what a late request moved: one that was refused for good moves nothing.
func restoreDue(tx *gorm.DB, row messageRow) error {
	was := row.params()
	if was.DueWas == nil || was.LimitWas == nil || row.Ask == "" {
		return nil
	}
	var ask askRow
	if err := tx.Take(&ask, "id = ?", row.Ask).Error; err != nil {
		return err
	}
	due, limit := *was.DueWas, *was.LimitWas
	was.DueWas, was.LimitWas = nil, nil
	if err := tx.Model(&messageRow{}).Where("key = ?", row.Key).Update("params", was.text()).Error; err != nil {
		return err
	}
	if ask.Plan != row.Plan {
		return nil // staff have set other dates since
	}
	return moveDue(tx, ask, due, limit)
}

// noLater keeps a deadline from passing the stage's event or, for a selection, the last joining day. Where that has
// itself passed there is nothing left to keep to.
func noLater(year programme.Blueprint, cohort programme.Cohort, stage string, cal programme.Calendar, now, deadline time.Time) time.Time {
	end, bounded := lastDeadline(year, cohort, stage, cal)
	if bounded && end.After(now) && end.Before(deadline) {
		return end
	}
	return deadline
}

// lastDeadline is the last moment at which something of a stage may be due, if there is one.
func lastDeadline(year programme.Blueprint, cohort programme.Cohort, stage string, cal programme.Calendar) (time.Time, bool) {
	s, _ := year.Stage(stage)
	away := residentialDays(year, cohort)
	if s.Kind == programme.KindSelection {
		return cal.Back(programme.DateOf(year.LastJoining(cohort)), away).At(deadlineHour, 0), true
	}
	event := s.Before
	if s.Event != nil {
		event = s.Name
	}
	starts, _, err := year.EventTimes(cohort, event)
	if err != nil {
		return time.Time{}, false
	}
	return cal.Back(programme.DateOf(starts).AddDays(-1), away).At(deadlineHour, 0), true
}

// yearOfJourney is a cohort as one of its journeys lives it, with its blueprint. An empty reference means the cohort alone.
func (s *Store) yearOfJourney(tx *gorm.DB, name, ref string) (programme.Cohort, programme.Blueprint, error) {
	cohort, year, err := s.yearOf(tx, name)
	if err != nil || ref == "" || !hasEvents(year) {
		return cohort, year, err
	}
	var j journeyRow
	if err := tx.Take(&j, "ref = ?", ref).Error; err != nil {
		return cohort, year, err
	}
	cohort, err = s.livedBy(tx, cohort, year, j)
	return cohort, year, err
}

// yearOf is a cohort with its blueprint.
func (s *Store) yearOf(tx *gorm.DB, name string) (programme.Cohort, programme.Blueprint, error) {
	row, err := cohortByName(tx, name)
	if err != nil {
		return programme.Cohort{}, programme.Blueprint{}, err
	}
	year, err := s.blueprint(row.Blueprint)
	return cohortFromRow(row), year, err
}
