package records

import (
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// takesPlace sets where the dates of an event take place, of all events where stage is empty, as if it had always stood
// there: nobody is told.
func (b *bundle) takesPlace(t *testing.T, stage, venue, link string) {
	t.Helper()
	must(t, b.writer.Exec("UPDATE sittings SET venue = ?, join_url = ? WHERE (stage = ? OR ? = '') AND (venue = '' OR ? <> '')", venue, link, stage, stage, stage).Error)
}

// setWhere is staff giving the one date of an event its venue or link.
func (b *bundle) setWhere(t *testing.T, stage, venue, link string) {
	t.Helper()
	list, err := b.Sittings(b.ctx, spring)
	must(t, err)
	i := slices.IndexFunc(list, func(s programme.Sitting) bool { return s.Stage == stage })
	list[i].Venue, list[i].JoinURL = venue, link
	must(t, b.setDates(t, map[string][]programme.Sitting{stage: {list[i]}}))
}

// awaited are leaders whose joining instructions for residential 2 on Wednesday 7 July say nowhere yet: they are due on 23
// June, the last word on 6 July.
func (b *bundle) awaited(t *testing.T, n int) (plans []programme.AskPlan) {
	t.Helper()
	refs := b.atEvents(t, 4, n, map[string][]programme.Sitting{"residential-2": {date("main", "", "2027-07-07 08:00", "2027-07-09 16:00", 4)}})
	b.takesPlace(t, "residential-2", "", "")
	b.goTo("2027-05-12 06:00")
	for _, ref := range refs {
		b.submit(t, b.openStage(t, ref, "residential-2").Ask, programme.Answers{"place": {programme.PlaceConfirm}, "dietary": {"none"}, "arrival": {"train"}, "room_night_before": {"no"}})
		b.closed(t, ref, "residential-2")
		plan := b.openStage(t, ref, "residential-2")
		if daysOf(plan.Mails) != "2027-06-21 2027-07-06" {
			t.Fatalf("planned for %s", daysOf(plan.Mails))
		}
		plans = append(plans, plan)
	}
	return plans
}

// waits claims joining instructions that have to wait, and returns them with their new moment.
func (b *bundle) waits(t *testing.T, mail programme.PlannedMail) programme.PlannedMail {
	t.Helper()
	claim := b.claim(t, mail)
	line := b.message(t, mail.Key)
	if claim.Outcome != programme.ClaimReplanned || line.State != programme.MessagePlanned || line.Reason != programme.WaitsForVenue || !line.At.Equal(claim.At) {
		t.Fatalf("%+v, and the ledger says %s %q at %s", claim, line.State, line.Reason, line.At)
	}
	return programme.PlannedMail{Key: mail.Key, At: claim.At}
}

// ofEvents are the parts of a mail that are about an event.
func ofEvents(job programme.MailJob) []programme.MailItem {
	return slices.DeleteFunc(job.Items, func(item programme.MailItem) bool { return item.Event == nil })
}

func TestJoiningInstructionsWaitForTheVenue(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plan := b.awaited(t, 1)[0]
		again := b.waits(t, b.waits(t, plan.Mails[0]))
		if want := plan.Mails[0].At.AddDate(0, 0, 2); !again.At.Equal(want) {
			t.Errorf("it is looked at again on %s, want %s", again.At, want)
		}
		b.clock.set(again.At.Add(-4 * time.Hour))
		b.setWhere(t, "residential-2", "Oak House", "")
		if line := b.message(t, again.Key); line.Reason != "" || line.Rule != programme.RuleScheduled || !line.At.Equal(again.At) {
			t.Errorf("with the venue set the ledger says %+v", line)
		}
		if item := b.send(t, again).Items[0]; item.Event.Venue != "Oak House" {
			t.Errorf("the mail says %+v", item.Event)
		}
		b.sound(t)
	})
}

// Within two days of the event it is urgent news.
func TestAVenueSetAtShortNoticeIsToldAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plan := b.awaited(t, 1)[0]
		mail := plan.Mails[0]
		for programme.DateOf(mail.At).String() != "2027-07-06" {
			mail = b.waits(t, mail)
		}
		now := b.goTo("2027-07-05 20:00") // a Monday evening, 36 hours before
		b.setWhere(t, "residential-2", "Oak House", "")
		line := b.message(t, mail.Key)
		if line.Rule != programme.RuleUrgent || !line.At.Equal(now) || len(b.outboxOf(t, programme.JourneyID(spring, line.Ref), signalMail)) != 1 {
			t.Fatalf("told %+v", line)
		}
		if item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]; item.Event.Venue != "Oak House" {
			t.Errorf("the mail says %+v", item.Event)
		}
		if claim := b.claim(t, mail); claim.Outcome != programme.ClaimSent {
			t.Errorf("its former moment does %+v", claim)
		}
		b.sound(t)
	})
}

