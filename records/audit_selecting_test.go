package records

import (
	"fmt"
	"strings"
	"testing"

	"fairlead/programme"
)

// What staff and selectors do about applications, notes and sign-ins leaves exactly one line in the audit log, and a repeat
// none; what was written in it is not there.
func TestSelectingIsAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const kim = "staff:kim"
		b.opened(t, 3)
		refs := b.reviewed(t, 2)
		b.selecting(t, 3)
		left := func(what, want string, act func() error) {
			t.Helper()
			for try := range 2 { // a second click leaves nothing
				before := len(b.log(t))
				must(t, act())
				got := b.log(t)[before:]
				if try == 0 && fmt.Sprint(got) != "["+want+"]" || try == 1 && len(got) != 0 {
					t.Errorf("%s left %q at click %d, want %q", what, got, try+1, want)
				}
			}
		}
		first, second := scorer(0), scorer(1)
		left("assign", kim+" | applications_assigned | 2027-spring | 6 assigned, 3 each | ", func() error {
			return ignore(b.Assign(b.ctx, spring, 3, kim, false, b.Now(b.ctx)))
		})
		sheet, err := b.ScoringSheet(b.ctx, first, refs[0])
		must(t, err)
		kept, err := b.SaveScores(b.ctx, first, refs[0], points, sheet.Version, b.Now(b.ctx)) // which is noted nowhere
		must(t, err)
		left("scores", programme.StaffActor(first)+" | scores_sent | "+refs[0]+" |  | ", func() error {
			return b.SubmitScores(b.ctx, first, refs[0], kept, b.Now(b.ctx))
		})
		left("conflict", programme.StaffActor(second)+" | conflict_declared | "+refs[0]+" |  | ", func() error {
			return b.DeclareConflict(b.ctx, second, refs[0], "She was my deputy.", b.Now(b.ctx))
		})
		scores, err := b.Scores(b.ctx, refs[0])
		must(t, err)
		of := ""
		for _, one := range scores {
			if one.Selector.Email == first {
				of = one.Selector.ID
			}
		}
		left("open again", kim+" | scores_reopened | "+refs[0]+" |  | mistake", func() error {
			return b.ReopenScores(b.ctx, refs[0], of, "mistake", "the wrong one", kim, b.Now(b.ctx))
		})
		left("note", kim+" | note_added | "+refs[0]+" |  | ", func() error { return b.AddNote(b.ctx, refs[0], "form-1", kim, "Spoke to her office") })
		session, _, err := b.SignInStaff(b.ctx, first, "a browser")
		must(t, err)
		left("sign out", programme.StaffActor(first)+" | signed_out | "+programme.StaffActor(first)+" |  | ", func() error { return b.SignOut(b.ctx, session) })
		before := len(b.log(t)) // every look and every export counts, however often
		must(t, b.NoteExport(b.ctx, kim, "the auditor asks"))
		must(t, b.NoteSeen(b.ctx, kim, programme.AuditJourneysExported, spring))
		must(t, b.NoteSeen(b.ctx, kim, programme.AuditAttendanceExported, spring))
		want := kim + " | audit_log_exported |  |  | the auditor asks," + kim + " | journeys_exported | 2027-spring |  | ," + kim + " | attendance_exported | 2027-spring |  | "
		if got := strings.Join(b.log(t)[before:], ","); got != want {
			t.Errorf("exports left %q", got)
		}
		for _, line := range b.log(t) {
			if strings.Contains(line, "deputy") || strings.Contains(line, "office") || strings.Contains(line, "wrong one") || strings.Contains(line, "Amara") {
				t.Errorf("the audit log names somebody or something: %s", line)
			}
		}
	})
}
