package programme

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// YearDate is one date of a cohort's year as staff see it before anybody has come in.
type YearDate struct {
	At     time.Time
	To     time.Time // of an event, its end; else At
	What   YearWhat
	Stage  string // empty for a date of the whole year
	Title  string
	Groups []string // whose date it is; empty: everybody's
}

// YearWhat says what happens on a date of the year.
type YearWhat string

// The dates of a year. Those of an event are what it asks and sends around its days.
const (
	YearOpens    YearWhat = "opens"
	YearDue      YearWhat = "due"
	YearLimit    YearWhat = "limit"
	YearDecided  YearWhat = "decided"  // decisions on applications are recorded
	YearReleased YearWhat = "released" // and told
	YearJoining  YearWhat = "joining"  // the last moment at which somebody can come in
	YearAsked    YearWhat = "asked"    // places of an event are asked for
	YearConfirm  YearWhat = "confirm"  // and are to be confirmed
	YearFreeze   YearWhat = "freeze"   // needs cannot be changed any more
	YearEvent    YearWhat = "event"
	YearRegister YearWhat = "register" // the register is taken by then
)

// Lives are the years that leaders of a cohort can have by its sittings: one for each group, and one without a group for
// all others. What is full counts as well: a calendar shows what was meant.
func Lives(c Cohort, sittings []Sitting) map[string]Cohort {
	events, groups := map[string][]Sitting{}, []string{}
	for _, s := range sittings {
		s.Taken = 0
		events[s.Stage] = append(events[s.Stage], s)
		if s.Group != "" && !slices.ContainsFunc(groups, func(g string) bool { return strings.EqualFold(g, s.Group) }) {
			groups = append(groups, s.Group)
		}
	}
	anybody := func(s Sitting) bool { return s.Group == "" }
	mixed := func(list []Sitting) bool { return len(list) > 1 && slices.ContainsFunc(list, anybody) }
	if len(groups) == 0 || slices.ContainsFunc(slices.Collect(maps.Values(events)), mixed) {
		groups = append(groups, "")
	}
	lives := map[string]Cohort{}
	for _, group := range groups {
		own := map[string]Sitting{}
		for stage, list := range events {
			if chosen, ok := ChooseSitting(list, group); ok {
				own[stage] = chosen
			}
		}
		lives[group] = c.With(own)
	}
	return lives
}

// YearDates are all dates of a cohort's year in their order, by the sittings its events have.
func (b Blueprint) YearDates(c Cohort, sittings []Sitting, cal Calendar) ([]YearDate, error) {
	var all []YearDate
	lives := Lives(c, sittings)
	groups := make([]string, 0, len(lives))
	for group := range lives {
		groups = append(groups, group)
	}
	slices.Sort(groups)
	for _, group := range groups {
		dates, err := b.datesOf(lives[group], cal)
		if err != nil {
			return nil, err
		}
		for _, date := range dates {
			same := func(other YearDate) bool {
				return other.Stage == date.Stage && other.What == date.What && other.At.Equal(date.At) && other.To.Equal(date.To)
			}
			if i := slices.IndexFunc(all, same); i >= 0 {
				all[i].Groups = append(all[i].Groups, group)
				continue
			}
			date.Groups = []string{group}
			all = append(all, date)
		}
	}
	for i := range all {
		if len(all[i].Groups) == len(groups) {
			all[i].Groups = nil
		}
	}
	slices.SortStableFunc(all, func(a, b YearDate) int { return cmp.Or(a.At.Compare(b.At), a.To.Compare(b.To)) })
	return all, nil
}

// datesOf are the dates of one leader's year.
func (b Blueprint) datesOf(c Cohort, cal Calendar) (dates []YearDate, err error) {
	away := b.ResidentialDays(c)
	for _, known := range b.Stages {
		s, err := b.StageIn(c, known.Name)
		if err != nil {
			return nil, err
		}
		add := func(what YearWhat, at, to time.Time) {
			dates = append(dates, YearDate{At: at.UTC(), To: to.UTC(), What: what, Stage: s.Name, Title: s.Title})
		}
		switch {
		case s.Kind == KindSelection && c.Route == RouteConfirmed:
			continue
		case s.Applies:
			weeks, err := b.ApplicationDates(c, cal)
			if err != nil {
				return nil, err
			}
			add(YearOpens, weeks.Opens, weeks.Opens)
			add(YearDue, weeks.Closes, weeks.Closes)
			add(YearDecided, weeks.Decided, weeks.Decided)
			add(YearReleased, weeks.Released, weeks.Released)
			continue
		}
		terms, err := b.Terms(c, s.Name, cal, away)
		if err != nil {
			return nil, err
		}
		if s.Event == nil {
			add(YearOpens, terms.Opens, terms.Opens)
			add(YearDue, terms.Due, terms.Due)
			if terms.Limit.After(terms.Due) {
				add(YearLimit, terms.Limit, terms.Limit)
			}
			continue
		}
		event, err := b.EventTerms(c, s.Name, cal, away)
		if err != nil {
			return nil, err
		}
		if s.Event.PlaceWith == "" {
			add(YearAsked, terms.Opens, terms.Opens)
			add(YearConfirm, terms.Due, terms.Due)
		}
		add(YearFreeze, event.Freeze, event.Freeze)
		add(YearEvent, event.Starts, event.Ends)
		add(YearRegister, event.Limit, event.Limit)
	}
	if c.Route != RouteConfirmed {
		last := b.LastJoining(c)
		dates = append(dates, YearDate{At: last, To: last, What: YearJoining})
	}
	return dates, nil
}

// Concerns reports whether a warning or fault of Check speaks of this date: of its stage, and of its day where it names
// one.
func (d YearDate) Concerns(f Fault) bool {
	if f.Field != d.Stage || d.Stage == "" {
		return false
	}
	for _, at := range []time.Time{d.At, d.To} {
		if strings.Contains(f.Text, inWords(DateOf(at))) {
			return true
		}
	}
	return false
}
