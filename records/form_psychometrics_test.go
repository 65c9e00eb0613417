package records

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fairlead/programme"
)

const questionnaire = "psychometrics"

// withQuestionnaire enrols leaders of a blueprint whose year has a questionnaire and answers their onboarding, agreeing to it or not.
func (b *bundle) withQuestionnaire(t *testing.T, blueprint string, agrees ...string) (refs []string, ends []programme.StageEnd) {
	t.Helper()
	c := testCohort(spring, programme.RouteConfirmed, len(agrees)+2)
	c.Blueprint = blueprint
	refs = b.launchCohort(t, c, people(len(agrees)))
	for i, ref := range refs {
		b.goTo("2026-11-23 12:00")
		answers := onboarding()
		answers["consent_psychometrics"], answers["consent_coach_report"] = []string{agrees[i]}, []string{agrees[i]}
		answers["given_name"], answers["assistant_email"] = []string{fmt.Sprintf("Helen%d", i)}, []string{fmt.Sprintf("sam%d@police.example", i)}
		ends = append(ends, b.answered(t, ref, "onboarding", answers))
	}
	b.goTo("2027-01-11 06:00")
	return refs, ends
}

// all answers every item of the instrument with the same step.
func all(step string) programme.Answers {
	answers := programme.Answers{}
	for n := range 50 {
		answers[fmt.Sprintf("item-%d", n+1)] = []string{step}
	}
	return answers
}

func TestAnAnsweredQuestionnaire(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes")
		ref := refs[0]
		plan := b.openStage(t, ref, questionnaire)
		if job := b.send(t, plan.Mails[0]); job.Items[0].Message != programme.MsgPsychometrics || job.Items[0].Link.IsZero() || len(plan.Mails) != 4 {
			t.Errorf("request %+v of %d mails", job.Items[0], len(plan.Mails))
		}
		if _, err := b.Report(b.ctx, ref); !isNotFound(err) {
			t.Errorf("a report before the answer: %v", err)
		}
		given := all("5")
		delete(given, "item-50")
		given["item-3"], given["item-8"] = []string{programme.SkipAnswer}, []string{programme.SkipAnswer}
		must(t, b.SaveDraft(b.ctx, plan.Ask, "page-1", programme.Answers{"item-1": {"2"}}, true, b.clock.Now()))
		b.goTo("2027-01-12 21:04")
		b.submit(t, plan.Ask, given)
		report, err := b.Report(b.ctx, ref)
		must(t, err)
		// All 5: 5 for each item that counts for its scale, 1 for each that counts against it; two of conscientiousness are missing.
		want := []programme.ScaleScore{
			{Scale: "extraversion", Sum: 5*5 + 5*1, Scored: true, Answered: 10},
			{Scale: "agreeableness", Sum: 6*5 + 4*1, Scored: true, Answered: 10},
			{Scale: "conscientiousness", Answered: 8},
			{Scale: "emotional-stability", Sum: 2*5 + 8*1, Scored: true, Answered: 10},
			{Scale: "intellect", Sum: 37, Scored: true, Answered: 9}, // 6 × 5 + 3 × 1 = 33, × 10/9 = 36.67
		}
		if report.Instrument != "ipip-50" || report.Version != "1" || !report.At.Equal(b.clock.Now()) || fmt.Sprint(report.Scores) != fmt.Sprint(want) {
			t.Errorf("report %+v", report)
		}
		// The answer is known, not what it says.
		kept, err := b.Answers(b.ctx, plan.Ask)
		if err != nil || len(kept.Answers) > 0 || kept.Form != "ipip-50" {
			t.Errorf("the submission holds %+v, %v", kept, err)
		}
		if drafts, err := b.Drafts(b.ctx, plan.Ask); err != nil || len(drafts) > 0 {
			t.Errorf("drafts %v, %v", drafts, err)
		}
		for table, column := range map[string]string{"psychometric_answers": "answers_enc", "psychometric_scores": "scores_enc"} {
			var box []byte
			must(t, b.db.Raw("SELECT "+column+" FROM "+table).Row().Scan(&box))
			if strings.Contains(string(box), "item-") || strings.Contains(string(box), "extraversion") {
				t.Errorf("%s in clear", table)
			}
		}
		if again, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: given, At: b.clock.Now()}); err != nil || !again.Already || again.Differs {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		if again, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: all("1"), At: b.clock.Now()}); err != nil || !again.Already || !again.Differs {
			t.Errorf("sent again, otherwise: %+v, %v", again, err)
		}
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: all("1"), Change: true, At: b.clock.Now()}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("changed: %v", err)
		}
		if err := b.SaveDraft(b.ctx, plan.Ask, "page-1", all("1"), true, b.clock.Now()); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("a draft afterwards: %v", err)
		}
		end := b.closed(t, ref, questionnaire)
		if end.State != programme.StageDone || len(end.Openings) != 1 || end.Openings[0].Stage != "debrief" || len(end.Mails) != 1 {
			t.Fatalf("end %+v", end)
		}
		if item := b.send(t, end.Mails[0]).Items[0]; item.Message != programme.MsgPsychometricsDone || item.Link.IsZero() {
			t.Errorf("confirmed by %+v", item)
		}
		b.sound(t)
	})
}

