package records

import (
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

func TestOfFiftySubmitsOneHasAnEffect(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		plan := b.openStage(t, ref, "onboarding")
		results := make([]programme.SubmitResult, 50)
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() {
				var err error
				results[i], err = b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: onboarding(), At: b.clock.Now()})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		won := 0
		for _, r := range results {
			if r.ID != results[0].ID {
				t.Errorf("another submission: %+v", r)
			}
			if !r.Already {
				won++
				if len(r.Outbox) != 1 {
					t.Errorf("outbox %v", r.Outbox)
				}
			}
		}
		rows := b.outboxOf(t, programme.StageID(spring, ref, "onboarding"), "form-submitted")
		if won != 1 || len(rows) != 1 || string(rows[0].Body) != `{"submission":"`+results[0].ID+`"}` {
			t.Errorf("%d won, outbox %+v", won, rows)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM submissions"); n != 1 {
			t.Errorf("%d submissions", n)
		}
		if n := len(b.lines(t, ref, programme.MsgOnboardingDone)); n != 1 {
			t.Errorf("%d confirmations", n)
		}
		if n := b.count(t, "SELECT COALESCE(SUM(n), 0) FROM equality_counts"); n != 2 {
			t.Errorf("%d equality answers", n)
		}
		b.sound(t)
	})
}

func TestSubmitIsClosedAtTheLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 3)
		b.goTo("2026-11-23 06:00")
		submit := func(ask string, answers programme.Answers) error {
			_, err := b.Submit(b.ctx, programme.Submission{Ask: ask, Answers: answers, At: b.clock.Now()})
			return err
		}
		if err := submit(programme.AskID(refs[0], "onboarding", 1), onboarding()); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("before the opening: %v", err)
		}
		plan := b.openStage(t, refs[0], "onboarding")
		ahead := onboarding()
		ahead["role_started"] = []string{"2027-12"}
		if err := submit(plan.Ask, ahead); !isInvalid(err) {
			t.Errorf("a role that begins in more than a year: %v", err)
		}
		incomplete := onboarding()
		delete(incomplete, "privacy_read")
		var invalid *programme.Invalid
		if err := submit(plan.Ask, incomplete); !errors.As(err, &invalid) || invalid.Faults[0].Field != "privacy_read" {
			t.Errorf("incomplete: %v", err)
		}
		b.clock.set(plan.Limit.Add(-time.Minute)) // late, and welcome
		must(t, submit(plan.Ask, onboarding()))
		b.goTo("2026-11-23 06:00")
		second, third := b.openStage(t, refs[1], "onboarding"), b.openStage(t, refs[2], "onboarding")
		b.clock.set(second.Limit)
		if err := submit(second.Ask, onboarding()); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the limit: %v", err)
		}
		if _, lapsed, err := b.Lapse(b.ctx, second.Ask, 1, second.Limit); err != nil || !lapsed {
			t.Errorf("lapsed %t, %v", lapsed, err)
		}
		if err := submit(second.Ask, onboarding()); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("lapsed: %v", err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[2]})
		if err := submit(third.Ask, onboarding()); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("withdrawn: %v", err)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM submissions"); n != 1 {
			t.Errorf("%d submissions", n)
		}
	})
}

func TestWhatOnboardingChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		plan := b.openStage(t, ref, "onboarding")
		must(t, b.SaveDraft(b.ctx, plan.Ask, "profile", programme.Answers{"given_name": {"Hel"}}, false, b.clock.Now()))
		result := b.submit(t, plan.Ask, onboarding())
		j := b.journeyOf(t, ref)
		if j.Person.Name != "Dr Helen Nguyen" || j.Person.Phone != "020 7946 0123" || j.Role.Organisation != "Avon and Somerset Police" ||
			j.Role.RoleStarted != "2026-05" || j.Assistant == nil || j.Assistant.Email != "sam.field@police.example" ||
			j.AssistantMay != programme.AssistantNeeds {
			t.Errorf("journey %+v, assistant %+v", j, j.Assistant)
		}
		if found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Query: "nguyen somerset"}, "", 5); err != nil || len(found) != 1 {
			t.Errorf("found %d, %v", len(found), err)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE ref = ? AND given AND purpose = 'psychometrics' AND notice = '2026-01'", ref); n != 1 {
			t.Error("no consent")
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE ref = ? AND NOT given AND purpose = 'coach_report'", ref); n != 1 {
			t.Error("no refusal")
		}
		// Answers to questionnaires and equality questions are not with the person.
		given, err := b.Answers(b.ctx, plan.Ask)
		must(t, err)
		if given.ID != result.ID || given.Answers.Get("dietary") != "vegan" || given.Answers.Get("satisfied") != "" || given.Answers.Get("gender") != "" {
			t.Errorf("answers %v", given.Answers)
		}
		pseudonym, err := b.Pseudonym(b.ctx, ref)
		must(t, err)
		if n := b.count(t, "SELECT COUNT(*) FROM survey_answers WHERE pseudonym = ? AND survey = 'baseline' AND month = '2026-11' AND answer = '4'", pseudonym); n != 11 {
			t.Errorf("%d survey answers", n)
		}
		if n := b.count(t, "SELECT COALESCE(SUM(n), 0) FROM equality_counts WHERE cohort = ?", spring); n != 2 {
			t.Errorf("%d equality answers", n)
		}
		if drafts, err := b.Drafts(b.ctx, plan.Ask); err != nil || len(drafts) > 0 {
			t.Errorf("drafts %v, %v", drafts, err)
		}
		// Nothing of needs, wishes or answers lies in clear.
		for _, table := range []string{"needs WHERE needs_enc", "coaching_preferences WHERE preferences_enc", "submissions WHERE answers_enc"} {
			if n := b.count(t, "SELECT COUNT(*) FROM "+table+" IS NOT NULL"); n != 1 {
				t.Errorf("%s: %d rows", table, n)
			}
		}
		var row submissionRow
		must(t, b.db.Take(&row).Error)
		if strings.Contains(string(row.AnswersEnc), "Helen") {
			t.Error("answers in clear")
		}
	})
}

func TestAnAnswerCanBeChangedUntilTheLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		plan := b.openStage(t, ref, "onboarding")
		first := b.submit(t, plan.Ask, onboarding())
		b.closed(t, ref, "onboarding")
		b.goTo("2026-11-24 12:00")
		change := func(answers programme.Answers) (programme.SubmitResult, error) {
			return b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: answers, Change: true, At: b.clock.Now()})
		}
		answers := maps.Clone(onboarding())
		for name := range survey("1") {
			delete(answers, name) // the questionnaire is not shown again
		}
		delete(answers, "gender")
		same, err := change(answers)
		if err != nil || !same.Already || same.ID != first.ID {
			t.Errorf("the same again: %+v, %v", same, err)
		}
		answers["dietary"], answers["assistant_may"] = []string{"halal"}, []string{"nothing"}
		changed, err := change(answers)
		if err != nil || !changed.Changed || changed.ID == first.ID || len(changed.Outbox) != 1 {
			t.Fatalf("changed: %+v, %v", changed, err)
		}
		if given, err := b.Answers(b.ctx, plan.Ask); err != nil || given.Answers.Get("dietary") != "halal" || !given.Change {
			t.Errorf("answers %v, %v", given.Answers, err)
		}
		if n := b.count(t, "SELECT COALESCE(SUM(n), 0) FROM equality_counts"); n != 2 {
			t.Errorf("%d equality answers", n)
		}
		// The assistant may do nothing any more: the welcome that was planned does not go.
		welcome := b.lines(t, ref, programme.MsgAssistantWelcome)
		if len(welcome) != 1 || welcome[0].State != programme.MessageNotSent || welcome[0].Reason != programme.NotSentReplaced {
			t.Errorf("welcome %+v", welcome)
		}
		if mails := b.outboxOf(t, programme.JourneyID(spring, ref), "mail"); len(mails) != 1 || !strings.Contains(string(mails[0].Body), programme.MsgAnswerChanged) {
			t.Errorf("promised %+v", mails)
		}
		// Allowed something again, they are welcomed after all.
		answers["assistant_may"] = []string{"dates"}
		again, err := change(answers)
		if err != nil || len(again.Outbox) != 2 || len(b.lines(t, ref, programme.MsgAssistantWelcome)) != 2 {
			t.Errorf("allowed again: %+v, %v", again, err)
		}
		b.clock.set(plan.Limit)
		if _, err := change(onboarding()); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("after the limit: %v", err)
		}
		if late := b.submit(t, plan.Ask, onboarding()); !late.Already {
			t.Errorf("a repeat after the limit: %+v", late)
		}
	})
}

func TestAnInvitationsAnswerIsNotChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		b.goTo("2026-09-07 12:00")
		plan := b.openStage(t, ref, "selection")
		b.submit(t, plan.Ask, accept())
		_, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: decline(), Change: true, At: b.clock.Now()})
		if !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("changed: %v", err)
		}
		if same := b.submit(t, plan.Ask, accept()); !same.Already || same.Differs {
			t.Errorf("a second click: %+v", same)
		}
		if late := b.submit(t, plan.Ask, decline()); !late.Already || !late.Differs || b.closed(t, ref, "selection").Outcome != "accepted" {
			t.Errorf("the first answer counts: %+v", late)
		}
	})
}

