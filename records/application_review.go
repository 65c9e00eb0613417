package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"
)

// The codes of the tasks that applications raise.
const (
	taskUndecided  = "undecided"        // no decision was recorded in time
	taskUnreleased = "unreleased"       // a decision was recorded and not told in time
	taskUnscored   = "unscored"         // scores are missing beyond their date
	taskDeadline   = "deadline_on_hold" // the deadline passed while the application was on hold
)

// outcomeNotNeeded is that of a selection which came to its last joining day without a place.
const outcomeNotNeeded = "not_needed"

// isReview reports whether an ask is the part of a selection in which staff decide or the applicant waits for a place.
func isReview(ask askRow) bool { return ask.Part == string(programme.PartReview) }

// isFixed reports whether nothing that is done for one person moves an ask's dates: those of an application are the
// cohort's.
func isFixed(ask askRow) bool { return isReview(ask) || ask.Form == programme.FormApplication }

// received puts an application that was sent into effect: it stays the applicant's to change until the deadline, then
// staff decide.
func (an *answering) received() error {
	row, err := an.stage(an.ask.Stage)
	if err != nil {
		return err
	}
	if err := an.becomes(programme.Submitted, an.what); err != nil {
		return err
	}
	_, err = an.beginPart(&row, an.ask, askRow{Part: string(programme.PartReview), Owner: string(programme.OwnerCalendar),
		Due: an.ask.LimitAt.UTC(), LimitAt: an.lastDay()})
	return err
}

// lastDay is the end of every selection: the last joining moment.
func (t *turn) lastDay() time.Time { return t.year.LastJoining(t.cohort) }

// reviewEffect is what the workflows have to know once the selection has gone on to another part.
func (t *turn) reviewEffect(stage string) (programme.Effect, error) {
	row, err := t.stage(stage)
	if err != nil {
		return programme.Effect{}, err
	}
	ask, err := t.ask(askOfStage(row))
	if err != nil {
		return programme.Effect{}, err
	}
	plan, err := t.plan(ask, row)
	return programme.Effect{Plans: []programme.AskPlan{plan}}, err
}

// reviewGoesOn does what a review's date brings. At the application deadline the application becomes staff's, and again with
// a task when scores that it waited for should have been in; when the decisions should have been recorded, and again when they should have been told, staff get a task where that is not so.
// Nobody is ever rejected by a date.
func (t *turn) reviewGoesOn(ask *askRow) error {
	dates, err := t.s.applicationDates(t.tx, t.j.Cohort)
	if err != nil {
		return err
	}
	row, err := t.stage(ask.Stage)
	if err != nil {
		return err
	}
	owner, overdue := programme.Owner(ask.Owner), row.Overdue
	var next time.Time
	switch decision, err := t.decision(); {
	case err != nil:
		return err
	case owner == programme.OwnerCalendar:
		if err := t.setState(programme.UnderReview, "applications closed"); err != nil {
			return err
		}
		owner, next = programme.OwnerStaff, t.noSooner(dates.Decided)
	case owner == programme.OwnerSelector && t.now.Before(dates.Decided):
		owner, overdue, next = programme.OwnerStaff, true, dates.Decided
		if err := t.raise(ask.Stage, taskUnscored, fmt.Sprintf("%s/%d/%s", ask.ID, ask.Plan, taskUnscored)); err != nil {
			return err
		}
	case decision.Decision == "":
		owner = programme.OwnerStaff
		overdue, next = true, t.lastDay()
		if err := t.raise(ask.Stage, taskUndecided, ask.ID+"/"+taskUndecided); err != nil {
			return err
		}
	case t.now.Before(dates.Released):
		next = dates.Released
	default:
		overdue, next = true, t.lastDay()
		if err := t.raise(ask.Stage, taskUnreleased, ask.ID+"/"+taskUnreleased); err != nil {
			return err
		}
	}
	if next.After(ask.LimitAt) {
		next = ask.LimitAt.UTC()
	}
	was := ask.Due
	ask.Due = next
	if string(owner) != ask.Owner {
		ask.Owner, ask.Since = string(owner), t.now
	}
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND held = ? AND plan = ? AND due = ?", ask.ID, string(programme.AskOpen), false,
		ask.Plan, was).Updates(map[string]any{"owner": ask.Owner, "since": ask.Since, "due": next}))
	if err != nil {
		return err
	}
	err = t.setStage(row, map[string]any{"waiting_on": ask.Owner, "since": ask.Since, "due": next, "overdue": overdue})
	if err != nil {
		return err
	}
	if t.state() != programme.UnderReview {
		return nil
	}
	_, err = t.tellJourney(programme.Effect{})
	return err
}

