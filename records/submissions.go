package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// submissionRow is one answer as it was given. Answers are encrypted with the leader's key; those to questionnaires and
// to equality questions are not among them.
type submissionRow struct {
	ID         string `gorm:"primaryKey"`
	Ask        string
	Cohort     string
	Ref        string
	Stage      string
	Form       string
	AnswersEnc []byte
	ByWhom     string
	GivenByEnc []byte
	How        string
	Change     bool
	At         time.Time
}

func (submissionRow) TableName() string { return "submissions" }

// answering is one answer taking effect in one turn.
type answering struct {
	*turn
	ask    askRow
	form   programme.Form
	given  programme.Submission
	what   string // for the history
	outbox []string
}

// Submit takes an answer to an ask, in one transaction with all that follows from it: the ask is answered, its reminders
// stop, the confirmation is planned and the stage's workflow promised a signal. Of many identical calls one has an
// effect; the others get its result with Already set. So does one that says something else than the answer before, with
// Differs set: that one stands. An answer given before is changed where s.Change says so, until the limit; an invitation's
// cannot be. ErrStageNotOpen where nothing was asked yet, ErrFormClosed at and after the limit or where the ask has ended,
// *Invalid where the answers cannot be taken.
func (s *Store) Submit(ctx context.Context, given programme.Submission) (result programme.SubmitResult, err error) {
	if given.At.IsZero() {
		given.At = s.Now(ctx)
	}
	if given.Form == programme.FormAssistant || given.Ask == programme.AssistantAsk(given.Ref) {
		return s.submitAssistant(ctx, given)
	}
	work := func(t *turn, ask askRow) error {
		result = programme.SubmitResult{}
		an := &answering{turn: t, ask: ask, given: given, what: "form-submitted"}
		an.actor, an.given.ID, an.given.At = actorParticipant, randomHex(16), t.now
		if an.given.By == "" {
			an.given.By = actorParticipant
		}
		var err error
		if an.form, err = programme.FormNamed(ask.Form); err != nil {
			return err
		}
		an.form = an.form.On(t.now)
		if an.given.By == actorAssistant {
			if err := an.forLeader(); err != nil {
				return err
			}
		}
		if an.form, err = an.asAsked(ask, an.form); err != nil {
			return err
		}
		if programme.Kind(ask.Kind) == programme.KindEvent {
			an.form = an.form.Judged(an.given.Answers)
		}
		result, err = an.submit()
		return err
	}
	err = s.onAsk(ctx, given.Ask, given.At, work)
	if errors.Is(err, programme.ErrNotFound) && given.Form == programme.FormEventPlace && given.Change {
		// Another form confirmed the place, so the event never asked for it: what is changed is the part that goes on.
		err = s.onAsk(ctx, given.Ask+"/"+string(programme.PartAttendance), given.At, work)
	}
	if errors.Is(err, programme.ErrNotFound) {
		return result, fmt.Errorf("%w: %w", programme.ErrStageNotOpen, err)
	}
	return result, err
}

func (an *answering) submit() (programme.SubmitResult, error) {
	if programme.Kind(an.ask.Kind) == programme.KindCoaching { // sessions are booked and logged, see coaching.go
		return programme.SubmitResult{}, programme.ErrFormClosed
	}
	settled := an.given.Change && programme.Kind(an.ask.Kind) == programme.KindEvent
	if ofAttendance(an.ask) {
		if !settled || an.given.Ask == an.ask.ID {
			return programme.SubmitResult{}, programme.ErrFormClosed
		}
		an.ask.ID, an.ask.Part = an.given.Ask, "" // the answer is kept as one to the first part
		return an.changeSettled()
	}
	switch programme.AskState(an.ask.State) {
	case programme.AskOpen:
		early := faults.Broken("closes-early") && an.ask.Kind == string(programme.KindSurvey)
		if !an.now.Before(an.ask.LimitAt) || leftEarly(an.state()) || early {
			return programme.SubmitResult{}, programme.ErrFormClosed
		}
		if faults := an.form.Check(an.given.Answers, ""); len(faults) > 0 {
			return programme.SubmitResult{}, &programme.Invalid{Faults: faults}
		}
		if err := an.answer(); err != nil {
			return programme.SubmitResult{}, err
		}
		return programme.SubmitResult{ID: an.given.ID, Outbox: an.outbox}, an.confirm()
	case programme.AskAnswered:
		before, err := latestSubmission(an.tx, an.ask.ID)
		if err != nil && !isMissing(err) {
			return programme.SubmitResult{}, err
		}
		if !an.given.Change {
			return an.already(before)
		}
		return an.change(before)
	case programme.AskLapsed, programme.AskCancelled:
		if settled { // the place was kept, or confirmed elsewhere: until the freeze it can be changed all the same
			return an.changeSettled()
		}
	}
	return programme.SubmitResult{}, programme.ErrFormClosed
}

