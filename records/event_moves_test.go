package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// reschedules orders a change of a sitting and lets everybody follow, as the cohort's workflow does.
func (b *bundle) reschedules(t *testing.T, order programme.Reschedule) map[string]programme.Effect {
	t.Helper()
	op := b.ordersMove(t, order)
	return b.follow(t, op.ID)
}

func (b *bundle) ordersMove(t *testing.T, order programme.Reschedule) programme.Operation {
	t.Helper()
	order.Cohort, order.Reason, order.Actor, order.At = spring, "programme_change", "staff:kim", b.Now(b.ctx)
	op, err := b.Reschedule(b.ctx, order)
	must(t, err)
	return op
}

// follow carries an operation to its journeys.
func (b *bundle) follow(t *testing.T, op string) map[string]programme.Effect {
	t.Helper()
	orders, _, err := b.Following(b.ctx, op, "", 500)
	must(t, err)
	effects := map[string]programme.Effect{}
	for _, one := range orders {
		effect, err := b.Apply(b.ctx, one.Ref, one.Order.ID, b.Now(b.ctx), one.Order)
		if err != nil && b.race(err) != nil {
			t.Fatal(err)
		}
		effects[one.Ref] = effect
	}
	return effects
}

// confirmed brings a leader to a confirmed place at residential 2, on 10 May.
func (b *bundle) confirmsSecond(t *testing.T, ref string) {
	t.Helper()
	b.goTo("2027-05-10 06:00")
	b.submit(t, b.openStage(t, ref, "residential-2").Ask, programme.Answers{"place": {programme.PlaceConfirm}})
	b.closed(t, ref, "residential-2")
}

// Two leaders have a place: one has confirmed it, one not yet. The event moves a week: both are asked (again), with the entry
// of the first brought up to date.
func TestAResidentialMoves(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		first, second := refs[0], refs[1]
		b.confirmsSecond(t, first)
		uid := b.placeAt(t, first, "residential-2").UID
		b.openStage(t, second, "residential-2")
		now := b.goTo("2027-05-11 11:00")
		move := programme.Reschedule{Cohort: spring, Stage: "residential-2", Starts: london("2027-07-12 08:00"), Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, move)
		must(t, err)
		if len(lines) != 2 || !lines[0].Confirm || !lines[0].Reminders || lines[0].Name == "" {
			t.Errorf("dry run %+v", lines)
		}
		for _, line := range lines {
			if want := map[bool]string{true: "updated", false: "none"}[line.Ref == first]; line.Entry != want {
				t.Errorf("dry run says %+v", line)
			}
		}
		op := b.ordersMove(t, move)
		if op.Total != 2 || op.State != operationRunning || op.Kind != opReschedule {
			t.Errorf("operation %+v", op)
		}
		if n := len(b.outboxOf(t, programme.CohortID(spring), signalReplan)); n != 1 {
			t.Errorf("%d signals to the cohort", n)
		}
		if !b.stageOf(t, first, "residential-2").AnsweredAt.Equal(london("2027-05-10 06:00")) {
			t.Error("the answer to the first part does not show")
		}
		effects := b.follow(t, op.ID)
		plan := effects[first].Plans[0]
		if plan.Round != 2 || plan.Part != "" || plan.Owner != programme.OwnerParticipant || !plan.Due.Equal(london("2027-06-14 17:00")) {
			t.Errorf("asked again: %+v", plan)
		}
		for ref, effect := range effects {
			moved := b.lines(t, ref, programme.MsgEventMoved)
			if len(moved) != 1 || moved[0].Rule != programme.RuleStaff || !moved[0].At.Equal(now) || len(effect.Plans) != 1 || len(effect.Plans[0].Mails) == 0 ||
				effect.Plans[0].Mails[0].Key != moved[0].Key {
				t.Fatalf("%s is told %+v, plan %+v", ref, moved, effect.Plans)
			}
			if strings.Count(moved[0].Key, "/") != 4 {
				t.Errorf("%s is no key", moved[0].Key)
			}
			item := b.send(t, effect.Plans[0].Mails[0]).Items[0]
			method, sequence := "", 0
			if ref == first {
				method, sequence = programme.MethodRequest, 1
			}
			if item.Event.Method != method || item.Event.Sequence != sequence || !item.Event.Starts.Equal(london("2027-07-12 08:00")) || !item.Event.Asks || !item.Event.Moved || item.Link.IsZero() {
				t.Errorf("the mail says %+v", item.Event)
			}
		}
		place := b.placeAt(t, first, "residential-2")
		if place.State != programme.PlaceHeld || place.UID != uid || !place.Sitting.Starts.Equal(london("2027-07-12 08:00")) || !place.Sitting.Ends.Equal(london("2027-07-14 16:00")) {
			t.Errorf("place %+v", place)
		}
		// No reminder of the old date is left, and none falls on the new days.
		for _, line := range b.ledger(t, first) {
			if strings.Contains(line, " planned") && strings.Contains(line, "1.2.") {
				t.Errorf("left over: %s", line)
			}
		}
		if again := b.follow(t, op.ID); !again[first].Changed || b.taken(t, "residential-2", "main") != 2 {
			t.Error("a repeat of an order has another effect")
		}
		if n := len(b.lines(t, first, programme.MsgEventMoved)); n != 1 {
			t.Errorf("a repeat tells her again: %d", n)
		}
		b.submit(t, plan.Ask, programme.Answers{"place": {programme.PlaceConfirm}})
		b.closed(t, first, "residential-2")
		if plan := b.openStage(t, first, "residential-2"); plan.Part != programme.PartAttendance || !plan.Grace.Equal(london("2027-07-14 16:00")) || plan.Round != 2 {
			t.Errorf("then %+v", plan)
		}
		if lines := b.lines(t, first, programme.MsgEventConfirmed); len(lines) < 2 {
			t.Errorf("confirmed again without an entry: %+v", lines)
		}
		b.sound(t)
	})
}

