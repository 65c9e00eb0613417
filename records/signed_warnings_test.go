package records

import (
	"testing"

	"fairlead/programme"
)

// TestWarningsAreSignedOff: by stage and words, once, with the reason in the audit log; of a date that has changed they are asked
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
		keys := []string{warnings[0].SignedAs(), warnings[1].SignedAs()}
		if err := b.SignWarnings(b.ctx, spring, keys, "staff:ada", " "); !isInvalid(err) {
			t.Errorf("without a reason: %v", err)
		}
		if err := b.SignWarnings(b.ctx, spring, append(keys, "made up"), "staff:ada", "fine"); !isInvalid(err) {
			t.Errorf("what is no warning: %v", err)
		}
		if list, err := b.SignedWarnings(b.ctx, spring); err != nil || len(list) != 0 {
			t.Fatalf("a refused order signed %+v, %v", list, err)
		}
		if err := b.SignWarnings(b.ctx, "nowhere", keys, "staff:ada", "fine"); !isNotFound(err) {
			t.Errorf("of no cohort: %v", err)
		}
		must(t, b.SignWarnings(b.ctx, spring, keys, "staff:ada", "fine"))
		must(t, b.SignWarnings(b.ctx, spring, keys, "staff:bob", "later"))
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

// TestWarningsThatWereSignedByOtherWordsStaySigned: records made before warnings named stages by their titles keep the codes.
func TestWarningsThatWereSignedByOtherWordsStaySigned(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 3)
		c.Blueprint, c.StartsOn = "flagship", programme.Date{Year: 2027, Month: 9, Day: 6}
		must(t, b.CreateCohort(b.ctx, c))
		const then = "Stage “psychometrics”: it is due on Thursday 5 August 2027, in August."
		must(t, b.writer.Create(&signedWarningRow{Cohort: spring, Warning: then, Reason: "fine", SignedBy: "staff:ada", AtReal: begins}).Error)
		year, err := b.blueprint("flagship")
		must(t, err)
		_, warnings := programme.Check(year, c, programme.EnglandAndWales())
		signed, err := b.SignedWarnings(b.ctx, spring)
		must(t, err)
		if open := programme.Unsigned(warnings, signed); len(open) != len(warnings)-1 {
			t.Errorf("it is asked again: %+v", open)
		}
		must(t, b.SignWarnings(b.ctx, spring, []string{then}, "staff:bob", "later")) // from a page that was open since
		if list, err := b.SignedWarnings(b.ctx, spring); err != nil || len(list) != 1 || list[0].By != "staff:ada" {
			t.Errorf("signed %+v, %v", list, err)
		}
		must(t, b.SignWarnings(b.ctx, spring, []string{warnings[0].SignedAs()}, "staff:bob", "fine"))
		log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Action: programme.AuditWarningSigned}, 0, 10)
		must(t, err)
		if len(log) != 1 || log[0].Detail != warnings[0].Text {
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
