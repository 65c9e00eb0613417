package records

import (
	"fmt"
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// The tasks to set what leaders need to get to a sitting.
const (
	taskSetVenue = "set_venue"
	taskSetLink  = "set_link"
)

var whereTasks = map[programme.Lack]string{programme.LackVenue: taskSetVenue, programme.LackLink: taskSetLink}

// whereReasons are why a line waits.
var whereReasons = map[programme.Lack]string{programme.LackVenue: programme.WaitsForVenue, programme.LackLink: programme.WaitsForLink}

// whereDedupe makes one task of what one sitting lacks; a sitting that was changed is asked for anew.
func whereDedupe(s programme.Sitting, code string) string {
	return fmt.Sprintf("%s/%s/%s/%d/%s", s.Cohort, s.Stage, s.Name, s.Sequence, code)
}

// askWhere asks staff for the venue or link of each sitting of a launched cohort that still lacks it when needs are frozen,
// and finishes what nobody has to set any more. next is when the next sitting comes to that, zero where none does.
func (s *Store) askWhere(tx *gorm.DB, cohort string, at time.Time) (next time.Time, err error) {
	c, year, err := s.yearOf(tx, cohort)
	if err != nil || c.Launched.IsZero() || !hasEvents(year) {
		return next, err
	}
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return next, err
	}
	open := []string{""} // what still waits
	for stage, list := range known {
		for _, sitting := range list {
			code := whereTasks[sitting.Lacks()]
			if code == "" || sitting.State == programme.SittingCancelled || !sitting.Starts.After(at) {
				continue
			}
			terms, err := year.EventTerms(c.With(map[string]programme.Sitting{stage: sitting}), stage, s.opts.Calendar, nil)
			if err != nil {
				return next, err
			}
			if terms.Where.After(at) {
				next = sooner(next, terms.Where)
				continue
			}
			dedupe := whereDedupe(sitting, code)
			open = append(open, dedupe)
			if err := s.openTask(tx, programme.Task{Cohort: cohort, Stage: stage, Sitting: sitting.Name, Code: code, Opened: at}, dedupe); err != nil {
				return next, err
			}
		}
	}
	return next, tx.Model(&taskRow{}).Where("cohort = ? AND code IN ? AND done_at IS NULL AND dedupe NOT IN ?", cohort,
		[]string{taskSetVenue, taskSetLink}, open).Updates(map[string]any{"done_at": at, "done_by": actorProgramme}).Error
}

// whereChanged looks again at what the cohort's sittings lack, and lets its workflow know when to look next.
func (s *Store) whereChanged(tx *gorm.DB, cohort string, at time.Time) error {
	next, err := s.askWhere(tx, cohort, at)
	if err != nil || next.IsZero() {
		return err
	}
	return s.signalCohort(tx, cohort, signalTasksChanged, nil, "cohort")
}

// lacksWhere is why a line with joining instructions waits, and until when: staff have not set yet how to join. It waits no
// longer than until the last moment before the event; then it goes, and says so.
func (c *claim) lacksWhere(row messageRow) (reason string, until time.Time, err error) {
	if row.Message != programme.MsgEventJoining || faults.Broken("joins-nowhere") {
		return "", until, nil
	}
	var sitting sittingRow
	err = c.tx.Joins("JOIN event_places p ON p.cohort = sittings.cohort AND p.stage = sittings.stage AND p.sitting = sittings.name").
		Where("p.ref = ? AND p.stage = ?", row.Ref, row.Stage).Limit(1).Find(&sitting).Error
	if err != nil {
		return "", until, err
	}
	reason = whereReasons[sittingFromRow(sitting).Lacks()]
	until = c.s.opts.Calendar.NextPersonal(programme.DateOf(c.now).AddDays(1).At(0, 0), programme.Minute(c.person.ID), c.away)
	if reason == "" || !until.Before(sitting.StartsAt) {
		return "", until, nil
	}
	return reason, until, nil
}

// waitsForWhere keeps joining instructions back as long as they could not say how to join. Where the mail of the last working
// day is due or has gone, that one says it all.
func (c *claim) waitsForWhere() (waits bool, result programme.Claim, err error) {
	reason, until, err := c.lacksWhere(c.row)
	if err != nil || reason == "" {
		return false, result, err
	}
	var last int64
	err = c.tx.Model(&messageRow{}).Where("ask = ? AND plan = ? AND message = ?", c.row.Ask, c.row.Plan, programme.MsgEventTomorrow).
		Where("state IN ? OR state = ? AND at <= ?", triedStates, string(programme.MessagePlanned), c.now).Limit(1).Count(&last).Error
	if err != nil {
		return true, result, err
	}
	if last > 0 {
		return true, notSent(programme.NotSentSameDay), c.drop(c.row, programme.NotSentSameDay)
	}
	err = c.tx.Model(&messageRow{}).Where("key = ? AND state = ?", c.row.Key, string(programme.MessagePlanned)).
		Updates(map[string]any{"at": until, "reason": reason}).Error
	return true, programme.Claim{Outcome: programme.ClaimReplanned, At: until}, err
}

