package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// bookedSession is a leader who has a session on Thursday 4 February 2027 at 10:00 with their coach.
func (b *bundle) bookedSession(t *testing.T) (ref string, slot programme.Slot) {
	t.Helper()
	refs, _, slots := b.bookable(t, 1)
	must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[3].ID))))
	return refs[0], slots[3]
}

func (b *bundle) overdueAt(t *testing.T, plan programme.AskPlan) programme.AskPlan {
	t.Helper()
	b.clock.set(plan.Grace)
	next, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, plan.Grace)
	must(t, err)
	return next
}

// After the session its coach is asked to log it, after the nudge staff are; held ends the stage.
func TestASessionIsLogged(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		var illegal *programme.Illegal
		if _, err := b.LogSession(b.ctx, b.orderOf(ref, ""), programme.SlotHeld); !errors.As(err, &illegal) {
			t.Errorf("logged before it was held: %v", err)
		}
		plan := b.openStage(t, ref, "coaching-1")
		if len(plan.Mails) != 3 || !plan.Mails[0].At.After(london("2027-02-03 08:59")) || !plan.Mails[0].At.Before(london("2027-02-03 10:00")) {
			t.Errorf("mails %+v", plan.Mails)
		}
		atCoach := b.overdueAt(t, plan)
		if atCoach.Owner != programme.OwnerCoach || atCoach.Plan != plan.Plan || len(atCoach.Mails) != 3 || len(b.openTasks(t, ref)) != 0 ||
			!atCoach.Due.Equal(london("2027-02-17 17:00")) {
			t.Errorf("after the session %+v", atCoach)
		}
		staff := b.overdueAt(t, atCoach)
		if staff.Owner != programme.OwnerStaff || !slices.Contains(b.openTasks(t, ref), "coaching-1 "+taskOverdue) || !staff.Grace.IsZero() {
			t.Errorf("never logged: %+v", staff)
		}
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, slot.ID), programme.SlotHeld)))
		if again, err := b.LogSession(b.ctx, b.orderOf(ref, slot.ID), programme.SlotHeld); err != nil || !again.Already {
			t.Errorf("again: %+v, %v", again, err)
		}
		if _, err := b.LogSession(b.ctx, b.orderOf(ref, slot.ID), programme.SlotLateNotice); !errors.As(err, &illegal) {
			t.Errorf("logged otherwise: %v", err)
		}
		if end := b.closed(t, ref, "coaching-1"); end.State != programme.StageDone || end.Outcome != "held" || len(b.openTasks(t, ref)) != 0 {
			t.Errorf("end %+v", end)
		}
		if _, err := b.LogSession(b.ctx, b.orderOf(ref, slot.ID), "wonderful"); !isInvalid(err) {
			t.Error(err)
		}
	})
}

// Who did not attend is asked to book again; where the window has no day left the stage ends as at its limit.
func TestASessionNobodyAttended(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, _ := b.bookedSession(t)
		b.goTo("2027-02-08 12:00")
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, ""), programme.SlotDidNotAttend)))
		plan := b.openStage(t, ref, "coaching-1")
		if plan.Round != 2 || plan.Owner != programme.OwnerParticipant || !plan.Limit.Equal(london("2027-03-25 17:00")) {
			t.Fatalf("asked again %+v", plan)
		}
		if item := b.send(t, plan.Mails[0]).Items[0]; !item.Session.Again || item.State != programme.Enrolled {
			t.Errorf("the second request speaks as the first: %+v, %s", item.Session, item.State)
		}
		must(t, ignore(b.BookSession(b.ctx, b.agreed(ref, "2027-03-25 10:00", "participant"))))
		b.goTo("2027-03-30 12:00")
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, ""), programme.SlotLateNotice)))
		if end := b.closed(t, ref, "coaching-1"); end.State != programme.StageLapsed || !slices.Contains(b.openTasks(t, ref), "coaching-1 "+taskLapsed) {
			t.Errorf("end %+v, tasks %v", end, b.openTasks(t, ref))
		} else if i := slices.IndexFunc(end.Mails, func(m programme.PlannedMail) bool { return strings.Contains(m.Key, "/"+programme.MsgCoachingOver+"/") }); i < 0 {
			t.Errorf("nobody tells the leader: %+v", end.Mails)
		} else if item := b.send(t, end.Mails[i]).Items[0]; !item.Session.Over || !item.Session.Needed || !item.Session.Starts.Equal(london("2027-03-25 10:00")) || item.Link.IsZero() {
			t.Errorf("the leader is told %+v", item.Session)
		}
		if lines := b.lines(t, ref, programme.MsgCoachingOver); len(lines) != 1 {
			t.Errorf("told %d times", len(lines))
		}
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "coaching-1"})
		if again := b.openStage(t, ref, "coaching-1"); again.Round != 3 || again.State != programme.AskOpen {
			t.Errorf("reopened %+v", again)
		}
	})
}

