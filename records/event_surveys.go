package records

import "fairlead/programme"

// skipFollowing skips the surveys that would look back on an event to which the leader did not come. One that comes after
// the year only counts its months from there.
func (a *applying) skipFollowing(event stageRow) (ends []programme.StageEnd, err error) {
	if event.Outcome == outcomeAttended {
		return nil, nil
	}
	for _, stage := range a.year.Stages {
		if stage.Follows != event.Name || stage.Later() {
			continue
		}
		row, err := a.stage(stage.Name)
		if err != nil {
			return nil, err
		}
		if row.State != string(programme.StageNotOpen) {
			continue
		}
		if err := a.closeStage(&row, programme.StageSkipped, outcomeMissed, string(a.cmd.Name)); err != nil {
			return nil, err
		}
		ends = append(ends, programme.StageEnd{Stage: row.Name, State: programme.StageSkipped, Outcome: row.Outcome, Journey: a.state(), Version: a.j.Version})
	}
	return ends, nil
}
