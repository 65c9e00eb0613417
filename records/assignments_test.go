package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fairlead/programme"
)

func scorer(i int) string { return fmt.Sprintf("selector%d@centre%d.example", i, i) }

// selecting adds n selectors of organisations of their own.
func (b *bundle) selecting(t *testing.T, n int) []programme.Selector {
	t.Helper()
	for i := range n {
		one, err := b.AddStaff(b.ctx, scorer(i), roleSelector, "staff:kim", "scores")
		must(t, err)
		must(t, b.NameOrganisations(b.ctx, one.ID, b.organisationsOf(t, one.ID), []string{fmt.Sprintf("Centre %d", i)}, "staff:kim", "asked"))
	}
	list, err := b.Selectors(b.ctx)
	must(t, err)
	return list
}

// assigned assigns each application to some selectors and has the cohort's round settle the reviews.
func (b *bundle) assigned(t *testing.T, each int) programme.Assignments {
	t.Helper()
	done, err := b.Assign(b.ctx, spring, each, "staff:kim", false, b.Now(b.ctx))
	must(t, err)
	_, err = b.CohortRound(b.ctx, spring, b.Now(b.ctx))
	must(t, err)
	return done
}

// assignmentsOf are the states of an application's assignments by the selector's address.
func (b *bundle) assignmentsOf(t *testing.T, ref string) map[string]programme.AssignmentState {
	t.Helper()
	list, err := b.Scores(b.ctx, ref)
	must(t, err)
	states := map[string]programme.AssignmentState{}
	for _, one := range list {
		states[one.Selector.Email] = one.State
	}
	return states
}

// waitsOn asserts whom a review waits on, and until when.
func (b *bundle) waitsOn(t *testing.T, ref string, owner programme.Owner, until string) {
	t.Helper()
	stage := b.journeyOf(t, ref).Stages[0]
	plan := b.openStage(t, ref, "selection")
	if stage.WaitingOn != owner || plan.Owner != owner || !stage.Due.Equal(london(until)) || !plan.Due.Equal(london(until)) || !plan.Grace.Equal(london(until)) {
		t.Errorf("%s waits on %s until %s; its plan says %s, %s, %s", ref, stage.WaitingOn, stage.Due, plan.Owner, plan.Due, plan.Grace)
	}
}

var points = programme.Answers{"role": {"3"}, "why": {"4"}, "why_note": {"Clear about the reasons."}, "challenge": {"5"}}

// scored scores and submits.
func (b *bundle) scored(t *testing.T, name, ref string) {
	t.Helper()
	sheet, err := b.ScoringSheet(b.ctx, name, ref)
	must(t, err)
	version, err := b.SaveScores(b.ctx, name, ref, points, sheet.Version, b.Now(b.ctx))
	must(t, err)
	err = b.SubmitScores(b.ctx, name, ref, version, b.Now(b.ctx))
	must(t, err)
}

// Every application under review gets as many selectors as wanted, evenly; a preview changes nothing, a repeat neither; the
// review waits on the selectors until their scores are due, and the cohort is told once of each mail.
func TestAssigning(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := b.reviewed(t, 4)
		b.waitsOn(t, refs[0], programme.OwnerStaff, "2026-09-03 17:00")
		b.selecting(t, 3)
		b.goTo("2026-07-10 10:00")
		would, err := b.Assign(b.ctx, spring, 2, "staff:kim", true, b.Now(b.ctx))
		must(t, err)
		if scoring, err := b.Scoring(b.ctx, spring); err != nil || scoring.Each != 0 || scoring.Applications[0].Assigned != 0 || len(would.Add) != 8 || len(would.Short) != 0 {
			t.Fatalf("the preview: %+v, then %+v, %v", would, scoring, err)
		}
		done := b.assigned(t, 2)
		if !slices.Equal(done.Add, would.Add) {
			t.Errorf("it did %+v and said %+v", done.Add, would.Add)
		}
		if again := b.assigned(t, 2); len(again.Add)+len(again.End) != 0 {
			t.Errorf("again: %+v", again)
		}
		scoring, err := b.Scoring(b.ctx, spring)
		must(t, err)
		if scoring.Each != 2 || len(scoring.Applications) != 4 || len(scoring.Selectors) != 3 {
			t.Fatalf("%+v", scoring)
		}
		for _, one := range scoring.Selectors {
			if one.Assigned < 2 || one.Assigned > 3 || one.Scored != 0 {
				t.Errorf("%+v", one)
			}
		}
		for i, a := range scoring.Applications {
			if !slices.Contains(refs, a.Ref) || a.Assigned != 2 || !a.Due.Equal(london("2026-08-26 17:00")) || a.Late || a.Name != "Amara Obi" {
				t.Errorf("%d: %+v", i, a)
			}
		}
		for _, ref := range refs {
			b.waitsOn(t, ref, programme.OwnerSelector, "2026-08-26 17:00")
		}
		for _, wrong := range []int{0, 6} {
			if _, err := b.Assign(b.ctx, spring, wrong, "staff:kim", false, b.Now(b.ctx)); !errors.As(err, new(*programme.Invalid)) {
				t.Errorf("%d each: %v", wrong, err)
			}
		}
		if _, err := b.Assign(b.ctx, "1999-autumn", 2, "staff:kim", false, b.Now(b.ctx)); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("no such cohort: %v", err)
		}
	})
}

