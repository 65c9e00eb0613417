package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// LaunchPage is the next journeys of an operation whose start was not confirmed yet, at most limit, by reference. Asked
// again before ConfirmStarts it gives the same, with the same moments: they follow from the moment of the order.
// Journeys that ended before they could be started count as done, and are left out.
func (s *Store) LaunchPage(ctx context.Context, op string, limit int) ([]programme.JourneyStart, error) {
	var operation operationRow
	if err := s.read(ctx).Take(&operation, "id = ?", op).Error; err != nil {
		return nil, edge(err)
	}
	if err := s.settleEnded(ctx, op); err != nil {
		return nil, err
	}
	var rows []journeyRow
	err := s.read(ctx).Where("launch_op = ? AND start_confirmed = ? AND state NOT IN ?", op, false, endedStates()).
		Order("ref").Limit(limit).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, edge(err)
	}
	refs := refsOf(rows)
	page, err := s.newStarting(ctx, operation, refs)
	if err != nil {
		return nil, err
	}
	stages, err := stagesOf(s.read(ctx), refs)
	if err != nil {
		return nil, edge(err)
	}
	mails, err := waitingMails(s.read(ctx), "ref IN ?", refs)
	if err != nil {
		return nil, edge(err)
	}
	starts := make([]programme.JourneyStart, len(rows))
	for i, row := range rows {
		starts[i] = page.start(row, stages[row.Ref])
		starts[i].Mails = mails[row.Ref]
	}
	return starts, nil
}

// settleEnded counts the journeys of an operation that ended before they could be started.
func (s *Store) settleEnded(ctx context.Context, op string) error {
	var ended []string
	err := s.read(ctx).Model(&journeyRow{}).Where("launch_op = ? AND start_confirmed = ? AND state IN ?", op, false, endedStates()).
		Pluck("ref", &ended).Error
	if err != nil || len(ended) == 0 {
		return edge(err)
	}
	return s.ConfirmStarts(ctx, op, ended)
}

// starting is what the starts of one page share.
type starting struct {
	year     programme.Blueprint
	clock    programme.Clock
	ordered  time.Time                               // real moment of the order
	openings map[string]map[string]programme.Opening // by reference and stage, for somebody who comes at the moment of the order
}

func (s *Store) newStarting(ctx context.Context, op operationRow, refs []string) (*starting, error) {
	c, err := s.Cohort(ctx, op.Cohort)
	if err != nil {
		return nil, err
	}
	year, err := s.blueprint(c.Blueprint)
	if err != nil {
		return nil, err
	}
	clock, err := s.Clock(ctx)
	if err != nil {
		return nil, err
	}
	page := &starting{year: year, clock: clock, ordered: op.CreatedReal.UTC(), openings: map[string]map[string]programme.Opening{}}
	byDates, err := s.byDates(s.read(ctx), c, refs...)
	if err != nil {
		return nil, edge(err)
	}
	for _, group := range byDates {
		openings, err := s.plannedOpenings(group.cohort, op.At)
		if err != nil {
			return nil, err
		}
		for _, ref := range group.refs {
			page.openings[ref] = openings
		}
	}
	return page, nil
}

// start is what one journey begins with: the opening of selection alone, or of all stages to come once it has a place.
func (p *starting) start(row journeyRow, stages []stageRow) programme.JourneyStart {
	start := programme.JourneyStart{Cohort: row.Cohort, Ref: row.Ref, Clock: p.clock, State: programme.JourneyState(row.State)}
	beneath := start.State
	if beneath == programme.OnHold {
		beneath = programme.JourneyState(row.HeldState)
	}
	for _, stage := range stages {
		begun := programme.StageStart{Name: stage.Name, Kind: programme.Kind(stage.Kind)}
		if stage.State != string(programme.StageNotOpen) {
			begun.State = programme.StageState(stage.State)
		}
		start.Stages = append(start.Stages, begun)
		selecting := begun.Kind == programme.KindSelection
		if selecting && begun.State == programme.StageOpen { // an application opens with its first page, before its workflow
			begun.State = ""
			start.Stages[len(start.Stages)-1] = begun
			start.Openings = append(start.Openings, programme.Opening{Stage: stage.Name, Kind: begun.Kind, At: orZero(stage.OpensAt),
				Due: orZero(stage.Due), Round: stage.Round})
			if stage.Round > 1 {
				start.Again = p.ordered
			}
			continue
		}
		known, _ := p.year.Stage(stage.Name)
		if begun.State == "" && selecting == beneath.InSelection() && !known.Later() && ready(p.year, stage.Name, stages) {
			start.Openings = append(start.Openings, p.openings[row.Ref][stage.Name])
		}
	}
	return start
}

// ConfirmStarts notes that the workflows of these journeys run. The operation is done when all of its journeys do. A
// repeat changes nothing.
func (s *Store) ConfirmStarts(ctx context.Context, op string, refs []string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		confirmed := 0
		for part := range chunks(refs, 500) {
			done := tx.Model(&journeyRow{}).Where("launch_op = ? AND start_confirmed = ? AND ref IN ?", op, false, part).
				Update("start_confirmed", true)
			if done.Error != nil {
				return done.Error
			}
			confirmed += int(done.RowsAffected)
		}
		return advance(tx, op, confirmed, s.realNow())
	})
}

// plannedOpenings is when each stage of the cohort opens for somebody who comes at the moment at, and until when it then
// waits: in its time, or at once where that has passed.
func (s *Store) plannedOpenings(c programme.Cohort, at time.Time) (map[string]programme.Opening, error) {
	year, err := s.blueprint(c.Blueprint)
	if err != nil {
		return nil, err
	}
	away := residentialDays(year, c)
	openings := map[string]programme.Opening{}
	for _, stage := range year.Stages {
		terms, err := year.Terms(c, stage.Name, s.opts.Calendar, away)
		if err == nil && !terms.Opens.After(at) {
			terms, err = year.OpenedAt(c, stage.Name, s.opts.Calendar, at, s.opts.MinimumNotice, away)
		}
		if err != nil {
			return nil, fmt.Errorf("dates of %s: %w", stage.Name, err)
		}
		openings[stage.Name] = programme.Opening{Stage: stage.Name, Kind: stage.Kind, At: terms.Opens.UTC(), Due: terms.Due.UTC()}
	}
	return openings, nil
}

// waitingMails are the planned mails without a stage that where selects, by reference, in order of their moments.
func waitingMails(tx *gorm.DB, where string, args ...any) (map[string][]programme.PlannedMail, error) {
	var rows []messageRow
	err := tx.Select("key", "ref", "at").Where(where, args...).Where("stage = '' AND state = ?", string(programme.MessagePlanned)).
		Order("at, id").Find(&rows).Error
	mails := map[string][]programme.PlannedMail{}
	for _, row := range rows {
		mails[row.Ref] = append(mails[row.Ref], programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	}
	return mails, err
}
