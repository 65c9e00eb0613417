package records

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// deciding is leaders whose last compulsory days are two sessions, to which anything may happen in whatever order, and what
// their journeys' workflows have been told of it.
type deciding struct {
	*bundle
	random *rand.Rand
	told   map[string]bool // whose workflow means to open the network
	last   string          // for whom the network opens last of all
	heard  map[string]bool // the signals that have been delivered, by their ids
}

var lastDays = []string{"coaching-1", "coaching-6"}

// Whatever lapses, is decided upon, asked again, held or left out, and however late the workflow hears of it: the network stays
// shut and the year goes on until every compulsory day is attended or decided upon; then both are let go on, and until then
// somebody has a task.
func TestRandomDecisions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		d := deciding{bundle: b, random: rand.New(rand.NewPCG(seed, 11)), told: map[string]bool{}, heard: map[string]bool{}}
		refs := b.onFlagship(t, 3)
		for _, ref := range refs[:2] {
			b.doneBut(t, ref, append(slices.Clone(lastDays), "alumni")...)
		}
		b.doneBut(t, refs[2], lastDays...) // hers ends with the last decision
		d.last = refs[1]
		b.goTo("2027-09-20 12:00")
		for range 90 {
			d.clock.set(d.clock.Now().Add(time.Duration(1+d.random.IntN(90)) * time.Hour))
			d.act(t, refs[d.random.IntN(len(refs))])
			for _, ref := range refs {
				d.holds(t, ref)
			}
		}
		for _, ref := range refs {
			if err := d.hears(t, ref, d.try(programme.Command{Name: programme.CmdResume, Ref: ref})); err != nil && d.journeyOf(t, ref).State != programme.Completed {
				t.Fatal(err)
			}
			d.settles(t, ref)
			switch alumni := d.stageOf(t, ref, "alumni").State; {
			case len(d.undecided(t, ref)) > 0:
				t.Errorf("%s: still undecided are %v", ref, d.undecided(t, ref))
			case alumni == programme.StageNotOpen && !d.told[ref]:
				t.Errorf("%s: all is decided, and the workflow does not know that the network opens", ref)
			case alumni == programme.StageDone && d.journeyOf(t, ref).State != programme.Completed:
				t.Errorf("%s: all is decided, and the journey is %s", ref, d.journeyOf(t, ref).State)
			}
		}
		b.sound(t)
	})
}

// act lets one thing happen to a leader.
func (d *deciding) act(t *testing.T, ref string) {
	t.Helper()
	day := lastDays[d.random.IntN(2)]
	order := func(name programme.CommandName) error {
		return d.hears(t, ref, d.try(programme.Command{Name: name, Ref: ref, Stage: day}))
	}
	var err error
	switch d.random.IntN(12) {
	case 0, 1, 2:
		if row := d.stageOf(t, ref, day); row.State == programme.StageNotOpen || row.State == programme.StageOpen {
			plan, failed := d.OpenStage(d.ctx, spring, ref, day, d.Now(d.ctx))
			if must(t, failed); plan.State == programme.AskOpen && !plan.Limit.After(d.clock.Now()) && !plan.Held {
				end, _, failed := d.Lapse(d.ctx, plan.Ask, plan.Plan, d.Now(d.ctx))
				must(t, failed)
				d.follows(ref, end.Openings, nil, end.Journey)
			}
		}
	case 3, 4:
		list, _, failed := d.Tasks(d.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 100)
		if must(t, failed); len(list) > 0 {
			err = d.FinishTask(d.ctx, list[d.random.IntN(len(list))].ID, "staff:ada", "Decided.", d.Now(d.ctx))
		}
	case 5, 6:
		err = order(programme.CmdReopen)
	case 7:
		if d.random.IntN(2) == 0 {
			err = order(programme.CmdSkip)
		}
	case 8:
		err = order(programme.CmdHold)
	case 9:
		err = order(programme.CmdResume)
	case 10:
		d.delivers(t, ref)
	case 11:
		if d.told[ref] && ref != d.last && d.journeyOf(t, ref).State == programme.Enrolled {
			before := len(d.undecided(t, ref))
			plan, failed := d.OpenStage(d.ctx, spring, ref, "alumni", d.Now(d.ctx))
			if must(t, failed); before > 0 && plan.State != programme.AskCancelled && d.stageOf(t, ref, "alumni").Since.Equal(d.Now(d.ctx)) {
				t.Errorf("%s: the network opens, and undecided are %d", ref, before)
			}
			d.told[ref] = false
		}
	}
	var illegal *programme.Illegal
	if err != nil && !errors.As(err, &illegal) {
		t.Fatal(err)
	}
}

