package records

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// needsKept is everything that the records still hold of a leader's needs, opened.
func (b *bundle) needsKept(t *testing.T, ref string) []string {
	t.Helper()
	var kept []string
	look := func(where string, answers programme.Answers) {
		for _, name := range programme.NeedFields() {
			if _, has := answers[name]; has {
				kept = append(kept, where+" "+name)
			}
		}
	}
	person, err := leaderOf(b.db, ref)
	must(t, err)
	needs, _, err := b.Needs(b.ctx, ref)
	must(t, err)
	look("needs", needs)
	var answers []submissionRow
	must(t, b.db.Where("ref = ?", ref).Find(&answers).Error)
	for _, row := range answers {
		given, err := b.openSubmission(b.ctx, person, row)
		must(t, err)
		look("answer", given.Answers)
	}
	var asks []string
	must(t, b.db.Model(&draftRow{}).Where("ask LIKE ?", ref+"/%").Distinct().Pluck("ask", &asks).Error)
	for _, ask := range asks {
		drafts, err := b.Drafts(b.ctx, ask)
		must(t, err)
		for _, draft := range drafts {
			look("draft", draft.Answers)
		}
	}
	var orders []string
	must(t, b.db.Model(&commandRow{}).Where("ref = ?", ref).Pluck("id", &orders).Error)
	for _, id := range orders {
		order, err := b.Command(b.ctx, id)
		must(t, err)
		look("order", order.Answers)
	}
	return kept
}

// roundAt has the cohort's round at a moment.
func (b *bundle) roundAt(t *testing.T, at time.Time) programme.CohortRound {
	t.Helper()
	b.clock.set(at)
	round, err := b.CohortRound(b.ctx, spring, at)
	must(t, err)
	return round
}

