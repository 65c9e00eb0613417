package records

import "fairlead/programme"

// skip ends a stage without an answer, open or still to come.
func (a *applying) skip() error {
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	if answered, _, err := a.answered(row); err != nil {
		return err
	} else if answered {
		return &programme.Illegal{What: string(a.cmd.Name), State: row.Name + " is answered", Why: "The answer has just come."}
	}
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if ask.Stage != row.Name {
			continue
		}
		if err := a.cancelAsk(ask, programme.NotSentSkipped); err != nil {
			return err
		}
	}
	if err := a.leaveSession(row.Name); err != nil {
		return err
	}
	if err := a.closeStage(&row, programme.StageSkipped, string(programme.StageSkipped), string(programme.CmdSkip)); err != nil {
		return err
	}
	if err := a.finishTasks(row.Name, string(programme.CmdSkip)); err != nil {
		return err
	}
	if programme.Kind(row.Kind) == programme.KindOnboarding && a.state() == programme.Enrolled {
		if _, err := a.ensureCoach(); err != nil {
			return err
		}
	}
	if err := a.completeIfDone(); err != nil {
		return err
	}
	end, err := a.stageEnd(row)
	if err != nil {
		return err
	}
	// A stage that never opened has no workflow that would pass on what waited for its end.
	a.effect.Ends, a.effect.Openings = []programme.StageEnd{end}, end.Openings
	return nil
}

// reopen asks again for what has ended, in the stage's next round, with the old answers in the form.
func (a *applying) reopen() error {
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	terms, err := a.year.OpenedAt(a.cohort, row.Name, a.cal(), a.now, a.s.opts.MinimumNotice, a.away)
	if err != nil {
		return err
	}
	round := row.Round + 1
	err = a.setStage(row, map[string]any{"state": string(programme.StageOpen), "round": round, "part": "", "opens_at": a.now, "due": terms.Due,
		"limit_at": terms.Limit, "waiting_on": string(programme.OwnerParticipant), "since": a.now, "overdue": false, "attention": "",
		"closed_at": nil, "outcome": ""})
	if err != nil {
		return err
	}
	if err := a.finishTasks(row.Name, string(programme.CmdReopen), taskLapsed); err != nil {
		return err
	}
	if err := a.move(row.Name, row.State, string(programme.StageOpen), string(programme.CmdReopen)); err != nil {
		return err
	}
	a.effect.Openings = []programme.Opening{{Stage: row.Name, Kind: programme.Kind(row.Kind), At: a.now, Due: terms.Due.UTC(), Round: round}}
	return nil
}
