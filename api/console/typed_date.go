package console

import (
	"fmt"
	"strings"
	"time"

	"fairlead/programme"
)

// dayHint is how a day may be written, for the hint beneath a field and for who wrote none.
const dayHint = "for example 1 March 2027 or 1/3/2027"

// readDay reads a day as staff write one: in numbers with the day before the month, as the console itself shows days, or as
// spreadsheets and the REST calls have them. A year has four digits, so that no day can be taken for another.
func readDay(text string) (programme.Date, error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" /.-,", r) })
	for i, word := range words {
		if strings.EqualFold(word, "sept") {
			words[i] = "Sep"
		}
	}
	weekday := ""
	if len(words) == 4 {
		weekday, words = words[0], words[1:]
	}
	for _, layout := range []string{"2 1 2006", "2006 1 2", "2 Jan 2006", "2 January 2006"} {
		at, err := time.Parse(layout, strings.Join(words, " "))
		if err == nil && (weekday == "" || strings.EqualFold(weekday, at.Format("Mon")) || strings.EqualFold(weekday, at.Format("Monday"))) {
			return programme.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}, nil
		}
	}
	return programme.Date{}, fmt.Errorf("%q is no day", text)
}
