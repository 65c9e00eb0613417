package records

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"fairlead/programme"

	"gorm.io/gorm/clause"
)

// psychometricAnswersRow is what a leader answered to the questionnaire, under the leader's key. Submissions hold nothing
// of it, so that no page of staff can come upon it.
type psychometricAnswersRow struct {
	Ref        string `gorm:"primaryKey"`
	Instrument string
	Version    string
	AnswersEnc []byte
	At         time.Time
}

func (psychometricAnswersRow) TableName() string { return "psychometric_answers" }

// psychometricScoresRow is what the answers say, under the leader's key.
type psychometricScoresRow struct {
	Ref        string `gorm:"primaryKey"`
	Instrument string
	Version    string
	ScoresEnc  []byte
	At         time.Time
}

func (psychometricScoresRow) TableName() string { return "psychometric_scores" }

// psychometrics keeps the answers to an instrument and scores them; what was answered in an earlier round is replaced. A
// supplier keeps its answers to itself.
func (an *answering) psychometrics() error {
	if an.form.Name == programme.FormSupplier {
		return nil
	}
	in, err := programme.InstrumentNamed(an.form.Name)
	if err != nil {
		return err
	}
	clean := an.form.Clean(an.given.Answers, "")
	answers := psychometricAnswersRow{Ref: an.j.Ref, Instrument: in.ID, Version: in.Version, At: an.now}
	if answers.AnswersEnc, err = an.sealed(clean); err != nil {
		return err
	}
	scores := psychometricScoresRow{Ref: an.j.Ref, Instrument: in.ID, Version: in.Version, At: an.now}
	if scores.ScoresEnc, err = an.sealed(in.Score(clean)); err != nil {
		return err
	}
	once := func(columns ...string) clause.OnConflict {
		return clause.OnConflict{Columns: []clause.Column{{Name: "ref"}}, DoUpdates: clause.AssignmentColumns(append(columns, "instrument", "version", "at"))}
	}
	if err := an.tx.Clauses(once("answers_enc")).Create(&answers).Error; err != nil {
		return err
	}
	return an.tx.Clauses(once("scores_enc")).Create(&scores).Error
}

// sameItems reports whether an answer to the questionnaire is the one that is kept; of anything else, and where none is
// kept any more, there is nothing to compare.
func (an *answering) sameItems() (bool, error) {
	if programme.Kind(an.ask.Kind) != programme.KindPsychometrics || an.form.Name == programme.FormSupplier {
		return true, nil
	}
	var row psychometricAnswersRow
	err := an.tx.Take(&row, "ref = ?", an.j.Ref).Error
	if isMissing(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	text, err := an.s.decryptIfKept(an.ctx, an.leader.ID, row.AnswersEnc)
	if err != nil || text == nil {
		return err == nil, err
	}
	kept := programme.Answers{}
	if err := json.Unmarshal(text, &kept); err != nil {
		return false, err
	}
	return reflect.DeepEqual(kept, an.form.Clean(an.given.Answers, "")), nil
}

// sealed is something under the leader's key.
func (t *turn) sealed(what any) ([]byte, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return nil, err
	}
	return t.s.encrypt(t.ctx, t.leader.ID, text)
}

// Report is what a leader's answers to the questionnaire say. It is for the leader's own page, the coach's is CoachReport: ErrNotFound where there is
// none, none any more, or the leader's key was destroyed.
func (s *Store) Report(ctx context.Context, ref string) (programme.Report, error) {
	person, err := leaderOf(s.read(ctx), ref)
	if err != nil {
		return programme.Report{}, edge(err)
	}
	report, err := s.report(ctx, s.read(ctx), ref, person)
	return report, edge(err)
}

// carryReport moves what a leader answered to the journey that continues this one, where the questionnaire is then done
// already. It is moved and not copied: who withdraws the consent there leaves nothing behind here.
func (a *applying) carryReport(ref string) error {
	moved := a.tx.Model(&psychometricScoresRow{}).Where("ref = ?", a.j.Ref).Update("ref", ref)
	if moved.Error != nil || moved.RowsAffected == 0 {
		return moved.Error
	}
	if err := a.tx.Model(&psychometricAnswersRow{}).Where("ref = ?", a.j.Ref).Update("ref", ref).Error; err != nil {
		return err
	}
	return a.tx.Model(&stageRow{}).Where("ref = ? AND kind = ?", ref, string(programme.KindPsychometrics)).
		Updates(map[string]any{"state": string(programme.StageDone), "outcome": "continued", "closed_at": a.now}).Error
}