// answer moves the ask to answered, which only one of many can, and puts the answer into effect.
func (an *answering) answer() error {
	err := once(an.tx.Model(&askRow{}).Where("id = ? AND state = ?", an.ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": an.now, "held": false}))
	if err != nil {
		return err
	}
	if err := an.stopAsk(an.ask.ID, programme.NotSentAnswered); err != nil {
		return err
	}
	if err := an.finishTasks(an.ask.Stage, "answered", taskOverdue); err != nil {
		return err
	}
	// Whatever was parked was the sending: an answer clears it.
	row, err := an.stage(an.ask.Stage)
	if err != nil {
		return err
	}
	outcome := outcomeAnswered
	switch {
	case programme.Kind(an.ask.Kind) == programme.KindSelection && an.ask.Form != programme.FormApplication:
		outcome = invitationOutcome(an.given.Answers)
	case programme.Kind(an.ask.Kind) == programme.KindEvent:
		outcome = "" // whether the leader comes is still open
	}
	if err := an.setStage(row, map[string]any{"overdue": false, "attention": "", "outcome": outcome}); err != nil {
		return err
	}
	if err := an.store(); err != nil {
		return err
	}
	if err := an.takeEffect(); err != nil {
		return err
	}
	if err := an.tx.Where("ask = ?", an.ask.ID).Delete(&draftRow{}).Error; err != nil {
		return err
	}
	if an.ask.Form == programme.FormApplication {
		if err := an.received(); err != nil {
			return err
		}
	}
	return an.move(an.ask.Stage, row.State, row.State, an.what)
}

// confirm plans the confirmation and promises the stage's workflow the news.
func (an *answering) confirm() error {
	if programme.Kind(an.ask.Kind) == programme.KindEvent {
		return an.tell() // the place was confirmed in a mail with its calendar entry
	}
	message := confirmations[programme.Kind(an.ask.Kind)]
	if an.ask.Form == programme.FormApplication {
		return an.confirmReceived()
	}
	if message == "" {
		message = programme.MsgInvitationAccepted
		if invitationOutcome(an.given.Answers) == outcomeDeclined {
			message = programme.MsgInvitationDeclined
		}
	}
	if faults.Broken("no-reply") {
		return an.tell()
	}
	if err := an.write(an.reply(message)); err != nil {
		return err
	}
	return an.tell()
}

// confirmations are the messages that confirm an answer, by kind of stage; an invitation's depends on the answer.
var confirmations = map[programme.Kind]string{programme.KindOnboarding: programme.MsgOnboardingDone,
	programme.KindPsychometrics: programme.MsgPsychometricsDone, programme.KindSurvey: programme.MsgSurveyDone, programme.KindAlumni: programme.MsgAlumniWelcome}

// confirmReceived confirms an application. Its stage goes on, so nobody but the journey can send the mail.
func (an *answering) confirmReceived() error {
	if faults.Broken("no-receipt") {
		return an.tell()
	}
	mail := an.reply(programme.MsgApplicationReceived)
	if err := an.write(mail); err != nil {
		return err
	}
	effect, err := an.reviewEffect(an.ask.Stage)
	if err != nil {
		return err
	}
	told, err := an.tellJourney(effect)
	if err != nil {
		return err
	}
	sent, err := an.s.promiseMail(an.tx, an.j, mail)
	an.outbox = append(an.outbox, told, sent)
	return err
}

// reply is a mail that answers this act at once.
func (an *answering) reply(message string) messageRow {
	row := an.planned(message, programme.RuleReply, an.now)
	row.Stage, row.Key = an.ask.Stage, programme.ReplyKey(an.j.Cohort, an.j.Ref, an.ask.Stage, message, an.given.ID)
	row.Params = params{Submission: an.given.ID}.text()
	return row
}

// tell promises the signal that the form was answered.
func (an *answering) tell() error {
	if faults.Broken("drop-outbox-row") {
		return nil
	}
	id, err := an.s.promise(an.tx, programme.StageID(an.j.Cohort, an.j.Ref, an.ask.Stage), signalFormSubmitted,
		map[string]string{"submission": an.given.ID}, "")
	an.outbox = append(an.outbox, id)
	return err
}

// store writes the submission, without what is kept apart from the person.
func (an *answering) store() error {
	if faults.Broken("lose-answer") {
		return nil
	}
	row, err := an.s.sealSubmission(an.ctx, an.leader.ID, an.given, an.kept())
	if err != nil {
		return err
	}
	row.Ask, row.Cohort, row.Ref, row.Stage, row.Form = an.ask.ID, an.ask.Cohort, an.ask.Ref, an.ask.Stage, an.ask.Form
	return an.tx.Create(&row).Error
}

func (s *Store) sealSubmission(ctx context.Context, person string, given programme.Submission, answers programme.Answers) (submissionRow, error) {
	text, err := json.Marshal(answers)
	if err != nil {
		return submissionRow{}, err
	}
	row := submissionRow{ID: given.ID, ByWhom: given.By, How: given.How, Change: given.Change, At: given.At}
	if row.AnswersEnc, err = s.encrypt(ctx, person, text); err != nil {
		return row, err
	}
	row.GivenByEnc, err = s.encrypt(ctx, person, []byte(given.GivenBy))
	return row, err
}

// Answers is the latest answer to an ask, without its survey and equality answers; ErrNotFound before the first.
func (s *Store) Answers(ctx context.Context, ask string) (programme.Submission, error) {
	row, err := latestSubmission(s.read(ctx), ask)
	if err != nil {
		return programme.Submission{}, edge(err)
	}
	person, err := leaderOf(s.read(ctx), row.Ref)
	if err != nil {
		return programme.Submission{}, edge(err)
	}
	return s.openSubmission(ctx, person, row)
}

func (s *Store) openSubmission(ctx context.Context, person string, row submissionRow) (programme.Submission, error) {
	given := programme.Submission{ID: row.ID, Ask: row.Ask, Cohort: row.Cohort, Ref: row.Ref, Stage: row.Stage, Form: row.Form,
		Answers: programme.Answers{}, By: row.ByWhom, How: row.How, At: row.At.UTC(), Change: row.Change}
	text, err := s.decryptIfKept(ctx, person, row.AnswersEnc)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &given.Answers)
	}
	if err != nil {
		return given, err
	}
	by, err := s.decryptIfKept(ctx, person, row.GivenByEnc)
	given.GivenBy = string(by)
	return given, err
}

func latestSubmission(tx *gorm.DB, ask string) (submissionRow, error) {
	var row submissionRow
	return row, tx.Where("ask = ?", ask).Order("at DESC, change DESC, id DESC").Take(&row).Error
}
