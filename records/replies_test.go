package records

import (
	"testing"
	"time"

	"fairlead/programme"
)

// Whoever takes note of an answer gets its confirmation to send; nothing is promised besides. What a changed answer brings is
// promised to the journey: the stage hears nothing of it.
func TestTheConfirmationGoesWithTheAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 3, 1, nil)[0]
		b.goTo("2026-11-23 06:00")
		b.answered(t, ref, "onboarding", withPlaces("confirm"))
		b.goTo("2027-05-24 06:00")
		asked := b.openStage(t, ref, "residential-2")
		b.submit(t, asked.Ask, programme.Answers{"place": {"confirm"}, "dietary": {"none"}, "arrival": {"train"}, "room_night_before": {"no"}})
		before := len(b.outboxOf(t, programme.JourneyID(spring, ref), signalMail))
		end, err := b.CloseStage(b.ctx, ref, "residential-2", b.clock.Now())
		must(t, err)
		if end.State != programme.StageOpen || end.Plan == nil || len(end.Mails) != 1 ||
			end.Mails[0].Key != b.lines(t, ref, programme.MsgEventConfirmed)[len(b.lines(t, ref, programme.MsgEventConfirmed))-1].Key {
			t.Fatalf("%+v", end)
		}
		must(t, b.PassOn(b.ctx, end.Mails)) // the relay is away
		must(t, b.PassOn(b.ctx, end.Mails))
		if after := len(b.outboxOf(t, programme.JourneyID(spring, ref), signalMail)); after != before+2 {
			t.Errorf("%d promises, before there were %d", after, before)
		}
		b.claim(t, end.Mails[0]) // and the worker dies
		if again, err := b.CloseStage(b.ctx, ref, "residential-2", b.clock.Now()); err != nil || len(again.Mails) != 0 {
			t.Errorf("of a mail that is being sent: %+v, %v", again.Mails, err)
		}
		if begun, err := b.Begun(b.ctx, ref, "residential-2"); err != nil || len(begun) != 1 || begun[0].Key != end.Mails[0].Key {
			t.Errorf("begun: %+v, %v", begun, err)
		}
		b.clock.set(b.clock.Now().Add(time.Minute))
		b.send(t, end.Mails[0])
		if begun, err := b.Begun(b.ctx, ref, "residential-2"); err != nil || len(begun) != 0 {
			t.Errorf("sent, and begun: %+v, %v", begun, err)
		}
		if end, err = b.CloseStage(b.ctx, ref, "residential-2", b.clock.Now()); err != nil || len(end.Mails) != 0 {
			t.Errorf("sent, and still to be sent: %+v, %v", end.Mails, err)
		}
		if err := b.PassOn(b.ctx, []programme.PlannedMail{{Key: "nothing"}}); !isNotFound(err) {
			t.Error(err)
		}
	})
}

// What announces an event goes before it or not at all, however late the machine is.
func TestNothingAnnouncesAnEventThatHasBegun(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 3, 2, nil)
		b.goTo("2026-11-23 06:00")
		for _, ref := range refs {
			b.answered(t, ref, "onboarding", withPlaces("confirm"))
		}
		b.goTo("2027-01-25 06:00")
		for _, ref := range refs {
			b.openStage(t, ref, "opening-event")
		}
		for i, ref := range refs {
			line := b.lines(t, ref, programme.MsgEventTomorrow)[0]
			if i == 1 {
				b.goTo("2027-02-02 09:30") // it begins
			} else {
				b.clock.set(line.At)
			}
			claim := b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At})
			if late := claim.Reason == programme.NotSentMissed; late != (i == 1) {
				t.Errorf("leader %d: %+v", i, claim)
			}
		}
	})
}
