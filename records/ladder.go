package records

import (
	"time"

	"fairlead/faults"
	"fairlead/programme"
)

// mailsFor are the messages of an ask. An application has no request: whoever applies has asked for the form.
func mailsFor(ask askRow) programme.LadderMails {
	switch ask.Form {
	case programme.FormApplication:
		return programme.LadderMails{Reminder: programme.MsgApplicationReminder}
	case programme.FormOffer:
		return programme.LadderMails{Request: programme.MsgOffer, Reminder: programme.MsgOfferReminder}
	}
	return programme.Kind(ask.Kind).Mails()
}

// ladderPlan says how an ask's ladder is to be planned.
type ladderPlan struct {
	request time.Time      // when rung 0 goes, or went
	unsent  bool           // rung 0 has still to go
	rule    programme.Rule // of rung 0
	from    time.Time      // reminders before it are gone
	edited  bool           // by staff: a reminder that would be due within the hour waits
}

// planLadder writes the ladder of an ask's current plan into the ledger, what is dropped included. On hold nothing of it
// goes: resuming plans anew.
func (t *turn) planLadder(ask askRow, ladder programme.Ladder, p ladderPlan) error {
	if ofAttendance(ask) {
		return t.planAttendance(ask)
	}
	if quiet, err := t.quiet(ask); err != nil || quiet {
		return err
	}
	minute := programme.Minute(ask.PersonID)
	mails := mailsFor(ask)
	rungs := programme.PlanLadder(t.cal(), minute, ladder, p.request, ask.Due, p.from, t.away)
	if p.edited {
		t.letWait(rungs, minute, ask.Due)
	}
	var rows []messageRow
	for _, rung := range rungs {
		row := t.rungMail(ask, mails.Reminder, rung, programme.RuleScheduled)
		if rung.Number == 0 {
			if !p.unsent || faults.Broken("skip-request") {
				continue
			}
			row = t.rungMail(ask, mails.Request, rung, p.rule)
		}
		rows = append(rows, row)
		if rung.Assistant && mails.Assistant != "" && row.State == string(programme.MessagePlanned) {
			more, err := t.assistantRung(ask, mails.Assistant, rung)
			if err != nil {
				return err
			}
			rows = append(rows, more...)
		}
	}
	return t.write(rows...)
}

// rungMail is the line of one rung.
func (t *turn) rungMail(ask askRow, message string, rung programme.Rung, rule programme.Rule) messageRow {
	if faults.Broken("send-at-20") {
		rung.At = programme.DateOf(rung.At).At(20, 0)
	}
	row := t.planned(message, rule, rung.At)
	row.Key = programme.MessageKey(t.j.Cohort, t.j.Ref, ask.Stage, message, ask.Round, ask.Plan, rung.Number)
	row.Stage, row.Round, row.Plan, row.Rung = ask.Stage, ask.Round, ask.Plan, rung.Number
	row.Ask, row.PersonID = ask.ID, ask.PersonID
	switch {
	case rung.Dropped != "":
		row.State, row.Reason = string(programme.MessageNotSent), rung.Dropped
	case ask.Held:
		row.State, row.Reason = string(programme.MessageNotSent), programme.NotSentHeld
	}
	return row
}

// assistantRung is the line of the mail that the assistant gets with a rung, on the same day at their own minute; none
// where there is no assistant or they had it before.
func (t *turn) assistantRung(ask askRow, message string, rung programme.Rung) ([]messageRow, error) {
	if t.j.AssistantID == "" || t.j.AssistantID == ask.PersonID {
		return nil, nil
	}
	var had int64
	err := t.tx.Model(&messageRow{}).Where("ask = ? AND message = ? AND person_id = ? AND state IN ?", ask.ID, message,
		t.j.AssistantID, triedStates).Count(&had).Error
	if err != nil || had > 0 {
		return nil, err
	}
	rung.At = programme.PersonalMoment(programme.DateOf(rung.At), programme.Minute(t.j.AssistantID))
	row := t.rungMail(ask, message, rung, programme.RuleScheduled)
	row.PersonID, row.Recipient = t.j.AssistantID, toAssistant
	return []messageRow{row}, nil
}

// letWait moves reminders that an edit of staff would make due within the hour to the leader's first minute after it.
// One that then comes too late, or on the day of the next, is dropped.
func (t *turn) letWait(rungs []programme.Rung, minute int, due time.Time) {
	hour := t.now.Add(time.Hour)
	for i := range rungs {
		rung := &rungs[i]
		if rung.Number == 0 || rung.Dropped != "" || !rung.At.Before(hour) {
			continue
		}
		rung.At = t.cal().NextPersonal(hour, minute, t.away)
		if !rung.At.Before(due) {
			rung.Dropped = programme.NotSentTooClose
		}
		for _, later := range rungs[i+1:] {
			if later.Dropped == "" && !rung.At.Before(later.At) {
				rung.Dropped = programme.NotSentSameDay
			}
		}
	}
}

// requestIsGone reports whether an ask's request has left, is on its way, was refused, or was replaced by a mail that
// said the same. What is not gone is planned again with a new plan: a request is never dropped.
func (t *turn) requestIsGone(ask askRow) (bool, error) {
	if mailsFor(ask).Request == "" || isReview(ask) {
		return true, nil // there is none
	}
	var n int64
	requests := []string{mailsFor(ask).Request}
	if programme.Kind(ask.Kind) == programme.KindEvent {
		requests = append(requests, programme.MsgEventMoved) // it asks to confirm the place again
	}
	err := t.tx.Model(&messageRow{}).Where("ask = ? AND message IN ?", ask.ID, requests).
		Where("state IN ? OR (state = ? AND reason = ?)", triedStates, string(programme.MessageNotSent), programme.NotSentReplaced).
		Limit(1).Count(&n).Error
	return n > 0, err
}

// stopAsk turns what an ask still had planned into lines that do not go, for a reason. What is between two attempts to
// be sent has not gone out either: it stops too.
func (t *turn) stopAsk(ask, reason string) error {
	if reason == programme.NotSentAnswered && faults.Broken("claim-ignores-answers") {
		return nil
	}
	return t.stop("ask = ?", ask, reason)
}

// stopScheduled does the same for everything scheduled of the journey; what answers an act of somebody still goes.
func (t *turn) stopScheduled(reason string) error {
	return t.stop("rule = 'scheduled' AND ref = ?", t.j.Ref, reason)
}

// stopJourney does the same for everything of the journey but confirmations of what people did themselves.
func (t *turn) stopJourney(reason string) error {
	return t.stop("rule <> 'reply' AND ref = ?", t.j.Ref, reason)
}

func (t *turn) stop(where, value, reason string) error {
	if faults.Broken("stops-nothing") && (reason == programme.NotSentAnswered || reason == programme.NotSentEnded) {
		return nil
	}
	err := t.tx.Model(&messageRow{}).Where(where, value).Where("state = ?", string(programme.MessagePlanned)).
		Updates(map[string]any{"state": string(programme.MessageNotSent), "reason": reason}).Error
	if err != nil {
		return err
	}
	var waiting []messageRow
	err = t.tx.Where(where, value).Where("state = ? AND reason IN ? AND may_repeat = ?", string(programme.MessageSending),
		[]string{string(programme.MailTemporary), string(programme.MailConfiguration)}, false).Find(&waiting).Error
	if err != nil {
		return err
	}
	for _, row := range waiting {
		if err := t.s.endUnsent(t.tx, t.now, row, programme.MessageNotSent, reason); err != nil {
			return err
		}
	}
	return nil
}
