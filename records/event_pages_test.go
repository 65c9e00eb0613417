package records

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fairlead/programme"
)

// needsOfTwo brings two leaders to residential 1 with their needs.
func (b *bundle) needsOfTwo(t *testing.T) []string {
	t.Helper()
	refs := b.atEvents(t, 4, 2, nil)
	b.goTo("2026-11-23 06:00")
	for i, ref := range refs {
		answers := withPlaces(programme.PlaceConfirm)
		answers["given_name"], answers["family_name"] = []string{"Helen"}, []string{[]string{"Nguyen", "Abbott"}[i]}
		answers["access_needs"] = []string{[]string{"A hearing loop", "Step-free access"}[i]}
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, answers)
		b.closed(t, ref, "onboarding")
	}
	return refs
}

func TestTheVenueGetsCountsFromTheFreezeToTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		b.goTo("2027-02-08 16:59")
		var illegal *programme.Illegal
		if _, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); !errors.As(err, &illegal) {
			t.Errorf("before the freeze: %v", err)
		}
		if _, frozen, err := b.Needs(b.ctx, refs[0]); err != nil || frozen {
			t.Errorf("frozen too early: %v", err)
		}
		night := true
		b.reschedules(t, programme.Reschedule{Stage: "residential-1", Night: &night})
		b.goTo("2027-02-08 17:00")
		pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main")
		must(t, err)
		if pack.Expected != 2 || pack.Unknown != 0 || len(pack.Rooms) != 2 || pack.Rooms[0].Name != "Dr Helen Abbott" || !pack.Rooms[0].NightBefore ||
			fmt.Sprint(pack.Access) != "[A hearing loop Step-free access]" {
			t.Errorf("pack %+v", pack)
		}
		for _, count := range pack.Counts {
			want := 0
			if count.Value == "vegan" || count.Value == "train" || count.Field == "room_night_before" && count.Value == programme.Yes {
				want = 2
			}
			if count.Count != want {
				t.Errorf("%s %s: %d, want %d", count.Field, count.Label, count.Count, want)
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1]})
		if pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); err != nil || pack.Expected != 1 || pack.OnHold != 1 || len(pack.Rooms) != 1 || len(pack.Access) != 1 {
			t.Errorf("with one leader on hold: %+v, %v", pack, err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[1]})
		// The venue has them now: neither the leader nor the assistant changes them any more.
		needs, frozen, err := b.Needs(b.ctx, refs[0])
		if err != nil || !frozen || needs.Get("dietary") != "vegan" {
			t.Errorf("needs %v, frozen %v, %v", needs, frozen, err)
		}
		travel := programme.Submission{Ref: refs[0], Form: programme.FormAssistant, Ask: programme.AssistantAsk(refs[0]), At: b.Now(b.ctx),
			Answers: programme.Answers{"confirm_dates": {"yes"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}}}
		if _, err := b.Submit(b.ctx, travel); !isInvalid(err) {
			t.Errorf("the assistant changes frozen needs: %v", err)
		}
		b.goTo("2027-03-05 13:00")
		if _, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); !errors.Is(err, programme.ErrGone) {
			t.Errorf("after the event: %v", err)
		}
		travel.At = b.Now(b.ctx)
		if _, err := b.Submit(b.ctx, travel); err != nil {
			t.Errorf("after the event needs are hers again: %v", err)
		}
		if _, err := b.VenuePack(b.ctx, spring, "residential-1", "z"); !isNotFound(err) {
			t.Errorf("no such date: %v", err)
		}
	})
}

// What leaders told of the night before says nothing to a venue where no rooms are booked for it, or none any more.
func TestTheVenueGetsTheNightBeforeWhereThereIsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.needsOfTwo(t)
		for _, night := range []bool{true, false} {
			b.reschedules(t, programme.Reschedule{Stage: "residential-1", Night: &night})
		}
		b.goTo("2027-02-08 17:00")
		pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main")
		must(t, err)
		if len(pack.Rooms) != 2 || pack.Rooms[0].NightBefore || pack.Rooms[1].NightBefore {
			t.Errorf("rooms %+v", pack.Rooms)
		}
		for _, count := range pack.Counts {
			if count.Field == "room_night_before" && count.Count != 0 {
				t.Errorf("%s: %d", count.Label, count.Count)
			}
		}
		b.sound(t)
	})
}

