package main

import (
	"context"
	"fmt"
	"log/slog"
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
}

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
	result, err := m.sender.Send(ctx, email.NewEnvelope(job, mail, m.publicURL))
	if err != nil {
		m.log.Warn("an attempt to send failed", "key", job.Key, "class", result.Class, "error", err)
	}
	return programme.MailAttempt{Class: result.Class, Code: result.Code, QueueID: result.QueueID, At: m.realNow()}
}
