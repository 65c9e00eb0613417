package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// The kinds of operation that start journeys.
const (
	opLaunch   = "launch"   // staff launched the cohort, or launched it again
	opFill     = "fill"     // places that came free were given to the reserve
	opContinue = "continue" // a deferral brought somebody in
)

// startingKinds are the operations that start journeys, which a round of the cohort takes up where their signal was lost. The
// others have their own way to go on: taken for a launch they would start nothing, and have round upon round without an end.
var startingKinds = []string{opLaunch, opContinue, opFill, opApply}

// Launch gives places to the cohort's reserve and has every journey that holds one started: in an invitation cohort
// as many as there are places, by priority and then by the spreadsheet's order; in a confirmed cohort everybody, with
// selection skipped; in a cohort by application nobody: from then on people can apply in its time. Called again it takes newcomers along, and with none its operation is done at once, of Total 0. In an
// invitation cohort newcomers after the last joining moment are not needed. *Invalid where the cohort cannot be
// launched: nobody was imported, or a stage of its blueprint does not run in this version. at is a programme moment.
func (s *Store) Launch(ctx context.Context, cohort, actor string, at time.Time) (programme.Operation, error) {
	var op operationRow
	err := s.tx(ctx, func(tx *gorm.DB) error {
		row, err := lockCohort(tx, cohort)
		if err != nil {
			return err
		}
		c := cohortFromRow(row)
		b, err := s.launchable(tx, c)
		if err != nil {
			return err
		}
		op = s.newOperation(opLaunch, cohort, at)
		move := programme.Move{What: opLaunch, Actor: actor, At: at}
		switch c.Route {
		case programme.RouteConfirmed:
			err = s.enrolReserve(tx, c, op.ID, move)
		case programme.RouteInvitation:
			err = s.inviteOrRelease(tx, row, b, op.ID, move)
		}
		if err != nil {
			return err
		}
		first := c.Launched.IsZero()
		if first {
			err := tx.Model(&cohortRow{}).Where("name = ?", cohort).
				Updates(map[string]any{"launched_at": at, "version": row.Version + 1}).Error
			if err != nil {
				return err
			}
		}
		if err := s.startPlaced(tx, c, b, &op); err != nil || (op.Total == 0 && !first) {
			return err
		}
		started := programme.AuditEntry{Actor: actor, Action: programme.AuditLaunched, Subject: cohort, Detail: fmt.Sprintf("%d started", op.Total)}
		if err := s.audit(tx, started); err != nil {
			return err
		}
		return s.tellLaunch(tx, op)
	})
	return operationFromRow(op), err
}

// launchable is the cohort's blueprint, or the reason why it cannot be launched.
func (s *Store) launchable(tx *gorm.DB, c programme.Cohort) (programme.Blueprint, error) {
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return b, err
	}
	if names := programme.Unrunnable(b); len(names) > 0 {
		return b, programme.Refuse("blueprint", "This version does not run these stages of the blueprint yet: %s.", strings.Join(names, ", "))
	}
	sittings, err := s.sittings(tx, c, b)
	if err != nil {
		return b, err
	}
	if faults := programme.CheckSittings(b, c, sittings, nil, time.Time{}); len(faults) > 0 {
		return b, &programme.Invalid{Faults: faults}
	}
	if c.Route == programme.RouteInvitation {
		if err := tx.Take(&journeyRow{}, "cohort = ?", c.Name).Error; err != nil {
			if isMissing(err) {
				return b, programme.Refuse("participants", "Nobody would be invited: import the participants first.")
			}
			return b, err
		}
	}
	return b, nil
}

// inviteOrRelease invites as many of the reserve as there are places, or tells the reserve that none will come.
func (s *Store) inviteOrRelease(tx *gorm.DB, c cohortRow, b programme.Blueprint, op string, move programme.Move) error {
	if !move.At.Before(b.LastJoining(cohortFromRow(c))) {
		_, err := s.closeJoining(tx, c.Name, move)
		return err
	}
	_, err := s.invite(tx, c, b, op, move)
	return err
}