// Nobody reads an application of their own organisation, and while nobody knows theirs they get none. What was assigned
// before the organisation was known is taken back unless it was scored; a selector who leaves the list is replaced.
func TestAssigningKeepsOrganisationsApart(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		ref := b.reviewed(t, 1)[0]
		list := b.selecting(t, 3)
		must(t, b.NameOrganisations(b.ctx, list[0].StaffID, b.organisationsOf(t, list[0].StaffID), []string{"The Centre", "northern  housing"}, "staff:kim", "works there"))
		_, err := b.AddStaff(b.ctx, "new@elsewhere.example", roleSelector, "staff:kim", "scores")
		must(t, err)
		_, err = b.AddStaff(b.ctx, "own@service.example", roleSelector, "staff:kim", "scores")
		must(t, err)
		named, err := b.Selectors(b.ctx)
		must(t, err)
		must(t, b.NameOrganisations(b.ctx, named[1].StaffID, b.organisationsOf(t, named[1].StaffID), []string{"Something else"}, "staff:kim", "asked"))
		done := b.assigned(t, 3)
		if states := b.assignmentsOf(t, ref); len(states) != 2 || states[scorer(1)] != programme.AssignmentOpen || states[scorer(2)] != programme.AssignmentOpen {
			t.Errorf("%v", states)
		}
		if len(done.Short) != 1 || done.Short[0].Own != 2 || done.Short[0].Unknown != 1 || done.Short[0].Has != 2 {
			t.Errorf("%+v", done.Short)
		}
		b.scored(t, scorer(1), ref)
		for _, one := range list[1:] {
			must(t, b.NameOrganisations(b.ctx, one.StaffID, b.organisationsOf(t, one.StaffID), []string{"Northern Housing"}, "staff:kim", "they moved there"))
		}
		must(t, b.NameOrganisations(b.ctx, list[0].StaffID, b.organisationsOf(t, list[0].StaffID), []string{"The Centre"}, "staff:kim", "a mistake"))
		b.assigned(t, 2)
		want := map[string]programme.AssignmentState{scorer(0): programme.AssignmentOpen, scorer(1): programme.AssignmentScored, scorer(2): programme.AssignmentEnded}
		if states := b.assignmentsOf(t, ref); fmt.Sprint(states) != fmt.Sprint(want) {
			t.Errorf("%v", states)
		}
		must(t, b.RemoveStaff(b.ctx, list[0].StaffID, "staff:kim", "left"))
		must(t, b.NameOrganisations(b.ctx, list[2].StaffID, b.organisationsOf(t, list[2].StaffID), []string{"Centre 2"}, "staff:kim", "moved back"))
		b.assigned(t, 2)
		if states := b.assignmentsOf(t, ref); states[scorer(0)] != programme.AssignmentEnded || states[scorer(2)] != programme.AssignmentOpen {
			t.Errorf("%v", states)
		}
		if _, err := b.ScoringSheet(b.ctx, scorer(0), ref); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("somebody who left still reads: %v", err)
		}
		for _, names := range [][]string{nil, {" "}, {strings.Repeat("x", 2001)}} {
			if err := b.NameOrganisations(b.ctx, list[2].StaffID, b.organisationsOf(t, list[2].StaffID), names, "staff:kim", "asked"); !errors.As(err, new(*programme.Invalid)) {
				t.Errorf("%d organisations: %v", len(names), err)
			}
		}
		if err := b.NameOrganisations(b.ctx, list[0].StaffID, b.organisationsOf(t, list[0].StaffID), []string{"X"}, "staff:kim", "asked"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("of nobody: %v", err)
		}
		log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Action: programme.AuditOrganisations}, 0, 20)
		must(t, err)
		if len(log) != 9 || log[0].Detail != "Centre 2" || log[0].Subject != programme.StaffActor(scorer(2)) || log[0].Reason != "moved back" {
			t.Errorf("%d: %+v", len(log), log[0])
		}
	})
}

