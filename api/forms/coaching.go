package forms

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// choicesAPage is how many of the coach's free times a leader chooses from at once.
const choicesAPage = 20

// ownTime is the choice that stands for a time agreed elsewhere.
const ownTime = "own"

// sameTime says that a session was moved to the time it has, goneTime that one was cancelled that it has no more.
const (
	sameTime = "same"
	goneTime = "gone"
)

// unchanged says why an order about a session has changed nothing.
var unchanged = map[string]string{sameTime: "This is the time that the session already has.", goneTime: "The session did not have that time any more."}

// coachingPage is one coaching session: with whom, when it is booked, and the times to choose from. The leader sees it,
// and the assistant who runs the diary.
type coachingPage struct {
	frame
	Coach string
	About string // what the coach did before, and where the two can meet
	Email string // of the coach
	State string // how the session stands, where it cannot be booked
	// Unchanged is why what was just sent has changed nothing, or empty.
	Unchanged string
	Booked    string // when, or empty
	Where     string
	TooLate   bool // less than 24 hours before: the coach has to be rung
	Until     string
	Choice    []question
	Pages     api.Turned // of the times to choose from
	Button    string
	Action    string
	Cancel    string // address of the cancel button, empty where nothing can be cancelled
	Slot      string // the booked time that the button cancels, and no later one
	Another   string // address that asks for another coach, empty where it cannot be asked
}

// coachingVisit finds who asks for a session's page: the leader, or the assistant whom the leader lets keep the diary.
func (f *Forms) coachingVisit(c *gin.Context) (v *visitor, stage programme.Stage, is bool, err error) {
	if v, err = f.visitor(c); err != nil {
		return nil, stage, false, err
	}
	if stage, err = v.stage(c); err != nil {
		return v, stage, false, nil // the common way says so
	}
	return v, stage, stage.Kind == programme.KindCoaching, nil
}

// coachingRefusal says why a session can be neither booked nor looked at, nil where it can.
func (f *Forms) coachingRefusal(v *visitor, stage programme.Stage) error {
	switch {
	case v.journey.State.Ended() && v.journey.State != programme.Completed:
		return f.journeyOver(v)
	case stage.State == programme.StageNotOpen:
		return f.notOpenYet(v, stage)
	case stage.State == programme.StageSkipped, stage.State == programme.StageCancelled:
		return f.closed(v, stage)
	}
	return nil
}

// sessionSection is the choice of a time as a form: the coach's free times, and one agreed elsewhere.
func sessionSection(session programme.CoachingSession) programme.Section {
	times := programme.Field{Name: "slot", Kind: programme.FieldRadios, Label: "When would you like to meet?", Short: "Time", Required: true, Missing: "Choose a time"}
	for _, slot := range session.Free {
		times.Options = append(times.Options, programme.Option{Value: slot.ID, Label: span(slot.Starts, slot.Ends()) + ", " + meets(slot.Online)})
	}
	times.Options = append(times.Options, programme.Option{Value: ownTime, Label: "Another time that we have agreed"})
	own := &programme.When{Field: "slot", Value: ownTime}
	return programme.Section{Name: "session", Fields: []programme.Field{times,
		{Name: "starts", Kind: programme.FieldText, Label: "The date and time you have agreed", Short: "Agreed time", Hint: "London time", Required: true, When: own,
			Missing: "Enter the date and time you have agreed", Max: 30},
		{Name: "where", Kind: programme.FieldRadios, Label: "Where do you meet then?", Short: "Where", Required: true, When: own, Missing: "Choose where you meet",
			Options: []programme.Option{{Value: "online", Label: "Online"}, {Value: "in_person", Label: "In person"}}},
	}}
}

// meets is where two people meet.
func meets(online bool) string {
	if online {
		return "online"
	}
	return "in person"
}

