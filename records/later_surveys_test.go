package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

const (
	sixMonths    = "survey-6-months"
	twelveMonths = "survey-12-months"
)

// nearlyDone are n leaders of a year with two surveys after it, for whom the closing survey alone is still open, and its
// plans. It is the evening of the closing event.
func (b *bundle) nearlyDone(t *testing.T, n int) (refs []string, last []programme.AskPlan) {
	t.Helper()
	c := testCohort(spring, programme.RouteConfirmed, n+2)
	c.Blueprint = "afterwards"
	refs = b.launchCohort(t, c, people(n))
	b.goTo("2026-11-23 06:00")
	for _, ref := range refs {
		b.answered(t, ref, "onboarding", withPlaces(programme.PlaceConfirm))
	}
	b.goTo("2027-07-19 06:00")
	for _, ref := range refs {
		b.openStage(t, ref, "closing-event")
	}
	b.goTo("2027-10-25 06:00")
	for _, ref := range refs {
		last = append(last, b.openStage(t, ref, "closing-survey"))
	}
	b.goTo("2027-11-09 18:00")
	for _, ref := range refs {
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "closing-event", Status: "attended"})
		b.answered(t, ref, "alumni", alumni())
	}
	return refs, last
}

// completed are n leaders who have completed such a year.
func (b *bundle) completed(t *testing.T, n int) []string {
	t.Helper()
	refs, last := b.nearlyDone(t, n)
	for i, ref := range refs {
		b.submit(t, last[i].Ask, survey("5"))
		if end := b.closed(t, ref, "closing-survey"); end.Journey != programme.Completed || len(end.Later) != 2 {
			t.Fatalf("the last stage: %+v", end)
		}
	}
	return refs
}

// toCome are the surveys after the year as they open for somebody who was at the closing event of 9 November 2027.
var toCome = []programme.Opening{
	{Stage: sixMonths, Kind: programme.KindSurvey, At: london("2028-05-09 06:00"), Due: london("2028-05-23 17:00")},
	{Stage: twelveMonths, Kind: programme.KindSurvey, At: london("2028-11-09 06:00"), Due: london("2028-11-23 17:00")},
}

// Whatever is the last act of a year, the journey is completed without the surveys after it, and told which are to come.
func TestSurveysAfterTheYearKeepNoJourneyFromCompletion(t *testing.T) {
	for name, c := range map[string]struct {
		ends func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd
		want []programme.Opening
	}{
		"answered": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			b.submit(t, last.Ask, survey("5"))
			return b.closed(t, ref, "closing-survey")
		}, toCome},
		"lapsed": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			b.clock.set(last.Limit)
			end, _, err := b.Lapse(b.ctx, last.Ask, last.Plan, last.Limit)
			must(t, err)
			return end
		}, toCome},
		"skipped": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			return b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "closing-survey"}).Ends[0]
		}, toCome},
		"answered on hold": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
			b.submit(t, last.Ask, survey("5"))
			return b.closed(t, ref, "closing-survey")
		}, toCome},
		"one of them skipped before": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: sixMonths})
			if effect.State != programme.Enrolled || len(effect.Ends) != 1 || len(effect.Ends[0].Later) > 0 {
				t.Errorf("skipped: %+v", effect)
			}
			b.submit(t, last.Ask, survey("5"))
			return b.closed(t, ref, "closing-survey")
		}, toCome[1:]},
		"after a year on hold": {func(t *testing.T, b *bundle, ref string, last programme.AskPlan) programme.StageEnd {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
			b.goTo("2028-06-15 10:00")
			b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
			b.submit(t, last.Ask, survey("5"))
			return b.closed(t, ref, "closing-survey")
		}, []programme.Opening{{Stage: sixMonths, Kind: programme.KindSurvey, At: london("2028-06-15 10:00"), Due: london("2028-06-29 17:00")}, toCome[1]}},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				refs, last := b.nearlyDone(t, 1)
				end := c.ends(t, b, refs[0], last[0])
				if diff := cmp.Diff(c.want, end.Later); diff != "" || end.Journey != programme.Completed || len(end.Openings) > 0 {
					t.Errorf("%+v\n%s", end, diff)
				}
				if end = b.closed(t, refs[0], "closing-survey"); len(end.Later) != len(c.want) {
					t.Errorf("asked again: %+v", end)
				}
				for _, survey := range c.want {
					if stage := b.stageOf(t, refs[0], survey.Stage); stage.State != programme.StageNotOpen || !stage.Later {
						t.Errorf("%+v", stage)
					}
				}
				// A workflow that begins a stage again, because its journey was reset, hears the same.
				if plan := b.openStage(t, refs[0], "alumni"); plan.Journey != programme.Completed || len(plan.Later) != len(c.want) {
					t.Errorf("plan %+v", plan)
				}
				b.sound(t)
			})
		})
	}
}

