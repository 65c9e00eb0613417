package records

import (
	"encoding/json"
	"errors"
	"time"

	"fairlead/faults"
	"fairlead/programme"
)

// The classes of an attempt stand as the reason of a line that is being sent; this one says that an attempt has begun and
// nobody knows yet how it ended.
const attempting = "attempting"

// carried are the lines merged into the mail that this line leads, in order.
func (c *claim) carried() ([]messageRow, error) {
	var rows []messageRow
	return rows, c.tx.Where("lead_key = ? AND state = ? AND key <> ?", c.row.Key, string(programme.MessageMerged), c.row.Key).
		Order("at, id").Find(&rows).Error
}

// again decides on a line that was claimed before and is not done: its worker died, or an attempt failed for a while.
func (c *claim) again() (programme.Claim, error) {
	if c.row.Attempts <= 1 && (c.row.Reason == "" || c.row.Reason == attempting) && c.real.Sub(c.clock.Real(c.claimedAt())) < grip {
		// Somebody is at it this very moment.
		return programme.Claim{Outcome: programme.ClaimReplanned, At: c.clock.Programme(c.real.Add(grip))}, nil
	}
	// An attempt without an end may have got through: only the very same mail may be repeated.
	open := c.row.Reason == attempting || c.row.MayRepeat
	rows, err := c.carried()
	if err != nil {
		return programme.Claim{}, err
	}
	wanted := false
	for _, row := range append([]messageRow{c.row}, rows...) {
		reason, _, err := c.refusal(row)
		if err != nil {
			return programme.Claim{}, err
		}
		wanted = wanted || reason == ""
		switch {
		case reason == "" || open:
		case row.Key == c.row.Key:
			return notSent(reason), c.s.endUnsent(c.tx, c.now, c.row, programme.MessageNotSent, reason)
		default: // nobody has a copy yet: the mail is written anew without it
			if err := c.unmerge(row, reason); err != nil {
				return programme.Claim{}, err
			}
		}
	}
	if !wanted {
		return programme.Claim{Outcome: programme.ClaimSent, Reason: string(programme.MessagePerhapsSent)},
			c.s.endUnsent(c.tx, c.now, c.row, programme.MessagePerhapsSent, string(programme.MailAmbiguous))
	}
	changed, err := c.addressChanged()
	if err != nil {
		return programme.Claim{}, err
	}
	if changed { // the links of the mail as written are dead
		if err := c.partCompany(rows); err != nil {
			return programme.Claim{}, err
		}
		if err := c.writeAnew(); err != nil {
			return programme.Claim{}, err
		}
	}
	if open && !c.row.MayRepeat {
		if err := c.tx.Model(&messageRow{}).Where("key = ?", c.row.Key).Update("may_repeat", true).Error; err != nil {
			return programme.Claim{}, err
		}
	}
	return c.send(open)
}

// unmerge takes a line out of a mail that nobody has, and with it the mail as it was written.
func (c *claim) unmerge(row messageRow, reason string) error {
	err := c.tx.Model(&messageRow{}).Where("key = ?", row.Key).Updates(map[string]any{"state": string(programme.MessageNotSent),
		"reason": reason, "lead_key": "", "token_enc": nil}).Error
	if err != nil {
		return err
	}
	c.row.SubjectEnc, c.row.TextEnc, c.row.HTMLEnc, c.row.CalendarEnc = nil, nil, nil, nil
	return c.tx.Model(&messageRow{}).Where("key = ?", c.row.Key).
		Updates(map[string]any{"subject_enc": nil, "text_enc": nil, "html_enc": nil, "calendar_enc": nil}).Error
}