// What leaders need is deleted thirty days after the last event of each, wherever it was written down, and what they
// answered besides stays.
func TestNeedsAreDeletedThirtyDaysAfterTheLastEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 6, 5, twoDates(6, 6))
		stays, left, never, early, silent := refs[0], refs[1], refs[2], refs[3], refs[4]
		b.goTo("2026-11-23 06:00")
		answers := withPlaces(programme.PlaceConfirm)
		b.submit(t, b.openStage(t, stays, "onboarding").Ask, answers)
		b.openStage(t, left, "onboarding")
		told := givenFor()
		told["places"] = answers["places"]
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: left, Stage: "onboarding", GivenBy: "her assistant", How: "telephone",
			Answers: told})
		b.submit(t, b.openStage(t, never, "onboarding").Ask, answers)
		b.submit(t, b.openStage(t, early, "onboarding").Ask, answers)
		b.closed(t, stays, "onboarding")
		b.closed(t, early, "onboarding")
		changes := programme.AskID(stays, "onboarding", 1)
		must(t, b.SaveDraft(b.ctx, changes, programme.SectionNeeds, programme.Answers{"dietary": {"none"}}, true, b.Now(b.ctx)))
		must(t, b.SaveDraft(b.ctx, changes, programme.SectionPrivacy, programme.Answers{"privacy_read": {"yes"}}, true, b.Now(b.ctx)))
		for _, ref := range []string{stays, left, never, early} {
			if len(b.needsKept(t, ref)) == 0 {
				t.Fatal("nothing is kept that could be deleted")
			}
		}
		b.goTo("2027-02-01 06:00")
		_, err := b.Submit(b.ctx, programme.Submission{Ref: stays, Form: programme.FormAssistant, Ask: programme.AssistantAsk(stays), At: b.Now(b.ctx),
			Answers: programme.Answers{"confirm_dates": {"yes"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}}})
		must(t, err)
		// She was at residential 1, which of her sitting ended on 26 March, and leaves the year a week later.
		b.openStage(t, left, "residential-1")
		b.goTo("2027-03-22 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: left, Stage: "residential-1", Status: "attended"})
		b.goTo("2027-04-02 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: left})
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: never})
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: early, Stage: "closing-event"})
		round := b.roundAt(t, b.clock.Now())
		if round.Over || round.Next.IsZero() || round.Next.After(london("2027-04-25 13:00")) {
			t.Errorf("with one to delete on 25 April the round says %+v", round)
		}
		if kept := b.needsKept(t, never); len(kept) > 0 {
			t.Errorf("who left before any event: %v", kept)
		}
		due := london("2027-03-26 13:00").Add(30 * 24 * time.Hour)
		if b.roundAt(t, due.Add(-time.Second)); len(b.needsKept(t, left)) == 0 {
			t.Error("deleted before the thirty days are over")
		}
		b.roundAt(t, due)
		if kept := b.needsKept(t, left); len(kept) > 0 {
			t.Errorf("thirty days after her last event: %v", kept)
		}
		for _, ref := range []string{stays, early} {
			if len(b.needsKept(t, ref)) == 0 {
				t.Error("whose next event is to come has lost the needs")
			}
		}
		if given, err := b.Answers(b.ctx, programme.AskID(left, "onboarding", 1)); err != nil || given.Answers.Get("coach_background") == "" || given.GivenBy != "her assistant" {
			t.Errorf("what else she answered: %+v, %v", given, err)
		}
		// Residential 3 ends on 15 September, the closing event on 9 November.
		b.roundAt(t, b.placeAt(t, early, "residential-3").Sitting.Ends.Add(30*24*time.Hour))
		if kept := b.needsKept(t, early); len(kept) > 0 {
			t.Errorf("who does not come to the closing event: %v", kept)
		}
		b.goTo("2027-11-09 10:00")
		b.openStage(t, stays, "closing-event")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: stays, Stage: "closing-event", Status: "attended"})
		for _, ref := range []string{stays, early, silent} {
			for _, stage := range b.journeyOf(t, ref).Stages {
				if !stage.State.Closed() {
					b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage.Name})
				}
			}
		}
		must(t, b.ConfirmStarts(b.ctx, b.lastOperation(t), refs))
		if drafts, err := b.Drafts(b.ctx, changes); err != nil || len(drafts) != 0 {
			t.Errorf("drafts of a year that is over: %v, %v", drafts, err)
		}
		last := b.placeAt(t, stays, "closing-event").Sitting.Ends.Add(30 * 24 * time.Hour)
		round = b.roundAt(t, last.Add(-time.Hour))
		if state := b.journeyOf(t, stays).State; state != programme.Completed || round.Over || !round.Next.Equal(last) {
			t.Errorf("the hour before it is %s, and the year %+v, want it to go on until %s", state, round, last)
		}
		round = b.roundAt(t, last)
		if kept := b.needsKept(t, stays); len(kept) > 0 || !round.Over {
			t.Errorf("at the end of the year: %v, %+v", kept, round)
		}
		b.roundAt(t, last.Add(time.Hour))
		for ref, want := range map[string]int{stays: 1, left: 1, never: 1, early: 1, silent: 0} {
			moves, _, err := b.Moves(b.ctx, ref, 0, 500)
			must(t, err)
			moves = slices.DeleteFunc(moves, func(m programme.Move) bool { return m.What != "needs-deleted" })
			if len(moves) != want || want > 0 && (moves[0].Note != "" || moves[0].Actor != actorProgramme) {
				t.Errorf("its history says %+v, want it %d times", moves, want)
			}
		}
		if n := b.count(t, "SELECT COUNT(*) FROM needs"); n > 0 {
			t.Errorf("%d needs are left", n)
		}
		b.sound(t)
	})
}

// Needs that come after they were deleted go again.
func TestNeedsThatComeLaterAreDeletedToo(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 2, 1, nil)[0]
		b.goTo("2026-11-23 06:00")
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, withPlaces(programme.PlaceConfirm))
		b.closed(t, ref, "onboarding")
		gone := b.placeAt(t, ref, "closing-event").Sitting.Ends.Add(30 * 24 * time.Hour)
		b.roundAt(t, gone)
		b.goTo("2028-01-10 10:00")
		if kept := b.needsKept(t, ref); len(kept) > 0 {
			t.Fatal(kept)
		}
		_, err := b.Submit(b.ctx, programme.Submission{Ref: ref, Form: programme.FormAssistant, Ask: programme.AssistantAsk(ref), At: b.Now(b.ctx),
			Answers: programme.Answers{"confirm_dates": {"yes"}, "dietary": {"halal"}, "arrival": {"car"}, "room_night_before": {"no"}}})
		must(t, err)
		b.roundAt(t, b.clock.Now())
		if kept := b.needsKept(t, ref); len(kept) > 0 {
			t.Error(fmt.Sprint(kept))
		}
	})
}
