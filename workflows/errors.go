package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"fairlead/activities"
	"fairlead/programme"
)

// refused turns a verdict of the programme's rules into an error that travels through Temporal: codes, no prose of
// people.
func refused(err error) error {
	var illegal *programme.Illegal
	var invalid *programme.Invalid
	switch {
	case err == nil:
		return nil
	case errors.As(err, &illegal):
		return temporal.NewNonRetryableApplicationError("the state forbids it", activities.ErrTypeIllegal, nil,
			illegal.What, illegal.State, illegal.Why)
	case errors.As(err, &invalid):
		return temporal.NewNonRetryableApplicationError("the order is not one", activities.ErrTypeInvalid, nil, invalid.Faults)
	}
	return temporal.NewApplicationError("it failed", activities.ErrTypeRecords)
}

// understood turns an error that came back through Temporal into the programme's kinds; what it does not know is
// ErrUnavailable.
func understood(err error) error {
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) {
		return programme.ErrUnavailable
	}
	switch failure.Type() {
	case activities.ErrTypeIllegal:
		illegal := &programme.Illegal{}
		if failure.Details(&illegal.What, &illegal.State, &illegal.Why) == nil {
			return illegal
		}
	case activities.ErrTypeInvalid:
		invalid := &programme.Invalid{}
		if failure.Details(&invalid.Faults) == nil {
			return invalid
		}
	case activities.ErrTypeNotFound:
		return programme.ErrNotFound
	case activities.ErrTypeFull:
		return programme.ErrFull
	}
	return programme.ErrUnavailable
}

// errorType is the code of an activity's error, or "".
func errorType(err error) string {
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) {
		return failure.Type()
	}
	return ""
}

// parkedCode is the code under which a failure of an activity is parked.
func parkedCode(err error) string {
	switch errorType(err) {
	case activities.ErrTypeMailRefused:
		return ParkedMailRefused
	case activities.ErrTypeMailGivenUp:
		return ParkedMailUndelivered
	case activities.ErrTypeMailUnfit:
		return ParkedMailUnfit
	}
	return ParkedActivityFailed
}
