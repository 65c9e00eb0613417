package records

import (
	"context"
	"errors"
	"slices"

	"fairlead/programme"
)

// RecordAttendances notes what the register of a sitting says of several leaders, each in a transaction of its own, and lets
// their journeys follow. What is noted already changes nothing, so a register that is sent again is safe; what cannot be
// noted is refused for that leader alone: so is what would change a mark that somebody else made since. ErrNotFound where
// there is no such sitting.
func (s *Store) RecordAttendances(ctx context.Context, cohort, stage, name string, marks []programme.AttendanceMark, actor string) ([]programme.AttendanceResult, error) {
	_, guests, _, _, err := s.sittingNamed(ctx, cohort, stage, name)
	if err != nil {
		return nil, err
	}
	var results []programme.AttendanceResult
	for _, mark := range marks {
		result := programme.AttendanceResult{Ref: mark.Ref}
		i := slices.IndexFunc(guests, func(g guest) bool { return g.j.Ref == mark.Ref && g.place.expected() })
		if i < 0 {
			result.Refused = "This leader has no place on this date."
			results = append(results, result)
			continue
		}
		// A tick that the page showed says nothing new, and the usual repeat costs nothing.
		if mark.Shown != nil && *mark.Shown == mark.Status || guests[i].place.State == string(mark.Status) {
			results = append(results, result)
			continue
		}
		if err = unlessMarked(guests[i].place, mark, actor, &result); err == nil {
			err = s.recordOne(ctx, stage, mark, actor, &result)
		}
		if err != nil {
			var illegal *programme.Illegal
			var invalid *programme.Invalid
			switch {
			case errors.As(err, &illegal):
				result.Refused = illegal.Why
			case errors.As(err, &invalid):
				result.Refused = invalid.Faults[0].Text
			default:
				return results, err
			}
		}
		results = append(results, result)
	}
	return results, nil
}

func (s *Store) recordOne(ctx context.Context, stage string, mark programme.AttendanceMark, actor string, result *programme.AttendanceResult) error {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return err
	}
	c := programme.Command{ID: "register-" + randomHex(12), Name: programme.CmdRecordAttendance, Ref: mark.Ref, Stage: stage, Status: string(mark.Status),
		Reason: "new_information", Note: mark.Note, Actor: actor, At: now}
	if err := s.RecordCommand(ctx, c); err != nil {
		return err
	}
	order := programme.Order{ID: c.ID, Name: c.Name, Stage: stage, Status: c.Status, Reason: c.Reason}
	effect, err := s.apply(ctx, mark.Ref, c.ID, now, order, true, func(t *turn) error {
		place, _, err := t.place(stage)
		if err != nil {
			return err
		}
		return unlessMarked(place, mark, actor, result)
	})
	result.Changed = effect.Changed && err == nil
	return err
}

// unlessMarked refuses a mark that would change what somebody else noted since it was made.
func unlessMarked(place placeRow, mark programme.AttendanceMark, actor string, result *programme.AttendanceResult) error {
	result.Meanwhile, result.By = "", ""
	now := noted(place)
	if mark.Shown == nil || now == "" || now == *mark.Shown || now == mark.Status || place.RecordedBy == actor {
		return nil
	}
	result.Meanwhile, result.By = now, place.RecordedBy
	return &programme.Illegal{What: string(programme.CmdRecordAttendance), State: "the leader is " + place.State + " by now",
		Why: "Somebody else has noted “" + place.State + "” since this was ticked."}
}

// noted is what the register says of a place, empty where nothing yet.
func noted(place placeRow) programme.Attendance {
	switch state := place.state(); state {
	case programme.PlaceAttended, programme.PlaceAbsent, programme.PlaceExcused:
		return programme.Attendance(state)
	}
	return ""
}
