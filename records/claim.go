package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// grip is how long, in real time, a claim keeps others off before it counts as abandoned: longer than a mail takes to be
// written, shorter than the heartbeat after which a killed worker's mail is tried again.
const grip = 4 * time.Second

// claim is one decision whether a line of the ledger may go now.
type claim struct {
	s      *Store
	ctx    context.Context
	tx     *gorm.DB
	clock  programme.Clock
	real   time.Time
	now    time.Time // programme moment
	row    messageRow
	j      *journeyRow // nil for mail that belongs to no journey
	cohort programme.Cohort
	year   programme.Blueprint
	away   func(programme.Date) bool
	person personRow // who gets it
	to     mailbox   // where
	due    time.Time // the new dates of a request that left late
	limit  time.Time
}

// Claim decides whether a line of the ledger goes now. at is the moment it was planned for, real is now. Whoever claims
// the first scheduled line of a person's London day takes along every other line of that person that is due, and gets a
// job for one mail; the others find themselves merged. A repeat for a mail that was claimed and not finished gets the same
// job again, with the mail as an earlier attempt wrote it. ErrNotFound where there is no such line.
func (s *Store) Claim(ctx context.Context, key string, at, real time.Time) (result programme.Claim, err error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return programme.Claim{}, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		c := &claim{s: s, ctx: ctx, tx: tx, clock: clock, real: real, now: moment(clock, at, real)}
		if err := c.load(key); err != nil {
			return err
		}
		if result, err = c.decide(); err != nil {
			return err
		}
		faults.Here("inside-claim")
		return nil
	})
	return result, err
}

// load locks the journey first and the person next, as a turn does, and reads the line as it then stands.
func (c *claim) load(key string) error {
	if err := c.tx.Take(&c.row, "key = ?", key).Error; err != nil {
		return fmt.Errorf("line of the ledger: %w", err)
	}
	if c.row.Ref != "" {
		c.j = &journeyRow{}
		if err := locked(c.tx).Take(c.j, "ref = ?", c.row.Ref).Error; err != nil {
			return err
		}
	}
	if err := locked(c.tx).Take(&c.person, "id = ?", c.row.PersonID).Error; err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	cohort, err := cohortByName(c.tx, c.row.Cohort)
	if err != nil {
		return err
	}
	c.cohort = cohortFromRow(cohort)
	if c.year, err = c.s.blueprint(c.cohort.Blueprint); err != nil {
		return err
	}
	if c.j != nil {
		if c.cohort, err = c.s.livedBy(c.tx, c.cohort, c.year, *c.j); err != nil {
			return err
		}
	}
	if c.row.Recipient == toParticipant {
		c.away = residentialDays(c.year, c.cohort)
	}
	if err := c.tx.Take(&c.row, "key = ?", key).Error; err != nil {
		return err
	}
	return c.address()
}

// address finds out where the mail goes. One whose sending has begun stays with the usual address, though the leader has
// given a private one since: it may carry other matters.
func (c *claim) address() error {
	known, err := c.tokens(c.row)
	if err != nil {
		return err
	}
	if known[sentTo] == c.person.EmailFolded {
		c.to = usualMailbox(c.person)
		return nil
	}
	c.to, err = c.s.mailboxOf(c.tx, c.row, c.person)
	return err
}

func (c *claim) decide() (programme.Claim, error) {
	switch programme.MessageState(c.row.State) {
	case programme.MessagePlanned:
		return c.first()
	case programme.MessageSending:
		return c.again()
	case programme.MessageSent, programme.MessagePerhapsSent:
		return programme.Claim{Outcome: programme.ClaimSent, Reason: c.row.Reason}, nil
	case programme.MessageMerged:
		return programme.Claim{Outcome: programme.ClaimMerged}, nil
	case programme.MessageFailed:
		return programme.Claim{Outcome: programme.ClaimParked, Reason: c.row.Reason}, nil
	}
	return notSent(c.row.Reason), nil
}

func notSent(reason string) programme.Claim {
	return programme.Claim{Outcome: programme.ClaimNotSent, Reason: reason}
}

// first decides on a line that nobody has claimed yet.
func (c *claim) first() (programme.Claim, error) {
	if c.row.At.After(c.now) {
		return programme.Claim{Outcome: programme.ClaimReplanned, At: c.row.At.UTC()}, nil
	}
	reason, waits, err := c.refusal(c.row)
	switch {
	case err != nil:
		return programme.Claim{}, err
	case waits: // resuming the journey brings it back
		return notSent(reason), nil
	case reason != "":
		return notSent(reason), c.drop(c.row, reason)
	case c.to.suppressed != "":
		return c.parked()
	}
	past, err := c.pastDue(c.row, c.now)
	if err != nil {
		return programme.Claim{}, err
	}
	if past {
		return notSent(programme.NotSentMissed), c.drop(c.row, programme.NotSentMissed)
	}
	if waits, result, err := c.waitsForWhere(); waits || err != nil {
		return result, err
	}
	if moved, result, err := c.missed(); moved || err != nil {
		return result, err
	}
	if c.row.Rule == string(programme.RuleScheduled) {
		// An event may have moved onto the day since the mail was planned.
		if c.away != nil && c.away(programme.DateOf(c.now)) {
			free := c.s.opts.Calendar.NextPersonal(c.now, programme.Minute(c.person.ID), c.away)
			if moved, result, err := c.later(free); moved || err != nil {
				return result, err
			}
		}
		if lost, result, err := c.takeDay(); lost || err != nil {
			return result, err
		}
	}
	if err := c.lateRequests(); err != nil {
		return programme.Claim{}, err
	}
	claimed := c.clock.Programme(c.real)
	err = once(c.tx.Model(&messageRow{}).Where("key = ? AND state = ?", c.row.Key, string(programme.MessagePlanned)).
		Updates(map[string]any{"state": string(programme.MessageSending), "reason": "", "lead_key": c.row.Key, "attempted_at": claimed,
			"subject_enc": nil, "text_enc": nil, "html_enc": nil, "calendar_enc": nil}))
	if err != nil {
		return programme.Claim{}, err
	}
	// A mail that failed before is written anew: what it says may have changed.
	c.row.AttemptedAt, c.row.SubjectEnc, c.row.TextEnc, c.row.HTMLEnc, c.row.CalendarEnc = &claimed, nil, nil, nil, nil
	return c.send(false)
}

