package forms

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// coachPage is what a coach sees first: their leaders, the sessions, their times, and the way to the report of a leader who
// shows it.
type coachPage struct {
	frame
	Leaders []coachLeader
	Left    bool // the coach works with the cohort no more, and has only to log
	Times   []coachTime
	Series  []question
	Said    string // what was just done
	// Unchanged is why what was just sent has changed nothing, or empty.
	Unchanged string
	Slots     string     // where the series is sent
	Remove    string     // where a time that is taken back is sent
	Pages     api.Turned // of the times
}

// timesAPage is how many free times a coach sees at once.
const timesAPage = 50

// coachLeader is one leader with the sessions.
type coachLeader struct {
	Name     string
	About    string
	Email    string
	Report   *way   // nil where there is none, or the leader does not show it
	Closed   string // that the coach may not see the report any more
	Sessions []coachSession
}

// coachTime is one free time.
type coachTime struct{ Slot, Text string }

// coachSession is one session of a leader.
type coachSession struct {
	Title  string
	Text   string
	Log    *question // what became of it, where it can be logged
	Agreed []question
	Open   bool // the form for an agreed time shows what was wrong
	Action string
	Hidden []hiddenField
	Button string
	Cancel string // where the cancelled session is sent, empty where there is nothing to cancel
}

// hiddenField names what a form is about.
type hiddenField struct{ Name, Value string }

// coachVisit finds the coach.
func (f *Forms) coachVisit(c *gin.Context) (programme.CoachPage, *visitor, error) {
	var page programme.CoachPage
	cookie, err := c.Request.Cookie(f.cookieName())
	if err != nil || cookie.Value == "" {
		return page, nil, errVisitOver
	}
	ctx, coach := c.Request.Context(), c.Param("coach")
	part, person, err := f.Store.Visit(ctx, programme.TokenFrom(cookie.Value), coach)
	switch {
	case errors.Is(err, programme.ErrLinkExpired), errors.Is(err, programme.ErrLinkReplaced), errors.Is(err, programme.ErrLinkUnknown):
		return page, nil, errVisitOver
	case errors.Is(err, programme.ErrForbidden):
		return page, nil, notTheirs(c, person)
	case errors.Is(err, programme.ErrNotFound), err == nil && part != partCoach:
		return page, nil, errAnotherLink
	case err != nil:
		return page, nil, err
	}
	if err := handedToAnother(c, person); err != nil {
		return page, nil, err
	}
	if page, err = f.Store.CoachPage(ctx, coach); err != nil {
		return page, nil, err
	}
	v := &visitor{ref: coach, part: partCoach, person: person, now: f.Store.Now(ctx)}
	v.cohort, err = f.Store.Cohort(ctx, page.Cohort)
	return page, v, err
}

func seriesSection() programme.Section {
	return programme.Section{Name: "series", Fields: []programme.Field{
		{Name: "first", Kind: programme.FieldText, Label: "First time", Hint: "London time", Required: true, Missing: "Enter the first time", Max: 30},
		{Name: "count", Kind: programme.FieldText, Label: "How many times?", Hint: "From 1 to 50", Required: true, Missing: "Enter how many times", Max: 9},
		{Name: "every_days", Kind: programme.FieldText, Label: "Days between two of them (if more than one)", Hint: "For example 7: once a week", Max: 9},
		{Name: "minutes", Kind: programme.FieldText, Label: "Minutes", Hint: "For example 60", Required: true, Missing: "Enter the minutes", Max: 9},
		{Name: "online", Kind: programme.FieldRadios, Label: "Where?", Required: true, Missing: "Choose where",
			Options: []programme.Option{{Value: programme.Yes, Label: "Online"}, {Value: programme.No, Label: "In person"}}},
	}}
}

