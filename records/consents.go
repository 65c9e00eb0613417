package records

import (
	"context"
	"errors"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// What the history calls a consent, before its purpose, and one that is given.
const (
	moveConsent   = "consent "
	consentAgreed = "agreed"
)

// signalReplanned tells a journey's workflow what became of its stages without an order of staff.
const signalReplanned = "replanned"

// consentCoachChanged is the source of a no that nobody said: the coach who might see the report is the leader's no more.
const consentCoachChanged = "coach changed"

// consentCoachConflict is the source of another: leader and coach have come to belong to one organisation.
const consentCoachConflict = "coach conflict"

// Consents are what a leader said of the questionnaire and of showing its report to the coach, in that order; none
// before onboarding asked. ErrNotFound where there is no such journey.
func (s *Store) Consents(ctx context.Context, ref string) ([]programme.Consent, error) {
	if _, err := leaderOf(s.read(ctx), ref); err != nil {
		return nil, edge(err)
	}
	var rows []consentRow
	err := s.read(ctx).Where("ref = ? AND purpose IN ?", ref, []string{programme.ConsentPsychometrics, programme.ConsentCoachReport}).
		Order("purpose DESC").Find(&rows).Error
	var list []programme.Consent
	for _, row := range rows {
		consent := programme.Consent{Purpose: row.Purpose, Given: row.Given}
		var last []moveRow
		if err == nil && !row.Given {
			err = s.read(ctx).Where("ref = ? AND what = ?", ref, moveConsent+row.Purpose).Order("id DESC").Limit(1).Find(&last).Error
		}
		if len(last) == 1 && last[0].FromState == consentAgreed {
			consent.Ended, consent.Taken = last[0].At.UTC(), last[0].Actor == actorParticipant
		}
		list = append(list, consent)
	}
	return list, edge(err)
}

// WithdrawConsent takes a consent back, at any time and for good. Without the consent to the questionnaire its stage is
// skipped where it is not answered; an answer and its report are deleted, and the coach sees nothing from that moment. It
// returns the outbox rows to deliver. One that was not given changes nothing; an unknown purpose is *Invalid.
func (s *Store) WithdrawConsent(ctx context.Context, ref, purpose string) (outbox []string, err error) {
	if purpose != programme.ConsentPsychometrics && purpose != programme.ConsentCoachReport {
		return nil, programme.Refuse("purpose", "There is no such consent.")
	}
	at := s.Now(ctx)
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		t.actor, outbox = actorParticipant, nil
		given, err := t.agreed(purpose)
		if err != nil || !given {
			return err
		}
		if err := t.consent(purpose, false); err != nil {
			return err
		}
		if err := t.move("", consentAgreed, "withdrawn", moveConsent+purpose); err != nil {
			return err
		}
		if purpose == programme.ConsentCoachReport {
			return nil
		}
		if err := t.consent(programme.ConsentCoachReport, false); err != nil {
			return err
		}
		outbox, err = t.forgetPsychometrics()
		return err
	})
	return outbox, err
}

// AgreeToCoach lets the coach a leader has see the report, from this moment on: at first refused, withdrawn, or ended with the
// coach before. Once more changes nothing. *Illegal where the leader does not agree to the questionnaire, or has no coach, or
// one of their own organisation.
func (s *Store) AgreeToCoach(ctx context.Context, ref string) error {
	return s.onJourney(ctx, ref, s.Now(ctx), func(t *turn) error {
		t.actor = actorParticipant
		questionnaire, err := t.agreed(programme.ConsentPsychometrics)
		if err != nil {
			return err
		}
		if showable, err := t.showable(); err != nil {
			return err
		} else if !questionnaire || !showable || t.state().Ended() {
			return &programme.Illegal{What: "Sharing your report", State: "nobody to share with", Why: "There is no report, or no coach, to agree for."}
		}
		given, err := t.agreed(programme.ConsentCoachReport)
		if err != nil || given {
			return err
		}
		if err := t.consent(programme.ConsentCoachReport, true); err != nil {
			return err
		}
		return t.move("", "withdrawn", consentAgreed, moveConsent+programme.ConsentCoachReport)
	})
}

// agreed reports whether the leader agrees to a purpose; who was not asked does not.
func (t *turn) agreed(purpose string) (bool, error) {
	var row consentRow
	err := t.tx.Take(&row, "ref = ? AND purpose = ?", t.j.Ref, purpose).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	return row.Given, err
}

