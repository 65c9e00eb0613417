package records

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"fairlead/programme"
)

// What waits on staff is theirs by a date, raises a task after it, and rejects nobody.
func TestReviewNeverRejectsByItself(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := b.reviewed(t, 2)
		b.decided(t, refs[1], programme.DecideReject)
		if plan := b.due(t, refs[0]); !plan.Grace.IsZero() || !plan.Limit.Equal(london("2027-01-28 17:00")) {
			t.Errorf("%+v", plan)
		}
		if plan := b.due(t, refs[1]); !plan.Grace.Equal(london("2026-09-10 17:00")) {
			t.Errorf("%+v", plan)
		}
		b.due(t, refs[1])
		if got := fmt.Sprint(b.openTasks(t, refs[0]), b.openTasks(t, refs[1])); got != "[selection undecided] [selection unreleased]" {
			t.Error(got)
		}
		if s := b.stageOf(t, refs[0], "selection"); !s.Overdue || s.WaitingOn != programme.OwnerStaff {
			t.Errorf("%+v", s)
		}
		b.decided(t, refs[0], programme.DecideWaitlist)
		b.released(t)
		if got := fmt.Sprint(b.states(t, refs), b.openTasks(t, refs[0]), b.openTasks(t, refs[1])); got != "[offered rejected] [] []" {
			t.Error(got) // a place was free: the waiting list is offered it
		}
		b.sound(t)
	})
}

func TestUndecidedOnTheLastJoiningDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 1)
		refs := b.reviewed(t, 3)
		b.decided(t, refs[0], programme.DecideOffer)
		b.decided(t, refs[1], programme.DecideWaitlist)
		b.released(t)
		for _, ref := range refs[1:] {
			plan := b.openStage(t, ref, "selection")
			b.lapsed(t, plan)
			again, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
			must(t, err)
			if !lapsed || again.Journey != programme.NotNeeded || !strings.Contains(fmt.Sprint(again.Mails), programme.MsgApplicationNotNeeded) {
				t.Errorf("%+v", again)
			}
			if m := b.lines(t, ref, programme.MsgApplicationNotNeeded); len(m) != 1 || m[0].Rule != programme.RuleStaff || !m[0].At.Equal(london("2027-01-28 17:00")) {
				t.Errorf("%+v", m)
			}
		}
		b.sound(t)
	})
}

// Nobody is told before the release, whatever is decided and decided anew.
func TestDecisionsAreQuiet(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 2)
		refs := b.reviewed(t, 3)
		before := b.count(t, "SELECT COUNT(*) FROM messages")
		for _, d := range programme.Decisions() {
			b.decided(t, refs[0], d)
		}
		same := b.ordered(t, programme.Command{Name: programme.CmdDecide, Ref: refs[0], Decision: programme.DecideReject, Reason: "other"})
		if same.Changed {
			t.Error("the same decision again changed something")
		}
		for try := range 2 {
			again := programme.Command{Name: programme.CmdDecide, Ref: refs[0], Decision: programme.DecideReject, Reason: "other", Note: "no cover while away"}
			if noted := b.ordered(t, again); noted.Changed != (try == 0) {
				t.Errorf("the same decision with a note, try %d: changed %t", try, noted.Changed)
			}
		}
		moves, _, err := b.Moves(b.ctx, refs[0], 0, 200)
		must(t, err)
		if last := moves[len(moves)-1]; last.What != programme.DecisionMove(programme.DecideReject) || last.Note != "no cover while away" {
			t.Errorf("the history ends with %+v", last)
		}
		b.decided(t, refs[1], programme.DecideOffer)
		dry, err := b.Release(b.ctx, spring, programme.ReleaseOrder{Reason: "other", Actor: "staff:kim", DryRun: true}, b.Now(b.ctx))
		must(t, err)
		if dry.Free != 2 || dry.Offers() != 1 || len(dry.People) != 2 || dry.Operation.ID != "" {
			t.Errorf("%+v", dry)
		}
		for _, p := range dry.People {
			if want := map[string]string{refs[0]: programme.MsgApplicationRejected, refs[1]: programme.MsgOffer}[p.Ref]; p.Message != want || p.Name == "" {
				t.Errorf("%+v", p)
			}
		}
		if n := b.count(t, "SELECT COUNT(*) FROM messages"); n != before {
			t.Errorf("%d mails were planned", n-before)
		}
		for _, ref := range refs {
			if b.stateOf(t, ref) != programme.UnderReview {
				t.Error(b.stateOf(t, ref))
			}
		}
		moves, _, err = b.Moves(b.ctx, refs[0], 0, 100)
		must(t, err)
		last := moves[len(moves)-1]
		if last.What != "record-decision: reject" || last.Actor != "staff:kim" || last.Reason != "other" {
			t.Errorf("%+v", last)
		}
		b.sound(t)
	})
}

func TestRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 2)
		refs := b.reviewed(t, 5)
		for i, d := range []programme.Decision{programme.DecideOffer, programme.DecideOffer, programme.DecideOffer, programme.DecideReject} {
			b.decided(t, refs[i], d)
		}
		b.goTo("2026-09-08 11:00")
		// Whole or not at all.
		var illegal *programme.Illegal
		if _, err := b.release(); !errors.As(err, &illegal) || illegal.State != "2 places are free" {
			t.Errorf("three offers for two places: %v", err)
		}
		for name, refs := range map[string][]string{"no decision": {refs[0], refs[4]}, "not here": {"P-000000"}} {
			if _, err := b.release(refs...); !isInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := fmt.Sprint(b.states(t, refs)); strings.Count(got, "under_review") != 5 {
			t.Errorf("a refused release moved somebody: %s", got)
		}
		b.decided(t, refs[2], programme.DecideWaitlist)
		done, err := b.release()
		must(t, err)
		op, err := b.Operation(b.ctx, done.Operation.ID)
		must(t, err)
		if op.State != operationDone || op.Total != 4 || op.Done != 4 || op.Kind != opRelease {
			t.Errorf("%+v", op)
		}
		if got := fmt.Sprint(b.states(t, refs)); got != "[offered offered waitlisted rejected under_review]" {
			t.Error(got)
		}
		again, err := b.release(refs[:4]...)
		must(t, err)
		if again.Operation.Total != 0 || again.Operation.State != operationDone {
			t.Errorf("again: %+v", again)
		}
		for i, message := range []string{programme.MsgOffer, programme.MsgOffer, programme.MsgApplicationWaitlisted, programme.MsgApplicationRejected} {
			m := b.lines(t, refs[i], message)
			if len(m) != 1 || m[0].Rule != programme.RuleStaff || !m[0].At.Equal(london("2026-09-08 11:00")) {
				t.Errorf("%s: %+v", message, m)
			}
		}
		plan := b.openStage(t, refs[0], "selection")
		if plan.Ask != refs[0]+"/selection/1/offer" || !plan.Due.Equal(london("2026-09-22 17:00")) || !plan.Limit.Equal(plan.Due) || len(plan.Mails) != 3 ||
			plan.Owner != programme.OwnerParticipant || !plan.Grace.IsZero() {
			t.Errorf("%+v", plan)
		}
		moves, _, err := b.Moves(b.ctx, refs[0], 0, 100)
		must(t, err)
		if last := moves[len(moves)-1]; last.To != "offered" || last.Actor != "staff:kim" || last.Note != "the panel met" {
			t.Errorf("%+v", last)
		}
		if told := b.outboxOf(t, programme.JourneyID(spring, refs[3]), signalMoved); len(told) == 0 || !strings.Contains(string(told[len(told)-1].Body), `"state":"rejected"`) {
			t.Errorf("%v", told)
		}
		b.sound(t)
	})
}

// Of many releases of the same decisions at once one tells, and everybody is told once; of a hundred offers for the last
// place one is made.
func TestReleasesRace(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 4)
		refs := b.reviewed(t, 4)
		for i, ref := range refs {
			b.decided(t, ref, []programme.Decision{programme.DecideOffer, programme.DecideReject}[i%2])
		}
		var wait sync.WaitGroup
		var told atomic.Int32
		for range 10 {
			wait.Go(func() {
				done, err := b.release()
				if err != nil {
					t.Error(err)
				}
				told.Add(int32(done.Operation.Total))
			})
		}
		wait.Wait()
		if told.Load() != 4 || b.count(t, "SELECT COUNT(*) FROM messages WHERE message IN ('offer', 'application-rejected')") != 4 {
			t.Errorf("%d told", told.Load())
		}
		b.sound(t)
	})
}

