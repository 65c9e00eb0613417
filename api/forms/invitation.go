package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// invitationPage offers the place: what the programme asks of the leader, with dates, and the answer.
type invitationPage struct {
	frame
	Name      string
	When      []string
	Programme string // the blueprint's summary
	Days      []dated
	Asks      []dated
	Questions []question
	Action    string
}

// dated is one thing of the year with when it is.
type dated struct {
	Title string
	When  string
	Note  string
}

func (f *Forms) invitation(v *visitor, stage programme.Stage, form programme.Form, answers programme.Answers, faults []programme.Fault) (*invitationPage, error) {
	blueprint, err := f.Blueprints(v.cohort.Blueprint)
	if err != nil {
		return nil, err
	}
	page := &invitationPage{frame: f.frame(v, form.Title), Name: v.journey.Person.Name, When: dueWords(stage, v.now),
		Programme: blueprint.Summary, Questions: revealing(questions(form.Sections[0], answers, faults)), Action: v.path(stage)}
	page.Days, page.Asks = yearAhead(blueprint, v)
	page.faulty(faults)
	return page, nil
}

// yearAhead splits the year to come into the days a leader is present and the forms that are asked in between.
func yearAhead(blueprint programme.Blueprint, v *visitor) (days, asks []dated) {
	for _, s := range v.journey.Stages {
		if s.Kind == programme.KindSelection || s.State == programme.StageSkipped || s.State == programme.StageCancelled {
			continue
		}
		if from, to, err := blueprint.EventTimes(v.cohort, s.Name); err == nil {
			note := ""
			if own, _ := blueprint.Stage(s.Name); own.Compulsory {
				note = "compulsory"
			}
			days = append(days, dated{s.Title, span(from, to), note})
			continue
		}
		if !s.Due.IsZero() {
			note := askedFor(s.Kind)
			if own, _ := blueprint.Stage(s.Name); own.LooksBack() {
				note = "about two minutes"
			}
			asks = append(asks, dated{s.Title, "by " + day(s.Due), note})
		}
	}
	return days, asks
}

// askedFor says in a few words what a stage wants of a leader.
func askedFor(kind programme.Kind) string {
	switch kind {
	case programme.KindOnboarding:
		return "about 15 minutes: about you, what you need, your wishes"
	case programme.KindPsychometrics:
		return "about 15 minutes: a questionnaire for your own development"
	case programme.KindCoaching:
		return "a session with your coach"
	case programme.KindSurvey:
		return "about five minutes"
	case programme.KindAlumni:
		return "about three minutes: your certificate and the network"
	}
	return ""
}

func (f *Forms) showInvitation(c *gin.Context, v *visitor, stage programme.Stage, _ standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	page, err := f.invitation(v, stage, form, nil, nil)
	if err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "invitation.html", page)
}

func (f *Forms) sendInvitation(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	given, err := posted(c)
	if err != nil {
		return err
	}
	faults, status := form.Check(given, ""), http.StatusUnprocessableEntity
	if len(faults) == 0 {
		err := f.submit(c, v, stage, s, form.Name, form.Clean(given, ""))
		if err == nil {
			return seeOther(c, v.path(stage, "done"))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	page, err := f.invitation(v, stage, form, given, faults)
	if err != nil {
		return err
	}
	return f.render(c, status, "invitation.html", page)
}

// doneInvitation: an answer gives a place or frees it at once, so it is not changed here.
func (f *Forms) doneInvitation(v *visitor, stage programme.Stage, s standing, page *donePage) {
	form, _ := programme.FormNamed(programme.FormInvitation)
	page.Cards = []summaryCard{{Title: "Your answer", Rows: rows(form.Sections[0], s.answer.Answers)}}
	if s.answer.Answers.Get("answer") == programme.Decline {
		page.Title, page.Panel = "You have declined your place", "Thank you for telling us"
		page.Next = []string{mailed(v), "Your place goes to another leader. You will not hear from us again about this year’s programme.",
			"If this was a mistake, please write to us at once."}
		return
	}
	page.Title, page.Panel = "Your place is confirmed", "We look forward to working with you"
	page.Next = []string{mailed(v), "Another mail brings the dates of your year and an address with which your diary can follow them."}
	for _, next := range v.journey.Stages {
		if next.State == programme.StageNotOpen && next.Kind != programme.KindSelection && !next.OpensAt.IsZero() {
			words := "The next thing we ask of you is “" + next.Title + "”. We will write to you when it opens."
			if opensLater(next, v.now) {
				words = "The next thing we ask of you is “" + next.Title + "”, from " + day(next.OpensAt) + "."
			}
			page.Next = append(page.Next, words)
			break
		}
	}
	page.Next = append(page.Next, "If you can no longer take part, please write to us as soon as you know.")
}
