package records

import (
	"strings"
	"time"

	"fairlead/faults"
	"fairlead/programme"
)

// missed deals with a line whose moment passed while nothing ran; moved is true where it does not go now.
func (c *claim) missed() (moved bool, result programme.Claim, err error) {
	if !c.clock.Missed(c.row.At, c.real) {
		return false, programme.Claim{}, nil
	}
	minute := programme.Minute(c.person.ID)
	switch programme.Rule(c.row.Rule) {
	case programme.RuleScheduled:
		soon, err := c.nextIsSoon(c.row)
		if err != nil {
			return true, programme.Claim{}, err
		}
		if soon {
			return true, notSent(programme.NotSentMissed), c.drop(c.row, programme.NotSentMissed)
		}
		return c.later(c.s.opts.Calendar.NextPersonal(c.now, minute, c.away))
	case programme.RuleStaff:
		return c.later(c.s.opts.Calendar.StaffMoment(c.now, minute))
	}
	return false, programme.Claim{}, nil
}

// later moves the line, unless the moment is now. A reminder that would then come when its date has passed says nothing
// any more.
func (c *claim) later(at time.Time) (moved bool, result programme.Claim, err error) {
	if !at.After(c.now) {
		return false, programme.Claim{}, nil
	}
	past, err := c.pastDue(c.row, at)
	if err != nil {
		return true, programme.Claim{}, err
	}
	if past {
		return true, notSent(programme.NotSentMissed), c.drop(c.row, programme.NotSentMissed)
	}
	result, err = c.replan(c.row, at)
	return true, result, err
}

// pastDue reports whether a line that goes at a moment would say nothing any more: what a reminder asks for was due before, or
// the event that is announced has begun.
func (c *claim) pastDue(row messageRow, at time.Time) (bool, error) {
	if row.Message == programme.MsgEventJoining || row.Message == programme.MsgEventTomorrow {
		return c.hasBegun(row, at)
	}
	if row.Message == programme.MsgSelectorReminder {
		return c.scoresPastDue(row, at)
	}
	if !isReminder(row) || faults.Broken("claim-ignores-answers") {
		return false, nil
	}
	var ask askRow
	err := c.tx.Select("due").Take(&ask, "id = ?", row.Ask).Error
	return !at.Before(ask.Due), err
}

// hasBegun reports whether the sitting of the leader's place at an event begins at a moment, or before.
func (c *claim) hasBegun(row messageRow, at time.Time) (bool, error) {
	var begun int64
	err := c.tx.Model(&sittingRow{}).Joins("JOIN event_places p ON p.cohort = sittings.cohort AND p.stage = sittings.stage AND p.sitting = sittings.name").
		Where("p.ref = ? AND p.stage = ? AND sittings.starts_at <= ?", row.Ref, row.Stage, at).Count(&begun).Error
	return begun > 0, err
}

// tooLate is the reason why a line that another mail could carry is left out: its date has passed, or it was missed and
// its ask's next mail comes soon. Otherwise it is empty.
func (c *claim) tooLate(row messageRow) (reason string, err error) {
	late, err := c.pastDue(row, c.now)
	if err == nil && !late && c.clock.Missed(row.At, c.real) {
		late, err = c.nextIsSoon(row)
	}
	if late {
		reason = programme.NotSentMissed
	}
	return reason, err
}

// nextIsSoon reports whether a missed reminder's ask sends its next mail within a day anyway.
func (c *claim) nextIsSoon(row messageRow) (bool, error) {
	if !isReminder(row) {
		return false, nil
	}
	var n int64
	err := c.tx.Model(&messageRow{}).Where("ask = ? AND person_id = ? AND state = ? AND key <> ? AND at > ? AND at <= ?", row.Ask, row.PersonID,
		string(programme.MessagePlanned), row.Key, row.At, c.now.Add(24*time.Hour)).Count(&n).Error
	return n > 0, err
}

// isReminder tells the mails that may be dropped from those that may not.
func isReminder(row messageRow) bool {
	return row.Ask != "" && row.Rung > 0 && (row.Message == programme.MsgCoachingTomorrow || strings.HasSuffix(row.Message, "-reminder") || row.Message == programme.MsgInvitationAssistant)
}
