package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// metBefore is a leader whose first session was on Thursday 4 February 2027 at 10:00, and has another coach since that afternoon.
func (b *bundle) metBefore(t *testing.T, change func(ref, coach string)) (ref, former string, slot programme.Slot) {
	t.Helper()
	ref, slot = b.bookedSession(t)
	b.importCoaches(t, coaches(2, 1))
	b.goTo("2027-02-04 15:00")
	change(ref, slot.Coach)
	match, err := b.CoachOf(b.ctx, ref)
	must(t, err)
	if match.Ref == slot.Coach {
		t.Fatal("the coach is the same")
	}
	return ref, slot.Coach, slot
}

// Whoever asks for another coach after a session has had it with the former one: that coach logs it, on the page the mail leads
// to, and sees nothing else of the leader; the new coach neither logs nor books over it.
func TestASessionIsLoggedByTheCoachWhoHeldIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, former, slot := b.metBefore(t, func(ref, _ string) { must(t, b.AskForAnotherCoach(b.ctx, ref, b.clock.Now())) })
		page, err := b.CoachPage(b.ctx, former)
		must(t, err)
		if len(page.Leaders) != 1 || !page.Leaders[0].Former || page.Leaders[0].Email+page.Leaders[0].Organisation != "" || page.Leaders[0].Report ||
			len(page.Leaders[0].Sessions) != 1 || page.Leaders[0].Sessions[0].Booked == nil || page.Leaders[0].Sessions[0].Booked.ID != slot.ID {
			t.Fatalf("the former coach sees %+v", page.Leaders)
		}
		now, err := b.CoachOf(b.ctx, ref)
		must(t, err)
		fresh, err := b.CoachPage(b.ctx, now.Ref)
		must(t, err)
		i := slices.IndexFunc(fresh.Leaders[0].Sessions, func(s programme.CoachSession) bool { return s.Stage == "coaching-1" })
		if session := fresh.Leaders[0].Sessions[i]; session.Booked != nil || !session.Elsewhere || fresh.Leaders[0].Former {
			t.Errorf("the new coach sees %+v", session)
		}
		order := b.orderOf(ref, slot.ID)
		order.By = toCoach
		must(t, ignore(b.LogSession(b.ctx, order, programme.SlotHeld)))
		if page, err = b.CoachPage(b.ctx, former); err != nil || len(page.Leaders) != 0 {
			t.Errorf("once it is logged: %+v, %v", page.Leaders, err)
		}
	})
}

// A coach who leaves comes in by the link of a request to log, and finds what is to be logged and nothing else.
func TestACoachWhoLeftLogsWhatWasHeld(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, former, slot := b.metBefore(t, func(_, coach string) { must(t, ignore(b.CoachLeaves(b.ctx, spring, coach, "other", "", "staff:ada"))) })
		plan := b.openStage(t, ref, "coaching-1")
		b.overdueAt(t, plan)
		job := b.send(t, plan.Mails[1])
		link, err := b.Redeem(b.ctx, job.Items[0].Link, b.clock.Now())
		if err != nil || link.Ref != former {
			t.Fatalf("%+v, %v", link, err)
		}
		if page, err := b.CoachPage(b.ctx, former); err != nil || !page.Coach.Left || len(page.Leaders) != 1 || len(page.Slots) != 0 {
			t.Errorf("%+v, %v", page, err)
		}
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, slot.ID), programme.SlotHeld)))
		if page, err := b.CoachPage(b.ctx, former); err != nil || len(page.Leaders) != 0 {
			t.Errorf("once it is logged: %+v, %v", page.Leaders, err)
		}
	})
}

// What a coach who leaves had published is gone, also what their leaders had booked of it.
func TestTheTimesOfACoachWhoLeavesAreGone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, slot := b.bookedSession(t)
		b.importCoaches(t, coaches(2, 1))
		must(t, ignore(b.CoachLeaves(b.ctx, spring, slot.Coach, "other", "", "staff:ada")))
		if left, err := b.Slots(b.ctx, spring, slot.Coach, b.clock.Now()); err != nil || len(left) != 0 {
			t.Errorf("%+v, %v", left, err)
		}
	})
}
