package records

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"

	"fairlead/programme"
)

// putOnline puts residential-1 online, or back to its venue.
func (b *bundle) putOnline(t *testing.T, online bool) {
	t.Helper()
	b.reschedules(t, programme.Reschedule{Stage: "residential-1", Online: &online})
}

// knows checks what is known of a leader's needs.
func (b *bundle) knows(t *testing.T, ref, when string, want programme.Answers) {
	t.Helper()
	if needs, _, err := b.Needs(b.ctx, ref); err != nil || !reflect.DeepEqual(needs, want) {
		t.Errorf("%s: needs %v, %v", when, needs, err)
	}
}

// At an event held online the leader tells alone what it takes to take part; what is known of food, travel and room stays for
// the next one at a venue, and an event that comes back to one asks for them again.
func TestNeedsAtAnEventHeldOnline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		ref := refs[0]
		b.goTo("2027-01-04 06:00")
		for _, ref := range refs {
			b.openStage(t, ref, "residential-1")
		}
		b.goTo("2027-01-11 10:00")
		known, _, err := b.Needs(b.ctx, ref)
		must(t, err)
		b.putOnline(t, true)
		change := func(answers programme.Answers) error {
			_, err := b.Submit(b.ctx, programme.Submission{Ask: programme.AskID(ref, "residential-1", 1), Ref: ref, Form: programme.FormEventPlace, Change: true,
				At: b.Now(b.ctx), Answers: answers})
			return err
		}
		want := maps.Clone(known)
		want[programme.NeedAccess] = []string{"Captions"}
		must(t, change(ofPlace(programme.PlaceConfirm, "access_needs", "Captions", "dietary", "halal")))
		b.knows(t, ref, "told online", want)
		answer, err := b.Answers(b.ctx, programme.AskID(ref, "residential-1", 1))
		must(t, err)
		if len(answer.Answers) != 2 {
			t.Errorf("kept %v", answer.Answers)
		}
		must(t, change(ofPlace(programme.PlaceConfirm)))
		delete(want, programme.NeedAccess)
		b.knows(t, ref, "emptied online", want)

		told := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "residential-1", GivenBy: "Sam Field", How: "telephone",
			Answers: programme.Answers{"arrival": {"car"}}}
		var invalid *programme.Invalid
		if _, err := b.order(told); !errors.As(err, &invalid) || invalid.Faults[0].Field != "arrival" {
			t.Errorf("travel to an event online: %v", err)
		}
		told.Answers = programme.Answers{"access_needs": {"An interpreter"}}
		b.ordered(t, told)
		want[programme.NeedAccess] = []string{"An interpreter"}
		b.knows(t, ref, "told to staff", want)

		b.putOnline(t, false)
		if err := change(ofPlace(programme.PlaceConfirm, "access_needs", "Captions")); !isInvalid(err) {
			t.Errorf("back at the venue: %v", err)
		}
		must(t, change(ofPlace(programme.PlaceConfirm, "access_needs", "Captions", "dietary", "halal", "arrival", "car", "room_night_before", "no")))
		b.knows(t, ref, "back at the venue", programme.Answers{"access_needs": {"Captions"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}})
		b.sound(t)
	})
}

// Who has told what they need online has not told what a venue asks for.
func TestNeedsKnownFromAnEventOnlineAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.putOnline(t, true)
		b.goTo("2027-01-04 06:00")
		plan := b.openStage(t, ref, "residential-1")
		told := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "residential-1", GivenBy: "Sam Field", How: "telephone",
			Answers: ofPlace(programme.PlaceConfirm, "dietary", "vegan")}
		if _, err := b.order(told); !isInvalid(err) {
			t.Errorf("a diet for an event online: %v", err)
		}
		b.submit(t, plan.Ask, ofPlace(programme.PlaceConfirm, "access_needs", "Captions"))
		b.knows(t, ref, "told online", programme.Answers{"access_needs": {"Captions"}})
		b.putOnline(t, false)
		b.goTo("2027-02-09 10:00")
		if pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); err != nil || pack.Unknown != 1 {
			t.Errorf("the pack says %+v, %v", pack, err)
		}
		if _, frozen, err := b.Needs(b.ctx, ref); err != nil || frozen {
			t.Errorf("what nobody knows yet is frozen, %v", err)
		}
		// The venue has what she told online all the same, so staff tell it what changes.
		name, email, may := "Alex Reed", "alex@service.example", string(programme.AssistantNeeds)
		b.ordered(t, programme.Command{Name: programme.CmdChangeDetails, Ref: ref, Details: programme.Details{AssistantName: &name, AssistantEmail: &email, AssistantMay: &may}})
		travel := programme.Submission{Ref: ref, Form: programme.FormAssistant, Ask: programme.AssistantAsk(ref), At: b.Now(b.ctx),
			Answers: programme.Answers{"confirm_dates": {"yes"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}}}
		_, err := b.Submit(b.ctx, travel)
		must(t, err)
		b.knows(t, ref, "completed", programme.Answers{"access_needs": {"Captions"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}})
		if tasks := b.openTasks(t, ref); !slices.Contains(tasks, "residential-1 tell_venue") {
			t.Errorf("nobody tells the venue: %v", tasks)
		}
		b.sound(t)
	})
}

// Whoever told what they need online alone answers that no date at the venue will do, or asks for another, without being asked for
// diet, travel and room; what they say of access is kept.
func TestNoDateAtAVenueWithNeedsToldOnline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 6, 3, twoDates(6, 6))
		b.goTo("2027-01-04 06:00")
		asks := map[string]string{}
		for _, ref := range refs {
			asks[ref] = b.openStage(t, ref, "residential-1").Ask
			b.saysNeeds(t, ref, programme.Answers{"access_needs": {"Captions"}})
		}
		give := func(ref string, answers programme.Answers) error {
			_, err := b.Submit(b.ctx, programme.Submission{Ask: asks[ref], Ref: ref, Form: programme.FormEventPlace, At: b.Now(b.ctx), Answers: answers})
			return err
		}
		must(t, give(refs[0], ofPlace(programme.PlaceCannot, "access_needs", "An interpreter", "dietary", "halal")))
		b.knows(t, refs[0], "who cannot come", programme.Answers{"access_needs": {"An interpreter"}})
		if !b.placeAt(t, refs[0], "residential-1").Cannot {
			t.Error("nobody knows that no date will do")
		}
		if err := give(refs[1], ofPlace(programme.PlaceAnother, "sitting", "b", "access_needs", "Captions", "dietary", "halal")); !isInvalid(err) {
			t.Errorf("a diet alone: %v", err)
		}
		must(t, give(refs[1], ofPlace(programme.PlaceAnother, "sitting", "b", "access_needs", "Captions")))
		b.knows(t, refs[1], "with another date", programme.Answers{"access_needs": {"Captions"}})
		if err := give(refs[2], ofPlace(programme.PlaceConfirm, "access_needs", "Captions")); !isInvalid(err) {
			t.Errorf("who comes to the venue: %v", err)
		}
		b.sound(t)
	})
}

// saysNeeds has a leader's needs known.
func (b *bundle) saysNeeds(t *testing.T, ref string, needs programme.Answers) {
	t.Helper()
	must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.saveNeeds(needs, actorParticipant) }))
}
