package forms

import (
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// yearPage is "Your year": what is asked now, what comes, what is done.
type yearPage struct {
	frame
	Said        string // what was just done
	Name        string
	Banner      string // how the journey stands where it does not simply run
	Now         []yearLine
	Events      []eventCard // at which the leader has, or had, a place
	Comes       []yearLine
	Done        []yearLine
	Feed        string // address of the private calendar feed, empty before there is a place
	Certificate string // its page, empty before the programme is complete
	Report      string // its page, empty where there is none
	Coach       *yearCoach
	Yours       []way // what the leader can change: details, consents, to leave
}

// yearCoach is the coach a leader has; Another asks for another, empty where that is not possible.
type yearCoach struct{ Name, About, Email, Another string }

// yearLine is one stage as the leader sees it.
type yearLine struct {
	Title string
	Text  string
	Way   *way
	Diary *way // its date as a calendar entry, or nil
}

func (f *Forms) showYear(c *gin.Context) error {
	v, err := f.visitor(c)
	if err != nil {
		return err
	}
	if v.part == partAssistant {
		return seeOther(c, "/year/"+v.ref+"/assistant")
	}
	if v.applicant() {
		return seeOther(c, v.home())
	}
	page := &yearPage{frame: f.frame(v, "Your year"), Name: v.journey.Person.Name, Banner: v.endWords()}
	page.Year = ""
	if err := f.addReport(c, page, v); err != nil {
		return err
	}
	if err := f.addOwn(c, page, v); err != nil {
		return err
	}
	for _, stage := range v.journey.Stages {
		if err := f.addStage(c, page, v, stage); err != nil {
			return err
		}
	}
	switch v.journey.State {
	case programme.Completed:
		page.Certificate = "/year/" + v.ref + "/certificate"
		fallthrough
	case programme.Enrolled, programme.OnHold:
		token, err := f.Store.FeedToken(c.Request.Context(), v.ref)
		if err != nil && !errors.Is(err, programme.ErrNotFound) {
			return err
		}
		if !token.IsZero() {
			page.Feed = f.PublicURL + "/calendar/" + token.Reveal() + ".ics"
		}
	}
	return f.render(c, http.StatusOK, "year.html", page)
}

// addReport puts the report on the page where there is one.
func (f *Forms) addReport(c *gin.Context, page *yearPage, v *visitor) error {
	there, err := f.hasReport(c.Request.Context(), v)
	if err != nil {
		return err
	}
	if there {
		page.Report = reportOf(v)
	}
	return nil
}

// addOwn puts the coach on the page, and what is the leader's to change.
func (f *Forms) addOwn(c *gin.Context, page *yearPage, v *visitor) error {
	coach, err := f.Store.CoachOf(c.Request.Context(), v.ref)
	switch {
	case err == nil && !ownsDetails(v): // whoever left has no coach any more
	case err == nil:
		page.Coach = &yearCoach{Name: coach.Name, About: aboutCoach(coach), Email: coach.Email}
		may, err := f.Store.MayAskForAnotherCoach(c.Request.Context(), v.ref)
		switch {
		case err != nil:
			return err
		case may && mayLeave(v):
			page.Coach.Another = "/year/" + v.ref + "/coach"
		case !may && c.Query("done") == askedCoach:
			page.Said = "You have another coach now. What was booked with the one before is cancelled; please choose new times."
		}
	case !errors.Is(err, programme.ErrNotFound):
		return err
	}
	if ownsDetails(v) {
		page.Yours = append(page.Yours, way{Text: "Your details, and what your assistant may do", Href: detailsOf(v)})
	}
	consents, err := f.Store.Consents(c.Request.Context(), v.ref)
	if len(consents) > 0 {
		page.Yours = append(page.Yours, way{Text: "Your consents", Href: consentsOf(v)})
	}
	if mayLeave(v) {
		page.Yours = append(page.Yours, way{Text: "Leave the programme", Href: "/year/" + v.ref + "/leave"})
	}
	return err
}

// diaryOf is the way to one date of the year as a calendar entry.
func diaryOf(v *visitor, stage programme.Stage) *way {
	return &way{Text: "Add to your diary", Href: v.path(stage, "date.ics"), Hidden: ": " + lower(stage.Title)}
}

// seeAnswer leads to what was answered: for the questionnaire to the report, where there is one.
func seeAnswer(page *yearPage, v *visitor, stage programme.Stage) *way {
	switch {
	case stage.Kind != programme.KindPsychometrics:
		return &way{Text: "See your answer", Href: v.path(stage, "done"), Hidden: "to " + stage.Title}
	case page.Report != "":
		return &way{Text: "See your report", Href: page.Report}
	}
	return nil
}

// addStage puts a stage under its heading. A stage that nobody will open any more is left out.
func (f *Forms) addStage(c *gin.Context, page *yearPage, v *visitor, stage programme.Stage) error {
	line := yearLine{Title: stage.Title}
	if stage.Kind == programme.KindEvent {
		if added, err := f.addEvent(c, page, v, stage); err != nil || added {
			return err
		}
	}
	if stage.Kind == programme.KindCoaching && stage.State == programme.StageOpen && !v.journey.State.Ended() {
		return f.coachingLine(c, page, v, stage)
	}
	goesOn := !v.journey.State.Ended() || v.journey.State == programme.Completed && stage.Later
	switch {
	case stage.State == programme.StageNotOpen && (!goesOn || stage.Kind == programme.KindSelection):
		return nil
	case stage.State == programme.StageNotOpen:
		line.Text = comesWords(v, stage)
		page.Comes = append(page.Comes, line)
		return nil
	case stage.State == programme.StageOpen && stage.Kind == programme.KindEvent: // without a place staff are asked, not the leader
		line.Text = noPlaceYet(v)
		page.Comes = append(page.Comes, line)
		return nil
	case stage.State != programme.StageOpen:
		line.Text = endedWords(stage)
		if _, hasPage := pagesFor(v, stage); hasPage && stage.State == programme.StageDone {
			line.Way = seeAnswer(page, v, stage)
		}
		page.Done = append(page.Done, line)
		return nil
	}
	s, err := f.stand(c.Request.Context(), v, stage)
	switch {
	case err != nil:
		return err
	case s.answered:
		line.Text = "You answered on " + day(s.answer.At) + "."
		line.Way = seeAnswer(page, v, stage)
		page.Done = append(page.Done, line)
	case s.refusal == nil:
		for _, words := range dueWords(stage, v.now) {
			line.Text = words
		}
		line.Way = &way{Text: "Answer", Href: v.path(stage), Hidden: stage.Title}
		page.Now = append(page.Now, line)
	}
	return nil
}

// addEvent shows an event at which the leader has a place, and what is asked about it now. An event without a place is a
// stage like any other.
func (f *Forms) addEvent(c *gin.Context, page *yearPage, v *visitor, stage programme.Stage) (bool, error) {
	s, err := f.stand(c.Request.Context(), v, stage)
	if err != nil || s.place == nil || stage.State == programme.StageSkipped || stage.State == programme.StageCancelled || v.journey.State.Ended() && v.journey.State != programme.Completed {
		return false, err
	}
	card := f.eventCard(v, stage, s.place)
	if s.place.State.Live() && s.place.Sitting.State != programme.SittingCancelled && s.place.Sitting.Starts.After(v.now) {
		card.Diary = diaryOf(v, stage)
	}
	switch {
	case s.answered || s.settled:
		card.Way = &way{Text: "See your place", Href: v.path(stage, "done"), Hidden: "at " + stage.Title}
		if s.changeable {
			card.Way.Text = "See or change your place"
		}
	case s.refusal == nil && !v.asksElsewhere(stage):
		line := yearLine{Title: "Your place at " + stage.Title, Way: &way{Text: "Answer", Href: v.path(stage), Hidden: "for " + stage.Title}}
		for _, words := range dueWords(stage, v.now) {
			line.Text = words
		}
		page.Now = append(page.Now, line)
	}
	page.Events = append(page.Events, card)
	return true, nil
}

// asksElsewhere reports whether another form that is still open confirms the place at an event: it is asked once.
func (v *visitor) asksElsewhere(stage programme.Stage) bool {
	event, known := v.year.Stage(stage.Name)
	if !known || event.Event == nil || event.Event.PlaceWith == "" {
		return false
	}
	for _, other := range v.journey.Stages {
		if other.Name == event.Event.PlaceWith {
			return other.State == programme.StageOpen && other.Part == "" && other.AnsweredAt.IsZero()
		}
	}
	return false
}

// noPlaceYet says of an event at which the leader has no place what comes next: nobody is told a date that may be another's.
func noPlaceYet(v *visitor) string {
	if v.journey.State == programme.Enrolled || v.journey.State == programme.OnHold {
		return "We are looking for a date for you, and will write to you."
	}
	return "You get the date with your place."
}

// comesWords say when something to come will be.
func comesWords(v *visitor, stage programme.Stage) string {
	if stage.Kind == programme.KindEvent {
		return noPlaceYet(v)
	}
	if v.journey.State == programme.OnHold || !opensLater(stage, v.now) {
		return "We will write to you when it opens."
	}
	text := "Opens on " + day(stage.OpensAt) + "."
	if stage.Due.After(v.now) {
		what := " We will ask for your answer by "
		if stage.Kind == programme.KindCoaching {
			what = " We will ask you to book a time by "
		}
		text += what + moment(stage.Due) + "."
	}
	return text
}

// endedWords say how a stage ended.
func endedWords(stage programme.Stage) string {
	on := ""
	if !stage.ClosedAt.IsZero() {
		on = " on " + day(stage.ClosedAt)
	}
	switch stage.State {
	case programme.StageDone:
		return "Done" + on + "."
	case programme.StageLapsed:
		return "Closed without an answer" + on + "."
	case programme.StageSkipped:
		if stage.Outcome == programme.OutcomeConsentRefused {
			return "Not asked, because you do not agree to it."
		}
		return "Settled by the programme team" + on + "."
	}
	return "Not needed any more" + on + "."
}
