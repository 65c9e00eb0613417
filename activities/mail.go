package activities

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"fairlead/faults"
	"fairlead/programme"
)

// MailCall names one line of the ledger and its planned moment.
type MailCall struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

// MailResult is what became of the line.
type MailResult struct {
	Outcome programme.ClaimOutcome `json:"outcome"`
	Reason  string                 `json:"reason,omitempty"`
	At      time.Time              `json:"at,omitzero"`  // the new moment of a replanned line
	Due     time.Time              `json:"due,omitzero"` // due and limit moved with a request that left late
	Limit   time.Time              `json:"limit,omitzero"`
}

// beat is how often an act tells the server that it is alive; the heartbeat timeout is a little over two beats.
const beat = 2 * time.Second

// SendMail sends one planned mail, if it may still go: it claims the line, writes the mail, marks the attempt, sends,
// and marks how the attempt ended. Whatever happens between, every attempt carries the same Message-ID.
//
// A failure that may pass is retried by Temporal after the wait this activity asks for; an address that refuses mail for
// good, or a mail that never got through in all that time, is a non-retryable error and parks the sending. One that may
// have got through in the end counts as perhaps sent.
func (a *Activities) SendMail(ctx context.Context, call MailCall) (MailResult, error) {
	defer a.keepBeating(ctx)()
	info := activity.GetInfo(ctx)
	if info.IsLocalActivity { // the one attempt within a step of the workflow
		if !a.quick() || a.AtOnce != nil && !a.AtOnce() {
			return MailResult{}, temporal.NewApplicationError("the mail queue has it", ErrTypeMail)
		}
		return a.send(ctx, call, 1, func() bool { return false })
	}
	spent := func() bool { return a.RealNow().Sub(info.ScheduledTime) >= a.Backoffs.For }
	return a.send(ctx, call, int(info.Attempt), spent)
}

func (a *Activities) quick() bool { return a.Quick == nil || a.Quick() }

// send is one attempt, the n-th; spent tells whether it was the last.
func (a *Activities) send(ctx context.Context, call MailCall, n int, spent func() bool) (MailResult, error) {
	claim, err := a.Records.Claim(ctx, call.Key, call.At, a.RealNow())
	if err != nil {
		return MailResult{}, coded(ctx, err)
	}
	switch claim.Outcome {
	case programme.ClaimSend:
	case programme.ClaimParked:
		return MailResult{}, temporal.NewNonRetryableApplicationError("the address refuses mail", ErrTypeMailRefused, nil)
	default:
		return MailResult{Outcome: claim.Outcome, Reason: claim.Reason, At: claim.At}, nil
	}
	job := *claim.Job
	mail, err := a.write(job)
	if err != nil {
		activity.GetLogger(ctx).Error("a mail cannot be written", "key", call.Key, "error", err)
		attempt := programme.MailAttempt{Class: programme.MailPermanent, At: a.RealNow(), GaveUp: true}
		if err := a.Records.FinishAttempt(ctx, job.Key, attempt); err != nil {
			return MailResult{}, coded(ctx, err)
		}
		return MailResult{}, temporal.NewNonRetryableApplicationError("the mail cannot be written", ErrTypeMailUnfit, nil)
	}
	if ctx.Err() != nil { // no longer wanted, and nothing has gone out yet
		return MailResult{}, ctx.Err()
	}
	if err := a.Records.BeginAttempt(ctx, job.Key, mail); err != nil {
		return MailResult{}, coded(ctx, err)
	}
	// From here on the attempt runs to its end: an order to stop must not make it unclear whether the mail went.
	attempt := a.Mailer.Send(context.WithoutCancel(ctx), job, mail)
	a.Metrics.MailAttempt(attempt.Class)
	attempt.GaveUp = attempt.Class == programme.MailPermanent || (attempt.Class != programme.MailSent && spent())
	if err := a.Records.FinishAttempt(context.WithoutCancel(ctx), job.Key, attempt); err != nil {
		return MailResult{}, coded(ctx, err)
	}
	switch {
	case attempt.Class == programme.MailSent:
		return MailResult{Outcome: programme.ClaimSent, Due: claim.Due, Limit: claim.Limit}, nil
	case attempt.Class == programme.MailPermanent:
		return MailResult{}, temporal.NewNonRetryableApplicationError("the address refuses mail", ErrTypeMailRefused, nil)
	case attempt.GaveUp && (attempt.Class == programme.MailAmbiguous || job.Repeat):
		// Nobody knows whether it came. The records say so and raise a task; there is nothing to try again, so nothing parks.
		return MailResult{Outcome: programme.ClaimSent, Reason: string(programme.MessagePerhapsSent), Due: claim.Due, Limit: claim.Limit}, nil
	case attempt.GaveUp:
		return MailResult{}, temporal.NewNonRetryableApplicationError("the mail never got through", ErrTypeMailGivenUp, nil)
	}
	return MailResult{}, temporal.NewApplicationErrorWithOptions("this attempt to send failed: "+string(attempt.Class),
		ErrTypeMail, temporal.ApplicationErrorOptions{NextRetryDelay: a.wait(n)})
}

// write is the mail of the job: as an earlier attempt wrote it, or new.
func (a *Activities) write(job programme.MailJob) (programme.Rendered, error) {
	if job.Prepared != nil {
		return *job.Prepared, nil
	}
	if faults.Broken("unfit-mail") && strings.Contains(job.Key, "/"+programme.MsgYearDates+"/") {
		return programme.Rendered{}, errors.New("broken on purpose")
	}
	return a.Mailer.Compose(job)
}

// wait is the pause after the n-th failed attempt: doubling from the first to the longest.
func (a *Activities) wait(attempt int) time.Duration {
	pause := a.Backoffs.First
	for i := 1; i < attempt && pause < a.Backoffs.Most; i++ {
		pause *= 2
	}
	return min(pause, a.Backoffs.Most)
}

// keepBeating sends heartbeats until the returned function is called, so that a killed worker delays an act by seconds
// and not by the activity's whole timeout.
func (a *Activities) keepBeating(ctx context.Context) (stop func()) {
	done := make(chan struct{})
	ticker := time.NewTicker(beat)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			}
		}
	}()
	return func() { close(done) }
}
