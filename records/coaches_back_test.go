package records

import (
	"reflect"
	"slices"
	"testing"

	"fairlead/programme"
)

// A coach who was taken out by mistake comes back with the spreadsheet: they can have leaders and publish times again, and leaders
// who have another coach meanwhile stay with that one.
func TestACoachComesBackByImport(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coachRefs := b.coached(t, 3, coaches(2, 3))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		must(t, ignore(b.CoachLeaves(b.ctx, spring, coachRefs[0], "other", "", "staff:ada")))
		before, err := b.Matches(b.ctx, spring)
		must(t, err)
		rows := coaches(2, 3)
		for _, dry := range []bool{true, false} {
			report, err := b.ImportCoaches(b.ctx, spring, rows, dry, "staff:ada")
			must(t, err)
			if report.Changed != 1 || report.Unchanged != 1 || report.Rows[0].Result != "comes_back" || report.Rows[0].Ref != coachRefs[0] || report.Rows[1].Result != "unchanged" {
				t.Errorf("dry %v: %+v", dry, report)
			}
			list, err := b.Coaches(b.ctx, spring)
			must(t, err)
			if i := slices.IndexFunc(list, func(c programme.Coach) bool { return c.Ref == coachRefs[0] }); len(list) != 2 || list[i].Left != dry || list[i].Load != 0 {
				t.Errorf("dry %v: %+v", dry, list)
			}
		}
		if after, err := b.Matches(b.ctx, spring); err != nil || len(after) != len(refs) || !reflect.DeepEqual(after, before) {
			t.Errorf("leaders had %+v and have %+v, %v", before, after, err)
		}
		if again, err := b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada"); err != nil || again.Unchanged != 2 {
			t.Errorf("again: %+v, %v", again, err)
		}
		log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Action: programme.AuditCoachBack}, 0, 10)
		if err != nil || len(log) != 1 || log[0].Actor != "staff:ada" || log[0].Subject != spring || log[0].Detail != coachRefs[0] {
			t.Errorf("in the audit log: %+v, %v", log, err)
		}
		now := b.clock.Now()
		if _, err := b.PublishSlots(b.ctx, spring, coachRefs[0], programme.SlotSeries{First: now.AddDate(0, 0, 7), Count: 1, Minutes: 60}, "staff:ada", now); err != nil {
			t.Errorf("times of a coach who is back: %v", err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: refs[0], Coach: coachRefs[0]})
		if loads := b.loads(t); loads[coachRefs[0]] != 1 {
			t.Errorf("loads %v", loads)
		}
		must(t, ignore(b.CoachLeaves(b.ctx, spring, coachRefs[0], "other", "", "staff:ada"))) // and may leave again
		if loads := b.loads(t); loads[coachRefs[0]] != 0 {
			t.Errorf("loads %v", loads)
		}
	})
}