func TestASuppliersQuestionnaire(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "supplier", "yes")
		ref := refs[0]
		plan := b.openStage(t, ref, questionnaire)
		if item := b.send(t, plan.Mails[0]).Items[0]; item.Supplier != "https://tests.example/leaders" {
			t.Errorf("request %+v", item)
		}
		b.goTo("2027-01-13 12:00")
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: programme.Answers{}, At: b.clock.Now()}); !isInvalid(err) {
			t.Errorf("the leader says it is done: %v", err)
		}
		order := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: questionnaire, GivenBy: "supplier", How: "letter"}
		order.Answers = programme.Answers{"item-1": {"5"}}
		if _, err := b.order(order); !isInvalid(err) {
			t.Errorf("answers of a supplier's: %v", err)
		}
		order.Answers = nil
		if effect := b.ordered(t, order); effect.Answered != questionnaire {
			t.Errorf("effect %+v", effect)
		}
		if end := b.closed(t, ref, questionnaire); end.State != programme.StageDone || len(end.Openings) != 1 || len(end.Mails) != 0 {
			t.Errorf("end %+v", end)
		}
		if _, err := b.Report(b.ctx, ref); !isNotFound(err) {
			t.Errorf("a report of a supplier's: %v", err)
		}
	})
}

func TestStaffDoNotAnswerTheInstrument(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes")
		b.openStage(t, refs[0], questionnaire)
		for _, answers := range []programme.Answers{nil, all("3")} {
			_, err := b.order(programme.Command{Name: programme.CmdAnswerFor, Ref: refs[0], Stage: questionnaire, GivenBy: "the leader", How: "telephone", Answers: answers})
			if !isInvalid(err) {
				t.Errorf("%v", err)
			}
		}
		if n := b.count(t, "SELECT COUNT(*) FROM psychometric_scores"); n != 0 {
			t.Errorf("%d scores", n)
		}
	})
}

// Half-way through, a lapsed questionnaire that staff open again goes on where it was; an answered one begins anew, and
// the new answers take the place of the old.
func TestAQuestionnaireOpenedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes", "yes")
		begun := b.openStage(t, refs[0], questionnaire)
		must(t, b.SaveDraft(b.ctx, begun.Ask, "page-2", programme.Answers{"item-11": {"4"}}, true, b.clock.Now()))
		b.answered(t, refs[1], questionnaire, all("1"))
		b.lapsed(t, begun)
		if tasks := b.openTasks(t, refs[0]); len(tasks) != 1 {
			t.Errorf("tasks %v", tasks)
		}
		for n, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: questionnaire})
			plan := b.openStage(t, ref, questionnaire)
			drafts, err := b.Drafts(b.ctx, plan.Ask)
			must(t, err)
			if n == 0 && (len(drafts) != 1 || drafts["page-2"].Answers.Get("item-11") != "4") || n == 1 && len(drafts) != 0 {
				t.Errorf("drafts %+v", drafts)
			}
			b.submit(t, plan.Ask, all("3"))
			if report, err := b.Report(b.ctx, ref); err != nil || report.Scores[0].Sum != 30 || report.Scores[3].Sum != 30 {
				t.Errorf("report %+v, %v", report, err)
			}
		}
	})
}

// Whoever goes on in another cohort takes the report along, and is not asked twice.
func TestTheReportOfADeferredLeader(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.withQuestionnaire(t, "questionnaire", "yes")
		c := testCohort(autumn, programme.RouteConfirmed, 3)
		c.StartsOn, c.Blueprint = programme.Date{Year: 2027, Month: 9, Day: 6}, "questionnaire"
		must(t, b.CreateCohort(b.ctx, c))
		b.answered(t, refs[0], questionnaire, all("4"))
		before, err := b.Report(b.ctx, refs[0])
		must(t, err)
		effect := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: refs[0], Into: autumn})
		after, err := b.Report(b.ctx, effect.Into)
		must(t, err)
		if fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if _, err := b.Report(b.ctx, refs[0]); !isNotFound(err) {
			t.Errorf("it stayed behind too: %v", err)
		}
		if stage := b.stageOf(t, effect.Into, questionnaire); stage.State != programme.StageDone || stage.Outcome != "continued" {
			t.Errorf("stage %+v", stage)
		}
		b.sound(t)
	})
}
