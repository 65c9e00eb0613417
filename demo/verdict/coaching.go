package verdict

import "strings"

// coaching: no published time is two people's at once, whoever moved or cancelled a session was told, and what a coach
// logged as held is done in the records.
func (j *judge) coaching() {
	holder := map[string]string{}  // who has a time: reference and stage
	holding := map[string]string{} // and which time they have
	booked := map[string]Act{}     // since when
	free := func(session string) {
		if slot := holding[session]; holder[slot] == session {
			delete(holder, slot)
		}
		delete(holding, session)
	}
	for _, a := range j.confirmed("", ActAnswer, ActMove, ActCancel, ActLog) {
		session := a.Ref + "/" + a.Stage
		switch {
		case a.Act == ActCancel:
			free(session)
			j.told(a, "coaching-cancelled")
		case a.Act == ActMove:
			j.told(a, "coaching-moved")
			fallthrough
		case a.Act == ActAnswer && a.Answer == "book":
			free(session)
			if a.Slot == "" {
				continue
			}
			if other, taken := holder[a.Slot]; taken && other != session && !j.takenAway(other, booked[other]) {
				j.fault(a.Ref, "A time of a coach was given to two people: %s has it as well.", other)
			}
			holder[a.Slot], holding[session], booked[session] = session, a.Slot, a
		case a.Act == ActLog && a.Answer == "held":
			if journey := j.journeys[a.Ref]; journey != nil && ended(journey.State) {
				if s := journey.stage(a.Stage); s == nil || s.State != "done" {
					j.fault(a.Ref, "A coach logged %s as held, and the records do not have it as done.", a.Stage)
				}
			}
		}
	}
}

// takenAway reports whether a session was cancelled by somebody else since it was booked: for a hold, a residential that moved
// onto its day, a coach who left.
func (j *judge) takenAway(session string, since Act) bool {
	ref, stage, _ := strings.Cut(session, "/")
	return j.firstSent(ref, stage, "coaching-cancelled", since) != nil
}

// told: an act of a leader about a session is confirmed by mail.
func (j *judge) told(a Act, want string) {
	if journey := j.journeys[a.Ref]; journey != nil && !ended(journey.State) && j.last.Sub(a.Answered) < j.in.ReplyWithin {
		return // the reply may be on its way
	}
	if j.firstSent(a.Ref, a.Stage, want, j.begun(a)) == nil {
		j.fault(a.Ref, "%s of %s was confirmed, the mail %s never came.", a.Act, a.Stage, want)
	}
}
