package records

import (
	"strings"

	"fairlead/programme"
)

// assistantMay is what a word of a form or of staff lets an assistant do; nil and unknown words are told by known.
func assistantMay(word *string) (may programme.AssistantMay, known bool) {
	if word == nil {
		return "", true
	}
	switch may = programme.AssistantMay(strings.TrimSpace(*word)); may {
	case "nothing":
		return programme.AssistantNothing, true
	case programme.AssistantNothing, programme.AssistantDates, programme.AssistantNeeds:
		return may, true
	}
	return "", false
}

// changeAssistant corrects who looks after the leader's diary and what they may do, and reports whether anything changed.
// One who may now do something and has not been written to is welcomed, once onboarding is done.
func (a *applying) changeAssistant(d programme.Details) (changed bool, err error) {
	id, may := a.j.AssistantID, programme.AssistantMay(a.j.AssistantMay)
	if d.AssistantMay != nil {
		may, _ = assistantMay(d.AssistantMay)
	}
	text := func(value *string) string {
		if value == nil {
			return ""
		}
		return strings.TrimSpace(*value)
	}
	person := programme.Person{Name: text(d.AssistantName), Email: text(d.AssistantEmail), Phone: text(d.AssistantPhone)}
	switch {
	case d.AssistantEmail != nil && person.Email == "":
		id, may = "", programme.AssistantNothing
	case d.AssistantEmail != nil:
		if id, err = a.assistantAt(person); err != nil {
			return false, err
		}
	case id == "" && (person.Name != "" || person.Phone != "" || may != ""):
		return false, programme.Refuse("details.assistant_email", "Give the assistant’s email address.")
	case id != "" && (person.Name != "" || person.Phone != ""):
		known := personRow{}
		if err := a.tx.Take(&known, "id = ?", id).Error; err != nil {
			return false, err
		}
		person.Email = known.Email
		after, err := upsertPerson(a.tx, person, a.now)
		if err != nil {
			return false, err
		}
		changed = after != known
	}
	if id == a.j.AssistantID && string(may) == a.j.AssistantMay {
		return changed, nil
	}
	if err := a.setAssistant(id, may); err != nil {
		return false, err
	}
	return true, a.welcomeIfDone()
}

// assistantAt finds or makes the person of an assistant's address.
func (a *applying) assistantAt(person programme.Person) (string, error) {
	if foldEmail(person.Email) == a.leader.EmailFolded {
		return "", programme.Refuse("details.assistant_email", "That is the leader’s own address.")
	}
	row, err := personByEmail(a.tx, person.Email)
	if err == nil && person.Name == "" && person.Phone == "" {
		return row.ID, nil
	}
	if err := a.checkAddress(person.Email, row.ID); err != nil {
		return "", programme.Refuse("details.assistant_email", "Give an email address in the right form, like name@example.com.")
	}
	if person.Name == "" && row.ID == "" {
		return "", programme.Refuse("details.assistant_name", "Give the assistant’s name.")
	}
	row, err = upsertPerson(a.tx, person, a.now)
	return row.ID, err
}

// welcomeIfDone welcomes an assistant of somebody whose onboarding has ended.
func (a *applying) welcomeIfDone() error {
	row, welcomed, err := a.welcomeLate()
	if err != nil || !welcomed {
		return err
	}
	a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	return nil
}

// setAssistant names another assistant, or lets the assistant do something else. Somebody who may do nothing any more
// finds links dead, and what was planned for them does not go; a visit is asked each time whom it may still see.
func (t *turn) setAssistant(id string, may programme.AssistantMay) error {
	old := t.j.AssistantID
	err := t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).Updates(map[string]any{"assistant_id": id, "assistant_may": string(may)}).Error
	if err != nil {
		return err
	}
	t.j.AssistantID, t.j.AssistantMay = id, string(may)
	if old == "" || old == id && may != "" {
		return nil
	}
	err = t.tx.Model(&linkRow{}).Where("ref = ? AND person_id = ? AND purpose = ?", t.j.Ref, old, string(programme.LinkAssistant)).
		Update("replaced", true).Error
	if err != nil {
		return err
	}
	return t.tx.Model(&messageRow{}).Where("ref = ? AND person_id = ? AND recipient = ? AND message = ? AND state = ?", t.j.Ref, old,
		toAssistant, programme.MsgAssistantWelcome, string(programme.MessagePlanned)).
		Updates(map[string]any{"state": string(programme.MessageNotSent), "reason": programme.NotSentReplaced}).Error
}

// welcomeLate welcomes an assistant who was named or allowed something after onboarding had ended.
func (t *turn) welcomeLate() (row messageRow, welcomed bool, err error) {
	if state := t.state(); state != programme.Enrolled && state != programme.OnHold {
		return row, false, nil
	}
	stages, err := t.stages()
	if err != nil {
		return row, false, err
	}
	for _, stage := range stages {
		if programme.Kind(stage.Kind) == programme.KindOnboarding && stage.State == string(programme.StageDone) {
			planned, err := t.welcomeAssistant(stage.Name, stage.Round)
			if planned == nil {
				return row, false, err
			}
			return *planned, true, err
		}
	}
	return row, false, nil
}

// welcomeAssistant plans the mail that brings an assistant a link of their own, where the leader allows them something
// and they had none of this journey. Otherwise it returns nil.
func (t *turn) welcomeAssistant(stage string, round int) (*messageRow, error) {
	if t.j.AssistantID == "" || t.j.AssistantMay == "" || t.j.AssistantID == t.leader.ID {
		return nil, nil
	}
	var before []messageRow
	err := t.tx.Select("person_id", "state").Where("ref = ? AND message = ?", t.j.Ref, programme.MsgAssistantWelcome).Find(&before).Error
	if err != nil {
		return nil, err
	}
	for _, row := range before {
		if row.PersonID == t.j.AssistantID && row.State != string(programme.MessageNotSent) {
			return nil, nil
		}
	}
	row := t.planned(programme.MsgAssistantWelcome, programme.RuleScheduled, t.nextMinute(t.j.AssistantID))
	row.Stage, row.Round, row.Plan = stage, round, len(before)+1
	row.Key = programme.MessageKey(t.j.Cohort, t.j.Ref, stage, row.Message, row.Round, row.Plan, 0)
	row.PersonID, row.Recipient = t.j.AssistantID, toAssistant
	return &row, t.write(row)
}
