package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/programme"
)

// A cohort of 1 March 2027 opens its applications on 1 June 2026 and closes them on 9 July at 17:00; decisions are due on
// 3 September and told by the 10th; the last joining moment is 28 January 2027, 17:00.

// opened launches a cohort to which people apply, on the day applications open.
func (b *bundle) opened(t *testing.T, places int) {
	t.Helper()
	b.goTo("2026-06-01 06:00")
	must(t, b.CreateCohort(b.ctx, testCohort(spring, programme.RouteApplication, places)))
	op, err := b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))
	must(t, err)
	if op.Total != 0 || op.State != operationDone {
		t.Fatalf("launch: %+v", op)
	}
}

func applicant(i int) string { return fmt.Sprintf("applicant%d@service.example", i) }

// verified asks for a link and reads it in the mail.
func (b *bundle) verified(t *testing.T, email, code string) programme.Token {
	t.Helper()
	outbox, err := b.RequestApplication(b.ctx, spring, email, code, b.Now(b.ctx))
	must(t, err)
	if len(outbox) != 1 {
		t.Fatalf("the outbox is %v", outbox)
	}
	var row messageRow
	must(t, b.db.Where("message = ? AND state = 'planned'", programme.MsgApplyVerify).Order("id DESC").Take(&row).Error)
	job := b.send(t, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	if job.To.Email != email || job.Rule != programme.RuleReply || job.Ref != "" {
		t.Errorf("the job is %+v", job)
	}
	return job.Items[0].Link
}

// begun is the application of somebody who followed their link.
func (b *bundle) begun(t *testing.T, i int) string {
	t.Helper()
	ref, _, err := b.BeginApplication(b.ctx, b.verified(t, applicant(i), ""), programme.NewToken(), b.Now(b.ctx))
	must(t, err)
	return ref
}

func application() programme.Answers {
	answers := programme.Answers{}
	for name, value := range map[string]string{"given_name": "Amara", "family_name": "Obi", "job_title": "Chief Executive", "role_started": "2025-04",
		"organisation": "Northern Housing", "sector": "Housing Association", "region": "North West", "why": "To lead across services.",
		"challenge": "Homes for key workers.", "age_band": "45_54", "gender": "woman"} {
		answers[name] = []string{value}
	}
	return answers
}

// applied are n applications that were sent one after the other.
func (b *bundle) applied(t *testing.T, n int) []string {
	t.Helper()
	refs := make([]string, n)
	for i := range refs {
		refs[i] = b.begun(t, i)
		b.submit(t, programme.AskID(refs[i], "selection", 1), application())
		b.clock.set(b.clock.Now().Add(time.Minute))
	}
	return refs
}

// reviewed are n applications after the deadline.
func (b *bundle) reviewed(t *testing.T, n int) []string {
	t.Helper()
	refs := b.applied(t, n)
	b.goTo("2026-07-09 17:00")
	for _, ref := range refs {
		b.due(t, ref)
	}
	return refs
}

// due does what the next date of a selection brings, as its workflow does, and returns the plan.
func (b *bundle) due(t *testing.T, ref string) programme.AskPlan {
	t.Helper()
	plan := b.openStage(t, ref, "selection")
	if plan.Grace.IsZero() {
		t.Fatalf("%s has no next date: %+v", ref, plan)
	}
	if plan.Grace.After(b.clock.Now()) {
		b.clock.set(plan.Grace)
	}
	plan, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, plan.Grace)
	must(t, err)
	return plan
}

func (b *bundle) decided(t *testing.T, ref string, d programme.Decision) {
	t.Helper()
	b.ordered(t, programme.Command{Name: programme.CmdDecide, Ref: ref, Decision: d, Reason: "other"})
}

// release releases and has the cohort's rounds tell.
func (b *bundle) release(refs ...string) (programme.Release, error) {
	release, err := b.Release(b.ctx, spring, programme.ReleaseOrder{Refs: refs, Reason: "other", Note: "the panel met", Actor: "staff:kim"}, b.Now(b.ctx))
	if err == nil {
		_, err = b.CohortRound(b.ctx, spring, b.Now(b.ctx))
	}
	return release, err
}

func (b *bundle) released(t *testing.T, refs ...string) {
	t.Helper()
	if _, err := b.release(refs...); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) stateOf(t *testing.T, ref string) programme.JourneyState {
	t.Helper()
	return b.journeyOf(t, ref).State
}

