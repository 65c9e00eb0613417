package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

// randomYear is a flagship cohort to which people apply, and to which anything may happen at any moment, while what is due is
// done and sent.
type randomYear struct {
	*diary
	t       *testing.T
	begun   map[int]string // the applications that were begun, by who they are of
	coaches []string
	days    map[string]string // who got a scheduled mail on which day: its key
}

// applicantsThere are who may apply.
const applicantsThere = 10

// harmless reports whether somebody came too early, too late or for what is not there.
func harmless(err error) bool {
	return errors.Is(err, programme.ErrStageNotOpen) || errors.Is(err, programme.ErrFormClosed) || errors.Is(err, programme.ErrNotFound)
}

// refs are the references of everybody who applied.
func (r *randomYear) refs() []string {
	var list []string
	for who := range applicantsThere {
		if ref := r.begun[who]; ref != "" {
			list = append(list, ref)
		}
	}
	return list
}

// act lets one thing happen.
func (r *randomYear) act(m move) error {
	who := m.Who % applicantsThere
	ref := r.begun[who]
	switch m.Act {
	case "applies":
		return r.applies(who, m)
	case "closes":
		r.until(r.t, london("2026-07-09 17:00").Add(time.Minute))
		return nil
	case "decides":
		return r.decides(m)
	case "releases":
		if r.clock.Now().Before(london("2026-09-10 10:00")) {
			r.until(r.t, london("2026-09-10 10:00"))
		}
		return ignore(r.Release(r.ctx, spring, programme.ReleaseOrder{Reason: "other", Note: "the panel met", Actor: "staff:kim"}, r.Now(r.ctx)))
	case "moves", "online", "cancels":
		return r.reorders(m)
	case "races":
		return r.races(m)
	case "coach-leaves":
		if m.How%6 == 0 {
			return ignore(r.CoachLeaves(r.ctx, spring, r.coaches[m.Or%len(r.coaches)], "other", "", "staff:kim"))
		}
		return nil
	}
	if ref == "" {
		return nil
	}
	switch m.Act {
	case "answers":
		return r.answers(ref, who, m)
	case "books":
		return r.books(ref, m)
	case "gives-back":
		return ignore(r.CancelSession(r.ctx, programme.SessionOrder{Ref: ref, Stage: r.openOf(ref, programme.KindCoaching, m.How), By: bookedBy(m), At: r.Now(r.ctx)}))
	case "logs":
		return ignore(r.LogSession(r.ctx, programme.SessionOrder{Ref: ref, Stage: r.openOf(ref, programme.KindCoaching, m.How), By: "coach", At: r.Now(r.ctx)},
			[]programme.SlotState{programme.SlotHeld, programme.SlotHeld, programme.SlotDidNotAttend, programme.SlotLateNotice}[m.Or%4]))
	case "another-coach":
		return r.AskForAnotherCoach(r.ctx, ref, r.Now(r.ctx))
	case "consent":
		return ignore(r.WithdrawConsent(r.ctx, ref, []string{programme.ConsentPsychometrics, programme.ConsentCoachReport, programme.ConsentCoachReport}[m.How%3]))
	case "shares":
		return r.AgreeToCoach(r.ctx, ref)
	}
	return r.orders(ref, who, m)
}

func bookedBy(m move) string { return []string{"participant", "participant", "coach"}[m.Or%3] }

// orders is staff giving a command.
func (r *randomYear) orders(ref string, who int, m move) error {
	sitting := []string{"a", "b", "c"}[m.Or%3]
	c := programme.Command{Name: programme.CommandName(m.Act), Ref: ref, Reason: "leader_asked"}
	switch m.Act {
	case "resume":
		c.Missed = []string{"skip", "send"}[m.How%2]
	case "withdraw":
		if m.How%8 > 0 {
			return nil
		}
	case "defer":
		if c.Cohort = autumn; m.How%12 > 0 {
			return nil
		}
	case "change-sitting": // to one that is full too
		c.Stage, c.Sitting = residentials[m.How%3], sitting
	case "register":
		c.Name, c.Stage, c.Status = programme.CmdRecordAttendance, r.openOf(ref, programme.KindEvent, m.How), []string{"attended", "attended", "attended", "absent", "excused"}[m.Or%5]
		if place := r.placeOf(ref, c.Stage); c.Status == "excused" && m.How%3 > 0 || place.Sitting.Starts.After(r.clock.Now()) && c.Status != "excused" {
			return nil // nobody takes the register before
		}
	case "extend":
		c.Stage, c.Until = r.openOf(ref, "", m.How), programme.DateOf(r.clock.Now().AddDate(0, 0, 3+m.Or%20))
	case "skip":
		if c.Stage = r.openOf(ref, "", m.How); m.Or%3 > 0 {
			return nil
		}
	case "reopen":
		stages := r.journeyOf(r.t, ref).Stages
		c.Stage = stages[m.How%len(stages)].Name
	case "change-coach":
		if m.How%2 == 0 {
			c.Coach = r.coaches[m.Or%len(r.coaches)]
		}
	case "change-email":
		if c.Email = fmt.Sprintf("leader%d.%d@service.example", who, m.Or); m.How%3 > 0 {
			return nil
		}
	}
	return r.commands(c)
}

