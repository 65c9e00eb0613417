package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

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
