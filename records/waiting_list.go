package records

import (
	"context"
	"slices"

	"fairlead/programme"

	"gorm.io/gorm"
)

// waiting is a query of a cohort's waiting list, journeys j, in the order in which free places go to it: first come. Who is
// on hold is not in it.
func waiting(tx *gorm.DB, cohort string) *gorm.DB {
	return tx.Table("journeys j").Joins("JOIN asks a ON a.ref = j.ref AND a.form = ? AND a.state = ?", programme.FormApplication,
		string(programme.AskAnswered)).Where("j.cohort = ? AND j.state = ?", cohort, string(programme.Waitlisted)).Order("a.answered_at, j.ref")
}

// WaitingList lists a cohort's waiting list in its order, from whoever comes after after on, at most limit. ErrNotFound where
// people do not apply for the cohort.
func (s *Store) WaitingList(ctx context.Context, cohort, after string, limit int) (list []programme.Applicant, next string, err error) {
	if _, err := s.ApplicationDates(ctx, cohort); err != nil {
		return nil, "", err
	}
	tx := s.read(ctx)
	var refs []string
	if err := waiting(tx, cohort).Pluck("j.ref", &refs).Error; err != nil {
		return nil, "", edge(err)
	}
	first := slices.Index(refs, after) + 1
	page := refs[first:min(first+limit, len(refs))]
	if first+limit < len(refs) {
		next = page[limit-1]
	}
	var rows []journeyRow
	if err := tx.Where("ref IN ?", page).Find(&rows).Error; err != nil {
		return nil, "", edge(err)
	}
	slices.SortFunc(rows, func(x, y journeyRow) int { return slices.Index(page, x.Ref) - slices.Index(page, y.Ref) })
	journeys, err := s.journeysFromRows(tx, rows)
	if err != nil {
		return nil, "", edge(err)
	}
	list, err = s.applicants(tx, journeys)
	for i := range list {
		list[i].Place = first + i + 1
	}
	return list, next, edge(err)
}
