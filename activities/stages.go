package activities

import (
	"context"

	"fairlead/programme"
)

// OpenStage opens a stage: it writes the ask and plans its whole ladder, sends nothing, and returns the plan. Where the
// ask exists already it returns the plan as it stands, so that an answer that came first is not missed.
func (a *Activities) OpenStage(ctx context.Context, call StageCall) (programme.AskPlan, error) {
	defer a.keepBeating(ctx)()
	at, err := a.at(ctx, call.At)
	if err != nil {
		return programme.AskPlan{}, coded(ctx, err)
	}
	plan, err := a.Records.OpenStage(ctx, call.Cohort, call.Ref, call.Stage, at)
	return plan.Short(), coded(ctx, err)
}

// MarkOverdue hands an unanswered ask to staff, with a task. It returns the plan as it then stands: answered, where the
// answer was first.
func (a *Activities) MarkOverdue(ctx context.Context, call AskCall) (programme.AskPlan, error) {
	defer a.keepBeating(ctx)()
	at, err := a.at(ctx, call.At)
	if err != nil {
		return programme.AskPlan{}, coded(ctx, err)
	}
	plan, err := a.Records.Overdue(ctx, call.Ask, call.Plan, at)
	return plan.Short(), coded(ctx, err)
}

// Lapsed is what became of an ask at its limit.
type Lapsed struct {
	Lapsed bool               `json:"lapsed"` // false: the answer was first, the stage is to be closed
	End    programme.StageEnd `json:"end"`
}

// LapseAsk closes an unanswered ask at its limit, with what the blueprint says follows.
func (a *Activities) LapseAsk(ctx context.Context, call AskCall) (Lapsed, error) {
	defer a.keepBeating(ctx)()
	at, err := a.at(ctx, call.At)
	if err != nil {
		return Lapsed{}, coded(ctx, err)
	}
	end, lapsed, err := a.Records.Lapse(ctx, call.Ask, call.Plan, at)
	if err == nil && lapsed {
		err = a.tellEnd(ctx, call.Cohort, call.Ref, call.Opened, end)
	}
	return Lapsed{Lapsed: lapsed, End: end}, coded(ctx, err)
}

// CloseStage closes a stage whose ask was answered, confirms the answer, and says what follows for the journey.
func (a *Activities) CloseStage(ctx context.Context, call StageCall) (programme.StageEnd, error) {
	defer a.keepBeating(ctx)()
	at, err := a.at(ctx, call.At)
	if err != nil {
		return programme.StageEnd{}, coded(ctx, err)
	}
	end, err := a.Records.CloseStage(ctx, call.Ref, call.Stage, at)
	if err == nil {
		end.Mails, err = a.confirm(ctx, call, end)
	}
	if end.Plan != nil {
		short := end.Plan.Short() // it goes on: all else that is said of its end says nothing
		end = programme.StageEnd{State: end.State, Plan: &short, Mails: end.Mails}
	}
	if err == nil && end.State != programme.StageOpen {
		err = a.tellEnd(ctx, call.Cohort, call.Ref, call.Opened, end)
	}
	return end, coded(ctx, err)
}

// Attention marks in the records what is parked, so that staff see it; an empty code clears the mark. An empty stage
// means the journey itself.
type Attention struct {
	Ref   string `json:"ref"`
	Stage string `json:"stage,omitempty"`
	Code  string `json:"code,omitempty"`
}

// MarkAttention writes the mark.
func (a *Activities) MarkAttention(ctx context.Context, mark Attention) error {
	defer a.keepBeating(ctx)()
	clock, err := a.Records.Clock(ctx)
	if err != nil {
		return coded(ctx, err)
	}
	if mark.Code != "" {
		a.Metrics.Parked(mark.Code)
	}
	return coded(ctx, a.Records.SetAttention(ctx, mark.Ref, mark.Stage, mark.Code, clock.Programme(a.RealNow())))
}
