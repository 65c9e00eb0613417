package activities

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"fairlead/programme"
)

// The types of error that activities return. Temporal keeps an error's text, so each is a code and one fixed sentence;
// the error itself goes to the log.
const (
	ErrTypeIllegal     = "illegal"      // the state forbids it; details: what, state, why
	ErrTypeInvalid     = "invalid"      // the order is not one; details: field and sentence of each fault
	ErrTypeNotFound    = "not_found"    // no such row
	ErrTypeFull        = "full"         // no place is left
	ErrTypeRecords     = "records"      // the records did not answer
	ErrTypeMail        = "mail"         // this attempt to send failed, another follows
	ErrTypeMailRefused = "mail_refused" // the address refuses mail for good
	ErrTypeMailGivenUp = "mail_undelivered"
	ErrTypeMailUnfit   = "mail_unfit" // the mail cannot be written
)

// coded turns an error of the records into what Temporal may keep: nil stays nil, what cannot get better is not
// retried.
func coded(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var illegal *programme.Illegal
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &illegal):
		return temporal.NewNonRetryableApplicationError("the state forbids it", ErrTypeIllegal, nil,
			illegal.What, illegal.State, illegal.Why)
	case errors.As(err, &invalid):
		return temporal.NewNonRetryableApplicationError("the order is not one", ErrTypeInvalid, nil, invalid.Faults)
	case errors.Is(err, programme.ErrFull):
		return temporal.NewNonRetryableApplicationError("no place is left", ErrTypeFull, nil)
	case errors.Is(err, programme.ErrNotFound):
		return temporal.NewNonRetryableApplicationError("no such row", ErrTypeNotFound, nil)
	}
	activity.GetLogger(ctx).Warn("the records did not answer", "error", err)
	return temporal.NewApplicationError("the records did not answer", ErrTypeRecords)
}