func TestAResidentialMovesThreeTimesWhileAnswersArrive(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 3, nil)
		b.confirmsSecond(t, refs[0])
		asks := map[string]string{refs[1]: b.openStage(t, refs[1], "residential-2").Ask, refs[2]: b.openStage(t, refs[2], "residential-2").Ask}
		b.goTo("2027-05-11 11:00")
		confirm := programme.Answers{"place": {programme.PlaceConfirm}}
		one := b.ordersMove(t, programme.Reschedule{Stage: "residential-2", Starts: london("2027-07-12 08:00")})
		b.submit(t, asks[refs[1]], confirm) // before the move has reached her
		b.follow(t, one.ID)
		two := b.ordersMove(t, programme.Reschedule{Stage: "residential-2", Starts: london("2027-07-19 08:00")})
		three := b.ordersMove(t, programme.Reschedule{Stage: "residential-2", Starts: london("2027-07-26 08:00")})
		b.follow(t, three.ID) // out of order
		b.follow(t, two.ID)
		for _, ref := range refs {
			plan := b.openStage(t, ref, "residential-2")
			place := b.placeAt(t, ref, "residential-2")
			if plan.State != programme.AskOpen || plan.Part != "" || !plan.Due.Equal(london("2027-06-28 17:00")) || !place.Sitting.Starts.Equal(london("2027-07-26 08:00")) {
				t.Errorf("%s: %+v of %+v", ref, plan, place)
			}
			planned := 0
			for _, line := range b.lines(t, ref, programme.MsgEventMoved) {
				if line.State == programme.MessagePlanned {
					planned++
				}
			}
			if planned != 1 {
				t.Errorf("%s will be told %d times", ref, planned)
			}
			b.submit(t, plan.Ask, confirm)
			b.closed(t, ref, "residential-2")
			if plan := b.openStage(t, ref, "residential-2"); !plan.Grace.Equal(london("2027-07-28 16:00")) || daysOf(plan.Mails) != "2027-07-12 2027-07-23" {
				t.Errorf("%s ends with %+v", ref, plan)
			}
		}
		b.sound(t)
	})
}

