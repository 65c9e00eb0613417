package records

import (
	"testing"

	"fairlead/programme"
)

// The news that a session is given up says why and asks for another time itself: no request follows it, its reminders do.
func TestGivingUpASessionAsksForAnotherTime(t *testing.T) {
	by := func(who string) func(t *testing.T, b *bundle, ref, coach string) {
		return func(t *testing.T, b *bundle, ref, _ string) {
			order := b.orderOf(ref, "")
			order.By = who
			must(t, ignore(b.CancelSession(b.ctx, order)))
		}
	}
	acts := map[programme.GivenUp]func(t *testing.T, b *bundle, ref, coach string){
		programme.GivenUpByLeader:    by("participant"),
		programme.GivenUpByAssistant: by("assistant"),
		programme.GivenUpByCoach:     by(toCoach),
		programme.GivenUpByStaff:     by("staff:ada"),
		programme.GivenUpCoachLeft: func(t *testing.T, b *bundle, _, coach string) {
			must(t, ignore(b.CoachLeaves(b.ctx, spring, coach, "other", "", "staff:ada")))
		},
		programme.GivenUpCoachChanged: func(t *testing.T, b *bundle, ref, _ string) {
			b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: ref})
		},
		programme.GivenUpCoachAsked: func(t *testing.T, b *bundle, ref, _ string) {
			must(t, b.AskForAnotherCoach(b.ctx, ref, b.clock.Now()))
		},
	}
	for why, act := range acts {
		t.Run(string(why), func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				ref, slot := b.bookedSession(t) // on Thursday 4 February
				b.importCoaches(t, coaches(2, 1))
				act(t, b, ref, slot.Coach)
				coach, err := b.CoachOf(b.ctx, ref)
				must(t, err)
				b.asksAgain(t, ref, "coaching-1", why, coach.Name)
				b.sound(t)
			})
		})
	}
}

// asksAgain checks the news of a session that was given up, that it is all that asks for another time, and that the reminders
// come after it.
func (b *bundle) asksAgain(t *testing.T, ref, stage string, why programme.GivenUp, next string) {
	t.Helper()
	news := b.lines(t, ref, programme.MsgCoachingCancelled)
	if len(news) != 1 {
		t.Fatalf("%s: %d mails say that the session is cancelled", ref, len(news))
	}
	plan := b.openStage(t, ref, stage)
	if plan.Round != 2 || plan.Owner != programme.OwnerParticipant || len(plan.Mails) == 0 {
		t.Errorf("%s is to book again: %+v", ref, plan)
	}
	for _, mail := range plan.Mails {
		if m := b.message(t, mail.Key); m.Message != programme.MsgCoachingReminder || !m.At.After(news[0].At) {
			t.Errorf("%s is sent after the cancellation at %s: %+v", ref, news[0].At, m)
		}
	}
	for _, line := range b.lines(t, ref, programme.MsgCoaching) {
		if line.Key == programme.MessageKey(spring, ref, stage, programme.MsgCoaching, 2, 1, 0) && line.Reason != programme.NotSentReplaced {
			t.Errorf("the request is %s, %q", line.State, line.Reason)
		}
	}
	b.clock.set(news[0].At)
	item := b.send(t, programme.PlannedMail{Key: news[0].Key, At: news[0].At}).Items[0]
	if s := item.Session; s.Why != why || s.Next != next || s.Seeking || item.Link.IsZero() || !item.Due.Equal(plan.Due) {
		t.Errorf("the cancellation says %q, asks for a time with %q by %s; link %v", s.Why, s.Next, item.Due, !item.Link.IsZero())
	}
}

// Where there is no other coach yet, nothing is to be chosen: the news of the next coach asks.
func TestASessionIsGivenUpAndNoCoachIsLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		must(t, ignore(b.CoachLeaves(b.ctx, spring, slot.Coach, "other", "", "staff:ada")))
		line := b.lines(t, ref, programme.MsgCoachingCancelled)[0]
		item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]
		if s := item.Session; s.Why != programme.GivenUpCoachLeft || s.Next != "" || !s.Seeking || !item.Link.IsZero() {
			t.Errorf("%+v", s)
		}
	})
}

// During a hold nobody is asked; the request comes when the leader is back.
func TestASessionGivenUpInAHoldIsAskedForAfterIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, _ := b.bookedSession(t) // on Thursday 4 February
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2027-02-03 12:00")
		must(t, ignore(b.CohortRound(b.ctx, spring, b.clock.Now())))
		line := b.lines(t, ref, programme.MsgCoachingCancelled)[0]
		item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]
		if s := item.Session; s.Why != programme.GivenUpHold || s.Next != "" || s.Seeking || !item.Link.IsZero() {
			t.Errorf("in the hold: %+v", s)
		}
		b.goTo("2027-02-10 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		plan := b.openStage(t, ref, "coaching-1")
		if m := b.message(t, plan.Mails[0].Key); m.Message != programme.MsgCoaching || m.Rule != programme.RuleScheduled || plan.Round != 2 {
			t.Errorf("back from the hold: %+v", m)
		}
	})
}

// A session of which the coach says that nobody came costs one mail: the request, which says so.
func TestAMissedSessionCostsOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, _ := b.bookedSession(t)
		b.goTo("2027-02-08 12:00")
		before := len(b.ledger(t, ref))
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, ""), programme.SlotDidNotAttend)))
		plan := b.openStage(t, ref, "coaching-1")
		if m := b.message(t, plan.Mails[0].Key); m.Rule != programme.RuleStaff || !m.At.Equal(b.clock.Now()) {
			t.Errorf("the coach’s word is passed on by %+v", m)
		}
		if item := b.send(t, plan.Mails[0]).Items[0]; item.Message != programme.MsgCoaching || item.Session.Why != programme.GivenUpMissed {
			t.Errorf("%s, %+v", item.Message, item.Session)
		}
		if after := len(b.ledger(t, ref)); after != before+len(plan.Mails) {
			t.Errorf("%d lines more than the request and its %d reminders", after-before, len(plan.Mails)-1)
		}
	})
}

