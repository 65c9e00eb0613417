package records

import (
	"testing"

	"fairlead/programme"
)

// TestWarningsAreSignedOff: by their words, once, with the reason in the audit log; of a date that has changed they are asked
// again.
func TestWarningsAreSignedOff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 3)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		year, err := b.blueprint("flagship")
		must(t, err)
		_, warnings := programme.Check(year, c, programme.EnglandAndWales())
		if len(warnings) < 2 {
			t.Fatalf("warnings %+v", warnings)
		}
		texts := []string{warnings[0].Text, warnings[1].Text}
		if err := b.SignWarnings(b.ctx, spring, texts, "staff:ada", " "); !isInvalid(err) {
			t.Errorf("without a reason: %v", err)
		}
		if err := b.SignWarnings(b.ctx, spring, append(texts, "made up"), "staff:ada", "fine"); !isInvalid(err) {
			t.Errorf("what is no warning: %v", err)
		}
		if list, err := b.SignedWarnings(b.ctx, spring); err != nil || len(list) != 0 {
			t.Fatalf("a refused order signed %+v, %v", list, err)
		}
		if err := b.SignWarnings(b.ctx, "nowhere", texts, "staff:ada", "fine"); !isNotFound(err) {
			t.Errorf("of no cohort: %v", err)
		}
		must(t, b.SignWarnings(b.ctx, spring, texts, "staff:ada", "fine"))
		must(t, b.SignWarnings(b.ctx, spring, texts, "staff:bob", "later"))
		signed, err := b.SignedWarnings(b.ctx, spring)
		must(t, err)
		if len(signed) != 2 || signed[0].By != "staff:ada" || signed[0].Reason != "fine" || !signed[0].At.Equal(begins) {
			t.Errorf("signed %+v", signed)
		}
		if open := programme.Unsigned(warnings, signed); len(open) != len(warnings)-2 {
			t.Errorf("still %+v", open)
		}
		log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Action: programme.AuditWarningSigned}, 0, 10)
		must(t, err)
		if len(log) != 2 || log[0].Actor != "staff:ada" || log[0].Subject != spring || log[0].Reason != "fine" {
			t.Errorf("the audit log says %+v", log)
		}
	})
}

func TestTheLatestOperationsOfACohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.enrol(t, 2)
		list, err := b.Operations(b.ctx, spring, "launch", 1)
		must(t, err)
		if len(list) != 1 || list[0].Kind != "launch" || list[0].Total != 2 {
			t.Fatalf("operations %+v", list)
		}
		must(t, ignore(b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx)))) // nobody is left: it had nothing to do
		if again, err := b.Operations(b.ctx, spring, "", 5); err != nil || len(again) != 1 || again[0].ID != list[0].ID {
			t.Errorf("operations %+v, %v", again, err)
		}
		if none, err := b.Operations(b.ctx, "nowhere", "", 5); err != nil || len(none) != 0 {
			t.Errorf("of no cohort %+v, %v", none, err)
		}
	})
}
