package records

import (
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
)

// Who waits on whom: counted by cohort, stage and owner; what is overdue first; journeys on hold wait on nobody.
func TestWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 4)
		first, err := b.Waits(b.ctx)
		must(t, err)
		want := []programme.Wait{{Cohort: spring, Stage: "onboarding", On: programme.OwnerParticipant, Staff: "owner@centre.example", Open: 4, Since: london("2026-11-23 06:00")}}
		if diff := cmp.Diff(want, first); diff != "" {
			t.Errorf("four were asked (-want +got):\n%s", diff)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[0], Reason: "illness"})
		plan := b.openStage(t, refs[1], "onboarding")
		b.overdueAt(t, plan)
		after, err := b.Waits(b.ctx)
		must(t, err)
		want = []programme.Wait{{Cohort: spring, Stage: "onboarding", On: programme.OwnerStaff, Staff: "owner@centre.example", Open: 1, Overdue: 1, Since: after[0].Since},
			{Cohort: spring, Stage: "onboarding", On: programme.OwnerParticipant, Staff: "owner@centre.example", Open: 2, Since: london("2026-11-23 06:00")}}
		if diff := cmp.Diff(want, after); diff != "" || after[0].Since.Before(plan.Due) {
			t.Errorf("one held, one overdue since %v (-want +got):\n%s", after[0].Since, diff)
		}
		yes := true
		for _, wait := range after {
			listed := programme.JourneyFilter{Cohort: wait.Cohort, Stage: wait.Stage, WaitingOn: wait.On}
			if got := b.found(t, listed, 10); len(got) != wait.Open {
				t.Errorf("%d wait on %s, the list has %v", wait.Open, wait.On, got)
			}
			listed.Overdue = &yes
			if got := b.found(t, listed, 10); len(got) != wait.Overdue {
				t.Errorf("%d are overdue of those that wait on %s, the list has %v", wait.Overdue, wait.On, got)
			}
		}
		if got := b.found(t, programme.JourneyFilter{Stage: "onboarding"}, 10); len(got) != 4 {
			t.Errorf("with an open stage, whoever it waits on, are %v", got)
		}
	})
}

// What goes out on a day, and the ledger of a cohort by its filters and pages.
func TestOutgoingAndLedger(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 3)
		sum := func(from, to time.Time) map[string][2]int {
			list, err := b.Outgoing(b.ctx, from, to)
			must(t, err)
			counts := map[string][2]int{}
			for _, line := range list {
				if line.Cohort != spring {
					t.Errorf("%+v", line)
				}
				counts[line.Message] = [2]int{line.Lines, line.People}
			}
			return counts
		}
		all := sum(time.Time{}, london("2028-01-01 00:00"))
		if all["onboarding-reminder"] != [2]int{9, 3} || all["onboarding"] != [2]int{} {
			t.Errorf("planned: %v", all)
		}
		ledger := func(f programme.LedgerFilter) (n int) {
			f.Cohort = spring
			for after := ""; ; {
				page, next, err := b.Ledger(b.ctx, f, after, 2)
				must(t, err)
				for _, line := range page {
					if line.Text != "" || line.Subject != "" {
						t.Errorf("%s comes with its body", line.Key)
					}
				}
				n += len(page)
				if after = next; after == "" {
					return n
				}
			}
		}
		everything := ledger(programme.LedgerFilter{})
		for _, c := range []struct {
			filter programme.LedgerFilter
			want   int
		}{
			{programme.LedgerFilter{Message: "onboarding-reminder"}, 9},
			{programme.LedgerFilter{Message: "onboarding-reminder", Ref: refs[1]}, 3},
			{programme.LedgerFilter{Message: "onboarding", State: programme.MessageSent}, 3},
			{programme.LedgerFilter{Message: "onboarding", State: programme.MessagePlanned}, 0},
			{programme.LedgerFilter{Message: "onboarding-reminder", Reason: programme.NotSentAnswered}, 0},
			{programme.LedgerFilter{From: london("2026-11-24 12:00"), Message: "onboarding"}, 0},
			{programme.LedgerFilter{To: london("2026-11-24 12:00"), Message: "onboarding-reminder"}, 0},
			{programme.LedgerFilter{From: london("2026-01-01 00:00"), To: london("2028-01-01 00:00")}, everything},
		} {
			if got := ledger(c.filter); got != c.want {
				t.Errorf("%+v: %d lines, want %d", c.filter, got, c.want)
			}
		}
		if list, _, err := b.Ledger(b.ctx, programme.LedgerFilter{Cohort: autumn}, "", 10); err != nil || len(list) > 0 {
			t.Errorf("another cohort: %d lines, %v", len(list), err)
		}
		if _, _, err := b.Ledger(b.ctx, programme.LedgerFilter{Cohort: spring}, "x", 10); !isInvalid(err) {
			t.Errorf("no cursor: %v", err)
		}
	})
}

// The tasks of one of the staff are those they own or stand in for.
func TestTasksOfAnOwner(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort("spring", programme.RouteInvitation, 3)
		c.Deputy = "Deputy@centre.example"
		c.Overrides = map[string]programme.StageOverride{"onboarding": {Owner: "ann@centre.example"}}
		refs := b.imported(t, c, 2)
		b.raise(t, "spring", refs[0], "overdue", begins)
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return b.openTask(tx, programme.Task{Cohort: "spring", Ref: refs[1], Stage: "selection", Code: "overdue", Opened: begins}, "another")
		}))
		for owner, want := range map[string]int{"": 2, c.Owner: 1, "deputy@CENTRE.example": 1, "ann@centre.example": 1, "nobody@centre.example": 0} {
			list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Open: true, Cohort: "spring", Owner: owner}, 0, 10)
			must(t, err)
			if len(list) != want {
				t.Errorf("%q has %d tasks, want %d", owner, len(list), want)
			}
		}
	})
}
