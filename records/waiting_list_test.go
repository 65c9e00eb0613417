package records

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/programme"
)

// offers are reviewed applications of which the first have an offer each and the others are on the waiting list.
func (b *bundle) offers(t *testing.T, places, n int) []string {
	t.Helper()
	b.opened(t, places)
	refs := b.reviewed(t, n)
	for i, ref := range refs {
		d := programme.DecideWaitlist
		if i < places {
			d = programme.DecideOffer
		}
		b.decided(t, ref, d)
	}
	b.goTo("2026-09-08 11:00")
	b.released(t)
	return refs
}

// A place that comes free goes to whoever applied first, whatever freed it, until no offer could be answered any more.
func TestWaitingListMovesUp(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.offers(t, 3, 7)
		offer := func(ref string) string { return programme.PartAskID(ref, "selection", 1, programme.PartOffer) }
		b.submit(t, offer(refs[0]), accept())
		end := b.closed(t, refs[0], "selection")
		if end.Journey != programme.Enrolled || end.State != programme.StageDone || len(end.Openings) != 3 {
			t.Errorf("%+v", end)
		}
		b.submit(t, offer(refs[1]), decline())
		b.closed(t, refs[1], "selection")
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		b.lapsed(t, b.openStage(t, refs[2], "selection"))
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		if got := fmt.Sprint(b.states(t, refs)); got != "[enrolled declined lapsed offered offered waitlisted waitlisted]" {
			t.Error(got)
		}
		// Taken back by the applicant.
		if _, err := b.WithdrawApplication(b.ctx, refs[3], b.Now(b.ctx)); err == nil {
			t.Error("an offer was taken back instead of declined")
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[3]})
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		if b.stateOf(t, refs[5]) != programme.Offered {
			t.Error(b.stateOf(t, refs[5]))
		}
		// On the last joining day itself no offer leaves any more.
		b.goTo("2027-01-28 09:00")
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[4]})
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		if b.stateOf(t, refs[6]) != programme.Waitlisted {
			t.Error(b.stateOf(t, refs[6]))
		}
		b.sound(t)
	})
}

// A place that staff mean for somebody, and have not told yet, does not go to the waiting list.
func TestWaitingListLeavesWhatIsMeantForOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 1)
		refs := b.reviewed(t, 2)
		b.decided(t, refs[0], programme.DecideWaitlist)
		b.decided(t, refs[1], programme.DecideOffer)
		b.released(t, refs[0])
		if got := fmt.Sprint(b.states(t, refs)); got != "[waitlisted under_review]" {
			t.Error(got)
		}
		b.released(t)
		if got := fmt.Sprint(b.states(t, refs)); got != "[waitlisted offered]" {
			t.Error(got)
		}
		b.sound(t)
	})
}