// A session to come stays through a hold; one that fell into it is a task, and is to be booked again.
func TestASessionAndAHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2027-01-28 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		plan := b.openStage(t, ref, "coaching-1")
		if plan.Owner != programme.OwnerCalendar || !plan.Due.Equal(slot.Ends()) || plan.Held || len(plan.Mails) != 3 || len(effect.Plans) != 1 {
			t.Errorf("resumed before the session: %+v", plan)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2027-02-10 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		plan = b.openStage(t, ref, "coaching-1")
		if plan.Round != 2 || plan.Owner != programme.OwnerParticipant || !slices.Contains(b.openTasks(t, ref), "coaching-1 "+taskSessionInHold) {
			t.Errorf("the session fell into the hold: %+v, %v", plan, b.openTasks(t, ref))
		}
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'booked'"); n != 0 {
			t.Errorf("%d booked times", n)
		}
		// No round was there to see it in time: both are told nevertheless.
		if len(b.lines(t, ref, programme.MsgCoachingCancelled)) != 1 || len(b.lines(t, ref, programme.MsgCoachBooking)) != 2 {
			t.Errorf("%v", b.ledger(t, ref))
		}
	})
}

// Staff note by telephone what was agreed, and what became of it; extending a booked session is refused.
func TestSessionsByTelephone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, _ := b.bookable(t, 1)
		given := programme.Command{Name: programme.CmdAnswerFor, Ref: refs[0], Stage: "coaching-1", GivenBy: "Sam Field", How: "telephone",
			Answers: programme.Answers{"session": {"booked"}, "starts": {"2027-02-09 10:00"}, "where": {"online"}}}
		if effect := b.ordered(t, given); !effect.Changed || b.openStage(t, refs[0], "coaching-1").Owner != programme.OwnerCalendar {
			t.Errorf("%+v", effect)
		}
		var illegal *programme.Illegal
		if _, err := b.extendTo(refs[0], "coaching-1", "2027-03-01"); !errors.As(err, &illegal) {
			t.Errorf("extended: %v", err)
		}
		b.goTo("2027-02-09 12:00")
		b.saidBy(t, refs[0], "coaching-1", "Given by Sam Field, by telephone.")
		given.Answers, given.How = programme.Answers{"session": {"held"}}, "letter"
		b.ordered(t, given)
		b.saidBy(t, refs[0], "coaching-1", "Given by Sam Field, by letter.")
		if end := b.closed(t, refs[0], "coaching-1"); end.State != programme.StageDone {
			t.Errorf("%+v", end)
		}
	})
}

// Sessions to come are cancelled with the coach who leaves, whom the leader gives up, or whose leader leaves.
func TestSessionsGoWithTheCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		rows := coaches(2, 1)
		b.importCoaches(t, rows)
		must(t, ignore(b.CoachLeaves(b.ctx, spring, slot.Coach, "other", "", "staff:ada")))
		plan := b.openStage(t, ref, "coaching-1")
		if plan.Round != 2 || len(b.lines(t, ref, programme.MsgCoachingCancelled)) != 1 || len(b.lines(t, ref, programme.MsgCoachBooking)) != 2 {
			t.Errorf("%+v, %v", plan, b.ledger(t, ref))
		}
		must(t, ignore(b.BookSession(b.ctx, b.agreed(ref, "2027-02-09 10:00", "participant"))))
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'booked'"); n != 0 || len(b.lines(t, ref, programme.MsgCoachingCancelled)) != 2 {
			t.Errorf("%d booked after withdrawing, %v", n, b.ledger(t, ref))
		}
	})
}

