package records

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"fairlead/programme"
)

// sees are the coaches who can open a leader's report now; it checks that their pages say the same, and that every
// opening left a line in the history without a word of what the report says.
func (b *bundle) sees(t *testing.T, ref string, coachRefs []string) string {
	t.Helper()
	var seen []int
	before := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what = 'report-opened'", ref)
	for n, coach := range coachRefs {
		shared, err := b.CoachReport(b.ctx, coach, ref, b.clock.Now())
		switch {
		case err == nil:
			seen = append(seen, n)
			if own, err := b.Report(b.ctx, ref); err != nil || fmt.Sprint(own) != fmt.Sprint(shared.Report) || shared.Leader == "" {
				t.Errorf("the coach sees %+v, the leader %+v, %v", shared, own, err)
			}
		case !isNotFound(err) || shared.Leader != "" || shared.Report.Scores != nil:
			t.Errorf("%+v, %v", shared, err)
		}
		page, err := b.CoachPage(b.ctx, coach)
		must(t, err)
		shown := false
		for _, leader := range page.Leaders {
			read := b.count(t, `SELECT COUNT(*) FROM moves m JOIN coach_matches c ON c.ref = m.ref AND c.ended_at IS NULL
				WHERE m.ref = ? AND m.what = 'report-opened' AND m.at >= c.since`, leader.Ref) > 0
			if leader.ReportClosed != (read && !leader.Report) {
				t.Errorf("coach %d: told that %s closed: %t", n, leader.Ref, leader.ReportClosed)
			}
			shown = shown || leader.Ref == ref && leader.Report
		}
		if shown != (len(seen) > 0 && seen[len(seen)-1] == n) {
			t.Errorf("coach %d: shown on the page %v, seen by %v", n, shown, seen)
		}
	}
	marks := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what = 'report-opened' AND actor = 'coach' AND reason = '' AND note_enc IS NULL", ref)
	if marks != before+len(seen) {
		t.Errorf("%d openings left %d marks", len(seen), marks-before)
	}
	return fmt.Sprint(seen)
}

// Who has another coach agrees anew, or not; without a coach, or without the questionnaire, there is nothing to agree to.
func TestAgreeingToAnotherCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes", "yes")
		must(t, ignore(b.WithdrawConsent(b.ctx, refs[0], programme.ConsentCoachReport)))
		if err := b.AgreeToCoach(b.ctx, refs[0]); !isIllegal(err) {
			t.Errorf("without a coach: %v", err)
		}
		coachRefs := b.importCoaches(t, coaches(3, 2))
		for _, ref := range refs {
			b.openStage(t, ref, questionnaire)
			b.submit(t, programme.AskID(ref, questionnaire, 1), all("4"))
			b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: ref, Coach: coachRefs[0]})
		}
		must(t, b.AgreeToCoach(b.ctx, refs[0]))
		must(t, b.AgreeToCoach(b.ctx, refs[0]))
		if seen := b.sees(t, refs[0], coachRefs); seen != "[0]" {
			t.Errorf("agreed: %s", seen)
		}
		b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: refs[0], Coach: coachRefs[1]})
		if seen := b.sees(t, refs[0], coachRefs); seen != "[]" {
			t.Errorf("with another coach: %s", seen)
		}
		must(t, b.AgreeToCoach(b.ctx, refs[0]))
		if seen := b.sees(t, refs[0], coachRefs); seen != "[1]" {
			t.Errorf("agreed again: %s", seen)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what = 'consent coach_report' AND to_state = 'agreed'", refs[0]); n != 2 {
			t.Errorf("%d moves", n)
		}
		must(t, ignore(b.WithdrawConsent(b.ctx, refs[1], programme.ConsentPsychometrics)))
		if err := b.AgreeToCoach(b.ctx, refs[1]); !isIllegal(err) {
			t.Errorf("without a questionnaire: %v", err)
		}
	})
}

