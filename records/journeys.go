package records

import (
	"context"
	"slices"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Journey is one participation with its leader, assistant and stages; ErrNotFound where there is none.
func (s *Store) Journey(ctx context.Context, ref string) (programme.Journey, error) {
	return s.journey(s.read(ctx), ref)
}

// journey is Journey within a transaction.
func (s *Store) journey(tx *gorm.DB, ref string) (programme.Journey, error) {
	var row journeyRow
	if err := tx.Take(&row, "ref = ?", ref).Error; err != nil {
		return programme.Journey{}, edge(err)
	}
	list, err := s.journeysFromRows(tx, []journeyRow{row})
	if err != nil {
		return programme.Journey{}, edge(err)
	}
	private, _, err := s.privateMailbox(tx, personRow{ID: row.PersonID})
	list[0].Person.PrivateSuppressed = private.suppressed
	return list[0], edge(err)
}

// Journeys lists the journeys that pass the filter in its order, from after the journey of that reference on, at most limit; next is empty at the end.
// Conditions on stages (Stage, WaitingOn, Overdue true) hold for one open stage together. Overdue false means that no
// open stage is overdue or, with Stage or WaitingOn, that the stage meant is not. Query finds beginnings of words.
func (s *Store) Journeys(ctx context.Context, f programme.JourneyFilter, after string, limit int) (list []programme.Journey, next string, err error) {
	q := sorted(filtered(s.read(ctx).Model(&journeyRow{}), f), f.Sort, after)
	var rows []journeyRow
	if err := q.Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Ref
	}
	list, err = s.journeysFromRows(s.read(ctx), rows)
	return list, next, edge(err)
}

// orders are what a list of journeys goes by, before the reference; "of" stands for the journey. Names and dates are read
// from where they are kept, for there should be no second copy of a name, and a date changes with every answer.
var orders = map[programme.JourneySort][]string{
	programme.SortOrganisation: {"of.organisation"},
	programme.SortState:        {"of.state"},
	programme.SortName: {"(SELECT lower(p.family_name) FROM people p WHERE p.id = of.person_id)",
		"(SELECT lower(p.given_name) FROM people p WHERE p.id = of.person_id)"},
	programme.SortDue: {"(SELECT COALESCE(MIN(st.due), " + never + ") FROM stages st WHERE st.ref = of.ref AND st.state = 'open')"},
}

// never is a date that comes after every other, as both databases keep dates.
const never = "'9999-12-31 00:00:00+00:00'"

// sorted puts a query of journeys into an order, from after the journey named on.
func sorted(q *gorm.DB, by programme.JourneySort, after string) *gorm.DB {
	list := strings.Join(append(slices.Clone(orders[by]), "of.ref"), ", ")
	here := strings.ReplaceAll(list, "of.", "journeys.")
	if after != "" && by == programme.SortReference {
		q = q.Where("journeys.ref > ?", after)
	} else if after != "" {
		q = q.Where("("+here+") > (SELECT "+strings.ReplaceAll(list, "of.", "last.")+" FROM journeys last WHERE last.ref = ?)", after)
	}
	return q.Order(here)
}

// Groups are the residential groups of a cohort's leaders, in order; one group whose letters are written in two ways is one.
func (s *Store) Groups(ctx context.Context, cohort string) (groups []string, err error) {
	err = s.read(ctx).Raw("SELECT MIN(grp) FROM journeys WHERE cohort = ? AND grp <> '' GROUP BY LOWER(grp)", cohort).Scan(&groups).Error
	slices.Sort(groups)
	return groups, edge(err)
}

// filtered narrows a query of journeys to those that pass a filter.
func filtered(q *gorm.DB, f programme.JourneyFilter) *gorm.DB {
	if f.Cohort != "" {
		q = q.Where("journeys.cohort = ?", f.Cohort)
	}
	if f.State != "" {
		q = q.Where("journeys.state = ?", string(f.State))
	}
	if f.Group != "" {
		q = q.Where("LOWER(journeys.grp) = LOWER(?)", f.Group)
	}
	return withWords(withStage(q, f), f.Query)
}

// withStage narrows a query of journeys by their open stages. The state stands in the text and is no argument, so that
// both databases see that the indices of open stages serve. A journey on hold waits on nobody.
func withStage(q *gorm.DB, f programme.JourneyFilter) *gorm.DB {
	const open = "SELECT st.ref FROM stages st WHERE st.state = 'open'"
	condition, args := "", []any{}
	if f.Stage != "" {
		condition, args = condition+" AND st.name = ?", append(args, f.Stage)
	}
	if f.WaitingOn != "" {
		q = q.Where("journeys.state <> ?", string(programme.OnHold))
		condition, args = condition+" AND st.waiting_on = ?", append(args, string(f.WaitingOn))
	}
	switch {
	case f.Overdue != nil && *f.Overdue:
		condition += " AND st.overdue"
	case f.Overdue != nil && condition == "":
		return q.Where("NOT EXISTS (" + open + " AND st.overdue AND st.ref = journeys.ref)")
	case f.Overdue != nil:
		condition += " AND NOT st.overdue"
	}
	if condition == "" {
		return q
	}
	return q.Where("journeys.ref IN ("+open+condition+")", args...)
}

// RunningJourneys lists the references of the cohort's journeys that a workflow was started for and that have not ended,
// in order, from after on, at most limit. next is empty at the end.
func (s *Store) RunningJourneys(ctx context.Context, cohort, after string, limit int) (refs []string, next string, err error) {
	err = s.read(ctx).Model(&journeyRow{}).
		Where("cohort = ? AND ref > ? AND start_confirmed = ? AND state NOT IN ?", cohort, after, true, endedStates()).
		Order("ref").Limit(limit+1).Pluck("ref", &refs).Error
	if len(refs) > limit {
		refs = refs[:limit]
		next = refs[limit-1]
	}
	return refs, next, edge(err)
}

