package rest

import (
	"context"
	"errors"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"fairlead/programme"
)

type newCohort struct {
	Name      string          `json:"name" maxLength:"60" doc:"Lower-case letters, digits and hyphens" example:"2027-spring"`
	Blueprint string          `json:"blueprint" maxLength:"60" example:"flagship"`
	StartsOn  string          `json:"starts_on" format:"date" doc:"The Monday of residential 1's week, not past" example:"2027-03-01"`
	Route     programme.Route `json:"route" enum:"invitation,application,confirmed" doc:"How leaders come in"`
	Places    int             `json:"places" minimum:"1" maximum:"100000"`
	Owner     string          `json:"owner,omitempty" maxLength:"254" doc:"Staff address; left out, the head of the centre's"`
	Deputy    string          `json:"deputy,omitempty" maxLength:"254" doc:"Staff address"`
	Signatory string          `json:"signatory,omitempty" maxLength:"200" doc:"Signs the mails"`
	Contact   string          `json:"contact,omitempty" maxLength:"254" doc:"Address printed in the mails, also Reply-To"`
	Clock     *newClock       `json:"clock,omitempty" doc:"Where this Fairlead was started with a fast clock: its pace and start"`
}

type newClock struct {
	Day   string `json:"day" maxLength:"20" doc:"How long a programme day takes" example:"1.5s"`
	Start string `json:"start" format:"date-time" doc:"The programme moment at which it begins" example:"2026-08-31T05:00:00Z"`
}

type createCohortInput struct{ Body newCohort }

// How long what staff write of a cohort may be, as the documents of the calls say too.
const (
	longestName    = 60
	longestAddress = 254
	longestLine    = 200
)

// cohortName is what a cohort may be called: it stands in addresses and workflow ids.
var cohortName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (a *API) createCohort(ctx context.Context, in *createCohortInput) (*cohortOutput, error) {
	c, wanted, err := a.readCohort(in.Body)
	if err != nil {
		return nil, err
	}
	ticking, err := a.o.Store.Clock(ctx)
	if err != nil {
		return nil, err
	}
	c.By = callerOf(ctx).actor()
	if wanted != nil && ticking.Fast() && (ticking.Day != wanted.Day || !ticking.Start.Equal(wanted.Start)) {
		return nil, programme.ErrConflict
	}
	status, err := a.create(ctx, c, wanted, ticking)
	if err != nil {
		return nil, err
	}
	return a.showCohort(ctx, c.Name, status)
}

// create writes a cohort that was read down, and settles the clock with the first.
func (a *API) create(ctx context.Context, c programme.Cohort, wanted *programme.Clock, ticking programme.Clock) (status int, err error) {
	switch _, err := a.o.Store.Cohort(ctx, c.Name); {
	case err == nil:
		// The same again is fine at any time, also when its start is past by now.
		return http.StatusOK, a.o.Store.CreateCohort(ctx, c)
	case !errors.Is(err, programme.ErrNotFound):
		return 0, err
	}
	today := programme.DateOf(a.o.Store.Now(ctx))
	if wanted != nil && !ticking.Fast() {
		today = programme.DateOf(wanted.Start)
	}
	if err := notPast(c, today); err != nil {
		return 0, err
	}
	// The first cohort settles the clock, the real one too: afterwards it cannot change.
	if wanted == nil {
		wanted = &ticking
	}
	if err := a.o.Store.SetClock(ctx, *wanted); err != nil {
		return 0, err
	}
	return http.StatusCreated, a.o.Store.CreateCohort(ctx, c)
}

func notPast(c programme.Cohort, today programme.Date) error {
	if c.StartsOn.Before(today) {
		return programme.Refuse("starts_on", "The start is past: today is %s on this Fairlead's clock.", today)
	}
	return nil
}

// readCohort checks everything of a new cohort that needs no records, and names every fault.
func (a *API) readCohort(body newCohort) (programme.Cohort, *programme.Clock, error) {
	var faults []programme.Fault
	refuse := func(field, text string) { faults = append(faults, programme.Fault{Field: field, Text: text}) }

	c := programme.Cohort{Name: body.Name, Blueprint: body.Blueprint, Route: body.Route, Places: body.Places}
	if !cohortName.MatchString(c.Name) || len(c.Name) > longestName {
		refuse("name", "Write up to 60 lower-case letters, digits and single hyphens, like 2027-spring.")
	}
	if c.Name == "new" {
		refuse("name", "The console has this address for another page. Choose another name.")
	}
	if _, err := a.blueprintNamed(c.Blueprint); err != nil {
		refuse("blueprint", "There is no such blueprint. Choose one of: "+strings.Join(a.blueprintNames(), ", ")+".")
	}
	var err error
	if c.StartsOn, err = monday(body.StartsOn); err != nil {
		refuse("starts_on", "Write a Monday, the Monday of residential 1's week, as 2027-03-01.")
	}
	c.Owner = strings.TrimSpace(body.Owner)
	if c.Owner == "" {
		c.Owner = a.o.HeadOfCentre
	}
	if !address(c.Owner) {
		refuse("owner", "Name the member of staff who owns the cohort by a mail address.")
	}
	c.Deputy, c.Signatory, c.Contact = optionalAddress(body.Deputy, "deputy", refuse), oneLine(body.Signatory, "signatory", refuse), optionalAddress(body.Contact, "contact", refuse)
	wanted := a.readClock(body.Clock, refuse)
	if len(faults) > 0 {
		return c, nil, &programme.Invalid{Faults: faults}
	}
	return c, wanted, nil
}

// The paces a fast clock may have.
const (
	fastestDay = 10 * time.Millisecond
	slowestDay = 24 * time.Hour
)

func (a *API) readClock(body *newClock, refuse func(field, text string)) *programme.Clock {
	if body == nil {
		return nil
	}
	if !a.o.FastClock {
		refuse("clock", "This Fairlead runs on the real clock. Only one that was started with --fast-clock takes another.")
		return nil
	}
	day, err := time.ParseDuration(body.Day)
	if err != nil || day < fastestDay || day > slowestDay {
		refuse("/clock/day", "Write how long a programme day takes, from 10ms to 24h, like 1.5s.")
	}
	start, err := time.Parse(time.RFC3339Nano, body.Start)
	if err != nil {
		refuse("/clock/start", "Write the moment at which the clock begins, like 2026-08-31T05:00:00Z.")
	}
	return &programme.Clock{Day: day, Start: start.UTC().Truncate(time.Millisecond), Began: a.o.Now().UTC().Truncate(time.Millisecond)}
}

func (a *API) blueprintNames() []string {
	var names []string
	for _, b := range a.o.Blueprints() {
		names = append(names, b.Name)
	}
	return names
}

// address reports whether mail can be sent to the text: one bare address.
func address(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && len(text) <= longestAddress && !strings.ContainsAny(text, "\r\n")
}

func optionalAddress(text, field string, refuse func(field, text string)) string {
	text = strings.TrimSpace(text)
	if text != "" && !address(text) {
		refuse(field, "Write one mail address, like programme@example.org.")
	}
	return text
}

// oneLine refuses what could end a header or a line of a mail.
func oneLine(text, field string, refuse func(field, text string)) string {
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		refuse(field, "Write one line.")
	}
	if utf8.RuneCountInString(text) > longestLine {
		refuse(field, "Write at most 200 characters.")
	}
	return text
}
