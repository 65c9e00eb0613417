package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// opReschedule is the kind of an operation that carries a changed sitting to its leaders.
const opReschedule = "reschedule"

// Reschedule moves, cancels or puts online one sitting of an event, and promises that every leader with a place there
// follows: the operation tells how far that is. What already holds changes nothing: its operation is done at once, of Total
// 0. *Illegal once the event has begun; *Invalid names what is wrong; ErrNotFound where there is no such sitting; ErrConflict where
// it is no longer the one that staff were shown.
func (s *Store) Reschedule(ctx context.Context, order programme.Reschedule) (programme.Operation, error) {
	if !validReason(order.Reason) {
		return programme.Operation{}, programme.Refuse("reason", "Give a reason from the list.")
	}
	var op operationRow
	err := s.tx(ctx, func(tx *gorm.DB) error {
		change, err := s.rescheduling(ctx, tx, order)
		if err != nil {
			return err
		}
		op = s.newOperation(opReschedule, order.Cohort, change.now)
		if order.ID != "" {
			op.ID = order.ID
		}
		if !change.changes() {
			op.State, op.FinishedReal = operationDone, maybe(op.CreatedReal)
			return tx.Create(&op).Error
		}
		if err := change.write(tx); err != nil {
			return err
		}
		err = s.audit(tx, programme.AuditEntry{Actor: order.Actor, Action: programme.AuditRescheduled, Reason: order.Reason,
			Subject: order.Cohort + "/" + order.Stage + "/" + change.before.Name})
		if err != nil {
			return err
		}
		if op.Total, err = change.orderFollowing(op.ID); err != nil {
			return err
		}
		if op.Total == 0 {
			op.State, op.FinishedReal = operationDone, maybe(op.CreatedReal)
		}
		if err := tx.Create(&op).Error; err != nil || op.Total == 0 {
			return err
		}
		return s.signalCohort(tx, order.Cohort, signalReplan, map[string]string{"operation": op.ID, "stages": order.Stage,
			"sitting": change.before.Name}, "cohort")
	})
	return operationFromRow(op), err
}

