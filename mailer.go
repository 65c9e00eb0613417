package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"fairlead/config"
	"fairlead/email"
	"fairlead/email/smtp"
	"fairlead/programme"
)

// mailer writes mails with the templates and sends them by SMTP: what the activities call Mailer.
type mailer struct {
	sender    *smtp.Sender
	publicURL string
	contact   string
	realNow   func() time.Time
	log       *slog.Logger
	slow      atomic.Bool // the last mail was not taken readily
}

// quickWithin is how long a relay takes for a mail that it takes readily.
const quickWithin = time.Second

// quick reports whether the relay took the last mail readily: nothing that others wait for should wait for one that does not.
func (m *mailer) quick() bool { return !m.slow.Load() }

// openSender makes the sender of mails from the settings. It connects when there is a mail.
func openSender(s config.Settings, public string) (*smtp.Sender, error) {
	sender, err := smtp.New(smtp.Options{URL: s.SMTPURL.Reveal(), From: s.MailFrom, FromName: s.MailFromName,
		Timeout: s.SMTPTimeout, PublicURL: public, Now: realNow})
	if err != nil {
		return nil, usageError{fmt.Errorf("FAIRLEAD_SMTP_URL: %w", err)}
	}
	return sender, nil
}

// Compose writes the mail of a job, links as placeholders.
func (m *mailer) Compose(job programme.MailJob) (programme.Rendered, error) {
	if job.Contact == "" {
		job.Contact = m.contact
	}
	job.From = m.sender.From()
	return email.Compose(job, m.publicURL)
}

// Send puts the links in and sends the mail.
func (m *mailer) Send(ctx context.Context, job programme.MailJob, mail programme.Rendered) programme.MailAttempt {
	if job.Contact == "" {
		job.Contact = m.contact
	}
	began := m.realNow()
	result, err := m.sender.Send(ctx, email.NewEnvelope(job, mail, m.publicURL))
	m.slow.Store(m.realNow().Sub(began) > quickWithin)
	if err != nil {
		m.log.Warn("an attempt to send failed", "key", job.Key, "class", result.Class, "error", err)
	}
	return programme.MailAttempt{Class: result.Class, Code: result.Code, QueueID: result.QueueID, At: m.realNow()}
}