// refusal says why a line may not go, or "". waits tells that it stays planned nevertheless: nothing scheduled goes
// during a hold, but a line without an ask has nobody who would plan it again.
func (c *claim) refusal(row messageRow) (reason string, waits bool, err error) {
	if faults.Broken("claim-ignores-answers") {
		return "", false, nil
	}
	return c.s.refusal(c.tx, row)
}

func (s *Store) refusal(tx *gorm.DB, row messageRow) (reason string, waits bool, err error) {
	if row.Ask != "" {
		var ask askRow
		if err := tx.Take(&ask, "id = ?", row.Ask).Error; err != nil {
			return "", false, err
		}
		switch {
		case ask.State == string(programme.AskAnswered):
			return programme.NotSentAnswered, false, nil
		case ask.State == string(programme.AskLapsed):
			return programme.NotSentLapsed, false, nil
		case ask.State != string(programme.AskOpen):
			return programme.NotSentEnded, false, nil
		case ask.Held:
			return programme.NotSentHeld, false, nil
		case ask.Plan != row.Plan:
			return programme.NotSentReplanned, false, nil
		}
	}
	if off, err := s.turnedOff(tx, row); err != nil || off {
		return programme.NotSentUnsubscribed, false, err
	}
	if row.Message == programme.MsgEventConfirmed || row.Message == programme.MsgEventCancelled {
		overhauled, err := overhauled(tx, row)
		if err != nil || overhauled {
			return programme.NotSentReplaced, false, err
		}
	}
	if again, err := retold(tx, row); err != nil || again {
		return programme.NotSentReplaced, false, err
	}
	if row.Message == programme.MsgCoachingReminder {
		if awaits, err := awaitsCoach(tx, row); err != nil || awaits != "" {
			return awaits, false, err
		}
	}
	if late, err := overtaken(tx, row); err != nil || late {
		return programme.NotSentReplaced, false, err
	}
	if row.Message == programme.MsgCoachLeaders || row.Message == programme.MsgCoachChanged {
		if still, err := stillCoaches(tx, row); err != nil || !still {
			return programme.NotSentReplaced, false, err
		}
	}
	if row.Recipient == toSelector {
		if done, err := allScored(tx, row); err != nil || done {
			return programme.NotSentAnswered, false, err
		}
	}
	if row.Ref == "" || row.Rule != string(programme.RuleScheduled) {
		return "", false, nil
	}
	var j journeyRow
	if err := tx.Select("state").Take(&j, "ref = ?", row.Ref).Error; err != nil {
		return "", false, err
	}
	switch state := programme.JourneyState(j.State); {
	case state == programme.Completed && row.Ask != "": // only a survey after the year can still be open
	case state.Ended():
		return programme.NotSentEnded, false, nil
	case state == programme.OnHold && !faults.Broken("ignores-hold"):
		return programme.NotSentHeld, true, nil
	}
	return "", false, nil
}

// drop turns a planned line into one that does not go.
func (c *claim) drop(row messageRow, reason string) error {
	return c.tx.Model(&messageRow{}).Where("key = ? AND state = ?", row.Key, string(programme.MessagePlanned)).
		Updates(map[string]any{"state": string(programme.MessageNotSent), "reason": reason}).Error
}

// replan moves a planned line to another moment.
func (c *claim) replan(row messageRow, at time.Time) (programme.Claim, error) {
	err := c.tx.Model(&messageRow{}).Where("key = ? AND state = ?", row.Key, string(programme.MessagePlanned)).Update("at", at).Error
	return programme.Claim{Outcome: programme.ClaimReplanned, At: at}, err
}

// parked says that the address refuses mail. A confirmation is let go; anything else waits for staff, and the stage shows it.
func (c *claim) parked() (programme.Claim, error) {
	if c.row.Rule == string(programme.RuleReply) {
		return notSent(programme.NotSentSuppressed), c.drop(c.row, programme.NotSentSuppressed)
	}
	result := programme.Claim{Outcome: programme.ClaimParked, Reason: c.to.suppressed}
	return result, c.s.parkMail(c.tx, c.row, attentionRefused)
}
