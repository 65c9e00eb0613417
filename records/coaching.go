package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"
)

// partHeld is the part of a coaching session that waits for it to be held and logged; the first asks the leader to book.
const partHeld programme.Part = "held"

// Where the mails about a session go besides the leader.
const toCoach = "coach"

// How long a session waits for its log, in working days: the coach is asked so many after it, again so many after that,
// then staff; and then there is a limit.
const (
	logAskedAfter  = 2
	logAskedAgain  = 5
	logStaffAfter  = 2
	logClosedAfter = 10
)

// BookSession gives a session a time, or another time: a slot of the leader's coach, or a time agreed elsewhere. Of many
// who want one slot one gets it. The same order again changes nothing. *Invalid says what forbids the time, in words for
// whoever chose it; *Illegal that the session cannot be booked or moved any more; ErrFormClosed that it has ended.
func (s *Store) BookSession(ctx context.Context, order programme.SessionOrder) (result programme.SubmitResult, err error) {
	err = s.onSession(ctx, order, func(b *booking) error {
		if err := b.book(); err != nil {
			return err
		}
		result = b.result
		return nil
	})
	return result, err
}

// CancelSession gives the time of a session back; the leader is asked to book again. Errors as BookSession; a session that
// has no time changes nothing.
func (s *Store) CancelSession(ctx context.Context, order programme.SessionOrder) (result programme.SubmitResult, err error) {
	err = s.onSession(ctx, order, func(b *booking) error {
		if !b.had {
			result = programme.SubmitResult{Already: true}
			return nil
		}
		if err := b.movable("cancel"); err != nil {
			return err
		}
		if err := b.cancel(); err != nil {
			return err
		}
		result = b.result
		return nil
	})
	return result, err
}

// booking is one order about a session in one turn.
type booking struct {
	*turn
	order  programme.SessionOrder
	row    stageRow
	ask    askRow // the part the session is at
	first  askRow // the part that asks to book: its limit is the end of the window
	match  matchRow
	coach  coachRow
	old    slotRow
	had    bool
	result programme.SubmitResult
}

func (s *Store) onSession(ctx context.Context, order programme.SessionOrder, work func(b *booking) error) error {
	return s.onJourney(ctx, order.Ref, order.At, func(t *turn) error {
		b := &booking{turn: t, order: order}
		t.actor = order.By
		if err := b.load(); err != nil {
			return err
		}
		return work(b)
	})
}

func (b *booking) load() (err error) {
	if b.row, err = b.stage(b.order.Stage); err != nil {
		return err
	}
	if programme.Kind(b.row.Kind) != programme.KindCoaching {
		return fmt.Errorf("coaching session: %w", programme.ErrNotFound)
	}
	if b.row.State == string(programme.StageNotOpen) {
		return programme.ErrStageNotOpen
	}
	if b.row.State != string(programme.StageOpen) || b.turn.state().Ended() {
		return programme.ErrFormClosed
	}
	if b.ask, err = b.turn.ask(askOfStage(b.row)); err != nil {
		if isMissing(err) { // reopened, and its workflow has not asked yet
			return programme.ErrStageNotOpen
		}
		return err
	}
	if b.first, err = b.turn.ask(programme.AskID(b.row.Ref, b.row.Name, b.row.Round)); err != nil {
		return err
	}
	match, found, err := b.turn.match()
	switch {
	case err != nil:
		return err
	case !found:
		return &programme.Illegal{What: "Booking", State: "no coach", Why: "There is no coach yet. We are looking for one and will write."}
	}
	b.match = match
	if b.coach, err = lockCoach(b.tx, b.j.Cohort, match.Coach); err != nil {
		return err
	}
	b.old, b.had, err = booked(b.tx, b.row.Ref, b.row.Name)
	return err
}

// movable says whether a booked time can still be given up here.
func (b *booking) movable(what string) error {
	if b.had && b.order.By != toCoach && !strings.HasPrefix(b.order.By, "staff:") && b.old.StartsAt.Before(b.now.Add(programme.MoveNotice)) {
		return &programme.Illegal{What: what, State: "less than 24 hours before", Why: "The session is less than 24 hours away: please ring your coach."}
	}
	return nil
}