// Who was excused from the closing event has completed the year like others, and is asked as they are.
func TestSurveysAfterTheYearAskAlsoWhoMissedTheClosingEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 3)
		c.Blueprint = "afterwards"
		ref := b.launchCohort(t, c, people(1))[0]
		b.goTo("2026-11-23 06:00")
		b.answered(t, ref, "onboarding", withPlaces(programme.PlaceConfirm))
		b.goTo("2027-10-25 06:00")
		b.openStage(t, ref, "closing-event")
		b.answered(t, ref, "closing-survey", survey("5"))
		b.answered(t, ref, "alumni", alumni())
		effect := b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "closing-event", Status: "excused"})
		if effect.State != programme.Completed || len(effect.Ends) != 1 {
			t.Fatalf("%+v", effect)
		}
		if diff := cmp.Diff(toCome, effect.Ends[0].Later); diff != "" {
			t.Error(diff)
		}
		b.sound(t)
	})
}

// Nothing of the year waits for the surveys after it, opens them or lists them; its cohort is over without them.
func TestSurveysAfterTheYearAreNoPartOfIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, last := b.nearlyDone(t, 2)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1]})
		resumed := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[1]})
		if len(resumed.Openings) > 0 {
			t.Errorf("resumed with %+v", resumed.Openings)
		}
		lines, err := b.Dates(b.ctx, refs[0])
		must(t, err)
		if slices.ContainsFunc(lines, func(l programme.DateLine) bool { return l.Stage == sixMonths || l.Stage == twelveMonths }) || len(lines) != 2 {
			t.Errorf("the year's dates: %+v", lines)
		}
		must(t, b.writer.Exec("UPDATE operations SET state = 'done'").Error) // the launch
		round, err := b.CohortRound(b.ctx, spring, b.Now(b.ctx))
		must(t, err)
		if round.Over || round.Next.After(london("2027-12-31 00:00")) {
			t.Errorf("the cohort looks again only on %s", round.Next)
		}
		for i, ref := range refs {
			b.submit(t, last[i].Ask, survey("5"))
			b.closed(t, ref, "closing-survey")
		}
		// What leaders need is deleted thirty days after the last event; for nothing else does the cohort wait.
		for round = b.roundAt(t, b.Now(b.ctx)); !round.Over && round.Next.Before(london("2028-01-01 00:00")); {
			round = b.roundAt(t, round.Next)
		}
		if !round.Over || b.count(t, "SELECT COUNT(*) FROM needs") > 0 {
			t.Errorf("%+v", round)
		}
		b.sound(t)
	})
}

// A journey that ends otherwise takes them along.
func TestSurveysAfterTheYearEndWithAJourneyThatIsNotCompleted(t *testing.T) {
	for _, leave := range []programme.Command{{Name: programme.CmdWithdraw}, {Name: programme.CmdDefer, Into: autumn}} {
		t.Run(string(leave.Name), func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				b.autumn(t, 5)
				c := testCohort(spring, programme.RouteConfirmed, 3)
				c.Blueprint = "afterwards"
				leave.Ref = b.launchCohort(t, c, people(1))[0]
				b.ordered(t, leave)
				b.nothingToCome(t, leave.Ref)
				b.goTo("2028-05-09 06:00")
				if plan := b.openStage(t, leave.Ref, sixMonths); plan.State != programme.AskCancelled || len(plan.Mails) > 0 {
					t.Errorf("asked all the same: %+v", plan)
				}
				b.sound(t)
			})
		})
	}
}

