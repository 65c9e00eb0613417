package records

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

// twoAsks opens closing survey and alumni of one leader on one Monday, so that both requests fall on one moment.
func (b *bundle) twoAsks(t *testing.T) (ref string, survey, alumni programme.AskPlan) {
	t.Helper()
	ref = b.enrol(t, 1)[0]
	b.goTo("2027-11-15 06:00")
	return ref, b.openStage(t, ref, "closing-survey"), b.openStage(t, ref, "alumni")
}

func TestOneScheduledMailAPersonADay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey, alumni := b.twoAsks(t)
		// The mail with the year's dates has never gone: it comes along.
		job := b.begin(t, survey.Mails[0])
		if len(job.Keys) != 3 || len(job.Items) != 3 || job.Keys[0] != survey.Mails[0].Key || job.Key != job.Keys[0] {
			t.Fatalf("keys %q", job.Keys)
		}
		if !slices.Contains(job.Keys, alumni.Mails[0].Key) || job.Items[0].Link.IsZero() || job.Items[0].Link == job.Items[1].Link {
			t.Errorf("items %+v", job.Items)
		}
		if claim := b.claim(t, alumni.Mails[0]); claim.Outcome != programme.ClaimMerged {
			t.Errorf("the other: %+v", claim)
		}
		b.finish(t, job.Key, programme.MailSent, false)
		merged := b.message(t, alumni.Mails[0].Key)
		if merged.State != programme.MessageMerged || merged.MergedInto != job.Key || merged.MessageID != job.MessageID || merged.Sent.IsZero() {
			t.Errorf("merged %+v", merged)
		}
		lead := b.message(t, job.Key)
		if lead.State != programme.MessageSent || lead.MessageID != job.MessageID || lead.Attempts != 1 || lead.ServerReply != "250 q1" {
			t.Errorf("lead %+v", lead)
		}
		if claim := b.claim(t, survey.Mails[0]); claim.Outcome != programme.ClaimSent {
			t.Errorf("a repeat: %+v", claim)
		}
		// Every link works.
		for _, item := range job.Items[1:] {
			if item.Message != programme.MsgAlumni {
				continue
			}
			link, err := b.Redeem(b.ctx, item.Link, b.Now(b.ctx))
			if err != nil || link.Ask != alumni.Ask || link.Ref != ref || link.Purpose != programme.LinkAsk || !link.Expires.Equal(alumni.Limit) {
				t.Errorf("link %+v, %v", link, err)
			}
		}
	})
}

func TestTheSecondMailOfADayGoesOnTheNextWorkingDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2027-11-19 06:00") // a Friday
		alumni := b.openStage(t, ref, "alumni")
		b.send(t, alumni.Mails[0])
		// Another line of that moment turns up afterwards.
		b.goTo("2027-11-19 06:00")
		survey := b.openStage(t, ref, "closing-survey")
		claim := b.claim(t, survey.Mails[0])
		if claim.Outcome != programme.ClaimReplanned || programme.DateOf(claim.At).String() != "2027-11-22" ||
			!claim.At.Equal(programme.PersonalMoment(programme.DateOf(claim.At), programme.Minute(b.journeyOf(t, ref).Person.ID))) {
			t.Fatalf("claim %+v", claim)
		}
		if m := b.message(t, survey.Mails[0].Key); m.State != programme.MessagePlanned || !m.At.Equal(claim.At) {
			t.Errorf("line %+v", m)
		}
		if early, err := b.Claim(b.ctx, survey.Mails[0].Key, survey.Mails[0].At, b.clock.Now()); err != nil || early.Outcome != programme.ClaimReplanned || !early.At.Equal(claim.At) {
			t.Errorf("before the new moment: %+v, %v", early, err)
		}
		b.send(t, programme.PlannedMail{Key: survey.Mails[0].Key, At: claim.At})
	})
}

func TestEightLeadersOfOneAssistantMakeOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := people(8)
		refs := b.launchCohort(t, testCohort(spring, programme.RouteConfirmed, 8), rows)
		b.goTo("2026-11-24 12:00")
		var mails []programme.PlannedMail
		for _, ref := range refs {
			end := b.answered(t, ref, "onboarding", onboarding()) // every one names Sam Field
			for _, mail := range end.Mails {
				if strings.Contains(mail.Key, programme.MsgAssistantWelcome) {
					mails = append(mails, mail)
				}
			}
		}
		job := b.send(t, mails[3])
		if len(job.Items) != 8 || job.To.Name != "Sam Field" {
			t.Fatalf("%d items to %s", len(job.Items), job.To.Name)
		}
		for i, item := range job.Items {
			if item.Leader != "Dr Helen Nguyen" || item.Link.IsZero() || len(item.Dates) == 0 || !item.Due.IsZero() {
				t.Errorf("%d: %+v", i, item)
			}
		}
		for i, mail := range mails {
			want := programme.ClaimMerged
			if i == 3 {
				want = programme.ClaimSent
			}
			if claim := b.claim(t, mail); claim.Outcome != want {
				t.Errorf("%d: %+v", i, claim)
			}
		}
	})
}

