package records

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Needs may reveal health or religion, so they go when their reason has gone, wherever they were written down: the table of
// needs, the answers in which they came, what was saved on the way, and the orders by which staff took them down.

const (
	needsPage = 100                // how many leaders' needs one round deletes
	needsLook = 7 * 24 * time.Hour // how often to look whether a last event is nearer than it was
)

// moveNeedsDeleted is what the history says of it, without a word of what they were.
const moveNeedsDeleted = "needs-deleted"

// deleteNeeds deletes the needs of the cohort's leaders whose time has come. next is when to look again, zero where nobody's
// are kept any more, or nobody can say yet until when.
func (s *Store) deleteNeeds(ctx context.Context, cohort string, at time.Time) (next time.Time, err error) {
	db := s.read(ctx)
	keeping, err := keepingNeeds(db, cohort)
	if err != nil {
		return next, edge(err)
	}
	last, err := lastEvents(db.Where("p.cohort = ?", cohort))
	if err != nil {
		return next, edge(err)
	}
	deleted := 0
	for _, j := range keeping {
		until := programme.NeedsUntil(programme.JourneyState(j.State), last[j.Ref], at)
		switch {
		case until.IsZero():
		case until.After(at):
			next = sooner(next, sooner(until, at.Add(needsLook)))
		case deleted == needsPage:
			return at, nil
		default:
			found := false
			err := s.onJourney(ctx, j.Ref, at, func(t *turn) (err error) {
				found, err = t.deleteNeeds()
				return err
			})
			if err != nil {
				return next, err
			}
			if found {
				deleted++
			}
		}
	}
	return next, nil
}

// keepingNeeds are the journeys of a cohort of whose needs something may be written down: in the table, as a draft, or in an
// order by which staff have given an answer since they were deleted. Every answer that has them has also left them in the
// table.
func keepingNeeds(db *gorm.DB, cohort string) ([]journeyRow, error) {
	var known, drafted, ordered []string
	err := db.Table("needs n").Joins("JOIN journeys j ON j.ref = n.ref").Where("j.cohort = ?", cohort).Pluck("n.ref", &known).Error
	if err != nil {
		return nil, err
	}
	if err := db.Model(&draftRow{}).Where("section = ?", programme.SectionNeeds).Pluck("ask", &drafted).Error; err != nil {
		return nil, err
	}
	err = db.Table("commands c").Joins("JOIN journeys j ON j.ref = c.ref").Where("j.cohort = ? AND c.name = ?", cohort, string(programme.CmdAnswerFor)).
		Where("NOT EXISTS (SELECT 1 FROM moves m WHERE m.ref = c.ref AND m.what = ? AND m.at >= c.at)", moveNeedsDeleted).Pluck("c.ref", &ordered).Error
	if err != nil {
		return nil, err
	}
	keeps := map[string]bool{}
	for _, ref := range append(known, ordered...) {
		keeps[ref] = true
	}
	for _, ask := range drafted {
		keeps[refOfAsk(ask)] = true
	}
	if len(keeps) == 0 {
		return nil, nil
	}
	var journeys []journeyRow
	err = db.Select("ref, state").Where("cohort = ?", cohort).Order("ref").Find(&journeys).Error
	return slices.DeleteFunc(journeys, func(j journeyRow) bool { return !keeps[j.Ref] }), err
}

// lastEvents is when the last event of each leader ends: of those at which the leader was or has a place, and of those that
// nobody has decided upon yet. places narrows which places p count.
func lastEvents(places *gorm.DB) (map[string]time.Time, error) {
	var rows []struct {
		Ref    string
		EndsAt time.Time
	}
	err := places.Table("event_places p").Select("p.ref, s.ends_at").
		Joins("JOIN sittings s ON s.cohort = p.cohort AND s.stage = p.stage AND s.name = p.sitting").
		Joins("JOIN stages g ON g.ref = p.ref AND g.name = p.stage").
		Where("p.state IN ('held', 'confirmed', 'attended', 'absent') OR g.state IN ('not_open', 'open')").Scan(&rows).Error
	last := map[string]time.Time{}
	for _, row := range rows {
		if row.EndsAt.After(last[row.Ref]) {
			last[row.Ref] = row.EndsAt.UTC()
		}
	}
	return last, err
}

