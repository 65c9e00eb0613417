package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// turn is one transaction on one journey. The journey's row is locked first and its leader's next, so that turns on one
// journey follow one another on PostgreSQL as they do on SQLite; the conditional updates would decide races without it,
// but then what a turn has read could be stale by the time it writes.
type turn struct {
	s      *Store
	ctx    context.Context
	tx     *gorm.DB
	clock  programme.Clock
	now    time.Time // programme moment: the one timestamp of the transaction
	j      journeyRow
	leader personRow
	cohort programme.Cohort
	year   programme.Blueprint
	away   func(programme.Date) bool // the leader's residential days

	// Who makes the moves of this turn, and why.
	actor, reason, note string
}

// onJourney runs work in a turn on a journey at a programme moment; ErrNotFound where there is no such journey. work may
// run again: it must set what it returns anew.
func (s *Store) onJourney(ctx context.Context, ref string, at time.Time, work func(t *turn) error) error {
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		t := &turn{s: s, ctx: ctx, tx: tx, clock: clock, now: moment(clock, at, s.realNow()), actor: actorProgramme}
		if err := t.load(ref); err != nil {
			return err
		}
		return work(t)
	})
}

// moment is what the rules take as now for an act planned at a programme moment. On the real clock a timer may fire a
// little early by this machine's clock: then the plan counts.
func moment(clock programme.Clock, at, real time.Time) time.Time {
	now := clock.At(at, real)
	if early := at.Sub(now); early > 0 && early < time.Minute {
		now = at
	}
	return now.UTC().Truncate(time.Millisecond)
}

func (t *turn) load(ref string) error {
	if err := locked(t.tx).Take(&t.j, "ref = ?", ref).Error; err != nil {
		return fmt.Errorf("journey: %w", err)
	}
	if err := locked(t.tx).Take(&t.leader, "id = ?", t.j.PersonID).Error; err != nil {
		return fmt.Errorf("leader: %w", err)
	}
	cohort, err := cohortByName(t.tx, t.j.Cohort)
	if err != nil {
		return err
	}
	t.cohort = cohortFromRow(cohort)
	if t.year, err = t.s.blueprint(t.cohort.Blueprint); err != nil {
		return err
	}
	return t.relive()
}

// relive reads the leader's own dates again, after a place at an event has changed.
func (t *turn) relive() (err error) {
	t.cohort, err = t.s.livedBy(t.tx, t.cohort, t.year, t.j)
	t.away = residentialDays(t.year, t.cohort)
	return err
}

// locked is a query whose rows nobody else changes until the transaction ends. Rows that only refer to them may still
// be written. On SQLite, which has one writer, it changes nothing.
func locked(tx *gorm.DB) *gorm.DB { return tx.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}) }

func (t *turn) cal() programme.Calendar { return t.s.opts.Calendar }

func (t *turn) state() programme.JourneyState { return programme.JourneyState(t.j.State) }

// stages are the journey's stages in the blueprint's order.
func (t *turn) stages() ([]stageRow, error) {
	var rows []stageRow
	return rows, t.tx.Where("ref = ?", t.j.Ref).Order("position").Find(&rows).Error
}

// stage is one stage of the journey; ErrNotFound where it has none of that name.
func (t *turn) stage(name string) (stageRow, error) {
	var row stageRow
	err := t.tx.Take(&row, "ref = ? AND name = ?", t.j.Ref, name).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, fmt.Errorf("stage %q: %w", name, err)
	}
	return row, err
}

// move writes a move of the journey (stage empty) or of one of its stages, and counts the change.
func (t *turn) move(stage, from, to, what string) error {
	err := t.s.addMove(t.tx, programme.Move{Cohort: t.j.Cohort, Ref: t.j.Ref, Stage: stage, From: from, To: to, What: what,
		Actor: t.actor, Reason: t.reason, Note: t.note, At: t.now})
	if err != nil {
		return err
	}
	t.j.Version++
	return t.tx.Exec(`UPDATE journeys SET version = version + 1 WHERE ref = ?`, t.j.Ref).Error
}

// setState moves the journey to another state; *Illegal where the programme knows no such move, ErrConflict where
// somebody else moved it first.
func (t *turn) setState(to programme.JourneyState, what string) error {
	from := t.state()
	if !journeyFromRow(t.j).MayMove(to) {
		return &programme.Illegal{What: what, State: string(from), Why: "From there a journey cannot become " + string(to) + "."}
	}
	values := map[string]any{"state": string(to)}
	if from == programme.OnHold {
		values["held_state"], values["held_from"] = "", nil
		t.j.HeldState, t.j.HeldFrom = "", nil
	}
	if err := once(t.tx.Model(&journeyRow{}).Where("ref = ? AND state = ?", t.j.Ref, t.j.State).Updates(values)); err != nil {
		return err
	}
	t.j.State = string(to)
	if to.Ended() && to != programme.Lapsed { // a late code brings back who lapsed, and nobody else comes back
		if err := t.tx.Where("ask LIKE ?", t.j.Ref+"/%").Delete(&draftRow{}).Error; err != nil {
			return err
		}
	}
	return t.move("", string(from), string(to), what)
}

// setStage changes a stage that is still in the state it was read in.
func (t *turn) setStage(row stageRow, values map[string]any) error {
	return once(t.tx.Model(&stageRow{}).Where("ref = ? AND name = ? AND state = ? AND round = ?", row.Ref, row.Name, row.State, row.Round).
		Updates(values))
}

// closeStage ends a stage in one of its four ends.
func (t *turn) closeStage(row *stageRow, to programme.StageState, outcome, what string) error {
	values := map[string]any{"state": string(to), "waiting_on": "", "attention": "", "overdue": false, "closed_at": t.now,
		"outcome": outcome}
	if err := t.setStage(*row, values); err != nil {
		return err
	}
	from := row.State
	row.State, row.Outcome, row.WaitingOn, row.Attention, row.Overdue, row.ClosedAt = string(to), outcome, "", "", false, &t.now
	return t.move(row.Name, from, string(to), what)
}

// once turns a conditional update that met no row into ErrConflict: somebody else was first.
func once(update *gorm.DB) error {
	if update.Error != nil {
		return update.Error
	}
	if update.RowsAffected == 0 {
		return programme.ErrConflict
	}
	return nil
}

// freePlace gives the journey's place back, and tells the cohort, which fills it.
func (t *turn) freePlace() error {
	freed, err := t.s.freePlace(t.tx, t.j.Cohort, t.j.Ref)
	if err != nil || !freed {
		return err
	}
	t.j.PlaceHeld = false
	return t.s.signalCohort(t.tx, t.j.Cohort, signalPlaceFreed, nil, "")
}

// finishTasks ends the open tasks of the journey with one of the codes (none: all) and, where it is not empty, of a stage.
func (t *turn) finishTasks(stage, by string, codes ...string) error {
	open := t.tx.Model(&taskRow{}).Where("ref = ? AND done_at IS NULL", t.j.Ref)
	if stage != "" {
		open = open.Where("stage = ?", stage)
	}
	if len(codes) > 0 {
		open = open.Where("code IN ?", codes)
	}
	return open.Updates(map[string]any{"done_at": t.now, "done_by": by}).Error
}

// decryptIfKept opens an encrypted column; where the person's key was destroyed it is empty.
func (s *Store) decryptIfKept(ctx context.Context, person string, box []byte) ([]byte, error) {
	plain, err := s.decrypt(ctx, person, box)
	if errors.Is(err, programme.ErrNotFound) {
		return nil, nil
	}
	return plain, err
}
