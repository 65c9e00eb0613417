package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// changeCoach gives a leader another coach: the one named, else the best of the others. Staff may choose against wishes,
// never against an organisation or beyond a capacity.
func (a *applying) changeCoach() error {
	old, had, err := a.match()
	if err != nil {
		return err
	}
	if had && old.Coach == a.cmd.Coach {
		a.effect.Changed = false
		return nil
	}
	if a.cmd.Coach == "" {
		err = a.nextCoach(old, had)
	} else {
		err = a.chosenCoach(old, had)
	}
	if err != nil {
		return err
	}
	return a.move("", a.j.State, a.j.State, string(programme.CmdChangeCoach))
}

func (a *applying) nextCoach(old matchRow, had bool) error {
	if had {
		if err := a.partCoach(old, matchChanged); err != nil {
			return err
		}
	}
	why, err := a.matchNext(old.Coach)
	if err == nil && why != "" {
		err = &programme.Illegal{What: string(a.cmd.Name), State: why, Why: "There is no other coach for this leader: " + programme.ReasonWords(why) + "."}
	}
	return err
}

func (a *applying) chosenCoach(old matchRow, had bool) error {
	row, person, err := coachIn(a.tx, a.j.Cohort, a.cmd.Coach)
	if isMissing(err) {
		return programme.Refuse("coach", "This cohort has no coach of that reference.")
	}
	if err != nil {
		return err
	}
	coach, err := coachFromRow(row, person)
	if err != nil {
		return err
	}
	leader, err := a.coachee()
	switch {
	case err != nil:
		return err
	case coach.Left:
		return programme.Refuse("coach", "This coach has left the cohort.")
	case programme.Conflicts(leader, coach):
		return programme.Refuse("coach", "This coach belongs to the leader’s organisation.")
	}
	if had {
		if err := a.partCoach(old, matchChanged); err != nil {
			return err
		}
	}
	taken, err := takeCoach(a.tx, coach.Ref)
	if err != nil {
		return err
	}
	if !taken {
		return &programme.Illegal{What: string(a.cmd.Name), State: coach.Ref + " is full", Why: "This coach has no place left: choose another."}
	}
	reasons := append([]string{programme.ReasonChosen}, programme.Reasons(leader, coach, coach.Load+1)...)
	return a.joinCoach(coach.Ref, reasons)
}

// AskForAnotherCoach gives a leader who asks another coach, once and without a reason. *Illegal where the leader has asked
// before, has no coach, or there is no other: then the coach stays.
func (s *Store) AskForAnotherCoach(ctx context.Context, ref string, at time.Time) error {
	return s.onJourney(ctx, ref, at, func(t *turn) error {
		t.actor = actorParticipant
		illegal := func(state, why string) error {
			return &programme.Illegal{What: "Another coach", State: state, Why: why}
		}
		old, had, err := t.match()
		switch {
		case err != nil:
			return err
		case !had || t.state() != programme.Enrolled && t.state() != programme.OnHold:
			return illegal(t.j.State, "There is no coach to change.")
		}
		asked, err := askedForCoach(t.tx, t.j.Ref)
		if err != nil {
			return err
		}
		if asked {
			return illegal("changed once", "You have asked for another coach before. Write to us if it does not work.")
		}
		if err := t.partCoach(old, matchLeaderAsked); err != nil {
			return err
		}
		why, err := t.matchNext(old.Coach)
		if err == nil && why != "" {
			return illegal(why, "No other coach has a place for you just now. Write to us, and we will look for one.")
		}
		return err
	})
}

// MayAskForAnotherCoach reports whether a leader has not used the one change without a reason.
func (s *Store) MayAskForAnotherCoach(ctx context.Context, ref string) (bool, error) {
	asked, err := askedForCoach(s.read(ctx), ref)
	return !asked, edge(err)
}

// askedForCoach reports whether the leader has used the one change without a reason.
func askedForCoach(tx *gorm.DB, ref string) (bool, error) {
	var n int64
	err := tx.Model(&matchRow{}).Where("ref = ? AND ended_why = ?", ref, matchLeaderAsked).Count(&n).Error
	return n > 0, err
}

// MatchCohort finds coaches for all leaders of a cohort who have a place and no coach; dryRun only tells the pairs and
// their reasons. Who has a coach keeps them. For whom there is none a task is raised.
func (s *Store) MatchCohort(ctx context.Context, cohort string, dryRun bool, actor string) (programme.MatchReport, error) {
	var report programme.MatchReport
	now, err := s.programmeNow(ctx)
	if err != nil {
		return report, err
	}
	if err := s.read(ctx).Take(&cohortRow{}, "name = ?", cohort).Error; err != nil {
		return report, edge(err)
	}
	var journeys []journeyRow
	err = s.read(ctx).Where("cohort = ? AND state IN ?", cohort, []string{string(programme.Enrolled), string(programme.OnHold)}).
		Where("ref NOT IN (SELECT ref FROM coach_matches WHERE cohort = ? AND ended_at IS NULL)", cohort).Order("ref").Find(&journeys).Error
	if err != nil {
		return report, edge(err)
	}
	leaders, err := s.coachees(ctx, journeys)
	if err != nil {
		return report, edge(err)
	}
	coaches, err := s.Coaches(ctx, cohort)
	if err != nil {
		return report, err
	}
	report.Pairs, report.Unmatched = programme.Match(leaders, coaches)
	if dryRun {
		return report, nil
	}
	return s.joinAll(ctx, report, now, actor)
}

