package records

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// one application in the hands of two selectors, in the order of their addresses.
func (b *bundle) inTwoHands(t *testing.T) (ref, first, second string) {
	t.Helper()
	b.opened(t, 3)
	ref = b.reviewed(t, 1)[0]
	b.selecting(t, 2)
	b.goTo("2026-07-10 10:00")
	b.assigned(t, 2)
	return ref, scorer(0), scorer(1)
}

// A selector sees what is theirs and nothing else; others' scores once their own are in; the review waits on them until all
// are in, then on staff.
func TestScoring(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, second := b.inTwoHands(t)
		other := b.begunBy(t)
		for name, address := range map[string]string{"a coordinator": "kim@centre.example", "nobody": "", "an applicant": applicant(0)} {
			if _, err := b.ScoringSheet(b.ctx, address, ref); !errors.Is(err, programme.ErrNotFound) {
				t.Errorf("%s reads it: %v", name, err)
			}
			if list, err := b.AssignedTo(b.ctx, address); err != nil || len(list) != 0 {
				t.Errorf("%s has %v, %v", name, list, err)
			}
			if _, err := b.SaveScores(b.ctx, address, ref, points, 1, b.Now(b.ctx)); !errors.Is(err, programme.ErrNotFound) {
				t.Errorf("%s scores it: %v", name, err)
			}
			if err := b.DeclareConflict(b.ctx, address, ref, "", b.Now(b.ctx)); !errors.Is(err, programme.ErrNotFound) {
				t.Errorf("%s declares a conflict: %v", name, err)
			}
		}
		if _, err := b.ScoringSheet(b.ctx, first, other); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("what is not assigned is read: %v", err)
		}
		sheet, err := b.ScoringSheet(b.ctx, first, ref)
		must(t, err)
		if sheet.Answers.Get("why") != "To lead across services." || sheet.Answers.Has("gender", "woman") || sheet.Name != "Amara Obi" || len(sheet.Scores) != 0 ||
			!sheet.Due.Equal(london("2026-08-26 17:00")) {
			t.Errorf("%+v", sheet)
		}
		b.scored(t, second, ref)
		if sheet, err = b.ScoringSheet(b.ctx, first, ref); err != nil || len(sheet.Others) != 0 {
			t.Errorf("before the own scores are in: %+v, %v", sheet.Others, err)
		}
		b.waitsOn(t, ref, programme.OwnerSelector, "2026-08-26 17:00")
		b.scored(t, first, ref)
		if sheet, err = b.ScoringSheet(b.ctx, first, ref); err != nil || len(sheet.Others) != 1 || sheet.Others[0].Total() != 12 || sheet.Others[0].Selector.Email != second ||
			sheet.Others[0].Scores.Get("why_note") != "Clear about the reasons." {
			t.Errorf("%+v, %v", sheet.Others, err)
		}
		b.waitsOn(t, ref, programme.OwnerStaff, "2026-09-03 17:00")
		list, err := b.AssignedTo(b.ctx, first)
		must(t, err)
		if len(list) != 1 || list[0].State != programme.AssignmentScored || len(list[0].Scores) != 0 {
			t.Errorf("%+v", list)
		}
		b.decided(t, ref, programme.DecideReject)
		b.released(t)
		if list, err := b.AssignedTo(b.ctx, first); err != nil || len(list) != 0 {
			t.Errorf("after the review: %+v, %v", list, err)
		}
		if _, err := b.ScoringSheet(b.ctx, first, ref); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("after the review it is read: %v", err)
		}
	})
}

// begunBy is another application of the cohort, under review and assigned to nobody.
func (b *bundle) begunBy(t *testing.T) string {
	t.Helper()
	code, err := b.IssueLateCode(b.ctx, spring, "", programme.DateOf(b.clock.Now()).AddDays(1), "", "staff:kim", b.Now(b.ctx))
	must(t, err)
	ref, _, err := b.BeginApplication(b.ctx, b.verified(t, applicant(7), code.Code), programme.NewToken(), b.Now(b.ctx))
	must(t, err)
	b.submit(t, programme.AskID(ref, "selection", 1), application())
	return ref
}

// Two tabs: what was saved in one is not lost by the other; the same again is no conflict; scores that are in are final.
func TestScoresAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, _ := b.inTwoHands(t)
		save := func(scores programme.Answers, version int64) (int64, error) {
			return b.SaveScores(b.ctx, first, ref, scores, version, b.Now(b.ctx))
		}
		kept, err := save(programme.Answers{"role": {"2"}, "role_note": {" draft "}, "else": {"x"}}, 1)
		must(t, err)
		if again, err := save(programme.Answers{"role": {"2"}, "role_note": {"draft"}}, 1); err != nil || again != kept {
			t.Errorf("the same from the other tab: %d, %v", again, err)
		}
		if _, err := save(points, 1); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("the other tab: %v", err)
		}
		sheet, err := b.ScoringSheet(b.ctx, first, ref)
		must(t, err)
		if !maps.EqualFunc(sheet.Scores, programme.Answers{"role": {"2"}, "role_note": {"draft"}}, slices.Equal) || sheet.Version != kept {
			t.Errorf("%+v", sheet)
		}
		if _, err := save(programme.Answers{"role": {"9"}}, kept); !errors.As(err, new(*programme.Invalid)) {
			t.Errorf("nine points: %v", err)
		}
		var invalid *programme.Invalid
		if err := b.SubmitScores(b.ctx, first, ref, kept, b.Now(b.ctx)); !errors.As(err, &invalid) || len(invalid.Faults) != 2 {
			t.Errorf("two criteria without points: %v", err)
		}
		was := kept
		kept, err = save(points, kept)
		must(t, err)
		if err := b.SubmitScores(b.ctx, first, ref, was, b.Now(b.ctx)); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("what was checked is not what is kept: %v", err)
		}
		for range 2 {
			err = b.SubmitScores(b.ctx, first, ref, kept, b.Now(b.ctx))
			must(t, err)
		}
		if n := b.turned(t, ref, movedScored); n != 1 {
			t.Errorf("scored %d times", n)
		}
		if _, err := save(programme.Answers{"role": {"1"}}, kept+1); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("final scores were changed: %v", err)
		}
	})
}

