package records

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// matchRow joins a leader and a coach. Of one leader's only one has not ended: a unique key decides.
type matchRow struct {
	ID       int64 `gorm:"primaryKey"`
	Cohort   string
	Ref      string
	Coach    string
	Reasons  string
	ByWhom   string
	Since    time.Time
	EndedAt  *time.Time
	EndedWhy string
}

func (matchRow) TableName() string { return "coach_matches" }

// Tasks about coaches.
const (
	taskNoCoach       = "no_coach"       // nobody can coach this leader
	taskCoachConflict = "coach_conflict" // leader and coach now belong to one organisation
)

// Why a match ended.
const (
	matchChanged     = "changed"      // staff chose another
	matchLeaderAsked = "leader_asked" // the leader asked, once
	matchCoachLeft   = "coach_left"
	matchLeaderLeft  = "leader_left"
)

// givenUpWith is why a session's time is given up that was booked with a coach whose match ended.
var givenUpWith = map[string]programme.GivenUp{matchChanged: programme.GivenUpCoachChanged, matchLeaderAsked: programme.GivenUpCoachAsked,
	matchCoachLeft: programme.GivenUpCoachLeft}

// coached reports whether the leader's year has coaching.
func (t *turn) coached() bool {
	return slices.ContainsFunc(t.year.Stages, func(s programme.BlueprintStage) bool { return s.Kind == programme.KindCoaching })
}

// match is the leader's coach now; found is false where there is none.
func (t *turn) match() (row matchRow, found bool, err error) {
	return currentMatch(t.tx, t.j.Ref)
}

func currentMatch(tx *gorm.DB, ref string) (row matchRow, found bool, err error) {
	query := tx.Where("ref = ? AND ended_at IS NULL", ref).Limit(1).Find(&row)
	return row, query.RowsAffected == 1, query.Error
}

// coachee is a leader as the match needs to know them. Wishes that cannot be read any more count as none.
func (t *turn) coachee() (programme.Coachee, error) {
	return t.s.coachee(t.ctx, t.tx, t.j, t.leader)
}

func (s *Store) coachee(ctx context.Context, tx *gorm.DB, j journeyRow, p personRow) (programme.Coachee, error) {
	wishes, err := s.coachWishes(ctx, tx, []journeyRow{j})
	leader := coacheeFrom(j, p)
	leader.Wish = wishes[j.Ref]
	return leader, err
}

// coachees are some leaders as the match needs to know them, all in a few queries.
func (s *Store) coachees(ctx context.Context, journeys []journeyRow) ([]programme.Coachee, error) {
	tx, ids, leaders := s.read(ctx), make([]string, len(journeys)), make([]programme.Coachee, len(journeys))
	for i, j := range journeys {
		ids[i] = j.PersonID
	}
	people, err := peopleByID(tx, ids)
	if err != nil {
		return nil, err
	}
	if err := s.keys.fetch(ctx, ids); err != nil {
		return nil, err
	}
	wishes, err := s.coachWishes(ctx, tx, journeys)
	for i, j := range journeys {
		leaders[i] = coacheeFrom(j, people[j.PersonID])
		leaders[i].Wish = wishes[j.Ref]
	}
	return leaders, err
}

// coachWishes are what some leaders wish of a coach, by reference.
func (s *Store) coachWishes(ctx context.Context, tx *gorm.DB, journeys []journeyRow) (map[string]programme.CoachWish, error) {
	refs, people := make([]string, len(journeys)), map[string]string{}
	for i, j := range journeys {
		refs[i], people[j.Ref] = j.Ref, j.PersonID
	}
	wishes := map[string]programme.CoachWish{}
	for part := range chunks(refs, 500) {
		var rows []coachingPreferencesRow
		if err := tx.Where("ref IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			text, err := s.decryptIfKept(ctx, people[row.Ref], row.PreferencesEnc)
			if err != nil {
				return nil, err
			}
			if text == nil {
				continue
			}
			said := programme.Answers{}
			if err := json.Unmarshal(text, &said); err != nil {
				return nil, fmt.Errorf("coaching wishes: %w", err)
			}
			wishes[row.Ref] = programme.CoachWish{Background: said.Get("coach_background"), Where: said.Get("coach_where")}
		}
	}
	return wishes, nil
}

