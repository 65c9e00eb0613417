package records

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"
)

// eventPlace puts the answer to an event's first part into effect: the place is confirmed, changed for another date that
// has room, or the leader cannot come to any.
func (an *answering) eventPlace() error {
	place, has, err := an.place(an.ask.Stage)
	if err != nil {
		return err
	}
	if !has || !place.state().Live() {
		return programme.ErrFormClosed
	}
	needs := an.section(programme.SectionNeeds)
	if an.given.By == actorAssistant {
		if place.Cannot { // the programme team is talking to the leader
			return programme.ErrFormClosed
		}
		if needs, err = an.withTravel(needs); err != nil {
			return err
		}
	}
	if err := an.needsAt(needs); err != nil {
		return err
	}
	answer := an.section(programme.SectionPlace)
	switch answer.Get("place") {
	case programme.PlaceCannot:
		err = an.cannot(&place)
	case programme.PlaceAnother:
		err = an.another(&place, answer.Get("sitting"))
	default:
		err = an.confirmPlace(&place, an.given.ID)
	}
	if err != nil {
		return err
	}
	if answer.Get("place") != programme.PlaceCannot {
		if err := an.placesAlong(true); err != nil {
			return err
		}
	}
	return an.afterChange(place)
}

// afterChange lets the second part follow, where a changed answer meets it.
func (an *answering) afterChange(place placeRow) error {
	row, err := an.stage(an.ask.Stage)
	if err != nil || row.Part != string(programme.PartAttendance) || row.State != string(programme.StageOpen) {
		return err
	}
	ask, err := an.turn.ask(askOfStage(row))
	if err != nil {
		return err
	}
	if err := an.replanAttendance(&ask, place); err != nil {
		return err
	}
	return an.nudge(an.ask.Stage)
}

// cannot notes that no date will do: staff decide, the place stays until then.
func (an *answering) cannot(place *placeRow) error {
	if place.Cannot {
		return nil
	}
	place.Cannot, place.State, place.ConfirmedAt = true, string(programme.PlaceHeld), nil
	mail, cancels := an.cancelEntry(place, an.reply(programme.MsgEventCancelled))
	if cancels {
		if err := an.sendReply(mail); err != nil {
			return err
		}
	}
	if err := an.setPlace(*place); err != nil {
		return err
	}
	return an.raise(an.ask.Stage, taskCannot, an.given.ID+"/"+taskCannot)
}

// sendReply writes a mail. The workflow of the stage that was answered sends what concerns that stage; the rest is promised
// to the journey, and so is what a changed answer brings, about which that workflow hears nothing.
func (an *answering) sendReply(mail messageRow) error {
	if err := an.write(mail); err != nil || mail.Stage == an.ask.Stage && !an.given.Change {
		return err
	}
	id, err := an.s.promiseMail(an.tx, an.j, mail)
	an.outbox = append(an.outbox, id)
	return err
}

// another changes the place for one in another sitting, and confirms it there. Where that is full nothing has changed, and
// the leader is told.
func (an *answering) another(place *placeRow, name string) error {
	known, err := an.s.sittings(an.tx, an.cohort, an.year)
	if err != nil {
		return err
	}
	list := upcoming(known[an.ask.Stage], an.now)
	i := slices.IndexFunc(list, func(s programme.Sitting) bool { return s.Name == name && s.State == programme.SittingPlanned })
	if i < 0 {
		return programme.Refuse("sitting", "Choose one of the dates shown.")
	}
	other, err := an.meeting(list[i])
	if err != nil {
		return err
	}
	if other != "" {
		return programme.Refuse("sitting", "On a day of that date you are at “%s”. Choose another date.", other)
	}
	err = an.switchTo(place, list[i])
	if errors.Is(err, programme.ErrFull) {
		return programme.Refuse("sitting", "The last place on that date has just been taken. You still have your place; choose again.")
	}
	if err != nil {
		return err
	}
	return an.confirmPlace(place, an.given.ID)
}

// switchTo takes a place in another sitting and gives the one in this back; ErrFull where none is left there. The same
// sitting changes nothing.
func (t *turn) switchTo(place *placeRow, sitting programme.Sitting) error {
	if place.Sitting == sitting.Name && place.Counted {
		return nil
	}
	// Both rows in one order: two who change places with each other must not wait for one another.
	both := locked(t.tx).Where("cohort = ? AND stage = ? AND name IN ?", place.Cohort, place.Stage, []string{place.Sitting, sitting.Name})
	if err := both.Order("name").Find(&[]sittingRow{}).Error; err != nil {
		return err
	}
	if err := takeSittings(t.tx, sitting, 1); err != nil {
		return err
	}
	if err := t.uncount(place); err != nil {
		return err
	}
	place.Sitting, place.Counted, place.Followed = sitting.Name, true, sitting.Sequence
	place.State, place.ConfirmedAt = string(programme.PlaceHeld), nil
	if place.Entry {
		place.Sequence++
	}
	if err := t.setPlace(*place); err != nil {
		return err
	}
	if err := t.s.replanJourneys(t.tx, t.cohort.With(nil), []journeyRow{t.j}); err != nil {
		return err
	}
	if err := t.relive(); err != nil {
		return err
	}
	return t.leaveAway(sitting)
}