// Staff who change a decision while it is released either come first, and the changed one is told, or are refused.
func TestDecisionsRaceTheirRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := b.reviewed(t, 3)
		for _, ref := range refs {
			b.decided(t, ref, programme.DecideOffer)
		}
		var wait sync.WaitGroup
		for _, ref := range refs {
			wait.Go(func() {
				err := b.try(programme.Command{Name: programme.CmdDecide, Ref: ref, Decision: programme.DecideReject, Reason: "other"})
				if b.race(err) != nil {
					t.Error(err)
				}
			})
			wait.Go(func() {
				if _, err := b.release(); b.race(err) != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		b.released(t)
		for _, ref := range refs {
			a, err := b.Applicant(b.ctx, ref)
			must(t, err)
			if a.Journey.State != a.Decision.State() {
				t.Errorf("decided %s, it became %s", a.Decision, a.Journey.State)
			}
		}
		if n := b.count(t, "SELECT COUNT(*) FROM journeys WHERE place_held AND state <> 'offered'"); n > 0 {
			t.Errorf("%d hold a place without an offer", n)
		}
		b.sound(t)
	})
}

func TestAHundredOffersForTheLastPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const n = 100
		b.opened(t, 1)
		refs := b.reviewed(t, n)
		for _, ref := range refs {
			b.decided(t, ref, programme.DecideOffer)
		}
		var wait sync.WaitGroup
		var offered, refused atomic.Int32
		for _, ref := range refs {
			wait.Go(func() {
				_, err := b.Release(b.ctx, spring, programme.ReleaseOrder{Refs: []string{ref}, Reason: "other", Actor: "staff:kim"}, b.Now(b.ctx))
				var illegal *programme.Illegal
				switch {
				case err == nil:
					offered.Add(1)
				case errors.As(err, &illegal) && illegal.State == "0 places are free":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		if offered.Load() != 1 || refused.Load() != n-1 || b.count(t, "SELECT COUNT(*) FROM journeys WHERE state = 'offered'") != 1 {
			t.Errorf("%d offered, %d refused", offered.Load(), refused.Load())
		}
		b.sound(t)
	})
}

// Somebody who is held or leaves while their decision is being told is not told, and keeps no place.
func TestReleaseMeetsAHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 2)
		refs := b.reviewed(t, 2)
		b.decided(t, refs[0], programme.DecideOffer)
		b.decided(t, refs[1], programme.DecideOffer)
		release, err := b.Release(b.ctx, spring, programme.ReleaseOrder{Reason: "other", Actor: "staff:kim"}, b.Now(b.ctx))
		must(t, err)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[0]})
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[1]})
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		op, err := b.Operation(b.ctx, release.Operation.ID)
		must(t, err)
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		if op.State != operationDone || op.Failed != 2 || c.PlacesHeld != 0 || len(b.lines(t, refs[0], programme.MsgOffer)) > 0 {
			t.Errorf("%+v, %d places held", op, c.PlacesHeld)
		}
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[0]})
		b.released(t)
		if b.stateOf(t, refs[0]) != programme.Offered {
			t.Error(b.stateOf(t, refs[0]))
		}
		b.sound(t)
	})
}

// Who releases tells what the preview showed: where a decision came or changed since, nobody is told anything.
func TestReleaseOfWhatWasSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 2)
		refs := b.reviewed(t, 3)
		b.decided(t, refs[0], programme.DecideOffer)
		b.decided(t, refs[1], programme.DecideOffer)
		order := programme.ReleaseOrder{Reason: "other", Actor: "staff:kim", DryRun: true}
		seen, err := b.Release(b.ctx, spring, order, b.Now(b.ctx))
		must(t, err)
		order.Seen, order.DryRun = seen.Shows(), false
		for name, act := range map[string]func(){
			"changed":  func() { b.decided(t, refs[1], programme.DecideReject) },
			"recorded": func() { b.decided(t, refs[1], programme.DecideOffer); b.decided(t, refs[2], programme.DecideReject) },
		} {
			act()
			var illegal *programme.Illegal
			if _, err := b.Release(b.ctx, spring, order, b.Now(b.ctx)); !errors.As(err, &illegal) || illegal.State != programme.StateChanged {
				t.Errorf("%s: %v", name, err)
			}
			if n := b.count(t, "SELECT COUNT(*) FROM decisions WHERE release_op <> ''"); n != 0 {
				t.Fatalf("%s: %d are being told", name, n)
			}
		}
		order.Refs = refs[:1]
		order.DryRun = true
		one, err := b.Release(b.ctx, spring, order, b.Now(b.ctx))
		if illegal := new(programme.Illegal); !errors.As(err, &illegal) || len(one.People) != 1 {
			t.Errorf("%v", err)
		}
		order.DryRun, order.Seen = false, one.Shows()
		done, err := b.Release(b.ctx, spring, order, b.Now(b.ctx))
		must(t, err)
		if done.Operation.Total != 1 || b.count(t, "SELECT COUNT(*) FROM decisions WHERE release_op <> ''") != 1 {
			t.Errorf("%+v", done)
		}
		b.sound(t)
	})
}