// Three moves, each of which is told before the next comes: every mail brings the same entry, one further on, and the last one
// is where the feed has it too.
func TestEachOfThreeMovesIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 2, nil)[0]
		b.confirmsSecond(t, ref)
		uid := b.placeAt(t, ref, "residential-2").UID
		sent := 0
		send := func(mails ...programme.PlannedMail) {
			for _, mail := range mails {
				if row := b.message(t, mail.Key); row.Message != programme.MsgEventMoved && row.Message != programme.MsgEventConfirmed {
					continue
				}
				item := b.send(t, mail).Items[0]
				place := b.placeAt(t, ref, "residential-2")
				if item.Event.UID != uid || item.Event.Method != programme.MethodRequest || item.Event.Sequence != place.Sequence || !item.Event.Starts.Equal(place.Sitting.Starts) {
					t.Errorf("mail %d says %+v of %+v", sent, item.Event, place)
				}
				sent++
			}
		}
		confirmed := b.lines(t, ref, programme.MsgEventConfirmed)
		send(programme.PlannedMail{Key: confirmed[0].Key, At: confirmed[0].At})
		for n, move := range []struct{ now, to string }{{"2027-05-11 11:00", "2027-07-12 08:00"}, {"2027-05-11 11:30", "2027-07-19 08:00"}, {"2027-05-13 12:00", "2027-07-26 08:00"}} {
			b.goTo(move.now)
			effect := b.reschedules(t, programme.Reschedule{Stage: "residential-2", Starts: london(move.to)})[ref]
			if len(effect.Plans) != 1 {
				t.Fatalf("move %d: %+v", n+1, effect)
			}
			send(effect.Plans[0].Mails...)
			if place := b.placeAt(t, ref, "residential-2"); place.Sequence != n+1 || place.UID != uid || sent != n+2 {
				t.Errorf("after move %d her place is %+v, and %d mails have gone", n+1, place, sent)
			}
			if n == 0 { // she answers before the second
				b.submit(t, effect.Plans[0].Ask, programme.Answers{"place": {programme.PlaceConfirm}})
				b.closed(t, ref, "residential-2")
				lines := b.lines(t, ref, programme.MsgEventConfirmed)
				again := lines[len(lines)-1]
				item := b.send(t, programme.PlannedMail{Key: again.Key, At: again.At}).Items[0]
				if item.Event.UID != uid || item.Event.Sequence != 1 {
					t.Errorf("the confirmation says %+v", item.Event)
				}
			}
		}
		// Nothing of the dates before is left to go.
		const planned = "SELECT COUNT(*) FROM messages WHERE ref = ? AND stage = 'residential-2' AND state = 'planned' AND (round = ? AND plan = ?) = ?"
		plan := b.openStage(t, ref, "residential-2")
		if now, before := b.count(t, planned, ref, plan.Round, plan.Plan, true), b.count(t, planned, ref, plan.Round, plan.Plan, false); now == 0 || before > 0 {
			t.Errorf("%d mails of the new date are planned, and %d of others", now, before)
		}
		dates, err := b.Dates(b.ctx, ref)
		must(t, err)
		if !slices.IsSortedFunc(dates, func(x, y programme.DateLine) int { return x.From.Compare(y.From) }) {
			t.Errorf("the dates of the year are in another order: %+v", dates)
		}
		for _, line := range dates {
			if line.Stage == "residential-2" && (line.UID != uid || line.Sequence != 3 || !line.From.Equal(london("2027-07-26 08:00"))) {
				t.Errorf("the feed has %+v", line)
			}
		}
		b.sound(t)
	})
}

func TestASittingIsCancelledTheEveningBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		b.confirmsSecond(t, refs[0])
		b.openStage(t, refs[1], "residential-2")
		now := b.goTo("2027-07-04 20:00") // a Sunday, twelve hours before
		effects := b.reschedules(t, programme.Reschedule{Stage: "residential-2", Cancel: true})
		for _, ref := range refs {
			told := b.lines(t, ref, programme.MsgEventCancelled)
			if len(told) != 1 || told[0].Rule != programme.RuleUrgent || !told[0].At.Equal(now) || len(effects[ref].Mails) != 1 {
				t.Fatalf("%s is told %+v", ref, told)
			}
			method := programme.MethodCancel
			if ref == refs[1] { // who never confirmed has no entry in the diary
				method = ""
			}
			if item := b.send(t, effects[ref].Mails[0]).Items[0]; item.Event.Method != method {
				t.Errorf("the mail to %s says %+v", ref, item.Event)
			}
			plan := b.openStage(t, ref, "residential-2")
			if plan.Owner != programme.OwnerStaff || len(plan.Mails) > 0 || b.placeAt(t, ref, "residential-2").State != programme.PlaceReleased {
				t.Errorf("%s: %+v", ref, plan)
			}
			if tasks := b.openTasks(t, ref); !slices.Contains(tasks, "residential-2 event_cancelled") {
				t.Errorf("tasks %v", tasks)
			}
		}
		if n := b.taken(t, "residential-2", "main"); n != 0 {
			t.Errorf("%d places of a cancelled date are taken", n)
		}
		if op := b.ordersMove(t, programme.Reschedule{Stage: "residential-2", Cancel: true}); op.State != operationDone || op.Total != 0 {
			t.Errorf("a repeat: %+v", op)
		}
		_, err := b.Reschedule(b.ctx, programme.Reschedule{Cohort: spring, Stage: "residential-2", Starts: london("2027-08-02 08:00"), Reason: "other"})
		var illegal *programme.Illegal
		if !errors.As(err, &illegal) {
			t.Errorf("a cancelled date moves: %v", err)
		}
		b.sound(t)
	})
}