// uncount gives a place back to its sitting.
func (t *turn) uncount(place *placeRow) error {
	if !place.Counted {
		return nil
	}
	place.Counted = false
	given := t.tx.Exec(`UPDATE sittings SET taken = taken - 1 WHERE cohort = ? AND stage = ? AND name = ? AND taken > 0`, place.Cohort, place.Stage, place.Sitting)
	if faults.Broken("overbooks") {
		return given.Error // there are places that nobody has counted
	}
	return once(given)
}

// confirmPlace notes that the leader comes, and plans the mail with the calendar entry. row is what confirmed it. A place
// that is confirmed stays as it is.
func (an *answering) confirmPlace(place *placeRow, row string) error {
	if place.state() == programme.PlaceConfirmed {
		return nil
	}
	if place.Cannot { // meanwhile the leader may have been given another event on these days
		other, err := an.meeting(an.cohort.Sittings[place.Stage])
		if err != nil {
			return err
		}
		if other != "" {
			return programme.Refuse("place", "On a day of that date you are at “%s”. Please write to us, and we look for a way.", other)
		}
	}
	place.State, place.Cannot, place.ConfirmedAt = string(programme.PlaceConfirmed), false, &an.now
	requestEntry(place, false)
	if err := an.setPlace(*place); err != nil {
		return err
	}
	if err := an.finishTasks(place.Stage, "confirmed", taskCannot, taskPlaceKept, taskOverdue); err != nil {
		return err
	}
	mail := an.planned(programme.MsgEventConfirmed, programme.RuleReply, an.now)
	mail.Stage, mail.Key = place.Stage, programme.ReplyKey(an.j.Cohort, an.j.Ref, place.Stage, programme.MsgEventConfirmed, row)
	mail.Params = params{Submission: an.given.ID}.text()
	return an.sendReply(mail)
}

// placesAlong confirms the places of the events that the form of this stage confirms besides its own. Where the leader
// cannot be at all of them each asks for itself; what was confirmed before is a task.
func (an *answering) placesAlong(confirmed bool) error {
	for _, event := range an.year.PlacedWith(an.ask.Stage) {
		place, has, err := an.place(event.Name)
		if err != nil {
			return err
		}
		switch {
		case !has || !place.state().Live():
			continue
		case confirmed:
			if err := an.confirmAlong(place); err != nil {
				return err
			}
		case place.state() == programme.PlaceConfirmed:
			if err := an.raise(event.Name, taskCannot, an.given.ID+"/"+event.Name+"/"+taskCannot); err != nil {
				return err
			}
		}
	}
	return nil
}

// confirmAlong confirms a place for another stage; one that is open already goes on to its second part.
func (an *answering) confirmAlong(place placeRow) error {
	if err := an.confirmPlace(&place, an.given.ID); err != nil {
		return err
	}
	row, err := an.stage(place.Stage)
	if err != nil || row.State != string(programme.StageOpen) || row.Part != "" {
		return err
	}
	if _, err := an.intoAttendance(&row); err != nil {
		return err
	}
	if err := an.move(place.Stage, row.State, row.State, an.what); err != nil {
		return err
	}
	return an.nudge(place.Stage)
}

// keepNeeds keeps what the leader needs, unless a venue has it already: from the freeze of an event until its end nothing
// changes but by staff, who then tell the venue. Needs that nobody knew yet are always welcome; what they change of those that
// were told for an event online, which the venue's list has too, staff tell the venue.
func (t *turn) keepNeeds(needs programme.Answers, by string) error {
	if len(needs) == 0 {
		return nil
	}
	return t.changeNeeds(needs, by)
}

// changeNeeds is keepNeeds where a leader may also need nothing any more.
func (t *turn) changeNeeds(needs programme.Answers, by string) error {
	known, err := t.needs()
	if err != nil || reflect.DeepEqual(known, needs) {
		return err
	}
	frozen, err := t.frozen()
	if err != nil {
		return err
	}
	staff := by != actorParticipant && by != actorAssistant
	if len(frozen) > 0 && programme.NeedsKnown(known) && !staff {
		field := "dietary"
		if slices.Equal(needs[field], known[field]) {
			field = programme.NeedAccess // an event held online asks nothing else
		}
		return programme.Refuse(field, "The venue has your needs already, so they cannot be changed here any more. Please tell the programme team.")
	}
	for _, stage := range frozen {
		if !staff && len(known) == 0 {
			break
		}
		if err := t.raise(stage, taskTellVenue, t.j.Ref+"/"+stage+"/"+t.now.Format(time.RFC3339Nano)+"/"+taskTellVenue); err != nil {
			return err
		}
	}
	return t.saveNeeds(needs, by)
}

// frozen are the events whose venues have the leader's needs just now.
func (t *turn) frozen() (stages []string, err error) {
	places, err := placesOf(t.tx, []string{t.j.Ref})
	if err != nil {
		return nil, err
	}
	for _, stage := range slices.Sorted(maps.Keys(places[t.j.Ref])) {
		place := places[t.j.Ref][stage]
		sitting := t.cohort.Sittings[stage]
		if !place.state().Live() || sitting.Online || !t.now.Before(sitting.Ends) {
			continue
		}
		terms, err := t.year.EventTerms(t.cohort, stage, t.cal(), t.away)
		if err != nil {
			return nil, err
		}
		if !t.now.Before(terms.Freeze) {
			stages = append(stages, stage)
		}
	}
	return stages, nil
}

// changeable is until when the answer about a place can be changed: the freeze, hard.
func (an *answering) changeable(row stageRow) (time.Time, error) {
	terms, err := an.year.EventTerms(an.cohort, row.Name, an.cal(), an.away)
	return terms.Freeze, err
}