// An event that is put online has no venue that would get anything, from that moment on.
func TestNoVenueGetsTheNeedsOfAnEventHeldOnline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.needsOfTwo(t)
		b.goTo("2027-02-09 10:00")
		if pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); err != nil || len(pack.Access) != 2 {
			t.Fatalf("pack %+v, %v", pack, err)
		}
		online := true
		b.reschedules(t, programme.Reschedule{Stage: "residential-1", Online: &online})
		var illegal *programme.Illegal
		if pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); !errors.As(err, &illegal) || !strings.Contains(illegal.Why, "no venue") || pack.Expected != 0 {
			t.Errorf("online: %+v, %v", pack, err)
		}
		b.sound(t)
	})
}

func TestTheRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		for _, ref := range refs {
			b.goTo("2027-01-04 06:00")
			b.openStage(t, ref, "residential-1")
		}
		b.goTo("2027-02-27 12:00")
		register, err := b.Register(b.ctx, spring, "residential-1", "main")
		must(t, err)
		if register.Open || len(register.Rows) != 2 || register.Rows[0].Name != "Dr Helen Abbott" || register.Rows[0].Status != "" {
			t.Errorf("before it: %+v", register)
		}
		marks := []programme.AttendanceMark{{Ref: refs[0], Status: programme.Attended}, {Ref: refs[1], Status: programme.Absent, Note: "no word"}, {Ref: "P-XXXXXX", Status: programme.Attended}}
		results, err := b.RecordAttendances(b.ctx, spring, "residential-1", "main", marks, "staff:kim")
		must(t, err)
		for _, result := range results {
			if result.Refused == "" {
				t.Errorf("the day before, %+v", result)
			}
		}
		b.goTo("2027-03-01 10:00")
		results, err = b.RecordAttendances(b.ctx, spring, "residential-1", "main", marks, "staff:kim")
		must(t, err)
		if !results[0].Changed || !results[1].Changed || results[2].Changed || results[2].Refused == "" {
			t.Errorf("results %+v", results)
		}
		if n := len(b.outboxOf(t, programme.StageID(spring, refs[0], "residential-1"), signalFormSubmitted)); n != 1 {
			t.Errorf("%d signals tell the stage of who came", n)
		}
		for i, ref := range refs {
			if n := len(b.outboxOf(t, programme.JourneyID(spring, ref), signalReplanned)); n != i { // of who did not, an alert tells
				t.Errorf("%d signals tell the journey", n)
			}
		}
		before := b.wholeRecords(t)
		results, err = b.RecordAttendances(b.ctx, spring, "residential-1", "main", marks[:2], "staff:kim")
		must(t, err)
		if diff := difference(before, b.wholeRecords(t)); diff != "" || results[0].Changed {
			t.Errorf("sent again it changes something: %s", diff)
		}
		if register, err = b.Register(b.ctx, spring, "residential-1", "main"); err != nil || !register.Open || register.Rows[0].Status != programme.Absent || register.Rows[1].Status != programme.Attended {
			t.Errorf("afterwards %+v, %v", register, err)
		}
		_, places, err := b.Sitting(b.ctx, spring, "residential-1", "main")
		if err != nil || len(places) != 2 || places[1].State != programme.PlaceAttended || places[1].Organisation == "" {
			t.Errorf("places %+v, %v", places, err)
		}
		b.sound(t)
	})
}

// The alumni stage waits until every compulsory event is decided upon, and no earlier.
func TestTheYearEndsWhenEveryEventIsDecided(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-11-20 10:00")
		for _, stage := range []string{"onboarding", "opening-event", "residential-1", "residential-2", "residential-3", "closing-survey"} {
			effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage})
			for _, opening := range effect.Openings {
				if opening.Stage == "alumni" {
					t.Errorf("alumni opens after %s", stage)
				}
			}
		}
		b.openStage(t, ref, "closing-event")
		effect := b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "closing-event", Status: "excused"})
		if len(effect.Openings) != 1 || effect.Openings[0].Stage != "alumni" {
			t.Errorf("openings %+v", effect.Openings)
		}
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "alumni"})
		if state := b.journeyOf(t, ref).State; state != programme.Completed {
			t.Errorf("state %s", state)
		}
		b.sound(t)
	})
}
