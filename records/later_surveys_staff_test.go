package records

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// What waits for its workflow after the year is found, for the doctor to compare.
func TestSurveysAfterTheYearThatAreAwaited(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, last := b.nearlyDone(t, 3)
		slices.Sort(refs)
		all := map[string][]string{}
		for i, ref := range refs {
			if known, _, err := b.Awaiting(b.ctx, spring, "", 10); err != nil || !cmp.Equal(known, all) {
				t.Errorf("%v, want %v, %v", known, all, err)
			}
			j := slices.IndexFunc(last, func(p programme.AskPlan) bool { return p.Ask == programme.AskID(ref, "closing-survey", 1) })
			b.submit(t, last[j].Ask, survey("5"))
			b.closed(t, ref, "closing-survey")
			if all[ref] = []string{sixMonths, twelveMonths}; i == 2 {
				b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: sixMonths})
				all[ref] = all[ref][1:]
			}
		}
		found, after := map[string][]string{}, ""
		for pages := 1; ; pages++ {
			page, next, err := b.Awaiting(b.ctx, spring, after, 2)
			must(t, err)
			maps.Copy(found, page)
			if after = next; after == "" {
				if diff := cmp.Diff(all, found); diff != "" || pages != 2 {
					t.Errorf("%d pages, %s", pages, diff)
				}
				return
			}
		}
	})
}

// told counts what the workflow of a survey after the year was promised, by what it is.
func (b *bundle) told(t *testing.T, ref, stage string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, row := range b.outboxOf(t, programme.StageID(spring, ref, stage), signalChanged) {
		var change map[string]json.RawMessage
		must(t, json.Unmarshal(row.Body, &change))
		for what := range change {
			counts[what]++
		}
	}
	return counts
}

// What staff order of a survey when the journey is over reaches its own workflow.
func TestStaffAndSurveysAfterTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.completed(t, 1)[0]
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: twelveMonths})
		if diff := cmp.Diff(map[string]int{"end": 1}, b.told(t, ref, twelveMonths)); diff != "" {
			t.Error(diff)
		}
		if again := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: twelveMonths}); again.Changed || b.journeyOf(t, ref).State != programme.Completed {
			t.Errorf("skipped twice: %+v", again)
		}
		b.goTo("2028-05-09 06:00")
		plan := b.openStage(t, ref, sixMonths)
		b.begin(t, plan.Mails[0])
		b.finish(t, plan.Mails[0].Key, programme.MailPermanent, true)
		if stage := b.stageOf(t, ref, sixMonths); stage.Attention != attentionRefused {
			t.Errorf("parked: %+v", stage)
		}
		b.goTo("2028-05-10 10:00")
		corrected := b.ordered(t, programme.Command{Name: programme.CmdCorrect, Ref: ref, Stage: sixMonths, Email: "new@service.example"})
		if b.stageOf(t, ref, sixMonths).Attention != "" || len(corrected.Plans) != 1 {
			t.Fatalf("corrected: %+v", corrected)
		}
		request := b.send(t, corrected.Plans[0].Mails[0])
		if request.To.Email != "new@service.example" {
			t.Errorf("sent to %s", request.To.Email)
		}
		moved := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "newer@service.example"})
		if _, err := b.Redeem(b.ctx, request.Items[0].Link, b.Now(b.ctx)); !errors.Is(err, programme.ErrLinkReplaced) || !moved.Changed {
			t.Errorf("the link in the old mailbox: %v", err)
		}
		news := b.lines(t, ref, programme.MsgEmailChanged)
		if job := b.send(t, programme.PlannedMail{Key: news[0].Key, At: news[0].At}); job.To.Email != "newer@service.example" || len(job.Items[0].Open) != 1 {
			t.Errorf("the news: %+v", job)
		}
		until := programme.Date{Year: 2028, Month: 5, Day: 31}
		extended := b.ordered(t, programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: sixMonths, Until: until})
		if !extended.Plans[0].Due.Equal(until.At(17, 0)) {
			t.Errorf("extended: %+v", extended)
		}
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: sixMonths})
		if diff := cmp.Diff(map[string]int{"freed": 1, "plan": 2, "end": 1}, b.told(t, ref, sixMonths)); diff != "" || b.stageOf(t, ref, sixMonths).State != programme.StageSkipped {
			t.Error(diff)
		}
		for _, refused := range []programme.Command{{Name: programme.CmdReopen, Stage: sixMonths}, {Name: programme.CmdWithdraw}, {Name: programme.CmdHold},
			{Name: programme.CmdSkip, Stage: "alumni"}} {
			refused.Ref = ref
			var illegal *programme.Illegal
			if _, err := b.order(refused); !errors.As(err, &illegal) {
				t.Errorf("%s: %v", refused.Name, err)
			}
		}
		b.sound(t)
	})
}
