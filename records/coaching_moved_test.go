package records

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"fairlead/programme"
)

// onFlagship is a cohort of the flagship whose n leaders have a coach and two dates at each residential, on 10 May 2027.
func (b *bundle) onFlagship(t *testing.T, n int) []string {
	t.Helper()
	return b.onFlagshipIn(t, n, []string{"A"}, map[string][]programme.Sitting{"residential-2": {
		date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", n), date("b", "B", "2027-06-14 08:00", "2027-06-16 16:00", n)}})
}

// onFlagshipIn is such a cohort with groups and dates of its own.
func (b *bundle) onFlagshipIn(t *testing.T, n int, groups []string, sittings map[string][]programme.Sitting) []string {
	t.Helper()
	c := withEvents(n)
	c.Blueprint = "flagship"
	must(t, b.CreateCohort(b.ctx, c))
	rows := people(n)
	for i := range rows {
		rows[i].Group = groups[i%len(groups)]
	}
	report, err := b.ImportParticipants(b.ctx, spring, rows, false, "staff:test")
	must(t, err)
	must(t, b.setDates(t, sittings))
	b.importCoaches(t, coaches(1, n))
	must(t, ignore(b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))))
	must(t, ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada")))
	b.goTo("2027-05-10 12:00")
	refs := make([]string, n)
	for i, row := range report.Rows {
		refs[i] = row.Ref
	}
	return refs
}

// bookThird opens a leader's third session and books it.
func (b *bundle) bookThird(t *testing.T, ref, at string) {
	t.Helper()
	b.openStage(t, ref, "coaching-3")
	must(t, ignore(b.BookSession(b.ctx, programme.SessionOrder{Ref: ref, Stage: "coaching-3", Starts: london(at), Online: true, By: "participant",
		At: b.clock.Now()})))
}

// gaveWay checks that a leader's third session was cancelled, that both were told, and that it is asked for again.
func (b *bundle) gaveWay(t *testing.T, ref string, why programme.GivenUp) {
	t.Helper()
	if len(b.lines(t, ref, programme.MsgCoachBooking)) != 2 {
		t.Errorf("%s: %v", ref, b.ledger(t, ref))
	}
	coach, err := b.CoachOf(b.ctx, ref)
	must(t, err)
	b.asksAgain(t, ref, "coaching-3", why, coach.Name)
	if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'booked' AND ref = '"+ref+"'"); n != 0 {
		t.Errorf("%s still has a time at the event", ref)
	}
	if n := len(b.outboxOf(t, programme.StageID(spring, ref, "coaching-3"), signalFormSubmitted)); n != 2 {
		t.Errorf("%d signals to the session's workflow", n)
	}
}

// A session gives way to a residential that moves onto its day; the dry run says whose. One on another day stays.
func TestAResidentialMovesOntoASession(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onFlagship(t, 2)
		b.bookThird(t, refs[0], "2027-06-09 10:00")
		b.bookThird(t, refs[1], "2027-06-11 10:00")
		move := programme.Reschedule{Cohort: spring, Stage: "residential-2", Sitting: "a", Starts: london("2027-06-08 08:00"), Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, move)
		must(t, err)
		for _, line := range lines {
			want := map[string][]string{refs[0]: {"coaching-3"}}[line.Ref]
			if !slices.Equal(line.Sessions, want) {
				t.Errorf("dry run for %s: %v", line.Ref, line.Sessions)
			}
		}
		b.reschedules(t, move)
		b.gaveWay(t, refs[0], programme.GivenUpResidential)
		if plan := b.openStage(t, refs[1], "coaching-3"); plan.Owner != programme.OwnerCalendar || len(b.lines(t, refs[1], programme.MsgCoachingCancelled)) != 0 {
			t.Errorf("the day after the residential: %+v", plan)
		}
		b.sound(t)
	})
}

