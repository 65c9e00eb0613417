package records

import (
	"context"
	"fmt"
	"reflect"

	"fairlead/programme"
)

// submitAssistant takes what an assistant says for a leader: that the dates are in the diary and, where the leader allows
// it, travel, room and diet. It may be said again as long as the journey runs. No workflow waits for it.
func (s *Store) submitAssistant(ctx context.Context, given programme.Submission) (result programme.SubmitResult, err error) {
	form, err := programme.FormNamed(programme.FormAssistant)
	if err != nil {
		return result, err
	}
	err = s.onJourney(ctx, given.Ref, given.At, func(t *turn) error {
		result = programme.SubmitResult{}
		if t.j.AssistantID == "" || t.j.AssistantMay == "" || leftEarly(t.state()) {
			return fmt.Errorf("the assistant’s page: %w", programme.ErrFormClosed)
		}
		t.actor = actorAssistant
		answers := form.Clean(given.Answers, "dates")
		faults := form.Check(given.Answers, "dates")
		travel := programme.Answers{}
		if t.j.AssistantMay == string(programme.AssistantNeeds) {
			travel = form.Clean(given.Answers, programme.SectionNeeds)
			faults = append(faults, form.Check(given.Answers, programme.SectionNeeds)...)
		}
		if len(faults) > 0 {
			return &programme.Invalid{Faults: faults}
		}
		for name, values := range travel {
			answers[name] = values
		}
		result, err = t.takeFromAssistant(given, answers, travel)
		return err
	})
	return result, err
}

func (t *turn) takeFromAssistant(given programme.Submission, answers, travel programme.Answers) (programme.SubmitResult, error) {
	none := programme.SubmitResult{}
	ask := programme.AssistantAsk(t.j.Ref)
	before, err := latestSubmission(t.tx, ask)
	if err != nil && !isMissing(err) {
		return none, err
	}
	changed := err == nil
	if changed {
		kept, err := t.s.openSubmission(t.ctx, t.leader.ID, before)
		if err != nil {
			return none, err
		}
		if reflect.DeepEqual(kept.Answers, answers) {
			return programme.SubmitResult{ID: before.ID, Already: true}, nil
		}
	}
	given.ID, given.By, given.Change, given.At = randomHex(16), actorAssistant, changed, t.now
	row, err := t.s.sealSubmission(t.ctx, t.leader.ID, given, answers)
	if err != nil {
		return none, err
	}
	row.Ask, row.Cohort, row.Ref, row.Form = ask, t.j.Cohort, t.j.Ref, programme.FormAssistant
	if err := t.tx.Create(&row).Error; err != nil {
		return none, err
	}
	if err := t.tx.Where("ask = ?", ask).Delete(&draftRow{}).Error; err != nil {
		return none, err
	}
	needs, err := t.withTravel(travel)
	if err != nil {
		return none, err
	}
	if err := t.keepNeeds(needs, actorAssistant); err != nil {
		return none, err
	}
	return programme.SubmitResult{ID: given.ID, Changed: changed}, t.move("", t.j.State, t.j.State, "dates-confirmed")
}

// withTravel is what is known of the leader's needs with what an assistant says of travel, room and diet; empty where the
// assistant said nothing. What the leader alone may tell stays as it was.
func (t *turn) withTravel(travel programme.Answers) (programme.Answers, error) {
	if len(travel) == 0 {
		return nil, nil
	}
	needs, err := t.needs()
	if err != nil {
		return nil, err
	}
	delete(needs, "dietary_other")
	for name, values := range travel {
		needs[name] = values
	}
	return needs, nil
}

// forLeader lets an assistant answer for the leader: about the place at an event, as far as the leader allows at this very
// moment, and nothing else.
func (an *answering) forLeader() error {
	may := programme.AssistantMay(an.j.AssistantMay)
	if an.j.AssistantID == "" || may == programme.AssistantNothing || programme.Kind(an.ask.Kind) != programme.KindEvent || leftEarly(an.state()) {
		return fmt.Errorf("an answer of the assistant: %w", programme.ErrFormClosed)
	}
	an.actor, an.form = actorAssistant, programme.EventPlaceForAssistant(may)
	return nil
}
