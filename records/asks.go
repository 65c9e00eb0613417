package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// askRow is one ask in one part of a round: the row whose state decides who was first.
type askRow struct {
	ID         string `gorm:"primaryKey"`
	Cohort     string
	Ref        string
	Stage      string
	Kind       string
	Round      int
	Part       string
	Plan       int
	Form       string
	PersonID   string
	State      string
	Owner      string
	OpenedAt   time.Time
	RequestAt  time.Time // when the request was planned to go; moves with holds
	Due        time.Time
	LimitAt    time.Time
	Since      time.Time
	AnsweredAt *time.Time
	Held       bool
}

func (askRow) TableName() string { return "asks" }

// OpenStage opens a stage at a programme moment: it writes the ask of its round with its whole ladder, sends nothing, and
// returns the plan. Where that ask exists it returns its plan as it stands, answered or ended too. A stage or journey that
// has ended meanwhile, or waits for compulsory days again, gives a plan that is cancelled; a journey on hold one that is held and sends nothing until it is
// resumed. ErrNotFound where the cohort has no such journey or stage.
func (s *Store) OpenStage(ctx context.Context, cohort, ref, stage string, at time.Time) (plan programme.AskPlan, err error) {
	err = s.onJourney(ctx, ref, at, func(t *turn) (err error) {
		if t.j.Cohort != cohort {
			return fmt.Errorf("journey in this cohort: %w", programme.ErrNotFound)
		}
		if plan, err = t.openStage(stage); err != nil || !t.state().Ended() || t.isLater(stage) {
			return err
		}
		plan.Journey, plan.Version = t.state(), t.j.Version
		plan.Later, err = t.later()
		return err
	})
	return plan, err
}

func (t *turn) openStage(name string) (programme.AskPlan, error) {
	row, err := t.stage(name)
	if err != nil {
		return programme.AskPlan{}, err
	}
	if row.Round > 0 {
		ask, err := t.ask(askOfStage(row))
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			if err != nil {
				return programme.AskPlan{}, err
			}
			return t.plan(ask, row)
		}
	}
	state := programme.StageState(row.State)
	reopened := state == programme.StageOpen // reopen has counted the round already
	round := row.Round
	if !reopened {
		round++
	}
	if state.Closed() || t.state().Ended() && (t.state() != programme.Completed || !t.isLater(name)) {
		return programme.AskPlan{Ask: programme.AskID(t.j.Ref, name, round), Stage: name, Round: round, State: programme.AskCancelled}, nil
	}
	if early, err := t.tooEarly(row); err != nil || early {
		return programme.AskPlan{Ask: programme.AskID(t.j.Ref, name, round), Stage: name, Round: round, State: programme.AskCancelled}, err
	}
	if programme.Kind(row.Kind) == programme.KindCoaching {
		if _, err := t.ensureCoach(); err != nil {
			return programme.AskPlan{}, err
		}
	}
	ask, err := t.firstAsk(row, round, reopened)
	if err != nil {
		return programme.AskPlan{}, err
	}
	err = t.setStage(row, map[string]any{"state": string(programme.StageOpen), "round": round, "part": ask.Part, "opens_at": t.now,
		"waiting_on": ask.Owner, "since": t.now, "due": ask.Due, "limit_at": ask.LimitAt, "overdue": false})
	if err != nil {
		return programme.AskPlan{}, err
	}
	row.Part = ask.Part
	if reopened && ask.Part == "" {
		err = t.draftEarlierAnswers(ask)
	} else if !reopened {
		err = t.move(name, row.State, string(programme.StageOpen), "opened")
	}
	if err != nil {
		return programme.AskPlan{}, err
	}
	return t.plan(ask, row)
}

// askOfStage is the id of the ask that a stage is at.
func askOfStage(row stageRow) string {
	return programme.PartAskID(row.Ref, row.Name, row.Round, programme.Part(row.Part))
}

// firstAsk writes what a stage asks first in a round.
func (t *turn) firstAsk(row stageRow, round int, reopened bool) (askRow, error) {
	if programme.Kind(row.Kind) == programme.KindEvent {
		return t.firstOfEvent(row, round, reopened)
	}
	return t.newAsk(row, round, reopened)
}