// commands gives a command and lets the journey's workflow take its effect.
func (r *randomYear) commands(c programme.Command) error {
	effect, err := r.order(c)
	if err == nil {
		r.takes(r.t, c.Ref, effect)
	}
	return err
}

// applies is somebody who begins an application, goes on with it, sends, changes or takes it back, or who comes too late and
// gets a code.
func (r *randomYear) applies(who int, m move) error {
	now := r.Now(r.ctx)
	ref := r.begun[who]
	if ref == "" || r.stateOf(r.t, ref) == programme.Lapsed {
		code := ""
		if now.After(london("2026-07-09 17:00")) {
			if m.How%3 > 0 || now.After(london("2027-01-10 12:00")) {
				return nil
			}
			issued, err := r.IssueLateCode(r.ctx, spring, "", programme.DateOf(now.AddDate(0, 0, 3+m.Or%14)), "", "staff:kim", now)
			if err != nil {
				return err
			}
			code = issued.Code
		}
		outbox, err := r.RequestApplication(r.ctx, spring, applicant(who), code, now)
		if err != nil || len(outbox) == 0 {
			return err
		}
		var row messageRow
		must(r.t, r.db.Where("message = ? AND state = 'planned'", programme.MsgApplyVerify).Order("id DESC").Take(&row).Error)
		link := r.send(r.t, programme.PlannedMail{Key: row.Key, At: row.At.UTC()}).Items[0].Link
		if r.begun[who], _, err = r.BeginApplication(r.ctx, link, programme.NewToken(), now); err != nil {
			return err
		}
		r.delivers(r.t)
		return nil
	}
	ask := programme.AskID(ref, "selection", r.stageOf(r.t, ref, "selection").Round)
	switch m.How % 20 {
	case 0:
		return ignore(r.WithdrawApplication(r.ctx, ref, now))
	case 1:
		return r.SaveDraft(r.ctx, ask, "why", programme.Answers{"why": {"To begin with."}}, true, now)
	}
	answers := application()
	if who%2 == 0 {
		answers["organisation"] = []string{fmt.Sprint("Service ", who)}
	}
	return ignore(r.Submit(r.ctx, programme.Submission{Ask: ask, Answers: answers, Change: m.Or%3 == 0, At: now}))
}

// decides is staff deciding on one application, by chance.
func (r *randomYear) decides(m move) error {
	var under []string
	for _, ref := range r.refs() {
		if r.stateOf(r.t, ref) == programme.UnderReview {
			under = append(under, ref)
		}
	}
	if len(under) == 0 {
		return nil
	}
	decision := []programme.Decision{programme.DecideOffer, programme.DecideOffer, programme.DecideOffer, programme.DecideOffer, programme.DecideWaitlist,
		programme.DecideWaitlist, programme.DecideWaitlist, programme.DecideReject}
	return r.commands(programme.Command{Name: programme.CmdDecide, Ref: under[m.Who%len(under)], Decision: decision[m.How%len(decision)], Reason: "other"})
}

// openOf is one of a leader's open stages, of a kind or of any; empty where none is.
func (r *randomYear) openOf(ref string, kind programme.Kind, which int) string {
	var open []string
	for _, s := range r.journeyOf(r.t, ref).Stages {
		if s.State == programme.StageOpen && (kind == "" || s.Kind == kind) {
			open = append(open, s.Name)
		}
	}
	if len(open) == 0 {
		return ""
	}
	return open[which%len(open)]
}

func (r *randomYear) placeOf(ref, stage string) programme.Place {
	places, err := r.Places(r.ctx, ref)
	must(r.t, err)
	for _, place := range places {
		if place.Stage == stage {
			return place
		}
	}
	return programme.Place{}
}

