package records

import "fairlead/programme"

// missedAfterAll puts a register right that said by mistake that a leader came, or is excused: the event waits in a further
// round, as for every absence, and so does what had followed from its end.
func (a *applying) missedAfterAll(row stageRow, place placeRow) error {
	was := row.State
	err := a.setStage(row, map[string]any{"state": string(programme.StageOpen), "round": row.Round + 1, "part": string(programme.PartAttendance),
		"opens_at": a.now, "since": a.now, "closed_at": nil, "outcome": "", "overdue": false, "attention": ""})
	if err != nil {
		return err
	}
	row.State, row.Round, row.Part, row.Outcome = string(programme.StageOpen), row.Round+1, string(programme.PartAttendance), ""
	ask, err := a.attendanceAsk(row, row.Round, place, true)
	if err != nil {
		return err
	}
	if err := a.move(row.Name, was, row.State, string(a.cmd.Name)); err != nil {
		return err
	}
	if err := a.waitAgain(row.Name); err != nil {
		return err
	}
	if err := a.missed(row, place); err != nil {
		return err
	}
	a.effect.Openings = append(a.effect.Openings, programme.Opening{Stage: row.Name, Kind: programme.Kind(row.Kind), At: a.now, Due: ask.Due.UTC(), Round: row.Round})
	return nil
}

// waitAgain stops what had followed from the end of a stage that is open again: a survey that looks back on it and is still
// unanswered, and what has not opened yet.
func (a *applying) waitAgain(stage string) error {
	if err := a.stillWait(func(programme.BlueprintStage) bool { return true }); err != nil {
		return err
	}
	rows, err := a.stages()
	if err != nil {
		return err
	}
	for _, row := range rows {
		follows, _ := a.year.Stage(row.Name)
		if follows.Later() || row.State != string(programme.StageOpen) || follows.Follows != stage {
			continue
		}
		if answered, _, err := a.answered(row); err != nil {
			return err
		} else if answered {
			continue
		}
		end, err := a.skipStage(row, outcomeMissed, string(a.cmd.Name))
		if err != nil {
			return err
		}
		a.effect.Ends = append(a.effect.Ends, end)
	}
	return nil
}

// stillWait takes back the openings of those of some stages that have not opened and wait for one that is open again. A survey
// after the year only counts its months from there. Whoever is told may be opening the stage this very moment: for what waits
// for the compulsory days see tooEarly.
func (a *applying) stillWait(meant func(programme.BlueprintStage) bool) error {
	rows, err := a.stages()
	if err != nil {
		return err
	}
	for _, row := range rows {
		stage, _ := a.year.Stage(row.Name)
		if row.State == string(programme.StageNotOpen) && meant(stage) && !stage.Later() && !ready(a.year, row.Name, rows) {
			a.effect.Ends = append(a.effect.Ends, programme.StageEnd{Stage: row.Name, State: programme.StageNotOpen, Journey: a.state(), Version: a.j.Version})
		}
	}
	return nil
}