// A session gives way to an event of one day that moves onto its time; the dry run says whose. One of that day before it stays.
func TestAnEventMovesOntoASession(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onFlagshipIn(t, 2, []string{"A"}, map[string][]programme.Sitting{"residential-2": {
			{Name: "a", Starts: london("2027-07-05 09:00"), Ends: london("2027-07-05 16:00"), Online: true, Capacity: 2, State: programme.SittingPlanned}}})
		b.bookThird(t, refs[0], "2027-06-09 10:00")
		b.bookThird(t, refs[1], "2027-06-09 07:30")
		shows := func(order programme.Reschedule, ref string) {
			t.Helper()
			lines, err := b.RescheduleEffects(b.ctx, order)
			must(t, err)
			for _, line := range lines {
				if shown := slices.Equal(line.Sessions, []string{"coaching-3"}); shown != (line.Ref == ref) {
					t.Errorf("dry run for %s: %v", line.Ref, line.Sessions)
				}
			}
			if len(lines) != 2 {
				t.Errorf("%d lines", len(lines))
			}
		}
		move := programme.Reschedule{Cohort: spring, Stage: "residential-2", Sitting: "a", Starts: london("2027-06-09 09:00"), Reason: "programme_change"}
		shows(move, refs[0])
		b.reschedules(t, move)
		b.gaveWay(t, refs[0], programme.GivenUpEvent)
		if plan := b.openStage(t, refs[1], "coaching-3"); plan.Owner != programme.OwnerCalendar || len(b.lines(t, refs[1], programme.MsgCoachingCancelled)) != 0 {
			t.Errorf("before the event: %+v", plan)
		}
		b.sound(t)
	})
}

// A session gives way to another date of a residential, whether the leader asks for it or staff give it.
func TestAnotherDateFallsOnASession(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.onFlagship(t, 2)
		b.bookThird(t, refs[0], "2027-06-15 10:00")
		b.bookThird(t, refs[1], "2027-06-15 12:00")
		b.submit(t, b.openStage(t, refs[0], "residential-2").Ask, programme.Answers{"place": {programme.PlaceAnother}, "sitting": {"b"}})
		b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: refs[1], Stage: "residential-2", Sitting: "b"})
		b.gaveWay(t, refs[0], programme.GivenUpResidential)
		b.gaveWay(t, refs[1], programme.GivenUpResidential)
		b.sound(t)
	})
}

// The entry of a session follows to a leader's new address, and leaves the diary of the old one, which gets no link any more.
func TestSessionsFollowToANewAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 2)
		for i, ref := range refs {
			must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[i].ID))))
			must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[i+2].ID))))
			bounced := i == 1
			if bounced {
				must(t, b.writer.Exec(`UPDATE people SET suppressed = 'refused' WHERE email = ?`, "leader1@service.example").Error)
			}
			last := b.lines(t, ref, programme.MsgCoachBooking)
			want := map[string]string{programme.MsgCoachingBooked: "new" + strconv.Itoa(i) + "@service.example"}
			if !bounced {
				want[programme.MsgCoachingCancelled] = "leader0@service.example"
			}
			effect := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: want[programme.MsgCoachingBooked]})
			got := map[string]string{}
			for _, mail := range effect.Mails {
				job := b.send(t, mail)
				item := job.Items[0]
				if item.Session == nil {
					continue
				}
				got[item.Message] = job.To.Email
				if item.Session.Sequence != len(last)-1 {
					t.Errorf("%s has the sequence %d after %d changes", item.Message, item.Session.Sequence, len(last))
				}
				if away := item.Message == programme.MsgCoachingCancelled; item.Link.IsZero() != away || item.Session.Elsewhere != away {
					t.Errorf("%s: %+v, with a link: %v", item.Message, item.Session, !item.Link.IsZero())
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("entries went to %v, want %v", got, want)
			}
			if len(b.lines(t, ref, programme.MsgCoachBooking)) != len(last) {
				t.Error("the coach is told of a session that stays")
			}
		}
		b.sound(t)
	})
}
