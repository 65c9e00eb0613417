package smtp

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/email/smtp/smtptest"
	"fairlead/programme"
)

// TestReuse counts connections: many mails, few connections, an RSET between any two mails.
func TestReuse(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, nil)
	s := newSender(t, relay.URL(), func(o *Options) { o.MaxOpen, o.MaxIdle = 3, 3 })
	const mails = 60
	var all sync.WaitGroup
	for range mails {
		all.Go(func() {
			if result, err := s.Send(context.Background(), letter()); err != nil || !strings.HasPrefix(result.QueueID, "Q0") {
				t.Errorf("%+v, %v", result, err)
			}
		})
	}
	all.Wait()
	if n := relay.Connections(); n > 3 {
		t.Errorf("%d mails took %d connections", mails, n)
	}
	resets := strings.Count(strings.Join(relay.Commands(), "\n"), "RSET")
	if got := len(relay.Letters()); got != mails || resets != mails-relay.Connections() {
		t.Errorf("%d mails, %d resets, %d connections", got, resets, relay.Connections())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if parted := strings.Count(strings.Join(relay.Commands(), "\n"), "QUIT"); parted != relay.Connections() {
		t.Errorf("%d goodbyes on %d connections", parted, relay.Connections())
	}
	if result, err := s.Send(context.Background(), letter()); result.Class != programme.MailTemporary || err == nil {
		t.Errorf("after Close: %+v, %v", result, err)
	}
}

// TestDeadIdleConnection: a relay may close what lies idle; the next mail makes a new connection and nobody notices.
func TestDeadIdleConnection(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", smtptest.Hang, smtptest.Drop, "421 4.4.2 idle too long"} {
		relay := smtptest.Start(t, nil)
		s := newSender(t, relay.URL())
		for i := range 3 {
			if result, err := s.Send(context.Background(), letter()); result.Class != programme.MailSent {
				t.Fatalf("%q, mail %d: %+v, %v", answer, i, result, err)
			}
			if answer == "" {
				relay.DropAll()
				continue
			}
			relay.Say(smtptest.Reset, answer)
			s.opts.Timeout = 500 * time.Millisecond // of the hang; everything else answers at once
		}
		if n := relay.Connections(); n != 3 || len(relay.Letters()) != 3 || s.breaker.failures != 0 {
			t.Errorf("%q: %d connections, %d mails, %d failures", answer, n, len(relay.Letters()), s.breaker.failures)
		}
	}
}

func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, nil)
	s := newSender(t, relay.URL(), func(o *Options) { o.MaxMails = 2 })
	for range 5 {
		if _, err := s.Send(context.Background(), letter()); err != nil {
			t.Fatal(err)
		}
	}
	if relay.Connections() != 3 {
		t.Errorf("five mails, two for each connection: %d connections", relay.Connections())
	}
	s.expire(s.idle[0]) // what the timer does
	if len(s.idle) != 0 {
		t.Error("an idle connection outlives its time")
	}
	s.expire(&connection{}) // taken by a mail in the same moment
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedMailKeepsTheConnection: a no to one mail is no reason to connect again for the next.
func TestRefusedMailKeepsTheConnection(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, smtptest.Script{smtptest.Rcpt: {"550 5.1.1 nobody", smtptest.OK}, smtptest.End: {"554 5.7.1 spam", "451 4.3.0 later", smtptest.OK}})
	s := newSender(t, relay.URL())
	var classes []string
	for range 4 {
		result, _ := s.Send(context.Background(), letter())
		classes = append(classes, string(result.Class))
	}
	if got := strings.Join(classes, " "); got != "permanent permanent temporary sent" || relay.Connections() != 1 {
		t.Errorf("%s over %d connections", got, relay.Connections())
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	relay := smtptest.Start(t, smtptest.Script{smtptest.Greeting: {"421 4.3.2 closing"}})
	time := &clock{}
	s := newSender(t, relay.URL(), func(o *Options) { o.Now, o.Pause = time.now, 30e9 })
	send := func() programme.MailClass {
		result, _ := s.Send(context.Background(), letter())
		return result.Class
	}
	for i := range 5 {
		if !s.Healthy() {
			t.Fatalf("open after %d failures", i)
		}
		send()
	}
	if s.Healthy() || send() != programme.MailTemporary || relay.Connections() != 5 {
		t.Errorf("healthy %v, %d connections", s.Healthy(), relay.Connections())
	}
	time.advance(31e9)
	if send(); relay.Connections() != 6 || s.Healthy() { // the probe fails: another pause
		t.Errorf("healthy %v, %d connections", s.Healthy(), relay.Connections())
	}
	if send(); relay.Connections() != 6 {
		t.Error("a second mail went with the probe")
	}
	relay.Say(smtptest.Greeting, smtptest.OK)
	time.advance(31e9)
	if got := send(); got != programme.MailSent || !s.Healthy() {
		t.Errorf("the probe ended as %s, healthy %v", got, s.Healthy())
	}
}

