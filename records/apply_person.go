package records

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// changeEmail makes another address the leader's in one step: every open link and visit is dead, what the old address
// refused is free, and one mail to the new one lists all that is open.
func (a *applying) changeEmail() error {
	if a.cmd.Email == a.leader.Email && a.leader.Suppressed == "" {
		a.effect.Changed = false
		return nil
	}
	if err := a.checkAddress(a.cmd.Email, a.leader.ID); err != nil {
		return err
	}
	written, err := wasWrittenTo(a.tx, a.leader.ID)
	if err != nil {
		return err
	}
	old, bounced := a.leader.Email, a.leader.Suppressed != ""
	if err := a.readdress(a.leader.ID, a.cmd.Email, a.leader.LinkEpoch+1); err != nil {
		return err
	}
	if err := a.move("", a.j.State, a.j.State, string(programme.CmdChangeEmail)); err != nil {
		return err
	}
	if err := a.moveEntries(old, bounced); err != nil {
		return err
	}
	if err := a.moveSessions(old, bounced); err != nil {
		return err
	}
	news := written && !leftEarly(a.state())
	if news {
		row := a.staffMail("", programme.MsgEmailChanged, a.cmd.ID)
		a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
		if err := a.write(row); err != nil {
			return err
		}
	}
	if err := a.replaceParked(news); err != nil {
		return err
	}
	if news {
		if err := a.requestPrivately(); err != nil {
			return err
		}
	}
	return a.free(attentionRefused, attentionUndelivered)
}

// checkAddress says what is wrong with an address that is to be a person's.
func (a *applying) checkAddress(address, person string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || !strings.Contains(address[strings.LastIndex(address, "@"):], ".") {
		return programme.Refuse("email", "Give an email address in the right form, like name@example.com.")
	}
	other, err := personByEmail(a.tx, address)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err == nil && other.ID != person {
		return programme.Refuse("email", "Somebody else here has that address: one address is one person.")
	}
	return err
}

// readdress gives a person another address, to which mail goes again; the links sent to the old one are dead.
func (a *applying) readdress(person, address string, epoch int) error {
	used := address
	if faults.Broken("old-address") {
		used = a.leader.Email
	}
	err := a.tx.Model(&personRow{}).Where("id = ?", person).Updates(map[string]any{"email": used,
		"email_folded": foldEmail(address), "suppressed": "", "link_epoch": epoch}).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return programme.Refuse("email", "Somebody else here has that address: one address is one person.")
	}
	if err != nil {
		return err
	}
	if person == a.leader.ID {
		a.leader.Email, a.leader.EmailFolded, a.leader.Suppressed, a.leader.LinkEpoch = address, foldEmail(address), "", epoch
	}
	if err := a.tx.Model(&linkRow{}).Where("person_id = ?", person).Update("replaced", true).Error; err != nil {
		return err
	}
	if err := indexPerson(a.tx, person); err != nil {
		return err
	}
	return a.checkCoach()
}

