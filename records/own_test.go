package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// A leader who leaves gives up what was theirs at once, and is told at once; the second press changes nothing.
func TestALeaderLeaves(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 2, nil)[0]
		b.openStage(t, ref, "onboarding")
		b.confirmsSecond(t, ref)
		taken := b.taken(t, "residential-2", "main")
		for range 2 {
			must(t, ignore(b.LeaveProgramme(b.ctx, ref, "I take another post.", b.clock.Now())))
		}
		j := b.journeyOf(t, ref)
		if j.State != programme.Withdrawn || b.taken(t, "residential-2", "main") != taken-1 {
			t.Errorf("%s, %d places taken of %d", j.State, b.taken(t, "residential-2", "main"), taken)
		}
		for _, stage := range j.Stages {
			if !stage.State.Closed() {
				t.Errorf("%s is %s", stage.Name, stage.State)
			}
		}
		told := b.lines(t, ref, programme.MsgWithdrawn)
		if len(told) != 1 || told[0].Rule != programme.RuleReply || told[0].At.After(b.clock.Now()) {
			t.Errorf("told %+v", told)
		}
		moves, _, err := b.Moves(b.ctx, ref, 0, 100)
		must(t, err)
		if at := slices.IndexFunc(moves, func(m programme.Move) bool { return m.To == string(programme.Withdrawn) }); at < 0 ||
			moves[at].Actor != actorParticipant || moves[at].Reason != reasonLeaderAsked || moves[at].Note != "I take another post." {
			t.Errorf("moves %+v", moves)
		}
		if news := b.outboxOf(t, programme.JourneyID(spring, ref), signalMoved); len(news) != 1 {
			t.Errorf("%d signals", len(news))
		}
		b.sound(t)
	})
}

// Nobody leaves who has no place, or whose year is over.
func TestWhoCannotLeave(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.launchCohort(t, testCohort(spring, programme.RouteInvitation, 2), people(1))
		var illegal *programme.Illegal
		if _, err := b.LeaveProgramme(b.ctx, refs[0], "", b.clock.Now()); !errors.As(err, &illegal) {
			t.Errorf("somebody invited: %v", err)
		}
		if j := b.journeyOf(t, refs[0]); j.State != programme.Invited {
			t.Errorf("became %s", j.State)
		}
	})
}

// A leader puts post, private address and assistant right; what somebody changed meanwhile is not overwritten unseen, and
// the same again is no change.
func TestALeaderChangesTheirDetails(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		version := func() int64 { return b.journeyOf(t, ref).Version }
		text := func(s string) *string { return &s }
		change := func(d programme.Details, private *string) error {
			_, err := b.ChangeOwnDetails(b.ctx, ref, d, private, version(), b.clock.Now())
			return err
		}
		must(t, change(programme.Details{JobTitle: text("Permanent Secretary"), Organisation: text("Cabinet Office")}, text("home@private.example")))
		j := b.journeyOf(t, ref)
		private, err := b.PrivateAddress(b.ctx, ref)
		must(t, err)
		if j.Role.JobTitle != "Permanent Secretary" || j.Role.Organisation != "Cabinet Office" || private != "home@private.example" {
			t.Errorf("%+v, %s", j.Role, private)
		}
		assistant := programme.Details{AssistantName: text("Sam Poe"), AssistantEmail: text("sam@service.example"), AssistantMay: text("dates")}
		must(t, change(assistant, nil))
		before := version()
		must(t, change(assistant, text("home@private.example")))
		if j = b.journeyOf(t, ref); j.Assistant == nil || j.Assistant.Email != "sam@service.example" || j.AssistantMay != programme.AssistantDates || j.Version != before {
			t.Errorf("assistant %+v may %q, version %d, before %d", j.Assistant, j.AssistantMay, j.Version, before)
		}
		var invalid *programme.Invalid
		for what, err := range map[string]error{
			"private address of the assistant": change(programme.Details{}, text("SAM@service.example")),
			"assistant at the private address": change(programme.Details{AssistantName: text("X"), AssistantEmail: text("HOME@private.example"), AssistantMay: text("dates")}, nil),
			"assistant at the own address":     change(programme.Details{AssistantName: text("X"), AssistantEmail: text(j.Person.Email), AssistantMay: text("dates")}, nil),
		} {
			if !errors.As(err, &invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		var illegal *programme.Illegal
		_, err = b.ChangeOwnDetails(b.ctx, ref, programme.Details{JobTitle: text("Other")}, nil, before-1, b.clock.Now())
		if !errors.As(err, &illegal) || illegal.State != programme.StateChanged {
			t.Errorf("of an older page: %v", err)
		}
		must(t, change(programme.Details{AssistantEmail: text("")}, text("")))
		private, err = b.PrivateAddress(b.ctx, ref)
		if j = b.journeyOf(t, ref); err != nil || j.Assistant != nil || private != "" || j.Role.JobTitle != "Permanent Secretary" {
			t.Errorf("taken away: %+v, %q, %v", j.Assistant, private, err)
		}
		b.sound(t)
	})
}

// Who has left changes nothing any more.
func TestDetailsOfSomebodyWhoLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		must(t, ignore(b.LeaveProgramme(b.ctx, ref, "", b.clock.Now())))
		title := "Other"
		var illegal *programme.Illegal
		if _, err := b.ChangeOwnDetails(b.ctx, ref, programme.Details{JobTitle: &title}, nil, b.journeyOf(t, ref).Version, time.Time{}); !errors.As(err, &illegal) {
			t.Errorf("changed: %v", err)
		}
	})
}