func TestWhatCannotBeRescheduled(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.atEvents(t, 4, 1, nil)
		b.goTo("2027-02-02 09:30")
		order := programme.Reschedule{Cohort: spring, Stage: "opening-event", Starts: london("2027-02-09 09:30"), Reason: "other"}
		var illegal *programme.Illegal
		if _, err := b.Reschedule(b.ctx, order); !errors.As(err, &illegal) || !strings.Contains(illegal.State, "has begun") {
			t.Errorf("begun: %v", err)
		}
		order.Stage = "onboarding"
		if _, err := b.Reschedule(b.ctx, order); !isNotFound(err) {
			t.Errorf("no event: %v", err)
		}
		order.Stage, order.Starts = "residential-1", london("2027-02-01 09:30")
		if _, err := b.Reschedule(b.ctx, order); !isInvalid(err) {
			t.Errorf("into the past: %v", err)
		}
		order.Starts, order.Ends = london("2027-04-04 16:00"), london("2027-04-04 15:00")
		if _, err := b.Reschedule(b.ctx, order); !isInvalid(err) {
			t.Errorf("backwards: %v", err)
		}
		order.Starts, order.Ends = london("2027-07-06 08:00"), time.Time{}
		if _, err := b.Reschedule(b.ctx, order); !isInvalid(err) {
			t.Errorf("onto another event: %v", err)
		}
	})
}

func TestAnEventGoesOnline(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		b.goTo("2027-05-12 11:00")
		online, address := true, "https://meet.example/residential-2"
		effects := b.reschedules(t, programme.Reschedule{Stage: "residential-2", Online: &online, JoinURL: &address})
		place := b.placeAt(t, ref, "residential-2")
		if place.State != programme.PlaceConfirmed || !place.Sitting.Online || place.Sequence != 1 {
			t.Errorf("place %+v", place)
		}
		item := b.send(t, effects[ref].Mails[0]).Items[0]
		if item.Message != programme.MsgEventMoved || item.Event.Moved || item.Event.Asks || item.Event.JoinURL != address || item.Event.Method != programme.MethodRequest || item.Event.Sequence != 1 {
			t.Errorf("the mail says %+v", item.Event)
		}
		if plan := b.openStage(t, ref, "residential-2"); plan.Part != programme.PartAttendance || len(plan.Mails) != 2 {
			t.Errorf("plan %+v", plan)
		}
		b.sound(t)
	})
}

func TestAnEventInsideAHoldBecomesATask(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		away, back := refs[0], refs[1]
		for _, ref := range refs {
			b.confirmsSecond(t, ref)
		}
		b.goTo("2027-06-25 10:00")
		for _, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
			if plan := b.openStage(t, ref, "residential-2"); !plan.Held || len(plan.Mails) > 0 {
				t.Errorf("on hold: %+v", plan)
			}
		}
		b.goTo("2027-07-01 10:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: back})
		if plan := b.openStage(t, back, "residential-2"); plan.Held || !plan.Grace.Equal(london("2027-07-07 16:00")) || daysOf(plan.Mails) != "2027-07-02 2027-07-02" && daysOf(plan.Mails) != "2027-07-02" {
			t.Errorf("back in time: %+v, %+v", plan, effect)
		}
		if place := b.placeAt(t, back, "residential-2"); place.State != programme.PlaceConfirmed || len(b.openTasks(t, back)) > 0 {
			t.Errorf("place %+v", place)
		}
		b.goTo("2027-07-15 10:00")
		effect = b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: away})
		place := b.placeAt(t, away, "residential-2")
		if place.State != programme.PlaceReleased || place.Entry || b.taken(t, "residential-2", "main") != 1 {
			t.Errorf("place %+v", place)
		}
		if tasks := b.openTasks(t, away); !slices.Equal(tasks, []string{"residential-2 event_in_hold"}) {
			t.Errorf("tasks %v", tasks)
		}
		if told := b.lines(t, away, programme.MsgEventCancelled); len(told) != 1 {
			t.Errorf("her calendar keeps it: %+v", told)
		}
		if plan := b.openStage(t, away, "residential-2"); plan.Owner != programme.OwnerStaff || plan.Held {
			t.Errorf("plan %+v, effect %+v", plan, effect)
		}
		b.sound(t)
	})
}

// An event that passed in a hold was never in the diary at an address the leader has since; nothing is taken away there.
func TestAnEventThatPassedBeforeTheAddressChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		b.goTo("2027-06-25 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2027-07-12 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "elsewhere@service.example"})
		b.goTo("2027-07-15 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		if place := b.placeAt(t, ref, "residential-2"); place.State != programme.PlaceReleased || place.Entry {
			t.Errorf("place %+v", place)
		}
		if told := b.lines(t, ref, programme.MsgEventCancelled); len(told) > 0 {
			t.Errorf("the new address hears of an entry it never had: %+v", told)
		}
		b.sound(t)
	})
}
