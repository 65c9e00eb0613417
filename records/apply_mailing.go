package records

import (
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"
)

// resend sends a message again with a fresh link: the one of a key, or the latest of a name.
func (a *applying) resend() error {
	row, err := a.sentMail()
	if err != nil {
		return err
	}
	p := row.params()
	if p.Copy == "" {
		p.Copy = row.Key
	}
	p.DueWas, p.LimitWas = nil, nil
	again := a.planned(row.Message, programme.RuleStaff, a.cal().StaffMoment(a.now, programme.Minute(row.PersonID)))
	again.Stage, again.Round, again.Plan, again.Rung, again.Params = row.Stage, row.Round, row.Plan, row.Rung, p.text()
	again.Ask, again.PersonID, again.Recipient = row.Ask, row.PersonID, row.Recipient
	if again.Key, err = a.nextCopy(p.Copy); err != nil {
		return err
	}
	if err := a.move(row.Stage, a.j.State, a.j.State, string(programme.CmdResend)); err != nil {
		return err
	}
	if row.Ask == "" {
		a.effect.Mails = []programme.PlannedMail{{Key: again.Key, At: again.At.UTC()}}
		return a.write(again)
	}
	ask, err := a.ask(row.Ask)
	if err != nil {
		return err
	}
	if ask.State != string(programme.AskOpen) || !a.now.Before(ask.LimitAt) {
		return programme.Refuse("message", "What that message asks for is closed: there is nothing to send again.")
	}
	again.Plan = ask.Plan
	if err := a.write(again); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// wentOut are the states of a mail that reached, or may have reached, whom it was for.
var wentOut = []string{string(programme.MessageSent), string(programme.MessageMerged), string(programme.MessagePerhapsSent)}

// sentMail is the line to repeat; *Invalid where it never went out. Without a message it is the latest by which the stage
// asked the leader for something.
func (a *applying) sentMail() (messageRow, error) {
	if a.cmd.Message == "" && a.cmd.Stage == "" {
		return messageRow{}, programme.Refuse("message", "Name the message, or give its key.")
	}
	went := a.tx.Where("ref = ? AND state IN ?", a.j.Ref, wentOut)
	switch {
	case a.cmd.Message == "":
		went = went.Where("ask <> '' AND recipient = ?", toParticipant)
	case strings.Contains(a.cmd.Message, "/"):
		went = went.Where("key = ?", a.cmd.Message)
	default:
		went = went.Where("message = ?", a.cmd.Message)
	}
	if a.cmd.Stage != "" {
		went = went.Where("stage = ?", a.cmd.Stage)
	}
	var row messageRow
	found := went.Order("at DESC, id DESC").Limit(1).Find(&row)
	if found.Error == nil && found.RowsAffected == 0 {
		return row, programme.Refuse("message", "That message was never sent to this leader.")
	}
	return row, found.Error
}

// nextCopy is the first key of a copy that is not taken.
func (a *applying) nextCopy(key string) (string, error) {
	for n := 1; ; n++ {
		var taken int64
		if err := a.tx.Model(&messageRow{}).Where("key = ?", copyKey(key, n)).Count(&taken).Error; err != nil || taken == 0 {
			return copyKey(key, n), err
		}
	}
}

// copyKey is the key of the n-th further copy of a mail.
func copyKey(key string, n int) string { return key + "." + strconv.Itoa(n) }

// answerFor records an answer that the leader gave otherwise than by the form. The history says who gave it and how.
func (a *applying) answerFor() error {
	a.note = programme.GivenNote(a.cmd.GivenBy, a.cmd.How, a.cmd.Note)
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	if row.Part == string(programme.PartAttendance) {
		return a.needsFor(row)
	}
	ask, err := a.askOf(a.cmd.Stage)
	if err != nil {
		return err
	}
	form, err := programme.FormNamed(ask.Form)
	if err != nil {
		return err
	}
	if form, err = a.asAsked(ask, form); err != nil {
		return err
	}
	if err := a.checkGivenFor(form); err != nil {
		return err
	}
	if !a.now.Before(ask.LimitAt) {
		return &programme.Illegal{What: string(a.cmd.Name), State: ask.Stage + " is past its limit", Why: "The form is closed."}
	}
	if programme.Kind(ask.Kind) == programme.KindCoaching {
		return a.answerSession()
	}
	given := programme.Submission{ID: randomHex(16), Ask: ask.ID, Answers: a.cmd.Answers, By: a.cmd.Actor, GivenBy: a.cmd.GivenBy, How: a.cmd.How, At: a.now}
	an := &answering{turn: a.turn, ask: ask, form: form, given: given, what: string(programme.CmdAnswerFor)}
	if err := an.answer(); err != nil {
		return err
	}
	a.effect.Answered = ask.Stage
	if form.Name == programme.FormSupplier {
		return nil // the leader gave no answer that there would be something to check of
	}
	// The stage's end hands this mail on, as it does with a confirmation.
	mail := a.staffMail(ask.Stage, programme.MsgAnswerRecorded, given.ID)
	mail.Params = params{Submission: given.ID}.text()
	return a.write(mail)
}

// checkGivenFor says what is wrong with an answer that staff took down.
func (a *applying) checkGivenFor(form programme.Form) error {
	faults := append(form.On(a.now).CheckGivenFor(a.cmd.Answers), a.checkWhoGave()...)
	if len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	return nil
}

// checkWhoGave says what is missing of who gave an answer to staff, and how.
func (a *applying) checkWhoGave() (faults []programme.Fault) {
	if strings.TrimSpace(a.cmd.GivenBy) == "" {
		faults = append(faults, programme.Fault{Field: "given_by", Text: "Say who gave the answer."})
	}
	if !slices.ContainsFunc(programme.WaysGiven(), func(way programme.Option) bool { return way.Value == a.cmd.How }) {
		faults = append(faults, programme.Fault{Field: "how", Text: "Say how it was given: telephone, letter or in_person."})
	}
	return faults
}
