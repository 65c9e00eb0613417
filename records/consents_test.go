package records

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

// consents is what the leader agrees to now.
func (b *bundle) consents(t *testing.T, ref string) string {
	t.Helper()
	list, err := b.Consents(b.ctx, ref)
	must(t, err)
	for i := range list {
		list[i].Ended, list[i].Taken = time.Time{}, false // see TestWhenAConsentEnded
	}
	return strings.ReplaceAll(fmt.Sprint(list), " 0001-01-01 00:00:00 +0000 UTC false", "")
}

// effectFor is what the journey was told of a consent.
func (b *bundle) effectFor(t *testing.T, ref string) programme.Effect {
	t.Helper()
	rows := b.outboxOf(t, programme.JourneyID(spring, ref), signalReplanned)
	if len(rows) != 1 {
		t.Fatalf("the journey was told %+v", rows)
	}
	var effect programme.Effect
	must(t, json.Unmarshal(rows[0].Body, &effect))
	return effect
}

func TestWithoutConsentThereIsNoQuestionnaire(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, ends := b.withQuestionnaire(t, "questionnaire", "no", "yes")
		end := ends[0]
		if len(end.Skipped) != 1 || end.Skipped[0] != questionnaire || len(end.Openings) != 1 || end.Openings[0].Stage != "debrief" {
			t.Errorf("onboarding ended %+v", end)
		}
		if again := b.closed(t, refs[0], "onboarding"); fmt.Sprint(again.Openings, again.Skipped) != fmt.Sprint(end.Openings, end.Skipped) {
			t.Errorf("closed again: %+v", again)
		}
		if stage := b.stageOf(t, refs[0], questionnaire); stage.State != programme.StageSkipped || stage.Outcome != programme.OutcomeConsentRefused || stage.ClosedAt.IsZero() {
			t.Errorf("stage %+v", stage)
		}
		if end := ends[1]; len(end.Skipped) != 0 || len(end.Openings) != 1 || end.Openings[0].Stage != questionnaire {
			t.Errorf("who agreed: %+v", end)
		}
		if plan := b.openStage(t, refs[0], questionnaire); plan.State != programme.AskCancelled {
			t.Errorf("it opened: %+v", plan)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE ref = ? AND message LIKE 'psychometrics%'", refs[0]); n != 0 {
			t.Errorf("%d mails of it", n)
		}
		// Nobody opens it again for a leader who does not agree.
		var illegal *programme.Illegal
		if _, err := b.order(programme.Command{Name: programme.CmdReopen, Ref: refs[0], Stage: questionnaire}); !errors.As(err, &illegal) {
			t.Errorf("reopened: %v", err)
		}
		b.sound(t)
	})
}

// Silence in onboarding, or staff settling it, is no consent.
func TestSilenceIsNoConsent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 4)
		c.Blueprint = "questionnaire"
		refs := b.launchCohort(t, c, people(2))
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, refs[0], "onboarding")
		b.openStage(t, refs[1], "onboarding")
		effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: refs[1], Stage: "onboarding"})
		if end := effect.Ends[0]; len(end.Skipped) != 1 || len(effect.Openings) != 1 || effect.Openings[0].Stage != "debrief" {
			t.Errorf("skipped: %+v", effect)
		}
		b.lapsed(t, plan)
		for _, ref := range refs {
			if stage := b.stageOf(t, ref, questionnaire); stage.State != programme.StageSkipped || stage.Outcome != programme.OutcomeConsentRefused {
				t.Errorf("stage %+v", stage)
			}
			if got := b.consents(t, ref); got != "[{psychometrics false} {coach_report false}]" {
				t.Errorf("consents %s", got)
			}
		}
		b.sound(t)
	})
}

func TestConsentWithdrawn(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes", "yes", "yes")
		toCome, open, done := refs[0], refs[1], refs[2]
		plan := b.openStage(t, open, questionnaire)
		must(t, b.SaveDraft(b.ctx, plan.Ask, "page-1", programme.Answers{"item-1": {"2"}}, true, b.clock.Now()))
		b.answered(t, done, questionnaire, all("4"))

		if _, err := b.WithdrawConsent(b.ctx, toCome, "photographs"); !isInvalid(err) {
			t.Errorf("an unknown consent: %v", err)
		}
		for ref, state := range map[string]programme.StageState{toCome: programme.StageSkipped, open: programme.StageSkipped, done: programme.StageDone} {
			outbox, err := b.WithdrawConsent(b.ctx, ref, programme.ConsentPsychometrics)
			must(t, err)
			if stage := b.stageOf(t, ref, questionnaire); stage.State != state {
				t.Errorf("stage %+v", stage)
			}
			if got := b.consents(t, ref); got != "[{psychometrics false} {coach_report false}]" {
				t.Errorf("consents %s", got)
			}
			if ref == done {
				if len(outbox) != 0 {
					t.Errorf("the journey is told of nothing: %v", outbox)
				}
				continue
			}
			effect := b.effectFor(t, ref)
			if len(outbox) != 1 || len(effect.Ends) != 1 || effect.Ends[0].Stage != questionnaire || effect.Ends[0].State != programme.StageSkipped ||
				len(effect.Openings) != 1 || effect.Openings[0].Stage != "debrief" {
				t.Errorf("told %+v", effect)
			}
			if again, err := b.WithdrawConsent(b.ctx, ref, programme.ConsentPsychometrics); err != nil || len(again) != 0 {
				t.Errorf("withdrawn again: %v, %v", again, err)
			}
		}
		if _, err := b.Report(b.ctx, done); !isNotFound(err) {
			t.Errorf("the report is there: %v", err)
		}
		for _, table := range []string{"psychometric_answers", "psychometric_scores", "drafts"} {
			if n := b.count(t, "SELECT COUNT(*) FROM "+table); n != 0 {
				t.Errorf("%d rows of %s", n, table)
			}
		}
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: all("1"), At: b.clock.Now()}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("an answer afterwards: %v", err)
		}
		for _, mail := range plan.Mails {
			if line := b.message(t, mail.Key); line.State != programme.MessageNotSent || line.Reason != programme.NotSentSkipped {
				t.Errorf("%+v", line)
			}
		}
		b.sound(t)
	})
}