// newAsk writes the ask of a round and its ladder.
func (t *turn) newAsk(row stageRow, round int, reopened bool) (askRow, error) {
	stage, err := t.year.StageIn(t.cohort, row.Name)
	if err != nil {
		return askRow{}, err
	}
	terms, err := t.year.OpenedAt(t.cohort, row.Name, t.cal(), t.now, t.s.opts.MinimumNotice, t.away)
	if err != nil {
		return askRow{}, err
	}
	ladder := ladderPlan{unsent: true, rule: programme.RuleScheduled, request: t.nextMinute(t.leader.ID)}
	if stage.Applies { // whoever applies has asked for the form themselves
		ladder = ladderPlan{request: t.now}
		if terms.Due, err = t.s.mayApplyUntil(t.tx, t.j.Cohort, t.leader.ID); err != nil {
			return askRow{}, err
		}
		terms.Limit = terms.Due
	} else if reopened {
		ladder.rule, ladder.request = programme.RuleStaff, t.cal().StaffMoment(t.now, programme.Minute(t.leader.ID))
	}
	ask := askRow{ID: programme.AskID(t.j.Ref, row.Name, round), Cohort: t.j.Cohort, Ref: t.j.Ref, Stage: row.Name, Kind: row.Kind,
		Round: round, Plan: 1, Form: t.year.FormOf(stage), PersonID: t.leader.ID, State: string(programme.AskOpen),
		Owner: string(programme.OwnerParticipant), OpenedAt: t.now, RequestAt: ladder.request, Due: terms.Due, LimitAt: terms.Limit,
		Since: t.now, Held: t.state() == programme.OnHold}
	if err := t.tx.Create(&ask).Error; err != nil {
		return askRow{}, err
	}
	return ask, t.planLadder(ask, stage.Ladder, ladder)
}

// nextMinute is a person's first moment for scheduled mail from now on.
func (t *turn) nextMinute(person string) time.Time {
	return t.cal().NextPersonal(t.now, programme.Minute(person), t.away)
}

func (t *turn) ask(id string) (askRow, error) {
	var row askRow
	err := t.tx.Take(&row, "id = ?", id).Error
	return row, err
}

// openAsks are the journey's unanswered asks, oldest first.
func (t *turn) openAsks() ([]askRow, error) {
	var rows []askRow
	return rows, t.tx.Where("ref = ? AND state = ?", t.j.Ref, string(programme.AskOpen)).Order("opened_at, id").Find(&rows).Error
}

// plan is what a stage's workflow needs to know of its ask as it now stands. A mail that was claimed and is not done is
// part of it: a workflow that was started again takes it up.
func (t *turn) plan(ask askRow, stage stageRow) (programme.AskPlan, error) {
	p := programme.AskPlan{Ask: ask.ID, Stage: ask.Stage, Round: ask.Round, Plan: ask.Plan, Part: programme.Part(ask.Part), State: programme.AskState(ask.State),
		Owner: programme.Owner(ask.Owner), Since: ask.Since.UTC(), Due: ask.Due.UTC(), Grace: t.graceOf(ask), Limit: ask.LimitAt.UTC(),
		Held: ask.Held, Attention: stage.Attention}
	if ask.State != string(programme.AskOpen) {
		return p, nil
	}
	var rows []messageRow
	err := t.tx.Select("key", "at").Where("ask = ? AND state IN ?", ask.ID,
		[]string{string(programme.MessagePlanned), string(programme.MessageSending)}).Order("at, id").Find(&rows).Error
	for _, row := range rows {
		p.Mails = append(p.Mails, programme.PlannedMail{Key: row.Key, At: row.At.UTC()})
	}
	return p, err
}

// planOf is the plan of an ask of this journey, its stage read anew.
func (t *turn) planOf(ask askRow) (programme.AskPlan, error) {
	stage, err := t.stage(ask.Stage)
	if err != nil {
		return programme.AskPlan{}, err
	}
	return t.plan(ask, stage)
}

