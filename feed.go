package main

import (
	"context"
	"fmt"

	"fairlead/email"
	"fairlead/programme"
	"fairlead/records"
)

// feeds writes the private calendar feeds: the dates are the records', the file is package email's.
type feeds struct{ store *records.Store }

// CalendarFeed is a journey's year as text/calendar. ErrNotFound where the journey is not known.
func (f *feeds) CalendarFeed(ctx context.Context, ref string) ([]byte, error) {
	journey, dates, err := f.year(ctx, ref)
	if err != nil {
		return nil, err
	}
	return email.Feed(journey.Cohort, email.FeedEntries(ref, dates), f.store.Now(ctx)), nil
}

// CalendarEntry is the date of one stage at which somebody is met, as it is in the feed. ErrNotFound where there is none.
func (f *feeds) CalendarEntry(ctx context.Context, ref, stage string) ([]byte, error) {
	journey, dates, err := f.year(ctx, ref)
	if err != nil {
		return nil, err
	}
	entry, found := email.FeedEntry(ref, stage, dates)
	if !found {
		return nil, fmt.Errorf("a date of %s: %w", stage, programme.ErrNotFound)
	}
	return email.Feed(journey.Cohort, []email.Entry{entry}, f.store.Now(ctx)), nil
}

func (f *feeds) year(ctx context.Context, ref string) (programme.Journey, []programme.DateLine, error) {
	journey, err := f.store.Journey(ctx, ref)
	if err != nil {
		return journey, nil, err
	}
	dates, err := f.store.Dates(ctx, ref)
	return journey, dates, err
}
