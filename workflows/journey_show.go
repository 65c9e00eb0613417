package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// upsert keeps the journey's two attributes in step: whether it is on hold, and what is parked that no stage's own
// workflow can show.
func (j *journey) upsert(ctx workflow.Context) {
	var updates []temporal.SearchAttributeUpdate
	if held := j.view.State == programme.OnHold; held != j.onHold {
		j.onHold = held
		updates = append(updates, AttrOnHold.ValueSet(held))
	}
	if attention := j.parked(); attention != j.shownAttention {
		j.shownAttention = attention
		if attention == "" {
			updates = append(updates, AttrAttention.ValueUnset())
		} else {
			updates = append(updates, AttrAttention.ValueSet(attention))
		}
	}
	j.view.Parked = j.attention != ""
	if len(updates) > 0 {
		// The only error is an empty or reserved name, which the list above cannot hold.
		_ = workflow.UpsertTypedSearchAttributes(ctx, updates...)
	}
}

// showEnd leaves the details as they stay: how the journey ended.
func (j *journey) showEnd(ctx workflow.Context) {
	rows := [][2]string{{"State", string(j.view.State)}, {"Waiting on", "nobody: it has ended"}}
	if j.last != "" {
		rows = append(rows, [2]string{"Last", j.last})
	}
	workflow.SetCurrentDetails(ctx, table(append(rows, j.texts.links(j.start.Ref, j.parked())...)))
}

// parked is the code of what is parked of the journey itself: its own mail, or a stage whose workflow is gone.
func (j *journey) parked() string {
	if j.attention != "" {
		return j.attention
	}
	for _, stage := range j.start.Stages {
		if j.view.Stages[stage.Name].Lost {
			return ParkedStageLost
		}
	}
	return ""
}

// show writes the details that ops see in the Temporal UI. It costs no event.
func (j *journey) show(ctx workflow.Context, next time.Time, summary string) {
	rows := [][2]string{{"State", string(j.view.State)}, {"Waiting on", j.waitingOn()}, {"Until", j.until(next)},
		{"Next", summary + ", " + moment(next)}}
	if j.last != "" {
		rows = append(rows, [2]string{"Last", j.last})
	}
	if parked := j.parkedStages(); parked != "" {
		rows = append(rows, [2]string{"Parked", parked + ". " + howToFree(true)})
	}
	if j.start.Before != nil {
		rows = append(rows, [2]string{"Earlier", "the stages that were opened before this run began are with the runs before it"})
	}
	workflow.SetCurrentDetails(ctx, table(append(rows, j.texts.links(j.start.Ref, j.parked())...)))
}

func (j *journey) waitingOn() string {
	if j.view.State == programme.OnHold {
		return "nobody: on hold"
	}
	names := make([]string, 0, len(j.running))
	for _, r := range j.running {
		names = append(names, r.opening.Stage)
	}
	if len(names) == 0 && len(j.openings) == 0 && !j.view.State.Ended() {
		return "staff, who decide on what has lapsed: see the open tasks"
	}
	if len(names) == 0 {
		return string(programme.OwnerCalendar)
	}
	return "the stages " + strings.Join(names, ", ")
}

// until is how long the journey waits on whom it waits.
func (j *journey) until(next time.Time) string {
	switch {
	case j.view.State == programme.OnHold:
		return "staff resume it"
	case len(j.running) > 0:
		return "each has its own limit: see Relationships"
	case len(j.openings) == 0 && !j.view.State.Ended():
		return "they have decided: after three working days the head of the centre hears of it"
	}
	return moment(next)
}

// parkedStages lists what is parked, in the order of the year.
func (j *journey) parkedStages() string {
	var parked []string
	if j.attention != "" {
		parked = append(parked, "the journey's mail (`"+j.attention+"`)")
	}
	for _, stage := range j.start.Stages {
		if j.view.Stages[stage.Name].Parked {
			parked = append(parked, stage.Name)
		}
	}
	return strings.Join(parked, ", ")
}

// explain answers the query: what the journey waits for, in words.
func (j *journey) explain() string {
	at, summary := j.nextMoment()
	text := j.start.Ref + " is " + string(j.view.State) + " and waits on " + j.waitingOn() + ". Next: " + summary + ", " + moment(at) + "."
	if parked := j.parkedStages(); parked != "" {
		text += " Parked: " + parked + "."
	}
	return text
}