// The coach's view is withdrawn alone: the leader keeps the report. A change of the onboarding form, which repeats the
// old yes, brings nothing back; a no in it withdraws.
func TestConsentForTheCoachWithdrawn(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.goTo("2026-11-23 12:00")
		c := testCohort(spring, programme.RouteConfirmed, 4)
		c.Blueprint = "questionnaire"
		ref := b.launchCohort(t, c, people(1))[0]
		answers := onboarding()
		answers["consent_coach_report"] = []string{programme.Yes}
		plan := b.openStage(t, ref, "onboarding")
		b.submit(t, plan.Ask, answers)
		b.closed(t, ref, "onboarding")
		if got := b.consents(t, ref); got != "[{psychometrics true} {coach_report true}]" {
			t.Fatalf("consents %s", got)
		}
		must(t, ignore(b.WithdrawConsent(b.ctx, ref, programme.ConsentCoachReport)))
		if got := b.consents(t, ref); got != "[{psychometrics true} {coach_report false}]" {
			t.Errorf("consents %s", got)
		}
		change := func(field, value string) {
			t.Helper()
			b.clock.set(b.clock.Now().Add(time.Minute))
			answers[field] = []string{value}
			must(t, ignore(b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: answers, Change: true, At: b.clock.Now()})))
		}
		change("dietary", "halal")
		if got := b.consents(t, ref); got != "[{psychometrics true} {coach_report false}]" {
			t.Errorf("consents after a change of diet %s", got)
		}
		change("consent_psychometrics", programme.No)
		if effect := b.effectFor(t, ref); len(effect.Ends) != 1 || effect.Ends[0].Stage != questionnaire {
			t.Errorf("told %+v", effect)
		}
		change("consent_psychometrics", programme.Yes)
		if got := b.consents(t, ref); got != "[{psychometrics false} {coach_report false}]" {
			t.Errorf("consents after all %s", got)
		}
		// Opened again, the form asks for the consent anew instead of repeating it.
		b.goTo("2026-12-16 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding"})
		drafts, err := b.Drafts(b.ctx, b.openStage(t, ref, "onboarding").Ask)
		must(t, err)
		if privacy := drafts["privacy"]; privacy.Complete || privacy.Answers.Get("consent_psychometrics") != "" || privacy.Answers.Get("privacy_read") != programme.Yes {
			t.Errorf("the form says %+v", privacy)
		}
	})
}

// Whoever answers and takes the consent back at once leaves nothing behind, whichever comes first; the stage ends once.
func TestAnswerAndWithdrawalAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes", "yes", "yes", "yes")
		for _, ref := range refs {
			plan := b.openStage(t, ref, questionnaire)
			acts := []func() error{
				func() error {
					return ignore(b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: all("4"), At: b.clock.Now()}))
				},
				func() error { return ignore(b.WithdrawConsent(b.ctx, ref, programme.ConsentPsychometrics)) },
				func() error { return ignore(b.CloseStage(b.ctx, ref, questionnaire, b.clock.Now())) },
				func() error {
					return b.SaveDraft(b.ctx, plan.Ask, "page-1", programme.Answers{"item-1": {"2"}}, true, b.clock.Now())
				},
			}
			var wait sync.WaitGroup
			for n := range 3 * len(acts) {
				wait.Go(func() {
					if err := b.race(acts[n%len(acts)]()); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			b.closed(t, ref, questionnaire)
			stage := b.stageOf(t, ref, questionnaire)
			answered := b.count(t, "SELECT COUNT(*) FROM submissions WHERE ref = ? AND stage = ?", ref, questionnaire)
			if stage.State == programme.StageDone != (answered == 1) || stage.State == programme.StageSkipped != (answered == 0) {
				t.Errorf("stage %s, %d answers", stage.State, answered)
			}
		}
		for _, table := range []string{"psychometric_answers", "psychometric_scores", "drafts"} {
			if n := b.count(t, "SELECT COUNT(*) FROM "+table); n != 0 {
				t.Errorf("%d rows of %s", n, table)
			}
		}
		b.sound(t)
	})
}
