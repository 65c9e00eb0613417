package records

import (
	"testing"

	"fairlead/programme"
)

// A coach is told of the leaders they have, all of one day in one mail, with the way to the page of their own.
func TestACoachIsToldOfTheirLeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coachRefs := b.coached(t, 4, coaches(1, 4))
		b.goTo("2027-01-16 11:00") // a Saturday
		must(t, ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada")))
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[3]})
		var lines []programme.Message
		for _, ref := range refs {
			told := b.lines(t, ref, programme.MsgCoachLeaders)
			if len(told) != 1 || told[0].To != toCoach || told[0].Rule != programme.RuleScheduled || told[0].At.Before(london("2027-01-18 09:00")) ||
				!told[0].At.Before(london("2027-01-18 10:00")) {
				t.Fatalf("%+v", told)
			}
			if n := len(b.outboxOf(t, programme.JourneyID(spring, ref), signalMail)); n == 0 {
				t.Error("nobody sends it")
			}
			lines = append(lines, told...)
		}
		job := b.send(t, programme.PlannedMail{Key: lines[0].Key, At: lines[0].At})
		if len(job.Items) != 3 || job.To.Name != "Coach 0" || job.Items[2].Leader == "" {
			t.Fatalf("%d items to %s: %+v", len(job.Items), job.To.Name, job.Items)
		}
		link, err := b.Redeem(b.ctx, job.Items[2].Link, b.clock.Now())
		must(t, err)
		if link.Purpose != programme.LinkCoach || link.Ref != coachRefs[0] {
			t.Errorf("%+v", link)
		}
		b.sound(t)
	})
}

// A coach who has lost a leader before the mail went is not told of them; the next coach is.
func TestACoachIsNotToldOfAFormerLeader(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.coached(t, 1, coaches(2, 1))
		must(t, ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada")))
		b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: refs[0]})
		coach, err := b.CoachOf(b.ctx, refs[0])
		must(t, err)
		told := b.lines(t, refs[0], programme.MsgCoachLeaders)
		if len(told) != 2 {
			t.Fatalf("%+v", told)
		}
		var sent []string
		for _, line := range told {
			b.clock.set(line.At)
			if claim := b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At}); claim.Outcome == programme.ClaimSend {
				sent = append(sent, claim.Job.To.Name)
			} else if claim.Reason != programme.NotSentReplaced {
				t.Errorf("%+v", claim)
			}
		}
		if len(sent) != 1 || sent[0] != coach.Name {
			t.Errorf("told are %v", sent)
		}
	})
}

// A leader is told of another coach: at once where they asked for one, else in staff's hours; never of the first one, and
// only of the last where it changes again meanwhile.
func TestALeaderIsToldOfAnotherCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.coached(t, 2, coaches(4, 2))
		ref := refs[0]
		must(t, ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada")))
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.consent(programme.ConsentCoachReport, true) }))
		night := b.goTo("2027-01-16 23:30") // a Saturday
		if n := len(b.lines(t, ref, programme.MsgCoachChanged)); n != 0 {
			t.Fatalf("told of the first coach %d times", n)
		}
		must(t, b.AskForAnotherCoach(b.ctx, ref, b.clock.Now()))
		told := b.lines(t, ref, programme.MsgCoachChanged)
		if len(told) != 1 || told[0].Rule != programme.RuleReply || !told[0].At.Equal(night) || told[0].To != toParticipant {
			t.Fatalf("she asked: %+v", told)
		}
		second, err := b.CoachOf(b.ctx, ref)
		must(t, err)
		item := b.send(t, programme.PlannedMail{Key: told[0].Key, At: told[0].At}).Items[0]
		if item.Session.Coach != second.Name || item.Session.Email != second.Email || !item.Session.Consent || item.Link.IsZero() {
			t.Errorf("%+v", item.Session)
		}
		b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: ref})
		third, err := b.CoachOf(b.ctx, ref)
		must(t, err)
		must(t, ignore(b.CoachLeaves(b.ctx, spring, third.Ref, "other", "", "staff:ada")))
		last, err := b.CoachOf(b.ctx, ref)
		must(t, err)
		told = b.lines(t, ref, programme.MsgCoachChanged)
		var sent []string
		for _, line := range told[1:] {
			if line.Rule != programme.RuleStaff || line.At.Before(london("2027-01-18 08:00")) {
				t.Errorf("staff’s doing, at night: %+v", line)
			}
			b.clock.set(line.At)
			if claim := b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At}); claim.Outcome == programme.ClaimSend {
				sent = append(sent, claim.Job.Items[0].Session.Coach)
			}
		}
		if len(told) != 3 || len(sent) != 1 || sent[0] != last.Name {
			t.Errorf("%d mails, sent of %v; the coach is %s", len(told), sent, last.Name)
		}
		b.sound(t)
	})
}