// replaceParked deals with what waited for an address that works. What asks for something is let go, because the mail
// about the change asks for the same; what says something else goes to the new address.
func (a *applying) replaceParked(news bool) error {
	rows, err := a.parkedMails(a.leader.ID, programme.MessageFailed, programme.MessagePlanned, programme.MessageSending)
	if err != nil {
		return err
	}
	for _, row := range rows {
		box, err := a.s.mailboxOf(a.tx, row, a.leader)
		if err != nil {
			return err
		}
		if box.private && box.suppressed != "" { // the other address still refuses
			continue
		}
		state := programme.MessageState(row.State)
		retried := state == programme.MessageSending && row.Reason == string(programme.MailTemporary) && !row.MayRepeat
		switch {
		case row.Key == programme.ReplyKey(a.j.Cohort, a.j.Ref, "", programme.MsgEmailChanged, a.cmd.ID):
		case news && row.Ask != "" && state == programme.MessagePlanned:
			err = a.letGo(row)
		case news && row.Ask != "" && retried:
			err = a.s.endUnsent(a.tx, a.now, row, programme.MessageNotSent, programme.NotSentReplaced)
		case row.Ask == "" && row.Rule == string(programme.RuleScheduled) && state != programme.MessageSending:
			err = a.tryAgain(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// changeDetails corrects a leader's names, post or assistant.
func (a *applying) changeDetails() error {
	if err := checkDetails(a.cmd.Details, a.now); err != nil {
		return err
	}
	d, before, person := a.cmd.Details, a.j, a.leader
	for field, value := range map[*string]*string{&person.Title: d.Title, &person.GivenName: d.GivenName, &person.FamilyName: d.FamilyName,
		&person.Phone: d.Phone, &a.j.JobTitle: d.JobTitle, &a.j.Organisation: d.Organisation, &a.j.Sector: d.Sector, &a.j.Region: d.Region,
		&a.j.RoleStarted: d.RoleStarted} {
		if value != nil {
			*field = strings.TrimSpace(*value)
		}
	}
	changed := person != a.leader || a.j != before
	if changed {
		if err := a.saveLeader(person); err != nil {
			return err
		}
	}
	assistant, err := a.changeAssistant(d)
	if err != nil {
		return err
	}
	if !changed && !assistant {
		a.effect.Changed = false
		return nil
	}
	return a.move("", a.j.State, a.j.State, string(programme.CmdChangeDetails))
}

// saveLeader writes the leader's names and the post, and finds the journey under them.
func (t *turn) saveLeader(person personRow) error {
	if person.GivenName != t.leader.GivenName || person.FamilyName != t.leader.FamilyName || person.Title != t.leader.Title {
		person.Name = addressedAs(programme.Person{Title: person.Title, GivenName: person.GivenName, FamilyName: person.FamilyName})
	}
	err := t.tx.Model(&personRow{}).Where("id = ?", person.ID).Updates(map[string]any{"title": person.Title, "given_name": person.GivenName,
		"family_name": person.FamilyName, "name": person.Name, "phone": person.Phone}).Error
	if err != nil {
		return err
	}
	t.leader = person
	err = t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).Updates(map[string]any{"job_title": t.j.JobTitle,
		"organisation": t.j.Organisation, "sector": t.j.Sector, "region": t.j.Region, "role_started": t.j.RoleStarted}).Error
	if err != nil {
		return err
	}
	if err := indexPerson(t.tx, person.ID); err != nil {
		return err
	}
	return t.checkCoach()
}

func checkDetails(d programme.Details, now time.Time) error {
	var faults []programme.Fault
	fault := func(field string, value *string, wrong bool, text string) {
		if value != nil && wrong {
			faults = append(faults, programme.Fault{Field: field, Text: text})
		}
	}
	is := func(value *string, list []string) bool {
		return value != nil && slices.Contains(list, strings.TrimSpace(*value))
	}
	blank := func(value *string) bool { return value != nil && strings.TrimSpace(*value) == "" }
	fault("details.given_name", d.GivenName, blank(d.GivenName), "A given name cannot be empty.")
	fault("details.family_name", d.FamilyName, blank(d.FamilyName), "A family name cannot be empty.")
	fault("details.sector", d.Sector, !is(d.Sector, programme.Sectors()), "Choose one of the sectors: "+strings.Join(programme.Sectors(), ", ")+".")
	fault("details.region", d.Region, !is(d.Region, programme.Regions()), "Choose one of the regions: "+strings.Join(programme.Regions(), ", ")+".")
	if d.RoleStarted != nil {
		_, err := time.Parse("2006-01", strings.TrimSpace(*d.RoleStarted))
		fault("details.role_started", d.RoleStarted, err != nil, "Write the month as 2026-09.")
		profile, _ := programme.FormNamed(programme.FormOnboarding)
		for _, ahead := range profile.On(now).CheckDraft(programme.Answers{"role_started": {*d.RoleStarted}}, programme.SectionProfile) {
			fault("details.role_started", d.RoleStarted, err == nil, ahead.Text)
		}
	}
	_, known := assistantMay(d.AssistantMay)
	fault("details.assistant_may", d.AssistantMay, !known, "Choose what the assistant may do: nothing, dates or dates_and_needs.")
	for _, text := range []*string{d.Title, d.GivenName, d.FamilyName, d.Phone, d.JobTitle, d.Organisation, d.AssistantName, d.AssistantPhone} {
		fault("details", text, text != nil && (len(*text) > 300 || strings.ContainsAny(*text, "\r\n\x00")), "Keep every detail to one line.")
	}
	if len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	return nil
}