// graceOf is when somebody else takes over, mostly staff: five minutes after due, at due where that is hard; zero where they have already, or
// where the form is closed by then.
func (t *turn) graceOf(ask askRow) time.Time {
	if ofAttendance(ask) { // when the event is over, the register is staff's to take
		if ask.State != string(programme.AskOpen) || ask.Owner != string(programme.OwnerCalendar) {
			return time.Time{}
		}
		return ask.Due.UTC()
	}
	if ask.State == string(programme.AskOpen) && isReview(ask) && ask.Due.Before(ask.LimitAt) {
		return ask.Due.UTC() // its next date, see reviewGoesOn
	}
	owner := programme.Owner(ask.Owner)
	if ask.State == string(programme.AskOpen) && programme.Part(ask.Part) == partHeld && owner == programme.OwnerCalendar {
		return ask.Due.UTC() // the session is over: it is for the coach to log
	}
	if ask.State != string(programme.AskOpen) || owner != programme.OwnerParticipant && owner != programme.OwnerCoach || t.isLater(ask.Stage) {
		return time.Time{} // staff chase nobody for a survey after the year
	}
	grace := ask.Due.Add(programme.Grace)
	if stage, _ := t.year.Stage(ask.Stage); stage.Hard {
		grace = ask.Due
	}
	if !grace.Before(ask.LimitAt) {
		return time.Time{}
	}
	return grace.UTC()
}

// onAsk runs work in a turn on the journey of an ask, with the ask as it now stands; ErrNotFound.
func (s *Store) onAsk(ctx context.Context, id string, at time.Time, work func(t *turn, ask askRow) error) error {
	var known askRow
	if err := s.read(ctx).Select("ref").Take(&known, "id = ?", id).Error; err != nil {
		return fmt.Errorf("ask: %w", edge(err))
	}
	return s.onJourney(ctx, known.Ref, at, func(t *turn) error {
		ask, err := t.ask(id)
		if err != nil {
			return err
		}
		return work(t, ask)
	})
}

// moveDates gives an open ask new dates in a new plan: what was planned is replanned, and links live as long as the form
// is open. Somebody who was faster with the ask makes it ErrConflict.
func (t *turn) moveDates(ask *askRow, due, limit time.Time, ladder ladderPlan) error {
	stage, err := t.year.StageIn(t.cohort, ask.Stage)
	if err != nil {
		return err
	}
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", ask.ID, string(programme.AskOpen), ask.Plan).
		Updates(map[string]any{"plan": ask.Plan + 1, "due": due, "limit_at": limit, "request_at": ladder.request, "held": false,
			"owner": ask.Owner, "since": ask.Since}))
	if err != nil {
		return err
	}
	if err := t.stopAsk(ask.ID, programme.NotSentReplanned); err != nil {
		return err
	}
	ask.Plan, ask.Due, ask.LimitAt, ask.RequestAt, ask.Held = ask.Plan+1, due, limit, ladder.request, false
	if err := t.setDates(*ask); err != nil {
		return err
	}
	return t.planLadder(*ask, ladderOf(*ask, stage), ladder)
}

// ladderOf is the cadence of the reminders to an ask of a stage.
func ladderOf(ask askRow, stage programme.BlueprintStage) programme.Ladder {
	switch programme.Part(ask.Part) {
	case programme.PartOffer:
		return programme.OfferLadder()
	case programme.PartReview:
		return programme.Ladder{}
	}
	return stage.Ladder
}

// setDates lets stage and links follow the dates of their ask.
func (t *turn) setDates(ask askRow) error {
	err := t.tx.Model(&stageRow{}).Where("ref = ? AND name = ?", ask.Ref, ask.Stage).Updates(map[string]any{"due": ask.Due,
		"limit_at": ask.LimitAt, "waiting_on": ask.Owner, "since": ask.Since,
		"overdue": ask.Owner == string(programme.OwnerStaff) && !ofAttendance(ask) && (!isReview(ask) || ask.Due.Equal(ask.LimitAt))}).Error
	if err != nil {
		return err
	}
	return t.tx.Model(&linkRow{}).Where("ask = ?", ask.ID).Update("expires_at", ask.LimitAt).Error
}

// cancelAsk ends an unanswered ask for a reason of the ledger.
func (t *turn) cancelAsk(ask askRow, reason string) error {
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
		Update("state", string(programme.AskCancelled)))
	if err != nil {
		return err
	}
	if err := t.settleSends(ask, reason); err != nil {
		return err
	}
	if err := t.tx.Where("ask = ?", ask.ID).Delete(&draftRow{}).Error; err != nil {
		return err
	}
	return t.tx.Model(&linkRow{}).Where("ask = ?", ask.ID).Update("expires_at", t.now).Error
}