// TestBreakerClasses: what the breaker keeps back waits for the same thing as what failed, and is never "perhaps sent";
// refusals of single mails never open it.
func TestBreakerClasses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		phase   smtptest.Phase
		answer  string
		kept    programme.MailClass
		healthy bool
	}{
		{smtptest.Mail, "550 5.7.1 not your address", programme.MailConfiguration, false},
		{smtptest.End, smtptest.Drop, programme.MailTemporary, false},
		{smtptest.Rcpt, "550 5.1.1 nobody", programme.MailPermanent, true},
		{smtptest.End, "451 4.3.0 later", programme.MailTemporary, true},
	} {
		relay := smtptest.Start(t, smtptest.Script{c.phase: {c.answer}})
		s := newSender(t, relay.URL())
		var last Result
		for range 6 {
			last, _ = s.Send(context.Background(), letter())
		}
		if last.Class != c.kept || s.Healthy() != c.healthy {
			t.Errorf("%s %s: %s, healthy %v", c.phase, c.answer, last.Class, s.Healthy())
		}
		relay.Say(c.phase, smtptest.OK)
		if err := s.Check(context.Background()); err != nil || !s.Healthy() {
			t.Errorf("%s: after the check: %v", c.phase, err)
		}
	}
}

func TestOneProbeAtATime(t *testing.T) {
	time := &clock{}
	b := &breaker{limit: 1, pause: 1, now: time.now}
	b.enter()
	b.leave(broke, programme.MailTemporary)
	time.advance(2)
	_, first := b.enter()
	_, second := b.enter()
	b.leave(unknown, "")
	_, third := b.enter()
	if !first || second || !third {
		t.Errorf("%v %v %v", first, second, third)
	}
}

func TestOptions(t *testing.T) {
	good := Options{URL: "smtp://127.0.0.1:25", From: "a@example.org", Now: (&clock{}).now}
	for name, change := range map[string]func(*Options){
		"no scheme": func(o *Options) { o.URL = "127.0.0.1:25" }, "http": func(o *Options) { o.URL = "http://h:25" },
		"no host": func(o *Options) { o.URL = "smtp://:25" }, "a path": func(o *Options) { o.URL = "smtp://h/x" },
		"port 0": func(o *Options) { o.URL = "smtp://h:0" }, "an unknown option": func(o *Options) { o.URL = "smtp://h?verify=no" },
		"raw password": func(o *Options) { o.URL = "smtp://user:top%zz@h:25" }, "no sender": func(o *Options) { o.From = "programme" },
		"no clock": func(o *Options) { o.Now = nil }, "weaker smtps": func(o *Options) { o.URL = "smtps://h?tls=opportunistic" },
	} {
		opts := good
		change(&opts)
		if _, err := New(opts); err == nil || strings.Contains(err.Error(), "top") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for address, want := range map[string]relay{
		"smtp://relay.example":                   {host: "relay.example", port: 25},
		"smtp://u:p%40s%2Fs@relay.example":       {host: "relay.example", port: 587, user: "u", password: "p@s/s"},
		"smtps://u:p@relay.example?tls=required": {host: "relay.example", port: 465, user: "u", password: "p", implicitTLS: true, requireTLS: true},
	} {
		if got, err := parseRelay(address); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	printed := fmt.Sprintf("%v %+v %#v", Options{URL: "smtp://u:topsecret@h"}, Options{URL: "smtp://u:topsecret@h"}, &Options{URL: "smtp://u:topsecret@h"})
	if strings.Contains(printed, "topsecret") {
		t.Errorf("a password is printed: %s", printed)
	}
}