// noSooner is a date of the cohort, or for somebody late the minimum notice from now.
func (t *turn) noSooner(date time.Time) time.Time {
	if notice := t.cal().Add(programme.DateOf(t.now), t.s.opts.MinimumNotice, nil).At(deadlineHour, 0); notice.After(date) {
		return notice
	}
	return date
}

// offer holds the place, which the journey has been given already, for somebody whose application was decided on, and
// asks them to take it.
func (t *turn) offer(what string) error {
	row, review, err := t.review()
	if err != nil {
		return err
	}
	if err := t.endReview(review); err != nil {
		return err
	}
	if err := t.setState(programme.Offered, what); err != nil {
		return err
	}
	if err := t.joinGroup(); err != nil {
		return err
	}
	request := t.cal().StaffMoment(t.now, programme.Minute(t.leader.ID))
	due := t.year.OfferDue(t.cohort, t.cal(), request, t.away)
	ask, err := t.beginPart(&row, review, askRow{Part: string(programme.PartOffer), Form: programme.FormOffer, PersonID: t.leader.ID,
		Owner: string(programme.OwnerParticipant), RequestAt: request, Due: due, LimitAt: due})
	if err != nil {
		return err
	}
	ladder := ladderPlan{request: request, unsent: true, rule: programme.RuleStaff}
	if err := t.planLadder(ask, programme.OfferLadder(), ladder); err != nil {
		return err
	}
	effect, err := t.reviewEffect(row.Name)
	if err != nil {
		return err
	}
	_, err = t.tellJourney(effect)
	return err
}

// waitlist keeps an application until a place comes free, or the last joining day.
func (t *turn) waitlist(what string) error {
	row, review, err := t.review()
	if err != nil {
		return err
	}
	if err := t.setState(programme.Waitlisted, what); err != nil {
		return err
	}
	calendar := string(programme.OwnerCalendar)
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", review.ID, string(programme.AskOpen), review.Plan).
		Updates(map[string]any{"owner": calendar, "since": t.now, "due": review.LimitAt, "plan": review.Plan + 1}))
	if err != nil {
		return err
	}
	err = t.setStage(row, map[string]any{"waiting_on": calendar, "since": t.now, "due": review.LimitAt, "overdue": false})
	if err != nil {
		return err
	}
	if err := t.finishTasks(row.Name, what, taskUndecided, taskUnreleased, taskUnscored, taskFewSelectors); err != nil {
		return err
	}
	effect, err := t.reviewEffect(row.Name)
	if err != nil {
		return err
	}
	return t.tellReview(effect, programme.MsgApplicationWaitlisted, row, review.Plan+1)
}

// reject ends the journey of somebody who is told no.
func (t *turn) reject(what string) error {
	row, review, err := t.review()
	if err != nil {
		return err
	}
	if err := t.endReview(review); err != nil {
		return err
	}
	if err := t.closeStage(&row, programme.StageDone, string(programme.Rejected), what); err != nil {
		return err
	}
	if err := t.setState(programme.Rejected, what); err != nil {
		return err
	}
	if err := t.over(programme.NotSentEnded, what); err != nil {
		return err
	}
	end := programme.StageEnd{Stage: row.Name, State: programme.StageDone, Outcome: row.Outcome, Journey: t.state(), Version: t.j.Version}
	return t.tellReview(programme.Effect{Ends: []programme.StageEnd{end}}, programme.MsgApplicationRejected, row, review.Plan+1)
}