func (f *Forms) coaching(c *gin.Context, v *visitor, stage programme.Stage, answers programme.Answers, faults []programme.Fault, status int) error {
	session, err := f.Store.CoachingSession(c.Request.Context(), v.ref, stage.Name)
	if err != nil {
		return err
	}
	page := &coachingPage{frame: f.frame(v, stage.Title), Action: v.path(stage)}
	if v.part == partAssistant {
		page.Title = stage.Title + " of " + v.journey.Person.Name
		page.Back = &way{Text: "Dates and arrangements", Href: "/year/" + v.ref + "/assistant"}
	}
	if done := c.Query("done"); done == goneTime || session.Booked != nil {
		page.Unchanged = unchanged[done]
	}
	if session.Booked != nil {
		page.Booked, page.Where = span(session.Booked.Starts, session.Booked.Ends()), meets(session.Booked.Online)
	}
	if session.HasCoach {
		page.Coach, page.About, page.Email = session.Coach.Name, aboutCoach(session.Coach), session.Coach.Email
	}
	bookable := false
	switch {
	case stage.State == programme.StageDone, session.Booked.Held():
		page.State = "This session was held."
	case stage.State != programme.StageOpen:
		page.State = "This session was not held, and its time has passed."
	case !session.HasCoach:
		page.State = "We are looking for a coach for you and will write as soon as there is one."
	case session.Booked != nil && !session.Booked.Starts.After(v.now):
		page.State = "Your coach will tell us that the session was held. There is nothing you need to do."
	case session.Booked != nil && session.Booked.Starts.Before(v.now.Add(programme.MoveNotice)):
		page.TooLate = true
	default:
		bookable = true
	}
	if bookable {
		page.Until = day(session.Until)
		after := c.Query("times")
		if session.Free, page.Pages = api.PageOf(session.Free, programme.Slot.Position, page.Action, "times", after, "slot", choicesAPage); after != "" {
			page.Action += "?" + url.Values{"times": {after}}.Encode() // what is wrong is said beside the same times
		}
		page.Choice, page.Button = questions(sessionSection(session), answers, faults), "Book this time"
		page.Choice[1].InputType = "datetime-local"
		page.Choice = revealing(page.Choice)
		if page.Booked != "" {
			page.Button, page.Cancel, page.Slot = "Move to this time", v.path(stage, "cancel"), session.Booked.ID
		}
		if session.MayAskOnce && v.part == partParticipant {
			page.Another = "/year/" + v.ref + "/coach"
		}
	}
	page.faulty(faults)
	return f.render(c, status, "coaching.html", page)
}

func (f *Forms) showCoaching(c *gin.Context, v *visitor, stage programme.Stage) error {
	if err := f.coachingRefusal(v, stage); err != nil {
		return err
	}
	return f.coaching(c, v, stage, nil, nil, http.StatusOK)
}

// sendCoaching books or moves. Booking what is booked already changes nothing, and the page says so.
func (f *Forms) sendCoaching(c *gin.Context, v *visitor, stage programme.Stage) error {
	if err := f.coachingRefusal(v, stage); err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	order := programme.SessionOrder{Ref: v.ref, Stage: stage.Name, By: v.part, At: v.now, Online: typed.Get("where") == "online"}
	if order.Slot = typed.Get("slot"); order.Slot == ownTime || order.Slot == "" {
		faults := []programme.Fault{}
		if order.Slot == "" {
			faults = append(faults, programme.Fault{Field: "slot", Text: "Choose a time"})
		} else {
			order.Slot = ""
			order.Starts, faults = agreed(typed)
		}
		if len(faults) > 0 {
			return f.coaching(c, v, stage, typed, faults, http.StatusUnprocessableEntity)
		}
	}
	result, err := f.Store.BookSession(c.Request.Context(), order)
	if err == nil && result.Already {
		return seeOther(c, v.path(stage)+"?done="+sameTime)
	}
	return f.afterSession(c, v, stage, typed, result, err)
}

// cancelCoaching gives the booked time back; one that was booked since the page was read stays.
func (f *Forms) cancelCoaching(c *gin.Context, v *visitor, stage programme.Stage) error {
	if err := f.coachingRefusal(v, stage); err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	result, err := f.Store.CancelSession(c.Request.Context(), programme.SessionOrder{Ref: v.ref, Stage: stage.Name, Slot: typed.Get("slot"), By: v.part, At: v.now})
	if err == nil && result.Already {
		return seeOther(c, v.path(stage)+"?done="+goneTime)
	}
	return f.afterSession(c, v, stage, nil, result, err)
}

func (f *Forms) afterSession(c *gin.Context, v *visitor, stage programme.Stage, typed programme.Answers, result programme.SubmitResult, err error) error {
	if err == nil {
		f.deliver(c.Request.Context(), result.Outbox)
		return seeOther(c, v.path(stage))
	}
	faults, status, err := f.notAgreed(c, err)
	if err != nil {
		return err
	}
	return f.coaching(c, v, stage, typed, faults, status)
}

