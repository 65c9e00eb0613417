package records

import (
	"errors"
	"fmt"

	"fairlead/programme"

	"gorm.io/gorm"
)

// withdraw ends a journey: nothing is asked any more, its place is free, and whoever was written to is told.
func (a *applying) withdraw() error {
	if err := a.endAll(programme.Withdrawn, programme.NotSentWithdrawn); err != nil {
		return err
	}
	return a.farewell(a.staffMail("", programme.MsgWithdrawn, a.cmd.ID))
}

// endAll ends a journey and every stage of it that has not ended. An answer that came first counts: its stage is done,
// and its confirmation still goes.
func (a *applying) endAll(to programme.JourneyState, reason string) error {
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if err := a.cancelAsk(ask, reason); err != nil {
			return err
		}
	}
	rows, err := a.stages()
	if err != nil {
		return err
	}
	done, err := a.closeAnswered(rows)
	if err != nil {
		return err
	}
	if err := a.setState(to, string(a.cmd.Name)); err != nil {
		return err
	}
	for _, row := range rows {
		if programme.StageState(row.State).Closed() {
			continue
		}
		if err := a.closeStage(&row, programme.StageCancelled, "", string(a.cmd.Name)); err != nil {
			return err
		}
		a.effect.Ends = append(a.effect.Ends, programme.StageEnd{Stage: row.Name, State: programme.StageCancelled, Journey: to, Version: a.j.Version})
	}
	if err := a.stopJourney(reason); err != nil {
		return err
	}
	for _, row := range rows { // what is told of it is not stopped
		if err := a.leaveSession(row.Name, programme.GivenUpLeft); err != nil {
			return err
		}
	}
	for _, row := range done {
		end, err := a.stageEnd(row)
		if err != nil {
			return err
		}
		end.Openings = nil
		a.effect.Ends = append(a.effect.Ends, end)
	}
	if err := a.releasePlaces(); err != nil {
		return err
	}
	if err := a.tx.Model(&linkRow{}).Where("ref = ? AND (expires_at IS NULL OR expires_at > ?)", a.j.Ref, a.now).
		Update("expires_at", a.now).Error; err != nil {
		return err
	}
	if err := a.tx.Model(&journeyRow{}).Where("ref = ?", a.j.Ref).Update("attention", "").Error; err != nil {
		return err
	}
	if err := a.finishTasks("", string(a.cmd.Name)); err != nil {
		return err
	}
	if err := a.leaveCoach(); err != nil {
		return err
	}
	return a.freePlace()
}

// closeAnswered closes those of a journey's open stages whose answer their workflow has not noticed yet. Whoever has
// declined cannot leave any more.
func (a *applying) closeAnswered(rows []stageRow) (done []stageRow, err error) {
	for i := range rows {
		row := &rows[i]
		answered, ask, err := a.answered(*row)
		if err != nil {
			return nil, err
		}
		if !answered {
			continue
		}
		if row.Outcome == outcomeDeclined {
			return nil, &programme.Illegal{What: string(a.cmd.Name), State: string(programme.Declined), Why: "The invitation has just been declined."}
		}
		if err := a.settleSends(ask, programme.NotSentAnswered); err != nil {
			return nil, err
		}
		if err := a.closeStage(row, programme.StageDone, row.Outcome, "answered"); err != nil {
			return nil, err
		}
		done = append(done, *row)
	}
	return done, nil
}

// answered reports whether a stage is open though its ask was answered.
func (t *turn) answered(row stageRow) (bool, askRow, error) {
	if row.State != string(programme.StageOpen) || programme.Kind(row.Kind) == programme.KindEvent {
		return false, askRow{}, nil // an event is not over when its place is confirmed
	}
	ask, err := t.ask(askOfStage(row))
	if isMissing(err) {
		return false, ask, nil
	}
	return ask.State == string(programme.AskAnswered), ask, err
}

// farewell plans the last mail of a journey, if it had any before.
func (a *applying) farewell(row messageRow) error {
	written, err := a.wasWrittenTo()
	if err != nil || !written {
		return err
	}
	if err := a.write(row); err != nil {
		return err
	}
	a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	return nil
}

