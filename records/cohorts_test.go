package records

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
)

func TestCohortRoundTrip(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		week := 33
		c := testCohort("2027-spring", programme.RouteInvitation, 100)
		c.Signatory, c.Contact = "Dame Nadia Shah", "programme@centre.example"
		c.Overrides = map[string]programme.StageOverride{"closing-survey": {OpensWeek: &week, Ladder: []int{5, 2}, Owner: "x@centre.example"}, "alumni": {NoReminders: true}}
		c.Openings = map[string]string{"invitation": "We would be glad to see you."}
		must(t, b.CreateCohort(b.ctx, c))
		want := c
		want.Version, want.Created = 1, begins
		got, err := b.Cohort(b.ctx, c.Name)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the cohort came back otherwise (-want +got):\n%s", diff)
		}
		b.clock.set(begins.Add(time.Hour))
		must(t, b.CreateCohort(b.ctx, c)) // the same again
		c.Places = 99
		if err := b.CreateCohort(b.ctx, c); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("another cohort of the name: %v, want ErrConflict", err)
		}
		if _, err := b.Cohort(b.ctx, "none"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("an unknown cohort: %v, want ErrNotFound", err)
		}
		if err := b.CreateCohort(b.ctx, programme.Cohort{Name: "x", Blueprint: "none", Places: 1}); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("an unknown blueprint: %v, want ErrNotFound", err)
		}
	})
}

func TestCohortsByPage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for i := range 5 {
			must(t, b.CreateCohort(b.ctx, testCohort(fmt.Sprintf("cohort-%d", i), programme.RouteInvitation, 10)))
		}
		var names []string
		for after, pages := "", 0; ; pages++ {
			list, next, err := b.Cohorts(b.ctx, after, 2)
			must(t, err)
			for _, c := range list {
				names = append(names, c.Name)
			}
			if after = next; next == "" {
				if pages != 2 {
					t.Errorf("%d pages, want 3", pages+1)
				}
				break
			}
		}
		if len(names) != 5 || names[0] != "cohort-0" || names[4] != "cohort-4" {
			t.Errorf("the pages hold %v", names)
		}
	})
}

func TestUpdateCohortChangesWhatHasNotOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.imported(t, testCohort("spring", programme.RouteInvitation, 10), 1)[0]
		before, err := b.Journey(b.ctx, ref)
		must(t, err)
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec(`UPDATE stages SET state = 'open' WHERE ref = ? AND name = 'onboarding'`, ref).Error
		}))
		c, err := b.Cohort(b.ctx, "spring")
		must(t, err)
		opens, due := -13, 35
		c.Overrides = map[string]programme.StageOverride{"onboarding": {OpensWeek: &opens}, "closing-survey": {DueWeek: &due}}
		must(t, b.UpdateCohort(b.ctx, c, 1))
		after, err := b.Journey(b.ctx, ref)
		must(t, err)
		if !after.Stages[1].OpensAt.Equal(before.Stages[1].OpensAt) {
			t.Error("the opening of an open stage moved")
		}
		if want := before.Stages[2].Due.Add(-7 * 24 * time.Hour); !after.Stages[2].Due.Equal(want) {
			t.Errorf("the closing survey is due %v, want %v", after.Stages[2].Due, want)
		}
		if err := b.UpdateCohort(b.ctx, c, 1); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("a change of an old version: %v, want ErrConflict", err)
		}
		must(t, b.UpdateCohort(b.ctx, c, 2)) // changes nothing
		if c, err = b.Cohort(b.ctx, "spring"); err != nil || c.Version != 2 {
			t.Errorf("the version is %d, %v, want 2", c.Version, err)
		}
	})
}

// More places in a cohort that runs wake its workflow, and its round invites the next of the reserve; a change that is refused promises
// nothing, nor does one before the launch.
func TestMorePlacesInviteTheReserve(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.imported(t, testCohort("autumn", programme.RouteInvitation, 2), 3)
		refs := b.invite(t, 4, 8)
		places := func(cohort string, n int) error {
			c, err := b.Cohort(b.ctx, cohort)
			must(t, err)
			c.Places = n
			return b.UpdateCohort(b.ctx, c, c.Version)
		}
		promised := func(cohort string) int { return len(b.outboxOf(t, programme.CohortID(cohort), signalPlaceFreed)) }
		must(t, places("autumn", 3))
		if err := places(spring, 3); err == nil || promised(spring)+promised("autumn") != 0 {
			t.Fatalf("%v, %d and %d promises", err, promised(spring), promised("autumn"))
		}
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		c.Places = 6
		var invalid *programme.Invalid
		err = b.ChangeCohort(b.ctx, c, map[string][]programme.Sitting{"selection": {date("a", "", "2027-02-28 16:00", "2027-03-05 13:00", 9)}}, c.Version)
		if !errors.As(err, &invalid) || promised(spring) != 0 { // in the transaction in which the places are more, or not at all
			t.Errorf("%v, %d promises", err, promised(spring))
		}
		must(t, places(spring, 6))
		if n := promised(spring); n != 1 {
			t.Errorf("%d promises of a freed place", n)
		}
		_, err = b.CohortRound(b.ctx, spring, b.Now(b.ctx))
		must(t, err)
		invited := 0
		for _, state := range b.states(t, refs) {
			if state == programme.Invited {
				invited++
			}
		}
		if invited != 6 {
			t.Errorf("%d are invited", invited)
		}
		must(t, places(spring, 6)) // changes nothing
		if n := promised(spring); n != 1 {
			t.Errorf("%d promises of a freed place", n)
		}
		b.sound(t)
	})
}