// tellReview plans the mail that tells an applicant of a decision, and tells the journey's workflow of both.
func (t *turn) tellReview(effect programme.Effect, message string, row stageRow, plan int) error {
	mail := t.staffMail(row.Name, message, "")
	mail.Key = programme.MessageKey(t.j.Cohort, t.j.Ref, row.Name, message, row.Round, plan, 0)
	mail.Round, mail.Plan = row.Round, plan
	if err := t.write(mail); err != nil {
		return err
	}
	effect.Mails = []programme.PlannedMail{{Key: mail.Key, At: mail.At.UTC()}}
	_, err := t.tellJourney(effect)
	return err
}

// review is the selection of an application that staff decide on, with its ask; *Illegal where it is at another part.
func (t *turn) review() (stageRow, askRow, error) {
	selecting, _ := t.year.Selecting()
	row, err := t.stage(selecting.Name)
	if err != nil {
		return row, askRow{}, err
	}
	ask, err := t.ask(askOfStage(row))
	if err == nil && (!isReview(ask) || ask.State != string(programme.AskOpen)) {
		err = &programme.Illegal{What: "release", State: t.j.State, Why: "The application is not under review."}
	}
	return row, ask, err
}

// endReview ends the ask in which an application was decided on.
func (t *turn) endReview(ask askRow) error {
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", ask.ID, string(programme.AskOpen), ask.Plan).
		Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": t.now}))
	if err != nil {
		return err
	}
	return t.finishTasks(ask.Stage, "release", taskUndecided, taskUnreleased, taskUnscored, taskFewSelectors)
}

// neverPlaced ends the journey of somebody for whom no place had come by the last joining day, and tells them.
func (t *turn) neverPlaced(row stageRow, ask askRow) error {
	if err := t.setState(programme.NotNeeded, "limit"); err != nil {
		return err
	}
	if err := t.over(programme.NotSentEnded, "limit"); err != nil {
		return err
	}
	if err := t.finishTasks(row.Name, actorProgramme, taskUndecided, taskUnreleased, taskUnscored, taskFewSelectors); err != nil {
		return err
	}
	mail := t.staffMail(row.Name, programme.MsgApplicationNotNeeded, "")
	mail.Key = programme.MessageKey(t.j.Cohort, t.j.Ref, row.Name, mail.Message, ask.Round, ask.Plan, 0)
	mail.Round, mail.Plan = ask.Round, ask.Plan
	return t.write(mail)
}

// WithdrawApplication takes an application back, by whoever sent it: its journey ends, and a mail confirms it. A repeat
// changes nothing. *Illegal where nothing can be taken back any more: a place that is offered is declined instead. It
// returns the outbox rows to deliver.
func (s *Store) WithdrawApplication(ctx context.Context, ref string, at time.Time) (outbox []string, err error) {
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		outbox = nil
		if t.state() == programme.Withdrawn {
			return nil
		}
		switch t.beneath() {
		case programme.Applying, programme.Submitted, programme.UnderReview, programme.Waitlisted:
		default:
			return &programme.Illegal{What: "withdraw", State: t.j.State, Why: "There is no application that could be taken back."}
		}
		t.actor, t.reason = actorParticipant, reasonLeaderAsked
		a := &applying{turn: t, cmd: programme.Command{Name: programme.CmdWithdraw}}
		if err := a.endAll(programme.Withdrawn, programme.NotSentWithdrawn); err != nil {
			return err
		}
		mail := t.planned(programme.MsgApplicationWithdrawn, programme.RuleReply, t.now)
		mail.Key = programme.ReplyKey(t.j.Cohort, t.j.Ref, "", mail.Message, fmt.Sprint(t.j.Version))
		if err := t.write(mail); err != nil {
			return err
		}
		told, err := t.tellJourney(a.effect)
		if err != nil {
			return err
		}
		sent, err := s.promiseMail(t.tx, t.j, mail)
		outbox = []string{told, sent}
		return err
	})
	return outbox, err
}
