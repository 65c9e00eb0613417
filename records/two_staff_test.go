package records

import (
	"errors"
	"testing"

	"fairlead/programme"
)

// Of two who change one thing from the same page the second is told: what the first changed stands.
func TestTheSecondOfTwoStaffIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		conflict := func(what string, err error) {
			t.Helper()
			if !errors.Is(err, programme.ErrConflict) {
				t.Errorf("%s: %v", what, err)
			}
		}
		b.opened(t, 3)
		ref := b.reviewed(t, 1)[0]
		shown, err := b.Journey(b.ctx, ref)
		must(t, err)
		decide := func(d programme.Decision) error {
			return ignore(b.order(programme.Command{Name: programme.CmdDecide, Ref: ref, Decision: d, Reason: "other", IfVersion: shown.Version}))
		}
		must(t, decide(programme.DecideOffer))
		if err := decide(programme.DecideReject); !errors.As(err, new(*programme.Illegal)) {
			t.Errorf("another decision from the same page: %v", err)
		}
		if a, err := b.Applicant(b.ctx, ref); err != nil || a.Decision != programme.DecideOffer {
			t.Errorf("%v, decided %s", err, a.Decision)
		}

		until := programme.DateOf(b.clock.Now()).AddDays(5)
		for try := range 2 { // a double click, and a refresh
			_, err := b.IssueLateCode(b.ctx, spring, "00112233aabbccdd", until, "was in hospital", "staff:kim", b.Now(b.ctx))
			if try == 0 {
				must(t, err)
				continue
			}
			conflict("the same code again", err)
		}
		if codes, _, err := b.LateCodes(b.ctx, spring, "", 10); err != nil || len(codes) != 1 || codes[0].ID != "00112233aabbccdd" || codes[0].Note != "was in hospital" {
			t.Errorf("%v: %+v", err, codes)
		}

		one := b.selecting(t, 1)[0]
		name := func(was, now string) error {
			return b.NameOrganisations(b.ctx, one.StaffID, was, []string{now}, "staff:kim", "asked")
		}
		for range 2 {
			must(t, name("Centre 0", "Kent Police; Leeds Council"))
		}
		conflict("organisations", name("Centre 0", "Elsewhere"))
		if got := b.organisationsOf(t, one.StaffID); got != "Kent Police; Leeds Council" {
			t.Error(got)
		}
		if log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Action: programme.AuditOrganisations}, 0, 10); err != nil || len(log) != 2 {
			t.Errorf("%v: %d lines for two changes", err, len(log))
		}
	})
}

// A date that somebody moved is not moved by whoever was shown where it was before.
func TestTheSecondOfTwoMovesIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		shown := b.placeAt(t, ref, "residential-2").Sitting
		order := programme.Reschedule{Cohort: spring, Stage: "residential-2", Sitting: shown.Name, Starts: shown.Starts.AddDate(0, 0, 7), Reason: "programme_change",
			Actor: "staff:kim", At: b.Now(b.ctx), IfSequence: &shown.Sequence}
		must(t, ignore(b.Reschedule(b.ctx, order)))
		later := order
		later.Starts = shown.Starts.AddDate(0, 0, 14)
		if _, err := b.RescheduleEffects(b.ctx, later); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("looked at: %v", err)
		}
		if _, err := b.Reschedule(b.ctx, later); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("ordered: %v", err)
		}
		if now := b.placeAt(t, ref, "residential-2").Sitting; !now.Starts.Equal(order.Starts) {
			t.Errorf("it is on %v", now.Starts)
		}
	})
}