func (b *booking) book() error {
	slot, err := b.wanted()
	if err != nil {
		return err
	}
	if b.had && b.old.StartsAt.Equal(slot.StartsAt) && b.old.EndsAt.Equal(slot.EndsAt) {
		b.result = programme.SubmitResult{ID: b.old.ID, Already: true}
		return nil
	}
	if why := programme.SlotFits(slot.StartsAt, b.now, b.first.LimitAt, slot.Published, b.away); why != "" {
		return programme.Refuse(b.field(), "%s", why)
	}
	if err := b.movable("move"); err != nil {
		return err
	}
	if b.had && b.old.ID != "" {
		if err := b.freeSlot(b.old); err != nil {
			return err
		}
	}
	held := programme.PartAskID(b.row.Ref, b.row.Name, b.row.Round, partHeld)
	err = b.takeSlot(&slot, b.row.Name, held, b.order.By)
	if errors.Is(err, programme.ErrConflict) {
		return taken()
	}
	if err != nil {
		return err
	}
	b.result = programme.SubmitResult{ID: slot.ID, Changed: b.had}
	if b.had {
		return b.moved(slot)
	}
	return b.firstTime(slot)
}

// field is the field of the page that an order's time stands in.
func (b *booking) field() string {
	if b.order.Slot != "" {
		return "slot"
	}
	return "starts"
}

func taken() error {
	return programme.Refuse("slot", "Somebody else has just taken this time. Choose another.")
}

// wanted is the time that an order names; one that was agreed elsewhere is made here, and takes the place of free times
// of the coach that it runs into.
func (b *booking) wanted() (slotRow, error) {
	if b.order.Slot != "" {
		var slot slotRow
		err := b.tx.Take(&slot, "id = ? AND coach = ?", b.order.Slot, b.coach.Ref).Error
		switch {
		case isMissing(err), err == nil && slot.State != string(programme.SlotFree) && slot.ID != b.old.ID:
			return slot, taken()
		}
		return slot, err
	}
	minutes := b.order.Minutes
	if minutes == 0 {
		minutes = programme.SessionMinutes
	}
	series := programme.SlotSeries{First: b.order.Starts, Count: 1, Minutes: minutes}
	if faults := series.Check(b.now); len(faults) > 0 {
		return slotRow{}, programme.Refuse("starts", "%s", "Give a date and time that are still to come.")
	}
	slot := newSlot(b.coach, b.order.Starts, minutes, b.order.Online, false, b.now)
	if b.had && b.old.StartsAt.Equal(slot.StartsAt) && b.old.EndsAt.Equal(slot.EndsAt) {
		return slot, nil
	}
	known, err := timesFrom(b.tx, b.coach.Ref, b.now)
	if err != nil {
		return slot, err
	}
	for _, other := range known {
		switch {
		case other.ID == b.old.ID || !slotFromRow(other).Overlaps(slotFromRow(slot)):
		case other.State == string(programme.SlotBooked):
			return slot, programme.Refuse("starts", "Your coach meets somebody else at that time. Choose another.")
		default:
			if err := b.tx.Delete(&slotRow{}, "id = ? AND state = ?", other.ID, string(programme.SlotFree)).Error; err != nil {
				return slot, err
			}
		}
	}
	return slot, b.insertAgreed(slot)
}

// insertAgreed writes an agreed time as free, to be taken at once; the old time must make way first where they meet.
func (b *booking) insertAgreed(slot slotRow) error {
	if b.had && b.old.StartsAt.Equal(slot.StartsAt) {
		if err := b.movable("move"); err != nil {
			return err
		}
		if err := b.freeSlot(b.old); err != nil {
			return err
		}
		if err := b.tx.Delete(&slotRow{}, "id = ? AND state = ?", b.old.ID, string(programme.SlotFree)).Error; err != nil {
			return err
		}
		b.old.ID = ""
	}
	return b.tx.Create(&slot).Error
}

