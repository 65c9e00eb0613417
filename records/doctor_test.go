package records

import (
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Every check is silent on sound records and names what was broken on purpose.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 4), 8)
		_, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		findings, err := b.Doctor(b.ctx)
		must(t, err)
		if len(findings) != 0 {
			t.Fatalf("sound records: %v", findings)
		}
		b.clock.set(begins.Add(25 * time.Hour))
		if findings, err = b.StuckOperations(b.ctx); err != nil || len(findings) != 1 || !strings.Contains(findings[0], "0 of 4 done") {
			t.Errorf("a launch that never went on: %v, %v", findings, err)
		}
		breakages := []struct{ sql, ref, finds string }{
			{`UPDATE cohorts SET places_held = 1`, "spring", "counts other places"},
			{`UPDATE journeys SET place_held = FALSE WHERE ref = ?`, refs[0], "holds no place"},
			{`UPDATE journeys SET place_held = TRUE WHERE ref = ?`, refs[7], "still holds a place"},
			{`UPDATE journeys SET held_state = 'invited' WHERE ref = ?`, refs[1], "on hold without"},
			{`DELETE FROM stages WHERE ref = ?`, refs[6], "no stages"},
			{`UPDATE stages SET state = 'open', waiting_on = 'participant' WHERE name = 'selection' AND ref = ?`, refs[2], "without an open ask"},
			{`UPDATE stages SET state = 'open' WHERE name = 'selection' AND ref = ?`, refs[2], "waits on nobody"},
		}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			for _, broken := range breakages {
				args := []any{broken.ref}
				if !strings.Contains(broken.sql, "?") {
					args = nil
				}
				if err := tx.Exec(broken.sql, args...).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		findings, err = b.Doctor(b.ctx)
		must(t, err)
		for _, broken := range breakages {
			named := false
			for _, finding := range findings {
				named = named || (strings.HasPrefix(finding, broken.ref+" ") && strings.Contains(finding, broken.finds))
			}
			if !named {
				t.Errorf("%q was not found for %s: %v", broken.finds, broken.ref, findings)
			}
		}
	})
}
