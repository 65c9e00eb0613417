package workflows

import (
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
	// parked is called with the code when a mail cannot be sent until staff have done something.
	parked func(key, code string)
	// moved is called when a request that left late moved its ask's due date and limit.
	moved func(due, limit time.Time)
}

// send is one mail under way.
type send struct {
	key    string
	future workflow.Future
	cancel workflow.CancelFunc
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
		sendCtx, cancel := workflow.WithCancel(ctx)
		call := activities.MailCall{Key: mail.Key, At: mail.At}
		future := workflow.ExecuteActivity(mailOptions(sendCtx, "send "+messageOf(mail.Key)), a.SendMail, call)
		m.sending = append(m.sending, &send{key: mail.Key, future: future, cancel: cancel})
	}
}

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

// settle stops what is under way and waits for it: what is inside its conversation with the relay runs to its end,
// what waits for its next attempt ends at once. After it nothing of this workflow goes out any more.
func (m *mailer) settle(ctx workflow.Context) {
	m.planned = nil
	waitCtx, _ := workflow.NewDisconnectedContext(ctx)
	for _, s := range m.sending {
		s.cancel()
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
