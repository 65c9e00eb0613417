package verdict

import "strings"

// coaching: no published time is two people's at once, whoever moved or cancelled a session was told and asked for another time
// once, and what a coach logged as held is done in the records.
func (j *judge) coaching() {
	j.askedTwice()
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

// askedByNews is how often the news that a session is cancelled asked for another time: it leads to the page for that.
func (j *judge) askedByNews(p place) (n int) {
	seen := map[string]bool{}
	for _, c := range j.byRef[p.ref] {
		if c.key.Stage == p.stage && c.key.Message == "coaching-cancelled" && c.mail.Opens && !seen[c.mail.MessageID] {
			seen[c.mail.MessageID] = true
			n++
		}
	}
	return n
}

// askedTwice: a session is asked for again only where its coach said that it did not take place, or where staff wanted it. Where
// it was cancelled, the news of that asks.
func (j *judge) askedTwice() {
	for _, mails := range j.byRef {
		for _, c := range mails {
			if c.key.Message == "coaching" && c.key.Round > 1 && !j.missed(c.key, c.mail) && !j.commanded(c.key, c.mail, sendsAgain) {
				j.fault(c.key.Text, "A session was asked for again by a mail of its own.")
			}
		}
	}
}

// missed reports whether a coach had said that a session did not take place before a mail about it came.
func (j *judge) missed(key Key, m *Mail) bool {
	for _, a := range j.in.Acts {
		if a.Act == ActLog && a.Ref == key.Ref && a.Stage == key.Stage && a.Answer != "held" && !a.Sent.After(m.Received) {
			return true
		}
	}
	return false
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
