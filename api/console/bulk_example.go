package console

import (
	"errors"
	"slices"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// mostTried is how many journeys are tried for the example of a bulk order.
const mostTried = 5

// remindable are the journeys to which a reminder can go; nil where the order is another.
func (s *Console) remindable(c *gin.Context, o *bulkOrdering, command programme.Command) (map[string]bool, error) {
	if o.name != programme.CmdResend {
		return nil, nil
	}
	return s.Store.Remindable(c.Request.Context(), o.cohort.Name, command.Stage)
}

// notRemindable says why no reminder of a stage can go to a journey.
func notRemindable(j programme.Journey, name string) error {
	at := slices.IndexFunc(j.Stages, func(stage programme.Stage) bool { return stage.Name == name })
	why := "Nothing that this stage asked the leader is open."
	switch {
	case at < 0:
		why = "This journey has no stage of that name."
	case j.Stages[at].State == programme.StageNotOpen:
		why = "The stage is not open yet: nothing was asked."
	case !j.Stages[at].AnsweredAt.IsZero():
		why = "The leader has answered."
	case j.Stages[at].State.Closed():
		why = "The stage has ended: nothing is asked any more."
	}
	return programme.Refuse("message", "%s", why)
}

// notPossible is why an order is not possible for a journey, in words.
func notPossible(err error) string {
	if faults, unknown := saidOf(err); unknown == nil && len(faults) > 0 {
		return faults[0].Text
	}
	return "Not possible"
}

// tryFor shows in full what the order would do to the first candidate that allows it. Each that refuses counts as not
// possible. Where every one refuses what was typed, that is at fault and not the journeys: it goes back to the form.
func (s *Console) tryFor(c *gin.Context, o *bulkOrdering, command programme.Command, candidates []programme.Journey, check *bulkCheck) error {
	var typed error
	for n, j := range candidates {
		one := command
		one.Ref = j.Ref
		preview, err := s.Orders.Preview(c.Request.Context(), one)
		if err == nil {
			check.Like, check.Example = j.Ref, previewOf(preview)
			check.Example.Reads, err = s.asItReads(command, j, o.cohort)
			return err
		}
		if _, unknown := saidOf(err); unknown != nil || errors.Is(err, programme.ErrConflict) {
			return err
		}
		if n == 0 {
			typed = err
		}
		if !o.asked(err) {
			typed = nil
		}
		check.Can--
		for i := range check.Rows {
			if check.Rows[i].Ref == j.Ref {
				check.Rows[i].What = notPossible(inTitles(err, j, command.Stage))
			}
		}
	}
	if check.Can > 0 {
		check.Tried = len(candidates)
	}
	return typed
}

// asked reports whether a refusal is of something that the form asks for.
func (o *bulkOrdering) asked(err error) bool {
	faults, _ := saidOf(err)
	return slices.ContainsFunc(faults, func(fault programme.Fault) bool {
		return slices.ContainsFunc(o.own.Fields, func(field programme.Field) bool { return field.Name == fault.Field })
	})
}
