package records

import "fairlead/programme"

// skip ends a stage without an answer, open or still to come. Of one that has lapsed it is the decision that it stays so.
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
	if _, err := a.skipStage(row, string(programme.StageSkipped), string(programme.CmdSkip)); err != nil {
		return err
	}
	if err := a.skipCosts(row.Name); err != nil {
		return err
	}
	if err := a.leaveEvent(row.Name); err != nil {
		return err
	}
	if err := a.askThemselves(row.Name); err != nil {
		return err
	}
	if row, err = a.stage(row.Name); err != nil {
		return err
	}
	skipped, err := a.skipFollowing(row)
	if err != nil {
		return err
	}
	if err := a.completeIfDone(); err != nil {
		return err
	}
	end, err := a.stageEnd(row)
	if err != nil {
		return err
	}
	// A stage that never opened has no workflow that would pass on what waited for its end.
	a.effect.Ends, a.effect.Openings = append([]programme.StageEnd{end}, skipped...), end.Openings
	return nil
}

// skipStage ends a stage that is not answered, open, still to come or lapsed, and says what follows.
func (t *turn) skipStage(row stageRow, outcome, what string) (programme.StageEnd, error) {
	asks, err := t.openAsks()
	if err != nil {
		return programme.StageEnd{}, err
	}
	for _, ask := range asks {
		if ask.Stage != row.Name {
			continue
		}
		if err := t.cancelAsk(ask, programme.NotSentSkipped); err != nil {
			return programme.StageEnd{}, err
		}
	}
	if err := t.leaveSession(row.Name, programme.GivenUpEnded); err != nil {
		return programme.StageEnd{}, err
	}
	if err := t.closeStage(&row, programme.StageSkipped, outcome, what); err != nil {
		return programme.StageEnd{}, err
	}
	if programme.Kind(row.Kind) == programme.KindOnboarding {
		if err := t.refuseConsents(); err != nil {
			return programme.StageEnd{}, err
		}
		if t.state() == programme.Enrolled {
			if _, err := t.ensureCoach(); err != nil {
				return programme.StageEnd{}, err
			}
		}
	}
	if err := t.skipUnagreed(row); err != nil {
		return programme.StageEnd{}, err
	}
	if err := t.finishTasks(row.Name, what); err != nil {
		return programme.StageEnd{}, err
	}
	if err := t.completeIfDone(); err != nil {
		return programme.StageEnd{}, err
	}
	return t.stageEnd(row)
}

// reopen asks again for what has ended, in the stage's next round, with the old answers in the form.
func (a *applying) reopen() error {
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	if programme.Kind(row.Kind) == programme.KindPsychometrics {
		if given, err := a.agreed(programme.ConsentPsychometrics); err != nil {
			return err
		} else if !given {
			return &programme.Illegal{What: string(a.cmd.Name), State: row.Name + " is " + row.State, Why: "The leader does not agree to the questionnaire."}
		}
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
	return a.stillWait(func(stage programme.BlueprintStage) bool { return stage.AfterDays })
}