// invite gives the free places to the next of the reserve, while an invitation can still leave, and returns how many.
func (s *Store) invite(tx *gorm.DB, c cohortRow, b programme.Blueprint, op string, move programme.Move) (int, error) {
	free := c.Places - c.PlacesHeld
	if free <= 0 || c.JoiningClosed || !move.At.Before(b.LastInviting(cohortFromRow(c), s.opts.Calendar)) {
		return 0, nil
	}
	given := tx.Exec(`UPDATE journeys SET state = 'invited', place_held = TRUE, launch_op = ?, version = version + 1
		WHERE state = 'reserve' AND ref IN (SELECT ref FROM journeys WHERE cohort = ? AND state = 'reserve'
			ORDER BY CASE WHEN priority > 0 THEN 0 ELSE 1 END, priority, position, ref LIMIT ?)`, op, c.Name, free)
	if given.Error != nil || given.RowsAffected == 0 {
		return 0, given.Error
	}
	n := int(given.RowsAffected)
	if err := takePlaces(tx, c.Name, n); err != nil {
		return 0, err
	}
	return n, s.moveMany(tx, move, "'reserve'", "launch_op = ?", op)
}

// enrolReserve gives everybody of a confirmed cohort a place: selection is skipped.
func (s *Store) enrolReserve(tx *gorm.DB, c programme.Cohort, op string, move programme.Move) error {
	given := tx.Exec(`UPDATE journeys SET state = 'enrolled', place_held = TRUE, launch_op = ?, version = version + 1
		WHERE cohort = ? AND state = 'reserve'`, op, c.Name)
	if given.Error != nil || given.RowsAffected == 0 {
		return given.Error
	}
	if err := takePlaces(tx, c.Name, int(given.RowsAffected)); err != nil {
		return err
	}
	if err := s.moveMany(tx, move, "'reserve'", "launch_op = ?", op); err != nil {
		return err
	}
	return tx.Exec(`UPDATE stages SET state = 'skipped', outcome = 'confirmed', closed_at = ?
		WHERE kind = 'selection' AND state = 'not_open' AND ref IN (SELECT ref FROM journeys WHERE launch_op = ?)`, move.At, op).Error
}

// planYearDates writes the mail with the year's dates into the ledger for everybody who begins with a place accepted, and
// gives them their places at the year's events.
func (s *Store) planYearDates(tx *gorm.DB, c programme.Cohort, b programme.Blueprint, op string, at time.Time) error {
	var enrolled []journeyRow
	if err := tx.Where("launch_op = ? AND state = 'enrolled'", op).Find(&enrolled).Error; err != nil {
		return err
	}
	if err := s.takeEventPlaces(tx, c, b, enrolled, at); err != nil {
		return err
	}
	lived, err := s.lives(tx, c, b, enrolled...)
	if err != nil {
		return err
	}
	lines := make([]messageRow, len(enrolled))
	for i, j := range enrolled {
		blocked := residentialDays(b, lived[j.Ref])
		lines[i] = messageRow{Key: programme.MessageKey(c.Name, j.Ref, "", programme.MsgYearDates, 1, 1, 0), Cohort: c.Name,
			Ref: j.Ref, Message: programme.MsgYearDates, Round: 1, Plan: 1, PersonID: j.PersonID, Recipient: toParticipant,
			Rule: string(programme.RuleScheduled), At: s.opts.Calendar.NextPersonal(at, programme.Minute(j.PersonID), blocked),
			State: string(programme.MessagePlanned), CreatedAt: at}
	}
	return writeMessages(tx, lines...)
}

// startPlaced has every journey of the cohort that holds a place and was not started yet started under op, which it
// writes. Whoever calls it tells the cohort's workflow.
func (s *Store) startPlaced(tx *gorm.DB, c programme.Cohort, b programme.Blueprint, op *operationRow) error {
	taken := tx.Exec(`UPDATE journeys SET started = TRUE, launch_op = ? WHERE cohort = ? AND started = FALSE
		AND place_held = TRUE AND state IN ('invited', 'enrolled')`, op.ID, op.Cohort)
	if taken.Error != nil {
		return taken.Error
	}
	op.Total = int(taken.RowsAffected)
	if op.Total == 0 {
		op.State, op.FinishedReal = operationDone, maybe(op.CreatedReal)
	}
	if err := tx.Create(op).Error; err != nil {
		return err
	}
	return s.planYearDates(tx, c, b, op.ID, op.At)
}

