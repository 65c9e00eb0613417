package records

import (
	"context"
	"strconv"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// CohortRound does what is due for a cohort as a whole at the programme moment at: decisions that are being released are
// told, reviews wait on those who are to score them, freed places go to the reserve or the waiting list, sessions of leaders on hold are given up in time, after the last
// joining moment the reserve is not needed, the head of the centre hears of waits of three working days, and what leaders
// needed at events, forms that were never sent and the notes of late codes are deleted in time: until then the cohort's year is not over. Launch names an operation whose journeys are
// still to be started, also one whose start was lost on the way.
func (s *Store) CohortRound(ctx context.Context, cohort string, at time.Time) (programme.CohortRound, error) {
	var round programme.CohortRound
	clock, err := s.Clock(ctx)
	if err != nil {
		return round, err
	}
	more, err := s.releaseSome(ctx, cohort)
	if err != nil {
		return round, err
	}
	sessions, err := s.sessionsRound(ctx, cohort, at)
	if err != nil {
		return round, err
	}
	needs, err := s.deleteNeeds(ctx, cohort, at)
	if err != nil {
		return round, err
	}
	reviews, err := s.reviewsRound(ctx, cohort, at)
	if err != nil {
		return round, err
	}
	drafts, err := s.deleteDrafts(ctx, cohort, at)
	if err != nil {
		return round, err
	}
	notes, err := s.deleteCodeNotes(ctx, cohort, at)
	if err != nil {
		return round, err
	}
	deletions := sooner(needs, sooner(drafts, notes))
	err = s.tx(ctx, func(tx *gorm.DB) error {
		round = programme.CohortRound{Clock: clock}
		joining, err := s.joiningRound(tx, cohort, at)
		if err != nil {
			return err
		}
		where, err := s.askWhere(tx, cohort, at)
		if err != nil {
			return err
		}
		tasks, mails, err := s.staffRound(tx, cohort, at)
		if err != nil {
			return err
		}
		round.Mails, round.Next = mails, sooner(sooner(sooner(joining, where), tasks), sooner(sessions, deletions))
		var running []string
		err = tx.Model(&operationRow{}).Where("cohort = ? AND state = 'running' AND kind IN ?", cohort, startingKinds).Order("created_real, id").
			Limit(2).Pluck("id", &running).Error
		if err != nil {
			return err
		}
		if len(running) > 0 {
			round.Launch = running[0]
		}
		if len(running) > 1 || more || reviews {
			round.Next = at // the others, once these are done
		}
		return s.outlook(tx, cohort, at, &round)
	})
	return round, err
}

// joiningRound fills places while people can join, and ends the joining time when it is over. next is that moment, zero
// where nobody waits for it.
func (s *Store) joiningRound(tx *gorm.DB, cohort string, at time.Time) (next time.Time, err error) {
	if _, _, err := s.fillPlaces(tx, cohort, at); err != nil {
		return time.Time{}, err
	}
	c, err := cohortByName(tx, cohort)
	if err != nil || c.LaunchedAt == nil || c.JoiningClosed || c.Route == string(programme.RouteConfirmed) {
		return time.Time{}, err
	}
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return time.Time{}, err
	}
	last := b.LastJoining(cohortFromRow(c))
	if at.Before(last) {
		return last, nil
	}
	_, err = s.closeJoining(tx, cohort, programme.Move{What: "joining-closed", Actor: "programme", At: at})
	return time.Time{}, err
}

// outlook tells whether the cohort's year is over, and else when to look again at the latest.
func (s *Store) outlook(tx *gorm.DB, cohort string, at time.Time, round *programme.CohortRound) error {
	c, err := cohortByName(tx, cohort)
	if err != nil {
		return err
	}
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return err
	}
	var going []string
	err = tx.Model(&journeyRow{}).Where("cohort = ? AND state NOT IN ?", cohort, endedStates()).Limit(1).Pluck("ref", &going).Error
	if err != nil {
		return err
	}
	open := len(going) > 0 || at.Before(b.LastJoining(cohortFromRow(c)))
	round.Over = !open && round.Launch == "" && round.Next.IsZero() && len(round.Mails) == 0
	if round.Over || !round.Next.IsZero() {
		return nil
	}
	// Nothing is planned, so the next look is for the end of the year: when its last form is closed, then weekly.
	round.Next = at.Add(7 * 24 * time.Hour)
	after := []string{""}
	for _, survey := range b.LaterSurveys() {
		after = append(after, survey.Name)
	}
	var last []stageRow
	err = tx.Where("cohort = ? AND state IN ('not_open', 'open') AND limit_at IS NOT NULL AND name NOT IN ?", cohort, after).
		Order("limit_at DESC").Limit(1).Find(&last).Error
	if len(last) == 1 && last[0].LimitAt.Add(24*time.Hour).After(round.Next) {
		round.Next = last[0].LimitAt.Add(24 * time.Hour)
	}
	return err
}

// StaffRound tells the head of the centre, in one mail, of the cohort's open tasks that have waited three working days
// since the last round. next is when the next task will have, zero where none is left; mails are those to send, also
// ones from a round whose result was lost.
func (s *Store) StaffRound(ctx context.Context, cohort string, at time.Time) (next time.Time, mails []programme.PlannedMail, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		next, mails, err = s.staffRound(tx, cohort, at)
		return err
	})
	return next, mails, err
}

func (s *Store) staffRound(tx *gorm.DB, cohort string, at time.Time) (next time.Time, mails []programme.PlannedMail, err error) {
	const waiting = "cohort = ? AND done_at IS NULL AND escalated_at IS NULL"
	var due []taskRow
	if err := tx.Where(waiting+" AND escalate_at <= ?", cohort, at).Order("id").Find(&due).Error; err != nil {
		return next, nil, err
	}
	if len(due) > 0 {
		err := tx.Model(&taskRow{}).Where(waiting+" AND escalate_at <= ?", cohort, at).Update("escalated_at", at).Error
		if err != nil {
			return next, nil, err
		}
		if err := s.planEscalation(tx, cohort, due, at); err != nil {
			return next, nil, err
		}
	}
	var later []taskRow
	if err := tx.Where(waiting, cohort).Order("escalate_at").Limit(1).Find(&later).Error; err != nil {
		return next, nil, err
	}
	if len(later) == 1 {
		next = later[0].EscalateAt.UTC()
	}
	waitingMails, err := waitingMails(tx, "cohort = ? AND ref = ''", cohort)
	return next, waitingMails[""], err
}

// planEscalation plans the mail to the head of the centre, where one is named.
func (s *Store) planEscalation(tx *gorm.DB, cohort string, due []taskRow, at time.Time) error {
	if s.opts.HeadOfCentre == "" {
		return nil
	}
	head, err := personByEmail(tx, s.opts.HeadOfCentre)
	if isMissing(err) {
		head, err = upsertPerson(tx, programme.Person{Name: "Head of the centre", Email: s.opts.HeadOfCentre}, at)
	}
	if err != nil {
		return err
	}
	return writeMessages(tx, messageRow{
		Key:    programme.ReplyKey(cohort, "", "", programme.MsgTasksWaiting, strconv.FormatInt(due[0].ID, 10)),
		Cohort: cohort, Message: programme.MsgTasksWaiting, PersonID: head.ID, Recipient: toStaff,
		Rule: string(programme.RuleAlert), At: at, State: string(programme.MessagePlanned), Params: params{Count: len(due)}.text(),
		CreatedAt: at})
}

// sooner is the earlier of two moments, a zero one being never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
