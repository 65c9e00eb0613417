package forms_test

import (
	"context"
	"sync"

	"fairlead/programme"
)

func (r *records) Feed(_ context.Context, token programme.Token) (string, error) {
	if token.Reveal() != feedSecret {
		return "", programme.ErrLinkUnknown
	}
	return ref, nil
}

const feedSecret = "feed-secret"

func (r *records) FeedToken(context.Context, string) (programme.Token, error) {
	return programme.TokenFrom(feedSecret), nil
}

// workflows notes what it is told.
type workflows struct {
	mu        sync.Mutex
	delivered []string
}

func (w *workflows) Deliver(_ context.Context, ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delivered = append(w.delivered, ids...)
}

type diary struct{}

func (diary) CalendarFeed(_ context.Context, ref string) ([]byte, error) {
	return []byte("BEGIN:VCALENDAR\r\nX-REF:" + ref + "\r\nEND:VCALENDAR\r\n"), nil
}

func (diary) CalendarEntry(_ context.Context, ref, stage string) ([]byte, error) {
	if stage == "onboarding" {
		return nil, programme.ErrNotFound
	}
	return []byte("BEGIN:VCALENDAR\r\nX-REF:" + ref + "\r\nX-STAGE:" + stage + "\r\nEND:VCALENDAR\r\n"), nil
}
