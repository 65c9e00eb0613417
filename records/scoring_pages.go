package records

import (
	"context"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Scoring is how far the scoring of a cohort's applications is. ErrNotFound where people do not apply for the cohort.
func (s *Store) Scoring(ctx context.Context, cohort string) (programme.Scoring, error) {
	if _, err := s.ApplicationDates(ctx, cohort); err != nil {
		return programme.Scoring{}, err
	}
	tx, now := s.read(ctx), s.Now(ctx)
	var result programme.Scoring
	var row scoringRow
	if err := tx.Where("cohort = ?", cohort).Limit(1).Find(&row).Error; err != nil {
		return result, edge(err)
	}
	result.Each = row.SelectorsEach
	err := tx.Raw("SELECT j.ref, p.name, j.organisation FROM journeys j JOIN people p ON p.id = j.person_id WHERE j.cohort = ? AND j.state = ? ORDER BY j.ref",
		cohort, string(programme.UnderReview)).Scan(&result.Applications).Error
	if err != nil {
		return result, edge(err)
	}
	if result.Selectors, err = selectors(tx); err != nil {
		return result, edge(err)
	}
	var rows []assignmentRow
	if err := tx.Select("ref", "selector", "state", "due").Where("cohort = ? AND state <> ?", cohort, string(programme.AssignmentEnded)).Find(&rows).Error; err != nil {
		return result, edge(err)
	}
	applications, people := map[string]*programme.ScoredApplication{}, map[string]*programme.Selector{}
	for i := range result.Applications {
		applications[result.Applications[i].Ref] = &result.Applications[i]
	}
	for i := range result.Selectors {
		people[result.Selectors[i].ID] = &result.Selectors[i]
	}
	for _, row := range rows {
		if a := applications[row.Ref]; a != nil {
			countAssignment(row, &a.Assigned, &a.Scored, &a.Declared)
			if row.State == string(programme.AssignmentOpen) {
				a.Late = a.Late || !now.Before(row.Due)
				if row.Due.After(a.Due) {
					a.Due = row.Due.UTC()
				}
			}
		}
		if p := people[row.Selector]; p != nil {
			countAssignment(row, &p.Assigned, &p.Scored, &p.Declared)
		}
	}
	return result, nil
}

func countAssignment(row assignmentRow, assigned, scored, declared *int) {
	switch programme.AssignmentState(row.State) {
	case programme.AssignmentScored:
		*scored++
		*assigned++
	case programme.AssignmentOpen:
		*assigned++
	case programme.AssignmentConflict:
		*declared++
	}
}

// assignedRow is an assignment with who is on both sides of it.
type assignedRow struct {
	Row          assignmentRow `gorm:"embedded"`
	PersonID     string
	Name         string
	Organisation string
	Email        string // of the selector
}

const assignedRows = "SELECT a.*, j.person_id, p.name, j.organisation, s.email FROM assignments a JOIN journeys j ON j.ref = a.ref " +
	"JOIN people p ON p.id = j.person_id JOIN people s ON s.id = a.selector WHERE "

// assignments are those that a condition chooses, with their scores and notes where these are wanted.
func (s *Store) assignments(ctx context.Context, tx *gorm.DB, opened bool, where string, args ...any) ([]programme.Assignment, error) {
	var rows []assignedRow
	if err := tx.Raw(assignedRows+where, args...).Scan(&rows).Error; err != nil {
		return nil, edge(err)
	}
	list := make([]programme.Assignment, len(rows))
	for i, r := range rows {
		list[i] = programme.Assignment{Cohort: r.Row.Cohort, Ref: r.Row.Ref, Selector: programme.Selector{ID: r.Row.Selector, Email: r.Email},
			State: programme.AssignmentState(r.Row.State), Since: r.Row.Since.UTC(), Due: r.Row.Due.UTC(), Done: orZero(r.Row.DoneAt), Version: r.Row.Version,
			Name: r.Name, Organisation: r.Organisation}
		if !opened {
			continue
		}
		var err error
		if list[i].Scores, err = s.scoresIn(ctx, r.PersonID, r.Row); err != nil {
			return nil, edge(err)
		}
		note, err := s.decryptIfKept(ctx, r.PersonID, r.Row.NoteEnc)
		if err != nil {
			return nil, edge(err)
		}
		list[i].Note = string(note)
	}
	return list, nil
}

// AssignedTo lists the applications under review that a selector has scored or is to score: what is left first, by its date.
// Somebody who is no selector has none.
func (s *Store) AssignedTo(ctx context.Context, name string) ([]programme.Assignment, error) {
	tx := s.read(ctx)
	selector, err := selectorNamed(tx, name)
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, edge(err)
	}
	return s.assignments(ctx, tx, false, "a.selector = ? AND a.state IN ? AND j.state = ? ORDER BY a.state, a.due, a.ref", selector.ID,
		[]string{string(programme.AssignmentOpen), string(programme.AssignmentScored)}, string(programme.UnderReview))
}

// ScoringSheet is one application in the hands of a selector: its answers, equality answers excepted, their own scores, and
// those of the others once their own are in. ErrNotFound where it is none of theirs any more, or not under review.
func (s *Store) ScoringSheet(ctx context.Context, name, ref string) (sheet programme.ScoringSheet, err error) {
	tx := s.read(ctx)
	selector, err := selectorNamed(tx, name)
	if err != nil {
		return sheet, edge(err)
	}
	own, err := s.assignments(ctx, tx, true, "a.selector = ? AND a.ref = ? AND a.state IN ? AND j.state = ?", selector.ID, ref,
		[]string{string(programme.AssignmentOpen), string(programme.AssignmentScored)}, string(programme.UnderReview))
	if err != nil {
		return sheet, err
	}
	if len(own) == 0 {
		return sheet, programme.ErrNotFound
	}
	sheet.Assignment = own[0]
	if sheet.State == programme.AssignmentScored {
		sheet.Others, err = s.assignments(ctx, tx, true, "a.ref = ? AND a.selector <> ? AND a.state = ? ORDER BY s.email", ref, selector.ID,
			string(programme.AssignmentScored))
		if err != nil {
			return sheet, err
		}
	}
	a, err := s.Applicant(ctx, ref)
	sheet.Answers = a.Answers
	return sheet, err
}

// Scores are all assignments of an application with what was scored, by the selector's address: staff read them.
func (s *Store) Scores(ctx context.Context, ref string) ([]programme.Assignment, error) {
	return s.assignments(ctx, s.read(ctx), true, "a.ref = ? ORDER BY s.email", ref)
}
