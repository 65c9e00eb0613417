package records

import (
	"reflect"

	"fairlead/programme"
)

// needsFor records what a leader has told staff to need at an event whose place is settled: also when the venue has its list
// already, but then staff have to tell it.
func (a *applying) needsFor(row stageRow) error {
	known, err := a.needs()
	if err != nil {
		return err
	}
	online, err := a.asksOnline(row.Name)
	if err != nil {
		return err
	}
	all, faults := programme.NeedsTold(known, a.cmd.Answers, online)
	if faults = append(faults, a.checkWhoGave()...); len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	if reflect.DeepEqual(known, all) {
		a.effect.Changed = false
		return nil
	}
	if err := a.changeNeeds(all, a.cmd.Actor); err != nil {
		return err
	}
	if err := a.move(row.Name, row.State, row.State, string(a.cmd.Name)); err != nil {
		return err
	}
	mail := a.staffMail(row.Name, programme.MsgAnswerRecorded, a.cmd.ID)
	mail.Params = params{Submission: a.cmd.ID}.text()
	return a.tell(mail)
}
