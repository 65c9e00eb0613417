package records

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"fairlead/programme"
)

// randomly is a cohort to which anything may happen at any moment, while what is due is done and sent.
type randomly struct {
	*diary
	random *rand.Rand
	refs   []string
}

const moving, meeting = "residential-2", "coaching-3"

// Whatever moves, holds, answers, sessions and registers come in whatever order: no event is lost, none overbooked, no mail
// goes twice, and everybody's diary has exactly the last date.
func TestRandomMovesHoldsAndAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := randomly{diary: b.diary(), random: rand.New(rand.NewPCG(seed, 7))}
		r.refs = b.onFlagshipIn(t, 6, []string{"A", "B", "A"}, map[string][]programme.Sitting{moving: {
			date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "B", "2027-07-19 08:00", "2027-07-21 16:00", 3)}})
		for _, ref := range r.refs {
			b.openStage(t, ref, moving)
			b.openStage(t, ref, meeting)
		}
		for step := range 80 {
			r.until(t, b.clock.Now().Add(time.Duration(r.random.IntN(40))*time.Hour))
			if err := r.act(t, r.refs[r.random.IntN(len(r.refs))]); b.race(err) != nil && !errors.Is(err, programme.ErrStageNotOpen) {
				t.Fatalf("step %d: %v", step, err)
			}
			if n := b.count(t, "SELECT COUNT(*) FROM sittings WHERE taken > capacity"); n > 0 {
				t.Fatalf("step %d: %d sittings are overbooked", step, n)
			}
		}
		r.settles(t)
		for _, ref := range r.refs {
			r.holds(t, ref)
		}
		r.agrees(t, r.refs)
		b.loads(t)
		b.sound(t)
		t.Logf("%d mails", r.mails)
	})
}

// act lets one thing happen to a leader.
func (r randomly) act(t *testing.T, ref string) error {
	sitting := []string{"a", "b"}[r.random.IntN(2)]
	order := func(name programme.CommandName, stage string) error {
		return r.try(programme.Command{Name: name, Ref: ref, Stage: stage})
	}
	switch r.random.IntN(20) {
	case 0, 1, 2:
		return r.answers(t, ref)
	case 3, 4:
		return ignore(r.CloseStage(r.ctx, ref, moving, r.Now(r.ctx)))
	case 5, 6, 7:
		starts := []time.Time{london("2027-07-05 08:00"), london("2027-07-19 08:00")}[r.random.IntN(2)].AddDate(0, 0, 7*r.random.IntN(4))
		return r.reorders(t, programme.Reschedule{Sitting: sitting, Starts: starts})
	case 8:
		online := r.random.IntN(2) == 0
		return r.reorders(t, programme.Reschedule{Sitting: sitting, Online: &online})
	case 9:
		if r.random.IntN(4) == 0 {
			return r.reorders(t, programme.Reschedule{Sitting: "b", Cancel: true})
		}
	case 10, 11:
		return order(programme.CmdHold, "")
	case 12, 13:
		return order(programme.CmdResume, "")
	case 14, 15: // to one that is full too
		return r.try(programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: moving, Sitting: sitting})
	case 16:
		return r.try(programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: moving,
			Status: []string{"attended", "absent", "absent"}[r.random.IntN(3)]})
	case 17:
		switch {
		case r.random.IntN(3) > 0:
		case ref == r.refs[5]:
			return order(programme.CmdWithdraw, "")
		case ref == r.refs[4]:
			return order(programme.CmdSkip, moving)
		}
	case 18:
		starts := r.clock.Now().Truncate(time.Hour).Add(time.Duration(24+r.random.IntN(200)) * time.Hour)
		return ignore(r.BookSession(r.ctx, programme.SessionOrder{Ref: ref, Stage: meeting, Starts: starts, By: []string{"participant", "coach"}[r.random.IntN(2)],
			At: r.Now(r.ctx)}))
	case 19:
		return ignore(r.CancelSession(r.ctx, programme.SessionOrder{Ref: ref, Stage: meeting, By: "participant", At: r.Now(r.ctx)}))
	}
	return nil
}

// answers has a leader say anything about the place.
func (r randomly) answers(t *testing.T, ref string) error {
	t.Helper()
	places := []programme.Answers{{"place": {programme.PlaceConfirm}}, {"place": {programme.PlaceCannot}},
		{"place": {programme.PlaceAnother}, "sitting": {"a"}}, {"place": {programme.PlaceAnother}, "sitting": {"b"}}}
	return ignore(r.Submit(r.ctx, programme.Submission{Ask: programme.AskID(ref, moving, r.stageOf(t, ref, moving).Round), Answers: places[r.random.IntN(4)],
		Change: r.random.IntN(2) == 0, At: r.Now(r.ctx)}))
}

// reorders changes a date, which most of the time its leaders follow at once.
func (r randomly) reorders(t *testing.T, order programme.Reschedule) error {
	t.Helper()
	order.Cohort, order.Stage, order.Reason, order.Actor = spring, moving, "programme_change", "staff:kim"
	op, err := r.Reschedule(r.ctx, order)
	if err == nil && r.random.IntN(3) > 0 {
		r.follow(t, op.ID)
	}
	return err
}

// settles lets whatever is still on its way arrive.
func (r randomly) settles(t *testing.T) {
	t.Helper()
	var ops []string
	must(t, r.db.Raw("SELECT id FROM operations WHERE kind = 'reschedule' ORDER BY created_real, id").Scan(&ops).Error)
	for _, op := range ops {
		r.follow(t, op)
	}
	for _, ref := range r.refs {
		if err := r.try(programme.Command{Name: programme.CmdResume, Ref: ref}); r.race(err) != nil {
			t.Fatal(err)
		}
		must(t, ignore(r.CloseStage(r.ctx, ref, moving, r.Now(r.ctx))))
		r.openStage(t, ref, moving)
	}
	r.until(t, r.clock.Now().AddDate(0, 0, 5))
}

// holds checks that a leader's event is not lost: it was attended, or somebody waits for what is next.
func (r randomly) holds(t *testing.T, ref string) {
	t.Helper()
	row := r.stageOf(t, ref, moving)
	if row.State.Closed() {
		left := r.journeyOf(t, ref).State == programme.Withdrawn || row.State == programme.StageSkipped
		if row.Outcome != "attended" && !left {
			t.Errorf("%s is lost: %+v", ref, row)
		}
		return
	}
	plan, place := r.openStage(t, ref, moving), r.placeAt(t, ref, moving)
	if plan.State != programme.AskOpen || plan.Held || !plan.Limit.After(r.clock.Now()) || plan.Owner == "" {
		t.Errorf("%s waits for nothing: %+v", ref, plan)
	}
	if plan.Part == programme.PartAttendance && plan.Owner == programme.OwnerCalendar && !plan.Grace.Equal(place.Sitting.Ends) {
		t.Errorf("%s waits until %s, her date ends %s", ref, plan.Grace, place.Sitting.Ends)
	}
}
