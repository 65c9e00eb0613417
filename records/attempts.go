package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// taskPerhapsSent is the code of the task about a mail nobody knows the fate of; the others have the attention's code.
const taskPerhapsSent = "mail_perhaps_sent"

// suppressedRefused says why nothing is sent to an address.
const suppressedRefused = "refused"

// BeginAttempt notes that an attempt to send a claimed line begins, and keeps the mail as it goes out, encrypted with the
// key of who gets it. ErrConflict where the line is not being sent any more: then it must not go.
func (s *Store) BeginAttempt(ctx context.Context, key string, mail programme.Rendered) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var row messageRow
		if err := tx.Take(&row, "key = ?", key).Error; err != nil {
			return fmt.Errorf("line of the ledger: %w", err)
		}
		if err := s.sealMail(ctx, &row, mail); err != nil {
			return err
		}
		return once(tx.Model(&messageRow{}).Where("key = ? AND state = ?", key, string(programme.MessageSending)).Updates(map[string]any{
			"attempts": gorm.Expr("attempts + 1"), "reason": attempting, "message_id": gorm.Expr("CASE WHEN message_id = '' THEN ? ELSE message_id END", s.messageID(key)),
			"subject_enc": row.SubjectEnc, "text_enc": row.TextEnc, "html_enc": row.HTMLEnc, "calendar_enc": row.CalendarEnc, "template_version": row.TemplateVersion}))
	})
}

// finishing is the end of one attempt.
type finishing struct {
	s   *Store
	tx  *gorm.DB
	now time.Time // programme moment
	row messageRow
	a   programme.MailAttempt
}

// FinishAttempt notes how an attempt ended. Sent: the line and all it carried have gone. Permanent: the line has failed,
// what it carried is planned again, nothing more is sent to the address, and staff get a task; a mail that could not even
// be written fails alone. Ambiguous: it may be repeated, under the same Message-ID. Where the caller gives up, it was
// perhaps sent, or failed as undelivered. A repeat changes nothing.
func (s *Store) FinishAttempt(ctx context.Context, key string, attempt programme.MailAttempt) error {
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		c := &claim{s: s, ctx: ctx, tx: tx, clock: clock, real: s.realNow()}
		if err := c.load(key); err != nil {
			return err
		}
		f := &finishing{s: s, tx: tx, now: moment(clock, c.row.At, c.real), row: c.row, a: attempt}
		switch {
		case attempt.Class == programme.MailSent:
			return f.sent(c.j)
		case c.row.State != string(programme.MessageSending):
			return nil
		case attempt.Class == programme.MailPermanent:
			return f.refused(c)
		case attempt.Class == programme.MailAmbiguous:
			return f.ambiguous()
		}
		return f.failed()
	})
}

func (f *finishing) update(values map[string]any) error {
	return f.tx.Model(&messageRow{}).Where("key = ?", f.row.Key).Updates(values).Error
}

// sent also takes back a "perhaps": the attempt has come to an end after all.
func (f *finishing) sent(j *journeyRow) error {
	id := f.row.MessageID
	marked := f.tx.Model(&messageRow{}).Where("key = ? AND state IN ?", f.row.Key,
		[]string{string(programme.MessageSending), string(programme.MessagePerhapsSent)}).
		Updates(map[string]any{"state": string(programme.MessageSent), "reason": "", "sent_at": f.now, "server_code": f.a.Code,
			"queue_id": f.a.QueueID, "token_enc": nil})
	if marked.Error != nil || marked.RowsAffected == 0 {
		return marked.Error
	}
	err := f.tx.Model(&messageRow{}).Where("lead_key = ? AND state = ?", f.row.Key, string(programme.MessageMerged)).
		Updates(map[string]any{"sent_at": f.now, "message_id": id, "token_enc": nil}).Error
	if err != nil {
		return err
	}
	if j != nil && j.FirstMessageID == "" && j.PersonID == f.row.PersonID {
		if err := f.tx.Model(&journeyRow{}).Where("ref = ?", j.Ref).Update("first_message_id", id).Error; err != nil {
			return err
		}
	}
	return f.replaceLinks()
}

