package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"fairlead/programme"
)

// atOnceWithin is how long, in real time, the closing of a stage may spend on one reply before it is left to the journey,
// which tries again for days.
const atOnceWithin = 8 * time.Second

// confirm sends the replies that an answer has left, in the act that takes note of the answer: a step of a workflow for each
// would cost more than all else about it. It returns what the journey has still to send; where the stage goes on,
// or stands alone, that is promised instead. Each line has one sender at a time: after a crash nothing is tried here, because the
// journey may be at it already, and what the crash left half sent goes there as well.
func (a *Activities) confirm(ctx context.Context, call StageCall, end programme.StageEnd) ([]programme.PlannedMail, error) {
	info := activity.GetInfo(ctx)
	again := info.Attempt > 1 || call.Again
	var begun []programme.PlannedMail
	if again || info.IsLocalActivity { // a step that is done once more after a crash cannot tell that it is
		var err error
		if begun, err = a.Records.Begun(ctx, call.Ref, call.Stage); err != nil {
			return nil, err
		}
	}
	left := end.Mails
	if !again && len(left) > 0 && (!info.IsLocalActivity || a.quick()) {
		clock, err := a.Records.Clock(ctx)
		if err != nil {
			return nil, err
		}
		left = nil
		for _, mail := range end.Mails {
			if mail.At.After(clock.Programme(a.RealNow())) || !a.sentAtOnce(ctx, mail) {
				left = append(left, mail)
			}
		}
	}
	left = append(left, begun...)
	if end.State != programme.StageOpen && !call.Alone || len(left) == 0 {
		return left, nil
	}
	return nil, a.Records.PassOn(ctx, left)
}

// sentAtOnce makes one attempt to send a mail and reports whether nothing is left to be done about it.
func (a *Activities) sentAtOnce(ctx context.Context, mail programme.PlannedMail) bool {
	ctx, cancel := context.WithTimeout(ctx, atOnceWithin)
	defer cancel()
	result, err := a.send(ctx, MailCall{Key: mail.Key, At: mail.At}, 1, func() bool { return false })
	return err == nil && result.Outcome != programme.ClaimReplanned
}