// deferTo ends this journey and begins one in another cohort that continues it and takes a place there. Consents and
// answers come along.
func (a *applying) deferTo() error {
	into, err := a.joinable()
	if err != nil {
		return err
	}
	refs, err := newRefs(a.tx, 1)
	if err != nil {
		return err
	}
	next := journeyRow{Ref: refs[0], Cohort: into.Name, PersonID: a.j.PersonID, State: string(programme.Enrolled), Continues: a.j.Ref,
		JobTitle: a.j.JobTitle, Organisation: a.j.Organisation, Sector: a.j.Sector, Region: a.j.Region, RoleStarted: a.j.RoleStarted,
		AssistantID: a.j.AssistantID, AssistantMay: a.j.AssistantMay, EqualityAsked: a.j.EqualityAsked, CreatedAt: a.now, Version: 1}
	if err := a.join(into, next); err != nil {
		return err
	}
	// The coach there is another: the consent to show them the report ends before the consents come along.
	if err := a.leaveCoach(); err != nil {
		return err
	}
	if err := a.bringAlong(into, next.Ref); err != nil {
		return err
	}
	if err := a.carryReport(next.Ref); err != nil {
		return err
	}
	if err := a.endAll(programme.Deferred, programme.NotSentDeferred); err != nil {
		return err
	}
	if err := a.s.startContinuation(a.tx, into.Name, a.now); err != nil {
		return err
	}
	a.effect.Into = next.Ref
	mail := a.staffMail("", programme.MsgDeferred, a.cmd.ID)
	mail.Params = params{Into: into.Name}.text()
	return a.farewell(mail)
}

// joinable is the cohort to go on in, if the leader can still join it.
func (a *applying) joinable() (programme.Cohort, error) {
	if a.cmd.Into == a.j.Cohort {
		return programme.Cohort{}, programme.Refuse("cohort", "The leader is in that cohort already: name another.")
	}
	if !a.state().CanMove(programme.Deferred) {
		return programme.Cohort{}, &programme.Illegal{What: string(a.cmd.Name), State: a.j.State, Why: "From there a journey cannot be deferred."}
	}
	row, err := cohortByName(a.tx, a.cmd.Into)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return programme.Cohort{}, programme.Refuse("cohort", "There is no cohort of that name.")
	}
	if err != nil {
		return programme.Cohort{}, err
	}
	into := cohortFromRow(row)
	year, err := a.s.blueprint(into.Blueprint)
	if err != nil {
		return into, err
	}
	if !a.now.Before(year.LastJoining(into)) {
		return into, programme.Refuse("cohort", "Nobody can join that cohort any more: its last joining day has passed.")
	}
	return into, nil
}

// join writes the new journey with its place.
func (a *applying) join(into programme.Cohort, next journeyRow) error {
	var there int64
	err := a.tx.Model(&journeyRow{}).Where("cohort = ? AND person_id = ?", into.Name, next.PersonID).Count(&there).Error
	if err != nil {
		return err
	}
	if there > 0 {
		return programme.Refuse("cohort", "The leader is in that cohort already, under another reference.")
	}
	var last struct{ Position int }
	if err := a.tx.Model(&journeyRow{}).Select("COALESCE(MAX(position), 0) AS position").Where("cohort = ?", into.Name).Scan(&last).Error; err != nil {
		return err
	}
	next.Position = last.Position + 1
	if err := a.tx.Create(&next).Error; err != nil {
		return err
	}
	err = a.s.takePlace(a.tx, into.Name, next.Ref)
	if errors.Is(err, programme.ErrFull) {
		return &programme.Illegal{What: string(a.cmd.Name), State: into.Name + " is full", Why: "No place is left there: make one free, or raise the number of places."}
	}
	if err != nil {
		return err
	}
	if err := a.s.insertStages(a.tx, into, next.Ref); err != nil {
		return err
	}
	err = a.tx.Model(&stageRow{}).Where("ref = ? AND kind = ?", next.Ref, string(programme.KindSelection)).
		Updates(map[string]any{"state": string(programme.StageSkipped), "outcome": "continued", "closed_at": a.now}).Error
	if err != nil {
		return err
	}
	if err := indexJourneys(a.tx, next.Ref); err != nil {
		return err
	}
	return a.s.addMove(a.tx, programme.Move{Cohort: into.Name, Ref: next.Ref, From: "", To: string(programme.Enrolled), What: string(a.cmd.Name),
		Actor: a.actor, Reason: a.reason, Note: a.note, At: a.now})
}

// bringAlong carries consents and the answers of onboarding into the other cohort: there they stand in the form already.
func (a *applying) bringAlong(into programme.Cohort, ref string) error {
	err := a.tx.Exec(`INSERT INTO consents (ref, purpose, given, notice, source, at)
		SELECT ?, purpose, given, notice, source, at FROM consents WHERE ref = ?`, ref, a.j.Ref).Error
	if err != nil {
		return err
	}
	rows, err := a.stages()
	if err != nil {
		return err
	}
	year, err := a.s.blueprint(into.Blueprint)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, stage := range year.Stages {
			if programme.Kind(row.Kind) != programme.KindOnboarding || stage.Kind != programme.KindOnboarding || row.Round == 0 {
				continue
			}
			from := programme.AskID(a.j.Ref, row.Name, row.Round)
			if err := a.copyAnswers(from, programme.AskID(ref, stage.Name, 1), year.FormOf(stage)); err != nil {
				return fmt.Errorf("bring answers along: %w", err)
			}
		}
	}
	return nil
}