// settles lets what is open lapse, staff decide on it all, and the workflow hear of it.
func (d *deciding) settles(t *testing.T, ref string) {
	t.Helper()
	d.delivers(t, ref)
	for _, day := range d.undecided(t, ref) {
		if d.stageOf(t, ref, day).State != programme.StageLapsed {
			plan := d.openStage(t, ref, day)
			if plan.Limit.After(d.clock.Now()) {
				d.clock.set(plan.Limit)
			}
			end, _, err := d.Lapse(d.ctx, plan.Ask, plan.Plan, d.Now(d.ctx))
			must(t, err)
			d.follows(ref, end.Openings, nil, end.Journey)
		}
		must(t, d.FinishTask(d.ctx, d.taskFor(t, ref, day, taskLapsed).ID, "staff:ada", "Decided.", d.Now(d.ctx)))
	}
	d.delivers(t, ref)
}

// try gives an order and returns its effect, or why it was refused.
func (d *deciding) try(c programme.Command) func() (programme.Effect, error) {
	return func() (programme.Effect, error) { return d.order(c) }
}

// hears lets the workflow carry an order out.
func (d *deciding) hears(t *testing.T, ref string, order func() (programme.Effect, error)) error {
	t.Helper()
	effect, err := order()
	if err == nil && effect.Changed {
		d.follows(ref, effect.Openings, effect.Ends, effect.State)
	}
	return err
}

// follows is what the workflow does with what it hears.
func (d *deciding) follows(ref string, openings []programme.Opening, ends []programme.StageEnd, state programme.JourneyState) {
	for _, end := range ends {
		if end.Stage == "alumni" {
			d.told[ref] = false
		}
		d.told[ref] = d.told[ref] || opens(end.Openings, "alumni")
	}
	d.told[ref] = (d.told[ref] || opens(openings, "alumni")) && !state.Ended()
}

// delivers lets the workflow hear what it was promised, however late.
func (d *deciding) delivers(t *testing.T, ref string) {
	t.Helper()
	for _, row := range d.outboxOf(t, programme.JourneyID(spring, ref), signalMoved) {
		if d.heard[row.ID] {
			continue
		}
		d.heard[row.ID] = true
		var effect programme.Effect
		must(t, json.Unmarshal(row.Body, &effect))
		d.follows(ref, effect.Openings, effect.Ends, effect.State)
	}
	if d.told[ref] && len(d.undecided(t, ref)) > 0 { // it opens at once, and finds that it is too early
		plan, err := d.OpenStage(d.ctx, spring, ref, "alumni", d.Now(d.ctx))
		must(t, err)
		if d.told[ref] = false; plan.State != programme.AskCancelled && plan.Since.Equal(d.Now(d.ctx)) {
			t.Errorf("%s: the network opens on old news, and undecided are %v", ref, d.undecided(t, ref))
		}
	}
}

// undecided are the compulsory days that are neither attended nor decided upon.
func (d *deciding) undecided(t *testing.T, ref string) (names []string) {
	t.Helper()
	for _, name := range lastDays {
		row := d.stageOf(t, ref, name)
		if !row.State.Closed() || row.State == programme.StageLapsed && row.Outcome == outcomeLapsed {
			names = append(names, name)
		}
	}
	return names
}

// holds checks that nothing ends undecided, and that nothing undecided is nobody's.
func (d *deciding) holds(t *testing.T, ref string) {
	t.Helper()
	undecided, journey := d.undecided(t, ref), d.journeyOf(t, ref)
	if journey.State == programme.Completed && len(undecided) > 0 {
		t.Fatalf("%s is completed, and undecided are %v", ref, undecided)
	}
	tasks := d.openTasks(t, ref)
	for _, name := range undecided {
		if d.stageOf(t, ref, name).State == programme.StageLapsed && !slices.Contains(tasks, name+" "+taskLapsed) {
			t.Fatalf("%s: %s is undecided, and nobody has a task: %v", ref, name, tasks)
		}
	}
}
