package console

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Reschedules carry a changed sitting to the leaders who have a place in it.
type Reschedules interface {
	// Reschedule is *programme.Illegal once the event has begun, *programme.Invalid names what is wrong, and ErrConflict
	// says that somebody changed the sitting, or that the order was given before.
	Reschedule(ctx context.Context, order programme.Reschedule) (programme.Operation, error)
	// RescheduleEffects says what it would change for each leader, and changes nothing.
	RescheduleEffects(ctx context.Context, order programme.Reschedule) ([]programme.RescheduleLine, error)
	// ChangeEffects says what a change of one stage would do to the leaders who have it open or to come, after the first skip
	// of them, and how many there are. It changes nothing.
	ChangeEffects(ctx context.Context, changed programme.Cohort, stage string, skip, limit int) ([]programme.ChangeLine, int, error)
}

// leadersAPage is how many leaders a preview shows at once.
const leadersAPage = 50

// rescheduleForm asks what becomes of a sitting that leaders have in their calendars.
func (s *Console) rescheduleForm(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage, one programme.Sitting) *setupForm {
	at := sittingsPath(up.cohort.Name) + "/" + stage.Name + "/" + one.Name
	form := &setupForm{frame: s.frame(c, who, "Move or cancel "+stage.Title+", sitting "+one.Name), Action: at + "/reschedule", Button: "See what would change",
		Hidden: [][2]string{{"step", "preview"}, {sequenceField, strconv.Itoa(one.Sequence)}}, Text: []string{"Everybody with a place here follows. You see what changes for each of them before anything does."}}
	form.Back = &way{Text: "Sitting " + one.Name, Href: at}
	reason := field{Name: "reason", Label: "Reason", Type: "select", Said: true, Options: append([]option{{Label: "Choose one"}}, reasons("")...)}
	form.Groups = []fieldGroup{
		{Legend: "When", Hint: "London time.", Fields: []field{{Name: "starts_at", Label: "Starts", Type: "datetime-local", Value: clockTime(one.Starts)},
			{Name: "ends_at", Label: "Ends", Hint: "Left as it is, it follows a start on another day", Type: "datetime-local", Value: clockTime(one.Ends)},
			{Name: "night_before", Label: "Rooms are booked for the night before", Hint: s.nightHint(c, up, one), Type: "check", Checked: one.Night}}},
		{Legend: "Where", Fields: []field{{Name: "online", Label: "It is held online", Type: "check", Checked: one.Online},
			{Name: "venue", Label: "Venue (optional)", Value: one.Venue}, {Name: "address", Label: "Address (optional)", Value: one.Address},
			{Name: "join_url", Label: "Link to join online (optional)", Hint: "It begins with https://", Value: one.JoinURL}}},
		{Legend: "Or not at all", Fields: []field{{Name: "cancel", Label: "Cancel this sitting: it never comes back", Type: "check", Said: true}}},
		{Fields: []field{reason, {Name: "note", Label: "Note (optional)", Hint: "In your own words; it stays in the history.", Type: "area", Said: true}}}}
	form.remember()
	return form
}

// nightHint says until when the night before a sitting can be changed, and what to do afterwards.
func (s *Console) nightHint(c *gin.Context, up *settingUp, one programme.Sitting) string {
	terms, err := up.year.EventTerms(up.cohort.With(map[string]programme.Sitting{one.Stage: one}), one.Stage, s.Calendar, nil)
	switch {
	case err != nil:
		return ""
	case s.Store.Now(c.Request.Context()).Before(terms.Freeze):
		return "It can be changed until needs are frozen, on " + moment(terms.Freeze)
	}
	return "Needs were frozen on " + moment(terms.Freeze) + ", so this stays as it is. Settle it with the venue, and write to those who come."
}

// sequenceField says how often the sitting had moved when the form was opened.
const sequenceField = "sequence"

// reschedulePage shows what an order would change, with the button that gives it.
type reschedulePage struct {
	frame
	Facts  []fact
	Action string
	Hidden [][2]string
	Rows   []rescheduleRow
	Count  int
	Pages  []string // numbers of the other pages of the list
	Button string
}

