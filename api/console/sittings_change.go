package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func sittingsPath(cohort string) string { return setupPath(cohort) + "/sittings" }

// sittingsPage lists the events of a cohort with their sittings, to be changed.
type sittingsPage struct {
	frame
	Notice string
	Events []eventSittings
}

// eventSittings is one event.
type eventSittings struct {
	Stage, Title string
	Add          string
	Rows         []sittingLine
	Concerns     []concern
}

// sittingLine is one sitting.
type sittingLine struct {
	Name, Href, Group, When, Where, Capacity, Minimum, Sessions, State string
}

// showSittings is GET /console/cohorts/{cohort}/set-up/sittings.
func (s *Console) showSittings(c *gin.Context, who member) error {
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	name := up.cohort.Name
	page := sittingsPage{frame: s.frame(c, who, "Sittings of "+name), Notice: setupNotices[c.Query("did")]}
	page.Back = &way{Text: "Set up " + name, Href: setupPath(name)}
	for _, stage := range up.year.Stages {
		if stage.Event == nil {
			continue
		}
		event := eventSittings{Stage: stage.Name, Title: stage.Title, Add: sittingsPath(name) + "/" + stage.Name}
		for _, f := range up.faults {
			if f.Field == stage.Name {
				event.Concerns = append(event.Concerns, concern{Text: f.Text, Blocks: true})
			}
		}
		for _, one := range up.of(stage.Name) {
			line := sittingLine{Name: one.Name, Href: event.Add + "/" + one.Name, Group: or(one.Group, "Any"), When: span(one.Starts, one.Ends), Where: or(one.Where(), "Not set yet"),
				Capacity: fmt.Sprintf("%d, %d taken", one.Capacity, one.Taken), Minimum: "None", Sessions: strconv.Itoa(len(one.Sessions)), State: "Planned"}
			if one.Minimum > 0 {
				line.Minimum = strconv.Itoa(one.Minimum)
			}
			switch {
			case one.State == programme.SittingCancelled:
				line.State = "Cancelled"
			case one.Planned:
				line.State = "As the blueprint has it"
			}
			event.Rows = append(event.Rows, line)
		}
		page.Events = append(page.Events, event)
	}
	return s.render(c, http.StatusOK, "sittings.html", &page)
}

// of are an event's sittings.
func (up *settingUp) of(stage string) []programme.Sitting {
	return slices.DeleteFunc(slices.Clone(up.sittings), func(s programme.Sitting) bool { return s.Stage != stage })
}

// sittingInYear is the event in the address with its sittings, and which of them is meant: -1 is one to be added.
func (s *Console) sittingInYear(c *gin.Context) (up *settingUp, stage programme.BlueprintStage, list []programme.Sitting, at int, err error) {
	up, stage, err = s.stageInYear(c)
	if err != nil {
		return nil, stage, nil, 0, err
	}
	if stage.Event == nil {
		return nil, stage, nil, 0, programme.ErrNotFound
	}
	list, at = up.of(stage.Name), -1
	if name := c.Param("sitting"); name != "" {
		if at = slices.IndexFunc(list, func(one programme.Sitting) bool { return one.Name == name }); at < 0 {
			return up, stage, nil, 0, programme.ErrNotFound
		}
	}
	return up, stage, list, at, nil
}

// sessionsMore is how many empty lines a sitting's form has for further sessions.
const sessionsMore = 3

// sittingForm asks for everything of a sitting.
func (s *Console) sittingForm(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage, one programme.Sitting, fresh bool) *setupForm {
	k := up.cohort
	form := &setupForm{frame: s.frame(c, who, stage.Title+", sitting "+one.Name), Action: sittingsPath(k.Name) + "/" + stage.Name + "/" + one.Name, Button: "Save",
		Hidden: [][2]string{{"version", strconv.FormatInt(k.Version, 10)}}}
	form.Back = &way{Text: "Sittings of " + k.Name, Href: sittingsPath(k.Name)}
	place := fieldGroup{Legend: "For whom, and how many"}
	if fresh {
		form.Title, form.Action = stage.Title+": add a sitting", sittingsPath(k.Name)+"/"+stage.Name
		place.Fields = append(place.Fields, field{Name: "name", Label: "Name", Hint: "Short and for good, for example b", Value: one.Name})
	}
	place.Fields = append(place.Fields,
		field{Name: "group", Label: "Group (optional)", Hint: "The group of the spreadsheet whose leaders it serves", Value: one.Group},
		field{Name: "capacity", Label: "Places", Type: "number", Value: numeral(one.Capacity)},
		field{Name: "minimum", Label: "Minimum (optional)", Hint: "Below it you are shown that too few come", Type: "number", Value: numeral(one.Minimum)})
	now := s.Store.Now(c.Request.Context())
	if form.Stays = up.whyStays(one, now); fresh {
		form.Stays = ""
	} else if form.Stays == "" {
		form.Remove = "Remove this sitting"
	}
	if one.Known && !fresh {
		form.Text = knownWords(one, now)
		if one.State != programme.SittingCancelled && one.Starts.After(now) {
			form.Ways = []way{{Text: "Move, cancel or put online", Href: form.Action + "/reschedule"}}
		}
	} else {
		form.Groups = append(form.Groups, fieldGroup{Legend: "When", Hint: "London time.", Fields: []field{
			{Name: "starts_at", Label: "Starts", Type: "datetime-local", Value: clockTime(one.Starts)},
			{Name: "ends_at", Label: "Ends", Type: "datetime-local", Value: clockTime(one.Ends)},
			{Name: "night_before", Label: "Rooms are booked for the night before", Type: "check", Checked: one.Night}}})
	}
	if where := whereFields(one, fresh); len(where) > 0 {
		form.Groups = append(form.Groups, fieldGroup{Legend: "Where", Fields: where})
	}
	form.Groups = append(form.Groups, place)
	for i := range len(one.Sessions) + sessionsMore {
		form.Groups = append(form.Groups, sessionGroup(i, one.Sessions))
	}
	form.remember()
	return form
}