// The coach's word that nobody came is passed on in staff's hours, and on none of the leader's residential days.
func TestAMissedSessionIsToldInStaffsHours(t *testing.T) {
	missed := func(t *testing.T, b *bundle, ref, stage, now, want string) {
		t.Helper()
		b.goTo(now)
		must(t, ignore(b.LogSession(b.ctx, programme.SessionOrder{Ref: ref, Stage: stage, By: toCoach, At: b.clock.Now()}, programme.SlotLateNotice)))
		m := b.message(t, b.openStage(t, ref, stage).Mails[0].Key)
		if from := london(want); m.Message != programme.MsgCoaching || m.At.Before(from) || m.At.Sub(from).Hours() >= 1 {
			t.Errorf("noted at %s: %+v", now, m)
		}
	}
	t.Run("at night", func(t *testing.T) {
		onBoth(t, func(t *testing.T, b *bundle) {
			ref, _ := b.bookedSession(t)
			missed(t, b, ref, "coaching-1", "2027-02-08 21:00", "2027-02-09 09:00")
		})
	})
	t.Run("at a residential", func(t *testing.T) {
		onBoth(t, func(t *testing.T, b *bundle) {
			ref := b.onFlagship(t, 1)[0]
			b.bookThird(t, ref, "2027-06-11 10:00")
			b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "b"}) // from 14 to 16 June
			missed(t, b, ref, "coaching-3", "2027-06-15 11:00", "2027-06-17 09:00")
		})
	})
}

// A session that is moved to the time it has stays as it is: no mail, no entry for the diary, no word in its history.
func TestMovingASessionToItsOwnTimeChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 1)
		ref := refs[0]
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[3].ID))))
		ledger, moves := len(b.ledger(t, ref)), b.count(t, "SELECT COUNT(*) FROM moves")
		told := len(b.outboxOf(t, programme.StageID(spring, ref, "coaching-1"), signalFormSubmitted))
		for _, by := range []string{"participant", "assistant", toCoach} {
			order := b.agreed(ref, "2027-02-04 10:00", by)
			order.Online = true
			if result, err := b.BookSession(b.ctx, order); err != nil || !result.Already || len(result.Outbox) != 0 {
				t.Errorf("%s: %+v, %v", by, result, err)
			}
		}
		given := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "coaching-1", GivenBy: "Sam Field", How: "telephone",
			Answers: programme.Answers{"session": {"booked"}, "starts": {"2027-02-04 10:00"}, "where": {"online"}}}
		if effect := b.ordered(t, given); effect.Changed {
			t.Errorf("staff: %+v", effect)
		}
		if len(b.ledger(t, ref)) != ledger || b.count(t, "SELECT COUNT(*) FROM moves") != moves ||
			len(b.outboxOf(t, programme.StageID(spring, ref, "coaching-1"), signalFormSubmitted)) != told {
			t.Errorf("%v", b.ledger(t, ref))
		}
	})
}

// A session keeps its time while only where it is held changes, also where an event has moved onto it since; a time that has passed
// does not change.
func TestWhereASessionIsHeldChangesAtItsTime(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.onFlagship(t, 1)[0]
		b.bookThird(t, ref, "2027-06-11 10:00")
		must(t, b.writer.Exec(`UPDATE sittings SET starts_at = ?, ends_at = ? WHERE cohort = ? AND stage = 'residential-2' AND name = 'a'`,
			london("2027-06-11 08:00"), london("2027-06-13 16:00"), spring).Error)
		order := programme.SessionOrder{Ref: ref, Stage: "coaching-3", Starts: london("2027-06-11 10:00"), By: "participant", At: b.clock.Now()}
		if result, err := b.BookSession(b.ctx, order); err != nil || !result.Changed {
			t.Errorf("not online any more: %+v, %v", result, err)
		}
		order.Starts = london("2027-06-11 11:00")
		if _, err := b.BookSession(b.ctx, order); !isInvalid(err) {
			t.Errorf("to another time at the event: %v", err)
		}
		b.goTo("2027-06-11 10:30")
		order.Starts, order.Online, order.By, order.At = london("2027-06-11 10:00"), true, toCoach, b.clock.Now()
		if _, err := b.BookSession(b.ctx, order); !isInvalid(err) {
			t.Errorf("it has begun: %v", err)
		}
		b.sound(t)
	})
}

// The day before a session its leader is reminded, unless the time was confirmed within a working day of that.
func TestATimeThatWasJustConfirmedIsNotRemindedOf(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, _ := b.bookable(t, 1)
		reminder := func() programme.Message {
			lines := b.lines(t, refs[0], programme.MsgCoachingTomorrow)
			return lines[len(lines)-1]
		}
		b.goTo("2027-02-02 12:00") // a Tuesday
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-05 10:00", "participant"))))
		if m := reminder(); m.State != programme.MessagePlanned || m.At.Before(london("2027-02-04 09:00")) || m.At.After(london("2027-02-04 10:00")) {
			t.Errorf("three days before: %+v", m)
		}
		b.goTo("2027-02-03 12:00")
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-05 11:00", "participant"))))
		if m := reminder(); m.State != programme.MessageNotSent || m.Reason != programme.NotSentTooClose {
			t.Errorf("moved on the working day before: %+v", m)
		}
	})
}
