package records

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

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

// The waiting list is read in the order in which places go to it, whatever the references are.
func TestTheWaitingListInItsOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 1)
		refs := b.reviewed(t, 5)
		b.decided(t, refs[0], programme.DecideOffer)
		for _, ref := range refs[1:] {
			b.decided(t, ref, programme.DecideWaitlist)
		}
		b.released(t)
		for i, ref := range []string{refs[3], refs[1], refs[4], refs[2]} { // as if they had come in this order
			must(t, b.writer.Exec("UPDATE asks SET answered_at = ? WHERE ref = ? AND form = ?", london("2026-06-10 10:00").AddDate(0, 0, i), ref, programme.FormApplication).Error)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1]})
		var got []string
		for after := ""; ; {
			list, next, err := b.WaitingList(b.ctx, spring, after, 2)
			must(t, err)
			for _, a := range list {
				got = append(got, a.Journey.Ref)
				if a.Place != len(got) || a.Decision != programme.DecideWaitlist || a.Submitted.IsZero() {
					t.Errorf("%+v", a)
				}
			}
			if after = next; after == "" {
				break
			}
		}
		if want := []string{refs[3], refs[4], refs[2]}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]})
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		if b.stateOf(t, refs[3]) != programme.Offered {
			t.Errorf("the place went elsewhere: %v", b.states(t, refs))
		}
		if _, _, err := b.WaitingList(b.ctx, "2029-none", "", 2); !errors.Is(err, programme.ErrNotFound) {
			t.Error(err)
		}
		b.sound(t)
	})
}
