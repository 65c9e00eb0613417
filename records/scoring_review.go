package records

import (
	"context"
	"time"

	"fairlead/programme"
)

// reviewsAtOnce is how many reviews one round settles; the others follow with the next.
const reviewsAtOnce = 100

// settleReview says whom a review waits on: its selectors while scores are missing whose date has not come and nothing was
// decided, else staff. The effect holds the review's new plan, or nothing where it was so before.
func (t *turn) settleReview() (effect programme.Effect, err error) {
	if t.state() != programme.UnderReview {
		return effect, nil
	}
	row, review, err := t.review()
	if err != nil || programme.Owner(review.Owner) == programme.OwnerCalendar {
		return effect, err
	}
	missing, err := scoresMissing(t.tx, t.j.Ref)
	if err != nil {
		return effect, err
	}
	if len(missing) == 0 {
		if err := t.finishTasks(row.Name, movedScored, taskUnscored); err != nil {
			return effect, err
		}
	}
	decision, err := t.decision()
	if err != nil {
		return effect, err
	}
	dates, err := t.s.applicationDates(t.tx, t.j.Cohort)
	if err != nil {
		return effect, err
	}
	owner, due, overdue := programme.OwnerStaff, review.Due.UTC(), row.Overdue && (len(missing) > 0 || !t.now.Before(dates.Decided))
	if waits := len(missing) > 0 && decision.Decision == "" && missing[len(missing)-1].Due.After(t.now); waits {
		owner, due, overdue = programme.OwnerSelector, missing[len(missing)-1].Due.UTC(), false
	} else if review.Owner == string(programme.OwnerSelector) {
		if due = dates.Decided; !t.now.Before(due) {
			due = t.noSooner(due)
		}
	}
	if due.After(review.LimitAt) {
		due = review.LimitAt.UTC()
	}
	if string(owner) == review.Owner && due.Equal(review.Due) && overdue == row.Overdue {
		return effect, nil
	}
	since := review.Since.UTC()
	if string(owner) != review.Owner {
		since = t.now
	}
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", review.ID, string(programme.AskOpen), review.Plan).
		Updates(map[string]any{"owner": string(owner), "since": since, "due": due, "plan": review.Plan + 1}))
	if err != nil {
		return effect, err
	}
	if err := t.setStage(row, map[string]any{"waiting_on": string(owner), "since": since, "due": due, "overdue": overdue}); err != nil {
		return effect, err
	}
	return t.reviewEffect(row.Name)
}

// settled settles the review and tells the journey's workflow where that changed something.
func (t *turn) settled() error {
	effect, err := t.settleReview()
	if err != nil || len(effect.Plans) == 0 {
		return err
	}
	_, err = t.tellJourney(effect)
	return err
}

// reviewsRound settles the reviews of a cohort whose applications were just assigned, or that were on hold meanwhile; more
// says that some are left.
func (s *Store) reviewsRound(ctx context.Context, cohort string, at time.Time) (more bool, err error) {
	var refs []string
	const open = "EXISTS (SELECT 1 FROM assignments a WHERE a.ref = j.ref AND a.state = 'open' AND a.due > ?)"
	const decided = "EXISTS (SELECT 1 FROM decisions d WHERE d.ref = j.ref)"
	err = s.read(ctx).Table("journeys j").Joins("JOIN stages st ON st.ref = j.ref AND st.state = 'open' AND st.part = ?", string(programme.PartReview)).
		Where("j.cohort = ? AND j.state = ?", cohort, string(programme.UnderReview)).
		Where("st.waiting_on = ? AND "+open+" AND NOT "+decided+" OR st.waiting_on = ? AND (NOT "+open+" OR "+decided+")",
			string(programme.OwnerStaff), at, string(programme.OwnerSelector), at).
		Order("j.ref").Limit(reviewsAtOnce+1).Pluck("j.ref", &refs).Error
	if err != nil {
		return false, edge(err)
	}
	for i, ref := range refs {
		if i == reviewsAtOnce {
			return true, nil
		}
		if err := s.onJourney(ctx, ref, at, (*turn).settled); err != nil {
			return false, err
		}
	}
	return false, nil
}
