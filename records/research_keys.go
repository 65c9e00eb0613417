package records

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// moveResearchKeyDestroyed is what the history says of it: the evidence that is promised.
const moveResearchKeyDestroyed = "research-key-destroyed"

// expireResearchKeys destroys what joins survey answers to the people whose journey ended long enough ago. The answers stay
// as they are, and nobody can tell any more whose they were.
func (s *Store) expireResearchKeys(ctx context.Context, now time.Time) (done programme.Expired, err error) {
	done.What = "research keys"
	ended := map[string]int64{} // by cohort
	for after := ""; ; {
		var kept, refs []string
		err = s.keys.db.reads.WithContext(ctx).Model(&pseudonymRow{}).Where("ref > ?", after).Order("ref").Limit(expiredAPage).Pluck("ref", &kept).Error
		if err != nil || len(kept) == 0 {
			break
		}
		after = kept[len(kept)-1]
		if err = endedBefore(s.read(ctx), now.AddDate(-programme.AnswersKeptYears, 0, 0)).Where("j.ref IN ?", kept).Order("j.ref").Pluck("j.ref", &refs).Error; err != nil {
			break
		}
		for _, ref := range refs {
			err = s.onJourney(ctx, ref, now, func(t *turn) error {
				if err := t.move("", t.j.State, t.j.State, moveResearchKeyDestroyed); err != nil {
					return err
				}
				ended[t.j.Cohort]++
				return s.keys.destroyPseudonym(ctx, ref) // last, so that nothing says it was done where it was not
			})
			if err != nil {
				return done, err
			}
			done.N++
		}
	}
	for cohort, n := range ended {
		if err == nil {
			err = s.mixSurveyAnswers(ctx, cohort)
		}
		if err == nil {
			err = s.tx(ctx, func(tx *gorm.DB) error { return s.auditExpired(tx, cohort, programme.Expired{What: done.What, N: n}) })
		}
	}
	return done, edge(err)
}

// endedBefore are the journeys j that had ended by a moment, in whatever way.
func endedBefore(tx *gorm.DB, moment time.Time) *gorm.DB {
	return tx.Table("journeys j").Where("j.state IN ?", endedStates()).
		Where("NOT EXISTS (SELECT 1 FROM moves m WHERE m.ref = j.ref AND m.stage = '' AND m.from_state <> m.to_state AND m.at > ?)", moment)
}

// mixLatestSurveyAnswers mixes the answers of every cohort that has some of this month or the last.
func (s *Store) mixLatestSurveyAnswers(ctx context.Context, now time.Time) error {
	var cohorts []string
	since := programme.ResearchMonth(now.AddDate(0, -1, 0))
	if err := s.read(ctx).Model(&surveyAnswerRow{}).Distinct("cohort").Where("month >= ?", since).Order("cohort").Pluck("cohort", &cohorts).Error; err != nil {
		return edge(err)
	}
	for _, cohort := range cohorts {
		if err := s.mixSurveyAnswers(ctx, cohort); err != nil {
			return err
		}
	}
	return nil
}

// mixSurveyAnswers writes the survey answers of a cohort anew, all at once and in the order of their pseudonyms, so that
// neither where they lie nor the transaction that wrote them says beside which submission they came.
func (s *Store) mixSurveyAnswers(ctx context.Context, cohort string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var rows []surveyAnswerRow
		if err := tx.Raw("DELETE FROM survey_answers WHERE cohort = ? RETURNING *", cohort).Scan(&rows).Error; err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b surveyAnswerRow) int {
			return cmp.Or(cmp.Compare(a.Pseudonym, b.Pseudonym), cmp.Compare(a.Survey, b.Survey), cmp.Compare(a.Question, b.Question))
		})
		return insertMany(tx, rows)
	})
}