// joinAll puts a plan of pairs into effect, each by itself: where somebody else took a coach's last place meanwhile the
// leader gets the next best.
func (s *Store) joinAll(ctx context.Context, plan programme.MatchReport, now time.Time, actor string) (programme.MatchReport, error) {
	wanted := map[string]programme.Pair{}
	var refs []string
	for _, pair := range plan.Pairs {
		wanted[pair.Ref] = pair
		refs = append(refs, pair.Ref)
	}
	for _, u := range plan.Unmatched {
		refs = append(refs, u.Ref)
	}
	said := programme.AuditEntry{Actor: actor, Action: programme.AuditMatched}
	return s.joinEach(ctx, refs, now, actor, func(t *turn) error {
		pair, planned := wanted[t.j.Ref]
		if _, had, err := t.match(); err != nil || had || !planned {
			return err
		}
		taken, err := takeCoach(t.tx, pair.Coach)
		if err != nil || !taken {
			return err
		}
		return t.joinCoach(pair.Coach, pair.Reasons)
	}, &said)
}

// joinEach lets each of some leaders have a coach, after prepare, and reports whom they have. With the first of them it writes
// said into the audit log, where it is not nil.
func (s *Store) joinEach(ctx context.Context, refs []string, now time.Time, actor string, prepare func(*turn) error, said *programme.AuditEntry) (programme.MatchReport, error) {
	var report programme.MatchReport
	for _, ref := range refs {
		var match matchRow
		var found bool
		var why string
		err := s.onJourney(ctx, ref, now, func(t *turn) error {
			t.actor = actor
			if err := prepare(t); err != nil {
				return err
			}
			var err error
			if why, err = t.ensureCoach(); err != nil {
				return err
			}
			if match, found, err = t.match(); err != nil || !found || said == nil || len(report.Pairs) > 0 {
				return err
			}
			said.Subject = t.j.Cohort
			return s.audit(t.tx, *said)
		})
		if err != nil {
			return report, err
		}
		if found {
			report.Pairs = append(report.Pairs, pairOf(match))
			continue
		}
		report.Unmatched = append(report.Unmatched, programme.Unmatched{Ref: ref, Why: why})
	}
	return report, nil
}

func pairOf(m matchRow) programme.Pair {
	return programme.Pair{Ref: m.Ref, Coach: m.Coach, Reasons: strings.Split(m.Reasons, ",")}
}

// CoachLeaves takes a coach out of a cohort: nobody new is matched with them, and each of their leaders gets the next
// best, or becomes a task, with the reason and the note in their history. A repeat goes on where an earlier attempt stopped.
func (s *Store) CoachLeaves(ctx context.Context, cohort, coach, reason, note, actor string) (programme.MatchReport, error) {
	var report programme.MatchReport
	if !validReason(reason) {
		return report, programme.Refuse("reason", "Give a reason from the list.")
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return report, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if _, _, err := coachIn(tx, cohort, coach); err != nil {
			return fmt.Errorf("coach of this cohort: %w", err)
		}
		if err := dropFree(tx, coach); err != nil {
			return err
		}
		left := tx.Model(&coachRow{}).Where("ref = ? AND left_at IS NULL", coach).Update("left_at", now)
		if left.Error != nil || left.RowsAffected == 0 {
			return left.Error
		}
		return s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditCoachLeft, Subject: cohort, Detail: coach, Reason: reason})
	})
	if err != nil {
		return report, err
	}
	var refs []string
	if err := s.read(ctx).Model(&matchRow{}).Where("coach = ? AND ended_at IS NULL", coach).Order("ref").Pluck("ref", &refs).Error; err != nil {
		return report, edge(err)
	}
	report, err = s.joinEach(ctx, refs, now, actor, func(t *turn) error {
		match, found, err := t.match()
		if err != nil || !found || match.Coach != coach || faults.Broken("keeps-leavers") {
			return err
		}
		t.reason, t.note = reason, note
		if err := t.partCoach(match, matchCoachLeft); err != nil {
			return err
		}
		return t.move("", t.j.State, t.j.State, "coach-left") // whether there is another or not
	}, nil)
	if err != nil {
		return report, err
	}
	// So are those which the cancelled sessions have left.
	return report, s.tx(ctx, func(tx *gorm.DB) error { return dropFree(tx, coach) })
}

// dropFree takes back all times of a coach that nobody has booked.
func dropFree(tx *gorm.DB, coach string) error {
	return tx.Where("coach = ? AND state = ?", coach, string(programme.SlotFree)).Delete(&slotRow{}).Error
}

// Matches are the leaders of a cohort with the coaches they have now, by reference.
func (s *Store) Matches(ctx context.Context, cohort string) ([]programme.Pair, error) {
	var rows []matchRow
	err := s.read(ctx).Where("cohort = ? AND ended_at IS NULL", cohort).Order("ref").Find(&rows).Error
	pairs := make([]programme.Pair, len(rows))
	for i, row := range rows {
		pairs[i] = pairOf(row)
	}
	return pairs, edge(err)
}

// CoachOf is the coach a leader has now; ErrNotFound where there is none.
func (s *Store) CoachOf(ctx context.Context, ref string) (programme.Coach, error) {
	match, found, err := currentMatch(s.read(ctx), ref)
	if err == nil && !found {
		err = errors.New("no coach")
		return programme.Coach{}, fmt.Errorf("%w: %w", programme.ErrNotFound, err)
	}
	if err != nil {
		return programme.Coach{}, edge(err)
	}
	row, person, err := coachIn(s.read(ctx), match.Cohort, match.Coach)
	if err != nil {
		return programme.Coach{}, edge(err)
	}
	return coachFromRow(row, person)
}