// Who sees a report hangs on what holds at the moment it is opened: the consent, and whose coach it is.
func TestWhoSeesTheReport(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes", "yes")
		coachRefs := b.importCoaches(t, coaches(3, 2))
		ref, other := refs[0], refs[1]
		for _, r := range refs {
			b.openStage(t, r, questionnaire)
		}
		agree := func() {
			if err := b.AgreeToCoach(b.ctx, ref); !isIllegal(err) {
				must(t, err)
				must(t, b.AgreeToCoach(b.ctx, ref))
				return
			}
			must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.consent(programme.ConsentCoachReport, true) }))
		}
		answer := func(r string) { b.submit(t, programme.AskID(r, questionnaire, 1), all("4")) }
		coach := func(n int) func() {
			return func() {
				b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: ref, Coach: coachRefs[n]})
			}
		}
		withdraw := func(purpose string) func() {
			return func() { must(t, ignore(b.WithdrawConsent(b.ctx, ref, purpose))) }
		}
		answer(other)
		must(t, b.onJourney(b.ctx, other, b.clock.Now(), func(t *turn) error { return t.consent(programme.ConsentCoachReport, true) }))
		for _, step := range []struct {
			what string
			do   func()
			seen string
		}{
			{"agreed, no coach, no report", func() {}, "[]"},
			{"a coach, no report", func() { coach(0)(); agree() }, "[]"},
			{"a coach and a report", func() { answer(ref) }, "[0]"},
			{"the same again", func() {}, "[0]"},
			{"the coach stays", coach(0), "[0]"},
			{"withdrawn after it was shared", withdraw(programme.ConsentCoachReport), "[]"},
			{"agreed again", agree, "[0]"},
			{"staff change the coach", coach(1), "[]"},
			{"the first coach again", coach(0), "[]"},
			{"another, and agreed", func() { coach(1)(); agree() }, "[1]"},
			{"the leader asks for another", func() { must(t, b.AskForAnotherCoach(b.ctx, ref, b.clock.Now())) }, "[]"},
			{"agreed with the third", func() { coach(2)(); agree() }, "[2]"},
			{"on hold", func() { b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref}) }, "[2]"},
			{"resumed", func() { b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref}) }, "[2]"},
			{"the coach leaves", func() { must(t, ignore(b.CoachLeaves(b.ctx, spring, coachRefs[2], "other", "", "staff:ada"))) }, "[]"},
			{"agreed with whoever came", func() { coach(0)(); agree() }, "[0]"},
			{"the questionnaire's consent withdrawn", withdraw(programme.ConsentPsychometrics), "[]"},
			{"agreed to show what is deleted", agree, "[]"},
		} {
			step.do()
			if got := b.sees(t, ref, coachRefs); got != step.seen {
				t.Errorf("%s: seen by %s, want %s", step.what, got, step.seen)
			}
		}
		if got := b.sees(t, other, coachRefs); got != "[]" {
			t.Errorf("a leader without a coach: seen by %s", got)
		}
		for _, wrong := range [][2]string{{ref, other}, {"", other}, {coachRefs[0], "P-222222"}, {"C-222222", other}} {
			if _, err := b.CoachReport(b.ctx, wrong[0], wrong[1], b.clock.Now()); !isNotFound(err) {
				t.Errorf("%v: %v", wrong, err)
			}
		}
		b.sound(t)
	})
}

