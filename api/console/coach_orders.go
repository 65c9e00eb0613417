package console

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// coachForm begins a page that changes something of a coach.
func (s *Console) coachForm(c *gin.Context, who member, title, action, button string) (*accessForm, programme.Coach, []coacheeRow, error) {
	coach, leaders, err := s.coach(c)
	if err != nil {
		return nil, coach, nil, err
	}
	address := coachPath(c.Param("cohort"), coach.Ref)
	form := &accessForm{peopleFrame: peopleFrame{frame: s.frame(c, who, title)}, Action: address + action, Button: button}
	form.Back = &way{Text: "Coach " + coach.Name, Href: address}
	form.Facts = facts(fact{Key: "Coach", Text: coach.Name}, fact{Key: "Reference", Text: coach.Ref})
	return form, coach, leaders, nil
}

// timesForm publishes a series of times for a coach.
func (s *Console) timesForm(c *gin.Context, who member) (*accessForm, programme.Coach, error) {
	form, coach, _, err := s.coachForm(c, who, "Publish times for a coach", "/times", "Publish these times")
	if err != nil {
		return nil, coach, err
	}
	form.Text = []string{"Their leaders can book these times at once. The same times again change nothing."}
	keep := func(name, otherwise string) string {
		if c.Request.Method == http.MethodPost {
			return typed(c, name)
		}
		return otherwise
	}
	where := entry{Name: "where", Label: "Where", Options: []option{{Value: "person", Label: "In person"}, {Value: "online", Label: "Online"}}}
	for i := range where.Options {
		where.Options[i].Selected = where.Options[i].Value == keep("where", "person")
	}
	form.Entries = []entry{{Name: "first", Label: "The first time", Hint: "By London’s clocks, as 2027-03-09 10:00", Value: keep("first", "")},
		{Name: "count", Label: "How many times", Hint: "From 1 to 50", Value: keep("count", "1")},
		{Name: "every_days", Label: "Days from one to the next", Hint: "7 for every week", Value: keep("every_days", "7")},
		{Name: "minutes", Label: "Minutes", Hint: "From 15 to 180", Value: keep("minutes", "60")}, where}
	return form, coach, nil
}