// One hundred ask for ten places at once: ten get one, and giving one back lets one more in.
func TestPlacesAreNeverExceeded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 10), 100)
		var given, full atomic.Int32
		var wait sync.WaitGroup
		for _, ref := range refs {
			wait.Add(1)
			go func() {
				defer wait.Done()
				err := b.tx(b.ctx, func(tx *gorm.DB) error { return b.takePlace(tx, "spring", ref) })
				switch {
				case err == nil:
					given.Add(1)
				case errors.Is(err, programme.ErrFull):
					full.Add(1)
				default:
					t.Error(err)
				}
			}()
		}
		wait.Wait()
		if given.Load() != 10 || full.Load() != 90 {
			t.Errorf("%d places given and %d refused, want 10 and 90", given.Load(), full.Load())
		}
		c, err := b.Cohort(b.ctx, "spring")
		must(t, err)
		if c.PlacesHeld != 10 {
			t.Errorf("%d places held, want 10", c.PlacesHeld)
		}
		if err := b.UpdateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 9), c.Version); !isInvalid(err) {
			t.Errorf("fewer places than held: %v, want *Invalid", err)
		}
		var holder journeyRow
		must(t, b.read(b.ctx).Take(&holder, "place_held = ?", true).Error)
		for i, want := range []bool{true, false} { // the second time it holds none
			must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
				freed, err := b.freePlace(tx, "spring", holder.Ref)
				if freed != want {
					t.Errorf("time %d: freed is %v, want %v", i, freed, want)
				}
				return err
			}))
		}
		for range 2 { // again changes nothing
			must(t, b.tx(b.ctx, func(tx *gorm.DB) error { return b.takePlace(tx, "spring", holder.Ref) }))
		}
		if c, err = b.Cohort(b.ctx, "spring"); err != nil || c.PlacesHeld != 10 {
			t.Errorf("%d places held, %v, want 10", c.PlacesHeld, err)
		}
	})
}

// tasksOpen puts open and finished tasks into a cohort.
func (b *bundle) tasksOpen(t *testing.T, cohort string, open, done int) {
	t.Helper()
	rows := make([]taskRow, open+done)
	for i := range rows {
		rows[i] = taskRow{Cohort: cohort, Code: "overdue", Dedupe: fmt.Sprint(cohort, i), OpenedAt: begins, EscalateAt: begins}
		if i >= open {
			rows[i].DoneAt = maybe(begins)
		}
	}
	must(t, b.tx(b.ctx, func(tx *gorm.DB) error { return insertMany(tx, rows) }))
}

func TestCohortCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 2), 3)
		_, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return errors.Join(
				tx.Exec(`UPDATE stages SET state = 'open', overdue = TRUE, attention = 'mail_refused' WHERE ref = ? AND name = 'selection'`, refs[0]).Error,
				tx.Exec(`UPDATE journeys SET state = 'on_hold', held_state = 'invited' WHERE ref = ?`, refs[1]).Error)
		}))
		must(t, b.CreateCohort(b.ctx, testCohort("autumn", programme.RouteInvitation, 2)))
		b.tasksOpen(t, "spring", 600, 1)
		b.tasksOpen(t, "autumn", 7, 3)
		got, err := b.CohortCounts(b.ctx, "spring")
		must(t, err)
		want := programme.CohortCounts{
			ByState: map[programme.JourneyState]int{programme.Invited: 1, programme.OnHold: 1, programme.Reserve: 1},
			ByStage: map[string]map[programme.StageState]int{
				"selection":  {programme.StageOpen: 1, programme.StageNotOpen: 2},
				"onboarding": {programme.StageNotOpen: 3}, "closing-survey": {programme.StageNotOpen: 3}, "alumni": {programme.StageNotOpen: 3}},
			Overdue: 1, Parked: 1, OnHold: 1, Tasks: 600, Mails: map[programme.MessageState]int{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the counts differ (-want +got):\n%s", diff)
		}
		all, err := b.CountsOfCohorts(b.ctx, []string{"autumn", "spring"})
		must(t, err)
		if all["autumn"].Tasks != 7 || all["spring"].Tasks != 600 {
			t.Errorf("open tasks: %d and %d", all["autumn"].Tasks, all["spring"].Tasks)
		}
		if _, err := b.CohortCounts(b.ctx, "none"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("an unknown cohort: %v, want ErrNotFound", err)
		}
	})
}
