package records

import (
	"slices"

	"fairlead/programme"
)

// retry tries again what is parked. Mail goes to the address once more, though it refused before.
func (a *applying) retry() error {
	persons, err := a.refusedPersons()
	if err != nil {
		return err
	}
	return a.again(persons)
}

// correct mends the address that refused a mail, the usual one or the private, and tries again. Older links to it are dead.
func (a *applying) correct() error {
	persons, err := a.refusedPersons()
	if err != nil {
		return err
	}
	person := a.leader
	if len(persons) > 0 && persons[0] != a.leader.ID {
		person = personRow{}
		if err := locked(a.tx).Take(&person, "id = ?", persons[0]).Error; err != nil {
			return err
		}
	}
	if err := a.checkAddress(a.cmd.Email, person.ID); err != nil {
		return err
	}
	if private, found, err := a.s.privateMailbox(a.tx, person); err != nil || found && private.suppressed != "" && person.Suppressed == "" {
		if err == nil {
			err = a.setPrivateAddress(a.cmd.Email)
		}
		if err != nil {
			return err
		}
		return a.again([]string{person.ID})
	}
	if err := a.readdress(person.ID, a.cmd.Email, person.LinkEpoch); err != nil {
		return err
	}
	return a.again([]string{person.ID})
}

// refusedPersons are those whose mail of the stage (of the journey, where the order names none) waits for staff, those
// whose address refuses mail first.
func (a *applying) refusedPersons() ([]string, error) {
	q := a.tx.Model(&messageRow{}).Joins("JOIN people p ON p.id = messages.person_id").
		Joins("LEFT JOIN private_addresses pa ON pa.person_id = p.id").
		Where("messages.ref = ? AND (messages.state = ? OR (messages.state = ? AND messages.at <= ?))", a.j.Ref,
			string(programme.MessageFailed), string(programme.MessagePlanned), a.now)
	if a.cmd.Stage != "" {
		q = q.Where("messages.stage = ?", a.cmd.Stage)
	}
	var ids []string
	err := q.Order("CASE WHEN p.suppressed <> '' OR COALESCE(pa.suppressed, '') <> '' THEN 0 ELSE 1 END, messages.at DESC, messages.id DESC").Pluck("messages.person_id", &ids).Error
	var persons []string
	for _, id := range ids {
		if !slices.Contains(persons, id) {
			persons = append(persons, id)
		}
	}
	return persons, err
}

// again lifts what keeps mail from these persons and tries what waited for it, in the stage ordered and wherever else in
// the journey the same refusal has parked something.
func (a *applying) again(persons []string) error {
	if err := a.move(a.cmd.Stage, "parked", "freed", string(a.cmd.Name)); err != nil {
		return err
	}
	if len(persons) == 0 {
		return a.free()
	}
	if err := unsuppress(a.tx, persons); err != nil {
		return err
	}
	for _, person := range persons {
		rows, err := a.parkedMails(person, programme.MessageFailed, programme.MessagePlanned)
		if err != nil {
			return err
		}
		if err := a.tryLatest(rows); err != nil {
			return err
		}
	}
	return a.free(attentionRefused)
}

// parkedMails are a person's mails of this journey in these states whose moment has come, in order.
func (a *applying) parkedMails(person string, states ...programme.MessageState) ([]messageRow, error) {
	var rows []messageRow
	return rows, a.tx.Where("ref = ? AND person_id = ? AND state IN ? AND at <= ?", a.j.Ref, person, states, a.now).
		Order("at, id").Find(&rows).Error
}

// tryLatest plans again what waited: of one ask the request where it is among them, else the latest reminder, the others
// being replaced by it; everything that has no ask.
func (a *applying) tryLatest(rows []messageRow) error {
	best := map[string]messageRow{}
	for _, row := range rows {
		if kept, known := best[row.Ask]; !known || outdoes(row, kept) {
			best[row.Ask] = row
		}
	}
	for _, row := range rows {
		var err error
		switch {
		case row.Ask == "" || best[row.Ask].Key == row.Key:
			err = a.tryAgain(row)
		case row.State == string(programme.MessagePlanned):
			err = a.letGo(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// letGo ends a planned line because a newer mail says the same.
func (a *applying) letGo(row messageRow) error {
	return a.tx.Model(&messageRow{}).Where("key = ? AND state = ?", row.Key, string(programme.MessagePlanned)).
		Updates(map[string]any{"state": string(programme.MessageNotSent), "reason": programme.NotSentReplaced}).Error
}

// tryAgain plans a line once more, under the same key: at once in working hours, else at the person's next minute. A line
// whose ask is over stays as it is.
func (a *applying) tryAgain(row messageRow) error {
	values := map[string]any{"state": string(programme.MessagePlanned), "reason": "", "lead_key": "", "token_enc": nil}
	if row.Ask != "" {
		ask, err := a.ask(row.Ask)
		if err != nil || ask.State != string(programme.AskOpen) {
			return err
		}
		values["plan"] = ask.Plan
	}
	row.At = a.cal().StaffMoment(a.now, programme.Minute(row.PersonID))
	values["at"] = row.At
	if row.Rule == string(programme.RuleScheduled) && !row.At.After(a.now) {
		values["rule"] = string(programme.RuleStaff) // it goes outside the mornings
	}
	if err := a.tx.Model(&messageRow{}).Where("key = ?", row.Key).Updates(values).Error; err != nil {
		return err
	}
	if row.Ask == "" {
		a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	}
	return nil
}

// free takes the mark of what was parked away: from the stage ordered, and wherever the mark is one of these codes. The
// stages get their plans as they now stand.
func (a *applying) free(codes ...string) error {
	rows, err := a.stages()
	if err != nil {
		return err
	}
	freed := func(stage, attention string) bool {
		ordered := a.cmd.Stage == stage && (a.cmd.Name == programme.CmdRetry || a.cmd.Name == programme.CmdCorrect)
		return attention != "" && (ordered || slices.Contains(codes, attention))
	}
	if freed("", a.j.Attention) {
		if err := a.tx.Model(&journeyRow{}).Where("ref = ?", a.j.Ref).Update("attention", "").Error; err != nil {
			return err
		}
		a.j.Attention = ""
		a.effect.Freed = append(a.effect.Freed, "")
	}
	for _, row := range rows {
		if !freed(row.Name, row.Attention) {
			continue
		}
		if err := a.setStage(row, map[string]any{"attention": ""}); err != nil {
			return err
		}
		a.effect.Freed = append(a.effect.Freed, row.Name)
	}
	if len(a.effect.Freed) == 0 {
		return nil
	}
	if err := a.finishTasks("", string(a.cmd.Name), attentionRefused, attentionUndelivered, attentionUnfit); err != nil {
		return err
	}
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if slices.Contains(a.effect.Freed, ask.Stage) {
			if err := a.addPlan(ask); err != nil {
				return err
			}
		}
	}
	return nil
}
