package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// assignmentRow is an application in the hands of a selector. A pair has one row, which is opened again where it comes
// together anew.
type assignmentRow struct {
	ID        int64 `gorm:"primaryKey"`
	Cohort    string
	Ref       string
	Selector  string
	State     string
	ByWhom    string
	Since     time.Time
	Due       time.Time
	DoneAt    *time.Time
	ScoresEnc []byte
	NoteEnc   []byte
	Version   int64
}

func (assignmentRow) TableName() string { return "assignments" }

// scoringRow is how many selectors each application of a cohort is to have.
type scoringRow struct {
	Cohort        string `gorm:"primaryKey"`
	SelectorsEach int
}

func (scoringRow) TableName() string { return "scorings" }

// taskFewSelectors asks staff for another selector: one declared a conflict and nobody is left.
const taskFewSelectors = "too_few_selectors"

// Assign gives every application of a cohort that is under review and not decided on as many selectors as each is to have,
// by programme.Assign, and tells the selectors; dryRun only says what it would do. A repeat changes nothing. ErrNotFound
// where people do not apply for the cohort.
func (s *Store) Assign(ctx context.Context, cohort string, each int, actor string, dryRun bool, at time.Time) (result programme.Assignments, err error) {
	if err := programme.CheckSelectorsEach(each); err != nil {
		return result, err
	}
	if _, err := s.ApplicationDates(ctx, cohort); err != nil {
		return result, err
	}
	if result.Scoring, err = s.Scoring(ctx, cohort); err != nil {
		return result, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	if dryRun {
		result.AssignmentPlan, err = (&assigner{s: s, tx: s.read(ctx), cohort: cohort, now: at}).plan("", each)
		return result, edge(err)
	}
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		// Journeys are held before the cohort's scoring, as where a conflict is declared.
		var held []journeyRow
		if err := locked(tx.Select("ref")).Where("cohort = ? AND state = ?", cohort, string(programme.UnderReview)).Order("ref").Find(&held).Error; err != nil {
			return err
		}
		err = tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "cohort"}}, DoUpdates: clause.AssignmentColumns([]string{"selectors_each"})}).
			Create(&scoringRow{Cohort: cohort, SelectorsEach: each}).Error
		if err != nil {
			return err
		}
		a := &assigner{s: s, tx: tx, cohort: cohort, now: at, actor: actor}
		if result.AssignmentPlan, err = a.plan("", each); err != nil {
			return err
		}
		if err := a.carryOut(result.AssignmentPlan); err != nil {
			return err
		}
		if err := a.enough(result.AssignmentPlan); err != nil {
			return err
		}
		if n := len(result.Add); n > 0 {
			err := s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditAssigned, Subject: cohort, Detail: fmt.Sprintf("%d assigned, %d each", n, each)})
			if err != nil {
				return err
			}
		}
		return s.signalCohort(tx, cohort, signalTasksChanged, nil, "cohort")
	})
	return result, err
}

// assigner assigns applications of one cohort.
type assigner struct {
	s      *Store
	tx     *gorm.DB
	cohort string
	now    time.Time
	actor  string
}

// underReview are the applications that can be assigned.
const underReview = "SELECT j.ref, j.organisation, p.email FROM journeys j JOIN people p ON p.id = j.person_id " +
	"WHERE j.cohort = ? AND j.state = ? AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.ref = j.ref)"

// plan is what assigning would do, for one application or, where ref is empty, for all.
func (a *assigner) plan(ref string, each int) (programme.AssignmentPlan, error) {
	var rows []struct{ Ref, Organisation, Email string }
	query, args := underReview, []any{a.cohort, string(programme.UnderReview)}
	if ref != "" {
		query, args = query+" AND j.ref = ?", append(args, ref)
	}
	if err := a.tx.Raw(query, args...).Scan(&rows).Error; err != nil {
		return programme.AssignmentPlan{}, err
	}
	applications := make([]programme.Coachee, len(rows))
	for i, row := range rows {
		applications[i] = programme.Coachee{Ref: row.Ref, Organisation: row.Organisation, Email: row.Email}
	}
	people, err := selectors(a.tx)
	if err != nil {
		return programme.AssignmentPlan{}, err
	}
	var existing []programme.Assigned
	if err := a.tx.Model(&assignmentRow{}).Select("ref", "selector", "state").Where("cohort = ?", a.cohort).Scan(&existing).Error; err != nil {
		return programme.AssignmentPlan{}, err
	}
	return programme.Assign(applications, people, existing, each), nil
}

