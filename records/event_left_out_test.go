package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// Whoever was excused before the event has given the place up: somebody else may have it, so the register does not ask for
// them, and nobody can be marked as having come to a place that is another's.
func TestTheRegisterLeavesOutWhoWasExcusedBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		for _, ref := range refs {
			b.goTo("2027-05-10 06:00")
			b.submit(t, b.openStage(t, ref, "residential-2").Ask, programme.Answers{"place": {programme.PlaceCannot}})
			b.closed(t, ref, "residential-2")
		}
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: refs[0], Stage: "residential-2", Status: "excused"})
		b.goTo("2027-07-07 18:00")
		register, err := b.Register(b.ctx, spring, "residential-2", "main")
		must(t, err)
		if len(register.Rows) != 1 || register.Rows[0].Ref != refs[1] {
			t.Errorf("the register asks for %+v", register.Rows)
		}
		results, err := b.RecordAttendances(b.ctx, spring, "residential-2", "main", []programme.AttendanceMark{{Ref: refs[0], Status: programme.Attended}}, "staff:ada")
		must(t, err)
		if len(results) != 1 || results[0].Changed || results[0].Refused == "" {
			t.Errorf("marked as attended: %+v", results)
		}
		b.sound(t)
	})
}

func TestWhoCanComeOnNoDateWaitsOnStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-05-10 06:00")
		b.submit(t, b.openStage(t, ref, "residential-2").Ask, programme.Answers{"place": {programme.PlaceCannot}})
		b.closed(t, ref, "residential-2")
		plan := b.openStage(t, ref, "residential-2")
		if plan.Owner != programme.OwnerStaff || len(plan.Mails) > 0 || b.stageOf(t, ref, "residential-2").Overdue {
			t.Errorf("plan %+v", plan)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-2 event_cannot"}) {
			t.Errorf("tasks %v", tasks)
		}
		effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "residential-2"})
		if len(effect.Ends) != 2 || effect.Ends[1].Stage != "residential-2-survey" || effect.Ends[1].State != programme.StageSkipped {
			t.Errorf("ends %+v", effect.Ends)
		}
		if n := b.taken(t, "residential-2", "main"); n != 0 {
			t.Errorf("%d places taken", n)
		}
		b.sound(t)
	})
}
