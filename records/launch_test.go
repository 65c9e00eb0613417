package records

import (
	"encoding/json"
	"slices"
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
)

// signals are what the outbox promises to a cohort, as "signal operation".
func (b *bundle) signals(t *testing.T, cohort string) []string {
	t.Helper()
	var rows []struct{ WorkflowID, Signal, Body, Start string }
	must(t, b.read(b.ctx).Table("outbox").Order("created_real, id").Find(&rows).Error)
	list := []string{}
	for _, row := range rows {
		var body struct{ Operation string }
		must(t, json.Unmarshal([]byte(row.Body), &body))
		if row.WorkflowID == "cohort/"+cohort {
			list = append(list, row.Signal+" "+body.Operation+" "+row.Start)
		}
	}
	return list
}

// end moves a journey to an end that frees its place, as a decline does.
func (b *bundle) end(t *testing.T, cohort, ref string) {
	t.Helper()
	must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
		if err := tx.Exec(`UPDATE journeys SET state = 'declined' WHERE ref = ?`, ref).Error; err != nil {
			return err
		}
		_, err := b.freePlace(tx, cohort, ref)
		return err
	}))
}

func TestLaunchInvitesByPriorityThenPosition(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 3)))
		rows := people(6)
		rows[5].Priority, rows[2].Priority = 1, 2
		refs := b.imports(t, "spring", rows)
		op, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		if op.Total != 3 || op.State != "running" || op.Kind != "launch" || op.Cohort != "spring" {
			t.Errorf("the operation is %+v", op)
		}
		want := []programme.JourneyState{"invited", "reserve", "invited", "reserve", "reserve", "invited"}
		if got := b.states(t, refs); !slices.Equal(got, want) {
			t.Errorf("the states are %v, want %v", got, want)
		}
		c, err := b.Cohort(b.ctx, "spring")
		must(t, err)
		if c.PlacesHeld != 3 || !c.Launched.Equal(begins) || c.Version != 2 {
			t.Errorf("the cohort is %+v", c)
		}
		if got, want := b.signals(t, "spring"), []string{"launch " + op.ID + " cohort"}; !slices.Equal(got, want) {
			t.Errorf("the outbox holds %v, want %v", got, want)
		}
		moves, _, err := b.Moves(b.ctx, refs[5], 0, 10)
		must(t, err)
		if last := moves[len(moves)-1]; last.From != "reserve" || last.To != "invited" || last.Actor != "staff:ada" || last.What != "launch" {
			t.Errorf("the last move is %+v", last)
		}
		// Again: nobody new, nothing said.
		again, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		if again.Total != 0 || again.State != "done" || again.ID == op.ID || again.Finished.IsZero() {
			t.Errorf("the second launch is %+v", again)
		}
		if n := len(b.signals(t, "spring")); n != 1 {
			t.Errorf("%d signals after the second launch, want 1", n)
		}
		kept, err := b.Operation(b.ctx, again.ID)
		must(t, err)
		if diff := cmp.Diff(again, kept); diff != "" {
			t.Errorf("the operation came back otherwise:\n%s", diff)
		}
	})
}

func TestLaunchPagesAreStableUntilConfirmed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 5), 5)
		slices.Sort(refs)
		late := london("2026-10-01 11:30") // after selection's planned opening
		op, err := b.Launch(b.ctx, "spring", "staff:ada", late)
		must(t, err)
		page, err := b.LaunchPage(b.ctx, op.ID, 3)
		must(t, err)
		again, err := b.LaunchPage(b.ctx, op.ID, 3)
		must(t, err)
		if diff := cmp.Diff(page, again); diff != "" {
			t.Errorf("the page differs when asked again:\n%s", diff)
		}
		first := page[0]
		if len(page) != 3 || first.Ref != refs[0] || first.State != programme.Invited || len(first.Stages) != 4 || len(first.Mails) != 0 {
			t.Errorf("the page is %+v", page)
		}
		if len(first.Openings) != 1 || first.Openings[0].Stage != "selection" || !first.Openings[0].At.Equal(late) || !first.Openings[0].Due.After(late) {
			t.Errorf("the openings are %+v, want selection at once", first.Openings)
		}
		for range 2 { // a repeat changes nothing
			must(t, b.ConfirmStarts(b.ctx, op.ID, refs[:3]))
		}
		if got, err := b.Operation(b.ctx, op.ID); err != nil || got.Done != 3 || got.State != "running" {
			t.Errorf("on the way: %+v, %v", got, err)
		}
		page, err = b.LaunchPage(b.ctx, op.ID, 3)
		must(t, err)
		if len(page) != 2 || page[0].Ref != refs[3] {
			t.Errorf("the second page is %+v", page)
		}
		must(t, b.ConfirmStarts(b.ctx, op.ID, refs[3:]))
		if got, err := b.Operation(b.ctx, op.ID); err != nil || got.Done != 5 || got.State != "done" || got.Finished.IsZero() {
			t.Errorf("at the end: %+v, %v", got, err)
		}
		if page, err = b.LaunchPage(b.ctx, op.ID, 3); err != nil || len(page) != 0 {
			t.Errorf("after the end: %v, %v", page, err)
		}
	})
}

func TestLaunchOfConfirmedPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("chosen", programme.RouteConfirmed, 3), 2)
		op, err := b.Launch(b.ctx, "chosen", "staff:ada", begins)
		must(t, err)
		j, err := b.Journey(b.ctx, refs[0])
		must(t, err)
		if j.State != programme.Enrolled || j.Stages[0].State != programme.StageSkipped || j.Stages[0].Outcome != "confirmed" {
			t.Errorf("the journey is %+v", j)
		}
		page, err := b.LaunchPage(b.ctx, op.ID, 10)
		must(t, err)
		var stages []string
		for _, opening := range page[0].Openings {
			stages = append(stages, opening.Stage)
		}
		if !slices.Equal(stages, []string{"onboarding", "closing-survey", "alumni"}) {
			t.Errorf("the openings are %v", stages)
		}
		if len(page[0].Mails) != 1 || page[0].Mails[0].At.In(programme.London).Hour() != 9 {
			t.Errorf("the mails are %+v, want the year's dates at nine", page[0].Mails)
		}
		if page[0].Stages[0].State != programme.StageSkipped || page[0].Stages[1].State != "" {
			t.Errorf("the stages are %+v", page[0].Stages)
		}
		// A newcomer is taken along by the next launch alone.
		rows := people(3)[2:]
		b.imports(t, "chosen", rows)
		again, err := b.Launch(b.ctx, "chosen", "staff:ada", begins)
		must(t, err)
		if again.Total != 1 || len(b.signals(t, "chosen")) != 2 {
			t.Errorf("the second launch is %+v", again)
		}
	})
}

func TestLaunchRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("empty", programme.RouteInvitation, 3)))
		coaching := testCohort("coaching", programme.RouteConfirmed, 3)
		coaching.Blueprint = "with-nothing-known"
		must(t, b.CreateCohort(b.ctx, coaching))
		for _, name := range []string{"empty", "coaching"} {
			if _, err := b.Launch(b.ctx, name, "staff:ada", begins); !isInvalid(err) {
				t.Errorf("launch of %s: %v, want *Invalid", name, err)
			}
			if len(b.signals(t, name)) != 0 {
				t.Errorf("the refused launch of %s was told", name)
			}
		}
		must(t, b.CreateCohort(b.ctx, testCohort("nobody-yet", programme.RouteConfirmed, 3)))
		op, err := b.Launch(b.ctx, "nobody-yet", "staff:ada", begins)
		must(t, err)
		if op.Total != 0 || op.State != "done" || len(b.signals(t, "nobody-yet")) != 1 {
			t.Errorf("a confirmed cohort without people: %+v, its workflow must still begin", op)
		}
	})
}