// Many rounds at once, while everybody answers: never more places than there are, and each offered once.
func TestWaitingListRaces(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.offers(t, 3, 9)
		var wait sync.WaitGroup
		for _, ref := range refs[:3] {
			wait.Go(func() {
				ask := programme.PartAskID(ref, "selection", 1, programme.PartOffer)
				if _, err := b.Submit(b.ctx, programme.Submission{Ask: ask, Answers: decline(), At: b.Now(b.ctx)}); err != nil {
					t.Error(err)
				}
				if _, err := b.CloseStage(b.ctx, ref, "selection", b.Now(b.ctx)); err != nil {
					t.Error(err)
				}
				for range 4 {
					if _, err := b.CohortRound(b.ctx, spring, b.Now(b.ctx)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if got := fmt.Sprint(b.states(t, refs)); got != "[declined declined declined offered offered offered waitlisted waitlisted waitlisted]" {
			t.Error(got)
		}
		b.sound(t)
	})
}

// lateCode issues a code until a day, after the deadline.
func (b *bundle) lateCode(t *testing.T, until string) string {
	t.Helper()
	issued, err := b.IssueLateCode(b.ctx, spring, programme.DateOf(london(until+" 12:00")), "was in hospital", "staff:kim", b.Now(b.ctx))
	must(t, err)
	if len(issued.Code) != 10 || issued.Used != (time.Time{}) {
		t.Errorf("%+v", issued)
	}
	return issued.Code
}

func TestLateCodes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		b.goTo("2026-07-10 10:00")
		for name, day := range map[string]string{"past": "2026-07-09", "the last joining day": "2027-01-28"} {
			if _, err := b.IssueLateCode(b.ctx, spring, programme.DateOf(london(day+" 12:00")), "", "staff:kim", b.Now(b.ctx)); !isInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		code := b.lateCode(t, "2026-07-15")
		try := func(email, code string) error {
			_, err := b.RequestApplication(b.ctx, spring, email, code, b.Now(b.ctx))
			return err
		}
		if err := try(applicant(0), "NOTACODE22"); !isInvalid(err) {
			t.Errorf("unknown: %v", err)
		}
		typed := " " + code[:5] + "-" + code[5:]
		token := b.verified(t, applicant(0), typed)
		ref, outbox, err := b.BeginApplication(b.ctx, token, programme.NewToken(), b.Now(b.ctx))
		must(t, err)
		if s := b.stageOf(t, ref, "selection"); len(outbox) != 1 || !s.Limit.Equal(london("2026-07-15 17:00")) || !s.Due.Equal(s.Limit) {
			t.Errorf("%+v", s)
		}
		if err := try(applicant(1), code); !isInvalid(err) {
			t.Errorf("used by another: %v", err)
		}
		b.goTo("2026-07-15 16:59")
		b.submit(t, programme.AskID(ref, "selection", 1), application())
		b.goTo("2026-07-15 17:00")
		if plan := b.due(t, ref); b.stateOf(t, ref) != programme.UnderReview || !plan.Due.Equal(london("2026-09-03 17:00")) {
			t.Errorf("%s %+v", b.stateOf(t, ref), plan)
		}
		if err := try(applicant(0), code); !isInvalid(err) {
			t.Errorf("expired: %v", err)
		}
		list, next, err := b.LateCodes(b.ctx, spring, "", 10)
		must(t, err)
		if len(list) != 1 || next != "" || list[0].UsedBy != applicant(0) || list[0].Ref != ref || list[0].Code != "" || list[0].Note != "was in hospital" ||
			!list[0].Used.Equal(london("2026-07-10 10:00")) || list[0].IssuedBy != "staff:kim" {
			t.Errorf("%+v", list)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM late_codes WHERE hash = ?", code); n > 0 {
			t.Error("the code itself is kept")
		}
		b.sound(t)
	})
}

// Of many who enter one code at once and press the buttons in their mails at once, one applies with it.
func TestALateCodeIsUsedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		b.goTo("2026-07-10 10:00")
		code := b.lateCode(t, "2026-07-15")
		tokens := make([]programme.Token, 8)
		for i := range tokens {
			tokens[i] = b.verified(t, applicant(i), code)
		}
		var wait sync.WaitGroup
		var begun atomic.Int32
		for i, token := range tokens {
			wait.Go(func() {
				if _, err := b.RequestApplication(b.ctx, spring, applicant(i), code, b.Now(b.ctx)); err != nil && !isInvalid(err) {
					t.Error(err)
				}
				switch _, _, err := b.BeginApplication(b.ctx, token, programme.NewToken(), b.Now(b.ctx)); {
				case err == nil:
					begun.Add(1)
				case !errors.Is(err, programme.ErrFormClosed):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := b.count(t, "SELECT COUNT(*) FROM journeys"); begun.Load() > 1 || n != int(begun.Load()) {
			t.Errorf("%d began, %d applications", begun.Load(), n)
		}
		list, _, err := b.LateCodes(b.ctx, spring, "", 10)
		must(t, err)
		if n := b.count(t, "SELECT COUNT(*) FROM journeys j JOIN people p ON p.id = j.person_id WHERE j.ref = ? AND p.email = ?", list[0].Ref, list[0].UsedBy); begun.Load() == 1 && n != 1 {
			t.Errorf("the code says %+v", list[0])
		}
	})
}

// An address that was mistyped uses no code up: the next that is entered with it has it, and the first link opens nothing.
func TestALateCodeOutlivesAMistypedAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		b.goTo("2026-07-10 10:00")
		code := b.lateCode(t, "2026-07-15")
		mistyped := b.verified(t, applicant(1), code)
		b.goTo("2026-07-10 10:05")
		token := b.verified(t, applicant(0), code)
		if _, _, err := b.BeginApplication(b.ctx, mistyped, programme.NewToken(), b.Now(b.ctx)); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("the first address: %v", err)
		}
		ref, _, err := b.BeginApplication(b.ctx, token, programme.NewToken(), b.Now(b.ctx))
		must(t, err)
		list, _, err := b.LateCodes(b.ctx, spring, "", 10)
		must(t, err)
		if list[0].UsedBy != applicant(0) || list[0].Ref != ref || !list[0].Used.Equal(london("2026-07-10 10:05")) {
			t.Errorf("%+v", list[0])
		}
		if _, err := b.RequestApplication(b.ctx, spring, applicant(1), code, b.Now(b.ctx)); !isInvalid(err) {
			t.Errorf("once it has opened an application: %v", err)
		}
		b.sound(t)
	})
}