// Eight requests to log sessions of one day go to their coach as one mail, with a link to the coach's own page.
func TestEightLogRequestsMakeOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coach, _ := b.bookable(t, 8)
		first := b.lines(t, refs[0], programme.MsgCoachLeaders)[0] // of all eight
		if job := b.send(t, programme.PlannedMail{Key: first.Key, At: first.At}); len(job.Items) != 8 {
			t.Errorf("told of %d leaders", len(job.Items))
		}
		for i, ref := range refs {
			at := london("2027-02-04 08:00").Add(time.Duration(i) * time.Hour)
			must(t, ignore(b.BookSession(b.ctx, programme.SessionOrder{Ref: ref, Stage: "coaching-1", Starts: at, By: "coach", At: b.clock.Now()})))
		}
		var due []programme.PlannedMail
		for _, ref := range refs {
			plan := b.openStage(t, ref, "coaching-1")
			due = append(due, plan.Mails[1])
			b.overdueAt(t, plan)
		}
		job := b.send(t, due[0])
		if len(job.Items) != 8 || job.To.Name != "Coach 0" || job.Items[0].Leader == "" || job.Items[0].Session == nil || job.Items[0].Session.Starts.IsZero() {
			t.Fatalf("%d items: %+v", len(job.Items), job.Items)
		}
		for _, mail := range due[1:] {
			if claim := b.claim(t, mail); claim.Outcome != programme.ClaimMerged {
				t.Errorf("%s: %s", mail.Key, claim.Outcome)
			}
		}
		link, err := b.Redeem(b.ctx, job.Items[7].Link, b.clock.Now())
		must(t, err)
		if link.Purpose != programme.LinkCoach || link.Ref != coach {
			t.Errorf("%+v", link)
		}
		visit := programme.NewToken()
		must(t, b.StartVisit(b.ctx, job.Items[0].Link, visit, b.clock.Now()))
		if part, _, err := b.Visit(b.ctx, visit, coach); err != nil || part != toCoach {
			t.Errorf("%s, %v", part, err)
		}
		if _, _, err := b.Visit(b.ctx, visit, refs[0]); !isNotFound(err) {
			t.Errorf("a leader's pages: %v", err)
		}
		must(t, ignore(b.CoachLeaves(b.ctx, spring, coach, "other", "", "staff:ada")))
		if part, _, err := b.Visit(b.ctx, visit, coach); err != nil || part != toCoach {
			t.Errorf("a coach who has left cannot log what was held: %s, %v", part, err)
		}
	})
}

// What the mails about a session say: the coach with the request, the time with the rest, the sequence rising.
func TestMailsAboutASession(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 1)
		plan := b.openStage(t, refs[0], "coaching-1")
		request := b.send(t, plan.Mails[0])
		if request.Items[0].Session.Coach != "Coach 0" || request.Items[0].Link.IsZero() {
			t.Errorf("the request: %+v", request.Items[0])
		}
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[2].ID))))
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[3].ID))))
		for i, message := range []string{programme.MsgCoachingBooked, programme.MsgCoachingMoved} {
			line := b.lines(t, refs[0], message)[0]
			item := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0]
			if item.Session.Sequence != i || !item.Session.Starts.Equal(slots[2+i].Starts) || item.Link.IsZero() || item.Title != "First coaching session" {
				t.Errorf("%s: %+v", message, item.Session)
			}
		}
		dates, err := b.Dates(b.ctx, refs[0])
		must(t, err)
		if at := slices.IndexFunc(dates, func(d programme.DateLine) bool { return d.From.Equal(slots[3].Starts) }); at < 0 || dates[at].Where != "online" {
			t.Errorf("the dates of the year: %+v", dates)
		}
	})
}
