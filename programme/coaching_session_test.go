package programme

import (
	"testing"
	"time"
)

func TestSlotFits(t *testing.T) {
	t.Parallel()
	day := func(n, hour int) time.Time { return Date{2027, 3, n}.At(hour, 0) }
	now, until := day(1, 12), day(25, 17)
	away := func(d Date) bool { return d == Date{2027, 3, 10} }
	for name, c := range map[string]struct {
		starts    time.Time
		published bool
		fits      bool
		event     string
	}{
		"soon enough":                     {day(2, 13), true, true, ""},
		"past":                            {day(1, 11), false, false, ""},
		"this very moment":                {now, false, false, ""},
		"published, 23 hours away":        {day(2, 11), true, false, ""},
		"published, 24 hours away":        {day(2, 12), true, true, ""},
		"agreed, an hour away":            {day(1, 13), false, true, ""},
		"on a residential day":            {day(10, 10), true, false, ""},
		"agreed for a residential day":    {day(10, 10), false, false, ""},
		"at the last moment":              {until, true, true, ""},
		"after the window":                {day(26, 10), true, false, ""},
		"agreed for after the window":     {day(26, 10), false, false, ""},
		"during an event":                 {day(9, 10), true, false, "Opening event"},
		"agreed for during an event":      {day(9, 10), false, false, "Opening event"},
		"the day before a residential":    {day(9, 10), true, true, ""},
		"the evening after a residential": {day(11, 19), true, true, ""},
	} {
		if why := SlotFits(c.starts, now, until, c.published, away, c.event); (why == "") != c.fits {
			t.Errorf("%s: %q", name, why)
		}
	}
}

func TestSeriesKeepTheirHour(t *testing.T) {
	t.Parallel()
	series := SlotSeries{First: Date{2027, 10, 25}.At(9, 30), EveryDays: 7, Count: 3, Minutes: 60}
	for i, starts := range series.Starts() {
		if got := starts.In(London).Format("15:04"); got != "09:30" {
			t.Errorf("time %d is at %s", i, got)
		}
	}
	now := Date{2027, 10, 1}.At(9, 0)
	if faults := series.Check(now); len(faults) > 0 {
		t.Error(faults)
	}
	for field, change := range map[string]func(*SlotSeries){
		"first":      func(s *SlotSeries) { s.First = now },
		"count":      func(s *SlotSeries) { s.Count = 51 },
		"every_days": func(s *SlotSeries) { s.EveryDays = 0 },
		"minutes":    func(s *SlotSeries) { s.Minutes = 10 },
	} {
		wrong := series
		change(&wrong)
		if faults := wrong.Check(now); len(faults) != 1 || faults[0].Field != field {
			t.Errorf("%s: %v", field, faults)
		}
	}
}

func TestAgreedTime(t *testing.T) {
	t.Parallel()
	want := Date{2027, 7, 1}.At(10, 0)
	for _, text := range []string{"2027-07-01 10:00", "2027-07-01T10:00"} {
		if at, ok := AgreedTime(text); !ok || !at.Equal(want) {
			t.Errorf("%q is %v", text, at)
		}
	}
	for _, text := range []string{"", "tomorrow", "2027-02-30 10:00", "10:00"} {
		if _, ok := AgreedTime(text); ok {
			t.Errorf("%q was read", text)
		}
	}
}

// The sessions of the coached year are the flagship's, but that the first waits for no questionnaire.
func TestCoachedFollowsTheFlagship(t *testing.T) {
	t.Parallel()
	flagship, coached := blueprint(t, "flagship"), blueprint(t, "coached")
	n := 0
	for _, s := range coached.Stages {
		if s.Kind != KindCoaching {
			continue
		}
		n++
		like, _ := flagship.Stage(s.Name)
		if s.OpensWeek != like.OpensWeek || s.DueWeeksOn != like.DueWeeksOn || *s.LimitWeek != *like.LimitWeek || s.AtLimit != like.AtLimit ||
			s.Compulsory != like.Compulsory || s.Days != like.Days || s.After != "" {
			t.Errorf("%s is %+v, the flagship's %+v", s.Name, s, like)
		}
	}
	if n != 6 || len(Unrunnable(coached)) > 0 {
		t.Errorf("%d sessions, not to be run: %v", n, Unrunnable(coached))
	}
}
