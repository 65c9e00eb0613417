package email

import "fairlead/programme"

// YearDates lists every date of the year to a leader who has a place, with the address of the private calendar.
type YearDates struct {
	Frame
	Dates []Date
	Feed  *Link // nil where there is no feed
	Year  *Link // the page of the year, nil where the mail has no link to it
}

func newYearDates(key string, item programme.MailItem) message {
	return &YearDates{Dates: dates(item.Dates), Feed: feedLink(item), Year: itemLink(key, "See your year", item)}
}

func (m *YearDates) section() Section { return Section{Dates: m.Dates, Feed: m.Feed, Link: m.Year} }