func TestAChangeAfterTheYearGoesThroughTheCohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2027-11-15 12:00")
		for _, stage := range []string{"onboarding", "closing-survey"} {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage})
		}
		plan := b.openStage(t, ref, "alumni")
		b.submit(t, plan.Ask, alumni())
		if end := b.closed(t, ref, "alumni"); end.Journey != programme.Completed {
			t.Fatalf("end %+v", end)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM directory_entries WHERE joined AND shown = 'name,sector' AND interests = 'national,research' AND NOT news"); n != 1 {
			t.Error("no entry in the directory")
		}
		answers := alumni()
		answers["directory"] = []string{"no"}
		result, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: answers, Change: true, At: b.clock.Now()})
		if err != nil || !result.Changed || len(result.Outbox) != 1 {
			t.Fatalf("changed: %+v, %v", result, err)
		}
		row, err := b.OutboxRow(b.ctx, result.Outbox[0])
		if err != nil || row.WorkflowID != programme.CohortID(spring) || row.Signal != "mail" || row.Start != "cohort" {
			t.Errorf("promised %+v, %v", row, err)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM directory_entries WHERE NOT joined AND shown = ''"); n != 1 {
			t.Error("still in the directory")
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE ref = ? AND purpose = 'directory' AND NOT given", ref); n != 1 {
			t.Error("consent not withdrawn")
		}
	})
}

func TestTheAssistantsAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		answers := programme.Answers{"confirm_dates": {"yes"}, "dietary": {"vegetarian"}, "arrival": {"car"}, "room_night_before": {"no"}}
		say := func() (programme.SubmitResult, error) {
			return b.Submit(b.ctx, programme.Submission{Ask: programme.AssistantAsk(ref), Ref: ref, Form: programme.FormAssistant,
				Answers: answers, At: b.clock.Now()})
		}
		if _, err := say(); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("before the leader agreed: %v", err)
		}
		b.answered(t, ref, "onboarding", onboarding())
		result, err := say()
		if err != nil || result.ID == "" || result.Already || len(result.Outbox) > 0 {
			t.Fatalf("said: %+v, %v", result, err)
		}
		if again, err := say(); err != nil || !again.Already || again.ID != result.ID {
			t.Errorf("said again: %+v, %v", again, err)
		}
		var needs programme.Answers
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(turn *turn) (err error) { needs, err = turn.needs(); return err }))
		if needs.Get("dietary") != "vegetarian" || needs.Get("access_needs") != "step-free access" {
			t.Errorf("needs %v", needs)
		}
		if given, err := b.Answers(b.ctx, programme.AssistantAsk(ref)); err != nil || given.By != "assistant" || given.Answers.Get("confirm_dates") != "yes" {
			t.Errorf("answers %+v, %v", given, err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		answers["arrival"] = []string{"train"}
		if _, err := say(); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestDrafts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		now := b.goTo("2026-11-23 12:00")
		ask := programme.AskID(ref, "onboarding", 1)
		profile := programme.Answers{"given_name": {"Helen"}}
		if err := b.SaveDraft(b.ctx, ask, "profile", profile, false, now); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("before the opening: %v", err)
		}
		plan := b.openStage(t, ref, "onboarding")
		must(t, b.SaveDraft(b.ctx, ask, "profile", profile, false, now))
		profile["family_name"] = []string{"Nguyen"}
		must(t, b.SaveDraft(b.ctx, ask, "profile", profile, true, now))
		must(t, b.SaveDraft(b.ctx, ask, "needs", programme.Answers{"dietary": {"vegan", "other"}}, false, now))
		drafts, err := b.Drafts(b.ctx, ask)
		if err != nil || len(drafts) != 2 || !drafts["profile"].Complete || drafts["profile"].Answers.Get("family_name") != "Nguyen" ||
			!drafts["needs"].Answers.Has("dietary", "other") {
			t.Errorf("drafts %+v, %v", drafts, err)
		}
		b.clock.set(plan.Limit)
		if err := b.SaveDraft(b.ctx, ask, "profile", profile, true, plan.Limit); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the limit: %v", err)
		}
		if _, err := b.Drafts(b.ctx, "P-XXXXXX/onboarding/1"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("nobody's drafts: %v", err)
		}
	})
}