// An application that was not sent in time begins again with a late code, with what had been saved.
func TestALateCodeBeginsALapsedApplicationAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		ref := b.begun(t, 0)
		first := b.openStage(t, ref, "selection")
		why := programme.Answers{"why": {"To lead across services."}}
		must(t, b.SaveDraft(b.ctx, first.Ask, programme.SectionWhy, why, true, b.Now(b.ctx)))
		must(t, b.ConfirmStarts(b.ctx, j0(t, b, ref), []string{ref}))
		b.lapsed(t, first)
		before := j0(t, b, ref)
		b.goTo("2026-07-10 10:00")
		if _, _, err := b.BeginApplication(b.ctx, b.verified(t, applicant(0), b.lateCode(t, "2026-07-15")), programme.NewToken(), b.Now(b.ctx)); err != nil {
			t.Fatal(err)
		}
		op := j0(t, b, ref)
		page, err := b.LaunchPage(b.ctx, op, 10)
		must(t, err)
		if s := b.stageOf(t, ref, "onboarding"); s.State != programme.StageNotOpen || !s.ClosedAt.IsZero() {
			t.Errorf("onboarding is %+v", s)
		}
		if op == before || len(page) != 1 || page[0].Again.IsZero() || page[0].State != programme.Applying || len(page[0].Openings) != 1 {
			t.Errorf("it starts as %+v", page)
		}
		plan := b.openStage(t, ref, "selection")
		if plan.Ask == first.Ask || plan.State != programme.AskOpen || !plan.Limit.Equal(london("2026-07-15 17:00")) {
			t.Errorf("%+v", plan)
		}
		drafts, err := b.Drafts(b.ctx, plan.Ask)
		must(t, err)
		if drafts[programme.SectionWhy].Answers.Get("why") != why.Get("why") {
			t.Errorf("%+v", drafts)
		}
		b.submit(t, plan.Ask, application())
		if b.stateOf(t, ref) != programme.Submitted {
			t.Error(b.stateOf(t, ref))
		}
		b.sound(t)
	})
}

func TestWithdrawingAnApplication(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := b.applied(t, 2)
		writing := b.begun(t, 5)
		for _, ref := range []string{refs[0], writing} {
			outbox, err := b.WithdrawApplication(b.ctx, ref, b.Now(b.ctx))
			must(t, err)
			if len(outbox) != 2 || b.stateOf(t, ref) != programme.Withdrawn || len(b.lines(t, ref, programme.MsgApplicationWithdrawn)) != 1 {
				t.Errorf("%v %s", outbox, b.stateOf(t, ref))
			}
			if plan := b.openStage(t, ref, "selection"); plan.State != programme.AskCancelled || plan.Journey != programme.Withdrawn || plan.Version == 0 {
				t.Errorf("a workflow that comes late reads %+v", plan)
			}
			if again, err := b.WithdrawApplication(b.ctx, ref, b.Now(b.ctx)); err != nil || len(again) > 0 {
				t.Errorf("again: %v %v", again, err)
			}
		}
		moves, _, err := b.Moves(b.ctx, refs[0], 0, 100)
		must(t, err)
		if last := moves[len(moves)-1]; last.Actor != actorParticipant || last.Reason != "leader_asked" {
			t.Errorf("%+v", last)
		}
		b.sound(t)
	})
}

