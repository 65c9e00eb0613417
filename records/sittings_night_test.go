package records

import (
	"errors"
	"strings"
	"testing"

	"fairlead/programme"
)

// Whether rooms are booked for the night before a date that leaders know of changes by a reschedule: those with a place are
// told and keep it as they have confirmed it, until needs are frozen.
func TestTheNightBeforeChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		b.goTo("2027-05-12 11:00")
		none, some := false, true
		order := programme.Reschedule{Cohort: spring, Stage: "residential-2", Night: &none, Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, order)
		must(t, err)
		if len(lines) != 1 || lines[0].Confirm || lines[0].Reminders || !lines[0].Mail || lines[0].Entry != "updated" || lines[0].Task {
			t.Errorf("dry run %+v", lines)
		}
		effects := b.reschedules(t, order)
		place := b.placeAt(t, ref, "residential-2")
		if place.State != programme.PlaceConfirmed || place.Sitting.Night || place.Sequence != 1 {
			t.Errorf("place %+v", place)
		}
		if len(effects[ref].Mails) != 1 {
			t.Fatalf("she is told %+v", effects[ref].Mails)
		}
		item := b.send(t, effects[ref].Mails[0]).Items[0]
		if item.Message != programme.MsgEventMoved || item.Event.Moved || item.Event.Asks || item.Event.Night || !item.Event.NightOff || item.Event.Sequence != 1 {
			t.Errorf("the mail says %+v", item.Event)
		}
		b.sound(t)
		b.goTo("2027-06-14 16:59")
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Night: &some})
		b.goTo("2027-06-14 17:00")
		order.Night = &none
		var invalid *programme.Invalid
		if _, err := b.Reschedule(b.ctx, order); !errors.As(err, &invalid) || invalid.Faults[0].Field != "night_before" || !strings.Contains(err.Error(), "frozen") {
			t.Errorf("after the freeze: %v", err)
		}
		if place := b.placeAt(t, ref, "residential-2"); !place.Sitting.Night {
			t.Errorf("place %+v", place)
		}
		b.sound(t)
	})
}

// A night that falls on a day of another event of the leader's takes the place away, as a move onto that day does.
func TestTheNightBeforeFallsOnAnotherEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := map[string][]programme.Sitting{
			"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "", "2027-08-16 08:00", "2027-08-18 16:00", 1)},
			"residential-3": {date("a", "", "2027-07-08 08:00", "2027-07-10 16:00", 4), date("b", "", "2027-09-13 08:00", "2027-09-15 16:00", 1)}}
		ref := b.atEvents(t, 4, 1, dates)[0]
		b.goTo("2027-03-10 11:00")
		night := true
		order := programme.Reschedule{Cohort: spring, Stage: "residential-3", Sitting: "a", Night: &night, Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, order)
		must(t, err)
		if len(lines) != 1 || !lines[0].Task {
			t.Errorf("dry run %+v", lines)
		}
		b.reschedules(t, order)
		if place := b.placeAt(t, ref, "residential-3"); place.State != programme.PlaceReleased {
			t.Errorf("place %+v", place)
		}
		b.sound(t)
	})
}
