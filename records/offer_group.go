package records

import (
	"fairlead/programme"
)

// joinGroup gives somebody who is offered a place the group with most room, where the cohort's events have dates by groups, so
// that the dates in the offer are those that follow when it is taken. Who has a group keeps it.
func (t *turn) joinGroup() error {
	if !hasEvents(t.year) {
		return nil
	}
	if t.j.Group == "" {
		group, err := t.roomiestGroup()
		if err != nil {
			return err
		}
		if err := t.tx.Model(&journeyRow{}).Where("ref = ?", t.j.Ref).Update("grp", group).Error; err != nil {
			return err
		}
		t.j.Group = group
	}
	if err := t.s.replanJourneys(t.tx, t.cohort.With(nil), []journeyRow{t.j}); err != nil {
		return err
	}
	return t.relive()
}

// roomiestGroup is the group with most room at the event where it has least, what was offered to others counted as taken; empty
// where none has room.
func (t *turn) roomiestGroup() (string, error) {
	// The rows are locked before they are read, so that of two offers the later counts the earlier.
	if err := locked(t.tx).Where("cohort = ?", t.j.Cohort).Order("stage, name").Find(&[]sittingRow{}).Error; err != nil {
		return "", err
	}
	known, err := t.s.sittings(t.tx, t.cohort, t.year)
	if err != nil {
		return "", err
	}
	offered := map[string]int{}
	var open []journeyRow
	err = t.tx.Select("grp").Where("cohort = ? AND ref <> ? AND (state = ? OR held_state = ?)", t.j.Cohort, t.j.Ref,
		string(programme.Offered), string(programme.Offered)).Find(&open).Error
	for _, j := range open {
		offered[j.Group]++
	}
	return programme.RoomiestGroup(known, offered), err
}
