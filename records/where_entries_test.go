package records

import (
	"testing"
	"time"

	"fairlead/programme"
)

// A venue that is set after places were confirmed comes into the diaries of those who have the entry, once, and to nobody else.
func TestAVenueSetLateComesIntoTheDiaries(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, map[string][]programme.Sitting{"residential-2": {date("main", "", "2027-07-07 08:00", "2027-07-09 16:00", 4)}})
		b.takesPlace(t, "residential-2", "", "")
		b.goTo("2027-05-12 06:00")
		has, waits := refs[0], refs[1]
		b.submit(t, b.openStage(t, has, "residential-2").Ask, programme.Answers{"place": {programme.PlaceConfirm}, "dietary": {"none"}, "arrival": {"train"}, "room_night_before": {"no"}})
		b.closed(t, has, "residential-2")
		b.openStage(t, waits, "residential-2")
		now := b.goTo("2027-05-13 11:00") // a Thursday
		for range 2 {
			b.setWhere(t, "residential-2", "Oak House", "")
		}
		lines := b.lines(t, has, programme.MsgEventMoved)
		if len(lines) != 1 || lines[0].Rule != programme.RuleStaff || !lines[0].At.Equal(now) || len(b.outboxOf(t, programme.JourneyID(spring, has), signalMail)) != 1 {
			t.Fatalf("told %+v", lines)
		}
		if item := b.send(t, programme.PlannedMail{Key: lines[0].Key, At: lines[0].At}).Items[0]; item.Event.Venue != "Oak House" || item.Event.Sequence != 1 ||
			item.Event.Method != programme.MethodRequest || item.Event.Moved || item.Event.Asks {
			t.Errorf("the mail says %+v", item.Event)
		}
		if n := len(b.lines(t, waits, programme.MsgEventMoved)); n != 0 || b.placeAt(t, waits, "residential-2").Sequence != 0 {
			t.Errorf("who has no entry is told %d times", n)
		}
		if place := b.placeAt(t, has, "residential-2"); place.State != programme.PlaceConfirmed || place.Sequence != 1 {
			t.Errorf("her place is %+v", place)
		}
		b.sound(t)
	})
}

// Instructions that go by themselves because the venue is known bring the entry up to date too: no other mail has to.
func TestInstructionsBringTheVenueIntoTheDiary(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plan := b.awaited(t, 1)[0]
		ref := refOfAsk(plan.Ask)
		mail := plan.Mails[0]
		for programme.DateOf(mail.At).String() != "2027-07-06" {
			mail = b.waits(t, mail)
		}
		b.clock.set(mail.At.Add(-12 * time.Hour))
		b.setWhere(t, "residential-2", "Oak House", "")
		line := b.message(t, mail.Key)
		if item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]; item.Event.Method != programme.MethodRequest || item.Event.Sequence != 1 {
			t.Errorf("the mail says %+v", item.Event)
		}
		if n := len(b.lines(t, ref, programme.MsgEventMoved)); n != 0 {
			t.Errorf("%d more mails", n)
		}
		b.sound(t)
	})
}
