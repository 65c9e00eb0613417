package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// verifyAnHour is how many mails that verify an address one address gets within an hour of the programme's time.
const verifyAnHour = 3

// opApply is the kind of operation that starts the journey of one applicant.
const opApply = "apply"

// ApplicationDates are the moments of a cohort's applications; a cohort that was launched later opens them then.
// ErrNotFound where there is no such cohort, or people do not apply for it.
func (s *Store) ApplicationDates(ctx context.Context, cohort string) (programme.ApplicationDates, error) {
	dates, err := s.applicationDates(s.read(ctx), cohort)
	return dates, edge(err)
}

func (s *Store) applicationDates(tx *gorm.DB, name string) (programme.ApplicationDates, error) {
	cohort, year, err := s.yearOf(tx, name)
	if err != nil {
		return programme.ApplicationDates{}, err
	}
	if cohort.Route != programme.RouteApplication {
		return programme.ApplicationDates{}, fmt.Errorf("applications of this cohort: %w", programme.ErrNotFound)
	}
	dates, err := year.ApplicationDates(cohort, s.opts.Calendar)
	if cohort.Launched.After(dates.Opens) {
		dates.Opens = cohort.Launched
	}
	return dates, err
}

// RequestApplication plans a mail with a link by which whoever reads that address begins an application, or goes on with
// it; code is a late code, or empty. It returns the outbox rows to deliver. Nothing tells a visitor whether the address is
// known: one that refuses mail, or had three such mails within the hour, gets none. ErrStageNotOpen before applications
// open and ErrFormClosed from their deadline on, unless a late code still opens them; *Invalid for a code that does not.
func (s *Store) RequestApplication(ctx context.Context, cohort, email, code string, at time.Time) (outbox []string, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		outbox = nil
		dates, err := s.applicationDates(tx, cohort)
		if err != nil {
			return err
		}
		c, err := cohortByName(tx, cohort)
		if err != nil {
			return err
		}
		if c.LaunchedAt == nil || at.Before(dates.Opens) {
			return programme.ErrStageNotOpen
		}
		if code == "" && !at.Before(dates.Closes) {
			return programme.ErrFormClosed
		}
		person, err := upsertPerson(tx, programme.Person{Email: email}, at)
		if err != nil {
			return err
		}
		if code != "" {
			if err := useLateCode(tx, cohort, code, person.ID, at); err != nil {
				return err
			}
		}
		if err := locked(tx).Take(&person, "id = ?", person.ID).Error; err != nil || person.Suppressed != "" {
			return err
		}
		var had int64
		err = tx.Model(&messageRow{}).Where("person_id = ? AND message = ? AND created_at > ?", person.ID, programme.MsgApplyVerify,
			at.Add(-time.Hour)).Count(&had).Error
		if err != nil || had >= verifyAnHour {
			return err
		}
		row := messageRow{Key: programme.ReplyKey(cohort, "", "", programme.MsgApplyVerify, randomHex(8)), Cohort: cohort,
			Message: programme.MsgApplyVerify, PersonID: person.ID, Recipient: toParticipant, Rule: string(programme.RuleReply), At: at,
			State: string(programme.MessagePlanned), CreatedAt: at}
		if err := writeMessages(tx, row); err != nil {
			return err
		}
		id, err := s.promise(tx, programme.CohortID(cohort), signalMail, programme.PlannedMail{Key: row.Key, At: at.UTC()}, "cohort")
		outbox = []string{id}
		return err
	})
	return outbox, err
}

// mayApplyUntil is until when somebody may begin or send an application: the cohort's deadline, or the expiry of a late
// code that they used.
func (s *Store) mayApplyUntil(tx *gorm.DB, cohort, person string) (time.Time, error) {
	dates, err := s.applicationDates(tx, cohort)
	if err != nil {
		return time.Time{}, err
	}
	var codes []lateCodeRow
	if err := tx.Where("cohort = ? AND used_by = ? AND expires_at > ?", cohort, person, dates.Closes).Order("expires_at DESC").Limit(1).Find(&codes).Error; err != nil {
		return time.Time{}, err
	}
	if len(codes) == 1 {
		return codes[0].ExpiresAt.UTC(), nil
	}
	return dates.Closes, nil
}

// BeginApplication is the button behind a link that verified an address: it makes the application of that person in that
// cohort, once, and lets the browser that holds visit in. The same again leads to the same application. It returns the
// application's reference and the outbox rows to deliver. Errors as Redeem, and ErrFormClosed where nothing can be begun
// any more.
func (s *Store) BeginApplication(ctx context.Context, token, visit programme.Token, at time.Time) (ref string, outbox []string, err error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return "", nil, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		ref, outbox = "", nil
		link, err := redeem(tx, token, at)
		if err != nil {
			return err
		}
		if link.Purpose != string(programme.LinkApplication) || link.Ref != "" {
			return programme.ErrLinkUnknown
		}
		b := &beginning{s: s, ctx: ctx, tx: tx, clock: clock, at: at, cohort: link.Cohort, person: link.PersonID}
		if ref, outbox, err = b.begin(); err != nil {
			return err
		}
		link.Ref = ref
		return s.letIn(tx, link, visit)
	})
	return ref, outbox, err
}

// beginning is one address becoming an application.
type beginning struct {
	s              *Store
	ctx            context.Context
	tx             *gorm.DB
	clock          programme.Clock
	at             time.Time
	cohort, person string
}

