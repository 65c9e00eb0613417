package forms_test

import (
	"context"
	"strings"
	"time"

	"fairlead/programme"
)

func (r *records) Assisted(context.Context, string) ([]programme.Assisted, error) {
	return r.assisted, r.failRead
}

func (r *records) RequestNewLink(_ context.Context, email string, _ time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, email)
	if strings.EqualFold(email, r.journey.Person.Email) {
		return []string{"outbox-new-link"}, r.fail
	}
	return nil, r.fail
}
