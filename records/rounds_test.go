package records

import (
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// raise opens a task, and again, which changes nothing.
func (b *bundle) raise(t *testing.T, cohort, ref, code string, at time.Time) {
	t.Helper()
	for range 2 {
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return b.openTask(tx, programme.Task{Cohort: cohort, Ref: ref, Stage: "onboarding", Code: code, Opened: at}, ref+code)
		}))
	}
}

func TestStaffRoundTellsTheHeadOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 3), 3)
		friday := london("2027-02-05 17:05")
		b.raise(t, "spring", refs[0], "overdue", friday)
		b.raise(t, "spring", refs[1], "overdue", friday)
		b.raise(t, "spring", refs[2], "mail_refused", friday.Add(time.Hour))
		if got := b.signals(t, "spring"); len(got) != 1 {
			t.Errorf("three tasks are told by %v, want once: the workflow watches the first", got)
		}
		tasks, _, err := b.Tasks(b.ctx, programme.TaskFilter{Cohort: "spring", Open: true}, 0, 10)
		must(t, err)
		if len(tasks) != 3 || tasks[0].Owner != "owner@centre.example" || tasks[0].Deputy != "deputy@centre.example" {
			t.Fatalf("the tasks are %+v", tasks)
		}
		wednesday := london("2027-02-10 17:05")
		next, mails, err := b.StaffRound(b.ctx, "spring", friday)
		must(t, err)
		if !next.Equal(wednesday) || len(mails) != 0 {
			t.Errorf("at first: next %v, mails %v, want Wednesday and none", next, mails)
		}
		for range 2 { // a round whose result was lost gives the same mail again
			next, mails, err = b.StaffRound(b.ctx, "spring", wednesday)
			must(t, err)
			if len(mails) != 1 || !mails[0].At.Equal(wednesday) || !next.Equal(wednesday.Add(time.Hour)) {
				t.Fatalf("on Wednesday: next %v, mails %v", next, mails)
			}
		}
		line := messageOf(t, b, mails[0].Key)
		if line.Recipient != "staff" || line.Rule != "alert" || line.params().Count != 2 || line.Message != programme.MsgTasksWaiting {
			t.Errorf("the line is %+v", line)
		}
		head, err := personByEmail(b.read(b.ctx), "HEAD@centre.example")
		must(t, err)
		if head.ID != line.PersonID {
			t.Error("the mail goes to somebody else")
		}
		must(t, b.FinishTask(b.ctx, tasks[2].ID, "staff:ada", "rang her", wednesday))
		must(t, b.FinishTask(b.ctx, tasks[2].ID, "staff:bob", "again", wednesday.Add(time.Hour)))
		if next, _, err = b.StaffRound(b.ctx, "spring", wednesday); err != nil || !next.IsZero() {
			t.Errorf("with nothing left: next %v, %v", next, err)
		}
		tasks, _, err = b.Tasks(b.ctx, programme.TaskFilter{Ref: refs[2]}, 0, 10)
		must(t, err)
		if len(tasks) != 1 || tasks[0].DoneBy != "staff:ada" || tasks[0].Note != "rang her" || !tasks[0].Done.Equal(wednesday) {
			t.Errorf("the finished task is %+v", tasks)
		}
		var kept taskRow
		must(t, b.read(b.ctx).Take(&kept, "id = ?", tasks[0].ID).Error)
		if len(kept.NoteEnc) == 0 || strings.Contains(string(kept.NoteEnc), "rang") {
			t.Errorf("the note lies as %q", kept.NoteEnc)
		}
		if err := b.FinishTask(b.ctx, 9999, "staff:ada", "", wednesday); !isNotFound(err) {
			t.Errorf("a task that is none: %v, want ErrNotFound", err)
		}
	})
}

func messageOf(t *testing.T, b *bundle, key string) messageRow {
	t.Helper()
	var row messageRow
	must(t, b.read(b.ctx).Take(&row, "key = ?", key).Error)
	return row
}

func TestTasksByPage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 3), 5)
		for _, ref := range refs {
			b.raise(t, "spring", ref, "overdue", begins)
		}
		leaders := map[string]string{}
		for _, ref := range refs {
			j, err := b.Journey(b.ctx, ref)
			must(t, err)
			leaders[ref] = j.Person.Name
		}
		if len(leaders[refs[0]]) == 0 {
			t.Fatal("nobody has a name")
		}
		b.raise(t, "spring", "", "set_venue", begins)
		seen := 0
		for after := int64(0); ; {
			list, next, err := b.Tasks(b.ctx, programme.TaskFilter{Open: true}, after, 2)
			must(t, err)
			seen += len(list)
			for _, task := range list {
				if want := leaders[task.Ref]; task.Leader != want {
					t.Errorf("task %d names %q, not %q", task.ID, task.Leader, want)
				}
			}
			if after = next; next == 0 {
				break
			}
		}
		if seen != 6 {
			t.Errorf("the pages hold %d tasks, want 6", seen)
		}
	})
}

// A round finds operations whose start was lost, fills places, and knows when the year is over.
func TestCohortRound(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 1), 2)
		op, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		round, err := b.CohortRound(b.ctx, "spring", begins)
		must(t, err)
		if round.Launch != op.ID || !round.Next.Equal(london("2027-01-28 17:00")) || round.Over {
			t.Errorf("after the launch: %+v", round)
		}
		b.end(t, "spring", refs[0])
		b.clock.set(begins.Add(time.Minute))
		round, err = b.CohortRound(b.ctx, "spring", begins.Add(time.Minute))
		must(t, err)
		if round.Launch != op.ID || !round.Next.Equal(begins.Add(time.Minute)) {
			t.Errorf("with two operations open: %+v, want the first, and at once another round", round)
		}
		must(t, b.ConfirmStarts(b.ctx, op.ID, refs[:1]))
		round, err = b.CohortRound(b.ctx, "spring", begins.Add(time.Minute))
		must(t, err)
		page, err := b.LaunchPage(b.ctx, round.Launch, 10)
		must(t, err)
		if len(page) != 1 || page[0].Ref != refs[1] {
			t.Errorf("the refill starts %+v", page)
		}
		must(t, b.ConfirmStarts(b.ctx, round.Launch, refs[1:]))
		after := london("2027-02-01 10:00")
		round, err = b.CohortRound(b.ctx, "spring", after)
		must(t, err)
		if round.Launch != "" || round.Over || !round.Next.After(london("2027-12-01 10:00")) {
			t.Errorf("with one journey going on: %+v, want to look again when its last form is closed", round)
		}
		b.end(t, "spring", refs[1])
		if round, err = b.CohortRound(b.ctx, "spring", after); err != nil || !round.Over {
			t.Errorf("with every journey ended: %+v, %v", round, err)
		}
	})
}