// RescheduleEffects says what a reschedule would change for each leader with a place in the sitting, and changes nothing.
func (s *Store) RescheduleEffects(ctx context.Context, order programme.Reschedule) (lines []programme.RescheduleLine, err error) {
	change, err := s.rescheduling(ctx, s.read(ctx), order)
	if err != nil {
		return nil, edge(err)
	}
	if !change.changes() {
		return nil, nil
	}
	guests, err := change.leaders()
	if err != nil {
		return nil, edge(err)
	}
	effects, err := change.effects(guests)
	if err != nil {
		return nil, edge(err)
	}
	for _, g := range guests {
		place, effect := g.place, effects[g.j.Ref]
		line := programme.RescheduleLine{Ref: place.Ref, Name: g.person.Name, State: place.state(), Mail: true, Task: effect.lost,
			Confirm: effect.again, Reminders: order.Cancel || change.timesChange(), Entry: "none",
			Sessions: effect.sessions}
		switch {
		case place.Entry && effect.lost:
			line.Entry = "cancelled"
		case place.Entry:
			line.Entry = "updated"
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// rescheduling is one sitting as it is and as it is to be.
type rescheduling struct {
	s             *Store
	ctx           context.Context
	tx            *gorm.DB
	now           time.Time
	order         programme.Reschedule
	cohort        programme.Cohort
	before, after programme.Sitting
}

// rescheduling judges an order.
func (s *Store) rescheduling(ctx context.Context, tx *gorm.DB, order programme.Reschedule) (*rescheduling, error) {
	cohort, year, err := s.yearOf(tx, order.Cohort)
	if err != nil {
		return nil, err
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return nil, err
	}
	known, err := s.sittings(tx, cohort, year)
	if err != nil {
		return nil, err
	}
	c := &rescheduling{s: s, ctx: ctx, tx: tx, now: now, order: order, cohort: cohort}
	had := map[programme.Fault]bool{} // what is wrong already is nothing of this change's
	for _, f := range programme.CheckSittings(year, cohort, known, nil, now) {
		had[f] = true
	}
	name := order.Sitting
	if name == "" {
		name = programme.MainSitting
	}
	found := false
	for i, sitting := range known[order.Stage] {
		if sitting.Name == name {
			c.before, found = sitting, true
			c.after = c.wanted()
			known[order.Stage][i] = c.after
		}
	}
	if !found {
		return nil, fmt.Errorf("sitting: %w", programme.ErrNotFound)
	}
	switch seen := order.IfSequence; {
	case seen != nil && *seen != c.before.Sequence:
		return nil, fmt.Errorf("%w: the date was changed meanwhile", programme.ErrConflict)
	case !c.changes():
		return c, nil
	case c.before.State == programme.SittingCancelled:
		return nil, &programme.Illegal{What: "reschedule", State: name + " is cancelled", Why: "A date that was cancelled does not come back: add another."}
	case !c.before.Starts.After(now):
		return nil, &programme.Illegal{What: "reschedule", State: name + " has begun", Why: "An event moves until it begins."}
	case order.Cancel:
		return c, nil
	}
	var faults []programme.Fault
	for _, f := range programme.CheckSittings(year, cohort, known, map[string]bool{order.Stage: c.timesChange()}, now) {
		if !had[f] {
			f.Field = f.Field[strings.LastIndex(f.Field, "/")+1:]
			faults = append(faults, f)
		}
	}
	if c.before.Night != c.after.Night {
		terms, err := year.EventTerms(cohort.With(map[string]programme.Sitting{order.Stage: c.after}), order.Stage, s.opts.Calendar, nil)
		if err != nil {
			return nil, err
		}
		if !now.Before(terms.Freeze) {
			faults = append(faults, programme.Fault{Field: "night_before", Text: "Needs are frozen, and with them who has a room the night before: it stays as it is. " +
				"Settle it with the venue, and write to those who come."})
		}
	}
	if len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	return c, nil
}

// wanted is the sitting as the order has it: what it does not name stays, and an event keeps its length and its
// hours.
func (c *rescheduling) wanted() programme.Sitting {
	want := c.before
	if c.order.Cancel {
		want.State = programme.SittingCancelled
		return want
	}
	if !c.order.Starts.IsZero() {
		along := func(moment time.Time) time.Time { return programme.MovedAlong(moment, c.before.Starts, c.order.Starts) }
		want.Starts, want.Ends = c.order.Starts.UTC(), along(want.Ends)
		want.Sessions = append([]programme.Session(nil), want.Sessions...)
		for i := range want.Sessions {
			want.Sessions[i].Starts = along(want.Sessions[i].Starts)
		}
	}
	if !c.order.Ends.IsZero() {
		want.Ends = c.order.Ends.UTC()
	}
	if c.order.Online != nil {
		want.Online = *c.order.Online
	}
	if c.order.Night != nil {
		want.Night = *c.order.Night
	}
	for text, field := range map[*string]*string{c.order.JoinURL: &want.JoinURL, c.order.Venue: &want.Venue, c.order.Address: &want.Address} {
		if text != nil {
			*field = strings.TrimSpace(*text)
		}
	}
	return want
}

func (c *rescheduling) timesChange() bool {
	return !c.before.Starts.Equal(c.after.Starts) || !c.before.Ends.Equal(c.after.Ends)
}

func (c *rescheduling) changes() bool {
	return c.timesChange() || c.before.State != c.after.State || c.before.Night != c.after.Night || c.before.Online != c.after.Online || c.before.JoinURL != c.after.JoinURL ||
		c.before.Venue != c.after.Venue || c.before.Address != c.after.Address
}

// write changes the sitting, which only one of two at a time can, and the dates of the stages that have not opened.
func (c *rescheduling) write(tx *gorm.DB) error {
	year, err := c.s.blueprint(c.cohort.Blueprint)
	if err != nil {
		return err
	}
	if err := c.s.keepSittings(tx, c.cohort, year); err != nil {
		return err
	}
	row := rowFromSitting(c.after)
	values := map[string]any{"starts_at": row.StartsAt, "ends_at": row.EndsAt, "night": row.Night, "online": row.Online, "join_url": row.JoinURL, "venue": row.Venue,
		"address": row.Address, "state": row.State, "sessions": row.Sessions, "planned": false, "sequence": c.before.Sequence + 1}
	if c.timesChange() {
		values["moved"] = c.before.Sequence + 1
	}
	err = once(tx.Model(&sittingRow{}).Where("cohort = ? AND stage = ? AND name = ? AND sequence = ?", row.Cohort, row.Stage, row.Name,
		c.before.Sequence).Updates(values))
	if errors.Is(err, programme.ErrConflict) {
		return fmt.Errorf("%w: the date was changed meanwhile", programme.ErrConflict)
	}
	if err != nil {
		return err
	}
	if err := c.s.whereChanged(tx, c.cohort.Name, c.now); err != nil {
		return err
	}
	return c.s.replanStages(tx, c.cohort)
}

// leaders are those with a place in the sitting, by reference.
func (c *rescheduling) leaders() ([]guest, error) {
	var places []placeRow
	err := stillHolds(c.tx, c.before.Cohort, c.before.Stage, c.before.Name).Order("ref").Find(&places).Error
	if err != nil {
		return nil, err
	}
	guests, err := guestsOf(c.tx, places)
	slices.SortFunc(guests, func(a, b guest) int { return strings.Compare(a.j.Ref, b.j.Ref) })
	return guests, err
}

// rescheduleEffect is what an order does to one leader's place: see followSitting.
type rescheduleEffect struct {
	lost  bool // the place is given up, and staff find another
	again bool // it is to be confirmed again
	// sessions are the coaching sessions, by stage, that are booked for days of the leader's residential as it will be, or run into the event.
	sessions []string
}

// effects judges for each leader what the order does, by the same rules as following it.
func (c *rescheduling) effects(guests []guest) (map[string]rescheduleEffect, error) {
	year, err := c.s.blueprint(c.cohort.Blueprint)
	if err != nil {
		return nil, err
	}
	journeys := make([]journeyRow, len(guests))
	for i, g := range guests {
		journeys[i] = g.j
	}
	lived, err := c.s.lives(c.tx, c.cohort, year, journeys...)
	if err != nil {
		return nil, err
	}
	known, err := c.s.sittings(c.tx, c.cohort, year)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(c.tx, refsOf(journeys))
	if err != nil {
		return nil, err
	}
	booked := map[string][]slotRow{}
	for part := range chunks(refsOf(journeys), 500) {
		slots, err := sessionsToCome(c.tx, c.now, part...)
		if err != nil {
			return nil, err
		}
		for _, slot := range slots {
			booked[slot.Ref] = append(booked[slot.Ref], slot)
		}
	}
	effects := map[string]rescheduleEffect{}
	for _, g := range guests {
		own := lived[g.j.Ref]
		own.Sittings[c.before.Stage] = c.after
		delete(places[g.j.Ref], c.before.Stage)
		effect := rescheduleEffect{lost: c.order.Cancel}
		if !effect.lost && meetsAnew(c.after, c.timesChange()) {
			effect.lost = slices.ContainsFunc(taking(places[g.j.Ref], known), c.after.Meets)
			effect.again = c.timesChange() && !effect.lost && c.s.timeToAsk(year, own, c.before.Stage, c.now)
		}
		away := residentialDays(year, own)
		for _, slot := range booked[g.j.Ref] {
			meets := away != nil && away(programme.DateOf(slot.StartsAt)) || c.timesChange() && c.after.During(slot.StartsAt, slot.EndsAt)
			if !effect.lost && meets {
				effect.sessions = append(effect.sessions, slot.Stage)
			}
		}
		effects[g.j.Ref] = effect
	}
	return effects, nil
}

// orderFollowing writes, for everybody who has a place in the sitting, the order to follow it.
func (c *rescheduling) orderFollowing(op string) (int, error) {
	guests, err := c.leaders()
	if err != nil {
		return 0, err
	}
	var rows []commandRow
	for _, g := range guests {
		place := g.place
		row, err := c.s.rowFromCommand(c.ctx, programme.Command{ID: followingID(op, place.Ref), Name: programme.CmdFollowSitting, Cohort: place.Cohort,
			Ref: place.Ref, Stage: place.Stage, Sitting: place.Sitting, Urgent: near(c.before.Starts, c.now) || near(c.after.Starts, c.now),
			Reason: c.order.Reason, Note: c.order.Note, Actor: c.order.Actor,
			At: c.now, State: programme.CommandRecorded}, g.person.ID)
		if err != nil {
			return 0, err
		}
		rows = append(rows, row)
	}
	return len(rows), insertMany(c.tx, rows)
}

// followingID is the command by which one journey follows a changed sitting. It ends the keys of mails, so it has no slash.
func followingID(op, ref string) string { return op + "." + ref }

// Following are the journeys that an operation carries a changed sitting to, by reference, from after on, at most limit, each
// with its order; next is empty at the end.
func (s *Store) Following(ctx context.Context, op, after string, limit int) (orders []programme.Following, next string, err error) {
	var rows []commandRow
	err = s.read(ctx).Where("name = ? AND id LIKE ? AND ref > ?", string(programme.CmdFollowSitting), op+".%", after).Order("ref").
		Limit(limit + 1).Find(&rows).Error
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Ref
	}
	for _, row := range rows {
		row.PersonalEnc = nil
		c, err := s.commandFromRow(ctx, nil, row)
		if err != nil {
			return nil, "", err
		}
		orders = append(orders, programme.Following{Ref: c.Ref, Order: programme.Order{ID: c.ID, Name: c.Name, Stage: c.Stage,
			Sitting: c.Sitting, Urgent: c.Urgent, Reason: c.Reason}})
	}
	return orders, next, edge(err)
}
