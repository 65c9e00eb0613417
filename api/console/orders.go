package console

import (
	"context"
	"slices"

	"fairlead/programme"
)

// Orders gives commands to journeys, as the REST API does: *programme.Illegal and *programme.Invalid where one is refused,
// ErrUnavailable where nobody took it.
type Orders interface {
	Give(ctx context.Context, c programme.Command) error
	// NewOrder is an id for a command that a page is about to give.
	NewOrder() string
	// Preview says what a command would do now, and does nothing.
	Preview(ctx context.Context, c programme.Command) (programme.Preview, error)
	// GiveOnce gives a command under the id of its page; again it answers what became of it. ErrPending: accepted, and not
	// finished.
	GiveOnce(ctx context.Context, c programme.Command) (programme.Effect, error)
}

// commandRow is a command that is legal now, with the page that gives it.
type commandRow struct {
	Word   string
	Href   string // where it names no stage
	Stages []way  // the stages it may name, where it names one
}

// ofItself names the journey itself where a command may concern a stage.
const ofItself = "journey"

// mayOrder are the roles that may give a command, as in the REST API: ops free what is stuck.
func mayOrder(name programme.CommandName) []role {
	if name == programme.CmdSkip || name == programme.CmdRetry {
		return watch
	}
	return coordinate
}

// viewOf is what legality is judged by.
func viewOf(j programme.Journey) programme.JourneyView {
	view := programme.JourneyView{State: j.State, Parked: j.Attention != "", Stages: map[string]programme.StageView{}}
	for _, s := range j.Stages {
		view.Stages[s.Name] = programme.StageView{State: s.State, Kind: s.Kind, Parked: s.Attention != "", Later: s.Later}
		view.Coached = view.Coached || s.Kind == programme.KindCoaching
	}
	return view
}

// commandsOf lists what may be ordered of the journey as it stands. What already holds would change nothing and is left
// out.
func commandsOf(j programme.Journey, who member) []commandRow {
	var rows []commandRow
	for _, name := range programme.Commands() {
		if !slices.Contains(mayOrder(name), who.role) {
			continue
		}
		row := commandRow{Word: orderPages[name].title}
		for _, stage := range orderable(j, name) {
			if stage == "" {
				row.Href = orderPath(j.Ref, name, "")
				continue
			}
			row.Stages = append(row.Stages, way{Text: stageTitle(j, stage), Href: orderPath(j.Ref, name, stage), Hidden: ": " + lower(row.Word)})
		}
		if row.Href != "" || len(row.Stages) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// orderable are the stages that a command may name of the journey as it stands; an empty one stands for a command that
// names none, ofItself for one that then concerns the journey itself.
func orderable(j programme.Journey, name programme.CommandName) []string {
	view := viewOf(j)
	// What is said with the command is anything here: which cohort, decision, date, and whether somebody came.
	legal := func(stage string) bool {
		order := programme.Order{Name: name, Stage: stage, Decision: programme.DecideOffer, Into: "another", Sitting: "another", Status: string(programme.Attended)}
		return !view.Holds(order) && programme.Legal(order, view) == nil
	}
	var stages []string
	if !slices.Contains(ofOneStage, name) && legal("") {
		if stages = append(stages, ""); slices.Contains(ofStages, name) {
			stages[0] = ofItself
		}
	}
	if slices.Contains(ofStages, name) {
		for _, s := range j.Stages {
			if legal(s.Name) {
				stages = append(stages, s.Name)
			}
		}
	}
	return stages
}

// stageTitle is a stage for people, or that the journey itself is meant.
func stageTitle(j programme.Journey, name string) string {
	if name == ofItself {
		return "The journey itself"
	}
	return titleOf(stageNamed(j, name))
}

// stageNamed is a stage of a journey, with nothing but its name where there is none of that name.
func stageNamed(j programme.Journey, name string) programme.Stage {
	for _, s := range j.Stages {
		if s.Name == name {
			return s
		}
	}
	return programme.Stage{Name: name}
}

// ofOneStage are the commands that name a stage.
var ofOneStage = []programme.CommandName{programme.CmdExtend, programme.CmdSkip, programme.CmdReopen, programme.CmdAnswerFor,
	programme.CmdRecordAttendance, programme.CmdChangeSitting}

// ofStages are the commands that may name a stage; a retry or correction without one concerns the journey itself.
var ofStages = append(slices.Clone(ofOneStage), programme.CmdRetry, programme.CmdCorrect)