// The last word goes on its day whatever is set, and stands for the instructions; what it could not say is told once it is
// known, also to whoever it reached as a part of another mail.
func TestTheLastWordGoesWithoutTheVenue(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plans := b.awaited(t, 2)
		for i, plan := range plans {
			mail := plan.Mails[0]
			for programme.DateOf(mail.At).String() != "2027-07-06" {
				mail = b.waits(t, mail)
			}
			if i == 0 {
				if claim := b.claim(t, mail); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentSameDay {
					t.Errorf("on the last day the instructions do %+v", claim)
				}
			}
			last := ofEvents(b.send(t, plan.Mails[1]))
			if len(last) != 1 || last[0].Message != programme.MsgEventTomorrow || last[0].Event.Venue != "" {
				t.Errorf("the last word says %+v", last)
			}
			if claim := b.claim(t, mail); claim.Reason != programme.NotSentSameDay {
				t.Errorf("then the instructions do %+v", claim)
			}
			b.goTo("2027-05-12 12:00")
		}
		now := b.goTo("2027-07-06 19:00")
		b.setWhere(t, "residential-2", "Oak House", "")
		for _, plan := range plans {
			ref := refOfAsk(plan.Ask)
			lines := b.lines(t, ref, programme.MsgEventJoining)
			line := lines[len(lines)-1]
			if len(lines) != 2 || line.Rule != programme.RuleUrgent || !line.At.Equal(now) || len(b.outboxOf(t, programme.JourneyID(spring, ref), signalMail)) != 1 {
				t.Fatalf("told %+v", lines)
			}
			if item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]; item.Event.Venue != "Oak House" {
				t.Errorf("the mail says %+v", item.Event)
			}
		}
		b.sound(t)
	})
}

// Where the venue came after all, the two mails of the last day are one.
func TestInstructionsThatWaitedUntilTheLastDayGoWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plan := b.awaited(t, 1)[0]
		mail := plan.Mails[0]
		for programme.DateOf(mail.At).String() != "2027-07-06" {
			mail = b.waits(t, mail)
		}
		b.takesPlace(t, "residential-2", "Oak House", "")
		last := ofEvents(b.send(t, plan.Mails[1]))
		if len(last) != 1 || last[0].Message != programme.MsgEventTomorrow || last[0].Event.Venue != "Oak House" {
			t.Errorf("the last word says %+v", last)
		}
		if claim := b.claim(t, mail); claim.Reason != programme.NotSentSameDay {
			t.Errorf("then the instructions do %+v", claim)
		}
		b.sound(t)
	})
}

// Staff are asked once for each date, when needs are frozen, and need not say that it is done.
func TestStaffAreAskedForTheVenueOfADate(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.atEvents(t, 8, 3, map[string][]programme.Sitting{"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "B", "2027-07-12 08:00", "2027-07-14 16:00", 4)}})
		b.takesPlace(t, "residential-2", "", "")
		b.takesPlace(t, "opening-event", "", "")
		tasks := func() (open []string) {
			list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Cohort: spring, Open: true}, 0, 100)
			must(t, err)
			for _, task := range list {
				if task.Ref == "" {
					open = append(open, task.Stage+" "+task.Sitting+" "+task.Code)
				}
			}
			return open
		}
		freeze := london("2027-01-12 17:00")
		if round := b.roundAt(t, freeze.Add(-24*time.Hour)); len(tasks()) > 0 || !round.Next.Equal(freeze) {
			t.Errorf("too early: %v, next look %s", tasks(), round.Next)
		}
		b.roundAt(t, freeze)
		b.roundAt(t, freeze.Add(time.Hour))
		if got := tasks(); !slices.Equal(got, []string{"opening-event main set_link"}) {
			t.Errorf("asked for %v", got)
		}
		b.setWhere(t, "opening-event", "", "https://meet.example.org/opening")
		if got := tasks(); len(got) > 0 {
			t.Errorf("still asked for %v", got)
		}
		b.roundAt(t, london("2027-06-22 09:00"))
		got := tasks()
		if slices.Sort(got); !slices.Equal(got, []string{"residential-2 a set_venue", "residential-2 b set_venue"}) {
			t.Errorf("asked for %v", got)
		}
		venue := "Oak House"
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "a", Venue: &venue})
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "b", Cancel: true})
		if got := tasks(); len(got) > 0 {
			t.Errorf("still asked for %v", got)
		}
		b.sound(t)
	})
}