// rescheduleRow is what changes for one leader.
type rescheduleRow struct {
	Ref, Href, Name, Place, Confirm, Reminders, Entry, Note string
}

// orderID is how the page names an order before it is given, so that a second click gives it only once.
var orderID = regexp.MustCompile(`^op-[0-9a-f]{24}$`)

// showReschedule is GET /console/cohorts/{cohort}/set-up/sittings/{stage}/{sitting}/reschedule.
func (s *Console) showReschedule(c *gin.Context, who member) error {
	up, stage, list, at, err := s.sittingInYear(c)
	if err != nil {
		return err
	}
	return s.renderForm(c, s.rescheduleForm(c, who, up, stage, list[at]))
}

// reschedule is POST of the same: it shows what would change, and with the second click gives the order.
func (s *Console) reschedule(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	up, stage, list, at, err := s.sittingInYear(c)
	if err != nil {
		return err
	}
	form := s.rescheduleForm(c, who, up, stage, list[at])
	ctx := c.Request.Context()
	order, faults := rescheduleTyped(c, list[at])
	if *order.IfSequence != list[at].Sequence { // of two clicks the second, or somebody else moved it
		order.Cohort = up.cohort.Name
		return s.notRescheduled(c, form, order, programme.ErrConflict)
	}
	form.showTyped(c, false)
	order.Cohort, order.Actor, order.At = up.cohort.Name, who.actor(), s.Store.Now(ctx)
	if len(faults) > 0 || typed(c, "step") == "change" {
		form.wrong(faults, "")
		return s.renderForm(c, form)
	}
	if typed(c, "step") != "confirm" || !orderID.MatchString(order.ID) {
		lines, err := s.Store.RescheduleEffects(ctx, order)
		if err != nil {
			return s.notRescheduled(c, form, order, err)
		}
		return s.render(c, http.StatusOK, "reschedule.html", s.reschedulePage(c, who, form, order, stage, list[at], lines))
	}
	op, err := s.Store.Reschedule(ctx, order)
	if err != nil {
		return s.notRescheduled(c, form, order, err)
	}
	return seeOther(c, operationPath(up.cohort.Name, op.ID))
}

// notRescheduled shows the form with what speaks against the order. An order that was given by the first of two clicks leads
// to its progress.
func (s *Console) notRescheduled(c *gin.Context, form *setupForm, order programme.Reschedule, err error) error {
	if errors.Is(err, programme.ErrConflict) {
		if op, known := s.Store.Operation(c.Request.Context(), order.ID); known == nil {
			return seeOther(c, operationPath(order.Cohort, op.ID))
		}
		form.showTyped(c, true)
		form.Meanwhile = movedMeanwhile
		return s.renderForm(c, form)
	}
	faults, err := saidHere(err, "starts_at", "ends_at", "night_before", "venue", "address", "join_url", "reason", "note")
	if err != nil {
		return err
	}
	form.wrong(faults, "")
	return s.renderForm(c, form)
}

const movedMeanwhile = "Somebody moved or cancelled this sitting after you opened the page. Nothing of yours was done. " +
	"What you wrote and what stands now are shown beneath: decide, and look again at what would change."

// rescheduleTyped is the order as it was written: what is as before is left out.
func rescheduleTyped(c *gin.Context, had programme.Sitting) (order programme.Reschedule, faults []programme.Fault) {
	order = programme.Reschedule{ID: typed(c, "order"), Stage: had.Stage, Sitting: had.Name, Cancel: typed(c, "cancel") != "",
		Reason: typed(c, "reason"), Note: typed(c, "note")}
	faults = wrongReason(order.Reason, order.Note)
	seen, err := strconv.Atoi(typed(c, sequenceField))
	if err != nil {
		seen = -1 // of no sitting: the sender looks again
	}
	order.IfSequence = &seen
	if order.Cancel {
		return order, faults
	}
	for name, into := range map[string]*time.Time{"starts_at": &order.Starts, "ends_at": &order.Ends} {
		if *into = readClockTime(typed(c, name)); into.IsZero() {
			faults = append(faults, programme.Fault{Field: name, Text: "Write the moment as 2027-03-01 16:00"})
		}
	}
	// Whoever writes another day of the start alone does not mean an event that is days longer or shorter.
	if order.Ends.Equal(had.Ends.Truncate(time.Minute)) && programme.DateOf(order.Starts) != programme.DateOf(had.Starts) {
		order.Ends = programme.MovedAlong(had.Ends, had.Starts, order.Starts)
	}
	night, online := typed(c, "night_before") != "", typed(c, "online") != ""
	order.Night, order.Online = &night, &online
	for name, into := range map[string]**string{"venue": &order.Venue, "address": &order.Address, "join_url": &order.JoinURL} {
		text := typed(c, name)
		*into = &text
	}
	return order, faults
}

