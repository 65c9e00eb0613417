package records

import (
	"reflect"

	"fairlead/programme"
)

// change replaces an answer given before. The same answers again change nothing.
func (an *answering) change(before submissionRow) (programme.SubmitResult, error) {
	none := programme.SubmitResult{}
	row, err := an.stage(an.ask.Stage)
	if err != nil {
		return none, err
	}
	closes := an.ask.LimitAt
	if programme.Kind(an.ask.Kind) == programme.KindEvent {
		if closes, err = an.changeable(row); err != nil {
			return none, err
		}
	}
	open := row.State == string(programme.StageOpen) || row.State == string(programme.StageDone)
	if !open || row.Round != an.ask.Round || !an.now.Before(closes) || leftEarly(an.state()) ||
		!programme.Kind(an.ask.Kind).Changeable() && !an.stillTheirs() {
		return none, programme.ErrFormClosed
	}
	if faults := an.checkChange(); len(faults) > 0 {
		return none, &programme.Invalid{Faults: faults}
	}
	same := false
	if before.ID != "" {
		if same, err = an.same(before); err != nil {
			return none, err
		}
	}
	if same {
		return programme.SubmitResult{ID: before.ID, Already: true}, nil
	}
	if err := an.store(); err != nil {
		return none, err
	}
	if err := an.takeEffect(); err != nil {
		return none, err
	}
	if err := an.tx.Where("ask = ?", an.ask.ID).Delete(&draftRow{}).Error; err != nil {
		return none, err
	}
	if err := an.move(an.ask.Stage, row.State, row.State, "answer-changed"); err != nil {
		return none, err
	}
	var mails []messageRow
	if an.given.By != actorAssistant { // to the leader that mail says that they changed what they told us
		mails = append(mails, an.reply(programme.MsgAnswerChanged))
	}
	if err := an.write(mails...); err != nil {
		return none, err
	}
	if welcome, welcomed, err := an.welcomeLate(); err != nil {
		return none, err
	} else if welcomed {
		mails = append(mails, welcome)
	}
	for _, mail := range mails {
		id, err := an.s.promiseMail(an.tx, an.j, mail)
		if err != nil {
			return none, err
		}
		an.outbox = append(an.outbox, id)
	}
	return programme.SubmitResult{ID: an.given.ID, Outbox: an.outbox, Changed: true}, nil
}

// already is the result for an answer that came second, without a word of changing the first.
func (an *answering) already(before submissionRow) (programme.SubmitResult, error) {
	result := programme.SubmitResult{ID: before.ID, Already: true}
	if before.ID == "" {
		return result, nil
	}
	same, err := an.same(before)
	result.Differs = !same
	return result, err
}

// changeSettled changes a place at an event that stands without an answer to the event's own form, or with a change of it.
func (an *answering) changeSettled() (programme.SubmitResult, error) {
	before, err := latestSubmission(an.tx, an.ask.ID)
	if err != nil && !isMissing(err) {
		return programme.SubmitResult{}, err
	}
	return an.change(before)
}

// stillTheirs reports whether an answer is an application that staff do not have yet.
func (an *answering) stillTheirs() bool {
	return an.ask.Form == programme.FormApplication && an.beneath() == programme.Submitted
}

// checkChange judges a change: what is kept apart from the person cannot be shown again, so it need not be given again.
func (an *answering) checkChange() []programme.Fault {
	var wrong []programme.Fault
	for _, section := range an.form.Sections {
		if !section.Kept() && len(an.form.Clean(an.given.Answers, section.Name)) == 0 && len(an.form.Sections) > 1 {
			continue
		}
		wrong = append(wrong, an.form.Check(an.given.Answers, section.Name)...)
	}
	return wrong
}

// same reports whether a change says what was said before.
func (an *answering) same(before submissionRow) (bool, error) {
	if survey, _ := an.apart(); len(survey) > 0 {
		kept, err := an.s.surveyAnswers(an.ctx, an.tx, an.j.Ref, an.surveyName())
		if err != nil || !reflect.DeepEqual(kept, survey) {
			return false, err
		}
	}
	if same, err := an.sameItems(); err != nil || !same {
		return false, err
	}
	given, err := an.s.openSubmission(an.ctx, an.leader.ID, before)
	return err == nil && reflect.DeepEqual(given.Answers, an.kept()), err
}
