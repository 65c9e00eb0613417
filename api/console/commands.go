package console

import (
	"slices"

	"fairlead/programme"
)

// commandRow is a command that is legal now, with the call of the REST API that gives it.
type commandRow struct {
	Word   string
	Call   string
	Stages []string // the stages it may name, where it names one
}

// orderable are the commands a role may give: ops free what is stuck.
func (m member) orderable() []programme.CommandName {
	if m.personal() {
		return programme.Commands()
	}
	return []programme.CommandName{programme.CmdSkip, programme.CmdRetry}
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
	view := viewOf(j)
	legal := func(order programme.Order) bool { return !view.Holds(order) && programme.Legal(order, view) == nil }
	var rows []commandRow
	for _, name := range who.orderable() {
		row := commandRow{Word: word(name), Call: "POST /api/v1/journeys/" + j.Ref + "/" + string(name)}
		whole := false
		if !slices.Contains(ofOneStage, name) {
			order := programme.Order{Name: name}
			if name == programme.CmdDecide {
				order.Decision = programme.DecideOffer // any: which one is said with the command
			}
			if name == programme.CmdDefer {
				order.Into = "another" // any cohort: which one is said with the command
			}
			whole = legal(order)
		}
		if slices.Contains(ofStages, name) {
			for _, s := range j.Stages {
				// Which date, and whether somebody came, is said with the command.
				if legal(programme.Order{Name: name, Stage: s.Name, Sitting: "another", Status: string(programme.Attended)}) {
					row.Stages = append(row.Stages, s.Name)
				}
			}
		}
		if whole || len(row.Stages) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// ofOneStage are the commands that name a stage.
var ofOneStage = []programme.CommandName{programme.CmdExtend, programme.CmdSkip, programme.CmdReopen, programme.CmdAnswerFor,
	programme.CmdRecordAttendance, programme.CmdChangeSitting}

// ofStages are the commands that may name a stage; a retry or correction without one concerns the journey itself.
var ofStages = append(slices.Clone(ofOneStage), programme.CmdRetry, programme.CmdCorrect)
