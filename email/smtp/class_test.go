package smtp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fairlead/email/smtp/smtptest"
	"fairlead/programme"
)

// TestClasses is reliability.md R6: whatever the relay does at whatever phase ends in the class of dependencies.md, 4.3.
func TestClasses(t *testing.T) {
	const (
		sent, temporary, permanent    = programme.MailSent, programme.MailTemporary, programme.MailPermanent
		ambiguous, configuration      = programme.MailAmbiguous, programme.MailConfiguration
		drop, hang, greeting, hello   = smtptest.Drop, smtptest.Hang, smtptest.Greeting, smtptest.Hello
		mail, rcpt, data, text, end   = smtptest.Mail, smtptest.Rcpt, smtptest.Data, smtptest.Text, smtptest.End
		auth, startTLS, reset, parted = smtptest.Auth, smtptest.StartTLS, smtptest.Reset, smtptest.Quit
	)
	for _, c := range []struct {
		phase  smtptest.Phase
		answer string
		class  programme.MailClass
		code   int
	}{
		{greeting, "421 4.3.2 closing", temporary, 421}, {greeting, "554 5.3.2 no service", temporary, 554}, {greeting, "what?", temporary, 0},
		{greeting, drop, temporary, 0}, {greeting, hang, temporary, 0},
		{hello, "421 4.3.2 closing", temporary, 421}, {hello, drop, temporary, 0}, {hello, hang, temporary, 0},
		{startTLS, "454 4.7.0 not now", temporary, 454}, {startTLS, "220 but no TLS follows", temporary, 0},
		{startTLS, drop, temporary, 0}, {startTLS, hang, temporary, 0},
		{auth, "535 5.7.8 no", configuration, 535}, {auth, "534 5.7.9 too weak", configuration, 534}, {auth, "454 4.7.0 later", temporary, 454},
		{auth, drop, temporary, 0}, {auth, hang, temporary, 0},
		{mail, "451 4.3.0 later", temporary, 451}, {mail, "421 4.3.2 closing", temporary, 421},
		{mail, "530 5.7.0 sign in first", configuration, 530}, {mail, "550 5.7.1 not your address", configuration, 550},
		{mail, drop, temporary, 0}, {mail, hang, temporary, 0},
		{rcpt, "450 4.2.1 greylisted", temporary, 450}, {rcpt, "451 4.3.0 later", temporary, 451}, {rcpt, "452 4.2.2 full", temporary, 452},
		{rcpt, "550 5.1.1 nobody", permanent, 550}, {rcpt, "552 5.2.2 full", permanent, 552}, {rcpt, "553 5.1.3 no address", permanent, 553},
		{rcpt, "530 5.7.0 sign in first", configuration, 530},
		{rcpt, drop, temporary, 0}, {rcpt, hang, temporary, 0},
		{data, "451 4.3.0 later", temporary, 451}, {data, "554 5.6.0 no", permanent, 554}, {data, drop, temporary, 0}, {data, hang, temporary, 0},
		// A small mail and its dot leave in one piece, so the relay may have them when it falls silent.
		{text, drop, ambiguous, 0}, {text, hang, ambiguous, 0},
		{end, "451 4.3.0 later", temporary, 451}, {end, "421 4.3.2 closing", temporary, 421}, {end, "452 4.3.1 full", temporary, 452},
		{end, "552 5.3.4 too big", permanent, 552}, {end, "554 5.7.1 spam", permanent, 554},
		{end, "what?", ambiguous, 0}, {end, drop, ambiguous, 0}, {end, hang, ambiguous, 0},
		{reset, drop, sent, 250}, {reset, hang, sent, 250}, {reset, "421 4.4.2 idle", sent, 250},
		{parted, drop, sent, 250}, {parted, hang, sent, 250},
	} {
		t.Run(string(c.phase)+" "+c.answer, func(t *testing.T) {
			t.Parallel()
			relay := smtptest.Start(t, smtptest.Script{c.phase: {c.answer}})
			address := relay.URL()
			if c.phase == auth {
				address = strings.Replace(address, "smtp://", "smtp://fairlead:p%40ss@", 1)
			}
			s := newSender(t, address, func(o *Options) {
				if c.answer == hang || c.phase == startTLS {
					o.Timeout = 700 * time.Millisecond
				}
			})
			result, err := s.Send(context.Background(), letter())
			if result.Class != c.class || result.Code != c.code || (err == nil) != (c.class == sent) {
				t.Fatalf("%+v, %v", result, err)
			}
			if err != nil && (strings.Contains(err.Error(), "@") || strings.Contains(err.Error(), "what?")) {
				t.Errorf("the error tells too much: %v", err)
			}
			relay.Say(c.phase, smtptest.OK)
			if c.phase == startTLS {
				return
			}
			if result, err = s.Send(context.Background(), letter()); result.Class != sent {
				t.Errorf("afterwards, with the relay well again: %+v, %v", result, err)
			}
		})
	}
}

