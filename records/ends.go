package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// The outcomes of a stage.
const (
	outcomeAccepted = "accepted"
	outcomeDeclined = "declined"
	outcomeAnswered = "answered"
	outcomeLapsed   = "lapsed"
	outcomeDecided  = "decided" // lapsed, and staff have decided that it stays so
)

// Lapse ends an unanswered ask at its limit, with what the blueprint says follows, and reports true; a repeat returns the
// same. Where the answer was first, the ask is held or has another plan, it reports false and changes nothing: the plan,
// read again with OpenStage, tells which.
func (s *Store) Lapse(ctx context.Context, ask string, plan int, at time.Time) (end programme.StageEnd, lapsed bool, err error) {
	err = s.onAsk(ctx, ask, at, func(t *turn, ask askRow) error {
		end, lapsed = programme.StageEnd{}, false
		row, err := t.stage(ask.Stage)
		if err != nil {
			return err
		}
		switch state := programme.AskState(ask.State); {
		case state == programme.AskLapsed && row.Round == ask.Round && row.State == string(programme.StageLapsed):
		case state != programme.AskOpen || ask.Held || ask.Plan != plan || t.now.Before(ask.LimitAt):
			return nil
		case programme.Kind(ask.Kind) == programme.KindEvent: // it does not end for want of an answer
			return t.eventLimit(ask, &row)
		default:
			if err := t.lapse(ask, &row); err != nil {
				return err
			}
		}
		lapsed = true
		end, err = t.stageEnd(row)
		return err
	})
	return end, lapsed, err
}

func (t *turn) lapse(ask askRow, row *stageRow) error {
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND held = ? AND plan = ?", ask.ID, string(programme.AskOpen), false,
		ask.Plan).Update("state", string(programme.AskLapsed)))
	if err != nil {
		return err
	}
	if err := t.settleSends(ask, programme.NotSentLapsed); err != nil {
		return err
	}
	if err := t.finishTasks(ask.Stage, actorProgramme, taskOverdue); err != nil {
		return err
	}
	if err := t.leaveSession(ask.Stage, programme.GivenUpEnded); err != nil {
		return err
	}
	outcome := outcomeLapsed
	if isReview(ask) {
		outcome = outcomeNotNeeded
	}
	if err := t.closeStage(row, programme.StageLapsed, outcome, "limit"); err != nil {
		return err
	}
	stage, _ := t.year.Stage(ask.Stage)
	if isReview(ask) {
		return t.neverPlaced(*row, ask)
	}
	switch programme.Kind(ask.Kind) {
	case programme.KindSelection:
		if err := t.setState(programme.Lapsed, "limit"); err != nil {
			return err
		}
		return t.over(programme.NotSentLapsed, "limit")
	case programme.KindOnboarding:
		if err := t.refuseConsents(); err != nil {
			return err
		}
		if err := t.skipUnagreed(*row); err != nil {
			return err
		}
		stage.AtLimit = programme.AtLimitTask
		if err := t.askThemselves(ask.Stage); err != nil {
			return err
		}
		if _, err := t.ensureCoach(); err != nil {
			return err
		}
	}
	if stage.AtLimit == programme.AtLimitTask || stage.HasDays() {
		if err := t.raise(ask.Stage, taskLapsed, ask.ID+"/"+taskLapsed); err != nil {
			return err
		}
	}
	return t.completeIfDone()
}

// over does what follows when a journey has ended before its time: what had still to open never will, nothing scheduled
// goes any more, its place is free.
func (t *turn) over(reason, what string) error {
	rows, err := t.stages()
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.State != string(programme.StageNotOpen) {
			continue
		}
		if err := t.closeStage(&row, programme.StageCancelled, "", what); err != nil {
			return err
		}
	}
	if err := t.stopScheduled(reason); err != nil {
		return err
	}
	return t.freePlace()
}