// knownWords say what can be changed of a sitting that leaders know of.
func knownWords(one programme.Sitting, now time.Time) []string {
	who := "Leaders hold places here. "
	if one.Taken == 0 {
		who = "Leaders were told of this date, although nobody holds a place here now. "
	}
	switch {
	case one.State == programme.SittingCancelled:
		return []string{"This sitting is cancelled and does not come back."}
	case !one.Starts.After(now):
		return []string{who + "It has begun, so it does not move any more."}
	}
	return []string{who + "When and where it takes place, and the night before it, changes by a reschedule, so that they are told and their calendars follow. " +
		"What is not set yet can be set here: their calendars follow too."}
}

// whereFields are those of the place that can be set here: of a settled sitting only what is not known yet.
func whereFields(one programme.Sitting, fresh bool) []field {
	free := fresh || !one.Known
	var list []field
	if free {
		list = append(list, field{Name: "online", Label: "It is held online", Type: "check", Checked: one.Online})
	}
	for _, f := range []field{{Name: "venue", Label: "Venue (optional)", Value: one.Venue}, {Name: "address", Label: "Address (optional)", Value: one.Address},
		{Name: "join_url", Label: "Link to join online (optional)", Hint: "It begins with https://", Value: one.JoinURL}} {
		if free || f.Value == "" {
			list = append(list, f)
		}
	}
	return list
}

// sessionGroup is the i-th session of a sitting; past the last it is an empty one.
func sessionGroup(i int, sessions []programme.Session) fieldGroup {
	var one programme.Session
	if i < len(sessions) {
		one = sessions[i]
	}
	at := "sessions-" + strconv.Itoa(i) + "-"
	return fieldGroup{Legend: "Session " + strconv.Itoa(i+1), Beside: true, Fields: []field{
		{Name: at + "starts_at", Label: "Starts", Type: "datetime-local", Value: clockTime(one.Starts)},
		{Name: at + "title", Label: "Title", Value: one.Title},
		{Name: at + "speaker", Label: "Speaker (optional)", Value: one.Speaker},
		{Name: at + "materials", Label: "Materials (optional)", Hint: "An address on the web", Value: one.Materials}}}
}

// numeral is a number to be changed, empty for none.
func numeral(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// clockTime is a moment in London as a browser's field has it.
func clockTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(programme.London).Format("2006-01-02T15:04")
}

// readClockTime reads a moment in London as a browser's field or a person writes it; the zero time where it is none.
func readClockTime(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, programme.London); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// showSittingForm is GET /console/cohorts/{cohort}/set-up/sittings/{stage} and …/{sitting}.
func (s *Console) showSittingForm(c *gin.Context, who member) error {
	up, stage, list, at, err := s.sittingInYear(c)
	if err != nil {
		return err
	}
	return s.renderForm(c, s.sittingForm(c, who, up, stage, s.sittingMeant(up, stage, list, at), at < 0))
}

// sittingMeant is the sitting that a form is about: one to be added begins as the blueprint has it.
func (s *Console) sittingMeant(up *settingUp, stage programme.BlueprintStage, list []programme.Sitting, at int) programme.Sitting {
	if at >= 0 {
		return list[at]
	}
	fresh, err := up.year.PlannedSitting(up.cohort, stage.Name)
	if err != nil {
		fresh = programme.Sitting{Stage: stage.Name}
	}
	fresh.Name, fresh.Capacity = "", 0
	return fresh
}