func (b *beginning) begin() (ref string, outbox []string, err error) {
	var person personRow // locked, so that two presses of the button follow one another
	if err := locked(b.tx).Take(&person, "id = ?", b.person).Error; err != nil {
		return "", nil, err
	}
	var j journeyRow
	err = b.tx.Take(&j, "cohort = ? AND person_id = ?", b.cohort, b.person).Error
	missing := errors.Is(err, gorm.ErrRecordNotFound)
	if err != nil && !missing {
		return "", nil, err
	}
	state := programme.JourneyState(j.State)
	if !missing && state != programme.Lapsed && state != programme.Reserve {
		return j.Ref, nil, nil
	}
	until, err := b.s.mayApplyUntil(b.tx, b.cohort, b.person)
	if err != nil {
		return "", nil, err
	}
	if !b.at.Before(until) {
		if missing {
			return "", nil, programme.ErrFormClosed
		}
		return j.Ref, nil, nil
	}
	if missing {
		if j, err = b.journey(); err != nil {
			return "", nil, err
		}
	}
	t := &turn{s: b.s, ctx: b.ctx, tx: b.tx, clock: b.clock, now: moment(b.clock, b.at, b.s.realNow()), actor: actorParticipant}
	if err := t.load(j.Ref); err != nil {
		return "", nil, err
	}
	id, err := t.apply()
	if err != nil || id == "" {
		return j.Ref, nil, err
	}
	return j.Ref, []string{id}, b.useUp(j.Ref)
}

// useUp notes which application the late code of this person has opened. ErrFormClosed where it takes one, and somebody else
// has entered the code in this very moment.
func (b *beginning) useUp(ref string) error {
	dates, err := b.s.applicationDates(b.tx, b.cohort)
	if err != nil {
		return err
	}
	used := b.tx.Model(&lateCodeRow{}).Where("cohort = ? AND used_by = ?", b.cohort, b.person).Update("ref", ref)
	if used.Error == nil && used.RowsAffected == 0 && !b.at.Before(dates.Closes) {
		return programme.ErrFormClosed
	}
	return used.Error
}

// journey writes the journey of somebody who was not known to the cohort.
func (b *beginning) journey() (journeyRow, error) {
	cohort, _, err := b.s.yearOf(b.tx, b.cohort)
	if err != nil {
		return journeyRow{}, err
	}
	refs, err := newRefs(b.tx, 1)
	if err != nil {
		return journeyRow{}, err
	}
	var last struct{ Position int }
	if err := b.tx.Model(&journeyRow{}).Select("COALESCE(MAX(position), 0) AS position").Where("cohort = ?", b.cohort).Scan(&last).Error; err != nil {
		return journeyRow{}, err
	}
	j := journeyRow{Ref: refs[0], Cohort: b.cohort, PersonID: b.person, State: string(programme.Reserve), Position: last.Position + 1,
		CreatedAt: b.at, Version: 1}
	if err := b.tx.Create(&j).Error; err != nil {
		return j, err
	}
	if err := b.s.insertStages(b.tx, cohort, j.Ref); err != nil {
		return j, err
	}
	return j, indexJourneys(b.tx, j.Ref)
}

// apply opens the application, of somebody new or of somebody whose late code lets them begin again, and promises the
// cohort the news that a journey is to be started: it returns that row of the outbox, or nothing where no application
// can begin here.
func (t *turn) apply() (outbox string, err error) {
	selecting, _ := t.year.Selecting()
	row, err := t.stage(selecting.Name)
	if err != nil {
		return "", err
	}
	op := t.s.newOperation(opApply, t.j.Cohort, t.now)
	op.Total = 1
	if again := t.state() == programme.Lapsed; again {
		if row.Part != "" {
			return "", nil // it was an offer that lapsed
		}
		err = t.setStage(row, map[string]any{"state": string(programme.StageOpen), "round": row.Round + 1, "closed_at": nil, "outcome": ""})
		if err != nil {
			return "", err
		}
		// What was never to open may open after all.
		err = t.tx.Model(&stageRow{}).Where("ref = ? AND state = ? AND round = 0", t.j.Ref, string(programme.StageCancelled)).
			Updates(map[string]any{"state": string(programme.StageNotOpen), "closed_at": nil, "outcome": ""}).Error
		if err != nil {
			return "", err
		}
	}
	if err := t.setState(programme.Applying, "application begun"); err != nil {
		return "", err
	}
	if _, err := t.openStage(row.Name); err != nil {
		return "", err
	}
	err = t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).
		Updates(map[string]any{"started": true, "start_confirmed": false, "launch_op": op.ID}).Error
	if err != nil {
		return "", err
	}
	if err := t.tx.Create(&op).Error; err != nil {
		return "", err
	}
	return t.s.promise(t.tx, programme.CohortID(t.j.Cohort), signalLaunch, map[string]string{"operation": op.ID}, "cohort")
}

// becomes moves the journey on, also while it is on hold: then to be found there when it is resumed.
func (t *turn) becomes(to programme.JourneyState, what string) error {
	if t.state() != programme.OnHold {
		return t.setState(to, what)
	}
	if err := t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).Update("held_state", string(to)).Error; err != nil {
		return err
	}
	t.j.HeldState = string(to)
	return t.move("", string(programme.OnHold), string(programme.OnHold), what)
}

// beneath is the state of the journey, on hold the one that was held.
func (t *turn) beneath() programme.JourneyState {
	if t.state() == programme.OnHold {
		return programme.JourneyState(t.j.HeldState)
	}
	return t.state()
}

// tellJourney promises the journey's workflow what was done here without it.
func (t *turn) tellJourney(effect programme.Effect) (outbox string, err error) {
	effect.Changed, effect.State, effect.Version = true, t.state(), t.j.Version
	return t.s.promise(t.tx, programme.JourneyID(t.j.Cohort, t.j.Ref), signalMoved, effect, "")
}