// Who goes on in another cohort has another coach there, who is asked for anew; who leaves shows nobody anything.
func TestTheConsentOfWhoLeaves(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes", "yes")
		coachRefs := b.importCoaches(t, coaches(1, 2))
		c := testCohort(autumn, programme.RouteConfirmed, 3)
		c.StartsOn, c.Blueprint = programme.Date{Year: 2027, Month: 9, Day: 6}, "coached-questionnaire"
		must(t, b.CreateCohort(b.ctx, c))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		for _, ref := range refs {
			b.answered(t, ref, questionnaire, all("4"))
			if got := b.sees(t, ref, coachRefs); got != "[0]" {
				t.Fatalf("seen by %s", got)
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]})
		into := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: refs[1], Into: autumn}).Into
		if got := b.consents(t, into); got != "[{psychometrics true} {coach_report false}]" {
			t.Errorf("consents that came along: %s", got)
		}
		for _, ref := range append(refs, into) {
			if got := b.sees(t, ref, coachRefs); got != "[]" {
				t.Errorf("%s seen by %s", ref, got)
			}
		}
		drafts, err := b.Drafts(b.ctx, programme.AskID(into, "onboarding", 1))
		must(t, err)
		if got := drafts[programme.SectionPrivacy].Answers; got.Get("consent_psychometrics") != programme.Yes || got.Has("consent_coach_report", programme.Yes) {
			t.Errorf("the form begins with %v", got)
		}
		b.sound(t)
	})
}

// A report is opened before the consent is withdrawn, or not at all: never after.
func TestOpeningAgainstWithdrawing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes")
		coachRefs := b.importCoaches(t, coaches(1, 1))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		b.answered(t, refs[0], questionnaire, all("4"))
		var wait sync.WaitGroup
		for n := range 8 {
			wait.Go(func() {
				if n == 4 {
					_, err := b.WithdrawConsent(b.ctx, refs[0], programme.ConsentCoachReport)
					if err != nil {
						t.Error(err)
					}
					return
				}
				if _, err := b.CoachReport(b.ctx, coachRefs[0], refs[0], b.clock.Now()); err != nil && !isNotFound(err) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		late := b.count(t, `SELECT COUNT(*) FROM moves WHERE ref = ? AND what = 'report-opened' AND id > (SELECT id FROM moves WHERE ref = ? AND what = 'consent coach_report')`, refs[0], refs[0])
		if late != 0 {
			t.Errorf("%d openings after the withdrawal", late)
		}
	})
}

// The leader's consents say when one ended, and by whom, as long as it is not given again.
func TestWhenAConsentEnded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes", "no")
		coachRefs := b.importCoaches(t, coaches(1, 2))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		b.answered(t, refs[0], questionnaire, all("4"))
		ended := func(ref string) string {
			list, err := b.Consents(b.ctx, ref)
			must(t, err)
			text := ""
			for _, c := range list {
				text += fmt.Sprintf("%t %s %t; ", c.Given, c.Ended.Format("2006-01-02"), c.Taken)
			}
			return text
		}
		if got := ended(refs[1]); got != "false 0001-01-01 false; false 0001-01-01 false; " {
			t.Errorf("never given: %s", got)
		}
		b.sees(t, refs[0], coachRefs)
		must(t, ignore(b.WithdrawConsent(b.ctx, refs[0], programme.ConsentCoachReport)))
		day := b.clock.Now().Format("2006-01-02")
		if got := ended(refs[0]); got != "true 0001-01-01 false; false "+day+" true; " {
			t.Errorf("withdrawn: %s", got)
		}
		page, err := b.CoachPage(b.ctx, coachRefs[0])
		must(t, err)
		for _, leader := range page.Leaders {
			if leader.ReportClosed != (leader.Ref == refs[0]) {
				t.Errorf("the coach is told %+v", leader)
			}
		}
		must(t, b.AgreeToCoach(b.ctx, refs[0]))
		if got := ended(refs[0]); got != "true 0001-01-01 false; true 0001-01-01 false; " {
			t.Errorf("agreed again: %s", got)
		}
		address := "helen@coaches.example"
		b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: refs[0], Email: address})
		if got := ended(refs[0]); got != "true 0001-01-01 false; false "+day+" false; " {
			t.Errorf("of one organisation: %s", got)
		}
	})
}

func isIllegal(err error) bool {
	var illegal *programme.Illegal
	return errors.As(err, &illegal)
}