// partCompany lets what a mail carried go by itself where the mail's new address is not its own.
func (c *claim) partCompany(rows []messageRow) error {
	for _, row := range rows {
		box, err := c.s.mailboxOf(c.tx, row, c.person)
		if err != nil {
			return err
		}
		if box.private != c.to.private {
			if err := c.s.planAgain(c.tx, c.now, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// sentTo is the name under which the address that a mail went to is kept with its tokens; sentPrivately is there where it
// was the private one.
const (
	sentTo        = "@"
	sentPrivately = "@private"
)

// addressChanged reports whether the mail has another address than the one it was last meant for.
func (c *claim) addressChanged() (bool, error) {
	known, err := c.tokens(c.row)
	return err == nil && known[sentTo] != "" && known[sentTo] != c.to.folded(), err
}

// writeAnew forgets the mail as it was written and its links, for all lines that it carries.
func (c *claim) writeAnew() error {
	c.row.SubjectEnc, c.row.TextEnc, c.row.HTMLEnc, c.row.CalendarEnc, c.row.TokenEnc = nil, nil, nil, nil, nil
	return c.tx.Model(&messageRow{}).Where("lead_key = ? OR key = ?", c.row.Key, c.row.Key).
		Updates(map[string]any{"subject_enc": nil, "text_enc": nil, "html_enc": nil, "calendar_enc": nil, "token_enc": nil}).Error
}

// tokens are what an earlier attempt kept of a line's links, and the address it went to.
func (c *claim) tokens(row messageRow) (map[string]string, error) {
	known := map[string]string{}
	text, err := c.s.decryptIfKept(c.ctx, row.PersonID, row.TokenEnc)
	if err != nil || len(text) == 0 {
		return known, err
	}
	return known, json.Unmarshal(text, &known)
}

func (c *claim) claimedAt() time.Time { return orZero(c.row.AttemptedAt) }

// send makes the job for the mail that this line leads. repeat says that an earlier attempt may have got through.
func (c *claim) send(repeat bool) (programme.Claim, error) {
	job := programme.MailJob{Key: c.row.Key, Rule: programme.Rule(c.row.Rule), Date: c.date(), To: personFromRow(c.person),
		Cohort: c.cohort.Name, Ref: c.row.Ref, Signatory: c.cohort.Signatory, Contact: c.cohort.Contact, Repeat: repeat}
	job.To.Email = c.to.address
	if job.MessageID = c.row.MessageID; job.MessageID == "" {
		job.MessageID = c.s.messageID(c.row.Key)
	}
	if repeat && faults.Broken("new-message-id-on-retry") {
		job.MessageID = "again." + job.MessageID
	}
	if faults.Broken("wrong-person") && job.Rule == programme.RuleReply {
		var other personRow
		if err := c.tx.Where("id <> ?", c.person.ID).Order("id").Take(&other).Error; err != nil {
			return programme.Claim{}, err
		}
		job.To = personFromRow(other)
	}
	if len(c.row.AddressEnc) > 0 {
		address, err := c.s.decryptIfKept(c.ctx, c.row.PersonID, c.row.AddressEnc)
		if err != nil {
			return programme.Claim{}, err
		}
		job.To.Email = string(address)
	}
	if c.j != nil {
		job.References = c.j.FirstMessageID
	}
	rows, err := c.carried()
	if err != nil {
		return programme.Claim{}, err
	}
	for _, row := range append([]messageRow{c.row}, rows...) {
		item, err := c.item(row)
		if err != nil {
			return programme.Claim{}, err
		}
		job.Keys, job.Items = append(job.Keys, row.Key), append(job.Items, item)
	}
	if len(c.row.TextEnc) > 0 {
		mail, err := c.s.openMail(c.ctx, c.row)
		if err != nil {
			return programme.Claim{}, err
		}
		job.Prepared = &mail
	}
	return programme.Claim{Outcome: programme.ClaimSend, Due: c.due, Limit: c.limit, Job: &job}, nil
}

// date is the Date header, the same for every attempt: the moment of the first claim or, on a fast clock, the planned one.
func (c *claim) date() time.Time {
	return c.clock.At(c.row.At.UTC(), c.clock.Real(c.claimedAt())).Truncate(time.Second)
}

// item is what the mail says of one line, with its link.
func (c *claim) item(row messageRow) (programme.MailItem, error) {
	p := row.params()
	item := programme.MailItem{Key: row.Key, Message: row.Message, Stage: row.Stage, Rung: row.Rung, Count: p.Count, Cohort: p.Into,
		Ref: programme.Reference(p.Submission)}
	cohort, year := c.cohort, c.year
	if row.Cohort != cohort.Name || row.Ref != c.row.Ref {
		var err error
		if cohort, year, err = c.s.yearOfJourney(c.tx, row.Cohort, row.Ref); err != nil {
			return item, err
		}
	}
	item.Opening = cohort.Openings[row.Message]
	if stage, err := year.StageIn(cohort, row.Stage); err == nil {
		item.Title, item.Supplier, item.Later, item.LooksBack = stage.Title, stage.Supplier, stage.Later(), stage.LooksBack()
	}
	if row.Message == programme.MsgTeamMessage {
		if err := c.words(&item, p.Command); err != nil {
			return item, err
		}
	}
	if row.Message == programme.MsgApplyVerify {
		return item, c.doors(&item, row)
	}
	if row.Recipient == toSelector {
		return item, c.selectorItem(&item, row)
	}
	if row.Ref == "" {
		return item, nil
	}
	j := c.j
	if j == nil || j.Ref != row.Ref {
		j = &journeyRow{}
		if err := c.tx.Take(j, "ref = ?", row.Ref).Error; err != nil {
			return item, err
		}
	}
	if item.State = programme.JourneyState(j.State); item.State == programme.OnHold {
		item.State = programme.JourneyState(j.HeldState)
	}
	var stage stageRow
	if row.Stage != "" {
		if err := c.tx.Take(&stage, "ref = ? AND name = ?", row.Ref, row.Stage).Error; err != nil {
			return item, err
		}
		if row.Message != programme.MsgAssistantWelcome { // that is no date of the assistant's
			item.Due, item.Limit = orZero(stage.Due), orZero(stage.LimitAt)
		}
	}
	if row.Recipient == toAssistant || row.Recipient == toStaff || row.Recipient == toCoach {
		var leader personRow
		err := c.tx.Take(&leader, "id = (SELECT person_id FROM journeys WHERE ref = ?)", row.Ref).Error
		if err != nil {
			return item, err
		}
		item.Leader = leader.Name
	}
	if programme.Kind(stage.Kind) == programme.KindCoaching || row.Message == programme.MsgCoachChanged {
		var err error
		if item.Session, err = c.session(row); err != nil {
			return item, err
		}
	}
	if programme.ListsDates(row.Message) {
		lines, err := c.s.dates(c.tx, cohort, year, row.Ref)
		if err != nil {
			return item, err
		}
		item.Dates = year.DatesIn(row.Message, row.Stage, lines)
	}
	if eventNews[row.Message] {
		if err := c.event(&item, row, cohort, year); err != nil {
			return item, err
		}
	}
	return item, c.doors(&item, row)
}

// doors puts the private links into an item: those an earlier attempt issued, else new ones. What is kept of them is
// encrypted with the line until the relay has accepted or refused the mail for good.
func (c *claim) doors(item *programme.MailItem, row messageRow) error {
	known, err := c.tokens(row)
	if err != nil {
		return err
	}
	issue := &issuing{claim: c, row: row, known: known, fresh: known[sentTo] != c.to.folded()}
	known[sentTo] = c.to.folded()
	if delete(known, sentPrivately); c.to.private {
		known[sentPrivately] = programme.Yes
	}
	switch row.Message {
	case programme.MsgNewLink, programme.MsgEmailChanged:
		if err := issue.everything(item); err != nil {
			return err
		}
	default:
		if err := errors.Join(issue.one(item), issue.wayOut(item)); err != nil {
			return err
		}
	}
	if !issue.fresh {
		return nil
	}
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	box, err := c.s.encrypt(c.ctx, row.PersonID, text)
	if err != nil {
		return err
	}
	return c.tx.Model(&messageRow{}).Where("key = ?", row.Key).Update("token_enc", box).Error
}
