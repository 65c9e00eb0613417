package forms

import (
	"errors"
	"maps"
	"slices"

	"fairlead/faults"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// submit hands a leader's answer to the records.
func (f *Forms) submit(c *gin.Context, v *visitor, stage programme.Stage, s standing, form string, answers programme.Answers) error {
	return f.submitAs(c, v, partParticipant, stage.Name, s, form, answers)
}

// errAnsweredFirst says that another answer to the same ask came in the instant of this one, and says something else.
var errAnsweredFirst = errors.New("another answer came first")

// submitAs hands an answer to the records and then, once it is safe there, tells the workflows. One that says what is
// recorded already changes nothing; errAnsweredFirst where something else is.
func (f *Forms) submitAs(c *gin.Context, v *visitor, by, stage string, s standing, form string, answers programme.Answers) error {
	if s.answered && maps.EqualFunc(answers, s.answer.Answers, slices.Equal) {
		return nil
	}
	ctx := c.Request.Context()
	result, err := f.Store.Submit(ctx, programme.Submission{
		Ask: s.ask, Cohort: v.journey.Cohort, Ref: v.ref, Stage: stage, Form: form,
		Answers: answers, By: by, At: v.now, Change: s.answered || s.settled,
	})
	if err == nil && result.Differs {
		err = errAnsweredFirst
	}
	if err != nil {
		return err
	}
	faults.Here("after-form-commit")
	f.deliver(ctx, result.Outbox)
	return nil
}

// formFor is the form a stage asks with, without the equality questions of somebody who was asked them in another form, or
// before this one was opened again.
func (f *Forms) formFor(v *visitor, stage programme.Stage) (programme.Form, error) {
	if stage.Part == programme.PartOffer {
		return programme.FormNamed(programme.FormOffer)
	}
	own := programme.BlueprintStage{Name: stage.Name, Kind: stage.Kind}
	if known, err := v.year.StageIn(v.cohort, stage.Name); err == nil {
		own = known
	}
	form, err := programme.FormNamed(v.year.FormOf(own))
	if asked := v.journey.EqualityAsked; asked != "" && (asked != form.Name || stage.Round > 1) {
		form.Sections = slices.DeleteFunc(form.Sections, func(s programme.Section) bool { return s.Apart })
	}
	return form.On(v.now), err
}
