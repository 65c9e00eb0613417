// Package smtp sends the mails of package email through one relay and says exactly how each attempt ended
// (dependencies.md, 4.3). It alone knows go-mail.
//
// Connections are kept and used again, one mail at a time each. A relay that fails five times in a row is left alone
// for a while, and then tried with one mail before the rest follows.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"time"

	"fairlead/email"
	"fairlead/faults"
	"fairlead/programme"
)

// Envelope is one mail ready for the wire.
type Envelope = email.Envelope

// Result is how an attempt to send ended.
type Result = email.Result

// Options say which relay to use and how. Zero values mean the default in brackets. They hold a password and print
// without it.
type Options struct {
	// URL is smtp://user:password@host:port, or smtps:// for TLS from the first byte. Over smtp, TLS is used where the
	// relay offers it; with ?tls=required nothing is sent without.
	URL      string
	From     string // address in From, and where bounces go
	FromName string // name people see
	// Timeout is how long the relay may take for one step: connecting, or the exchange of one mail, or its answer after
	// the mail's end [60 s]. Relays that check mail before they take it need most of it there.
	Timeout time.Duration
	// PublicURL names this machine to the relay; where it has no proper host name the machine's own is used.
	PublicURL string
	MaxOpen   int           // connections at once [4]
	MaxIdle   int           // connections kept for later mails [2]
	IdleFor   time.Duration // how long one is kept without a mail [30 s]
	MaxMails  int           // mails over one connection before a new one is made [100]
	// Pause is how long a failing relay is left alone [Timeout, 30 s at most].
	Pause time.Duration
	TLS   *tls.Config      // roots and the like [the machine's]
	Now   func() time.Time // real time; needed
}

// Format prints the sender alone, under every verb.
func (o Options) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "mail from %s", o.From) }

// Sender sends mails through one relay. It is safe for concurrent use.
type Sender struct {
	opts    Options
	relay   relay
	from    mail.Address
	breaker *breaker
	slots   chan struct{} // one for each connection that is in use

	mu       sync.Mutex
	idle     []*connection
	closed   bool
	partings sync.WaitGroup
}

// New checks the options and returns a sender; it does not connect. No error ever shows the URL: it holds a password.
func New(opts Options) (*Sender, error) {
	target, err := parseRelay(opts.URL)
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(opts.From)
	if err != nil {
		return nil, fmt.Errorf("the sender %q of mails is no address", opts.From)
	}
	if opts.Now == nil {
		return nil, errors.New("the mail sender needs a clock")
	}
	defaults(&opts)
	return &Sender{
		opts:    opts,
		relay:   target,
		from:    mail.Address{Name: opts.FromName, Address: from.Address},
		breaker: &breaker{limit: breakAfter, pause: opts.Pause, now: opts.Now},
		slots:   make(chan struct{}, opts.MaxOpen),
	}, nil
}

func defaults(o *Options) {
	for field, value := range map[*int]int{&o.MaxOpen: 4, &o.MaxIdle: 2, &o.MaxMails: 100} {
		if *field <= 0 {
			*field = value
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.IdleFor <= 0 {
		o.IdleFor = 30 * time.Second
	}
	if o.Pause <= 0 {
		o.Pause = min(o.Timeout, 30*time.Second)
	}
}

// Send makes one attempt to send one mail to one person. The result always says how it ended; the error is nil exactly
// when the mail was sent, and otherwise a *Failure, whose words hold nothing personal.
//
// ctx ends the attempt only until the mail's text begins to go out: from there on the relay's answer, or the timeout,
// decides, so that an order to stop never makes it unclear whether the mail went.
func (s *Sender) Send(ctx context.Context, e Envelope) (Result, error) {
	if _, err := mail.ParseAddress("<" + e.To.Address + ">"); err != nil {
		return failed(&Failure{Class: programme.MailPermanent, Phase: "address"})
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return failed(&Failure{Class: programme.MailTemporary, Phase: "waiting", err: ctx.Err()})
	}
	if class, ok := s.breaker.enter(); !ok {
		return failed(&Failure{Class: class, Phase: "paused", err: ErrPaused})
	}
	result, failure := s.attempt(ctx, e)
	switch {
	case failure == nil:
		s.breaker.leave(worked, "")
		return result, nil
	case ctx.Err() != nil && errors.Is(failure, ctx.Err()):
		s.breaker.leave(unknown, "")
	case failure.relayFailed():
		s.breaker.leave(broke, failure.Class)
	default:
		s.breaker.leave(worked, "") // it answered about this mail: the relay itself is well
	}
	return failed(failure)
}

// attempt takes a connection, sends the mail over it and gives the connection back where it can be used again.
func (s *Sender) attempt(ctx context.Context, e Envelope) (Result, *Failure) {
	c, failure := s.take(ctx)
	if failure != nil {
		return Result{}, failure
	}
	if faults.Broken("swallows-mail") && strings.Contains(e.Keys[0], "-reminder/") {
		s.give(c)
		return Result{Class: programme.MailSent, Code: 250}, nil
	}
	letter := s.write(e, c)
	err := c.mail.SendWithSMTPClient(c.client, letter)
	stopped := !c.detach()
	if letter.IsDelivered() { // whatever failed after the 250, the mail is sent
		faults.Here("after-250")
		s.give(c)
		return Result{Class: programme.MailSent, Code: 250, QueueID: queueID(letter.ServerResponse())}, nil
	}
	failure = classify(err)
	if stopped {
		failure.err = ctx.Err()
	}
	if failure.Code == 0 || failure.Code == 421 {
		c.drop()
	} else {
		s.give(c)
	}
	return Result{}, failure
}

// Check connects and signs in, for doctor and for a readiness page that wants to know again. A success ends the pause
// of a relay that failed.
func (s *Sender) Check(ctx context.Context) error {
	c, failure := s.dial(ctx)
	if failure != nil {
		return failure
	}
	c.detach()
	s.breaker.reset()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part(c)
	return nil
}

// From is the bare address that mails go from.
func (s *Sender) From() string { return s.from.Address }

// Healthy reports whether the relay is in use: false from the fifth failure in a row until it works again.
func (s *Sender) Healthy() bool { return s.breaker.healthy() }

// Close ends the idle connections. A mail that is being sent ends in its own way; its connection is not kept.
func (s *Sender) Close() error {
	s.mu.Lock()
	for _, c := range s.idle {
		s.part(c)
	}
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	s.partings.Wait()
	return nil
}

func failed(f *Failure) (Result, error) { return Result{Class: f.Class, Code: f.Code}, f }

// ehloName is how this machine introduces itself: the public host name, or "" for the machine's own.
func ehloName(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil || loopback(u.Hostname()) || !dottedName.MatchString(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}
