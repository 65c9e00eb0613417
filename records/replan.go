package records

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"fairlead/programme"

	"gorm.io/gorm"
)

// signalReplan tells a cohort's workflow that dates changed: {"operation":id,"stages":"onboarding,alumni"}.
const signalReplan = "replan"

// orderReplan promises that every running journey of a launched cohort follows its changed dates.
func (s *Store) orderReplan(tx *gorm.DB, before, after programme.Cohort) error {
	stages := changedStages(before.Overrides, after.Overrides)
	if after.Launched.IsZero() || len(stages) == 0 {
		return nil
	}
	var running int64
	err := tx.Model(&journeyRow{}).Where("cohort = ? AND started = ? AND state NOT IN ?", after.Name, true, endedStates()).Count(&running).Error
	if err != nil {
		return err
	}
	op := operationRow{ID: randomHex(16), Kind: "replan", Cohort: after.Name, State: operationRunning, Total: int(running),
		CreatedReal: s.realNow()}
	if err := tx.Create(&op).Error; err != nil {
		return err
	}
	return s.signalCohort(tx, after.Name, signalReplan, map[string]string{"operation": op.ID, "stages": strings.Join(stages, ",")}, "cohort")
}

// changedStages are the stages for which two sets of a cohort's own dates differ, in order of their names.
func changedStages(before, after map[string]programme.StageOverride) []string {
	names := maps.Clone(before)
	if names == nil {
		names = map[string]programme.StageOverride{}
	}
	maps.Copy(names, after)
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !reflect.DeepEqual(before[name], after[name]) {
			changed = append(changed, name)
		}
	}
	return changed
}

// RecordReplan writes the order to let one stage of a journey follow the cohort's changed dates, once per operation, and
// returns its id. Nobody but the programme gives it.
func (s *Store) RecordReplan(ctx context.Context, op, cohort, ref, stage string) (string, error) {
	id := op + "/" + ref + "/" + stage
	now, err := s.programmeNow(ctx)
	if err != nil {
		return "", err
	}
	err = s.RecordCommand(ctx, programme.Command{ID: id, Name: programme.CmdReplan, Cohort: cohort, Ref: ref, Stage: stage,
		Reason: "programme_change", Actor: actorProgramme, At: now, State: programme.CommandRecorded})
	if errors.Is(err, programme.ErrConflict) { // recorded by an earlier attempt
		err = nil
	}
	return id, err
}

// AdvanceOperation counts n more of an operation's parts as done; finish ends it, whatever its count.
func (s *Store) AdvanceOperation(ctx context.Context, op string, n int, finish bool) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := advance(tx, op, n, s.realNow()); err != nil || !finish {
			return err
		}
		return tx.Exec(`UPDATE operations SET state = 'done', total = done, finished_real = ? WHERE id = ? AND state = 'running'`, s.realNow(), op).Error
	})
}