func TestOpeningOfApplications(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		request := func(cohort, email string) error {
			_, err := b.RequestApplication(b.ctx, cohort, email, "", b.Now(b.ctx))
			return err
		}
		b.goTo("2026-05-29 10:00")
		must(t, b.CreateCohort(b.ctx, testCohort(spring, programme.RouteApplication, 3)))
		if err := request(spring, "a@b.example"); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("not launched: %v", err)
		}
		must(t, ignore(b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))))
		b.goTo("2026-06-01 05:59")
		if err := request(spring, "a@b.example"); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("a minute before they open: %v", err)
		}
		b.goTo("2026-06-01 06:00")
		must(t, request(spring, "a@b.example"))
		must(t, b.CreateCohort(b.ctx, testCohort("invited", programme.RouteInvitation, 3)))
		for _, cohort := range []string{"invited", "nowhere"} {
			if err := request(cohort, "a@b.example"); !isNotFound(err) {
				t.Errorf("%s: %v", cohort, err)
			}
		}
		b.goTo("2026-07-09 17:00")
		if err := request(spring, "a@b.example"); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the deadline: %v", err)
		}
		// Launched in the middle of its weeks, a cohort opens then.
		b.goTo("2026-06-10 11:00")
		must(t, b.CreateCohort(b.ctx, testCohort("later", programme.RouteApplication, 3)))
		must(t, ignore(b.Launch(b.ctx, "later", "staff:kim", b.Now(b.ctx))))
		if dates, err := b.ApplicationDates(b.ctx, "later"); err != nil || !dates.Opens.Equal(london("2026-06-10 11:00")) {
			t.Errorf("%+v %v", dates, err)
		}
	})
}

// A mail an address, at most three an hour; looking makes nothing but the address's line.
func TestVerifyingAnAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		for range 5 {
			must(t, ignore(b.RequestApplication(b.ctx, spring, " applicant0@service.example ", "", b.Now(b.ctx))))
		}
		if n := b.count(t, "SELECT COUNT(*) FROM messages"); n != 3 {
			t.Errorf("%d mails within the hour", n)
		}
		b.goTo("2026-06-01 07:01")
		token := b.verified(t, applicant(0), "")
		if n := b.count(t, "SELECT COUNT(*) FROM journeys"); n != 0 {
			t.Errorf("%d journeys before anybody followed a link", n)
		}
		must(t, b.writer.Exec("UPDATE people SET suppressed = 'refused'").Error)
		if outbox, err := b.RequestApplication(b.ctx, spring, applicant(0), "", b.Now(b.ctx)); err != nil || len(outbox) > 0 {
			t.Errorf("an address that refuses mail: %v %v", outbox, err)
		}
		link, err := b.Redeem(b.ctx, token, b.Now(b.ctx))
		if err != nil || link.Purpose != programme.LinkApplication || link.Ref != "" || !link.Expires.Equal(london("2026-07-09 17:00")) {
			t.Errorf("the link is %+v %v", link, err)
		}
		if _, _, err := b.BeginApplication(b.ctx, token, programme.NewToken(), london("2026-07-09 17:00")); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("at the deadline: %v", err)
		}
		b.sound(t)
	})
}

// However often and from wherever the button is pressed: one person, one application, and each browser is let in.
func TestBeginningOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		token := b.verified(t, applicant(0), "")
		var wait sync.WaitGroup
		refs := make([]string, 8)
		for i := range refs {
			wait.Go(func() {
				visit := programme.NewToken()
				ref, _, err := b.BeginApplication(b.ctx, token, visit, b.Now(b.ctx))
				if err != nil {
					t.Error(err)
					return
				}
				if part, _, err := b.Visit(b.ctx, visit, ref); err != nil || part != toParticipant {
					t.Error(part, err)
				}
				refs[i] = ref
			})
		}
		wait.Wait()
		again, outbox, err := b.BeginApplication(b.ctx, b.verified(t, applicant(0), ""), programme.NewToken(), b.Now(b.ctx))
		must(t, err)
		if slices.Compact(append(refs, again))[0] != again || len(slices.Compact(refs)) != 1 || len(outbox) > 0 {
			t.Errorf("applications %v and %s, outbox %v", refs, again, outbox)
		}
		j := b.journeyOf(t, again)
		if j.State != programme.Applying || !j.Started || j.Stages[0].State != programme.StageOpen || j.Stages[0].Title != "Your application" ||
			!j.Stages[0].Due.Equal(london("2026-07-09 17:00")) || !j.Stages[0].Limit.Equal(j.Stages[0].Due) {
			t.Errorf("%+v", j)
		}
		ops := b.outboxOf(t, programme.CohortID(spring), signalLaunch)
		if len(ops) != 2 { // of the cohort's launch, and of this one
			t.Fatalf("launches %v", ops)
		}
		page, err := b.LaunchPage(b.ctx, j0(t, b, again), 10)
		must(t, err)
		if len(page) != 1 || page[0].State != programme.Applying || len(page[0].Openings) != 1 || page[0].Openings[0].Stage != "selection" ||
			page[0].Stages[0].State != "" || !page[0].Again.IsZero() {
			t.Errorf("it starts as %+v", page)
		}
		plan := b.openStage(t, again, "selection")
		var when []string
		for _, mail := range plan.Mails {
			when = append(when, mail.At.In(programme.London).Format("01-02"))
		}
		if got := strings.Join(when, " "); got != "07-02 07-06 07-08" || !plan.Grace.IsZero() {
			t.Errorf("the reminders go on %s: %+v", got, plan)
		}
		b.sound(t)
	})
}