func coacheeFrom(j journeyRow, p personRow) programme.Coachee {
	return programme.Coachee{Ref: j.Ref, Organisation: j.Organisation, Email: p.Email, Sector: j.Sector, Region: j.Region}
}

// ensureCoach finds a coach for a leader who has none, or raises a task, once for each match that has ended before, and
// says why there is none.
func (t *turn) ensureCoach() (why string, err error) {
	if !t.coached() {
		return "", nil
	}
	if _, found, err := t.match(); err != nil || found {
		return "", err
	}
	if why, err = t.matchNext(""); err != nil || why == "" {
		return "", err
	}
	var before int64
	if err := t.tx.Model(&matchRow{}).Where("ref = ?", t.j.Ref).Count(&before).Error; err != nil {
		return "", err
	}
	return why, t.raise("", taskNoCoach, fmt.Sprintf("%s/%s/%d", t.j.Ref, taskNoCoach, before))
}

// matchNext joins the leader to the best coach other than without; why is the code of why there is none, or empty. Of
// many who want the last place of a coach one gets it, and the others look again.
func (t *turn) matchNext(without string) (why string, err error) {
	leader, err := t.coachee()
	if err != nil {
		return "", err
	}
	for {
		coaches, err := coachesOf(t.tx, t.j.Cohort)
		if err != nil {
			return "", err
		}
		coaches = slices.DeleteFunc(coaches, func(c programme.Coach) bool { return c.Ref == without })
		pairs, unmatched := programme.Match([]programme.Coachee{leader}, coaches)
		if len(pairs) == 0 {
			return unmatched[0].Why, nil
		}
		taken, err := takeCoach(t.tx, pairs[0].Coach)
		if err != nil {
			return "", err
		}
		if taken {
			return "", t.joinCoach(pairs[0].Coach, pairs[0].Reasons)
		}
	}
}

// takeCoach counts one more leader of a coach, and reports whether there was a place.
func takeCoach(tx *gorm.DB, coach string) (bool, error) {
	taken := tx.Exec(`UPDATE coaches SET load = load + 1 WHERE ref = ? AND left_at IS NULL AND load < capacity`, coach)
	return taken.RowsAffected == 1, taken.Error
}

// joinCoach writes the match of a leader with a coach whose place was taken.
func (t *turn) joinCoach(coach string, reasons []string) error {
	row := matchRow{Cohort: t.j.Cohort, Ref: t.j.Ref, Coach: coach, Reasons: strings.Join(reasons, ","), ByWhom: t.actor, Since: t.now}
	if err := t.tx.Create(&row).Error; err != nil {
		return err
	}
	if err := t.finishTasks("", "matched", taskNoCoach, taskCoachConflict); err != nil {
		return err
	}
	if err := t.tellMatch(row); err != nil {
		return err
	}
	return t.move("", t.j.State, t.j.State, "coach-matched")
}

// partCoach ends a leader's match: the coach has a place again, and may not see the report any more.
func (t *turn) partCoach(match matchRow, why string) error {
	err := once(t.tx.Model(&matchRow{}).Where("id = ? AND ended_at IS NULL", match.ID).
		Updates(map[string]any{"ended_at": t.now, "ended_why": why}))
	if err != nil {
		return err
	}
	if err := t.tx.Exec(`UPDATE coaches SET load = load - 1 WHERE ref = ?`, match.Coach).Error; err != nil {
		return err
	}
	if err := t.finishTasks("", why, taskCoachConflict); err != nil {
		return err
	}
	if why != matchLeaderLeft { // then each session is cancelled with its stage
		if err := t.leaveSessions(match.Coach, givenUpWith[why]); err != nil {
			return err
		}
	}
	return t.tx.Model(&consentRow{}).Where("ref = ? AND purpose = ? AND (given = ? OR source = ?)", t.j.Ref, programme.ConsentCoachReport, true, consentCoachConflict).
		Updates(map[string]any{"given": false, "source": consentCoachChanged, "at": t.now}).Error
}

// leaveCoach ends the match of a leader who leaves.
func (t *turn) leaveCoach() error {
	match, found, err := t.match()
	if err != nil || !found {
		return err
	}
	return t.partCoach(match, matchLeaderLeft)
}
