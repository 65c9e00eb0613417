package records

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/programme"
)

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