// replaceLinks ends the older links to what the mail opens.
func (f *finishing) replaceLinks() error {
	var keys []string
	err := f.tx.Model(&messageRow{}).Where("lead_key = ? OR key = ?", f.row.Key, f.row.Key).Pluck("key", &keys).Error
	if err != nil {
		return err
	}
	return replaceOlder(f.tx, keys)
}

// refused ends a line whose address refuses mail for good, or whose mail could not be written (then no attempt had
// begun). An address that is the person's no longer has refused nothing that matters: whoever changed it sees to the rest.
func (f *finishing) refused(c *claim) error {
	if f.row.Reason != attempting {
		return f.fail(attentionUnfit)
	}
	changed, err := c.addressChanged()
	if err != nil {
		return err
	}
	if changed {
		known, err := c.tokens(f.row)
		if err != nil {
			return err
		}
		if err := f.s.endUnsent(f.tx, f.now, f.row, programme.MessageNotSent, programme.NotSentReplaced); err != nil || known[sentPrivately] == "" {
			return err
		}
		return f.s.planAgain(f.tx, f.now, f.row) // the leader has changed it, and nothing else says the same
	}
	if err := suppress(f.tx, f.row.PersonID, c.to); err != nil {
		return err
	}
	return f.fail(attentionRefused)
}

func (f *finishing) ambiguous() error {
	if err := f.update(map[string]any{"reason": string(programme.MailAmbiguous), "may_repeat": true, "server_code": f.a.Code}); err != nil {
		return err
	}
	f.row.MayRepeat = true
	if !f.a.GaveUp {
		return nil
	}
	return f.perhaps()
}

// failed notes an attempt that did not get through; of one that is not to be repeated it makes an end.
func (f *finishing) failed() error {
	err := f.update(map[string]any{"reason": string(f.a.Class), "server_code": f.a.Code, "queue_id": f.a.QueueID})
	if err != nil {
		return err
	}
	switch {
	case f.a.GaveUp && f.row.MayRepeat:
		return f.perhaps()
	case f.a.GaveUp:
		return f.fail(attentionUndelivered)
	case f.row.MayRepeat:
		return nil
	}
	reason, _, err := f.s.refusal(f.tx, f.row)
	if err != nil || reason == "" {
		return err
	}
	// Meanwhile it was answered, held or withdrawn: there will be no further attempt.
	return f.s.endUnsent(f.tx, f.now, f.row, programme.MessageNotSent, reason)
}

func (f *finishing) fail(attention string) error {
	reason := map[string]string{attentionRefused: "refused", attentionUndelivered: "undelivered", attentionUnfit: "unfit"}[attention]
	if err := f.update(map[string]any{"server_code": f.a.Code, "queue_id": f.a.QueueID}); err != nil {
		return err
	}
	if err := restoreDue(f.tx, f.row); err != nil {
		return err
	}
	if err := f.s.endUnsent(f.tx, f.now, f.row, programme.MessageFailed, reason); err != nil {
		return err
	}
	if err := f.s.parkMail(f.tx, f.row, attention); err != nil {
		return err
	}
	return f.task(attention)
}

func (f *finishing) perhaps() error {
	if err := f.s.endUnsent(f.tx, f.now, f.row, programme.MessagePerhapsSent, string(programme.MailAmbiguous)); err != nil {
		return err
	}
	if err := f.replaceLinks(); err != nil {
		return err
	}
	return f.task(taskPerhapsSent)
}

// task is raised once for each time that the line was claimed.
func (f *finishing) task(code string) error {
	return f.s.openTask(f.tx, programme.Task{Cohort: f.row.Cohort, Ref: f.row.Ref, Stage: f.row.Stage, Code: code, Opened: f.now},
		fmt.Sprintf("%s/%d/%s", f.row.Key, orZero(f.row.AttemptedAt).UnixMilli(), code))
}