// changeSitting is POST /console/cohorts/{cohort}/set-up/sittings/{stage} and …/{sitting}.
func (s *Console) changeSitting(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	up, stage, list, at, err := s.sittingInYear(c)
	removed := sittingsPath(c.Param("cohort")) + "?did=removed"
	if errors.Is(err, programme.ErrNotFound) && typed(c, "do") == "remove" && up != nil && stage.Event != nil {
		return seeOther(c, removed) // the second of two clicks
	}
	if err != nil {
		return err
	}
	had := s.sittingMeant(up, stage, list, at)
	if typed(c, "do") == "remove" && at >= 0 {
		return s.removeSitting(c, who, up, stage, had)
	}
	want, rows, faults := sittingTyped(c, had, at < 0)
	how := changing{to: sittingsPath(up.cohort.Name) + "?did=saved", beneath: fmt.Sprintf("/sittings/%s/%d", stage.Name, at), rename: rows.rename,
		form: func(up *settingUp) *setupForm {
			now := had
			if i := slices.IndexFunc(up.of(stage.Name), func(one programme.Sitting) bool { return one.Name == had.Name }); i >= 0 {
				now = up.of(stage.Name)[i]
			}
			form := s.sittingForm(c, who, up, stage, now, at < 0)
			for i := len(now.Sessions) + sessionsMore; i <= rows.last; i++ {
				form.Groups = append(form.Groups, sessionGroup(i, nil))
			}
			return form
		}}
	switch {
	case at >= 0 && had.Known && c.PostForm("starts_at") != "" && (!readClockTime(typed(c, "starts_at")).Equal(had.Starts) || !readClockTime(typed(c, "ends_at")).Equal(had.Ends)):
		form := how.form(up)
		form.showTyped(c, false)
		form.wrong([]programme.Fault{{Text: "Since you opened this page somebody took a place here or moved this sitting, and nothing of yours was saved. You wrote that it starts " +
			or(typed(c, "starts_at"), "nothing") + " and ends " + or(typed(c, "ends_at"), "nothing") + ": move it, so that calendars follow"}}, "")
		return s.renderForm(c, form)
	case len(faults) > 0:
		form := how.form(up)
		form.showTyped(c, false)
		form.wrong(faults, "")
		return s.renderForm(c, form)
	case at < 0:
		list, how.beneath = append(list, want), fmt.Sprintf("/sittings/%s/%d", stage.Name, len(list))
		how.done = func(up *settingUp) bool { // it was added by the first of two clicks
			return slices.ContainsFunc(up.of(stage.Name), func(one programme.Sitting) bool {
				return one.Name == want.Name && one.Starts.Equal(want.Starts) && one.Ends.Equal(want.Ends) && one.Group == want.Group && one.Capacity == want.Capacity && one.Venue == want.Venue
			})
		}
	default:
		list[at] = want
	}
	change := programme.CohortChange{Sittings: map[string][]programme.Sitting{stage.Name: list}}
	return s.changeCohort(c, who, up, change, how)
}

// sessionRows are the lines of a form in which sessions were written; empty ones are passed over.
type sessionRows struct {
	lines []int // of each session
	last  int
}

// rename leads a fault of a session to the line in which it was written.
func (r sessionRows) rename(field string) string {
	before, after, found := strings.Cut(field, "/sessions/")
	number, rest, _ := strings.Cut(after, "/")
	n, err := strconv.Atoi(number)
	if !found || err != nil || n >= len(r.lines) {
		return field
	}
	return before + "/sessions/" + strconv.Itoa(r.lines[n]) + "/" + rest
}

// sittingTyped is a sitting as it was written; what the form does not ask for stays as it was.
func sittingTyped(c *gin.Context, had programme.Sitting, fresh bool) (want programme.Sitting, rows sessionRows, faults []programme.Fault) {
	want = had
	want.State, want.Planned = programme.SittingState(or(string(had.State), string(programme.SittingPlanned))), false
	refuse := func(name, text string) { faults = append(faults, programme.Fault{Field: name, Text: text}) }
	moment := func(name, what string) time.Time {
		at := readClockTime(typed(c, name))
		if at.IsZero() {
			refuse(name, "Write when "+what+", as 2027-03-01 16:00")
		}
		return at
	}
	count := func(name, text string, optional bool) int {
		if typed(c, name) == "" && optional {
			return 0
		}
		n, err := strconv.Atoi(typed(c, name))
		if err != nil {
			refuse(name, text)
		}
		return n
	}
	if fresh {
		want.Name = typed(c, "name")
	}
	want.Group = typed(c, "group")
	want.Capacity, want.Minimum = count("capacity", "Write how many places it has, from 1", false), count("minimum", "Write the minimum as a number", true)
	if free := fresh || !had.Known; free {
		want.Starts, want.Ends = moment("starts_at", "it starts"), moment("ends_at", "it ends")
		want.Night, want.Online = typed(c, "night_before") != "", typed(c, "online") != ""
	}
	for name, into := range map[string]*string{"venue": &want.Venue, "address": &want.Address, "join_url": &want.JoinURL} {
		if fresh || !had.Known || *into == "" {
			*into = typed(c, name)
		}
	}
	want.Sessions = nil
	for i := range programmeSessions {
		at := "sessions-" + strconv.Itoa(i) + "-"
		one := programme.Session{Title: typed(c, at+"title"), Speaker: typed(c, at+"speaker"), Materials: typed(c, at+"materials")}
		if typed(c, at+"starts_at") == "" && one.Title+one.Speaker+one.Materials == "" {
			continue
		}
		one.Starts = moment(at+"starts_at", "the session starts")
		want.Sessions, rows.lines, rows.last = append(want.Sessions, one), append(rows.lines, i), i
	}
	return want, rows, faults
}

// programmeSessions is how many sessions a form may have; the rules allow 50.
const programmeSessions = 60
