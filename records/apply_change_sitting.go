package records

import (
	"errors"
	"slices"

	"fairlead/programme"
)

// changeSitting gives a leader another date of an event, as staff have agreed with the leader: the place there is confirmed.
func (a *applying) changeSitting() error {
	known, err := a.s.sittings(a.tx, a.cohort, a.year)
	if err != nil {
		return err
	}
	list := known[a.cmd.Stage]
	i := slices.IndexFunc(list, func(s programme.Sitting) bool { return s.Name == a.cmd.Sitting })
	if i < 0 {
		return programme.Refuse("sitting", "The event has no date of that name.")
	}
	place, has, err := a.place(a.cmd.Stage)
	if err != nil {
		return err
	}
	if has && place.Sitting == a.cmd.Sitting && place.Counted && place.state().Live() && !place.Cannot {
		return a.onlyCosts(place)
	}
	switch {
	case list[i].State == programme.SittingCancelled:
		return &programme.Illegal{What: string(a.cmd.Name), State: a.cmd.Sitting + " is cancelled", Why: "Choose another date."}
	case !list[i].Starts.After(a.now):
		return &programme.Illegal{What: string(a.cmd.Name), State: a.cmd.Sitting + " has begun", Why: "Choose a date that is still to come."}
	case !hasPlace(a.state()) || a.state() == programme.OnHold && !hasPlace(programme.JourneyState(a.j.HeldState)):
		return &programme.Illegal{What: string(a.cmd.Name), State: a.j.State, Why: "The leader has no place in the cohort yet."}
	}
	other, err := a.meeting(list[i])
	if err != nil {
		return err
	}
	if other != "" {
		return &programme.Illegal{What: string(a.cmd.Name), State: a.cmd.Sitting + " falls on days of “" + other + "”",
			Why: "Nobody can be at two events on one day. Choose another date."}
	}
	return a.giveSitting(place, has, list[i])
}

func (a *applying) giveSitting(place placeRow, has bool, sitting programme.Sitting) error {
	missed := has && place.state() == programme.PlaceAbsent
	if !has {
		if err := a.s.keepSittings(a.tx, a.cohort, a.year); err != nil {
			return err
		}
		place = newPlace(a.j, sitting)
		place.Counted = false
		if err := a.tx.Create(&place).Error; err != nil {
			return err
		}
	}
	err := a.switchTo(&place, sitting)
	if errors.Is(err, programme.ErrFull) {
		return &programme.Illegal{What: string(a.cmd.Name), State: sitting.Name + " is full", Why: "No place is left on that date."}
	}
	if err != nil {
		return err
	}
	place.State, place.Cannot, place.ConfirmedAt = string(programme.PlaceConfirmed), false, &a.now
	place.CatchUp, place.RecordedAt, place.RecordedBy = place.CatchUp || missed, nil, ""
	if err := a.decideCosts(&place); err != nil {
		return err
	}
	requestEntry(&place, false)
	if err := a.setPlace(place); err != nil {
		return err
	}
	if err := a.finishTasks(place.Stage, string(a.cmd.Name), settling...); err != nil {
		return err
	}
	if err := a.tell(a.news(place.Stage, programme.MsgEventConfirmed, a.cmd.ID, sitting.Starts)); err != nil {
		return err
	}
	row, err := a.stage(place.Stage)
	if err != nil {
		return err
	}
	if err := a.move(row.Name, row.State, row.State, string(a.cmd.Name)); err != nil {
		return err
	}
	if row.State != string(programme.StageOpen) {
		return a.replanOpening(row.Name)
	}
	ask, err := a.intoAttendance(&row)
	if err != nil {
		return err
	}
	if err := a.replanAttendance(&ask, place); err != nil {
		return err
	}
	return a.addPlan(ask)
}
