package programme

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func flagshipCohort(t *testing.T, route Route) (Blueprint, Cohort) {
	t.Helper()
	b, err := BlueprintNamed("flagship")
	if err != nil {
		t.Fatal(err)
	}
	return b, Cohort{Name: "2027-spring", Blueprint: "flagship", StartsOn: Date{2027, 3, 1}, Route: route, Places: 100}
}

// whens are the moments of one kind of date of a stage, in London.
func whens(dates []YearDate, stage string, what YearWhat) (list []string) {
	for _, d := range dates {
		if d.Stage == stage && d.What == what {
			list = append(list, strings.Join(append([]string{d.At.In(London).Format("2006-01-02 15:04")}, d.Groups...), " "))
		}
	}
	return list
}

func TestTheDatesOfAYear(t *testing.T) {
	t.Parallel()
	b, c := flagshipCohort(t, RouteInvitation)
	second := Sitting{Cohort: c.Name, Stage: "residential-2", Name: "b", Group: "South", Starts: Date{2027, 6, 14}.At(8, 0), Ends: Date{2027, 6, 16}.At(16, 0),
		Capacity: 50, Taken: 50, State: SittingPlanned}
	first, err := b.PlannedSitting(c, "residential-2")
	if err != nil {
		t.Fatal(err)
	}
	dates, err := b.YearDates(c, []Sitting{first, second}, EnglandAndWales())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(dates, func(a, b YearDate) int { return a.At.Compare(b.At) }) {
		t.Error("the dates are in no order")
	}
	for _, one := range []struct {
		stage string
		what  YearWhat
		want  []string
	}{
		{"selection", YearOpens, []string{"2026-09-07 06:00"}},
		{"onboarding", YearDue, []string{"2026-12-17 17:00"}},
		{"opening-event", YearAsked, nil}, // its place is confirmed with onboarding
		{"residential-1", YearEvent, []string{"2027-02-28 16:00"}},
		{"residential-2", YearEvent, []string{"2027-06-14 08:00 South", "2027-07-05 08:00 "}},
		{"residential-2", YearFreeze, []string{"2027-05-24 17:00 South", "2027-06-14 17:00 "}},
		{"residential-2-survey", YearOpens, []string{"2027-06-18 06:00 South", "2027-07-09 06:00 "}},
		{"closing-event", YearEvent, []string{"2027-11-09 09:30"}},
		{"", YearJoining, []string{"2027-01-28 17:00"}},
	} {
		if got := whens(dates, one.stage, one.what); !slices.Equal(got, one.want) {
			t.Errorf("%s %s: %q, want %q", one.stage, one.what, got, one.want)
		}
	}
	c.Route = RouteConfirmed
	if dates, err = b.YearDates(c, nil, EnglandAndWales()); err != nil || whens(dates, "selection", YearOpens) != nil || whens(dates, "", YearJoining) != nil {
		t.Errorf("nobody is invited to a confirmed cohort: %v", err)
	}
	c.Route = RouteApplication
	if dates, err = b.YearDates(c, nil, EnglandAndWales()); err != nil || len(whens(dates, "selection", YearReleased)) != 1 {
		t.Errorf("decisions are released: %v", err)
	}
}

func TestACohortsOwnLimit(t *testing.T) {
	t.Parallel()
	b, c := flagshipCohort(t, RouteInvitation)
	week := 39
	c.Overrides = map[string]StageOverride{"closing-survey": {LimitWeek: &week}}
	terms, err := b.Terms(c, "closing-survey", EnglandAndWales(), nil)
	if err != nil || !terms.Limit.Equal(Date{2027, 12, 2}.At(17, 0)) {
		t.Errorf("the limit is %s, %v", terms.Limit, err)
	}
	week = 35
	if faults, _ := Check(b, c, EnglandAndWales()); len(faults) != 1 || !strings.Contains(faults[0].Text, "its limit, week 35, comes before it is due") {
		t.Errorf("faults %+v", faults)
	}
}

func TestWhatAWarningSpeaksOf(t *testing.T) {
	t.Parallel()
	due := YearDate{Stage: "onboarding", At: Date{2026, 12, 17}.At(17, 0), To: Date{2026, 12, 17}.At(17, 0)}
	for text, want := range map[string]bool{"it is due on Thursday 17 December 2026, in a holiday week.": true, "it opens on Monday 23 November 2026.": false} {
		if got := due.Concerns(Fault{Field: "onboarding", Text: text}); got != want {
			t.Errorf("%q: %v", text, got)
		}
		if due.Concerns(Fault{Field: "alumni", Text: text}) {
			t.Errorf("%q is of another stage", text)
		}
	}
}

// TestMailsOfAYear: a prompt leader of the flagship gets at most 30 scheduled mails, however she comes in, and a late one
// none before she came.
func TestMailsOfAYear(t *testing.T) {
	t.Parallel()
	for _, route := range []Route{RouteInvitation, RouteApplication, RouteConfirmed} {
		for _, from := range []time.Time{Date{2026, 5, 4}.At(10, 0), Date{2027, 1, 20}.At(10, 0)} {
			b, c := flagshipCohort(t, route)
			mails, err := b.YearMails(c, EnglandAndWales(), 7, from)
			if err != nil {
				t.Fatal(err)
			}
			days, acts := map[Date]bool{}, 0
			for i, m := range mails {
				if m.At.IsZero() {
					acts++
					continue
				}
				if acts > 0 || i > 0 && m.At.Before(mails[i-1].At) || m.At.Before(from) {
					t.Errorf("by %s: %+v stands wrong", route, m)
				}
				if !m.Late && !m.Assistant && !b.isLater(m.Stage) {
					days[DateOf(m.At)] = true
				}
			}
			if len(days) > 30 || len(days) < 12 || acts == 0 {
				t.Errorf("by %s a prompt leader gets %d mails", route, len(days))
			}
		}
	}
}

func (b Blueprint) isLater(stage string) bool {
	s, _ := b.Stage(stage)
	return s.Later()
}
