package records

import (
	"context"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Applicant is one application with its answers, equality answers excepted; ErrNotFound where there is no such journey or
// its leader did not apply.
func (s *Store) Applicant(ctx context.Context, ref string) (programme.Applicant, error) {
	journey, err := s.Journey(ctx, ref)
	if err != nil {
		return programme.Applicant{}, err
	}
	list, err := s.applicants(s.read(ctx), []programme.Journey{journey})
	if err != nil {
		return programme.Applicant{}, edge(err)
	}
	if list[0].Deadline.IsZero() {
		return programme.Applicant{}, programme.ErrNotFound
	}
	selection := journey.Stages[0]
	given, err := s.Answers(ctx, programme.AskID(ref, selection.Name, selection.Round))
	switch {
	case err == nil:
		list[0].Answers, list[0].Reference = given.Answers, programme.Reference(given.ID)
	case !isMissing(err):
		return programme.Applicant{}, err
	}
	return list[0], nil
}

// Applicants lists the applications of a cohort by reference from after on, at most limit, in one state or all, without
// their answers. ErrNotFound where people do not apply for the cohort.
func (s *Store) Applicants(ctx context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error) {
	if _, err := s.ApplicationDates(ctx, cohort); err != nil {
		return nil, "", err
	}
	journeys, next, err := s.Journeys(ctx, programme.JourneyFilter{Cohort: cohort, State: state}, after, limit)
	if err != nil {
		return nil, "", err
	}
	list, err := s.applicants(s.read(ctx), journeys)
	return list, next, edge(err)
}

// applicants adds what is known of the applications of some journeys, a page of them in two queries.
func (s *Store) applicants(tx *gorm.DB, journeys []programme.Journey) ([]programme.Applicant, error) {
	refs, list, at := make([]string, len(journeys)), make([]programme.Applicant, len(journeys)), map[string]int{}
	for i, j := range journeys {
		refs[i], list[i].Journey, at[j.Ref] = j.Ref, j, i
	}
	var asks []askRow
	forms := []string{programme.FormApplication, programme.FormOffer}
	if err := tx.Where("ref IN ? AND form IN ?", refs, forms).Order("round").Find(&asks).Error; err != nil {
		return nil, err
	}
	for _, ask := range asks {
		a := &list[at[ask.Ref]]
		if ask.Form == programme.FormOffer {
			if ask.State == string(programme.AskOpen) {
				a.Offer = ask.ID
			}
			continue
		}
		a.Deadline, a.Submitted = ask.LimitAt.UTC(), orZero(ask.AnsweredAt)
	}
	var decisions []decisionRow
	if err := tx.Where("ref IN ?", refs).Find(&decisions).Error; err != nil {
		return nil, err
	}
	for _, d := range decisions {
		a := &list[at[d.Ref]]
		a.Decision, a.Decided, a.Released = programme.Decision(d.Decision), d.At.UTC(), orZero(d.ReleasedAt)
	}
	return list, nil
}
