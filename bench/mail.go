package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync/atomic"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"fairlead/email"
	"fairlead/email/smtp"
	"fairlead/programme"
)

// mails is how many are sent each way, and atLeast how much faster kept connections must be.
const (
	mails       = 1000
	atLeast     = 5.0
	publicURL   = "https://fairlead.example.org"
	mailRepeats = 3
)

// measureMail sends the same mails as the worker does, one after the other, over kept connections and over a new one for
// each.
func measureMail(ctx context.Context, b *bench) error {
	relay, err := startRelay()
	if err != nil {
		return err
	}
	defer relay.stop()
	var kept, single []time.Duration
	var factors []float64 // each of a pair that ran one after the other, so that a machine that is busy for a while is so for both
	var keptConnections int64
	for range mailRepeats {
		fast, connections, err := relay.send(ctx, 0)
		if err != nil {
			return err
		}
		keptConnections = connections
		slow, connections, err := relay.send(ctx, 1)
		if err != nil {
			return err
		}
		if connections != mails {
			return fmt.Errorf("%d connections were made for %d mails of one each", connections, mails)
		}
		kept, single, factors = append(kept, fast), append(single, slow), append(factors, ratio(slow, fast))
	}
	factor := middle(factors)
	b.judge("mail over STARTTLS: kept connections against one each", factor >= atLeast && keptConnections < mails/10, "≥ 5 ×",
		"%.1f × (%s for 1,000 over %d connections, %s over 1,000)", factor, round(median(kept)), keptConnections, round(median(single)))
	return nil
}

// relay is a mail server that takes everything over STARTTLS and keeps nothing.
type relay struct {
	server      *gosmtp.Server
	address     string
	roots       *x509.CertPool
	connections atomic.Int64
	taken       atomic.Int64
	plain       atomic.Int64 // mails that came without TLS
}

func startRelay() (*relay, error) {
	certificate, roots, err := selfSigned()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{address: listener.Addr().String(), roots: roots}
	r.server = gosmtp.NewServer(r)
	r.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	r.server.ErrorLog = quiet{}
	go func() { _ = r.server.Serve(listener) }() // ends with stop
	return r, nil
}

func (r *relay) stop() { _ = r.server.Close() }

// send sends all mails with a fresh sender; perConnection is how many go over one connection, 0 for the sender's own rule.
func (r *relay) send(ctx context.Context, perConnection int) (took time.Duration, connections int64, err error) {
	sender, err := smtp.New(smtp.Options{URL: "smtp://" + r.address + "?tls=required", From: "programme@fairlead.example",
		FromName: "Leadership programme", PublicURL: publicURL, MaxMails: perConnection, TLS: &tls.Config{RootCAs: r.roots}, Now: time.Now})
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = sender.Close() }()
	envelopes, err := reminders()
	if err != nil {
		return 0, 0, err
	}
	before, taken := r.connections.Load(), r.taken.Load()
	began := time.Now()
	for _, envelope := range envelopes {
		if _, err := sender.Send(ctx, envelope); err != nil {
			return 0, 0, err
		}
	}
	took = time.Since(began)
	if got := r.taken.Load() - taken; got != mails || r.plain.Load() > 0 {
		return 0, 0, fmt.Errorf("the relay took %d of %d mails, %d without TLS", got, mails, r.plain.Load())
	}
	return took, r.connections.Load() - before, nil
}

// reminders are the mails, written by the templates of the real ones.
func reminders() ([]smtp.Envelope, error) {
	due := time.Date(2027, 2, 11, 17, 0, 0, 0, time.UTC)
	list := make([]smtp.Envelope, mails)
	for i := range list {
		key := programme.MessageKey("2027-spring", fmt.Sprintf("P-%06d", i), "closing-survey", programme.MsgSurveyReminder, 1, 1, 1)
		job := programme.MailJob{Key: key, Keys: []string{key}, Rule: programme.RuleScheduled, Date: due.AddDate(0, 0, -3),
			To:     programme.Person{Name: "Dr Helen Nguyen", Email: fmt.Sprintf("leader%d@service.example", i)},
			Cohort: "2027-spring", Ref: fmt.Sprintf("P-%06d", i), Contact: "programme@fairlead.example",
			Items: []programme.MailItem{{Key: key, Message: programme.MsgSurveyReminder, Stage: "closing-survey", Title: "Closing survey",
				Rung: 1, Due: due, Limit: due.AddDate(0, 0, 14), Link: programme.TokenFrom(fmt.Sprintf("token-%d", i))}}}
		text, err := email.Compose(job, publicURL)
		if err != nil {
			return nil, err
		}
		list[i] = email.NewEnvelope(job, text, publicURL)
	}
	return list, nil
}

// NewSession counts a connection. STARTTLS begins a second session on the same one, which is not counted.
func (r *relay) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	_, secure := c.TLSConnectionState()
	if !secure {
		r.connections.Add(1)
	}
	return &exchange{relay: r, secure: secure}, nil
}

// exchange takes the mails of one connection.
type exchange struct {
	relay  *relay
	secure bool
}

// Mail takes any sender.
func (*exchange) Mail(string, *gosmtp.MailOptions) error { return nil }

// Rcpt takes any recipient.
func (*exchange) Rcpt(string, *gosmtp.RcptOptions) error { return nil }

// Data reads the mail and forgets it.
func (e *exchange) Data(text io.Reader) error {
	if n, err := io.Copy(io.Discard, text); err != nil || n == 0 {
		return errors.Join(err, errNothing)
	}
	if !e.secure {
		e.relay.plain.Add(1)
	}
	e.relay.taken.Add(1)
	return nil
}

// Reset has nothing to forget.
func (*exchange) Reset() {}

// Logout has nothing to end.
func (*exchange) Logout() error { return nil }

// quiet keeps the relay from talking to the terminal.
type quiet struct{}

// Printf says nothing: what fails is seen by the sender.
func (quiet) Printf(string, ...any) {}

// Println says nothing: what fails is seen by the sender.
func (quiet) Println(...any) {}

// selfSigned is a certificate for 127.0.0.1, made in memory, and the roots that trust it.
func selfSigned() (tls.Certificate, *x509.CertPool, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048) // what most relays present
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}

// round shortens a duration for people.
func round(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case d > 10*time.Millisecond:
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
