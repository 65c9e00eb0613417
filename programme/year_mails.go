package programme

import (
	"slices"
	"time"
)

// MinimumNotice is how many working days anybody has to answer, however late they were asked.
const MinimumNotice = 5

// LadderMails are the messages of a kind of stage: the request, its reminders and, where there is one, the mail to the
// assistant that goes along with a reminder.
type LadderMails struct{ Request, Reminder, Assistant string }

var ladderMails = map[Kind]LadderMails{
	KindSelection:     {MsgInvitation, MsgInvitationReminder, MsgInvitationAssistant},
	KindOnboarding:    {MsgOnboarding, MsgOnboardingReminder, ""},
	KindPsychometrics: {MsgPsychometrics, MsgPsychometricsReminder, ""},
	KindSurvey:        {MsgSurvey, MsgSurveyReminder, ""},
	KindEvent:         {MsgEventPlace, MsgEventPlaceReminder, ""},
	KindCoaching:      {MsgCoaching, MsgCoachingReminder, ""},
	KindAlumni:        {MsgAlumni, MsgAlumniReminder, ""},
}

// Mails are the messages of stages of the kind.
func (k Kind) Mails() LadderMails { return ladderMails[k] }

// YearMail is a mail that a leader, or the leader's assistant, can expect in a year.
type YearMail struct {
	At        time.Time // zero where no date is known: it follows what somebody does
	Message   string
	Stage     string // empty for a mail about the whole year
	Title     string
	Rung      int
	Due       time.Time
	Limit     time.Time
	Assistant bool
	// If says on what the mail depends, in words that go on from "Goes"; empty: it goes.
	If string
	// Late is set where it goes only to those who have not done what was asked, so that a prompt leader never gets it.
	Late bool
}

