package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

const (
	// opRelease is the kind of operation that tells decisions.
	opRelease = "release"
	// releasePage is how many decisions one round of a cohort tells.
	releasePage = 50
)

// Release tells the recorded decisions of a cohort, all that were not told yet or those the order names, or in a dry run says
// whom it would tell what. *Illegal where that is no longer what the preview showed. The places of all offers are taken here, all or none: *Illegal names how many are free where
// they are not enough. The cohort's rounds then tell one after the other; the operation says how far they are. A decision
// that was released before is left out, so that a repeat tells nobody twice. *Invalid where one of those it names has no
// decision that could be told.
func (s *Store) Release(ctx context.Context, cohort string, order programme.ReleaseOrder, at time.Time) (programme.Release, error) {
	var release programme.Release
	if !validReason(order.Reason) {
		return release, programme.Refuse("reason", "Give a reason from the list.")
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		row, err := lockCohort(tx, cohort)
		if err != nil {
			return err
		}
		if _, err := s.applicationDates(tx, cohort); err != nil {
			return err
		}
		release = programme.Release{Free: row.Places - row.PlacesHeld}
		if release.People, err = releasable(tx, cohort, order.Refs); err != nil {
			return err
		}
		if order.Seen != "" && order.Seen != release.Shows() {
			return &programme.Illegal{What: opRelease, State: programme.StateChanged,
				Why: "Decisions were recorded or changed after you saw the preview. Nobody was told anything: look again."}
		}
		if err := s.roomFor(row, release, at); err != nil || order.DryRun {
			return err
		}
		op := s.newOperation(opRelease, cohort, at)
		if op.Total = len(release.People); op.Total == 0 {
			op.State, op.FinishedReal = operationDone, maybe(op.CreatedReal)
		}
		release.Operation = operationFromRow(op)
		if err := tx.Create(&op).Error; err != nil || op.Total == 0 {
			return err
		}
		for _, person := range release.People {
			if err := s.markReleased(ctx, tx, person, op, order); err != nil {
				return err
			}
		}
		if err := takePlaces(tx, cohort, release.Offers()); err != nil {
			return err
		}
		err = s.audit(tx, programme.AuditEntry{Actor: order.Actor, Action: programme.AuditReleased, Subject: cohort, Detail: fmt.Sprintf("%d decisions", op.Total), Reason: order.Reason})
		if err != nil {
			return err
		}
		return s.signalCohort(tx, cohort, signalPoke, nil, "cohort")
	})
	return release, err
}

// releasable are the applications whose decisions can be told, by reference.
func releasable(tx *gorm.DB, cohort string, refs []string) ([]programme.Released, error) {
	var found []struct{ Ref, Name, Decision string }
	q := tx.Table("decisions d").Select("d.ref, p.name, d.decision").Joins("JOIN journeys j ON j.ref = d.ref").
		Joins("JOIN people p ON p.id = j.person_id").Where("d.cohort = ? AND d.release_op = '' AND j.state = ?", cohort, string(programme.UnderReview))
	if len(refs) > 0 {
		q = q.Where("d.ref IN ?", refs)
	}
	if err := q.Order("d.ref").Scan(&found).Error; err != nil {
		return nil, err
	}
	people := make([]programme.Released, len(found))
	for i, f := range found {
		decision := programme.Decision(f.Decision)
		people[i] = programme.Released{Ref: f.Ref, Name: f.Name, Decision: decision, Message: decision.Message()}
	}
	var faults []programme.Fault
	for _, ref := range refs {
		if slices.ContainsFunc(people, func(p programme.Released) bool { return p.Ref == ref }) {
			continue
		}
		var j journeyRow
		if found := tx.Where("ref = ? AND cohort = ?", ref, cohort).Limit(1).Find(&j); found.Error != nil {
			return nil, found.Error
		} else if found.RowsAffected == 0 {
			faults = append(faults, programme.Fault{Field: "refs", Text: ref + " is no application of this cohort."})
			continue
		}
		var told int64
		if err := tx.Model(&decisionRow{}).Where("ref = ? AND release_op <> ''", ref).Count(&told).Error; err != nil {
			return nil, err
		}
		if told == 0 {
			faults = append(faults, programme.Fault{Field: "refs", Text: ref + " has no decision that could be released: it is " + j.State + "."})
		}
	}
	if len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	return people, nil
}

// roomFor refuses a release with more offers than places, or one that comes too late for them.
func (s *Store) roomFor(c cohortRow, release programme.Release, at time.Time) error {
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return err
	}
	switch offers := release.Offers(); {
	case offers == 0:
	case c.JoiningClosed || !at.Before(b.LastInviting(cohortFromRow(c), s.opts.Calendar)):
		return &programme.Illegal{What: opRelease, State: "joining is over", Why: "An offer could not be answered before the last joining day any more."}
	case offers > release.Free:
		return &programme.Illegal{What: opRelease, State: fmt.Sprintf("%d places are free", max(0, release.Free)),
			Why: fmt.Sprintf("There are %d offers to release. Release fewer, change decisions, or raise the number of places.", offers)}
	}
	return nil
}