// endedStates are the states that nothing follows.
func endedStates() []string {
	var ended []string
	for _, state := range programme.JourneyStates() {
		if state.Ended() {
			ended = append(ended, string(state))
		}
	}
	return ended
}

// journeysFromRows reads what belongs to the rows, a page of them in a few queries.
func (s *Store) journeysFromRows(tx *gorm.DB, rows []journeyRow) ([]programme.Journey, error) {
	refs := make([]string, len(rows))
	var persons []string
	years := map[string]programme.Blueprint{} // by cohort
	for i, row := range rows {
		refs[i] = row.Ref
		persons = append(persons, row.PersonID)
		if row.AssistantID != "" {
			persons = append(persons, row.AssistantID)
		}
		years[row.Cohort] = programme.Blueprint{}
	}
	people, err := peopleByID(tx, persons)
	if err != nil {
		return nil, err
	}
	for name := range years {
		if years[name], err = s.yearShown(tx, name); err != nil {
			return nil, err
		}
	}
	stages, err := stagesOf(tx, refs)
	if err != nil {
		return nil, err
	}
	answered, err := answeredAt(tx, stages)
	if err != nil {
		return nil, err
	}
	list := make([]programme.Journey, len(rows))
	for i, row := range rows {
		list[i] = journeyFromRow(row)
		list[i].Person = personFromRow(people[row.PersonID])
		if assistant, known := people[row.AssistantID]; known {
			person := personFromRow(assistant)
			list[i].Assistant = &person
		}
		for _, stage := range stages[row.Ref] {
			known, _ := years[row.Cohort].Stage(stage.Name)
			shown := stageFromRow(stage, known)
			shown.AnsweredAt = answered[programme.AskID(stage.Ref, stage.Name, stage.Round)]
			list[i].Stages = append(list[i].Stages, shown)
		}
	}
	return list, nil
}

// yearShown is the year as a cohort runs it; empty where its blueprint is not known any more: pages still show the names.
func (s *Store) yearShown(tx *gorm.DB, cohort string) (programme.Blueprint, error) {
	row, err := cohortByName(tx, cohort)
	if err != nil {
		return programme.Blueprint{}, err
	}
	b, err := s.blueprint(row.Blueprint)
	if err != nil {
		return programme.Blueprint{}, nil
	}
	return b.In(cohortFromRow(row)), nil
}

// stagesOf are the stages of some journeys in the blueprint's order, by reference.
func stagesOf(tx *gorm.DB, refs []string) (map[string][]stageRow, error) {
	stages := map[string][]stageRow{}
	for part := range chunks(refs, 500) {
		var rows []stageRow
		if err := tx.Where("ref IN ?", part).Order("ref, position").Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			stages[row.Ref] = append(stages[row.Ref], row)
		}
	}
	return stages, nil
}

// answeredAt is when each ask of some stages was last answered, by ask, from the answers that are kept.
func answeredAt(tx *gorm.DB, stages map[string][]stageRow) (map[string]time.Time, error) {
	var asks []string
	for _, rows := range stages {
		for _, row := range rows {
			if row.Round > 0 {
				asks = append(asks, programme.AskID(row.Ref, row.Name, row.Round)) // what a form answers is the first part
			}
		}
	}
	answered := map[string]time.Time{}
	for part := range chunks(asks, 500) {
		var given []submissionRow
		if err := tx.Select("ask", "at").Where("ask IN ?", part).Order("ask, at").Find(&given).Error; err != nil {
			return nil, err
		}
		for _, one := range given {
			answered[one.Ask] = one.At.UTC()
		}
	}
	return answered, nil
}

// peopleByID are some people by their ids.
func peopleByID(tx *gorm.DB, ids []string) (map[string]personRow, error) {
	people := map[string]personRow{}
	for part := range chunks(ids, 500) {
		var rows []personRow
		if err := tx.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			people[row.ID] = row
		}
	}
	return people, nil
}

// journeyFromRow maps a row back, without leader, assistant and stages.
func journeyFromRow(r journeyRow) programme.Journey {
	return programme.Journey{Ref: r.Ref, Cohort: r.Cohort, State: programme.JourneyState(r.State),
		HeldState: programme.JourneyState(r.HeldState), HeldFrom: orZero(r.HeldFrom), Continues: r.Continues,
		Priority: r.Priority, Group: r.Group, Started: r.Started, Attention: r.Attention,
		Role: programme.Role{JobTitle: r.JobTitle, Organisation: r.Organisation, Sector: r.Sector, Region: r.Region,
			RoleStarted: r.RoleStarted},
		AssistantMay: programme.AssistantMay(r.AssistantMay), EqualityAsked: r.EqualityAsked, Version: r.Version}
}

// newRefs draws n references that nobody has: P-7F3K2Q.
func newRefs(tx *gorm.DB, n int) ([]string, error) {
	refs, drawn := make([]string, 0, n), map[string]bool{}
	for len(refs) < n {
		var batch []string
		for len(batch) < min(500, n-len(refs)) {
			if ref := programme.NewRef(); !drawn[ref] {
				drawn[ref] = true
				batch = append(batch, ref)
			}
		}
		var taken []string
		if err := tx.Model(&journeyRow{}).Where("ref IN ?", batch).Pluck("ref", &taken).Error; err != nil {
			return nil, err
		}
		known := map[string]bool{}
		for _, ref := range taken {
			known[ref] = true
		}
		for _, ref := range batch {
			if !known[ref] {
				refs = append(refs, ref)
			}
		}
	}
	return refs, nil
}