// TestTextThatNeverEnds: as long as the dot has not left, nothing was handed over, and the half mail is never completed
// by a goodbye.
func TestTextThatNeverEnds(t *testing.T) {
	for _, answer := range []string{smtptest.Drop, smtptest.Hang} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			relay := smtptest.Start(t, smtptest.Script{smtptest.Text: {answer}})
			s := newSender(t, relay.URL(), func(o *Options) { o.Timeout = 2 * time.Second })
			result, err := s.Send(context.Background(), bulky())
			if result.Class != programme.MailTemporary || result.Code != 0 {
				t.Errorf("%+v, %v", result, err)
			}
			if letters := relay.Letters(); len(letters) != 0 {
				t.Errorf("the relay has %d mails", len(letters))
			}
		})
	}
}

func TestNoRelay(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, nil)
	relay.Close()
	for name, address := range map[string]string{"refused": relay.URL(), "unknown host": "smtp://relay.invalid:25"} {
		result, err := newSender(t, address).Send(context.Background(), letter())
		if result.Class != programme.MailTemporary || result.Code != 0 || err == nil {
			t.Errorf("%s: %+v, %v", name, result, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, nil) // offers no AUTH
	address := strings.Replace(relay.URL(), "smtp://", "smtp://fairlead:secret@", 1)
	result, err := newSender(t, address).Send(context.Background(), letter())
	if result.Class != programme.MailConfiguration || !errors.Is(err, errNoSignIn) {
		t.Errorf("no way to sign in: %+v, %v", result, err)
	}
	relay.Say(smtptest.Auth, smtptest.OK)
	if result, err = newSender(t, address).Send(context.Background(), letter()); result.Class != programme.MailSent {
		t.Errorf("%+v, %v", result, err)
	}
	if commands := strings.Join(relay.Commands(), "\n"); !strings.Contains(commands, "AUTH PLAIN AGZhaXJsZWFkAHNlY3JldA==") ||
		!strings.Contains(commands, "EHLO fairlead.example.org") {
		t.Errorf("the relay heard:\n%s", commands)
	}
}

func TestBadRecipient(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, nil)
	s := newSender(t, relay.URL())
	for _, address := range []string{"", "nobody", "a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example, c@d.example"} {
		e := letter()
		e.To.Address = address
		if result, err := s.Send(context.Background(), e); result.Class != programme.MailPermanent || err == nil {
			t.Errorf("%q: %+v, %v", address, result, err)
		}
	}
	if relay.Connections() != 0 {
		t.Error("the relay was troubled")
	}
}

// TestStopping: ctx ends an attempt until the text goes out, and not from there on.
func TestStopping(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, smtptest.Script{smtptest.Rcpt: {smtptest.Hang}})
	s := newSender(t, relay.URL(), func(o *Options) { o.MaxOpen = 1 })
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	result, err := s.Send(ctx, letter())
	if result.Class != programme.MailTemporary || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before the text: %+v, %v", result, err)
	}
	if result, err = s.Send(ctx, letter()); result.Class != programme.MailTemporary || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended before it began: %+v, %v", result, err)
	}
	if s.breaker.failures != 0 {
		t.Error("a stop from outside counts against the relay")
	}

	relay.Say(smtptest.Rcpt, smtptest.OK)
	late, stop := context.WithCancel(context.Background())
	e := letter()
	c, failure := s.take(late)
	if failure != nil {
		t.Fatal(failure)
	}
	m := s.write(e, c)
	if _, err := m.GetParts()[0].GetContent(); err != nil { // the first words are out
		t.Fatal(err)
	}
	stop()
	if err := c.mail.SendWithSMTPClient(c.client, m); err != nil || !m.IsDelivered() {
		t.Errorf("stopped inside the text: %v", err)
	}
	c.drop()
}

func TestQueueID(t *testing.T) {
	for answer, want := range map[string]string{
		"2.0.0 Ok: queued as 4XyZ12abCD": "4XyZ12abCD", "OK id=1tAbCd-0000xY-2Z": "1tAbCd-0000xY-2Z",
		"2.0.0 OK  1700000000 a1-20020a05.123 - gsmtp": "a1-20020a05.123", "Ok 0102018abc-12-000000": "0102018abc-12-000000",
		"2.0.0 OK: queued": "", "Ok": "", "delivered to helen.nguyen@example.org": "",
	} {
		if got := queueID(answer); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
}