// takeConsents notes what onboarding was answered. A no where there was a yes before is a withdrawal. A change of the
// form repeats what was said of consent at first: it brings back none that was withdrawn since.
func (an *answering) takeConsents(psychometrics, coachReport bool) error {
	before, err := an.agreed(programme.ConsentPsychometrics)
	if err != nil {
		return err
	}
	if an.given.Change {
		shown, err := an.agreed(programme.ConsentCoachReport)
		if err != nil {
			return err
		}
		psychometrics, coachReport = psychometrics && before, coachReport && shown
	}
	if match, found, err := an.match(); err != nil {
		return err
	} else if found && coachReport {
		conflicts, _, err := conflictOf(an.tx, match)
		if err != nil {
			return err
		}
		coachReport = !conflicts
	}
	if err := an.consent(programme.ConsentPsychometrics, psychometrics); err != nil {
		return err
	}
	if err := an.consent(programme.ConsentCoachReport, psychometrics && coachReport); err != nil {
		return err
	}
	if !before || psychometrics {
		return nil
	}
	promised, err := an.forgetPsychometrics()
	an.outbox = append(an.outbox, promised...)
	return err
}

// withoutWithdrawn leaves out of answers to onboarding a consent that was withdrawn, or ended, since: it is asked for anew.
func (t *turn) withoutWithdrawn(answers programme.Answers) error {
	for _, purpose := range []string{programme.ConsentPsychometrics, programme.ConsentCoachReport} {
		var n int64
		err := t.tx.Model(&consentRow{}).Where("ref = ? AND purpose = ? AND NOT given AND source IN ?", t.j.Ref, purpose, []string{actorParticipant, consentCoachChanged, consentCoachConflict}).
			Limit(1).Count(&n).Error
		if err != nil {
			return err
		}
		if field := "consent_" + purpose; n > 0 && answers.Get(field) == programme.Yes {
			delete(answers, field)
		}
	}
	return nil
}

// forgetPsychometrics does what follows when the leader no longer agrees: what was answered is deleted, finished or not,
// and a stage that is not answered is skipped, of which the journey is told.
func (t *turn) forgetPsychometrics() (outbox []string, err error) {
	for _, table := range []any{&psychometricAnswersRow{}, &psychometricScoresRow{}} {
		if err := t.tx.Where("ref = ?", t.j.Ref).Delete(table).Error; err != nil {
			return nil, err
		}
	}
	asks := t.tx.Model(&askRow{}).Select("id").Where("ref = ? AND kind = ?", t.j.Ref, string(programme.KindPsychometrics))
	if err := t.tx.Where("ask IN (?)", asks).Delete(&draftRow{}).Error; err != nil {
		return nil, err
	}
	rows, err := t.unansweredPsychometrics()
	if err != nil || t.state().Ended() {
		return nil, err
	}
	for _, row := range rows {
		end, err := t.skipStage(row, programme.OutcomeConsentRefused, "consent")
		if err != nil {
			return nil, err
		}
		if !t.j.Started {
			continue
		}
		effect := programme.Effect{Changed: true, Ends: []programme.StageEnd{end}, Openings: end.Openings}
		id, err := t.s.promise(t.tx, programme.JourneyID(t.j.Cohort, t.j.Ref), signalReplanned, effect, "")
		if err != nil {
			return nil, err
		}
		outbox = append(outbox, id)
	}
	return outbox, nil
}

// unansweredPsychometrics are the psychometrics stages that have not ended and have no answer.
func (t *turn) unansweredPsychometrics() ([]stageRow, error) {
	var rows, unanswered []stageRow
	err := t.tx.Where("ref = ? AND kind = ? AND state IN ?", t.j.Ref, string(programme.KindPsychometrics),
		[]string{string(programme.StageNotOpen), string(programme.StageOpen)}).Order("position").Find(&rows).Error
	for _, row := range rows {
		answered, _, err := t.answered(row)
		if err != nil {
			return nil, err
		}
		if !answered {
			unanswered = append(unanswered, row)
		}
	}
	return unanswered, err
}

// skipUnagreed skips the psychometrics stages to come of a leader whose onboarding has ended without consent to them.
func (t *turn) skipUnagreed(ended stageRow) error {
	if programme.Kind(ended.Kind) != programme.KindOnboarding {
		return nil
	}
	given, err := t.agreed(programme.ConsentPsychometrics)
	if err != nil || given || faults.Broken("ignores-consent") {
		return err
	}
	rows, err := t.unansweredPsychometrics()
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.State != string(programme.StageNotOpen) {
			continue
		}
		if err := t.closeStage(&row, programme.StageSkipped, programme.OutcomeConsentRefused, "consent"); err != nil {
			return err
		}
	}
	return nil
}

// skippedWith are the stages that the end of onboarding settled because there is no consent to them.
func (t *turn) skippedWith(ended stageRow) (names []string, err error) {
	if programme.Kind(ended.Kind) != programme.KindOnboarding {
		return nil, nil
	}
	err = t.tx.Model(&stageRow{}).Where("ref = ? AND state = ? AND outcome = ?", t.j.Ref, string(programme.StageSkipped),
		programme.OutcomeConsentRefused).Order("position").Pluck("name", &names).Error
	if len(names) == 0 {
		return nil, err
	}
	return names, err
}