// markReleased marks one decision as being told, with the place that an offer holds from now on. ErrConflict where it was
// changed in this very moment: then nothing of the release takes effect.
func (s *Store) markReleased(ctx context.Context, tx *gorm.DB, p programme.Released, op operationRow, order programme.ReleaseOrder) error {
	person, err := leaderOf(tx, p.Ref)
	if err != nil {
		return err
	}
	kept, err := s.encrypt(ctx, person, []byte(order.Note))
	if err != nil {
		return err
	}
	err = once(tx.Model(&decisionRow{}).Where("ref = ? AND release_op = '' AND decision = ?", p.Ref, string(p.Decision)).Updates(map[string]any{"release_op": op.ID, "released_by": order.Actor,
		"release_reason": order.Reason, "release_note_enc": kept}))
	if err != nil || p.Decision != programme.DecideOffer {
		return err
	}
	return once(tx.Model(&journeyRow{}).Where("ref = ? AND place_held = ? AND state = ?", p.Ref, false, string(programme.UnderReview)).
		Update("place_held", true))
}

// releaseSome tells the next of the decisions that are being released; more says that some are left.
func (s *Store) releaseSome(ctx context.Context, cohort string) (more bool, err error) {
	var told []struct {
		Ref string
		At  time.Time // of the order to release: what it plans counts from there
	}
	err = s.read(ctx).Table("decisions d").Select("d.ref, o.at").Joins("JOIN operations o ON o.id = d.release_op").
		Where("d.cohort = ? AND d.release_op <> '' AND d.released_at IS NULL", cohort).Order("d.ref").Limit(releasePage + 1).Scan(&told).Error
	if err != nil {
		return false, edge(err)
	}
	for i, one := range told {
		if i == releasePage {
			return true, nil
		}
		if err := s.onJourney(ctx, one.Ref, one.At.UTC(), (*turn).release); err != nil {
			return false, err
		}
	}
	return false, nil
}

// release tells one decision. An application that has been held or has ended since is not told anything: its decision
// waits to be released anew, and its place is free.
func (t *turn) release() error {
	row, err := t.decision()
	if err != nil || row.ReleaseOp == "" || row.ReleasedAt != nil {
		return err
	}
	op := row.ReleaseOp
	if t.state() != programme.UnderReview {
		if err := t.freePlace(); err != nil {
			return err
		}
		if err := t.tx.Model(&decisionRow{}).Where("ref = ?", t.j.Ref).Update("release_op", "").Error; err != nil {
			return err
		}
		return skipped(t.tx, op, t.s.realNow())
	}
	note, err := t.s.decryptIfKept(t.ctx, t.leader.ID, row.ReleaseNoteEnc)
	if err != nil {
		return err
	}
	t.actor, t.reason, t.note = row.ReleasedBy, row.ReleaseReason, string(note)
	tell := map[programme.Decision]func(*turn, string) error{programme.DecideOffer: (*turn).offer, programme.DecideWaitlist: (*turn).waitlist,
		programme.DecideReject: (*turn).reject}[programme.Decision(row.Decision)]
	if err := tell(t, opRelease); err != nil {
		return err
	}
	if err := once(t.tx.Model(&decisionRow{}).Where("ref = ? AND released_at IS NULL", t.j.Ref).Update("released_at", t.now)); err != nil {
		return err
	}
	return advance(t.tx, op, 1, t.s.realNow())
}

// skipped counts a part of an operation that could not be done.
func skipped(tx *gorm.DB, op string, realNow time.Time) error {
	if err := tx.Exec(`UPDATE operations SET failed = failed + 1 WHERE id = ?`, op).Error; err != nil {
		return err
	}
	return advance(tx, op, 0, realNow)
}

// fillFromWaitingList offers the places that are free to the next of the waiting list, in the order in which their
// applications came, while an offer can still be answered. Places meant for decisions that are recorded and not told yet
// are kept for them.
func (s *Store) fillFromWaitingList(tx *gorm.DB, c cohortRow, b programme.Blueprint, at time.Time) (n int, err error) {
	if c.JoiningClosed || !at.Before(b.LastInviting(cohortFromRow(c), s.opts.Calendar)) {
		return 0, nil
	}
	var meant int64
	err = tx.Table("decisions d").Joins("JOIN journeys j ON j.ref = d.ref").Where("d.cohort = ? AND d.decision = ? AND d.release_op = ''",
		c.Name, string(programme.DecideOffer)).Where("j.state IN ?", []string{string(programme.UnderReview), string(programme.OnHold)}).Count(&meant).Error
	free := c.Places - c.PlacesHeld - int(meant)
	if err != nil || free <= 0 {
		return 0, err
	}
	var refs []string
	if err := waiting(tx, c.Name).Limit(free).Pluck("j.ref", &refs).Error; err != nil {
		return 0, err
	}
	clock, err := s.Clock(tx.Statement.Context)
	if err != nil {
		return 0, err
	}
	for _, ref := range refs {
		t := &turn{s: s, ctx: tx.Statement.Context, tx: tx, clock: clock, now: moment(clock, at, s.realNow()), actor: actorProgramme}
		if err := t.load(ref); err != nil {
			return n, err
		}
		if t.state() != programme.Waitlisted {
			continue
		}
		if err := s.takePlace(tx, c.Name, ref); errors.Is(err, programme.ErrFull) {
			return n, nil
		} else if err != nil {
			return n, err
		}
		if err := t.offer("place-freed"); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