// Staff open scores again with a reason: others' scores are out of sight until they are in again.
func TestReopeningScores(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, second := b.inTwoHands(t)
		b.scored(t, first, ref)
		b.scored(t, second, ref)
		list, err := b.Scores(b.ctx, ref)
		must(t, err)
		id := list[0].Selector.ID
		reopen := func(selector, reason string) error {
			err := b.ReopenScores(b.ctx, ref, selector, reason, "the wrong application", "staff:kim", b.Now(b.ctx))
			return err
		}
		if err := reopen(id, "no_such_reason"); !errors.As(err, new(*programme.Invalid)) {
			t.Errorf("without a reason: %v", err)
		}
		if err := reopen("nobody", "other"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("nobody's: %v", err)
		}
		b.goTo("2026-08-25 10:00")
		for range 2 {
			must(t, reopen(id, "other"))
		}
		if n := b.turned(t, ref, movedReopened); n != 1 {
			t.Errorf("reopened %d times", n)
		}
		sheet, err := b.ScoringSheet(b.ctx, first, ref)
		must(t, err)
		if sheet.State != programme.AssignmentOpen || sheet.Scores.Get("role") != "3" || len(sheet.Others) != 0 || !sheet.Due.Equal(london("2026-09-02 17:00")) {
			t.Errorf("%+v", sheet)
		}
		b.waitsOn(t, ref, programme.OwnerSelector, "2026-09-02 17:00")
		b.scored(t, first, ref)
		b.waitsOn(t, ref, programme.OwnerStaff, "2026-09-03 17:00")
		b.decided(t, ref, programme.DecideWaitlist)
		b.released(t)
		if err := reopen(id, "other"); !errors.As(err, new(*programme.Illegal)) {
			t.Errorf("after the review: %v", err)
		}
	})
}

// Scores that are not in when they are due make it staff's, with a task that ends when they come. A recorded decision waits
// for nobody's scores.
func TestScoresMissing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, second := b.inTwoHands(t)
		open := func() (codes []string) {
			list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 10)
			must(t, err)
			for _, one := range list {
				codes = append(codes, one.Code)
			}
			return codes
		}
		b.scored(t, first, ref)
		if plan := b.due(t, ref); plan.Owner != programme.OwnerStaff || !plan.Due.Equal(london("2026-09-03 17:00")) || !slices.Equal(open(), []string{taskUnscored}) {
			t.Errorf("%+v, tasks %v", plan, open())
		}
		if stage := b.journeyOf(t, ref).Stages[0]; !stage.Overdue || stage.WaitingOn != programme.OwnerStaff {
			t.Errorf("%+v", stage)
		}
		if scoring, err := b.Scoring(b.ctx, spring); err != nil || !scoring.Applications[0].Late {
			t.Errorf("%+v, %v", scoring, err)
		}
		_, err := b.CohortRound(b.ctx, spring, b.Now(b.ctx))
		must(t, err)
		b.waitsOn(t, ref, programme.OwnerStaff, "2026-09-03 17:00")
		b.scored(t, second, ref)
		if stage := b.journeyOf(t, ref).Stages[0]; stage.Overdue || len(open()) != 0 {
			t.Errorf("%+v, tasks %v", stage, open())
		}
	})
	t.Run("decided", func(t *testing.T) {
		onBoth(t, func(t *testing.T, b *bundle) {
			ref, _, _ := b.inTwoHands(t)
			b.decided(t, ref, programme.DecideOffer)
			b.waitsOn(t, ref, programme.OwnerStaff, "2026-09-03 17:00")
			if done := b.assigned(t, 3); len(done.Add) != 0 {
				t.Errorf("what is decided on was assigned: %+v", done)
			}
		})
	})
}

// What happens to a review while an application is on hold: nobody reads it, and when it goes on it waits on whom it did.
func TestScoringOnHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, _ := b.inTwoHands(t)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "illness"})
		if _, err := b.ScoringSheet(b.ctx, first, ref); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("on hold: %v", err)
		}
		b.clock.set(b.clock.Now().Add(48 * time.Hour))
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref, Reason: "other", Missed: "skip"})
		_, err := b.CohortRound(b.ctx, spring, b.Now(b.ctx))
		must(t, err)
		b.waitsOn(t, ref, programme.OwnerSelector, "2026-08-26 17:00")
		if _, err := b.ScoringSheet(b.ctx, first, ref); err != nil {
			t.Error(err)
		}
	})
}