// carryOut writes what a plan adds and takes back, and plans the mails of those who got something.
func (a *assigner) carryOut(plan programme.AssignmentPlan) error {
	for _, one := range plan.End {
		err := once(a.tx.Model(&assignmentRow{}).Where("ref = ? AND selector = ? AND state = ?", one.Ref, one.Selector, string(programme.AssignmentOpen)).
			Updates(map[string]any{"state": string(programme.AssignmentEnded), "done_at": a.now, "scores_enc": nil, "version": gorm.Expr("version + 1")}))
		if err != nil {
			return err
		}
	}
	if len(plan.Add) == 0 {
		return nil
	}
	dates, err := a.s.applicationDates(a.tx, a.cohort)
	if err != nil {
		return err
	}
	due := dates.ScoresDue(a.s.opts.Calendar, a.now, a.s.opts.MinimumNotice)
	rows, got := make([]assignmentRow, len(plan.Add)), []string{}
	for i, one := range plan.Add {
		rows[i] = assignmentRow{Cohort: a.cohort, Ref: one.Ref, Selector: one.Selector, State: string(programme.AssignmentOpen), ByWhom: a.actor,
			Since: a.now, Due: due, Version: 1}
		if !slices.Contains(got, one.Selector) {
			got = append(got, one.Selector)
		}
	}
	again := clause.OnConflict{Columns: []clause.Column{{Name: "ref"}, {Name: "selector"}},
		DoUpdates: append(clause.AssignmentColumns([]string{"state", "by_whom", "since", "due", "done_at"}), clause.Assignment{
			Column: clause.Column{Name: "version"}, Value: gorm.Expr("assignments.version + 1")})}
	if err := insertMany(a.tx.Clauses(again), rows); err != nil {
		return err
	}
	slices.Sort(got)
	for _, selector := range got {
		if err := a.s.tellSelector(a.tx, a.cohort, selector, due, a.now); err != nil {
			return err
		}
	}
	return nil
}

// enough ends the tasks that ask for another selector, of applications that lack none any more.
func (a *assigner) enough(plan programme.AssignmentPlan) error {
	short := []string{""}
	for _, few := range plan.Short {
		short = append(short, few.Ref)
	}
	return a.tx.Model(&taskRow{}).Where("cohort = ? AND code = ? AND done_at IS NULL AND ref NOT IN ?", a.cohort, taskFewSelectors, short).
		Updates(map[string]any{"done_at": a.now, "done_by": a.actor}).Error
}

// replace finds another selector for the journey's application in place of one who cannot score it, or raises a task.
func (t *turn) replace(stage string) error {
	var each scoringRow
	if err := locked(t.tx).Take(&each, "cohort = ?", t.j.Cohort).Error; err != nil {
		return err
	}
	a := &assigner{s: t.s, tx: t.tx, cohort: t.j.Cohort, now: t.now, actor: t.actor}
	plan, err := a.plan(t.j.Ref, each.SelectorsEach)
	if err != nil {
		return err
	}
	if err := a.carryOut(plan); err != nil || len(plan.Short) == 0 {
		return err
	}
	var declared int64
	err = t.tx.Model(&assignmentRow{}).Where("ref = ? AND state = ?", t.j.Ref, string(programme.AssignmentConflict)).Count(&declared).Error
	if err != nil {
		return err
	}
	return t.raise(stage, taskFewSelectors, fmt.Sprintf("%s/%s/%d", t.j.Ref, taskFewSelectors, declared))
}
