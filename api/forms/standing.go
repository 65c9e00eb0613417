package forms

import (
	"context"
	"errors"
	"time"

	"fairlead/programme"
)

// standing is where one ask stands for the person who opens its page.
type standing struct {
	ask        string
	answered   bool
	answer     programme.Submission // where answered
	changeable bool                 // an answer that may still be changed
	settled    bool                 // an event's place that stands without an answer to its own form
	until      time.Time            // until when it may be answered or changed
	report     bool                 // an answer whose report is there
	refusal    error                // why there is no form, where there is neither an answer nor a form
	late       bool                 // what is sent comes from a page that was opened before the answer

	// Of an event alone.
	place  *programme.Place  // nil where the leader has none
	others []programme.Place // at events whose places the same form confirms
	needs  programme.Answers // what is known of the leader's needs, from whichever form
	frozen bool              // needs can be changed no more
	online bool              // the leader takes part online, so not all needs are asked
}

// stand finds out whether a stage's form is open, answered, or not to be had.
func (f *Forms) stand(ctx context.Context, v *visitor, stage programme.Stage) (standing, error) {
	if stage.Kind == programme.KindEvent {
		return f.standEvent(ctx, v, stage)
	}
	if stage.Round == 0 && stage.State.Closed() {
		return standing{refusal: f.closed(v, stage)}, nil
	}
	if stage.Round == 0 {
		return standing{refusal: f.notOpenYet(v, stage)}, nil
	}
	part := stage.Part
	if v.isApplication(stage) {
		part = "" // while staff decide, the form is the one that was sent
	}
	s := standing{ask: programme.PartAskID(v.ref, stage.Name, stage.Round, part), until: stage.Limit}
	over := !stage.Limit.IsZero() && !v.now.Before(stage.Limit)
	running := !v.journey.State.Ended() || v.journey.State == programme.Completed

	answer, err := f.Store.Answers(ctx, s.ask)
	switch {
	case err == nil:
		s.answered, s.answer = true, answer
		if stage.Kind == programme.KindPsychometrics {
			if s.report, err = f.hasReport(ctx, v); err != nil {
				return s, err
			}
		}
		s.changeable = !over && running && v.journey.State != programme.OnHold && stage.Kind.Changeable() &&
			(stage.State == programme.StageOpen || stage.State == programme.StageDone)
		if v.isApplication(stage) {
			s.until = stage.Due
			s.changeable = v.journey.State == programme.Submitted && v.now.Before(s.until)
		}
	case !errors.Is(err, programme.ErrNotFound):
		return s, err
	case v.journey.State == programme.Lapsed && v.isApplication(stage):
		s.refusal = f.closed(v, stage)
	case !running:
		s.refusal = f.journeyOver(v)
	case v.journey.State == programme.OnHold:
		s.refusal = f.onHold(v)
	case stage.State == programme.StageNotOpen:
		s.refusal = f.notOpenYet(v, stage)
	case stage.State != programme.StageOpen || over:
		s.refusal = f.closed(v, stage)
	}
	return s, nil
}

// earlier are the answers of the round before, where a stage was opened again: nothing is asked twice.
func (f *Forms) earlier(ctx context.Context, v *visitor, stage programme.Stage) (programme.Answers, error) {
	if stage.Round < 2 {
		return nil, nil
	}
	answer, err := f.Store.Answers(ctx, programme.AskID(v.ref, stage.Name, stage.Round-1))
	if errors.Is(err, programme.ErrNotFound) {
		return nil, nil
	}
	return answer.Answers, err
}
