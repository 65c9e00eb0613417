package activities_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// desk stands in for records, mail and metrics: a stage whose answer has left some replies.
type desk struct {
	relay
	end    programme.StageEnd
	claims []string
	passed []string
}

func (d *desk) Clock(context.Context) (programme.Clock, error) { return programme.Clock{}, nil }

func (d *desk) CloseStage(context.Context, string, string, time.Time) (programme.StageEnd, error) {
	return d.end, nil
}

func (d *desk) Claim(ctx context.Context, key string, at, real time.Time) (programme.Claim, error) {
	d.claims = append(d.claims, key)
	if key == "answered" {
		return programme.Claim{Outcome: programme.ClaimNotSent, Reason: programme.NotSentReplaced}, nil
	}
	return d.relay.Claim(ctx, key, at, real)
}

func (d *desk) Begun(context.Context, string, string) ([]programme.PlannedMail, error) {
	return []programme.PlannedMail{{Key: "half sent"}}, nil
}

func (d *desk) PassOn(_ context.Context, mails []programme.PlannedMail) error {
	for _, mail := range mails {
		d.passed = append(d.passed, mail.Key)
	}
	return nil
}

// Replies go with the closing; what does not get through, and what is for later, is left to the journey: by the end of a
// stage that is over, by a promise where it goes on.
func TestCloseStageSendsItsReplies(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	mails := []programme.PlannedMail{{Key: "done", At: now}, {Key: "answered", At: now}, {Key: "later", At: now.Add(time.Hour)}}
	for name, c := range map[string]struct {
		class  programme.MailClass
		state  programme.StageState
		left   []string // in the end of the stage
		passed []string
		claims int
	}{
		"alone, and the relay is well":     {programme.MailSent, programme.StageDone, nil, []string{"later"}, 2},
		"alone, and the relay is away":     {programme.MailTemporary, programme.StageDone, nil, []string{"done", "later"}, 2},
		"over, and the relay is well":      {programme.MailSent, programme.StageDone, []string{"later"}, nil, 2},
		"over, and the relay is away":      {programme.MailTemporary, programme.StageDone, []string{"done", "later"}, nil, 2},
		"over, and the address is none":    {programme.MailPermanent, programme.StageDone, []string{"done", "later"}, nil, 2},
		"over, and nobody knows":           {programme.MailAmbiguous, programme.StageDone, []string{"done", "later"}, nil, 2},
		"goes on, and the relay is well":   {programme.MailSent, programme.StageOpen, nil, []string{"later"}, 2},
		"goes on, and the relay is away":   {programme.MailTemporary, programme.StageOpen, nil, []string{"done", "later"}, 2},
		"lapsed at last, relay well":       {programme.MailSent, programme.StageLapsed, []string{"later"}, nil, 2},
		"goes on, and the address is none": {programme.MailPermanent, programme.StageOpen, nil, []string{"done", "later"}, 2},
	} {
		world := &desk{relay: relay{class: c.class}, end: programme.StageEnd{Stage: "s", State: c.state, Mails: slices.Clone(mails)}}
		acts := &activities.Activities{Records: world, Mailer: world, Metrics: world, RealNow: func() time.Time { return now }}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(acts)
		value, err := env.ExecuteActivity(acts.CloseStage, activities.StageCall{Ref: "P-1", Stage: "s", Alone: strings.HasPrefix(name, "alone")})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var end programme.StageEnd
		if err := value.Get(&end); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, mail := range end.Mails {
			left = append(left, mail.Key)
		}
		if !slices.Equal(left, c.left) || !slices.Equal(world.passed, c.passed) || len(world.claims) != c.claims {
			t.Errorf("%s: left %v, passed on %v, claimed %v", name, left, world.passed, world.claims)
		}
		if world.finished.GaveUp && c.class != programme.MailPermanent {
			t.Errorf("%s: gave up after one attempt", name)
		}
	}
}

// Within a step nobody knows whether the step is done for the first time: what was left half sent is handed on. An attempt after
// one within the step sends nothing itself.
func TestClosingWithinAStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		within, again, slow bool
		claims              int
		left                []string
	}{
		"within the step":           {true, false, false, 1, []string{"half sent"}},
		"with a relay that is slow": {true, false, true, 0, []string{"done", "half sent"}},
		"after the step":            {false, true, false, 0, []string{"done", "half sent"}},
		"again in the step":         {true, true, false, 0, []string{"done", "half sent"}},
		"as an activity only":       {false, false, true, 1, nil},
	} {
		world := &desk{relay: relay{class: programme.MailSent}, end: programme.StageEnd{Stage: "s", State: programme.StageDone, Mails: []programme.PlannedMail{{Key: "done"}}}}
		acts := &activities.Activities{Records: world, Mailer: world, Metrics: world, RealNow: func() time.Time { return time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC) },
			Quick: func() bool { return !c.slow }}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(acts)
		run := env.ExecuteActivity
		if c.within {
			run = env.ExecuteLocalActivity
		}
		value, err := run(acts.CloseStage, activities.StageCall{Ref: "P-1", Stage: "s", Again: c.again})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var end programme.StageEnd
		if err := value.Get(&end); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, mail := range end.Mails {
			left = append(left, mail.Key)
		}
		if !slices.Equal(left, c.left) || len(world.claims) != c.claims {
			t.Errorf("%s: left %v, claimed %v", name, left, world.claims)
		}
	}
}

// A crash in the middle leaves a line of which nobody knows whether it went: the next attempt sends nothing itself, and hands
// that line on with the others.
func TestWhatACrashLeftHalfSentIsHandedOn(t *testing.T) {
	t.Parallel()
	for _, state := range []programme.StageState{programme.StageDone, programme.StageOpen} {
		world := &desk{relay: relay{class: programme.MailSent}, end: programme.StageEnd{Stage: "s", State: state, Mails: []programme.PlannedMail{{Key: "done"}}}}
		acts := &activities.Activities{Records: world, Mailer: world, Metrics: world, RealNow: func() time.Time { return time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC) }}
		crashed := false
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.RegisterActivityWithOptions(func(ctx context.Context, call activities.StageCall) (programme.StageEnd, error) {
			if !crashed {
				crashed = true
				return programme.StageEnd{}, errors.New("the worker died")
			}
			return acts.CloseStage(ctx, call)
		}, activity.RegisterOptions{Name: "CloseStage"})
		env.ExecuteWorkflow(func(ctx workflow.Context) (end programme.StageEnd, err error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			err = workflow.ExecuteActivity(ctx, "CloseStage", activities.StageCall{Ref: "P-1", Stage: "s"}).Get(ctx, &end)
			return end, err
		})
		var end programme.StageEnd
		if err := env.GetWorkflowResult(&end); err != nil {
			t.Fatal(err)
		}
		left := append([]string{}, world.passed...)
		for _, mail := range end.Mails {
			left = append(left, mail.Key)
		}
		if len(world.claims) != 0 || !slices.Equal(left, []string{"done", "half sent"}) || (len(world.passed) > 0) != (state == programme.StageOpen) {
			t.Errorf("%s: claimed %v, passed on %v, left %v", state, world.claims, world.passed, left)
		}
	}
}
