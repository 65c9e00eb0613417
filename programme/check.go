package programme

import (
	"fmt"
	"slices"
	"time"
)

// shortNotice is the number of working days from opening to due under which staff are warned.
const shortNotice = 5

// Check judges a blueprint together with a cohort and its calendar before launch. Faults block the launch; warnings
// are for staff to sign off. It says nothing of stages whose kind does not run in this version, see Unrunnable.
func Check(b Blueprint, c Cohort, cal Calendar) (faults, warnings []Fault) {
	own := b.In(c)
	faults = own.faults(nil, true)
	holds := len(faults) == 0 && !c.StartsOn.IsZero()
	faults = append(faults, cohortFaults(own, c)...)
	if !holds {
		return faults, nil // dates of a year that does not hold say nothing
	}
	k := checker{b: own, titled: true}
	for _, s := range own.Stages {
		if s.Kind == KindSelection && c.Route == RouteConfirmed {
			continue
		}
		k.stageWarnings(c, cal, s)
	}
	return faults, k.faults
}

func cohortFaults(b Blueprint, c Cohort) []Fault {
	var faults []Fault
	refuse := func(field, format string, args ...any) {
		faults = append(faults, Fault{Field: field, Text: fmt.Sprintf(format, args...)})
	}
	if c.StartsOn.IsZero() || c.StartsOn.Weekday() != time.Monday {
		refuse("starts_on", "The cohort must start on a Monday, the Monday of residential 1's week.")
	}
	if c.Places < 1 {
		refuse("places", "The cohort needs at least one place.")
	}
	_, selects := b.kind(KindSelection)
	switch {
	case c.Route != RouteInvitation && c.Route != RouteApplication && c.Route != RouteConfirmed:
		refuse("route", "The route is invitation, application or confirmed.")
	case c.Route == RouteApplication && !takesApplications(b):
		refuse("route", "The blueprint “%s” has no dates for applications. Choose the route invitation or confirmed.", b.Name)
	case c.Route == RouteInvitation && !selects:
		refuse("route", "The blueprint “%s” has no selection, so nobody can be invited. Choose the route confirmed.", b.Name)
	}
	for _, s := range b.Stages {
		if s.Event != nil && s.Event.Capacity > 0 && c.Places > s.Event.Capacity {
			faults = append(faults, Fault{Line: s.Line, Field: s.Name,
				Text: fmt.Sprintf("%s has room for %d, but the cohort has %d places.", s.Title, s.Event.Capacity, c.Places)})
		}
	}
	for name, own := range c.Overrides {
		s, found := b.Stage(name)
		switch {
		case !found:
			refuse("overrides", "The cohort changes the stage “%s”, which the blueprint does not have.", name)
		case own.NoReminders && len(own.Ladder) > 0:
			refuse(name, "“%s” has days for its reminders and no reminders at once: say the one or the other.", s.Title)
		}
	}
	slices.SortStableFunc(faults, func(x, y Fault) int { return x.Line - y.Line })
	return faults
}

// takesApplications reports whether people can apply for a year of this shape.
func takesApplications(b Blueprint) bool {
	selection, found := b.kind(KindSelection)
	return found && selection.Application != nil
}

func (b Blueprint) kind(kind Kind) (BlueprintStage, bool) {
	i := slices.IndexFunc(b.Stages, func(s BlueprintStage) bool { return s.Kind == kind })
	if i < 0 {
		return BlueprintStage{}, false
	}
	return b.Stages[i], true
}

// stageWarnings names the dates of a stage that staff should look at twice.
func (k *checker) stageWarnings(c Cohort, cal Calendar, s BlueprintStage) {
	blocked := k.b.ResidentialDays(c)
	terms, err := k.b.Terms(c, s.Name, cal, blocked)
	if err != nil {
		k.add(s, "name", "%s.", err)
		return
	}
	opens, due := DateOf(terms.Opens), DateOf(terms.Due)
	if s.Event != nil {
		if from, to, err := k.b.EventTimes(c, s.Name); err == nil {
			k.eventWarning(cal, s, DateOf(from), DateOf(to))
		}
		if s.Event.PlaceWith == "" {
			k.dateWarning(cal, s, "event.confirm", "its place is to be confirmed by", due, due)
		}
		return
	}
	if s.Follows != "" {
		return // its dates follow from the event's
	}
	setting, week := "opens", s.OpensWeek
	if s.Applies {
		setting, week = "application", s.Application.Opens
	}
	k.dateWarning(cal, s, setting, "it opens on", weekOf(c, week), opens)
	planned := due
	if s.DueWeek != nil {
		planned = weekOf(c, *s.DueWeek).AddDays(thursday)
	}
	k.dateWarning(cal, s, dueSetting(s), "it is due on", planned, due)
	if days := cal.WorkingDaysBetween(terms.Opens, terms.Due); days < shortNotice {
		k.add(s, dueSetting(s), "very short notice: it opens on %s and is due on %s, %d whole working days later.",
			inWords(opens), inWords(due), days)
	}
	for _, rung := range PlanLadder(cal, 0, s.Ladder, PersonalMoment(opens, 0), terms.Due, time.Time{}, blocked) {
		switch rung.Dropped {
		case NotSentTooClose:
			k.add(s, "ladder", "reminder %d falls on %s, too close to the request or the deadline, and will not go.", rung.Number, inWords(DateOf(rung.At)))
		case NotSentSameDay:
			k.add(s, "ladder", "reminder %d falls on %s together with the next one, which goes instead.", rung.Number, inWords(DateOf(rung.At)))
		}
	}
}

// dateWarning warns of a date in August or in a holiday week, be it the planned one or the working day it rolled to.
func (k *checker) dateWarning(cal Calendar, s BlueprintStage, setting, does string, planned, actual Date) {
	why := cal.doubtful(planned)
	if why == "" {
		why = cal.doubtful(actual)
	}
	switch {
	case why == "":
	case planned != actual:
		k.add(s, setting, "%s %s, moved from %s, %s.", does, inWords(actual), inWords(planned), why)
	default:
		k.add(s, setting, "%s %s, %s.", does, inWords(actual), why)
	}
}

// eventWarning warns of an event with a day in August or in a holiday week.
func (k *checker) eventWarning(cal Calendar, s BlueprintStage, from, to Date) {
	for d := from; !to.Before(d); d = d.AddDays(1) {
		if why := cal.doubtful(d); why != "" {
			k.add(s, "event.week", "it takes place on %s, %s.", inWords(d), why)
			return
		}
	}
}

// doubtful says why people may be away on a day: it lies in August, or in a holiday week, one with a bank holiday or a
// day of the Christmas closure. Else it is empty.
func (c Calendar) doubtful(d Date) string {
	switch {
	case d.Month == time.August:
		return "in August"
	case c.holidayWeek(d):
		return "in a holiday week"
	}
	return ""
}

// holidayWeek reports whether a weekday of the day's week, Monday to Sunday, is a holiday.
func (c Calendar) holidayWeek(d Date) bool {
	monday := d.AddDays(-((int(d.Weekday()) + 6) % 7))
	for i := range 5 {
		if !c.Working(monday.AddDays(i)) {
			return true
		}
	}
	return false
}

// inWords is a day as people read it: "Thursday 17 December 2026".
func inWords(d Date) string { return d.At(12, 0).In(London).Format("Monday 2 January 2006") }
