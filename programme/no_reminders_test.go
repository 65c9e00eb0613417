package programme

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestAStageWithoutReminders: a cohort turns them off, whatever kind of stage it is, and turns them on again. What is asked still
// goes, and an empty list of days goes on meaning the blueprint's.
func TestAStageWithoutReminders(t *testing.T) {
	t.Parallel()
	b, c := flagshipCohort(t, RouteInvitation)
	reminders := func(c Cohort, stage string) (requests, reminders int) {
		mails, err := b.YearMails(c, EnglandAndWales(), 0, Date{2026, 6, 1}.At(12, 0))
		if err != nil {
			t.Fatal(err)
		}
		for _, mail := range mails {
			switch kind, _ := b.Stage(stage); {
			case mail.Stage != stage:
			case mail.Message == kind.Kind.Mails().Request:
				requests++
			case mail.Message == kind.Kind.Mails().Reminder || mail.Message == kind.Kind.Mails().Assistant || mail.Message == MsgApplicationReminder:
				reminders++
			}
		}
		return requests, reminders
	}
	for _, route := range []Route{RouteInvitation, RouteApplication} {
		for _, s := range b.Stages {
			if s.Event != nil && s.Event.PlaceWith != "" {
				continue
			}
			c.Route, c.Overrides = route, map[string]StageOverride{s.Name: {Ladder: []int{}}}
			asked, before := reminders(c, s.Name)
			c.Overrides = map[string]StageOverride{s.Name: {NoReminders: true}}
			stillAsked, after := reminders(c, s.Name)
			if before == 0 || after != 0 || stillAsked != asked {
				t.Errorf("%s by %s: asked %d times and reminded %d, without reminders %d and %d", s.Name, route, asked, before, stillAsked, after)
			}
			if faults, _ := Check(b, c, EnglandAndWales()); len(faults) > 0 {
				t.Errorf("%s by %s: %+v", s.Name, route, faults)
			}
		}
	}
}

func TestNoRemindersAreADepartureOfTheirOwn(t *testing.T) {
	t.Parallel()
	none := StageOverride{NoReminders: true}
	if none.Follows() || !(StageOverride{Ladder: []int{}}).Follows() {
		t.Error("no reminders are not what the blueprint has, an empty list is")
	}
	text, err := json.Marshal(none)
	if err != nil || string(text) != `{"no_reminders":true}` {
		t.Errorf("%s, %v", text, err)
	}
	b, c := flagshipCohort(t, RouteInvitation)
	c.Overrides = map[string]StageOverride{"onboarding": {NoReminders: true, Ladder: []int{5}}}
	faults, _ := Check(b, c, EnglandAndWales())
	if !slices.ContainsFunc(faults, func(f Fault) bool { return f.Field == "onboarding" && strings.Contains(f.Text, "no reminders") }) {
		t.Errorf("days and none at once: %+v", faults)
	}
}