// showTimes is GET /console/cohorts/{cohort}/coaches/{coach}/times.
func (s *Console) showTimes(c *gin.Context, who member) error {
	form, _, err := s.timesForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// publishTimes is POST /console/cohorts/{cohort}/coaches/{coach}/times.
func (s *Console) publishTimes(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, coach, err := s.timesForm(c, who)
	if err != nil {
		return err
	}
	series := programme.SlotSeries{Online: typed(c, "where") == "online"}
	var faults []programme.Fault
	var ok bool
	if series.First, ok = programme.AgreedTime(typed(c, "first")); !ok {
		faults = append(faults, programme.Fault{Field: "first", Text: "Write a date and time as 2027-03-09 10:00"})
	}
	for _, field := range []struct {
		name string
		into *int
	}{{"count", &series.Count}, {"every_days", &series.EveryDays}, {"minutes", &series.Minutes}} {
		if *field.into, err = strconv.Atoi(typed(c, field.name)); err != nil {
			faults = append(faults, programme.Fault{Field: field.name, Text: "Write a whole number"})
		}
	}
	if err = nil; len(faults) > 0 {
		err = &programme.Invalid{Faults: faults}
	} else {
		_, err = s.Store.PublishSlots(c.Request.Context(), c.Param("cohort"), coach.Ref, series, who.actor(), s.Store.Now(c.Request.Context()))
	}
	return s.did(c, form, err, coachPath(c.Param("cohort"), coach.Ref)+"?did=published")
}

// removalForm takes a free time of a coach back.
func (s *Console) removalForm(c *gin.Context, who member) (*accessForm, programme.Coach, error) {
	id := c.Param("slot")
	if !slotID.MatchString(id) {
		return nil, programme.Coach{}, programme.ErrNotFound
	}
	form, coach, _, err := s.coachForm(c, who, "Take a time back", "/times/"+id+"/remove", "Take it back")
	if err != nil {
		return nil, coach, err
	}
	ctx := c.Request.Context()
	times, err := s.Store.Slots(ctx, c.Param("cohort"), coach.Ref, s.Store.Now(ctx))
	for _, slot := range times {
		if slot.ID == id {
			form.Facts = append(form.Facts, fact{Key: "Time", Text: span(slot.Starts, slot.Ends())})
		}
	}
	form.Text = []string{"Nobody can book it any more. Nobody is written to: it is free."}
	return form, coach, err
}

// showRemoval is GET /console/cohorts/{cohort}/coaches/{coach}/times/{slot}/remove.
func (s *Console) showRemoval(c *gin.Context, who member) error {
	form, _, err := s.removalForm(c, who)
	if err == nil && !slices.ContainsFunc(form.Facts, func(f fact) bool { return f.Key == "Time" }) {
		err = programme.ErrNotFound // it was taken back, or never was one of theirs
	}
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// removeTime is POST /console/cohorts/{cohort}/coaches/{coach}/times/{slot}/remove.
func (s *Console) removeTime(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, coach, err := s.removalForm(c, who)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	_, err = s.Store.RemoveSlot(ctx, c.Param("cohort"), coach.Ref, c.Param("slot"), who.actor(), s.Store.Now(ctx))
	return s.did(c, form, err, coachPath(c.Param("cohort"), coach.Ref)+"?did=taken")
}

// leaveForm takes a coach out of a cohort.
func (s *Console) leaveForm(c *gin.Context, who member) (*accessForm, programme.Coach, error) {
	form, coach, leaders, err := s.coachForm(c, who, "Take a coach out of the cohort", "/leave", "Take this coach out")
	if err != nil {
		return nil, coach, err
	}
	form.Warning = true
	form.Text = []string{fmt.Sprintf("Leaders they have: %d. Each gets the next best coach, or becomes a task where there is none, and is told by mail.", len(leaders)),
		"Sessions that are booked with this coach are cancelled, and asked for again. The coach sees no report any more. Nobody new is matched with them.",
		"A coach who was taken out by mistake comes back when their row is imported again; leaders who have another coach by then stay with that one."}
	reason := entry{Name: "reason", Label: "Reason", Options: append([]option{{Label: "Choose one"}}, reasons(c.PostForm("reason"))...)}
	form.Entries = []entry{reason}
	if len(leaders) > 0 { // it is kept with them
		form.Entries = append(form.Entries, entry{Name: "note", Label: "Note (optional)", Hint: "In your own words; it stays in the history of each of these leaders.", Value: typed(c, "note"), Long: true})
	}
	for _, leader := range leaders {
		form.Facts = append(form.Facts, fact{Key: "Leader", Way: &way{Text: leader.Ref, Href: leader.Href}})
	}
	return form, coach, nil
}

// showLeaving is GET /console/cohorts/{cohort}/coaches/{coach}/leave.
func (s *Console) showLeaving(c *gin.Context, who member) error {
	form, _, err := s.leaveForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// coachLeaves is POST /console/cohorts/{cohort}/coaches/{coach}/leave.
func (s *Console) coachLeaves(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, coach, err := s.leaveForm(c, who)
	if err != nil {
		return err
	}
	reason, note := c.PostForm("reason"), typed(c, "note")
	if faults := wrongReason(reason, note); len(faults) > 0 {
		err = &programme.Invalid{Faults: faults}
	} else {
		_, err = s.Store.CoachLeaves(c.Request.Context(), c.Param("cohort"), coach.Ref, reason, note, who.actor())
	}
	return s.did(c, form, err, coachPath(c.Param("cohort"), coach.Ref)+"?did=left")
}
