package records

import (
	"fmt"
	"slices"
	"testing"

	"fairlead/programme"
)

func TestFiguresOfACohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 6, 5, nil)
		for _, ref := range refs {
			b.goTo("2027-01-04 06:00")
			b.openStage(t, ref, "residential-1")
		}
		b.goTo("2027-03-05 14:00")
		results, err := b.RecordAttendances(b.ctx, spring, "residential-1", "main", []programme.AttendanceMark{
			{Ref: refs[0], Status: programme.Attended}, {Ref: refs[1], Status: programme.Attended}, {Ref: refs[2], Status: programme.Absent}}, "staff:ada")
		must(t, err)
		for _, r := range results {
			if !r.Changed || r.Refused != "" {
				t.Fatalf("%+v", r)
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[4]})

		f, err := b.Figures(b.ctx, spring)
		must(t, err)
		if f.Cohort != spring || f.Places != 6 || f.Asked != 5 || f.Accepted != 5 || f.Going() != 4 || f.ByState[programme.Withdrawn] != 1 || f.Withdrew != 1 || f.Outcomes.Baseline != 0 {
			t.Errorf("%+v", f)
		}
		var names []string
		for _, e := range f.Events {
			names = append(names, e.Stage)
		}
		if !slices.Equal(names, []string{"opening-event", "residential-1", "residential-2", "residential-3", "closing-event"}) {
			t.Errorf("the events are %q", names)
		}
		if got := f.Events[1]; got != (programme.EventFigures{Stage: "residential-1", Title: "Residential 1", Attended: 2, Absent: 1, Expected: 1}) || got.Noted() != 3 {
			t.Errorf("%+v", got)
		}

		for i := range 11 {
			must(t, b.writer.Create(&surveyAnswerRow{Pseudonym: fmt.Sprint("p", i), Cohort: spring, Survey: "residential-1-survey", Question: "learned", Answer: "4", Month: "2027-03"}).Error)
		}
		for at, n := range map[string]int{"2027-04-30 12:00": 0, "2027-05-01 12:00": 11} { // its forms close on 8 April
			b.clock.set(london(at))
			o, err := b.Outcomes(b.ctx, spring)
			must(t, err)
			if back := o.Feedback[0]; back.Survey != "residential-1-survey" || back.Answered != 11 || back.Measures[1].N != n {
				t.Errorf("on %s: %+v", at, back)
			}
		}

		first, next, err := b.AttendanceRegister(b.ctx, spring, "", 3)
		must(t, err)
		rest, end, err := b.AttendanceRegister(b.ctx, spring, next, 3)
		must(t, err)
		lines := append(first, rest...)
		if len(first) != 3 || len(rest) != 2 || end != "" || !slices.IsSortedFunc(lines, func(x, y programme.AttendanceLine) int {
			return slices.Compare([]byte(x.Ref), []byte(y.Ref))
		}) {
			t.Fatalf("%+v, then %+v to %q", first, rest, end)
		}
		want := map[string]programme.PlaceState{refs[0]: programme.PlaceAttended, refs[2]: programme.PlaceAbsent, refs[3]: programme.PlaceHeld, refs[4]: programme.PlaceReleased}
		for _, line := range lines {
			if state, told := want[line.Ref]; told && line.Places["residential-1"] != state || line.Name == "" || line.Organisation == "" || len(line.Places) != 5 {
				t.Errorf("%+v", line)
			}
		}
		must(t, b.writer.Exec("UPDATE stages SET outcome = '', state = 'cancelled' WHERE ref = ? AND kind = 'selection'", refs[4]).Error)
		if f, err = b.Figures(b.ctx, spring); err != nil || f.Accepted != 4 || f.Withdrew != 0 {
			t.Errorf("who withdrew before they had a place left no year: %+v, %v", f, err)
		}
		if _, err := b.Figures(b.ctx, "1999-x"); !isNotFound(err) {
			t.Errorf("figures of no cohort: %v", err)
		}
		if _, _, err := b.AttendanceRegister(b.ctx, "1999-x", "", 3); !isNotFound(err) {
			t.Errorf("the register of no cohort: %v", err)
		}
	})
}

// In a cohort by invitation whoever was invited was asked; the reserve was not.
func TestFiguresOfAnInvitationCohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.invite(t, 2, 4)
		b.goTo("2026-09-08 12:00")
		b.answered(t, refs[0], "selection", accept())
		b.answered(t, refs[1], "selection", decline())
		f, err := b.Figures(b.ctx, spring)
		must(t, err)
		if f.Asked != 2 || f.Accepted != 1 || f.ByState[programme.Declined] != 1 || f.ByState[programme.Reserve] != 2 || len(f.Events) != 0 {
			t.Errorf("%+v", f)
		}
	})
}