// CloseStage closes a stage whose ask was answered and says what follows for the journey; a repeat returns the same. A
// stage whose ask is not answered stays as it is, and the end returned says that it is open, with its plan.
func (s *Store) CloseStage(ctx context.Context, ref, stage string, at time.Time) (end programme.StageEnd, err error) {
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		row, err := t.stage(stage)
		if err != nil {
			return err
		}
		if row.State == string(programme.StageOpen) {
			ask, err := t.ask(askOfStage(row))
			if err != nil && !isMissing(err) {
				return fmt.Errorf("ask: %w", err)
			}
			if ask.State == string(programme.AskAnswered) {
				if err := t.close(ask, &row); err != nil {
					return err
				}
			}
		}
		if end, err = t.stageEnd(row); err != nil || end.State != programme.StageOpen {
			return err
		}
		ask, err := t.ask(askOfStage(row))
		if isMissing(err) { // reopened, and not asked yet
			return nil
		}
		if err != nil {
			return err
		}
		plan, err := t.plan(ask, row)
		if err != nil {
			return err
		}
		end.Plan = &plan
		end.Mails, err = t.replies(row.Name)
		return err
	})
	return end, err
}

// replies are the planned replies about a stage that goes on: whoever takes note of an answer sends them.
func (t *turn) replies(stage string) ([]programme.PlannedMail, error) {
	return plannedMails(t.tx.Where("ref = ? AND stage = ? AND ask = '' AND rule = ? AND state = ?", t.j.Ref, stage, string(programme.RuleReply),
		string(programme.MessagePlanned)))
}

func (t *turn) close(ask askRow, row *stageRow) error {
	if err := t.settleSends(ask, programme.NotSentAnswered); err != nil {
		return err
	}
	if programme.Kind(ask.Kind) == programme.KindEvent {
		return t.beginAttendance(row, ask)
	}
	if err := t.closeStage(row, programme.StageDone, row.Outcome, "answered"); err != nil {
		return err
	}
	switch kind := programme.Kind(ask.Kind); {
	case kind == programme.KindSelection && row.Outcome == outcomeDeclined:
		if err := t.setState(programme.Declined, "answered"); err != nil {
			return err
		}
		return t.over(programme.NotSentEnded, "answered")
	case kind == programme.KindSelection:
		return t.enrol()
	case kind == programme.KindOnboarding:
		if err := t.askThemselves(ask.Stage); err != nil {
			return err
		}
		if _, err := t.welcomeAssistant(ask.Stage, ask.Round); err != nil {
			return err
		}
		if err := t.skipUnagreed(*row); err != nil {
			return err
		}
		if _, err := t.ensureCoach(); err != nil {
			return err
		}
		if faults.Broken("early-end") {
			return t.setState(programme.Completed, "answered")
		}
	}
	return t.completeIfDone()
}

// settleSends stops the lines of an ask that has ended, also those that were claimed and not marked: the workflow stops
// sending, and a worker that was killed marks nothing. One that is sending this very moment still marks a mail as sent.
// A mail that may have gone and carries what others still wait for is handed to the journey to be tried again.
func (t *turn) settleSends(ask askRow, reason string) error {
	if err := t.stopAsk(ask.ID, reason); err != nil {
		return err
	}
	var rows []messageRow
	if err := t.tx.Where("ask = ? AND state = ?", ask.ID, string(programme.MessageSending)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		state := programme.MessagePerhapsSent
		if row.Attempts == 0 {
			state = programme.MessageNotSent
		} else if again, err := t.carriesMore(row); err != nil {
			return err
		} else if again {
			if _, err := t.s.promiseMail(t.tx, t.j, row); err != nil {
				return err
			}
			continue
		}
		if err := t.s.endUnsent(t.tx, t.now, row, state, reason); err != nil {
			return err
		}
	}
	return nil
}

// carriesMore reports whether a mail that may have gone carries another line that may still go: then that mail has to be
// tried again as it is, for the line has gone with it or not at all.
func (t *turn) carriesMore(lead messageRow) (bool, error) {
	var rows []messageRow
	err := t.tx.Where("lead_key = ? AND state = ? AND key <> ?", lead.Key, string(programme.MessageMerged), lead.Key).Find(&rows).Error
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if reason, _, err := t.s.refusal(t.tx, row); err != nil || reason == "" {
			return err == nil, err
		}
	}
	return false, nil
}

// enrol gives the place to somebody who accepted it, also while the journey is on hold, and plans the mail with the
// year's dates.
func (t *turn) enrol() error {
	if t.state() == programme.OnHold {
		if err := t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).Update("held_state", string(programme.Enrolled)).Error; err != nil {
			return err
		}
		t.j.HeldState = string(programme.Enrolled)
	} else if err := t.setState(programme.Enrolled, "answered"); err != nil {
		return err
	}
	if err := t.s.takeEventPlaces(t.tx, t.cohort, t.year, []journeyRow{t.j}, t.now); err != nil {
		return err
	}
	if err := t.relive(); err != nil {
		return err
	}
	return t.write(t.yearDates())
}

