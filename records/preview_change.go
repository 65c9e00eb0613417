package records

import (
	"context"
	"errors"

	"fairlead/programme"

	"gorm.io/gorm"
)

// ChangeEffects says what a change of one stage of a cohort, made by UpdateCohort, would do to the leaders who have it open
// or still to come: those after the first skip of them by reference, at most limit. all is how many there are. As in
// Preview it is put into effect, looked at and taken back, for one leader after the other.
func (s *Store) ChangeEffects(ctx context.Context, c programme.Cohort, stage string, skip, limit int) (lines []programme.ChangeLine, all int, err error) {
	concerned := s.read(ctx).Model(&stageRow{}).Joins("JOIN journeys j ON j.ref = stages.ref").
		Where("stages.cohort = ? AND stages.name = ? AND stages.state IN ?", c.Name, stage, []string{string(programme.StageOpen), string(programme.StageNotOpen)}).
		Where("j.started = ? AND j.state NOT IN ?", true, endedStates()).Session(&gorm.Session{})
	var n int64
	if err := concerned.Count(&n).Error; err != nil {
		return nil, 0, edge(err)
	}
	var refs []string
	if err := concerned.Order("stages.ref").Offset(skip).Limit(limit).Pluck("stages.ref", &refs).Error; err != nil {
		return nil, 0, edge(err)
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, ref := range refs {
		var line programme.ChangeLine
		err := s.onJourney(ctx, ref, now, func(t *turn) (err error) {
			line, err = t.changeEffect(c, stage)
			return errors.Join(err, errPreview)
		})
		if !errors.Is(err, errPreview) || line.Ref == "" {
			return nil, 0, err
		}
		lines = append(lines, line)
	}
	return lines, int(n), nil
}

// changeEffect changes the cohort, lets the leader follow, and tells what that did.
func (t *turn) changeEffect(c programme.Cohort, stage string) (line programme.ChangeLine, err error) {
	before, err := t.nowStands()
	if err != nil {
		return line, err
	}
	if err := t.tx.Model(&cohortRow{}).Where("name = ?", c.Name).Update("overrides", rowFromCohort(c).Overrides).Error; err != nil {
		return line, err
	}
	if err := t.load(t.j.Ref); err != nil {
		return line, err
	}
	if err := t.s.replanJourneys(t.tx, c, []journeyRow{t.j}); err != nil {
		return line, err
	}
	a := &applying{turn: t, cmd: programme.Command{ID: randomHex(16), Name: programme.CmdReplan, Cohort: c.Name, Ref: t.j.Ref, Stage: stage, Reason: "programme_change"}}
	if err := a.run(); err != nil && !errors.As(err, new(*programme.Illegal)) { // which would be refused, and changes nothing
		return line, err
	}
	after, err := t.nowStands()
	if err != nil {
		return line, err
	}
	line = programme.ChangeLine{Ref: t.j.Ref, Name: t.leader.Name, Preview: compared(before, after)}
	for _, was := range before.stages {
		if was.Name == stage {
			line.Stage = was
		}
	}
	return line, nil
}