func TestTwoRungsOfOneLadderOnOneDayBecomeTheLater(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		b.send(t, plan.Mails[0])
		one, two := plan.Mails[1], plan.Mails[2]
		must(t, b.writer.Exec("UPDATE messages SET at = ? WHERE key = ?", two.At, one.Key).Error)
		one.At = two.At
		if claim := b.claim(t, one); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentSameDay {
			t.Errorf("the earlier: %+v", claim)
		}
		if job := b.send(t, two); len(job.Keys) != 1 {
			t.Errorf("keys %q", job.Keys)
		}
	})
}

func TestClaimRefuses(t *testing.T) {
	type fate struct {
		name   string
		do     func(t *testing.T, b *bundle, ref string, plan programme.AskPlan)
		reason string
	}
	until := programme.Date{Year: 2027, Month: 1, Day: 12}
	fates := []fate{
		{"answered", func(t *testing.T, b *bundle, _ string, p programme.AskPlan) { b.submit(t, p.Ask, onboarding()) }, programme.NotSentAnswered},
		{"held", func(t *testing.T, b *bundle, ref string, _ programme.AskPlan) {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		}, programme.NotSentHeld},
		{"extended", func(t *testing.T, b *bundle, ref string, _ programme.AskPlan) {
			b.ordered(t, programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: "onboarding", Until: until})
		}, programme.NotSentReplanned},
		{"withdrawn", func(t *testing.T, b *bundle, ref string, _ programme.AskPlan) {
			b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		}, programme.NotSentWithdrawn},
		{"skipped", func(t *testing.T, b *bundle, ref string, _ programme.AskPlan) {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "onboarding"})
		}, programme.NotSentSkipped},
	}
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, len(fates))
		plans := make([]programme.AskPlan, len(fates))
		for i, f := range fates {
			b.goTo("2026-11-23 06:00")
			plans[i] = b.openStage(t, refs[i], "onboarding")
			b.send(t, plans[i].Mails[0])
			f.do(t, b, refs[i], plans[i])
		}
		for i, f := range fates {
			b.goTo("2026-11-24 06:00")
			claim := b.claim(t, plans[i].Mails[1])
			if claim.Outcome != programme.ClaimNotSent || claim.Reason != f.reason || claim.Job != nil {
				t.Errorf("%s: %+v", f.name, claim)
			}
			// Also where the line itself was not stopped, the ask decides.
			must(t, b.writer.Exec("UPDATE messages SET state = 'planned' WHERE key = ?", plans[i].Mails[2].Key).Error)
			if claim := b.claim(t, plans[i].Mails[2]); claim.Outcome != programme.ClaimNotSent {
				t.Errorf("%s, by the ask: %+v", f.name, claim)
			}
		}
		if _, err := b.Claim(b.ctx, "nothing", b.clock.Now(), b.clock.Now()); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("unknown line: %v", err)
		}
	})
}

func TestClaimOfAMissedMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 2)
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, refs[0], "onboarding")
		// The request: the system was down until noon. It goes next morning, and its date stands.
		request := plan.Mails[0]
		b.clock.set(request.At.Add(3 * time.Hour))
		claim := b.claim(t, request)
		if claim.Outcome != programme.ClaimReplanned || !claim.At.Equal(request.At.Add(24*time.Hour)) {
			t.Fatalf("request: %+v", claim)
		}
		request.At = claim.At
		if claim := b.claim(t, request); claim.Outcome != programme.ClaimSend || !claim.Due.IsZero() {
			t.Fatalf("request, next day: %+v", claim)
		}
		must(t, b.BeginAttempt(b.ctx, request.Key, programme.Rendered{Subject: "x", Text: "x", HTML: "x"}))
		b.finish(t, request.Key, programme.MailSent, false)
		// The first reminder: the next is two working days off, so it goes next morning.
		b.clock.set(plan.Mails[1].At.Add(2 * time.Hour))
		if claim := b.claim(t, plan.Mails[1]); claim.Outcome != programme.ClaimReplanned || !claim.At.Equal(plan.Mails[1].At.Add(24*time.Hour)) {
			t.Errorf("first reminder: %+v", claim)
		}
		// The second, a day late: the last comes within a day.
		b.clock.set(plan.Mails[3].At.Add(-20 * time.Hour))
		if claim := b.claim(t, plan.Mails[2]); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentMissed {
			t.Errorf("second reminder: %+v", claim)
		}
		// The last, when its date has passed the next morning: it says nothing any more.
		b.clock.set(plan.Due.Add(-time.Hour))
		if claim := b.claim(t, plan.Mails[3]); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentMissed {
			t.Errorf("last reminder: %+v", claim)
		}
		// Two minutes late is a busy machine.
		b.goTo("2026-11-23 06:00")
		other := b.openStage(t, refs[1], "onboarding")
		b.clock.set(other.Mails[0].At.Add(110 * time.Second))
		if claim := b.claim(t, other.Mails[0]); claim.Outcome != programme.ClaimSend {
			t.Errorf("two minutes late: %+v", claim)
		}
	})
}

