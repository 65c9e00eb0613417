package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// What a leader tells staff to need is recorded as long as the event is to come. After the freeze staff have to tell the
// venue, and the leader's own form stays closed.
func TestNeedsToldByTelephone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		ref := refs[0]
		b.goTo("2027-01-04 06:00")
		b.openStage(t, ref, "residential-1")
		told := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "residential-1", GivenBy: "Sam Field", How: "telephone",
			Answers: programme.Answers{"arrival": {"car"}}}
		now := b.goTo("2027-01-12 11:00")
		effect := b.ordered(t, told)
		needs, _, err := b.Needs(b.ctx, ref)
		must(t, err)
		if needs.Get("arrival") != "car" || needs.Get("dietary") != "vegan" || needs.Get("access_needs") != "A hearing loop" {
			t.Errorf("needs %v", needs)
		}
		if len(effect.Mails) != 1 || !effect.Mails[0].At.Equal(now) || effect.Answered != "" || len(b.openTasks(t, ref)) > 0 {
			t.Errorf("effect %+v, tasks %v", effect, b.openTasks(t, ref))
		}
		if item := b.send(t, effect.Mails[0]).Items[0]; item.Message != programme.MsgAnswerRecorded || item.Stage != "residential-1" || item.Ref == "" {
			t.Errorf("the mail says %+v", item)
		}
		b.saidBy(t, ref, "residential-1", "Given by Sam Field, by telephone.")
		if again := b.ordered(t, told); again.Changed {
			t.Error("the same again changes something")
		}
		b.goTo("2027-02-09 10:00") // the venue has them
		told.Answers = programme.Answers{"dietary": {"vegan", "other"}, "dietary_other": {"an allergy to celery"}}
		told.How, told.Note = "in_person", " She carries a pen. "
		b.ordered(t, told)
		b.saidBy(t, ref, "residential-1", "Given by Sam Field, in person. She carries a pen.")
		if pack, err := b.VenuePack(b.ctx, spring, "residential-1", "main"); err != nil || !slices.Equal(pack.Diets, []string{"an allergy to celery"}) {
			t.Errorf("the pack says %v, %v", pack.Diets, err)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-1 tell_venue"}) {
			t.Errorf("tasks %v", tasks)
		}
		if _, err := b.changePlace(ref, "residential-1", programme.PlaceConfirm, "halal"); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("the leader's own form: %v", err)
		}
		var invalid *programme.Invalid
		for field, answers := range map[string]programme.Answers{"place": {"place": {programme.PlaceCannot}}, "dietary": {"dietary": {"stones"}}, "": nil} {
			wrong := told
			wrong.Answers = answers
			if _, err := b.order(wrong); !errors.As(err, &invalid) || invalid.Faults[0].Field != field {
				t.Errorf("%v: %v", answers, err)
			}
		}
		nobody := told
		nobody.GivenBy = " "
		if _, err := b.order(nobody); !errors.As(err, &invalid) || invalid.Faults[0].Field != "given_by" {
			t.Errorf("from nobody: %v", err)
		}
		b.goTo("2027-03-01 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "attended"})
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("after the event: tasks %v", tasks)
		}
		b.sound(t)
	})
}

// An answer about another event that staff take down while a venue has the needs carries them to that venue too.
func TestNeedsToldWithAnotherPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.needsOfTwo(t)[0]
		b.goTo("2027-01-04 06:00")
		b.openStage(t, ref, "residential-1")
		b.goTo("2027-02-09 10:00")
		b.openStage(t, ref, "residential-2")
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "residential-2", GivenBy: "Sam Field", How: "telephone", Answers: programme.Answers{
			"place": {programme.PlaceConfirm}, "dietary": {"kosher"}, "arrival": {"train"}, "room_night_before": {"no"}}})
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-1 tell_venue"}) {
			t.Errorf("tasks %v", tasks)
		}
		if needs, _, err := b.Needs(b.ctx, ref); err != nil || needs.Get("dietary") != "kosher" {
			t.Errorf("needs %v, %v", needs, err)
		}
		b.sound(t)
	})
}

// saidBy checks that the last answer which staff took down stands in the history with who gave it and how, encrypted, and that
// nothing of it stands elsewhere.
func (b *bundle) saidBy(t *testing.T, ref, stage, note string) {
	t.Helper()
	moves, _, err := b.Moves(b.ctx, ref, 0, 200)
	must(t, err)
	last := ""
	for _, m := range moves {
		if m.Stage == stage && m.Actor == "staff:kim" {
			last = m.Note
		}
	}
	if last != note {
		t.Errorf("the history of %s says %q, not %q", stage, last, note)
	}
	log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{}, 0, 200)
	must(t, err)
	if text := fmt.Sprint(log); strings.Contains(text, "Given by") || strings.Contains(text, "Sam Field") {
		t.Errorf("the audit log says who gave it: %s", text)
	}
	for column, table := range map[string]string{"outcome": "commands", "body": "outbox"} {
		if n := b.count(t, "SELECT COUNT(*) FROM "+table+" WHERE CAST("+column+" AS TEXT) LIKE '%Given by%'"); n != 0 {
			t.Errorf("%d rows of %s say who gave it", n, table)
		}
	}
}