// firstTime answers the ask to book and begins to wait for the session.
func (b *booking) firstTime(slot slotRow) error {
	err := once(b.tx.Model(&askRow{}).Where("id = ? AND state = ?", b.ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": b.now, "held": false}))
	if err != nil {
		return err
	}
	if err := b.settleSends(b.ask, programme.NotSentAnswered); err != nil {
		return err
	}
	if err := b.finishTasks(b.row.Name, "booked", taskOverdue); err != nil {
		return err
	}
	if err := b.setStage(b.row, map[string]any{"attention": ""}); err != nil {
		return err
	}
	due, limit := b.heldDates(slot)
	held, err := b.beginPart(&b.row, b.ask, askRow{Part: string(partHeld), Form: programme.FormCoaching, PersonID: b.leader.ID,
		Owner: string(programme.OwnerCalendar), Due: due, LimitAt: limit})
	if err != nil {
		return err
	}
	if err := b.planSession(held, slot); err != nil {
		return err
	}
	return b.told("session-booked", programme.MsgCoachingBooked, slot)
}

// moved lets the wait for a session follow its new time.
func (b *booking) moved(slot slotRow) error {
	if err := b.replanSession(&b.ask, slot); err != nil {
		return err
	}
	return b.told("session-moved", programme.MsgCoachingMoved, slot)
}

// replanSession gives the wait for a session a new plan.
func (t *turn) replanSession(ask *askRow, slot slotRow) error {
	due, limit := t.heldDates(slot)
	owner := string(programme.OwnerCalendar)
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", ask.ID, string(programme.AskOpen), ask.Plan).
		Updates(map[string]any{"plan": ask.Plan + 1, "due": due, "limit_at": limit, "held": t.state() == programme.OnHold,
			"owner": owner, "since": t.now}))
	if err != nil {
		return err
	}
	if err := t.stopAsk(ask.ID, programme.NotSentReplanned); err != nil {
		return err
	}
	ask.Plan, ask.Due, ask.LimitAt, ask.Owner, ask.Since, ask.Held = ask.Plan+1, due, limit, owner, t.now, t.state() == programme.OnHold
	if err := t.setDates(*ask); err != nil {
		return err
	}
	return t.planSession(*ask, slot)
}

// heldDates are the moment a session ends and the limit of the wait for its log.
func (t *turn) heldDates(slot slotRow) (due, limit time.Time) {
	staff := t.logDay(slot, logAskedAfter+logAskedAgain+logStaffAfter)
	return slot.EndsAt.UTC(), t.cal().Add(staff, logClosedAfter, nil).At(deadlineHour, 0)
}

// logDay is the n-th working day after a session.
func (t *turn) logDay(slot slotRow, n int) programme.Date {
	return t.cal().Add(programme.DateOf(slot.EndsAt), n, nil)
}

// planSession plans the mails of a booked session: to the leader the day before, to the coach the requests to log it.
func (t *turn) planSession(ask askRow, slot slotRow) error {
	_, coach, err := coachIn(t.tx, slot.Cohort, slot.Coach)
	if err != nil {
		return err
	}
	before := t.cal().Back(programme.DateOf(slot.StartsAt).AddDays(-1), t.away)
	tomorrow := programme.Rung{Number: 1, At: programme.PersonalMoment(before, programme.Minute(t.leader.ID))}
	if tomorrow.At.Before(t.now) {
		tomorrow.Dropped = programme.NotSentTooClose
	}
	rows := []messageRow{t.rungMail(ask, programme.MsgCoachingTomorrow, tomorrow, programme.RuleScheduled)}
	for i, days := range []int{logAskedAfter, logAskedAfter + logAskedAgain} {
		rung := programme.Rung{Number: i + 1, At: programme.PersonalMoment(t.logDay(slot, days), programme.Minute(coach.ID))}
		row := t.rungMail(ask, programme.MsgCoachingLog, rung, programme.RuleScheduled)
		row.PersonID, row.Recipient = coach.ID, toCoach
		rows = append(rows, row)
	}
	return t.write(rows...)
}

// cancel gives a session's time back, tells both, and asks the leader to book again.
func (b *booking) cancel() error {
	if err := b.freeSlot(b.old); err != nil {
		return err
	}
	if err := b.told("session-cancelled", programme.MsgCoachingCancelled, b.old); err != nil {
		return err
	}
	return b.bookAgain(b.ask, &b.row)
}

// bookAgain asks the leader to book a session anew, in the next round of its stage; its window stays as it is. Where that
// has no day left the stage ends as at its limit, and lapsed is what the records then say.
func (t *turn) bookAgain(held askRow, row *stageRow) error {
	first, err := t.ask(programme.AskID(row.Ref, row.Name, row.Round))
	if err != nil {
		return err
	}
	if !t.now.Add(programme.MoveNotice).Before(first.LimitAt) && t.state() != programme.OnHold {
		return t.lapse(held, row)
	}
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ?", held.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskCancelled), "held": false}))
	if err != nil {
		return err
	}
	if err := t.settleSends(held, programme.NotSentReplanned); err != nil {
		return err
	}
	if err := t.finishTasks(row.Name, "to be booked again", taskOverdue); err != nil {
		return err
	}
	stage, err := t.year.StageIn(t.cohort, row.Name)
	if err != nil {
		return err
	}
	terms, err := t.year.OpenedAt(t.cohort, row.Name, t.cal(), t.now, t.s.opts.MinimumNotice, t.away)
	if err != nil {
		return err
	}
	next := first
	next.Round, next.Plan, next.State, next.Owner = row.Round+1, 1, string(programme.AskOpen), string(programme.OwnerParticipant)
	next.ID = programme.AskID(row.Ref, row.Name, next.Round)
	next.OpenedAt, next.Since, next.RequestAt, next.AnsweredAt, next.Held = t.now, t.now, t.nextMinute(t.leader.ID), nil, t.state() == programme.OnHold
	if next.Due = terms.Due; first.LimitAt.Before(next.Due) {
		next.Due = first.LimitAt
	}
	if err := t.tx.Create(&next).Error; err != nil {
		return err
	}
	err = t.setStage(*row, map[string]any{"round": next.Round, "part": "", "waiting_on": next.Owner, "since": t.now, "due": next.Due,
		"limit_at": next.LimitAt, "overdue": false, "attention": ""})
	if err != nil {
		return err
	}
	row.Round, row.Part = next.Round, ""
	return t.planLadder(next, stage.Ladder, ladderPlan{unsent: true, rule: programme.RuleScheduled, request: next.RequestAt})
}

// told writes what happened to a session into the history, plans the mails that say so, and promises its workflow the news.
func (b *booking) told(what, message string, slot slotRow) error {
	if err := b.move(b.row.Name, b.row.State, b.row.State, what); err != nil {
		return err
	}
	if err := b.tellSession(message, slot); err != nil {
		return err
	}
	id, err := b.look(b.row.Name)
	b.result.Outbox = append(b.result.Outbox, id)
	return err
}

// look promises a stage's workflow that the records know more than it does.
func (t *turn) look(stage string) (string, error) {
	return t.s.promise(t.tx, programme.StageID(t.j.Cohort, t.j.Ref, stage), signalFormSubmitted, map[string]string{}, "")
}

// tellSession plans the mails about what happened to a session: to the leader with the entry for the diary, and to the
// coach.
func (t *turn) tellSession(message string, slot slotRow) error {
	_, coach, err := coachIn(t.tx, slot.Cohort, slot.Coach)
	if err != nil {
		return err
	}
	var before int64
	err = t.tx.Model(&messageRow{}).Where("ref = ? AND stage = ? AND message = ?", t.j.Ref, slot.Stage, programme.MsgCoachBooking).Count(&before).Error
	if err != nil {
		return err
	}
	about := params{Session: &sessionParams{Coach: slot.Coach, Starts: slot.StartsAt.UTC(), Minutes: slotFromRow(slot).Minutes, Online: slot.Online,
		Sequence: int(before), What: strings.TrimPrefix(message, "coaching-")}}.text()
	act := randomHex(8)
	rows := make([]messageRow, 2)
	for i, name := range []string{message, programme.MsgCoachBooking} {
		rows[i] = t.planned(name, programme.RuleReply, t.now)
		rows[i].Stage, rows[i].Key, rows[i].Params = slot.Stage, programme.ReplyKey(t.j.Cohort, t.j.Ref, slot.Stage, name, act), about
	}
	rows[1].PersonID, rows[1].Recipient = coach.ID, toCoach
	if err := t.write(rows...); err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := t.s.promiseMail(t.tx, t.j, row); err != nil {
			return err
		}
	}
	return nil
}

// leaveSession gives back the time of a session that will not be: its stage has ended, or is about to.
func (t *turn) leaveSession(stage string) error {
	slot, found, err := booked(t.tx, t.j.Ref, stage)
	if err != nil || !found {
		return err
	}
	if err := t.freeSlot(slot); err != nil || !slot.StartsAt.After(t.now) {
		return err
	}
	return t.tellSession(programme.MsgCoachingCancelled, slot)
}

// leaveSessions cancels every session to come with the coach a leader has no more, and asks to book again with the next.
func (t *turn) leaveSessions(coach string) error {
	var slots []slotRow
	err := t.tx.Where("ref = ? AND coach = ? AND state = ? AND starts_at > ?", t.j.Ref, coach, string(programme.SlotBooked), t.now).
		Order("starts_at").Find(&slots).Error
	if err != nil {
		return err
	}
	for _, slot := range slots {
		row, err := t.stage(slot.Stage)
		if err != nil {
			return err
		}
		ask, err := t.ask(slot.Ask)
		if err != nil {
			return err
		}
		b := &booking{turn: t, row: row, ask: ask, old: slot, had: true}
		if err := b.cancel(); err != nil {
			return err
		}
	}
	return nil
}
