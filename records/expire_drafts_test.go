package records

import (
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// did reports whether the history of a journey says that something was done.
func (b *bundle) did(t *testing.T, ref, what string) bool {
	t.Helper()
	return b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what = ? AND actor = 'programme' AND note_enc IS NULL", ref, what) > 0
}

// An application that was begun and not sent is deleted thirty days after its deadline, equality answers with it; that of
// somebody who withdraws at once.
func TestDraftsOfApplicationsThatLapse(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		lapsed, withdrawn, held := b.begun(t, 0), b.begun(t, 1), b.begun(t, 2)
		drafts := func(ref string) int {
			return b.count(t, "SELECT COUNT(*) FROM drafts WHERE ask LIKE ? || '/%'", ref)
		}
		for _, ref := range []string{lapsed, withdrawn, held} {
			ask := b.openStage(t, ref, "selection").Ask
			must(t, b.SaveDraft(b.ctx, ask, programme.SectionWhy, programme.Answers{"why": {"To lead."}}, true, b.Now(b.ctx)))
			must(t, b.SaveDraft(b.ctx, ask, programme.SectionMonitoring, programme.Answers{"age_band": {"45_54"}}, true, b.Now(b.ctx)))
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: withdrawn})
		if drafts(withdrawn) > 0 || drafts(lapsed) != 2 {
			t.Errorf("after one withdrew: %d and %d", drafts(withdrawn), drafts(lapsed))
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: held})
		deadline := london("2026-07-09 17:00")
		b.lapsed(t, b.openStage(t, lapsed, "selection"))
		until := deadline.Add(30 * 24 * time.Hour)
		if round := b.roundAt(t, deadline.Add(time.Minute)); round.Next.IsZero() || round.Next.After(until) {
			t.Errorf("the round comes again %s", round.Next)
		}
		if b.roundAt(t, until.Add(-time.Second)); drafts(lapsed) != 2 {
			t.Error("gone before the thirty days are over")
		}
		b.roundAt(t, until)
		if drafts(lapsed) > 0 || !b.did(t, lapsed, moveDraftsDeleted) {
			t.Errorf("thirty days later there are %d", drafts(lapsed))
		}
		if drafts(held) != 2 {
			t.Error("who is on hold goes on later")
		}
		if b.roundAt(t, until.Add(time.Hour)); b.count(t, "SELECT COUNT(*) FROM moves WHERE what = ?", moveDraftsDeleted) != 1 {
			t.Error("deleted twice")
		}
	})
}

// A change of an answer that was begun and never sent goes a month after the form closed, and the answer stays.
func TestDraftsOfChangesThatWereNeverSent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		b.answered(t, ref, "onboarding", onboarding())
		must(t, b.SaveDraft(b.ctx, plan.Ask, programme.SectionNeeds, programme.Answers{"dietary": {"none"}}, true, b.Now(b.ctx)))
		b.roundAt(t, plan.Limit.Add(programme.DraftsKept-time.Second))
		if drafts, err := b.Drafts(b.ctx, plan.Ask); err != nil || len(drafts) != 1 {
			t.Errorf("%v, %v", drafts, err)
		}
		b.roundAt(t, plan.Limit.Add(programme.DraftsKept))
		if drafts, err := b.Drafts(b.ctx, plan.Ask); err != nil || len(drafts) != 0 {
			t.Errorf("%v, %v", drafts, err)
		}
		if _, err := b.Answers(b.ctx, plan.Ask); err != nil {
			t.Error(err)
		}
	})
}

// What staff noted with a late code is deleted thirty days after its last day, with the key; who used it stays known.
func TestNotesOfLateCodes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		b.goTo("2026-07-10 10:00")
		code := b.lateCode(t, "2026-07-15")
		b.lateCode(t, "2026-08-20")
		ref, _, err := b.BeginApplication(b.ctx, b.verified(t, applicant(0), code), programme.NewToken(), b.Now(b.ctx))
		must(t, err)
		notes := func() (list []string) {
			codes, _, err := b.LateCodes(b.ctx, spring, "", 10)
			must(t, err)
			for _, c := range codes {
				list = append(list, c.Note)
			}
			slices.Sort(list)
			return list
		}
		keys := func() int {
			var n int64
			must(t, b.Store.keys.db.reads.Raw("SELECT COUNT(*) FROM person_keys WHERE person_id LIKE 'late-code/%'").Scan(&n).Error)
			return int(n)
		}
		until := london("2026-07-15 17:00").Add(30 * 24 * time.Hour)
		if round := b.roundAt(t, until.Add(-time.Second)); round.Next.After(until) || len(notes()[0]) == 0 || keys() != 2 {
			t.Errorf("a second before: next %s, %q", round.Next, notes())
		}
		b.roundAt(t, until)
		if got := notes(); got[0] != "" || got[1] == "" || keys() != 1 {
			t.Errorf("%q, %d keys", got, keys())
		}
		codes, _, err := b.LateCodes(b.ctx, spring, "", 10)
		must(t, err)
		if !slices.ContainsFunc(codes, func(c programme.LateCode) bool { return c.Ref == ref && c.UsedBy == applicant(0) }) {
			t.Errorf("who used it: %+v", codes)
		}
		if log := b.log(t); !slices.Contains(log, "programme | expired_deleted | "+spring+" | late code notes: 1 | ") {
			t.Errorf("%q", log)
		}
	})
}