// tellWhere lets the joining instructions of a sitting go that have waited for what staff have now set. They go at their
// leaders' next minute; at once where the event is near, and to whoever was told that this would still come.
func (s *Store) tellWhere(tx *gorm.DB, known []programme.Sitting, now programme.Sitting, at time.Time) error {
	i := slices.IndexFunc(known, func(was programme.Sitting) bool { return was.Name == now.Name })
	if i < 0 || known[i].Lacks() == programme.LackNothing || now.Lacks() != programme.LackNothing || now.Taken == 0 || !now.Starts.After(at) {
		return nil
	}
	var places []placeRow
	if err := stillHolds(tx, now.Cohort, now.Stage, now.Name).Order("ref").Find(&places).Error; err != nil {
		return err
	}
	refs := make([]string, len(places))
	for i, place := range places {
		refs[i] = place.Ref
	}
	change := randomHex(8)
	for part := range chunks(refs, 500) {
		// A mail that is just being claimed has read the sitting as it was: what became of it is waited for.
		if err := locked(tx).Where("ref IN ?", part).Order("ref").Find(&[]journeyRow{}).Error; err != nil {
			return err
		}
		var lines []messageRow
		err := tx.Joins("JOIN asks a ON a.id = messages.ask AND a.plan = messages.plan").
			Where("a.state = ? AND a.held = ? AND messages.ref IN ? AND messages.stage = ? AND messages.message IN ?", string(programme.AskOpen), false,
				part, now.Stage, []string{programme.MsgEventJoining, programme.MsgEventTomorrow}).
			Omit("subject_enc", "text_enc", "html_enc", "calendar_enc").Order("messages.id").Find(&lines).Error
		if err != nil {
			return err
		}
		if err := s.letJoin(tx, lines, now, at, change); err != nil {
			return err
		}
	}
	return nil
}

// letJoin is tellWhere for the lines about the place of each leader.
func (s *Store) letJoin(tx *gorm.DB, lines []messageRow, sitting programme.Sitting, now time.Time, change string) error {
	waits, told := map[string]messageRow{}, map[string]messageRow{}
	for _, line := range lines {
		switch {
		case line.State == string(programme.MessagePlanned) && line.Reason != "":
			waits[line.Ref] = line
		case slices.Contains(triedStates, line.State):
			told[line.Ref] = line
		}
	}
	var atOnce []messageRow
	for ref, line := range waits {
		if _, both := told[ref]; both {
			continue
		}
		line.Reason = ""
		minute := s.opts.Calendar.NextPersonal(now, programme.Minute(line.PersonID), nil)
		if near(sitting.Starts, now) || !minute.Before(sitting.Starts) {
			line.Rule, line.At = string(programme.RuleUrgent), now
			atOnce = append(atOnce, line)
		}
		err := tx.Model(&messageRow{}).Where("key = ? AND state = ?", line.Key, string(programme.MessagePlanned)).
			Updates(map[string]any{"reason": "", "rule": line.Rule, "at": line.At}).Error
		if err != nil {
			return err
		}
	}
	var fresh []messageRow
	for _, line := range told {
		mail := messageRow{Cohort: line.Cohort, Ref: line.Ref, Stage: line.Stage, Message: programme.MsgEventJoining, Round: line.Round, Plan: line.Plan,
			Ask: line.Ask, PersonID: line.PersonID, Recipient: line.Recipient, State: string(programme.MessagePlanned), CreatedAt: now,
			Key:  programme.ReplyKey(line.Cohort, line.Ref, line.Stage, programme.MsgEventJoining, change),
			Rule: string(programme.RuleStaff), At: s.opts.Calendar.StaffMoment(now, programme.Minute(line.PersonID))}
		if near(sitting.Starts, now) || !mail.At.Before(sitting.Starts) {
			mail.Rule, mail.At = string(programme.RuleUrgent), now
		}
		fresh = append(fresh, mail)
	}
	if err := writeMessages(tx, fresh...); err != nil {
		return err
	}
	for _, mail := range append(atOnce, fresh...) {
		body := programme.PlannedMail{Key: mail.Key, At: mail.At.UTC()}
		if _, err := s.promise(tx, programme.JourneyID(mail.Cohort, mail.Ref), signalMail, body, ""); err != nil {
			return err
		}
	}
	return nil
}