// deleteNeeds deletes what a leader needs, unless another event has come meanwhile, and reports whether there was anything.
// The history says that it was done.
func (t *turn) deleteNeeds() (found bool, err error) {
	last, err := lastEvents(t.tx.Where("p.ref = ?", t.j.Ref))
	if err != nil {
		return false, err
	}
	if until := programme.NeedsUntil(t.state(), last[t.j.Ref], t.now); until.IsZero() || until.After(t.now) {
		return false, nil
	}
	needs := t.tx.Where("ref = ?", t.j.Ref).Delete(&needsRow{})
	if needs.Error != nil {
		return false, needs.Error
	}
	drafts := t.tx.Where("section = ? AND ask LIKE ?", programme.SectionNeeds, t.j.Ref+"/%").Delete(&draftRow{})
	if drafts.Error != nil {
		return false, drafts.Error
	}
	answers, err := t.needsOutOfAnswers()
	if err != nil {
		return false, err
	}
	orders, err := t.needsOutOfOrders()
	if err != nil {
		return false, err
	}
	if needs.RowsAffected+drafts.RowsAffected == 0 && !answers && !orders {
		return false, nil
	}
	return true, t.move("", t.j.State, t.j.State, moveNeedsDeleted)
}

// needsOutOfAnswers takes the needs out of what the leader, an assistant or staff have answered.
func (t *turn) needsOutOfAnswers() (found bool, err error) {
	var rows []submissionRow
	if err := t.tx.Where("ref = ?", t.j.Ref).Find(&rows).Error; err != nil {
		return false, err
	}
	for _, row := range rows {
		form, err := programme.FormNamed(row.Form)
		if err != nil {
			return false, err
		}
		if _, asks := form.Section(programme.SectionNeeds); !asks {
			continue
		}
		given, err := t.s.openSubmission(t.ctx, t.leader.ID, row)
		if err != nil {
			return false, err
		}
		if !withoutNeeds(given.Answers) {
			continue
		}
		found = true
		sealed, err := t.s.sealSubmission(t.ctx, t.leader.ID, given, given.Answers)
		if err != nil {
			return false, err
		}
		err = t.tx.Model(&submissionRow{}).Where("id = ?", row.ID).Update("answers_enc", sealed.AnswersEnc).Error
		if err != nil {
			return false, err
		}
	}
	return found, nil
}

// needsOutOfOrders takes the needs out of the orders by which staff gave an answer for the leader.
func (t *turn) needsOutOfOrders() (found bool, err error) {
	var rows []commandRow
	if err := t.tx.Where("ref = ? AND name = ?", t.j.Ref, string(programme.CmdAnswerFor)).Find(&rows).Error; err != nil {
		return false, err
	}
	for _, row := range rows {
		text, err := t.s.decryptIfKept(t.ctx, t.leader.ID, row.PersonalEnc)
		if err != nil {
			return false, err
		}
		var personal commandPersonal
		if len(text) == 0 {
			continue
		}
		if err := json.Unmarshal(text, &personal); err != nil {
			return false, err
		}
		if !withoutNeeds(personal.Answers) {
			continue
		}
		found = true
		if text, err = json.Marshal(personal); err != nil {
			return false, err
		}
		sealed, err := t.s.encrypt(t.ctx, t.leader.ID, text)
		if err != nil {
			return false, err
		}
		if err := t.tx.Model(&commandRow{}).Where("id = ?", row.ID).Update("personal_enc", sealed).Error; err != nil {
			return false, err
		}
	}
	return found, nil
}

// withoutNeeds deletes the answers about needs, and reports whether there were any.
func withoutNeeds(answers programme.Answers) (found bool) {
	for _, name := range programme.NeedFields() {
		if _, has := answers[name]; has {
			found = true
			delete(answers, name)
		}
	}
	return found
}
