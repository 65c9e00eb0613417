package programme

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// london is a moment by London's wall clock, "2027-03-01 09:30".
func london(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, London)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func holidaysOf(c Calendar, year int) []string {
	var days []string
	for d := range c.closed {
		if d.Year == year {
			days = append(days, d.String()[5:])
		}
	}
	slices.Sort(days)
	return days
}

func TestBankHolidays(t *testing.T) {
	t.Parallel()
	scotland, _ := LoadCalendar(nil, DivisionScotland)
	northernIreland, _ := LoadCalendar(nil, DivisionNorthernIreland)
	for _, c := range []struct {
		name     string
		calendar Calendar
		year     int
		want     string
	}{
		{"England and Wales", EnglandAndWales(), 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"},
		{"England and Wales", EnglandAndWales(), 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"},
		{"England and Wales", EnglandAndWales(), 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"},
		{"England and Wales", EnglandAndWales(), 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"},
		{"England and Wales", EnglandAndWales(), 2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"},
		{"Scotland", scotland, 2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27"},
		{"Scotland", scotland, 2027, "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28"},
		{"Northern Ireland", northernIreland, 2027, "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28"},
	} {
		if got := strings.Join(holidaysOf(c.calendar, c.year), " "); got != c.want {
			t.Errorf("%s %d\n got %s\nwant %s", c.name, c.year, got, c.want)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	for text, working := range map[string]bool{
		"2027-03-01": true, "2027-03-06": false, "2027-03-07": false, "2027-03-26": false, "2027-03-29": false, "2027-03-30": true,
		"2026-12-23": true, "2026-12-24": false, "2026-12-29": false, "2026-12-31": false, "2027-01-01": false, "2027-01-04": true,
		"2028-01-03": false, "2028-01-04": true, "2022-09-19": false, "2021-09-20": true,
	} {
		if cal.Working(day(t, text)) != working {
			t.Errorf("%s: working is not %v", text, working)
		}
	}
	onTuesday := func(d Date) bool { return d.Weekday() == time.Tuesday }
	for _, c := range []struct {
		name string
		got  Date
		want string
	}{
		{"forward stays", cal.Forward(day(t, "2027-03-01"), nil), "2027-03-01"},
		{"forward over Easter", cal.Forward(day(t, "2027-03-26"), nil), "2027-03-30"},
		{"forward over Christmas", cal.Forward(day(t, "2026-12-24"), nil), "2027-01-04"},
		{"forward over a blocked day", cal.Forward(day(t, "2027-03-26"), onTuesday), "2027-03-31"},
		{"back over Easter", cal.Back(day(t, "2027-03-29"), nil), "2027-03-25"},
		{"back over Christmas", cal.Back(day(t, "2027-01-03"), nil), "2026-12-23"},
		{"none later", cal.Add(day(t, "2027-03-06"), 0, nil), "2027-03-06"},
		{"ten later", cal.Add(day(t, "2026-12-17"), 10, nil), "2027-01-11"},
		{"one after a Saturday", cal.Add(day(t, "2027-03-06"), 1, nil), "2027-03-08"},
		{"one before Easter Tuesday", cal.Add(day(t, "2027-03-30"), -1, nil), "2027-03-25"},
		{"two later, one blocked", cal.Add(day(t, "2027-03-01"), 2, onTuesday), "2027-03-04"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestWorkingDaysBetween(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2027-03-01 09:10", "2027-03-01 17:00", 0},
		{"2027-03-01 09:10", "2027-03-02 09:09", 0},
		{"2027-03-01 09:10", "2027-03-02 09:10", 1},
		{"2027-03-01 09:10", "2027-03-01 09:10", 0},
		{"2027-03-02 09:10", "2027-03-01 09:10", 0},
		{"2027-03-05 10:00", "2027-03-08 09:59", 0},
		{"2027-03-05 10:00", "2027-03-08 10:00", 1},
		{"2027-03-06 12:00", "2027-03-08 23:59", 0},
		{"2027-03-06 12:00", "2027-03-09 00:00", 1},
		{"2027-03-25 09:00", "2027-03-30 09:00", 1}, // Easter, and the clocks go forward
		{"2027-10-29 09:00", "2027-11-01 09:00", 1}, // the clocks go back
		{"2026-12-23 17:00", "2027-01-04 16:00", 0},
		{"2026-09-07 06:00", "2026-09-21 17:00", 10},
	} {
		if got := cal.WorkingDaysBetween(london(t, c.from), london(t, c.to)); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	for _, c := range []struct {
		name      string
		got       time.Time
		wantLocal string
		wantUTC   string
	}{
		{"winter", PersonalMoment(day(t, "2027-03-26"), 30), "2027-03-26 09:30", "09:30"},
		{"summer", PersonalMoment(day(t, "2027-03-29"), 30), "2027-03-29 09:30", "08:30"},
		{"same morning", cal.NextPersonal(london(t, "2027-03-01 06:00"), 30, nil), "2027-03-01 09:30", "09:30"},
		{"that very minute", cal.NextPersonal(london(t, "2027-03-01 09:30"), 30, nil), "2027-03-01 09:30", "09:30"},
		{"too late today", cal.NextPersonal(london(t, "2027-03-01 09:31"), 30, nil), "2027-03-02 09:30", "09:30"},
		{"over Easter, into summer time", cal.NextPersonal(london(t, "2027-03-25 10:00"), 0, nil), "2027-03-30 09:00", "08:00"},
		{"not while away", cal.NextPersonal(london(t, "2027-03-01 06:00"), 5, func(d Date) bool { return d.Day < 4 }), "2027-03-04 09:05", "09:05"},
		{"staff at once", cal.StaffMoment(london(t, "2027-03-01 08:00"), 5), "2027-03-01 08:00", "08:00"},
		{"staff at once, late", cal.StaffMoment(london(t, "2027-03-01 17:59"), 5), "2027-03-01 17:59", "17:59"},
		{"staff too early", cal.StaffMoment(london(t, "2027-03-01 07:59"), 5), "2027-03-01 09:05", "09:05"},
		{"staff too late", cal.StaffMoment(london(t, "2027-03-01 18:00"), 5), "2027-03-02 09:05", "09:05"},
		{"staff on a Saturday", cal.StaffMoment(london(t, "2027-03-06 12:00"), 5), "2027-03-08 09:05", "09:05"},
	} {
		if got := c.got.In(London).Format("2006-01-02 15:04"); got != c.wantLocal {
			t.Errorf("%s: %s, want %s", c.name, got, c.wantLocal)
		}
		if got := c.got.Format("15:04"); c.got.Location() != time.UTC || got != c.wantUTC {
			t.Errorf("%s: %s %s, want %s UTC", c.name, got, c.got.Location(), c.wantUTC)
		}
	}
}

func TestMinute(t *testing.T) {
	t.Parallel()
	used := map[int]bool{}
	for range 2000 {
		id := NewToken().Reveal()
		m := Minute(id)
		if m < 0 || m > 59 || m != Minute(id) {
			t.Fatalf("minute %d", m)
		}
		used[m] = true
	}
	if len(used) != 60 {
		t.Errorf("only %d minutes are used", len(used))
	}
	// A release must not move people: their minute is a promise of the mails already planned.
	if got := Minute("person-1"); got != 24 {
		t.Errorf("the minute of person-1 moved to %d", got)
	}
}

func TestOverrideFile(t *testing.T) {
	t.Parallel()
	file := []byte(`{"england-and-wales":{"division":"england-and-wales","events":[
		{"title":"New Year’s Day","date":"2027-01-01","notes":"","bunting":true},{"title":"A new one","date":"2027-06-15","notes":"","bunting":true}]},
		"scotland":{"division":"scotland","events":[{"title":"2nd January","date":"2027-01-04"}]}}`)
	cal, faults := LoadCalendar(file, "")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := strings.Join(holidaysOf(cal, 2027), " "); got != "01-01 06-15" {
		t.Errorf("2027: %s", got)
	}
	if got, want := holidaysOf(cal, 2028), holidaysOf(EnglandAndWales(), 2028); !slices.Equal(got, want) {
		t.Errorf("2028: %v", got)
	}
	if cal.Working(day(t, "2027-12-29")) {
		t.Error("the Christmas closure is gone")
	}
	if !slices.Equal(holidaysOf(EnglandAndWales(), 2027), []string{"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"}) {
		t.Error("the override changed the calendar of everybody")
	}
	for name, c := range map[string]struct{ file, division string }{
		"no JSON":          {"bank holidays", ""},
		"another shape":    {`[1,2]`, ""},
		"no such division": {string(file), "northern-ireland"},
		"unknown division": {string(file), "wales"},
		"bad date":         {`{"scotland":{"events":[{"date":"4 January"}]}}`, "scotland"},
		"too big":          {strings.Repeat(" ", maxCalendarBytes+1), ""},
	} {
		if _, faults := LoadCalendar([]byte(c.file), c.division); len(faults) != 1 || faults[0].Text == "" {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func drawMoment(t *rapid.T) time.Time {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return from.Add(time.Duration(rapid.Int64Range(0, 6*365*24*60*60).Draw(t, "second")) * time.Second)
}

// drawBlocked is a person's residential days: up to three runs of up to seven days, or none.
func drawBlocked(t *rapid.T) func(Date) bool {
	days := map[Date]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "residentials") {
		first := DateOf(drawMoment(t))
		for i := range rapid.IntRange(1, 7).Draw(t, "days") {
			days[first.AddDays(i)] = true
		}
	}
	if len(days) == 0 {
		return nil
	}
	return func(d Date) bool { return days[d] }
}

// No scheduled moment lies outside working time, and no clock change moves 09:00.
func TestScheduledMomentsKeepWorkingTime(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	rapid.Check(t, func(t *rapid.T) {
		at, minute, blocked := drawMoment(t), rapid.IntRange(0, 59).Draw(t, "minute"), drawBlocked(t)
		next := cal.NextPersonal(at, minute, blocked)
		local := next.In(London)
		if local.Hour() != 9 || local.Minute() != minute || local.Second() != 0 || !cal.Working(DateOf(next)) || blocked != nil && blocked(DateOf(next)) {
			t.Fatalf("%v is no personal moment", local)
		}
		if next.Before(at) {
			t.Fatalf("%v is before %v", next, at)
		}
		for d := DateOf(at); d.Before(DateOf(next)); d = d.AddDays(1) {
			if cal.free(d, blocked) && !PersonalMoment(d, minute).Before(at) {
				t.Fatalf("%v was passed over", d)
			}
		}
		if again := cal.NextPersonal(next, minute, blocked); !again.Equal(next) {
			t.Fatalf("asked at %v it is %v", next, again)
		}
		staff := cal.StaffMoment(at, minute).In(London)
		if staff.Hour() < 8 || staff.Hour() > 17 || !cal.Working(DateOf(staff)) || staff.Before(at) {
			t.Fatalf("%v is no moment for staff's mail", staff)
		}
	})
}

// Working-day arithmetic agrees with itself: n days there and n back, and counting what was added.
func TestWorkingDaysThereAndBack(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	rapid.Check(t, func(t *rapid.T) {
		at, n, blocked := drawMoment(t), rapid.IntRange(1, 60).Draw(t, "n"), drawBlocked(t)
		start := cal.Forward(DateOf(at), blocked)
		end := cal.Add(start, n, blocked)
		if back := cal.Add(end, -n, blocked); back != start {
			t.Fatalf("%v + %d = %v, but %v - %d = %v", start, n, end, end, n, back)
		}
		plain := cal.Forward(DateOf(at), nil)
		hour := rapid.IntRange(3, 23).Draw(t, "hour")
		if got := cal.WorkingDaysBetween(plain.At(hour, 0), cal.Add(plain, n, nil).At(hour, 0)); got != n {
			t.Fatalf("%d working days after %v are counted as %d", n, plain, got)
		}
	})
}
