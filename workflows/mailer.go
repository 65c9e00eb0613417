package workflows

import (
	"slices"
	"sort"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// mailer sends the planned mails of one workflow, each at its moment and side by side: a mail that is being retried
// holds up nothing.
type mailer struct {
	planned []programme.PlannedMail // ascending by moment
	sending []*send
	// atOnce makes one attempt to send each mail within the step that calls for it, before it goes to the mail queue.
	atOnce bool
	// parked is called with the code when a mail cannot be sent until staff have done something.
	parked func(key, code string)
	// moved is called when a request that left late moved its ask's due date and limit.
	moved func(due, limit time.Time)
}

// send is one mail under way.
type send struct {
	key    string
	at     time.Time
	future workflow.Future
	cancel workflow.CancelFunc    // nil within a step, in which nothing is stopped
	again  *programme.PlannedMail // planned anew while it was under way: should it fail, it goes at that moment
}

// plan replaces what is still to be sent.
func (m *mailer) plan(mails []programme.PlannedMail) {
	m.planned = nil
	m.add(mails...)
}

// add plans further mails; one that is planned or under way already is not added twice.
func (m *mailer) add(mails ...programme.PlannedMail) {
	for _, mail := range mails {
		if s := m.underWay(mail.Key); s != nil {
			s.again = &mail
		} else if !m.knows(mail.Key) {
			m.planned = append(m.planned, mail)
		}
	}
	sort.SliceStable(m.planned, func(i, j int) bool { return m.planned[i].At.Before(m.planned[j].At) })
}

func (m *mailer) knows(key string) bool {
	for _, mail := range m.planned {
		if mail.Key == key {
			return true
		}
	}
	return false
}

// underWay is the send of a key, nil where it is not being sent.
func (m *mailer) underWay(key string) *send {
	for _, s := range m.sending {
		if s.key == key {
			return s
		}
	}
	return nil
}

// next is the moment of the next mail, zero if there is none.
func (m *mailer) next() time.Time {
	if len(m.planned) == 0 {
		return time.Time{}
	}
	return m.planned[0].At
}

// idle reports whether nothing is planned or under way.
func (m *mailer) idle() bool { return len(m.planned) == 0 && len(m.sending) == 0 }

// send starts every mail whose moment is not after at.
func (m *mailer) send(ctx workflow.Context, at time.Time) {
	for len(m.planned) > 0 && !m.planned[0].At.After(at) {
		mail := m.planned[0]
		m.planned = m.planned[1:]
		if m.atOnce {
			m.begin(ctx, &send{key: mail.Key, at: mail.At})
		} else {
			m.queue(ctx, &send{key: mail.Key, at: mail.At})
		}
	}
}

// begin makes the attempt within the step.
func (m *mailer) begin(ctx workflow.Context, s *send) {
	talk, _ := workflow.NewDisconnectedContext(ctx) // no cancel breaks it off
	s.future = workflow.ExecuteLocalActivity(withinStep(talk, talkWithin, s.summary()), a.SendMail, s.call())
	m.sending = append(m.sending, s)
}

// queue leaves a mail to the mail queue, which knows the pace, waits and tries again.
func (m *mailer) queue(ctx workflow.Context, s *send) {
	sendCtx, cancel := workflow.WithCancel(ctx)
	s.cancel = cancel
	s.future = workflow.ExecuteActivity(mailOptions(sendCtx, s.summary()), a.SendMail, s.call())
	m.sending = append(m.sending, s)
}

func (s *send) call() activities.MailCall { return activities.MailCall{Key: s.key, At: s.at} }

func (s *send) summary() string { return "send " + messageOf(s.key) }

// listen adds every mail under way to a selector.
func (m *mailer) listen(ctx workflow.Context, selector workflow.Selector) {
	for _, s := range m.sending {
		selector.AddFuture(s.future, func(f workflow.Future) { m.finish(ctx, s, f) })
	}
}

// finish takes note of how a send ended.
func (m *mailer) finish(ctx workflow.Context, done *send, f workflow.Future) {
	for i, s := range m.sending {
		if s == done {
			m.sending = append(m.sending[:i:i], m.sending[i+1:]...)
			break
		}
	}
	var result activities.MailResult
	if err := f.Get(ctx, &result); err != nil {
		switch {
		case isCancelled(err):
		case done.cancel == nil && mayPass(err):
			m.queue(ctx, done)
		case done.again != nil: // staff have put it right before the refusal arrived here
			m.add(*done.again)
		default:
			m.parked(done.key, parkedCode(err))
		}
		return
	}
	if result.Outcome == programme.ClaimReplanned {
		m.add(programme.PlannedMail{Key: done.key, At: result.At})
	}
	if !result.Due.IsZero() && m.moved != nil {
		m.moved(result.Due, result.Limit)
	}
}

// talking reports whether a mail is being sent within the step.
func (m *mailer) talking() bool {
	return slices.ContainsFunc(m.sending, func(s *send) bool { return s.cancel == nil })
}

// settle stops what is under way and waits for it: what is inside its conversation with the relay runs to its end,
// what waits for its next attempt ends at once. After it nothing of this workflow goes out any more.
func (m *mailer) settle(ctx workflow.Context) {
	m.planned = nil
	waitCtx, _ := workflow.NewDisconnectedContext(ctx)
	for _, s := range m.sending {
		if s.cancel != nil {
			s.cancel()
		}
	}
	for _, s := range m.sending {
		_ = s.future.Get(waitCtx, nil) // how it ended stands in the ledger
	}
	m.sending = nil
}

// messageOf is the message's name in a key, for summaries.
func messageOf(key string) string {
	parts := strings.Split(key, "/")
	if len(parts) < 2 {
		return key
	}
	return parts[len(parts)-2]
}