// yearDates is the mail that lists the year's dates to somebody who has just taken a place: at once, as every answer to
// what a person did, but not during a hold.
func (t *turn) yearDates() messageRow {
	row := t.planned(programme.MsgYearDates, programme.RuleReply, t.now)
	if t.state() == programme.OnHold {
		row = t.planned(programme.MsgYearDates, programme.RuleScheduled, t.nextMinute(t.leader.ID))
	}
	row.Key = programme.MessageKey(t.j.Cohort, t.j.Ref, "", row.Message, 1, 1, 0)
	row.Round, row.Plan = 1, 1
	return row
}

// completeIfDone completes a journey all of whose stages have ended, those after the year excepted, and none of whose
// compulsory days is undecided.
func (t *turn) completeIfDone() error {
	rows, err := t.stages()
	if err != nil {
		return err
	}
	open := slices.ContainsFunc(rows, func(r stageRow) bool {
		known, _ := t.year.Stage(r.Name)
		return !programme.StageState(r.State).Closed() && !known.Later() || undecided(known, r) && !faults.Broken("early-network")
	})
	if open || t.state() != programme.Enrolled && t.state() != programme.OnHold {
		return nil
	}
	if err := t.setState(programme.Completed, "every stage has ended"); err != nil {
		return err
	}
	return t.stopScheduled(programme.NotSentEnded)
}

// stageEnd is how a stage stands and what follows from it. For a stage that has ended it is the same whenever it is asked,
// except for mails that have gone meanwhile.
func (t *turn) stageEnd(row stageRow) (programme.StageEnd, error) {
	end := programme.StageEnd{Stage: row.Name, State: programme.StageState(row.State), Outcome: row.Outcome, Journey: t.state(), Version: t.j.Version}
	if !end.State.Closed() {
		return end, nil
	}
	var err error
	if end.Skipped, err = t.skippedWith(row); err != nil {
		return end, err
	}
	if end.Openings, err = t.openingsAfter(row, end.Skipped); err != nil {
		return end, err
	}
	if !t.isLater(row.Name) {
		if end.Later, err = t.later(); err != nil {
			return end, err
		}
	}
	// Confirmations of this stage, and what its end caused; a stage's own ladder has an ask.
	lines := t.tx.Where("ref = ? AND ask = '' AND state = ?", t.j.Ref, string(programme.MessagePlanned))
	if programme.Kind(row.Kind) == programme.KindSelection {
		lines = lines.Where("stage = ? OR message = ?", row.Name, programme.MsgYearDates)
	} else {
		lines = lines.Where("stage = ?", row.Name)
	}
	end.Mails, err = plannedMails(lines)
	return end, err
}

// StageEnds are the ends of those of a journey's stages that have ended.
func (s *Store) StageEnds(ctx context.Context, ref string, stages []string) (ends []programme.StageEnd, err error) {
	err = s.onJourney(ctx, ref, time.Time{}, func(t *turn) error {
		ends = nil
		for _, stage := range stages {
			row, err := t.stage(stage)
			if err != nil {
				return err
			}
			end, err := t.stageEnd(row)
			if err != nil {
				return err
			}
			if end.State.Closed() {
				ends = append(ends, end)
			}
		}
		return nil
	})
	return ends, err
}

// Begun are the lines of the ledger about a stage whose sending was begun and not finished; those of its ladder have an owner of
// their own.
func (s *Store) Begun(ctx context.Context, ref, stage string) ([]programme.PlannedMail, error) {
	mails, err := plannedMails(s.read(ctx).Model(&messageRow{}).Where("ref = ? AND ask = '' AND state = ? AND (stage = ? OR message = ?)", ref,
		string(programme.MessageSending), stage, programme.MsgYearDates))
	return mails, edge(err)
}

// plannedMails are the keys and moments of some lines of the ledger, in order.
func plannedMails(lines *gorm.DB) (mails []programme.PlannedMail, err error) {
	var rows []messageRow
	err = lines.Select("key", "at").Order("at, id").Find(&rows).Error
	for _, row := range rows {
		mails = append(mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	}
	return mails, err
}