func TestALateRequestMovesItsDates(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		request := plan.Mails[0]
		b.clock.set(request.At.Add(52 * time.Hour)) // Wednesday afternoon
		request.At = b.claim(t, request).At         // Thursday morning: three working days lost
		claim := b.claim(t, request)
		if claim.Outcome != programme.ClaimSend || !claim.Due.Equal(london("2026-12-22 17:00")) || !claim.Limit.After(plan.Limit) {
			t.Fatalf("claim %+v", claim)
		}
		if item := claim.Job.Items[0]; !item.Due.Equal(claim.Due) || !item.Limit.Equal(claim.Limit) {
			t.Errorf("the mail says %v, %v", item.Due, item.Limit)
		}
		moved := b.openStage(t, ref, "onboarding")
		if !moved.Due.Equal(claim.Due) || !moved.Limit.Equal(claim.Limit) || moved.Plan != 1 || !b.stageOf(t, ref, "onboarding").Due.Equal(claim.Due) {
			t.Errorf("plan %+v", moved)
		}
		if link, err := b.Redeem(b.ctx, claim.Job.Items[0].Link, plan.Limit.Add(time.Hour)); err != nil || !link.Expires.Equal(claim.Limit) {
			t.Errorf("link %+v, %v", link, err)
		}
		// A request refused for good moves nothing.
		must(t, b.BeginAttempt(b.ctx, request.Key, rendered(*claim.Job)))
		b.finish(t, request.Key, programme.MailPermanent, true)
		if back := b.openStage(t, ref, "onboarding"); !back.Due.Equal(plan.Due) || !back.Limit.Equal(plan.Limit) {
			t.Errorf("after the refusal: %+v", back)
		}
	})
}

func TestNothingIsLateOnAFastClock(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		clock := programme.Clock{Day: 1500 * time.Millisecond, Start: london("2026-07-06 09:00"), Began: begins}
		must(t, b.SetClock(b.ctx, clock))
		ref := b.enrol(t, 1)[0]
		at := london("2026-11-23 06:00")
		b.clock.set(clock.Real(at))
		plan, err := b.OpenStage(b.ctx, spring, ref, "onboarding", at)
		must(t, err)
		// The machine is ten seconds behind: six days of the programme. The plan counts.
		request := plan.Mails[0]
		b.clock.set(clock.Real(request.At).Add(10 * time.Second))
		claim, err := b.Claim(b.ctx, request.Key, request.At, b.clock.Now())
		must(t, err)
		if claim.Outcome != programme.ClaimSend || !claim.Job.Date.Equal(request.At) || !claim.Due.IsZero() {
			t.Fatalf("claim %+v", claim)
		}
		must(t, b.BeginAttempt(b.ctx, request.Key, rendered(*claim.Job)))
		b.finish(t, request.Key, programme.MailSent, false)
		if m := b.message(t, request.Key); !m.Sent.Equal(request.At) {
			t.Errorf("sent at %v", m.Sent)
		}
		// More than fifteen seconds behind is missed.
		b.clock.set(clock.Real(plan.Mails[1].At).Add(16 * time.Second))
		if claim := b.claim(t, plan.Mails[1]); claim.Outcome == programme.ClaimSend {
			t.Errorf("missed: %+v", claim)
		}
	})
}

func TestOfManyClaimsAtOnceOneSends(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, survey, alumni := b.twoAsks(t)
		b.clock.set(survey.Mails[0].At)
		outcomes := make([]programme.ClaimOutcome, 12)
		var wait sync.WaitGroup
		for i := range outcomes {
			mail := []programme.PlannedMail{survey.Mails[0], alumni.Mails[0]}[i%2]
			wait.Go(func() {
				claim, err := b.Claim(b.ctx, mail.Key, mail.At, b.clock.Now())
				if err != nil {
					t.Error(err)
				}
				outcomes[i] = claim.Outcome
			})
		}
		wait.Wait()
		counts := map[programme.ClaimOutcome]int{}
		for _, outcome := range outcomes {
			counts[outcome]++
		}
		if counts[programme.ClaimSend] != 1 || counts[programme.ClaimMerged] != 6 || counts[programme.ClaimReplanned] != 5 {
			t.Errorf("outcomes %v", counts)
		}
	})
}

func TestTheYearsDatesWaitForTheEndOfAHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		mail := b.lines(t, ref, programme.MsgYearDates)[0]
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		claim := b.claim(t, programme.PlannedMail{Key: mail.Key, At: mail.At})
		if claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentHeld {
			t.Fatalf("on hold: %+v", claim)
		}
		b.goTo("2026-08-03 11:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		if len(effect.Mails) != 1 || effect.Mails[0].Key != mail.Key || programme.DateOf(effect.Mails[0].At).String() != "2026-08-04" {
			t.Fatalf("resumed: %+v", effect)
		}
		b.send(t, effect.Mails[0])
	})
}