// Half a year after the year a leader is asked as ever: by mail with a link, reminded, thanked. The journey stays as it is.
func TestSurveyAfterTheYearIsAskedAndAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.completed(t, 1)[0]
		b.goTo("2028-05-09 06:00")
		plan := b.openStage(t, ref, sixMonths)
		if plan.State != programme.AskOpen || plan.Held || len(plan.Mails) != 3 || plan.Journey != "" || len(plan.Later) > 0 {
			t.Fatalf("plan %+v", plan)
		}
		if diff := cmp.Diff([]time.Time{toCome[0].Due, london("2028-06-07 17:00")}, []time.Time{plan.Due, plan.Limit}); diff != "" {
			t.Error(diff)
		}
		request := b.send(t, plan.Mails[0])
		if link, err := b.Redeem(b.ctx, request.Items[0].Link, b.Now(b.ctx)); err != nil || link.Ask != plan.Ask || request.Items[0].Title != "Survey six months on" || !request.Items[0].Later {
			t.Errorf("link %+v, %v; item %+v", link, err, request.Items[0])
		}
		b.send(t, plan.Mails[1])
		b.goTo("2028-05-17 11:00")
		before := b.journeyOf(t, ref)
		result := b.submit(t, plan.Ask, survey("3"))
		if len(result.Outbox) != 1 || len(b.outboxOf(t, programme.StageID(spring, ref, sixMonths), signalFormSubmitted)) != 1 {
			t.Errorf("%+v", result)
		}
		if claim := b.claim(t, plan.Mails[2]); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentAnswered {
			t.Errorf("reminded although it was answered: %+v", claim)
		}
		end := b.closed(t, ref, sixMonths)
		if end.State != programme.StageDone || end.Journey != programme.Completed || len(end.Later) > 0 || len(end.Mails) != 1 {
			t.Fatalf("end %+v", end)
		}
		must(t, b.PassOn(b.ctx, end.Mails)) // its journey is over: should the relay be away, the cohort goes on trying
		if promised := b.outboxOf(t, programme.CohortID(spring), signalMail); len(promised) == 0 {
			t.Error("nobody sends the reply")
		}
		if job := b.send(t, end.Mails[0]); job.Items[0].Message != programme.MsgSurveyDone || !job.Items[0].Later {
			t.Errorf("thanked with %+v", job.Items[0])
		}
		after := b.journeyOf(t, ref)
		if after.State != programme.Completed || before.State != programme.Completed || b.stageOf(t, ref, twelveMonths).State != programme.StageNotOpen {
			t.Errorf("the journey became %s", after.State)
		}
		b.sound(t)
	})
}

// Unanswered, it waits for the leader alone and lapses silently: staff chase nobody for it.
func TestSurveyAfterTheYearLapses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.completed(t, 1)[0]
		b.goTo("2028-11-09 06:00")
		plan := b.openStage(t, ref, twelveMonths)
		for _, mail := range plan.Mails {
			b.send(t, mail)
		}
		late := plan.Due.Add(programme.Grace)
		b.clock.set(late)
		overdue, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, late)
		must(t, err)
		if !plan.Grace.IsZero() || overdue.Owner != programme.OwnerParticipant || len(b.openTasks(t, ref)) > 0 {
			t.Errorf("%+v, tasks %v", overdue, b.openTasks(t, ref))
		}
		b.lapsed(t, plan)
		if stage := b.stageOf(t, ref, twelveMonths); stage.State != programme.StageLapsed || b.journeyOf(t, ref).State != programme.Completed || len(b.openTasks(t, ref)) > 0 {
			t.Errorf("%+v, tasks %v", stage, b.openTasks(t, ref))
		}
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: survey("5"), At: b.Now(b.ctx)}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("answered after the limit: %v", err)
		}
		b.sound(t)
	})
}

// The answers are kept beside those of the year under names of their own, and compared with what was said before it.
func TestOutcomesAfterTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.completed(t, 10)
		b.goTo("2028-05-09 06:00")
		for _, ref := range refs {
			b.answered(t, ref, sixMonths, survey("2"))
		}
		b.goTo("2028-07-01 06:00") // it closes in June
		o, err := b.Outcomes(b.ctx, spring)
		must(t, err)
		if o.Closing != 10 || o.Measures[0].After != (programme.Spread{Mean: 5}) || len(o.Later) != 2 {
			t.Fatalf("%+v", o)
		}
		six, twelve := o.Later[0], o.Later[1]
		if m := six.Measures[0]; six.Survey != sixMonths || six.Title != "Survey six months on" || six.Answered != 10 || m.N != 10 ||
			m.Before != (programme.Spread{Mean: 4}) || m.After != (programme.Spread{Mean: 2}) || m.Change != (programme.Spread{Mean: -2}) {
			t.Errorf("%+v", six)
		}
		if twelve.Survey != twelveMonths || twelve.Answered != 0 || twelve.Measures[0].N != 0 {
			t.Errorf("%+v", twelve)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM survey_answers WHERE survey = ? AND month = '2028-05'", sixMonths); n != 110 {
			t.Errorf("%d answers of May", n)
		}
		b.sound(t)
	})
}