// notAgreed says why an order about a session was not taken: on the page, where the person can do something about it.
func (f *Forms) notAgreed(c *gin.Context, err error) ([]programme.Fault, int, error) {
	var illegal *programme.Illegal
	if errors.As(err, &illegal) {
		return []programme.Fault{{Text: illegal.Why}}, http.StatusConflict, nil
	}
	return f.notKept(c, err)
}

// agreed reads the time two people have agreed.
func agreed(typed programme.Answers) (at time.Time, faults []programme.Fault) {
	at, ok := programme.AgreedTime(typed.Get("starts"))
	if !ok {
		faults = append(faults, programme.Fault{Field: "starts", Text: "Enter the date and time you have agreed"})
	}
	if where := typed.Get("where"); where != "online" && where != "in_person" {
		faults = append(faults, programme.Fault{Field: "where", Text: "Choose where you meet"})
	}
	return at, faults
}

// aboutCoach says what a coach did before, and where the two can meet.
func aboutCoach(c programme.Coach) string { return c.Background + ", " + c.Region }

// askedCoach says on the page of the year that the leader has asked for another coach and has one.
const askedCoach = "coach"

// anotherCoachPage asks whether the leader really wants another coach.
type anotherCoachPage struct {
	frame
	Coach  string
	Action string
}

// showAnotherCoach is GET /year/{ref}/coach.
func (f *Forms) showAnotherCoach(c *gin.Context) error { return f.anotherCoach(c, nil, http.StatusOK) }

func (f *Forms) anotherCoach(c *gin.Context, faults []programme.Fault, status int) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	coach, err := f.Store.CoachOf(c.Request.Context(), v.ref)
	if err != nil {
		return err
	}
	may, err := f.Store.MayAskForAnotherCoach(c.Request.Context(), v.ref)
	if err != nil {
		return err
	}
	if !may { // a second click
		return seeOther(c, "/year/"+v.ref+"?done="+askedCoach)
	}
	page := &anotherCoachPage{frame: f.frame(v, "Ask for another coach"), Coach: coach.Name, Action: "/year/" + v.ref + "/coach"}
	page.faulty(faults)
	return f.render(c, status, "coaching_another.html", page)
}

// askAnotherCoach is its POST: once, and without a reason.
func (f *Forms) askAnotherCoach(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	if _, err := posted(c); err != nil {
		return err
	}
	err = f.Store.AskForAnotherCoach(c.Request.Context(), v.ref, v.now)
	if err == nil {
		return seeOther(c, "/year/"+v.ref+"?done="+askedCoach)
	}
	faults, status, err := f.notAgreed(c, err)
	if err != nil {
		return err
	}
	return f.anotherCoach(c, faults, status)
}

// coachingLine is a session on the page of the year.
func (f *Forms) coachingLine(c *gin.Context, page *yearPage, v *visitor, stage programme.Stage) error {
	session, err := f.Store.CoachingSession(c.Request.Context(), v.ref, stage.Name)
	if err != nil {
		return err
	}
	line := yearLine{Title: stage.Title}
	if session.Booked == nil {
		line.Text = bookWords(stage, session, v.now)
		line.Way = &way{Text: "Book", Href: v.path(stage), Hidden: stage.Title}
		page.Now = append(page.Now, line)
		return nil
	}
	line.Text = span(session.Booked.Starts, session.Booked.Ends()) + ", " + meets(session.Booked.Online) + "."
	line.Way, line.Diary = &way{Text: "See or move", Href: v.path(stage), Hidden: stage.Title}, diaryOf(v, stage)
	page.Comes = append(page.Comes, line)
	return nil
}

// bookWords say by when a session is to be booked, or that it still can be.
func bookWords(stage programme.Stage, session programme.CoachingSession, now time.Time) string {
	switch {
	case now.Before(stage.Due):
		return "Please book it by " + moment(stage.Due) + "."
	case now.Before(session.Until):
		return "Booking was due on " + moment(stage.Due) + ". You can still book a time until " + moment(session.Until) + "."
	}
	return "Booking was due on " + moment(stage.Due) + "."
}
