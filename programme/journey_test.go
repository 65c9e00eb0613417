package programme

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// All that may follow what, in one table. Whatever is not named is refused.
func TestMovesOfAJourney(t *testing.T) {
	t.Parallel()
	want := map[JourneyState]string{
		Reserve:     "invited applying enrolled withdrawn deferred not_needed",
		Invited:     "enrolled on_hold declined lapsed withdrawn deferred",
		Applying:    "submitted on_hold lapsed withdrawn",
		Submitted:   "under_review offered waitlisted on_hold rejected withdrawn deferred",
		UnderReview: "offered waitlisted on_hold rejected withdrawn deferred not_needed",
		Offered:     "enrolled on_hold declined lapsed withdrawn deferred",
		Waitlisted:  "offered on_hold withdrawn deferred not_needed",
		Enrolled:    "on_hold completed withdrawn deferred",
		OnHold:      "invited applying submitted under_review offered waitlisted enrolled completed declined lapsed withdrawn deferred",
		Lapsed:      "applying", // by a late code
	}
	if len(JourneyStates()) != 16 {
		t.Errorf("%d states", len(JourneyStates()))
	}
	for _, from := range JourneyStates() {
		var next []string
		for _, to := range JourneyStates() {
			if from.CanMove(to) {
				next = append(next, string(to))
			}
			if from.CanMove(to) != (Journey{State: from, HeldState: to}).MayMove(to) {
				t.Errorf("%s to %s: a journey and its state disagree", from, to)
			}
		}
		if got := strings.Join(next, " "); got != want[from] {
			t.Errorf("%s\n got %s\nwant %s", from, got, want[from])
		}
		if from.Ended() != (want[from] == "" || from == Lapsed) {
			t.Errorf("%s has ended is %v", from, from.Ended())
		}
	}
}

func TestHeldPlaces(t *testing.T) {
	t.Parallel()
	for _, s := range JourneyStates() {
		holds := slices.Contains([]JourneyState{Invited, Offered, Enrolled, OnHold, Completed}, s)
		if s.HoldsPlace() != holds {
			t.Errorf("%s holds a place is not %v", s, holds)
		}
	}
}

// However a journey goes: it never skips a state, a hold returns it to where it was, and an end is an end.
func TestMovesSkipNoState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := Journey{State: rapid.SampledFrom([]JourneyState{Reserve, Applying}).Draw(t, "start")}
		been := map[JourneyState]bool{j.State: true}
		for !j.State.Ended() {
			var open []JourneyState
			for _, to := range JourneyStates() {
				if j.MayMove(to) {
					open = append(open, to)
				}
			}
			if len(open) == 0 {
				t.Fatalf("%s (held: %s) has not ended and leads nowhere", j.State, j.HeldState)
			}
			to := rapid.SampledFrom(open).Draw(t, "to")
			held := j.HeldState
			if to == OnHold {
				j.HeldState = j.State
			} else {
				j.HeldState = ""
			}
			before := map[JourneyState][]JourneyState{Completed: {Enrolled}, Enrolled: {Reserve, Invited, Offered}, Declined: {Invited, Offered},
				Offered: {Submitted}, Rejected: {Submitted}, UnderReview: {Submitted}, Waitlisted: {Submitted}}
			if needed := before[to]; needed != nil && !slices.ContainsFunc(needed, func(s JourneyState) bool { return been[s] }) {
				t.Fatalf("%s after %v", to, been)
			}
			if j.State == OnHold && to != held && !held.CanMove(to) {
				t.Fatalf("held as %s, it goes on as %s", held, to)
			}
			j.State = to
			been[to] = true
		}
	})
}

func TestStagesAndKinds(t *testing.T) {
	t.Parallel()
	for state, closed := range map[StageState]bool{StageNotOpen: false, StageOpen: false, StageDone: true, StageLapsed: true, StageSkipped: true, StageCancelled: true} {
		if state.Closed() != closed {
			t.Errorf("%s closed is not %v", state, closed)
		}
	}
	for kind, want := range map[Kind]string{KindSelection: "Selection", KindOnboarding: "Onboarding", KindPsychometrics: "Psychometrics",
		KindEvent: "Event", KindCoaching: "CoachingSession", KindSurvey: "Survey", KindAlumni: "Alumni", "quiz": ""} {
		if kind.Workflow() != want {
			t.Errorf("%s is served by %q", kind, kind.Workflow())
		}
		runs := kind.Workflow() != ""
		if kind.Runs() != runs {
			t.Errorf("%s runs is not %v", kind, runs)
		}
	}
	if got := StageID("2027-spring", "P-7F3K2Q", "residential-2"); got != "journey/2027-spring/P-7F3K2Q/residential-2" {
		t.Error(got)
	}
	if got := MessageKey("2027-spring", "P-7F3K2Q", "", MsgYearDates, 1, 2, 0); got != "2027-spring/P-7F3K2Q/-/year-dates/1.2.0" {
		t.Error(got)
	}
	if got := ReplyKey("2027-spring", "", "", MsgTasksWaiting, "7"); got != "2027-spring/-/-/tasks-waiting/7" {
		t.Error(got)
	}
}
