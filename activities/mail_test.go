package activities_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"fairlead/activities"
	"fairlead/programme"
)

// relay stands in for records, mail and metrics: one mail whose attempt ends in a class.
type relay struct {
	activities.Records
	class    programme.MailClass
	repeat   bool // an earlier attempt may have got through
	finished programme.MailAttempt
}

func (r *relay) Claim(context.Context, string, time.Time, time.Time) (programme.Claim, error) {
	return programme.Claim{Outcome: programme.ClaimSend, Job: &programme.MailJob{Key: "k", Repeat: r.repeat}}, nil
}

func (r *relay) BeginAttempt(context.Context, string, programme.Rendered) error { return nil }

func (r *relay) FinishAttempt(_ context.Context, _ string, attempt programme.MailAttempt) error {
	r.finished = attempt
	return nil
}

func (r *relay) Compose(programme.MailJob) (programme.Rendered, error) {
	return programme.Rendered{}, nil
}

func (r *relay) Send(context.Context, programme.MailJob, programme.Rendered) programme.MailAttempt {
	return programme.MailAttempt{Class: r.class}
}

func (r *relay) MailAttempt(programme.MailClass) {}
func (r *relay) Parked(string)                   {}

// How an attempt ends for the workflow: in an outcome, an error that Temporal retries, or one that parks the sending.
func TestSendMailEndsInItsClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class  programme.MailClass
		repeat bool
		long   bool // it has been tried for as long as mails are
		reason string
		fails  string // type of the error
		parks  bool   // nothing follows by itself
	}{
		{class: programme.MailSent},
		{class: programme.MailSent, long: true},
		{class: programme.MailTemporary, fails: activities.ErrTypeMail},
		{class: programme.MailAmbiguous, fails: activities.ErrTypeMail},
		{class: programme.MailPermanent, fails: activities.ErrTypeMailRefused, parks: true},
		{class: programme.MailTemporary, long: true, fails: activities.ErrTypeMailGivenUp, parks: true},
		// What may have come is a task for staff, and there is nothing to try again.
		{class: programme.MailAmbiguous, long: true, reason: "perhaps_sent"},
		{class: programme.MailTemporary, long: true, repeat: true, reason: "perhaps_sent"},
	} {
		world := &relay{class: c.class, repeat: c.repeat}
		now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // before the attempt was asked for, or long after
		if c.long {
			now = now.AddDate(200, 0, 0)
		}
		acts := &activities.Activities{Records: world, Mailer: world, Metrics: world, RealNow: func() time.Time { return now },
			Backoffs: activities.Backoffs{For: time.Hour}}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(acts)
		value, err := env.ExecuteActivity(acts.SendMail, activities.MailCall{Key: "k"})
		var failure *temporal.ApplicationError
		if errors.As(err, &failure) != (c.fails != "") || failure != nil && (failure.Type() != c.fails || failure.NonRetryable() != c.parks) {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		var result activities.MailResult
		if err == nil {
			if err := value.Get(&result); err != nil || result.Outcome != programme.ClaimSent || result.Reason != c.reason {
				t.Errorf("%+v: %+v, %v", c, result, err)
			}
		}
		if gaveUp := c.parks || c.long && c.class != programme.MailSent; world.finished.GaveUp != gaveUp {
			t.Errorf("%+v: gave up %v", c, world.finished.GaveUp)
		}
	}
}

// Within a step of its stage a mail goes when it comes alone, and one failed attempt is never the last.
func TestSendMailWithinAStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		alone, quick bool
		class        programme.MailClass
		fails        string
	}{
		"alone":              {true, true, programme.MailSent, ""},
		"one of many":        {false, true, programme.MailSent, activities.ErrTypeMail},
		"the relay is slow":  {true, false, programme.MailSent, activities.ErrTypeMail},
		"the relay is away":  {true, true, programme.MailTemporary, activities.ErrTypeMail},
		"nobody knows":       {true, true, programme.MailAmbiguous, activities.ErrTypeMail},
		"the address is bad": {true, true, programme.MailPermanent, activities.ErrTypeMailRefused},
	} {
		world := &relay{class: c.class}
		acts := &activities.Activities{Records: world, Mailer: world, Metrics: world, RealNow: func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) },
			Backoffs: activities.Backoffs{For: time.Hour}, AtOnce: func() bool { return c.alone }, Quick: func() bool { return c.quick }}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.RegisterActivity(acts)
		_, err := env.ExecuteLocalActivity(acts.SendMail, activities.MailCall{Key: "k"})
		var failure *temporal.ApplicationError
		if errors.As(err, &failure) != (c.fails != "") || failure != nil && failure.Type() != c.fails {
			t.Errorf("%s: %v", name, err)
		}
		if world.finished.GaveUp != (c.class == programme.MailPermanent) || (world.finished == programme.MailAttempt{}) == (c.alone && c.quick) {
			t.Errorf("%s: the attempt ended %+v", name, world.finished)
		}
	}
}
