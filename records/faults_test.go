//go:build faults

package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// Each deliberate defect breaks its rule: else the verdict that is to find it would prove nothing.
func TestEachFaultBreaksItsRule(t *testing.T) {
	for name, broken := range map[string]func(t *testing.T, b *bundle) bool{
		"claim-ignores-answers": func(t *testing.T, b *bundle) bool {
			ref := b.enrol(t, 1)[0]
			b.goTo("2026-11-23 06:00")
			plan := b.openStage(t, ref, "onboarding")
			b.send(t, plan.Mails[0])
			b.submit(t, plan.Ask, onboarding())
			return b.claim(t, plan.Mails[1]).Outcome == programme.ClaimSend
		},
		"joins-nowhere": func(t *testing.T, b *bundle) bool {
			return b.claim(t, b.awaited(t, 1)[0].Mails[0]).Outcome == programme.ClaimSend
		},
		"two-a-day": func(t *testing.T, b *bundle) bool {
			_, survey, alumni := b.twoAsks(t)
			b.send(t, survey.Mails[0])
			return b.claim(t, alumni.Mails[0]).Outcome == programme.ClaimSend
		},
		"drop-outbox-row": func(t *testing.T, b *bundle) bool {
			ref := b.enrol(t, 1)[0]
			b.goTo("2026-11-23 12:00")
			return len(b.submit(t, b.openStage(t, ref, "onboarding").Ask, onboarding()).Outbox) == 0
		},
		"lose-answer": func(t *testing.T, b *bundle) bool {
			ref := b.enrol(t, 1)[0]
			b.goTo("2026-11-23 12:00")
			result := b.submit(t, b.openStage(t, ref, "onboarding").Ask, onboarding())
			return result.ID != "" && b.count(t, "SELECT COUNT(*) FROM submissions") == 0
		},
		"send-at-20": func(t *testing.T, b *bundle) bool {
			ref := b.enrol(t, 1)[0]
			b.goTo("2026-11-23 06:00")
			return !slices.ContainsFunc(b.openStage(t, ref, "onboarding").Mails, func(m programme.PlannedMail) bool {
				return m.At.In(programme.London).Hour() != 20
			})
		},
		"ignores-consent": func(t *testing.T, b *bundle) bool {
			_, ends := b.withQuestionnaire(t, "questionnaire", "no")
			return len(ends[0].Openings) == 1 && ends[0].Openings[0].Stage == questionnaire
		},
		"early-end": func(t *testing.T, b *bundle) bool {
			ref := b.enrol(t, 1)[0]
			b.goTo("2026-11-23 12:00")
			return b.answered(t, ref, "onboarding", onboarding()).Journey == programme.Completed
		},
	} {
		t.Run(name, func(t *testing.T) {
			if b := setupSQLite(t); broken(t, b) {
				t.Error("broken without the switch")
			}
			t.Setenv("FAIRLEAD_FAULT_BREAK", name)
			if b := setupSQLite(t); !broken(t, b) {
				t.Error("the switch breaks nothing")
			}
		})
	}
}