// coach shows the page; faults and typed belong to one of its forms, named by its prefix: a session's, or "" for times.
func (f *Forms) coach(c *gin.Context, said string, form string, typed programme.Answers, faults []programme.Fault, status int) error {
	known, v, err := f.coachVisit(c)
	if err != nil {
		return err
	}
	page := &coachPage{frame: f.frame(v, "Your leaders and times"), Said: said, Left: known.Coach.Left, Slots: "/coach/" + v.ref + "/slots", Remove: "/coach/" + v.ref + "/slots/remove"}
	page.Year, page.Unchanged = "", unchanged[c.Query("done")]
	var series programme.Answers
	var wrong []programme.Fault
	if form == "" {
		series, wrong = typed, faults
	}
	page.Series = questions(seriesSection(), series, wrong)
	page.Series[0].InputType = "datetime-local"
	for i := 1; i < 4; i++ {
		page.Series[i].InputMode, page.Series[i].Width = "numeric", "govuk-input--width-4"
	}
	for _, leader := range known.Leaders {
		row := coachLeader{Name: leader.Name, About: strings.Trim(leader.JobTitle+", "+leader.Organisation, ", "), Email: leader.Email}
		if leader.Former {
			row.About = "Has another coach now. Please log what is still open."
		}
		if leader.Report {
			row.Report = &way{Text: "Open the report", Href: coachReportOf(v.ref, leader.Ref), Hidden: "of " + leader.Name}
		}
		if leader.ReportClosed {
			row.Closed = "You may not see the report of " + leader.Name + " any more. Please destroy every copy you printed or saved."
		}
		for _, session := range leader.Sessions {
			id := leader.Ref + "-" + session.Stage
			var answers programme.Answers
			var own []programme.Fault
			if form == id {
				answers, own = typed, faults
			}
			row.Sessions = append(row.Sessions, coachSessionOf(v, leader.Ref, session, id, answers, own))
		}
		page.Leaders = append(page.Leaders, row)
	}
	var listed []programme.Slot
	listed, page.Pages = api.PageOf(known.Slots, programme.Slot.Position, "/coach/"+v.ref, "times", c.Query("times"), "times", timesAPage)
	for _, slot := range listed {
		page.Times = append(page.Times, coachTime{Slot: slot.ID, Text: span(slot.Starts, slot.Ends()) + ", " + meets(slot.Online)})
	}
	for i := range faults {
		if form != "" && faults[i].Field != "" {
			faults[i].Field = form + "-" + faults[i].Field
		}
	}
	page.faulty(faults)
	return f.render(c, status, "coach.html", page)
}

// coachSessionOf is one session: to be booked, booked, to be logged, or over.
func coachSessionOf(v *visitor, ref string, session programme.CoachSession, id string, answers programme.Answers, faults []programme.Fault) coachSession {
	row := coachSession{Title: session.Title, Hidden: []hiddenField{{"ref", ref}, {"stage", session.Stage}}}
	prefix := func(qs []question) []question {
		for i := range qs {
			qs[i] = within(qs[i], id)
		}
		return qs
	}
	switch {
	case session.State == programme.StageNotOpen:
		row.Text = "Not open yet."
	case session.State == programme.StageDone, session.Booked.Held():
		row.Text = "Held."
	case session.State != programme.StageOpen:
		row.Text = "Not held."
	case session.Elsewhere:
		row.Text = "The coach before you tells us whether it was held."
	case session.Booked != nil && !session.Booked.Starts.After(v.now):
		row.Text = "It was on " + span(session.Booked.Starts, session.Booked.Ends()) + ". Please log it."
		row.Hidden = append(row.Hidden, hiddenField{"slot", session.Booked.ID})
		log := prefix(questions(logSection(), answers, faults))[0]
		row.Log, row.Action, row.Button = &log, "/coach/"+v.ref+"/log", "Log"
	default:
		row.Text, row.Button = "No time yet. If you have agreed one, enter it here.", "Book"
		if session.Booked != nil {
			row.Text = "Booked: " + span(session.Booked.Starts, session.Booked.Ends()) + ", " + meets(session.Booked.Online) + ". If you agree another time, enter it here."
			row.Button, row.Cancel = "Move", "/coach/"+v.ref+"/cancel"
			row.Hidden = append(row.Hidden, hiddenField{"slot", session.Booked.ID})
		}
		row.Agreed = prefix(questions(agreedSection(), answers, faults))
		row.Agreed[0].InputType, row.Open = "datetime-local", len(faults) > 0
		row.Action = "/coach/" + v.ref + "/agreed"
	}
	return row
}

