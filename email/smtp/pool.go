package smtp

import (
	"context"
	"errors"
	"time"

	"fairlead/programme"
)

var errClosed = errors.New("the sender is closed")

// take returns a connection that is ready for a mail: the one used last if the relay still answers on it, else a new
// one. That an idle connection has died is no failure, because relays close them as they please.
func (s *Sender) take(ctx context.Context) (*connection, *Failure) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, &Failure{Class: programme.MailTemporary, Phase: "connect", err: errClosed}
	}
	var c *connection
	if last := len(s.idle) - 1; last >= 0 {
		c, s.idle = s.idle[last], s.idle[:last]
		c.expiry.Stop()
	}
	s.mu.Unlock()
	if c != nil {
		c.attach(ctx)
		if c.alive(s.opts.Timeout) {
			return c, nil
		}
		c.drop()
		s.dropIdle() // what killed this one has killed the older ones too, and each would cost its own wait
	}
	return s.dial(ctx)
}

// give keeps a connection for the next mail, or ends it where there are enough, or where it has carried its share.
func (s *Sender) give(c *connection) {
	c.mails++
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.mails >= s.opts.MaxMails || len(s.idle) >= s.opts.MaxIdle || s.closed {
		s.part(c)
		return
	}
	c.expiry = time.AfterFunc(s.opts.IdleFor, func() { s.expire(c) })
	s.idle = append(s.idle, c)
}

// expire ends a connection that has lain idle too long, unless a mail has just taken it.
func (s *Sender) expire(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.idle {
		if other == c {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			s.part(c)
			return
		}
	}
}

func (s *Sender) dropIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.idle {
		c.expiry.Stop()
		c.drop()
	}
	s.idle = nil
}

// part says goodbye to the relay and ends the connection, in the background: nobody waits for it but Close, and after
// Close there is no goodbye. It is called with the lock held.
func (s *Sender) part(c *connection) {
	if c.expiry != nil {
		c.expiry.Stop()
	}
	if s.closed {
		c.drop()
		return
	}
	s.partings.Add(1)
	go func() {
		defer s.partings.Done()
		if c.client.UpdateDeadline(partWithin) == nil {
			_ = c.client.Quit() // the mails over it were answered before
		}
		_ = c.raw.Close()
	}()
}