// answers is a leader answering something that is open.
func (r *randomYear) answers(ref string, who int, m move) error {
	name := r.openOf(ref, "", m.How)
	if name == "" {
		return nil
	}
	stage := r.stageOf(r.t, ref, name)
	ask := programme.PartAskID(ref, name, stage.Round, stage.Part)
	var answers programme.Answers
	pick := func(list ...programme.Answers) programme.Answers { return list[m.Or%len(list)] }
	switch stage.Kind {
	case programme.KindSelection:
		if stage.Part != programme.PartOffer {
			return nil
		}
		answers = pick(accept(), accept(), accept(), accept(), decline())
	case programme.KindOnboarding:
		answers = withPlaces([]string{programme.PlaceConfirm, programme.PlaceConfirm, programme.PlacesNotAll}[m.Or%3])
		answers["assistant_email"] = []string{fmt.Sprintf("office%d@service.example", who)}
		answers["consent_psychometrics"], answers["consent_coach_report"] = []string{[]string{"yes", "yes", "no"}[m.Who%3]}, []string{[]string{"yes", "no"}[m.Or%2]}
		if who%2 == 1 {
			answers["organisation"] = []string{"Northern Housing"}
		}
	case programme.KindPsychometrics:
		answers = all("3")
	case programme.KindEvent:
		ask = programme.AskID(ref, name, stage.Round)
		confirm, cannot := programme.Answers{"place": {programme.PlaceConfirm}}, programme.Answers{"place": {programme.PlaceCannot}}
		another := programme.Answers{"place": {programme.PlaceAnother}, "sitting": {[]string{"a", "b", "c"}[m.Who%3]}}
		answers = pick(confirm, confirm, confirm, confirm, another, another, cannot)
	case programme.KindCoaching:
		return r.books(ref, m)
	case programme.KindSurvey:
		answers = survey("4")
		if strings.HasPrefix(name, "residential") {
			q, _ := programme.QuestionnaireNamed(programme.Residential)
			answers = programme.Answers{}
			for _, question := range q.QuestionNames() {
				answers[question] = []string{"4"}
			}
		}
	case programme.KindAlumni:
		answers = alumni()
	}
	return ignore(r.Submit(r.ctx, programme.Submission{Ask: ask, Answers: answers, Change: m.Who%3 == 0, At: r.Now(r.ctx)}))
}

// books is a leader or a coach who books a session, or moves it: to a time that the coach published or to one of their own.
func (r *randomYear) books(ref string, m move) error {
	stage := r.openOf(ref, programme.KindCoaching, m.How)
	if stage == "" {
		return nil
	}
	order := programme.SessionOrder{Ref: ref, Stage: stage, By: bookedBy(m), At: r.Now(r.ctx)}
	session, err := r.CoachingSession(r.ctx, ref, stage)
	if err != nil {
		return err
	}
	if free := session.Free; len(free) > 0 && m.How%3 > 0 {
		order.Slot = free[m.Or%len(free)].ID
	} else {
		order.Starts = r.clock.Now().Truncate(time.Hour).Add(time.Duration(2+m.Or%240) * time.Hour)
	}
	return ignore(r.BookSession(r.ctx, order))
}

// races is everybody who has a session to book after the same time of a coach at the same moment.
func (r *randomYear) races(m move) error {
	var slots []slotRow
	must(r.t, r.db.Where("state = 'free' AND starts_at > ?", r.clock.Now().AddDate(0, 0, 1)).Order("starts_at, id").Limit(4).Find(&slots).Error)
	if len(slots) == 0 {
		return nil
	}
	slot := slots[m.How%len(slots)]
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	var others error
	for _, ref := range r.refs() {
		for _, s := range r.journeyOf(r.t, ref).Stages {
			if s.Kind != programme.KindCoaching || s.State != programme.StageOpen {
				continue
			}
			all.Go(func() {
				result, err := r.BookSession(r.ctx, programme.SessionOrder{Ref: ref, Stage: s.Name, Slot: slot.ID, By: "participant", At: r.Now(r.ctx)})
				mu.Lock()
				defer mu.Unlock()
				if err == nil && !result.Already {
					won++
				} else if r.race(err) != nil && !harmless(err) {
					others = errors.Join(others, err)
				}
			})
		}
	}
	all.Wait()
	if won > 1 {
		r.t.Errorf("%d sessions got one time", won)
	}
	return others
}

// reorders is staff changing a date; most of the time its leaders follow at once.
func (r *randomYear) reorders(m move) error {
	stage, n := residentials[m.How%3], m.Or%3
	if m.Act == "online" && m.Who%4 == 0 {
		stage, n = []string{"opening-event", "closing-event"}[m.Or%2], 0
	}
	order := programme.Reschedule{Cohort: spring, Stage: stage, Sitting: "main", Reason: "programme_change", Actor: "staff:kim", At: r.Now(r.ctx)}
	if i := slices.Index(residentials, stage); i >= 0 {
		order.Sitting = []string{"a", "b", "c"}[n]
		order.Starts = randomDates()[stage][n].Starts.AddDate(0, 0, 7*(m.Who%5)-7)
	}
	switch m.Act {
	case "online":
		online := m.Who%2 == 0
		order.Online, order.Starts = &online, time.Time{}
	case "cancels":
		if order.Cancel, order.Starts = true, (time.Time{}); m.Who%4 > 0 {
			return nil
		}
	}
	return ignore(r.Reschedule(r.ctx, order))
}