func logSection() programme.Section {
	field := programme.Field{Name: "log", Kind: programme.FieldRadios, Label: "What became of it?", Required: true, Missing: "Choose what became of the session"}
	for _, state := range programme.Logged() {
		field.Options = append(field.Options, programme.Option{Value: string(state), Label: logWords[state]})
	}
	return programme.Section{Fields: []programme.Field{field}}
}

var logWords = map[programme.SlotState]string{programme.SlotHeld: "It was held", programme.SlotDidNotAttend: "The leader did not attend",
	programme.SlotLateNotice: "The leader cancelled with less than 24 hours’ notice"}

func agreedSection() programme.Section {
	return programme.Section{Fields: []programme.Field{
		{Name: "starts", Kind: programme.FieldText, Label: "Date and time", Hint: "London time", Required: true, Max: 30},
		{Name: "where", Kind: programme.FieldRadios, Label: "Where?", Required: true,
			Options: []programme.Option{{Value: "online", Label: "Online"}, {Value: "in_person", Label: "In person"}}},
	}}
}

// within gives a question ids of its own where a page asks the same of several.
func within(q question, id string) question {
	old := q.ID
	q.ID = id + "-" + q.ID
	for i := range q.Choices {
		q.Choices[i].ID = id + "-" + q.Choices[i].ID
	}
	described := ""
	if q.Hint != "" || q.Only != "" {
		described = q.ID + "-hint"
	}
	if q.Error != "" {
		described = trimJoin(described, q.ID+"-error")
	}
	if old != "" {
		q.Describes = described
	}
	return q
}

var coachSaid = map[string]string{"times": "Your times are published.", "booked": "The time is noted, and your leader is told.",
	"logged": "Thank you, the session is logged.", "removed": "The time is taken back.", "cancelled": "The session is cancelled, and your leader is told."}

// showCoach is GET /coach/{ref}.
func (f *Forms) showCoach(c *gin.Context) error {
	return f.coach(c, coachSaid[c.Query("done")], "", nil, nil, http.StatusOK)
}

// publishSlots is POST /coach/{ref}/slots.
func (f *Forms) publishSlots(c *gin.Context) error {
	known, v, err := f.coachVisit(c)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	section := seriesSection()
	faults := programme.Form{Sections: []programme.Section{section}}.Check(typed, "")
	for _, name := range []string{"count", "every_days", "minutes"} {
		if text := strings.TrimSpace(typed.Get(name)); text != "" {
			if _, err := strconv.Atoi(text); err != nil {
				faults = slices.DeleteFunc(faults, func(fault programme.Fault) bool { return fault.Field == name })
				faults = append(faults, programme.Fault{Field: name, Text: "Write a whole number"})
			}
		}
	}
	series := programme.SlotSeries{Online: typed.Get("online") == programme.Yes}
	ok := false
	if series.First, ok = programme.AgreedTime(typed.Get("first")); !ok && typed.Get("first") != "" {
		faults = append(faults, programme.Fault{Field: "first", Text: "Enter the first time"})
	}
	series.Count, series.EveryDays, series.Minutes = whole(typed, "count"), whole(typed, "every_days"), whole(typed, "minutes")
	status := http.StatusUnprocessableEntity
	if len(faults) == 0 {
		_, err := f.Store.PublishSlots(c.Request.Context(), known.Cohort, v.ref, series, partCoach, v.now)
		if err == nil {
			return seeOther(c, "/coach/"+v.ref+"?done=times")
		}
		if faults, status, err = f.notAgreed(c, err); err != nil {
			return err
		}
	}
	return f.coach(c, "", "", typed, faults, status)
}