// j0 is the operation that starts a journey.
func j0(t *testing.T, b *bundle, ref string) string {
	t.Helper()
	var row journeyRow
	must(t, b.db.Take(&row, "ref = ?", ref).Error)
	return row.LaunchOp
}

// The last millisecond counts, the next does not; what was sent can be changed until then and by nobody afterwards.
func TestDeadlineOfApplications(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		inTime, late, silent := b.begun(t, 0), b.begun(t, 1), b.begun(t, 2)
		ask := func(ref string) string { return programme.AskID(ref, "selection", 1) }
		deadline := london("2026-07-09 17:00")
		must(t, b.SaveDraft(b.ctx, ask(late), programme.SectionWhy, programme.Answers{"why": {"Soon"}}, true, b.Now(b.ctx)))
		b.clock.set(deadline.Add(-time.Millisecond))
		given := b.submit(t, ask(inTime), application())
		if len(given.Outbox) != 2 || b.stateOf(t, inTime) != programme.Submitted {
			t.Errorf("%+v, %s", given, b.stateOf(t, inTime))
		}
		changed := application()
		changed["why"] = []string{"Better words."}
		delete(changed, "age_band")
		delete(changed, "gender")
		change := programme.Submission{Ask: ask(inTime), Answers: changed, Change: true, At: b.Now(b.ctx)}
		if result, err := b.Submit(b.ctx, change); err != nil || !result.Changed {
			t.Errorf("a change in time: %+v %v", result, err)
		}
		b.clock.set(deadline)
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: ask(late), Answers: application(), At: deadline}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the deadline: %v", err)
		}
		changed["why"] = []string{"Too late."}
		change.At = deadline
		if _, err := b.Submit(b.ctx, change); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("a change at the deadline: %v", err)
		}
		if err := b.SaveDraft(b.ctx, ask(late), programme.SectionWhy, changed, true, deadline); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("a draft at the deadline: %v", err)
		}
		for _, ref := range []string{late, silent} {
			b.lapsed(t, b.openStage(t, ref, "selection"))
			if b.stateOf(t, ref) != programme.Lapsed {
				t.Error(b.stateOf(t, ref))
			}
		}
		plan := b.due(t, inTime)
		if b.stateOf(t, inTime) != programme.UnderReview || plan.Owner != programme.OwnerStaff || !plan.Due.Equal(london("2026-09-03 17:00")) ||
			!plan.Limit.Equal(london("2027-01-28 17:00")) {
			t.Errorf("%s %+v", b.stateOf(t, inTime), plan)
		}
		a, err := b.Applicant(b.ctx, inTime)
		must(t, err)
		if a.Answers.Get("why") != "Better words." || a.Answers.Get("gender") != "" || !a.Submitted.Equal(deadline.Add(-time.Millisecond)) || !a.Deadline.Equal(deadline) {
			t.Errorf("%+v", a)
		}
		if n := b.count(t, "SELECT COALESCE(SUM(n), 0) FROM equality_counts"); n != 2 {
			t.Errorf("%d equality answers", n)
		}
		b.sound(t)
	})
}

// At the deadline the form and the limit race for each application: it is in or it has lapsed, never both.
func TestSubmissionsRaceTheDeadline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		deadline := london("2026-07-09 17:00")
		const n = 12
		refs := make([]string, n)
		plans := make([]programme.AskPlan, n)
		for i := range refs {
			refs[i] = b.begun(t, i)
			plans[i] = b.openStage(t, refs[i], "selection")
		}
		b.clock.set(deadline.Add(-time.Millisecond))
		var wait sync.WaitGroup
		var taken, lapsed atomic.Int32
		for i := range refs {
			wait.Go(func() {
				_, err := b.Submit(b.ctx, programme.Submission{Ask: plans[i].Ask, Answers: application(), At: b.clock.Now()})
				if err == nil {
					taken.Add(1)
				} else if !errors.Is(err, programme.ErrFormClosed) {
					t.Error(err)
				}
			})
			wait.Go(func() {
				b.clock.set(deadline)
				_, over, err := b.Lapse(b.ctx, plans[i].Ask, plans[i].Plan, deadline)
				if over {
					lapsed.Add(1)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if taken.Load()+lapsed.Load() != n {
			t.Errorf("%d in, %d lapsed of %d", taken.Load(), lapsed.Load(), n)
		}
		for _, ref := range refs {
			if s := b.stateOf(t, ref); s != programme.Submitted && s != programme.Lapsed {
				t.Error(s)
			}
		}
		b.sound(t)
	})
}
