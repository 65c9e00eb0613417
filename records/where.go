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

// lacksWhere is why a line waits, and until when: joining instructions, as staff have not set yet how to join, and the request to book
// a session, as there is no coach. Instructions wait no longer than until the last moment before the event; then they go, and say so.
func (c *claim) lacksWhere(row messageRow) (reason string, until time.Time, err error) {
	if row.Message == programme.MsgCoaching {
		until = c.s.opts.Calendar.NextPersonal(programme.DateOf(c.now).AddDays(1).At(0, 0), programme.Minute(c.person.ID), c.away)
		reason, err = awaitsCoach(c.tx, row)
		return reason, until, err
	}
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

// waitsForWhere keeps a line back as long as it lacks what it is about: joining instructions say how to join. Where the mail of the last working
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

// tellWhere tells what staff have set of where a sitting takes place that was not known: the entries in diaries follow, and
// joining instructions that have waited for it go. They go at their leaders' next minute; at once where the event is near, and
// to whoever was told that this would still come.
func (s *Store) tellWhere(tx *gorm.DB, known []programme.Sitting, now programme.Sitting, at time.Time) error {
	i := slices.IndexFunc(known, func(was programme.Sitting) bool { return was.Name == now.Name })
	if i < 0 || sameWhere(known[i], now) || now.Taken == 0 || !now.Starts.After(at) {
		return nil
	}
	var places []placeRow
	if err := stillHolds(tx, now.Cohort, now.Stage, now.Name).Order("ref").Find(&places).Error; err != nil {
		return err
	}
	telling := whereTold{s: s, tx: tx, sitting: now, now: at, change: randomHex(8), byInstructions: map[string]bool{}}
	for part := range chunks(places, 500) {
		refs := make([]string, len(part))
		for i, place := range part {
			refs[i] = place.Ref
		}
		// A mail that is just being claimed has read the sitting as it was: what became of it is waited for.
		var journeys []journeyRow
		if err := locked(tx).Where("ref IN ?", refs).Order("ref").Find(&journeys).Error; err != nil {
			return err
		}
		if known[i].Lacks() != programme.LackNothing && now.Lacks() == programme.LackNothing {
			if err := telling.letJoin(refs); err != nil {
				return err
			}
		}
		for i, place := range part {
			if err := telling.updateEntry(place, journeys[i].PersonID); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameWhere reports whether two states of a sitting look the same in a diary.
func sameWhere(a, b programme.Sitting) bool {
	return a.Where() == b.Where() && (b.Online || a.Address == b.Address) && a.JoinURL == b.JoinURL
}

// whereTold is one change of where a sitting takes place, on its way to the leaders.
type whereTold struct {
	s              *Store
	tx             *gorm.DB
	sitting        programme.Sitting
	now            time.Time
	change         string
	byInstructions map[string]bool // whose entry follows with the joining instructions
}

// letJoin is tellWhere for the joining instructions of some leaders.
func (w *whereTold) letJoin(refs []string) error {
	var lines []messageRow
	err := w.tx.Joins("JOIN asks a ON a.id = messages.ask AND a.plan = messages.plan").
		Where("a.state = ? AND a.held = ? AND messages.ref IN ? AND messages.stage = ? AND messages.message IN ?", string(programme.AskOpen), false,
			refs, w.sitting.Stage, []string{programme.MsgEventJoining, programme.MsgEventTomorrow}).
		Omit("subject_enc", "text_enc", "html_enc", "calendar_enc").Order("messages.id").Find(&lines).Error
	if err != nil {
		return err
	}
	waits, told := map[string]messageRow{}, map[string]messageRow{}
	for _, line := range lines {
		switch {
		case line.State == string(programme.MessagePlanned) && line.Reason != "":
			waits[line.Ref] = line
		case slices.Contains(triedStates, line.State):
			told[line.Ref] = line
		}
	}
	for ref, line := range waits {
		if _, both := told[ref]; both {
			continue
		}
		line.At = w.s.opts.Calendar.NextPersonal(w.now, programme.Minute(line.PersonID), nil)
		urgent := w.hurry(&line)
		line.Params = params{Entry: urgent}.text()
		err := w.tx.Model(&messageRow{}).Where("key = ? AND state = ?", line.Key, string(programme.MessagePlanned)).
			Updates(map[string]any{"reason": "", "rule": line.Rule, "at": line.At, "params": line.Params}).Error
		if err != nil {
			return err
		}
		if urgent {
			if err := w.promise(line); err != nil {
				return err
			}
		}
	}
	for _, line := range told {
		mail := w.mail(line.Ref, line.PersonID, programme.MsgEventJoining)
		mail.Round, mail.Plan, mail.Ask, mail.Recipient, mail.Params = line.Round, line.Plan, line.Ask, line.Recipient, params{Entry: true}.text()
		if err := w.send(mail); err != nil {
			return err
		}
	}
	return nil
}

// updateEntry lets the entry in a leader's diary follow: with the joining instructions where they go by themselves, else with a
// mail of its own.
func (w *whereTold) updateEntry(place placeRow, person string) error {
	if !place.Entry {
		return nil
	}
	place.Sequence++
	if err := w.tx.Model(&placeRow{}).Where("ref = ? AND stage = ?", place.Ref, place.Stage).Update("sequence", place.Sequence).Error; err != nil {
		return err
	}
	if w.byInstructions[place.Ref] {
		return nil
	}
	return w.send(w.mail(place.Ref, person, programme.MsgEventMoved))
}

// mail is one that staff's change causes.
func (w *whereTold) mail(ref, person, message string) messageRow {
	return messageRow{Cohort: w.sitting.Cohort, Ref: ref, Stage: w.sitting.Stage, Message: message, PersonID: person, Recipient: toParticipant,
		State: string(programme.MessagePlanned), CreatedAt: w.now, Key: programme.ReplyKey(w.sitting.Cohort, ref, w.sitting.Stage, message, w.change),
		Rule: string(programme.RuleStaff), At: w.s.opts.Calendar.StaffMoment(w.now, programme.Minute(person))}
}

// hurry lets a mail go at once where the event is near, or it would come too late, and reports whether it does.
func (w *whereTold) hurry(mail *messageRow) bool {
	if !near(w.sitting.Starts, w.now) && mail.At.Before(w.sitting.Starts) {
		return false
	}
	mail.Rule, mail.At = string(programme.RuleUrgent), w.now
	return true
}

// send writes a mail, and promises it to its journey.
func (w *whereTold) send(mail messageRow) error {
	w.hurry(&mail)
	if err := writeMessages(w.tx, mail); err != nil {
		return err
	}
	return w.promise(mail)
}

func (w *whereTold) promise(mail messageRow) error {
	w.byInstructions[mail.Ref] = mail.Message == programme.MsgEventJoining
	body := programme.PlannedMail{Key: mail.Key, At: mail.At.UTC()}
	_, err := w.s.promise(w.tx, programme.JourneyID(mail.Cohort, mail.Ref), signalMail, body, "")
	return err
}