// removeSlot is POST /coach/{ref}/slots/remove: a free time is taken back.
func (f *Forms) removeSlot(c *gin.Context) error {
	known, v, err := f.coachVisit(c)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	_, err = f.Store.RemoveSlot(c.Request.Context(), known.Cohort, v.ref, typed.Get("slot"), partCoach, v.now)
	return f.afterCoach(c, "", nil, "removed", programme.SubmitResult{}, err)
}

// whole is a number a person typed, 0 where it is none.
func whole(typed programme.Answers, field string) int {
	n, err := strconv.Atoi(strings.TrimSpace(typed.Get(field)))
	if err != nil {
		return 0
	}
	return n
}

// coachOrder reads which session of which of their leaders a coach means; of former leaders where that is allowed.
func (f *Forms) coachOrder(c *gin.Context, former bool) (order programme.SessionOrder, form string, typed programme.Answers, err error) {
	known, v, err := f.coachVisit(c)
	if err != nil {
		return order, "", nil, err
	}
	if typed, err = posted(c); err != nil {
		return order, "", nil, err
	}
	order = programme.SessionOrder{Ref: typed.Get("ref"), Stage: typed.Get("stage"), By: partCoach, At: v.now}
	for _, leader := range known.Leaders {
		for _, session := range leader.Sessions {
			if leader.Ref == order.Ref && session.Stage == order.Stage && (former || !leader.Former) {
				return order, order.Ref + "-" + order.Stage, typed, nil
			}
		}
	}
	return order, "", typed, programme.ErrNotFound
}

// bookAgreed is POST /coach/{ref}/agreed: the coach enters a time agreed with a leader.
func (f *Forms) bookAgreed(c *gin.Context) error {
	order, form, typed, err := f.coachOrder(c, false)
	if err != nil {
		return err
	}
	var faults []programme.Fault
	var at time.Time
	at, faults = agreed(typed)
	if len(faults) > 0 {
		return f.coach(c, "", form, typed, faults, http.StatusUnprocessableEntity)
	}
	order.Starts, order.Online = at, typed.Get("where") == "online"
	result, err := f.Store.BookSession(c.Request.Context(), order)
	done := "booked"
	if result.Already {
		done = sameTime
	}
	return f.afterCoach(c, form, typed, done, result, err)
}

// cancelAgreed is POST /coach/{ref}/cancel: the coach cancels a session that was booked.
func (f *Forms) cancelAgreed(c *gin.Context) error {
	order, form, typed, err := f.coachOrder(c, false)
	if err != nil {
		return err
	}
	order.Slot = typed.Get("slot")
	result, err := f.Store.CancelSession(c.Request.Context(), order)
	done := "cancelled"
	if result.Already {
		done = goneTime
	}
	return f.afterCoach(c, form, nil, done, result, err)
}

// logSession is POST /coach/{ref}/log: held or not, and nothing of what was said.
func (f *Forms) logSession(c *gin.Context) error {
	order, form, typed, err := f.coachOrder(c, true)
	if err != nil {
		return err
	}
	order.Slot = typed.Get("slot")
	became := programme.SlotState(typed.Get("log"))
	if !programme.ValidLog(became) {
		faults := []programme.Fault{{Field: "log", Text: "Choose what became of the session"}}
		return f.coach(c, "", form, typed, faults, http.StatusUnprocessableEntity)
	}
	result, err := f.Store.LogSession(c.Request.Context(), order, became)
	return f.afterCoach(c, form, typed, "logged", result, err)
}

func (f *Forms) afterCoach(c *gin.Context, form string, typed programme.Answers, done string, result programme.SubmitResult, err error) error {
	if err == nil {
		f.deliver(c.Request.Context(), result.Outbox)
		return seeOther(c, "/coach/"+c.Param("coach")+"?done="+done)
	}
	faults, status, err := f.notAgreed(c, err)
	if err != nil {
		return err
	}
	return f.coach(c, "", form, typed, faults, status)
}