// YearMails are the mails that a leader of the cohort gets who comes in at a moment, in their order; those that follow an act
// come last. Of mails on one day one goes, which lists them. minute is the leader's own, see Minute.
func (b Blueprint) YearMails(c Cohort, cal Calendar, minute int, at time.Time) ([]YearMail, error) {
	p := yearPlan{b: b, c: c, cal: cal, minute: minute, at: at, away: b.ResidentialDays(c)}
	if c.Route == RouteConfirmed {
		p.add(YearMail{At: cal.NextPersonal(at, minute, p.away), Message: MsgYearDates})
	}
	for _, known := range b.Stages {
		s, err := b.StageIn(c, known.Name)
		if err != nil {
			return nil, err
		}
		if err := p.stage(s); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(p.mails, func(a, b YearMail) int { return a.At.Compare(b.At) })
	return append(p.mails, p.acts...), nil
}

// yearPlan gathers the mails of a year.
type yearPlan struct {
	b      Blueprint
	c      Cohort
	cal    Calendar
	minute int
	at     time.Time
	away   func(Date) bool
	mails  []YearMail
	acts   []YearMail
}

func (p *yearPlan) add(m YearMail) { p.mails = append(p.mails, m) }

// act is a mail that answers what the leader does.
func (p *yearPlan) act(s BlueprintStage, message, when string) {
	p.acts = append(p.acts, YearMail{Message: message, Stage: s.Name, Title: s.Title, If: when})
}

// stage plans the mails of one stage.
func (p *yearPlan) stage(s BlueprintStage) error {
	if s.Kind == KindSelection && p.c.Route == RouteConfirmed {
		return nil
	}
	terms, err := p.b.Terms(p.c, s.Name, p.cal, p.away)
	if err == nil && !terms.Opens.After(p.at) {
		terms, err = p.b.OpenedAt(p.c, s.Name, p.cal, p.at, MinimumNotice, p.away)
	}
	if err != nil {
		return err
	}
	if s.Event != nil {
		if err := p.event(s); err != nil {
			return err
		}
	}
	p.acknowledged(s)
	if s.Event != nil && s.Event.PlaceWith != "" {
		with, _ := p.b.Stage(s.Event.PlaceWith)
		p.acts = append(p.acts, YearMail{Message: MsgEventPlace, Stage: s.Name, Title: s.Title, Late: true,
			If: "where the place was not confirmed with “" + with.Title + "”"})
		return nil
	}
	if s.Applies {
		return p.application(s, terms)
	}
	p.ladder(s, s.Kind.Mails(), s.Ladder, p.cal.NextPersonal(terms.Opens, p.minute, p.away), terms, p.condition(s))
	return nil
}

// ladder plans a request and its reminders; what would come too close is left out.
func (p *yearPlan) ladder(s BlueprintStage, mails LadderMails, ladder Ladder, request time.Time, terms Terms, condition string) {
	for _, rung := range PlanLadder(p.cal, p.minute, ladder, request, terms.Due, time.Time{}, p.away) {
		mail := YearMail{At: rung.At, Message: mails.Reminder, Stage: s.Name, Title: s.Title, Rung: rung.Number, Due: terms.Due, Limit: terms.Limit,
			If: condition, Late: rung.Number > 0}
		switch {
		case rung.Dropped != "" || rung.Number == 0 && mails.Request == "":
			continue
		case rung.Number == 0:
			mail.Message = mails.Request
		default:
			mail.If = "while it is unanswered"
		}
		p.add(mail)
		if rung.Assistant && mails.Assistant != "" {
			mail.Message, mail.Assistant = mails.Assistant, true
			p.add(mail)
		}
	}
}

// condition is on what the request of a stage depends.
func (p *yearPlan) condition(s BlueprintStage) string {
	before, waits := p.b.Stage(s.After)
	event, follows := p.b.Stage(s.Follows)
	switch {
	case s.Kind == KindPsychometrics && waits:
		return "to those who agreed to it, when “" + before.Title + "” has ended: then, or as soon as it has"
	case waits:
		return "when “" + before.Title + "” has ended: then, or as soon as it has"
	case s.AfterDays:
		return "when every compulsory day is decided: then, or as soon as it is"
	case s.Later():
		return "to those who completed the year and did not turn it off"
	case follows:
		return "to those who came to “" + event.Title + "”"
	}
	return ""
}

// event plans what is sent around an event to those who have a place.
func (p *yearPlan) event(s BlueprintStage) error {
	terms, err := p.b.EventTerms(p.c, s.Name, p.cal, p.away)
	if err != nil {
		return err
	}
	eve := PersonalMoment(terms.Eve, p.minute)
	const comes = "to those who have a place"
	if !terms.Joining.IsZero() {
		joining := PersonalMoment(terms.Joining, p.minute)
		if !joining.After(p.at) {
			joining = p.cal.NextPersonal(p.at, p.minute, p.away)
		}
		if joining.Before(terms.Starts) && DateOf(joining) != terms.Eve {
			p.add(YearMail{At: joining, Message: MsgEventJoining, Stage: s.Name, Title: s.Title, Rung: 1, If: comes})
		}
	}
	if eve.After(p.at) {
		p.add(YearMail{At: eve, Message: MsgEventTomorrow, Stage: s.Name, Title: s.Title, Rung: 2, If: comes})
	}
	return nil
}

// application plans the mails of a selection to which people apply.
func (p *yearPlan) application(s BlueprintStage, terms Terms) error {
	p.ladder(s, LadderMails{Reminder: MsgApplicationReminder}, s.Ladder, terms.Opens, terms, "")
	weeks, err := p.b.ApplicationDates(p.c, p.cal)
	if err != nil {
		return err
	}
	told := p.cal.StaffMoment(weeks.Released, p.minute)
	due := p.b.OfferDue(p.c, p.cal, told, p.away)
	p.ladder(s, LadderMails{Request: MsgOffer, Reminder: MsgOfferReminder}, OfferLadder(), told, Terms{Opens: told, Due: due, Limit: due},
		"to those who are offered a place, when decisions are released")
	for _, d := range []Decision{DecideWaitlist, DecideReject} {
		p.add(YearMail{At: told, Message: d.Message(), Stage: s.Name, Title: s.Title, If: "to those who are not, when decisions are released"})
	}
	return nil
}

// acknowledged are the mails that answer what a leader does in a stage, at once and at any hour.
func (p *yearPlan) acknowledged(s BlueprintStage) {
	switch s.Kind {
	case KindSelection:
		if s.Applies {
			p.act(s, MsgApplicationReceived, "when an application is sent in")
		} else {
			p.act(s, MsgInvitationAccepted, "when the invitation is accepted")
			p.act(s, MsgInvitationDeclined, "when it is declined")
		}
		p.acts = append(p.acts, YearMail{Message: MsgYearDates, If: "when a place is taken"})
	case KindOnboarding:
		p.act(s, MsgOnboardingDone, "when the form is sent in")
		p.acts = append(p.acts, YearMail{Message: MsgAssistantWelcome, Assistant: true, If: "when the leader lets the assistant see the dates"})
	case KindPsychometrics:
		p.act(s, MsgPsychometricsDone, "when the questionnaire is done")
	case KindEvent:
		p.act(s, MsgEventConfirmed, "when the place is confirmed, with the entry for the diary")
	case KindCoaching:
		p.act(s, MsgCoachingBooked, "when a session is booked, with the entry for the diary")
		p.act(s, MsgCoachingTomorrow, "on the working day before the session")
	case KindSurvey:
		p.act(s, MsgSurveyDone, "when the survey is sent in")
	case KindAlumni:
		p.act(s, MsgAlumniWelcome, "when the form is sent in")
	}
}
