package records

import (
	"fairlead/faults"
	"fairlead/programme"
)

// missedEvent reports whether the leader missed the event that a place is for, also where another sitting makes up for it.
func (p placeRow) missedEvent() bool {
	return p.CatchUp || p.state() == programme.PlaceAbsent || p.state() == programme.PlaceExcused
}

// decideCosts notes in a place what the order says of the costs of the event that was missed, and in the history who said it.
// Whoever came after all, to the very date, has cost nothing.
func (a *applying) decideCosts(place *placeRow) error {
	if !place.missedEvent() {
		if place.Costs = ""; a.cmd.Costs == "" {
			return nil
		}
		return &programme.Illegal{What: string(a.cmd.Name), State: place.Stage + " was not missed", Why: "Costs are recorded of an event that the leader missed."}
	}
	if a.cmd.Costs == "" || place.Costs == string(a.cmd.Costs) {
		return nil
	}
	if faults.Broken("forgets-costs") {
		return nil
	}
	place.Costs = string(a.cmd.Costs)
	row, err := a.stage(place.Stage)
	if err != nil {
		return err
	}
	return a.move(row.Name, row.State, row.State, "costs-"+place.Costs)
}

// onlyCosts decides nothing else: what was ordered besides holds already.
func (a *applying) onlyCosts(place placeRow) error {
	if a.effect.Changed = a.cmd.Costs != "" && place.Costs != string(a.cmd.Costs); !a.effect.Changed {
		return nil
	}
	if err := a.decideCosts(&place); err != nil {
		return err
	}
	return a.setPlace(place)
}

// skipCosts decides upon the costs of an event that is skipped.
func (a *applying) skipCosts(stage string) error {
	if a.cmd.Costs == "" {
		return nil
	}
	place, _, err := a.place(stage)
	if err != nil {
		return err
	}
	place.Stage = stage
	if err := a.decideCosts(&place); err != nil {
		return err
	}
	return a.setPlace(place)
}