// The deadline of applications is no person's to move: a hold over it leaves a task, not a later date.
func TestHoldOverTheDeadline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		sent, writing := b.applied(t, 1)[0], b.begun(t, 5)
		b.goTo("2026-07-01 12:00")
		for _, ref := range []string{sent, writing} {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		}
		b.goTo("2026-07-13 12:00")
		for _, ref := range []string{sent, writing} {
			effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
			if len(effect.Plans) != 1 || len(effect.Plans[0].Mails) > 0 {
				t.Errorf("%+v", effect)
			}
		}
		if got := fmt.Sprint(b.openTasks(t, writing), b.openTasks(t, sent)); got != "[selection "+taskDeadline+"] []" {
			t.Error(got)
		}
		plan := b.openStage(t, writing, "selection")
		if !plan.Limit.Equal(london("2026-07-09 17:00")) {
			t.Errorf("%+v", plan)
		}
		_, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: application(), At: b.Now(b.ctx)})
		if !errors.Is(err, programme.ErrFormClosed) {
			t.Error(err)
		}
		if lapsed, err := b.lapseNow(plan); err != nil || !lapsed {
			t.Error(lapsed, err)
		}
		b.due(t, sent)
		if got := fmt.Sprint(b.states(t, []string{sent, writing})); got != "[under_review lapsed]" {
			t.Error(got)
		}
		b.sound(t)
	})
}

func (b *bundle) lapseNow(plan programme.AskPlan) (bool, error) {
	_, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, b.Now(b.ctx))
	return lapsed, err
}

// The cohort's own change of its deadline moves it for everybody, sent or not.
func TestADeadlineThatMoves(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		sent, writing := b.applied(t, 1)[0], b.begun(t, 5)
		closes := -33
		op := b.changeDates(t, map[string]programme.StageOverride{"selection": {DueWeek: &closes}})
		want := london("2026-07-16 17:00")
		for _, ref := range []string{sent, writing} {
			must(t, b.ConfirmStarts(b.ctx, j0(t, b, ref), []string{ref}))
			effect := b.carried(t, op, ref, "selection")
			if len(effect.Plans) != 1 || !effect.Plans[0].Due.Equal(want) {
				t.Errorf("%+v", effect)
			}
			if a, err := b.Applicant(b.ctx, ref); err != nil || !a.Deadline.Equal(want) {
				t.Errorf("%+v %v", a, err)
			}
		}
		b.sound(t)
	})
}

// Whoever asks for a new link gets one to where they are.
func TestNewLinkToAnApplication(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		ref := b.begun(t, 0)
		newest := func() programme.MailItem {
			must(t, ignore(b.RequestNewLink(b.ctx, applicant(0), b.Now(b.ctx))))
			lines := b.lines(t, ref, programme.MsgNewLink)
			last := lines[len(lines)-1]
			return b.send(t, programme.PlannedMail{Key: last.Key, At: last.At}).Items[0]
		}
		if item := newest(); len(item.Open) != 1 || item.Open[0].Title != "Your application" || !item.Link.IsZero() {
			t.Errorf("while writing: %+v", item)
		}
		b.submit(t, programme.AskID(ref, "selection", 1), application())
		item := newest()
		if len(item.Open) > 0 || item.Link.IsZero() {
			t.Fatalf("once sent: %+v", item)
		}
		if link, err := b.Redeem(b.ctx, item.Link, b.Now(b.ctx)); err != nil || link.Purpose != programme.LinkApplication || link.Ref != ref {
			t.Errorf("%+v %v", link, err)
		}
	})
}
