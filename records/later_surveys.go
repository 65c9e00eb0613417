package records

import (
	"context"

	"fairlead/programme"
)

// The surveys after the year belong to no part of a journey: they neither open with it nor keep it from being completed.
// Its workflow starts them when the journey is completed; they end with it where it ends otherwise.

// isLater reports whether a stage is a survey that comes after the year.
func (t *turn) isLater(stage string) bool {
	known, _ := t.year.Stage(stage)
	return known.Later()
}

// later are the surveys that a completed journey has still to come, or that are open, with their openings.
func (t *turn) later() ([]programme.Opening, error) {
	if t.state() != programme.Completed || len(t.year.LaterSurveys()) == 0 {
		return nil, nil
	}
	rows, err := t.stages()
	if err != nil {
		return nil, err
	}
	planned, err := t.s.plannedOpenings(t.cohort, t.now)
	if err != nil {
		return nil, err
	}
	var list []programme.Opening
	for _, row := range rows {
		switch {
		case !t.isLater(row.Name):
		case row.State == string(programme.StageNotOpen):
			list = append(list, planned[row.Name])
		case row.State == string(programme.StageOpen):
			list = append(list, programme.Opening{Stage: row.Name, Kind: programme.Kind(row.Kind), At: orZero(row.OpensAt), Due: orZero(row.Due)})
		}
	}
	return list, nil
}

// Awaiting lists the completed journeys that have a survey after the year still to come or open, by reference from after
// on, at most limit, with these surveys; next is empty at the end.
func (s *Store) Awaiting(ctx context.Context, cohort, after string, limit int) (surveys map[string][]string, next string, err error) {
	var refs []string
	err = s.read(ctx).Model(&stageRow{}).Distinct("stages.ref").Joins("JOIN journeys j ON j.ref = stages.ref").
		Where("stages.cohort = ? AND stages.ref > ? AND stages.state IN ('not_open', 'open') AND j.state = 'completed'", cohort, after).
		Order("stages.ref").Limit(limit+1).Pluck("stages.ref", &refs).Error
	if err != nil {
		return nil, "", edge(err)
	}
	if len(refs) > limit {
		refs = refs[:limit]
		next = refs[limit-1]
	}
	stages, err := stagesOf(s.read(ctx), refs)
	surveys = map[string][]string{}
	for ref, rows := range stages {
		for _, row := range rows {
			if !programme.StageState(row.State).Closed() {
				surveys[ref] = append(surveys[ref], row.Name)
			}
		}
	}
	return surveys, next, edge(err)
}

// signalChanged tells a stage what an order did to it: {"plan"}, {"freed"} or {"end"}.
const signalChanged = "changed"

// tellLater promises the workflows of surveys after the year what an order did to them: their journey's workflow, which
// would pass it on, is over.
func (a *applying) tellLater() error {
	for _, end := range a.effect.Ends {
		if err := a.tellSurvey(end.Stage, map[string]any{"end": end}); err != nil {
			return err
		}
	}
	for _, stage := range a.effect.Freed {
		if err := a.tellSurvey(stage, map[string]any{"freed": true}); err != nil {
			return err
		}
	}
	for _, plan := range a.effect.Plans {
		if err := a.tellSurvey(plan.Stage, map[string]any{"plan": plan}); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) tellSurvey(stage string, change map[string]any) error {
	if !a.isLater(stage) {
		return nil
	}
	_, err := a.s.promise(a.tx, programme.StageID(a.j.Cohort, a.j.Ref, stage), signalChanged, change, "")
	return err
}