// What staff do to a session keeps to their hours, unless it is near; what leader and coach do is told at once.
func TestStaffsDoingsAboutASessionKeepTheirHours(t *testing.T) {
	told := func(t *testing.T, b *bundle, ref string, rule programme.Rule, from, to string) {
		t.Helper()
		for _, message := range []string{programme.MsgCoachingCancelled, programme.MsgCoachBooking} {
			lines := b.lines(t, ref, message)
			last := lines[len(lines)-1]
			if last.Rule != rule || last.State != programme.MessagePlanned || last.At.Before(london(from)) || last.At.After(london(to)) {
				t.Errorf("%s: %+v", message, last)
			}
		}
	}
	acts := map[string]func(t *testing.T, b *bundle, ref, coach string){
		"the coach is taken out": func(t *testing.T, b *bundle, _, coach string) {
			must(t, ignore(b.CoachLeaves(b.ctx, spring, coach, "other", "", "staff:ada")))
		},
		"staff change the coach": func(t *testing.T, b *bundle, ref, _ string) {
			b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: ref})
		},
		"withdrawn": func(t *testing.T, b *bundle, ref, _ string) {
			b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		},
		"skipped": func(t *testing.T, b *bundle, ref, _ string) {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "coaching-1"})
		},
	}
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				ref, slot := b.bookedSession(t) // on Thursday 4 February
				b.importCoaches(t, coaches(2, 1))
				b.goTo("2027-01-30 23:30") // a Saturday
				act(t, b, ref, slot.Coach)
				told(t, b, ref, programme.RuleStaff, "2027-02-01 09:00", "2027-02-01 10:00")
				b.sound(t)
			})
		})
	}
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		b.importCoaches(t, coaches(2, 1))
		b.goTo("2027-01-30 23:30")
		must(t, ignore(b.CancelSession(b.ctx, b.orderOf(ref, ""))))
		told(t, b, ref, programme.RuleReply, "2027-01-30 23:30", "2027-01-30 23:30")
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slot.ID))))
		b.goTo("2027-02-02 23:30") // 34 hours before
		must(t, ignore(b.CoachLeaves(b.ctx, spring, slot.Coach, "other", "", "staff:ada")))
		told(t, b, ref, programme.RuleUrgent, "2027-02-02 23:30", "2027-02-02 23:30")
	})
}

// A mail that waits for staff's hours says nothing any more once the leader has booked again; the coach hears of both.
func TestACancellationThatWasOvertaken(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		b.importCoaches(t, coaches(2, 1))
		b.goTo("2027-01-30 23:30")
		must(t, ignore(b.CoachLeaves(b.ctx, spring, slot.Coach, "other", "", "staff:ada")))
		must(t, ignore(b.BookSession(b.ctx, b.agreed(ref, "2027-02-05 10:00", "participant"))))
		line := b.lines(t, ref, programme.MsgCoachingCancelled)[0]
		b.clock.set(line.At)
		if claim := b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At}); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentReplaced {
			t.Errorf("%+v", claim)
		}
		sent := 0
		for _, line := range b.lines(t, ref, programme.MsgCoachBooking) {
			b.clock.set(line.At)
			if claim := b.claim(t, programme.PlannedMail{Key: line.Key, At: line.At}); claim.Outcome == programme.ClaimSend {
				sent++
			}
		}
		if sent != 3 {
			t.Errorf("%d mails to the coaches", sent)
		}
	})
}