// A declared conflict is replaced at once by another selector; where nobody is left staff get a task.
func TestConflicts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		ref := b.reviewed(t, 1)[0]
		b.selecting(t, 3)
		b.assigned(t, 2)
		var names []string
		for name := range b.assignmentsOf(t, ref) {
			names = append(names, name)
			_, err := b.SaveScores(b.ctx, name, ref, points, 1, b.Now(b.ctx))
			must(t, err)
		}
		for i := range 3 {
			if !slices.Contains(names, scorer(i)) {
				names = append(names, scorer(i))
			}
		}
		for range 2 { // a repeat changes nothing
			err := b.DeclareConflict(b.ctx, names[0], ref, "She was my deputy.", b.Now(b.ctx))
			must(t, err)
		}
		list, err := b.Scores(b.ctx, ref)
		must(t, err)
		declared := list[slices.IndexFunc(list, func(a programme.Assignment) bool { return a.Selector.Email == names[0] })]
		if len(list) != 3 || declared.State != programme.AssignmentConflict || declared.Note != "She was my deputy." || len(declared.Scores) != 0 ||
			b.assignmentsOf(t, ref)[names[2]] != programme.AssignmentOpen {
			t.Errorf("%+v", list)
		}
		if _, err := b.ScoringSheet(b.ctx, names[0], ref); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("whoever declared a conflict still reads: %v", err)
		}
		if _, err := b.SaveScores(b.ctx, names[0], ref, points, declared.Version, b.Now(b.ctx)); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("whoever declared a conflict scores: %v", err)
		}
		tasks := func() []programme.Task {
			list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 10)
			must(t, err)
			return list
		}
		if len(tasks()) != 0 {
			t.Errorf("%+v", tasks())
		}
		b.scored(t, names[1], ref)
		if err := b.DeclareConflict(b.ctx, names[1], ref, "", b.Now(b.ctx)); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("a conflict after the scores: %v", err)
		}
		err = b.DeclareConflict(b.ctx, names[2], ref, "", b.Now(b.ctx))
		must(t, err)
		if got := tasks(); len(got) != 1 || got[0].Code != taskFewSelectors || got[0].Stage != "selection" {
			t.Errorf("%+v", got)
		}
		b.waitsOn(t, ref, programme.OwnerStaff, "2026-09-03 17:00")
		if states := b.assignmentsOf(t, ref); len(states) != 3 {
			t.Errorf("%v", states)
		}
		b.assigned(t, 2)
		if got := tasks(); len(got) != 1 {
			t.Errorf("nobody was found, and the task is gone: %+v", got)
		}
		more, err := b.AddStaff(b.ctx, "fourth@elsewhere.example", roleSelector, "staff:kim", "scores")
		must(t, err)
		must(t, b.NameOrganisations(b.ctx, more.ID, b.organisationsOf(t, more.ID), []string{"Elsewhere"}, "staff:kim", "asked"))
		b.assigned(t, 2)
		if got := tasks(); len(got) != 0 || b.assignmentsOf(t, ref)["fourth@elsewhere.example"] != programme.AssignmentOpen {
			t.Errorf("%+v", got)
		}
		if err := b.db.Model(&assignmentRow{}).Where("note_enc LIKE '%deputy%' OR scores_enc LIKE '%reasons%'").Take(&assignmentRow{}).Error; !isMissing(err) {
			t.Errorf("a note or scores lie open: %v", err)
		}
		if err := b.DeclareConflict(b.ctx, names[1], ref, strings.Repeat("x", 1001), b.Now(b.ctx)); !errors.As(err, new(*programme.Invalid)) {
			t.Errorf("a long note: %v", err)
		}
	})
}

// Staff who assign at once assign once, and a selector who has two tabs submits once.
func TestAssigningAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := b.reviewed(t, 3)
		b.selecting(t, 4)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := b.Assign(b.ctx, spring, 2, "staff:kim", false, b.Now(b.ctx)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, ref := range refs {
			if states := b.assignmentsOf(t, ref); len(states) != 2 {
				t.Errorf("%s: %v", ref, states)
			}
		}
		var asked int64
		must(t, b.db.Model(&messageRow{}).Where("message = ?", programme.MsgSelectorAssigned).Count(&asked).Error)
		var readers int64
		must(t, b.db.Model(&assignmentRow{}).Distinct("selector").Count(&readers).Error)
		if asked != readers {
			t.Errorf("%d mails for %d selectors", asked, readers)
		}
		var name string
		for n := range b.assignmentsOf(t, refs[0]) {
			name = n
		}
		_, err := b.SaveScores(b.ctx, name, refs[0], points, 1, b.Now(b.ctx))
		must(t, err)
		for range 4 {
			wait.Go(func() {
				if err := b.SubmitScores(b.ctx, name, refs[0], 2, b.Now(b.ctx)); err != nil && !errors.Is(err, programme.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := b.turned(t, refs[0], movedScored); n != 1 {
			t.Errorf("scored %d times", n)
		}
	})
}

func (b *bundle) turned(t *testing.T, ref, what string) (n int) {
	t.Helper()
	moves, _, err := b.Moves(b.ctx, ref, 0, 100)
	must(t, err)
	for _, m := range moves {
		if m.What == what {
			n++
		}
	}
	return n
}

// organisationsOf are those that staff are shown of a selector.
func (b *bundle) organisationsOf(t *testing.T, staffID string) string {
	t.Helper()
	list, err := b.Selectors(b.ctx)
	must(t, err)
	for _, one := range list {
		if one.StaffID == staffID {
			return strings.Join(one.Organisations, "; ")
		}
	}
	return ""
}