func TestPlacesAreRefilledUntilTheLastJoiningDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 2), 6)
		if op, n, err := b.FillPlaces(b.ctx, "spring", begins); err != nil || n != 0 || op != "" {
			t.Errorf("before the launch: %q, %d, %v", op, n, err)
		}
		launched, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		must(t, b.ConfirmStarts(b.ctx, launched.ID, refs[:2]))
		if _, n, err := b.FillPlaces(b.ctx, "spring", begins); err != nil || n != 0 {
			t.Errorf("with no place free: %d, %v", n, err)
		}
		b.end(t, "spring", refs[0])
		op, n, err := b.FillPlaces(b.ctx, "spring", begins)
		must(t, err)
		page, err := b.LaunchPage(b.ctx, op, 10)
		must(t, err)
		if n != 1 || len(page) != 1 || page[0].Ref != refs[2] {
			t.Errorf("%d filled, to be started: %+v, want %s", n, page, refs[2])
		}
		must(t, b.ConfirmStarts(b.ctx, op, refs[2:3]))
		// On the last joining day an invitation cannot leave any more; after it the reserve is not needed.
		b.end(t, "spring", refs[1])
		morning, evening := london("2027-01-28 09:00"), london("2027-01-28 17:00")
		if _, n, err := b.FillPlaces(b.ctx, "spring", morning); err != nil || n != 0 {
			t.Errorf("on the last joining day: %d, %v", n, err)
		}
		round, err := b.CohortRound(b.ctx, "spring", morning)
		must(t, err)
		if !round.Next.Equal(evening) || round.Over {
			t.Errorf("the round says %+v, want the next at the last joining moment", round)
		}
		n, err = b.CloseJoining(b.ctx, "spring", evening)
		must(t, err)
		want := []programme.JourneyState{"declined", "declined", "invited", "not_needed", "not_needed", "not_needed"}
		if got := b.states(t, refs); n != 3 || !slices.Equal(got, want) {
			t.Errorf("%d were not needed, the states are %v, want %v", n, got, want)
		}
		if n, err = b.CloseJoining(b.ctx, "spring", evening); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
		moves, _, err := b.Moves(b.ctx, refs[4], 0, 10)
		must(t, err)
		if last := moves[len(moves)-1]; last.From != "reserve" || last.To != "not_needed" || last.Actor != "programme" {
			t.Errorf("the last move is %+v", last)
		}
		// Newcomers after it are not needed either, and nobody is started.
		late := b.imports(t, "spring", people(7)[6:])
		again, err := b.Launch(b.ctx, "spring", "staff:ada", evening)
		must(t, err)
		if got := b.states(t, late); again.Total != 0 || got[0] != programme.NotNeeded {
			t.Errorf("a newcomer after the last joining day is %v, %+v", got, again)
		}
		findings, err := b.Doctor(b.ctx)
		must(t, err)
		if len(findings) > 0 {
			t.Errorf("the doctor finds %v", findings)
		}
	})
}

func TestContinuationIsStartedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("autumn", programme.RouteInvitation, 3), 3)
		arrive := func(ref string) {
			must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
				if err := tx.Exec(`UPDATE journeys SET state = 'enrolled' WHERE ref = ?`, ref).Error; err != nil {
					return err
				}
				if err := b.takePlace(tx, "autumn", ref); err != nil {
					return err
				}
				return b.startContinuation(tx, "autumn", begins)
			}))
		}
		arrive(refs[0])
		if got := b.signals(t, "autumn"); len(got) != 0 {
			t.Errorf("before the launch: %v", got)
		}
		op, err := b.Launch(b.ctx, "autumn", "staff:ada", begins)
		must(t, err)
		if op.Total != 3 {
			t.Errorf("the launch starts %d, want the continuation and two invited", op.Total)
		}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec(`UPDATE journeys SET state = 'reserve', started = FALSE, place_held = FALSE WHERE ref = ?`, refs[2]).Error
		}))
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec(`UPDATE cohorts SET places_held = 2 WHERE name = 'autumn'`).Error
		}))
		arrive(refs[2])
		if got := b.signals(t, "autumn"); len(got) != 2 {
			t.Errorf("after the launch: %v, want a signal for the newcomer", got)
		}
	})
}

// Two launches at once give each place once and start everybody once.
func TestLaunchesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 5), 20)
		ops := make(chan programme.Operation)
		for i := range 6 {
			s := b.Store
			if i%2 == 1 {
				s = b.another(t)
			}
			go func() {
				op, err := s.Launch(b.ctx, "spring", "staff:ada", begins)
				if err != nil {
					t.Error(err)
				}
				ops <- op
			}()
		}
		total := 0
		for range 6 {
			total += (<-ops).Total
		}
		invited := 0
		for _, state := range b.states(t, refs) {
			if state == programme.Invited {
				invited++
			}
		}
		c, err := b.Cohort(b.ctx, "spring")
		must(t, err)
		if total != 5 || invited != 5 || c.PlacesHeld != 5 || len(b.signals(t, "spring")) != 1 {
			t.Errorf("%d started, %d invited, %d places held, told %v", total, invited, c.PlacesHeld, b.signals(t, "spring"))
		}
	})
}

// Somebody who left before the start is not started, and the operation ends without them.
func TestLaunchPassesOverWhoHasLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 2), 2)
		op, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		b.end(t, "spring", refs[0])
		page, err := b.LaunchPage(b.ctx, op.ID, 10)
		must(t, err)
		if len(page) != 1 || page[0].Ref != refs[1] {
			t.Errorf("to be started: %+v, want only %s", page, refs[1])
		}
		must(t, b.ConfirmStarts(b.ctx, op.ID, refs[1:]))
		if got, err := b.Operation(b.ctx, op.ID); err != nil || got.State != "done" || got.Done != 2 {
			t.Errorf("the operation is %+v, %v", got, err)
		}
	})
}