func (s *Console) reschedulePage(c *gin.Context, who member, form *setupForm, order programme.Reschedule, stage programme.BlueprintStage,
	had programme.Sitting, lines []programme.RescheduleLine) *reschedulePage {
	page := &reschedulePage{frame: s.frame(c, who, "What would change for "+stage.Title+", sitting "+had.Name), Action: form.Action, Count: len(lines), Button: "Move it"}
	page.Back = form.Back
	after := span(order.Starts, order.Ends)
	if order.Cancel {
		after, page.Button = "Cancelled", "Cancel this sitting"
	}
	page.Facts = facts(fact{Key: "Now", Text: span(had.Starts, had.Ends)}, fact{Key: "Then", Text: after}, fact{Key: "Where now", Text: had.Where()},
		fact{Key: "Reason", Text: word(order.Reason)})
	if order.Night != nil && *order.Night != had.Night {
		page.Facts = append(page.Facts, fact{Key: "Night before now", Text: nightWords(had.Night)}, fact{Key: "Night before then", Text: nightWords(*order.Night)})
	}
	if order.Venue != nil {
		then := *order.Venue
		if order.Online != nil && *order.Online {
			then = "online"
		}
		page.Facts = append(page.Facts, fact{Key: "Where then", Text: or(then, "Not set")})
	}
	id := order.ID
	if !orderID.MatchString(id) {
		id = "op-" + programme.NewToken().Hash()[:24]
	}
	page.Hidden = [][2]string{{"order", id}, {sequenceField, strconv.Itoa(had.Sequence)}, {seenField, c.PostForm(seenField)}}
	for _, one := range form.fields() {
		page.Hidden = append(page.Hidden, [2]string{one.Name, c.PostForm(one.Name)})
	}
	var of []programme.RescheduleLine
	of, page.Pages = pageOf(lines, leadersAPage, typed(c, "page"))
	for _, line := range of {
		row := rescheduleRow{Ref: line.Ref, Href: journeyPath(line.Ref), Name: line.Name, Place: word(line.State), Confirm: yesNo(line.Confirm),
			Reminders: yesNo(line.Reminders), Entry: word(line.Entry)}
		var notes []string
		if line.Task {
			notes = append(notes, "Staff get a task to find another sitting")
		}
		if len(line.Sessions) > 0 {
			notes = append(notes, "Cancels "+strings.Join(line.Sessions, ", "))
		}
		row.Note = strings.Join(notes, ". ")
		page.Rows = append(page.Rows, row)
	}
	return page
}

// nightWords say whether rooms are booked for the night before.
func nightWords(booked bool) string {
	if booked {
		return "Rooms are booked"
	}
	return "No rooms are booked"
}

func yesNo(yes bool) string {
	if yes {
		return "Yes"
	}
	return "No"
}

// pageOf is one page of a list that is here whole, and the numbers of all its pages where there are several. What is no
// page of it is the first.
func pageOf[T any](list []T, size int, wanted string) (part []T, pages []string) {
	n, err := strconv.Atoi(wanted)
	if err != nil || n < 1 || (n-1)*size >= len(list) {
		n = 1
	}
	if len(list) > size {
		for i := range (len(list) + size - 1) / size {
			pages = append(pages, strconv.Itoa(i+1))
		}
	}
	return slices.Clone(list[min(len(list), (n-1)*size):min(len(list), n*size)]), pages
}
