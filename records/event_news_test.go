package records

import (
	"testing"

	"fairlead/programme"
)

// What staff do at night is told in the morning. A date that was taken away and given anew meanwhile, or the other way
// round, is told of once: a diary believes what it reads last.
func TestNewsThatIsOverhauledBeforeItGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 4),
			date("b", "C", "2027-08-02 08:00", "2027-08-04 16:00", 4)}})
		for _, ref := range refs {
			b.confirmsSecond(t, ref)
			must(t, b.try(programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "a"}))
		}
		outcome := func(ref, message string) programme.Claim {
			for _, line := range b.lines(t, ref, message) {
				if line.State == programme.MessagePlanned {
					return b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At})
				}
			}
			t.Fatalf("%s has no planned %s", ref, message)
			return programme.Claim{}
		}
		for _, ref := range refs { // what the confirmation sent has gone
			outcome(ref, programme.MsgEventConfirmed)
		}
		given, taken := refs[0], refs[1]
		b.goTo("2027-06-25 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: given})
		b.goTo("2027-07-23 19:30") // a Friday evening
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: given})
		for _, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "b"})
		}
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: taken, Stage: "residential-2"})
		b.goTo("2027-07-26 09:59")
		if claim := outcome(given, programme.MsgEventCancelled); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentReplaced {
			t.Errorf("the old date is taken out of a diary that has the new one: %+v", claim)
		}
		if claim := outcome(given, programme.MsgEventConfirmed); claim.Outcome != programme.ClaimSend {
			t.Errorf("the new date is not told: %+v", claim)
		}
		if claim := outcome(taken, programme.MsgEventConfirmed); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentReplaced {
			t.Errorf("a place given back is put into a diary: %+v", claim)
		}
		if claim := outcome(taken, programme.MsgEventCancelled); claim.Outcome != programme.ClaimSend {
			t.Errorf("a place given back stays in the diary: %+v", claim)
		}
		b.sound(t)
	})
}

// Two changes that wait for staff's hours are one mail, which says how the event then stands.
func TestTwoChangesOfOneNightAreToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		d := b.diary()
		d.until(t, london("2027-05-15 10:00")) // a Saturday
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		for _, day := range []string{"2027-07-12 08:00", "2027-07-19 08:00"} {
			b.reschedules(t, programme.Reschedule{Stage: "residential-2", Starts: london(day)})
		}
		d.until(t, london("2027-05-18 12:00"))
		var sent []programme.Message
		for _, line := range b.lines(t, ref, programme.MsgEventMoved) {
			if line.State != programme.MessageNotSent {
				sent = append(sent, line)
			} else if line.Reason != programme.NotSentReplaced {
				t.Errorf("%+v", line)
			}
		}
		if len(sent) != 1 || sent[0].State != programme.MessageSent {
			t.Errorf("told by %+v", sent)
		}
		d.agrees(t, []string{ref})
		b.sound(t)
	})
}
