package main

import (
	"context"

	"fairlead/email"
	"fairlead/records"
)

// feeds writes the private calendar feeds: the dates are the records', the file is package email's.
type feeds struct{ store *records.Store }

// CalendarFeed is a journey's year as text/calendar. ErrNotFound where the journey is not known.
func (f *feeds) CalendarFeed(ctx context.Context, ref string) ([]byte, error) {
	journey, err := f.store.Journey(ctx, ref)
	if err != nil {
		return nil, err
	}
	dates, err := f.store.Dates(ctx, ref)
	if err != nil {
		return nil, err
	}
	return email.Feed(journey.Cohort, email.FeedEntries(ref, dates), f.store.Now(ctx)), nil
}
