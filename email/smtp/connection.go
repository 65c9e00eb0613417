package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"
)

const (
	aliveWithin = 5 * time.Second // an idle connection that answers later than this is dead
	partWithin  = 2 * time.Second // to say goodbye
)

// connection is one connection to the relay, used by one mail at a time.
type connection struct {
	raw    net.Conn
	client *gosmtp.Client
	mail   *gomail.Client // its own, because go-mail's keeps state between calls
	mails  int            // sent or refused over it
	expiry *time.Timer    // ends it when it lies idle; nil in use
	leave  func() bool    // see attach
}

// attach lets ctx end the connection until detach is called.
func (c *connection) attach(ctx context.Context) {
	c.leave = context.AfterFunc(ctx, func() { _ = c.raw.Close() })
}

// detach takes the connection out of ctx's hands, and reports false where ctx has ended it. It can be called again.
func (c *connection) detach() bool {
	if c.leave == nil {
		return true
	}
	left := c.leave()
	if left {
		c.leave = nil
	}
	return left
}

// drop ends the connection without a word. Inside DATA this is the only way: a polite QUIT would write the final dot
// first and deliver half a mail.
func (c *connection) drop() {
	c.detach()
	_ = c.raw.Close()
}

// alive asks a connection that lay idle whether the relay is still there, with the RSET that belongs between two mails.
func (c *connection) alive(timeout time.Duration) bool {
	return c.client.UpdateDeadline(min(timeout, aliveWithin)) == nil && c.client.Reset() == nil
}

// dial connects, greets, turns TLS on and signs in.
func (s *Sender) dial(ctx context.Context) (*connection, *Failure) {
	c := &connection{}
	options := []gomail.Option{
		gomail.WithPort(s.relay.port), gomail.WithTimeout(s.opts.Timeout), gomail.WithTLSConfig(s.tlsConfig()),
		gomail.WithDialContextFunc(func(within context.Context, network, address string) (net.Conn, error) {
			return s.connect(ctx, within, c, network, address)
		}),
		// The liveness check and the RSET between mails are ours: see alive. One RSET here would make the sender of a
		// mail that was taken wait for it.
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch {
	case s.relay.implicitTLS:
		options = append(options, gomail.WithSSL())
	case s.relay.requireTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if name := ehloName(s.opts.PublicURL); name != "" {
		options = append(options, gomail.WithHELO(name))
	}
	var err error
	if c.mail, err = gomail.NewClient(s.relay.host, options...); err != nil {
		return nil, connectFailure(err)
	}
	c.client, err = c.mail.DialToSMTPClientWithContext(ctx)
	if err == nil && s.relay.user != "" {
		err = s.signIn(c.client)
		if err != nil {
			c.drop()
			return nil, orStopped(ctx, signInFailure(err))
		}
	}
	if err != nil {
		if c.raw != nil {
			c.drop()
		}
		return nil, orStopped(ctx, connectFailure(err))
	}
	return c, nil
}

// connect opens the connection itself, within the timeout. go-mail's own dialler would not let ctx end what follows.
func (s *Sender) connect(ctx, within context.Context, c *connection, network, address string) (net.Conn, error) {
	raw, err := (&net.Dialer{}).DialContext(within, network, address)
	if err != nil {
		return nil, err
	}
	c.raw = raw
	c.attach(ctx)
	if !s.relay.implicitTLS {
		return raw, nil
	}
	secure := tls.Client(raw, s.tlsConfig())
	if err := secure.HandshakeContext(within); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secure, nil
}

func (s *Sender) tlsConfig() *tls.Config {
	config := &tls.Config{}
	if s.opts.TLS != nil {
		config = s.opts.TLS.Clone()
	}
	config.ServerName = s.relay.host
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if loopback(s.relay.host) && !s.relay.requireTLS {
		// A relay on this machine has no certificate anybody could vouch for, and plain would be allowed as well.
		config.InsecureSkipVerify = true //nolint:gosec // see above
	}
	return config
}

var errNoSignIn = errors.New("the relay offers no way to sign in that is safe on this connection")

// signIn gives name and password. They go in clear only through TLS or to this machine.
func (s *Sender) signIn(client *gosmtp.Client) error {
	_, offers := client.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(offers))
	user, password, host, here := s.relay.user, s.relay.password, s.relay.host, loopback(s.relay.host)
	_, secure := client.TLSConnectionState()
	for _, way := range []struct {
		name  string
		clear bool
		auth  gosmtp.Auth
	}{
		{"PLAIN", true, gosmtp.PlainAuth("", user, password, host, here)},
		{"LOGIN", true, gosmtp.LoginAuth(user, password, host, here)},
		{"SCRAM-SHA-256", false, gosmtp.ScramSHA256Auth(user, password)},
		{"SCRAM-SHA-1", false, gosmtp.ScramSHA1Auth(user, password)},
		{"CRAM-MD5", false, gosmtp.CRAMMD5Auth(user, password)},
	} {
		if slices.Contains(offered, way.name) && (secure || here || !way.clear) {
			return client.Auth(way.auth)
		}
	}
	return errNoSignIn
}

// orStopped says that ctx ended the attempt, where it did.
func orStopped(ctx context.Context, f *Failure) *Failure {
	if ctx.Err() != nil {
		return &Failure{Class: f.Class, Phase: f.Phase, err: ctx.Err()}
	}
	return f
}
