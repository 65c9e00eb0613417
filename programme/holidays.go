package programme

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
)

// The divisions of GOV.UK's bank-holidays.json; each has rules here too.
const (
	DivisionEnglandAndWales = "england-and-wales"
	DivisionScotland        = "scotland"
	DivisionNorthernIreland = "northern-ireland"
)

// Bank holidays are worked out by rule for these years; other years know weekends and the Christmas closure alone.
const (
	firstRuledYear   = 2000
	lastRuledYear    = 2120
	maxCalendarBytes = 1 << 20
)

// mondayAfter moves a holiday on a weekend to the Monday; secondOfTwo moves the second of two holidays in a row, whose
// Monday the first one takes.
var (
	mondayAfter = []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1}}
	secondOfTwo = []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 2}, {Day: time.Monday, Offset: 1}}
)

// ruledHolidays are the holidays of a division: the library's set, which lacks the day of the Queen's funeral and
// everything that Scotland and Northern Ireland have of their own.
func ruledHolidays(division string) []*cal.Holiday {
	day := func(month time.Month, d int, observed []cal.AltDay) *cal.Holiday {
		return &cal.Holiday{Month: month, Day: d, Observed: observed, Func: cal.CalcDayOfMonth}
	}
	funeral := day(time.September, 19, nil)
	funeral.StartYear, funeral.EndYear = 2022, 2022
	holidays := append([]*cal.Holiday{funeral}, gb.Holidays...)
	switch division {
	case DivisionScotland:
		holidays = slices.DeleteFunc(holidays, func(h *cal.Holiday) bool { return h == gb.EasterMonday || h == gb.SummerHoliday })
		return append(holidays, day(time.January, 2, secondOfTwo), gb.SummerHolidayScotland, day(time.November, 30, mondayAfter))
	case DivisionNorthernIreland:
		return append(holidays, day(time.March, 17, mondayAfter), day(time.July, 12, mondayAfter))
	}
	return holidays
}

func ruledCalendar(division string) Calendar {
	closed := map[Date]bool{}
	for _, holiday := range ruledHolidays(division) {
		for year := firstRuledYear; year <= lastRuledYear; year++ {
			if _, observed := holiday.Calc(year); !observed.IsZero() {
				closed[Date{observed.Year(), observed.Month(), observed.Day()}] = true
			}
		}
	}
	return Calendar{closed: closed}
}

var englandAndWales = sync.OnceValue(func() Calendar { return ruledCalendar(DivisionEnglandAndWales) })

// EnglandAndWales is the calendar of England and Wales: its bank holidays by rule, and 24 December to 1 January.
func EnglandAndWales() Calendar { return englandAndWales() }

// LoadCalendar is the calendar of a division (england-and-wales where empty) with an override file in the shape of
// GOV.UK's bank-holidays.json. In every year of which the file lists a day for the division, the file alone counts;
// the other years follow the rules, and so does everything where there is no file. Faults name what is wrong with the
// file or the division; the calendar is then of no use.
func LoadCalendar(file []byte, division string) (Calendar, []Fault) {
	if division == "" {
		division = DivisionEnglandAndWales
	}
	if division != DivisionEnglandAndWales && division != DivisionScotland && division != DivisionNorthernIreland {
		return Calendar{}, []Fault{{Field: "division", Text: fmt.Sprintf("%q is no division: choose %s, %s or %s.",
			division, DivisionEnglandAndWales, DivisionScotland, DivisionNorthernIreland)}}
	}
	calendar := ruledCalendar(division)
	if len(file) == 0 {
		return calendar, nil
	}
	listed, faults := listedHolidays(file, division)
	if len(faults) > 0 {
		return Calendar{}, faults
	}
	covered := map[int]bool{}
	for _, d := range listed {
		covered[d.Year] = true
	}
	for d := range calendar.closed {
		if covered[d.Year] {
			delete(calendar.closed, d)
		}
	}
	for _, d := range listed {
		calendar.closed[d] = true
	}
	return calendar, nil
}

// listedHolidays reads the days of one division out of an override file.
func listedHolidays(file []byte, division string) ([]Date, []Fault) {
	if len(file) > maxCalendarBytes {
		return nil, []Fault{{Text: "The holiday file is over 1 MB. Use bank-holidays.json as GOV.UK publishes it."}}
	}
	var divisions map[string]struct {
		Events []struct {
			Date string `json:"date"`
		} `json:"events"`
	}
	if err := json.Unmarshal(file, &divisions); err != nil {
		return nil, []Fault{{Text: "The holiday file is not JSON in the shape of GOV.UK's bank-holidays.json."}}
	}
	ours, found := divisions[division]
	if !found || len(ours.Events) == 0 {
		return nil, []Fault{{Field: division, Text: "The holiday file lists no days for " + division + "."}}
	}
	var days []Date
	var faults []Fault
	for i, event := range ours.Events {
		d, err := ParseDate(strings.TrimSpace(event.Date))
		if err != nil {
			faults = append(faults, Fault{Field: fmt.Sprintf("/%s/events/%d/date", division, i),
				Text: "This is no date. Write it as 2027-03-29."})
			continue
		}
		days = append(days, d)
	}
	return days, faults
}