// tellLaunch tells the cohort's workflow of an operation, and starts that workflow where it does not run.
func (s *Store) tellLaunch(tx *gorm.DB, op operationRow) error {
	return s.signalCohort(tx, op.Cohort, signalLaunch, map[string]string{"operation": op.ID}, "cohort")
}

// startContinuation has the newcomers whom a deferral brought into a cohort started, if the cohort was launched; if not,
// its launch takes them along. They hold their places already.
func (s *Store) startContinuation(tx *gorm.DB, cohort string, at time.Time) error {
	row, err := cohortByName(tx, cohort)
	if err != nil || row.LaunchedAt == nil {
		return err
	}
	c := cohortFromRow(row)
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return err
	}
	op := s.newOperation(opContinue, cohort, at)
	if err := s.startPlaced(tx, c, b, &op); err != nil || op.Total == 0 {
		return err
	}
	return s.tellLaunch(tx, op)
}

// FillPlaces invites the next of the reserve, or makes an offer to the next of the waiting list, for every place that is free, while an invitation can still leave before
// the last joining moment: n people under the operation op, both empty where nothing is to do. It is the cohort's
// workflow that calls, so nothing tells it; should the result be lost, its next CohortRound finds the operation.
func (s *Store) FillPlaces(ctx context.Context, cohort string, at time.Time) (op string, n int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		op, n, err = s.fillPlaces(tx, cohort, at)
		return err
	})
	return op, n, err
}

func (s *Store) fillPlaces(tx *gorm.DB, cohort string, at time.Time) (string, int, error) {
	c, err := lockCohort(tx, cohort)
	if err != nil || c.LaunchedAt == nil || c.Route == string(programme.RouteConfirmed) {
		return "", 0, err
	}
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return "", 0, err
	}
	if c.Route == string(programme.RouteApplication) {
		n, err := s.fillFromWaitingList(tx, c, b, at)
		return "", n, err
	}
	row := s.newOperation(opFill, cohort, at)
	n, err := s.invite(tx, c, b, row.ID, programme.Move{What: "place-freed", Actor: "programme", At: at})
	if err != nil || n == 0 {
		return "", 0, err
	}
	return row.ID, n, s.startPlaced(tx, cohortFromRow(c), b, &row)
}

// CloseJoining ends the joining time of a cohort: the reserve is not needed, n people of it.
func (s *Store) CloseJoining(ctx context.Context, cohort string, at time.Time) (n int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := lockCohort(tx, cohort); err != nil {
			return err
		}
		n, err = s.closeJoining(tx, cohort, programme.Move{What: "joining-closed", Actor: "programme", At: at})
		return err
	})
	return n, err
}

func (s *Store) closeJoining(tx *gorm.DB, cohort string, move programme.Move) (n int, err error) {
	var refs []string
	err = locked(tx).Model(&journeyRow{}).Where("cohort = ? AND state = 'reserve'", cohort).Order("ref").Pluck("ref", &refs).Error
	if err != nil {
		return 0, err
	}
	for part := range chunks(refs, 500) {
		err := tx.Exec(`UPDATE journeys SET state = 'not_needed', version = version + 1 WHERE ref IN ?`, part).Error
		if err != nil {
			return 0, err
		}
		err = tx.Exec(`UPDATE stages SET state = 'cancelled', outcome = 'not_needed', closed_at = ?
			WHERE state = 'not_open' AND ref IN ?`, move.At, part).Error
		if err != nil {
			return 0, err
		}
		if err := s.moveMany(tx, move, "'reserve'", "ref IN ?", part); err != nil {
			return 0, err
		}
	}
	return len(refs), tx.Model(&cohortRow{}).Where("name = ?", cohort).Update("joining_closed", true).Error
}

func (s *Store) newOperation(kind, cohort string, at time.Time) operationRow {
	return operationRow{ID: "op-" + randomHex(12), Kind: kind, Cohort: cohort, State: operationRunning, At: at,
		CreatedReal: s.realNow()}
}
