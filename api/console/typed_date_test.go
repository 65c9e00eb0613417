package console

import (
	"testing"
	"time"

	"fairlead/programme"
)

func TestReadDay(t *testing.T) {
	t.Parallel()
	first := programme.Date{Year: 2027, Month: time.March, Day: 1}
	for text, want := range map[string]programme.Date{
		"2027-03-01": first, "2027-3-1": first, "1/3/2027": first, "01/03/2027": first, "1.3.2027": first, "01 03 2027": first, "1-3-2027": first,
		"1 March 2027": first, "1 march 2027": first, "01 Mar 2027": first, "Mon 1 Mar 2027": first, "Monday 1 March 2027": first,
		"Monday, 1 March 2027": first, "2 Sept 2027": {Year: 2027, Month: time.September, Day: 2}, "Thu 2 sept. 2027": {Year: 2027, Month: time.September, Day: 2}, "31/12/2027": {Year: 2027, Month: time.December, Day: 31}, "29 2 2028": {Year: 2028, Month: time.February, Day: 29},
		"": {}, "soon": {}, "1/3/27": {}, "29 2 2027": {}, "31 June 2027": {}, "13/13/2027": {}, "Tue 1 Mar 2027": {}, "1 March": {}, "March 2027": {}, "2027": {},
		"2027-03-01 09:00": {}, "1 2 3 2027": {},
	} {
		got, err := readDay(text)
		if got != want || (err == nil) != (want != programme.Date{}) {
			t.Errorf("%q is read as %v, %v; want %v", text, got, err, want)
		}
	}
}

// TestDaysAreReadAsTheyAreShown: whoever copies a day from the console's pages can put it in a field.
func TestDaysAreReadAsTheyAreShown(t *testing.T) {
	t.Parallel()
	for day := (programme.Date{Year: 2027, Month: time.January, Day: 1}); day.Year < 2028; day = day.AddDays(1) {
		for _, shown := range []string{day.String(), day.At(12, 0).Format("Mon 2 Jan 2006"), day.At(12, 0).Format("Monday 2 January 2006")} {
			if got, err := readDay(shown); err != nil || got != day {
				t.Errorf("%q is read as %v, %v", shown, got, err)
			}
		}
	}
}
