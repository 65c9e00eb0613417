package records

import (
	"slices"
	"sync"
	"testing"

	"fairlead/programme"
)

// ofCohort are the open tasks that are about no journey, with the codes.
func (b *bundle) ofCohort(t *testing.T, codes ...string) (list []programme.Task) {
	t.Helper()
	tasks, _, err := b.Tasks(b.ctx, programme.TaskFilter{Cohort: spring, Open: true}, 0, 100)
	must(t, err)
	for _, task := range tasks {
		if task.Ref == "" && slices.Contains(codes, task.Code) {
			list = append(list, task)
		}
	}
	return list
}

// overdueRegister lets the event be over for some leaders.
func (b *bundle) overdueRegister(t *testing.T, refs ...string) {
	t.Helper()
	for _, ref := range refs {
		plan := b.openStage(t, ref, "residential-1")
		if plan.Part != programme.PartAttendance || plan.Grace.IsZero() {
			t.Fatalf("%s waits for no register: %+v", ref, plan)
		}
		b.overdueAt(t, plan)
	}
}

// The register of a date is one task, which counts who is still to be noted, escalates once, and is done with the last mark;
// whoever is on hold or leaves does not keep it open.
func TestARegisterIsOneTask(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onRegister(t, 4)
		b.overdueRegister(t, refs...)
		tasks := b.ofCohort(t, taskRegister)
		if len(tasks) != 1 || tasks[0].Stage != "residential-1" || tasks[0].Sitting != "main" || tasks[0].Expected != 4 || tasks[0].Left != 4 || tasks[0].Owner == "" {
			t.Fatalf("tasks %+v", tasks)
		}
		b.mark(t, refs[0], programme.Attended)
		b.mark(t, refs[1], programme.Absent)
		if tasks := b.ofCohort(t, taskRegister); len(tasks) != 1 || tasks[0].Left != 2 || tasks[0].Expected != 4 {
			t.Errorf("half-way %+v", tasks)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[2]})
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[3]})
		if tasks := b.ofCohort(t, taskRegister); len(tasks) != 0 {
			t.Errorf("nobody is left to note: %+v", tasks)
		}
		// Back from the hold she is still to be noted, by a task of her own.
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[2]})
		if tasks := b.openTasks(t, refs[2]); !slices.Equal(tasks, []string{"residential-1 register"}) {
			t.Errorf("after the hold %v", tasks)
		}
		b.mark(t, refs[2], programme.Attended)
		if tasks := b.openTasks(t, refs[2]); len(tasks) != 0 {
			t.Errorf("noted, and still %v", tasks)
		}
		b.sound(t)
	})
}

// Two who note the last two leaders at once leave no task behind.
func TestTheLastMarksAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onRegister(t, 6)
		b.overdueRegister(t, refs...)
		var all sync.WaitGroup
		for _, ref := range refs {
			all.Go(func() {
				_, err := b.RecordAttendances(b.ctx, spring, "residential-1", "main", []programme.AttendanceMark{{Ref: ref, Status: programme.Attended}}, "staff:kim")
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if tasks := b.ofCohort(t, taskRegister); len(tasks) != 0 {
			t.Errorf("tasks %+v", tasks)
		}
	})
}

// Ten working days later a register that nobody has taken is one task anew, and finishing one by hand is as good.
func TestARegisterNobodyTakes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onRegister(t, 2)
		b.overdueRegister(t, refs...)
		must(t, b.FinishTask(b.ctx, b.ofCohort(t, taskRegister)[0].ID, "staff:ada", "The list is with the venue.", b.Now(b.ctx)))
		for range 2 {
			for _, ref := range refs {
				plan := b.openStage(t, ref, "residential-1")
				b.clock.set(plan.Limit)
				must(t, ignore(b.lapseOnce(plan)))
			}
		}
		if tasks := b.ofCohort(t, taskRegister, taskRegisterMissing); len(tasks) != 1 || tasks[0].Code != taskRegisterMissing || tasks[0].Left != 2 {
			t.Errorf("tasks %+v", tasks)
		}
	})
}

func (b *bundle) lapseOnce(plan programme.AskPlan) (bool, error) {
	_, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
	return lapsed, err
}

// onRegister are n leaders whose places at residential 1 are confirmed.
func (b *bundle) onRegister(t *testing.T, n int) []string {
	t.Helper()
	refs := b.atEvents(t, n, n, nil)
	for _, ref := range refs {
		b.goTo("2026-11-23 06:00")
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, withPlaces(programme.PlaceConfirm))
		b.closed(t, ref, "onboarding")
		b.goTo("2027-01-04 06:00")
		b.openStage(t, ref, "residential-1")
	}
	return refs
}
