package records

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm/clause"
)

// draftRow is a section of a form saved on the way, encrypted with the leader's key until it is sent or given up.
type draftRow struct {
	Ask        string `gorm:"primaryKey"`
	Section    string `gorm:"primaryKey"`
	AnswersEnc []byte
	Complete   bool
	At         time.Time
}

func (draftRow) TableName() string { return "drafts" }

// SaveDraft saves a section of a form that may still be sent, or whose answer may still be changed. ErrStageNotOpen where
// nothing was asked yet, ErrFormClosed where it is over.
func (s *Store) SaveDraft(ctx context.Context, ask, section string, answers programme.Answers, complete bool, at time.Time) error {
	ref := refOfAsk(ask)
	return s.onJourney(ctx, ref, at, func(t *turn) error {
		if err := t.mayDraft(ask); err != nil {
			return err
		}
		return t.saveDraft(ask, section, answers, complete)
	})
}

// mayDraft reports whether a form still takes drafts.
func (t *turn) mayDraft(id string) error {
	if leftEarly(t.state()) {
		return programme.ErrFormClosed
	}
	if id == programme.AssistantAsk(t.j.Ref) {
		if t.j.AssistantMay == "" {
			return programme.ErrFormClosed
		}
		return nil
	}
	ask, err := t.ask(id)
	if isMissing(err) {
		return fmt.Errorf("%w: nothing was asked yet", programme.ErrStageNotOpen)
	}
	if err != nil {
		return err
	}
	answered := ask.State == string(programme.AskAnswered) && programme.Kind(ask.Kind).Changeable()
	if ask.Form == programme.FormApplication {
		answered = ask.State == string(programme.AskAnswered) && t.beneath() == programme.Submitted
	}
	if !t.now.Before(ask.LimitAt) || ask.State != string(programme.AskOpen) && !answered {
		return programme.ErrFormClosed
	}
	return nil
}

func (t *turn) saveDraft(ask, section string, answers programme.Answers, complete bool) error {
	text, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	row := draftRow{Ask: ask, Section: section, Complete: complete, At: t.now}
	if row.AnswersEnc, err = t.s.encrypt(t.ctx, t.leader.ID, text); err != nil {
		return err
	}
	return t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ask"}, {Name: "section"}},
		DoUpdates: clause.AssignmentColumns([]string{"answers_enc", "complete", "at"})}).Create(&row).Error
}

// Drafts are the sections of an ask's form saved on the way, by section; none where nothing was saved. ErrNotFound where
// there is no such journey.
func (s *Store) Drafts(ctx context.Context, ask string) (map[string]programme.Draft, error) {
	person, err := leaderOf(s.read(ctx), refOfAsk(ask))
	if err != nil {
		return nil, edge(err)
	}
	var rows []draftRow
	if err := s.read(ctx).Where("ask = ?", ask).Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	drafts := map[string]programme.Draft{}
	for _, row := range rows {
		draft := programme.Draft{Answers: programme.Answers{}, Complete: row.Complete}
		text, err := s.decryptIfKept(ctx, person, row.AnswersEnc)
		if err == nil && len(text) > 0 {
			err = json.Unmarshal(text, &draft.Answers)
		}
		if err != nil {
			return nil, err
		}
		drafts[row.Section] = draft
	}
	return drafts, nil
}

// refOfAsk is the journey in the id of an ask.
func refOfAsk(ask string) string {
	ref, _, _ := strings.Cut(ask, "/")
	return ref
}

// draftEarlierAnswers puts the answers of the round before into the form of a stage that was opened again.
func (t *turn) draftEarlierAnswers(ask askRow) error {
	if ask.Round < 2 {
		return nil
	}
	return t.copyAnswers(programme.AskID(ask.Ref, ask.Stage, ask.Round-1), ask.ID, ask.Form)
}

// copyAnswers puts what was answered to one ask of this leader, or else saved on the way to it, into the form of another.
// A section that holds all it asks counts as complete. Questionnaires are answered afresh.
func (t *turn) copyAnswers(from, to, formName string) error {
	form, err := programme.FormNamed(formName)
	if err != nil {
		return err
	}
	var answers programme.Answers
	switch row, err := latestSubmission(t.tx, from); {
	case err == nil:
		given, err := t.s.openSubmission(t.ctx, t.leader.ID, row)
		if err != nil {
			return err
		}
		answers = given.Answers
	case !isMissing(err):
		return err
	default:
		if answers, err = t.draftedAnswers(from); err != nil {
			return err
		}
	}
	if err := t.withoutWithdrawn(answers); err != nil {
		return err
	}
	for _, section := range form.Sections {
		clean := form.Clean(answers, section.Name)
		if section.Survey || section.Apart || len(clean) == 0 {
			continue
		}
		if err := t.saveDraft(to, section.Name, clean, len(form.On(t.now).Check(clean, section.Name)) == 0); err != nil {
			return err
		}
	}
	return nil
}

// draftedAnswers are all answers saved on the way to an ask.
func (t *turn) draftedAnswers(ask string) (programme.Answers, error) {
	var rows []draftRow
	answers := programme.Answers{}
	if err := t.tx.Where("ask = ?", ask).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		text, err := t.s.decryptIfKept(t.ctx, t.leader.ID, row.AnswersEnc)
		if err != nil || text == nil {
			return answers, err
		}
		saved := programme.Answers{}
		if err := json.Unmarshal(text, &saved); err != nil {
			return nil, err
		}
		for name, values := range saved {
			answers[name] = values
		}
	}
	return answers, nil
}
