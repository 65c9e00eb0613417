package verdict

import (
	"slices"
	"strings"
	"time"
)

func lower(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// calendar: an entry keeps its UID for life, its SEQUENCE never falls, in the end it has the times of its sitting, and it is
// taken away exactly where its place was given back.
func (j *judge) calendar() {
	for _, m := range j.in.Mails {
		if m.Broken != "" {
			j.fault(m.key(), "The calendar part of a mail cannot be read: %s.", m.Broken)
		}
		for _, text := range m.Keys {
			key, _ := ParseKey(text)
			if want := methodOf[key.Message]; want != "" && (m.Entry == nil || m.Entry.Method != want) {
				j.fault(text, "The message %s brings no %s for the diary.", key.Message, want)
			}
		}
	}
	owner := map[string]place{}
	for p, byAddress := range j.diaries() {
		uid := ""
		for _, d := range byAddress {
			sequence, shown := -1, false
			for _, n := range d {
				if other, taken := owner[n.entry.UID]; taken && other != p {
					j.fault(n.key.Text, "Two places share one calendar entry.")
				}
				owner[n.entry.UID] = p
				if uid == "" {
					uid = n.entry.UID
				}
				switch {
				case n.entry.UID != uid:
					j.fault(n.key.Text, "The calendar entry of one place has two UIDs.")
				case n.entry.Sequence < sequence:
					j.fault(n.key.Text, "The SEQUENCE of a calendar entry fell from %d to %d.", sequence, n.entry.Sequence)
				case n.entry.Method == "CANCEL" && !shown:
					j.fault(n.key.Text, "A calendar entry was taken away that was not there.")
				}
				sequence, shown = n.entry.Sequence, n.entry.Method == "REQUEST"
			}
		}
		for address, d := range byAddress {
			if address != j.currentAddress(p.ref) {
				if d.live() != nil && j.movedHouse(p, d) {
					j.fault(p.ref, "The entry of %s was left in the diary of an address that had been changed.", p.stage)
				}
				continue
			}
			j.lastEntry(p, d)
		}
	}
}

// movedHouse reports whether an entry was still to come when the address it went to was changed.
func (j *judge) movedHouse(p place, d diary) bool {
	for _, a := range j.confirmed(p.ref, "change-email") {
		if d.live().Starts.After(a.Done) {
			return true
		}
	}
	return false
}

// lastEntry judges how a diary was left.
func (j *judge) lastEntry(p place, d diary) {
	asked := d.requested()
	if asked == nil {
		return // said already
	}
	back := j.givenBack(p, *asked)
	live := d.live()
	settled := j.last.Sub(asked.mail.Received) >= j.in.ReplyWithin
	switch {
	case live == nil && back.IsZero():
		j.fault(d.last().key.Text, "A calendar entry was taken away although its place was kept.")
	case live != nil && !back.IsZero() && settled:
		j.fault(asked.key.Text, "The place at %s was given back on %s, and its calendar entry was left.", p.stage, stamp(back))
	}
	notes := j.registered(p)
	if live == nil || len(notes) == 0 {
		return
	}
	last := notes[len(notes)-1]
	if s := j.sitting(p.stage, last.Sitting); s != nil && (!live.Starts.Equal(s.Starts) || !live.Ends.Equal(s.Ends)) {
		j.fault(asked.key.Text, "The entry of %s begins %s, the sitting %s on %s.", p.stage, stamp(live.Starts), s.Name, stamp(s.Starts))
	}
}

// capacity: no sitting has more leaders than room, by what their diaries say and by the register.
func (j *judge) capacity() {
	confirmed, came := map[*Sitting]int{}, map[*Sitting]map[string]bool{}
	for p, byAddress := range j.diaries() {
		if live := byAddress[j.currentAddress(p.ref)].live(); live != nil {
			if s := j.sittingAt(p.stage, live); s != nil && j.journeys[p.ref] != nil && j.journeys[p.ref].Cohort == j.in.Expected.Cohort {
				confirmed[s]++
			}
		}
	}
	for _, a := range j.confirmed("", "record-attendance") {
		if s := j.sitting(a.Stage, a.Sitting); s != nil {
			if came[s] == nil {
				came[s] = map[string]bool{}
			}
			came[s][a.Ref] = true
		}
	}
	j.sittings()
	for i := range j.in.Expected.Sittings {
		s := &j.in.Expected.Sittings[i]
		if n := max(confirmed[s], len(came[s])); n > s.Capacity {
			j.fault(s.Stage+"/"+s.Name, "%d leaders have a place in a sitting for %d.", n, s.Capacity)
		}
	}
}

// sittings: the records hold the dates as staff had them in the end, and no more places than there are.
func (j *judge) sittings() {
	for _, s := range j.in.Records.Sittings {
		want := j.sitting(s.Stage, s.Name)
		switch {
		case s.Taken < 0 || s.Taken > s.Capacity:
			j.fault(s.Stage+"/"+s.Name, "The records count %d places as taken in a sitting for %d.", s.Taken, s.Capacity)
		case want == nil:
			j.fault(s.Stage+"/"+s.Name, "The records have a sitting that nobody set.")
		case !moment(s.Starts).Equal(want.Starts) || !moment(s.Ends).Equal(want.Ends) || (s.State == "cancelled") != want.Cancelled:
			j.fault(s.Stage+"/"+s.Name, "The records have a sitting otherwise than staff left it: %s from %s.", s.State, s.Starts)
		}
	}
}

// residentialDays: nothing that is scheduled reaches a leader on a day of the residential that the register has them at.
func (j *judge) residentialDays() {
	for _, a := range j.confirmed("", "record-attendance") {
		s := j.sitting(a.Stage, a.Sitting)
		if s == nil || !s.Residential || s.Online || a.Answer == "excused" {
			continue
		}
		first, last := dayOf(s.Starts), dayOf(s.Ends)
		if s.Night {
			first = first.AddDate(0, 0, -1)
		}
		for _, c := range j.byRef[a.Ref] {
			if messages[c.key.Message].to != "leader" || c.mail.Rule != scheduled {
				continue
			}
			if day := dayOf(c.mail.Date); !day.Before(first) && !day.After(last) {
				j.fault(c.key.Text, "A scheduled mail is dated %s, a day of the leader's %s.", stamp(c.mail.Date), s.Stage)
			}
		}
	}
}

// dayOf is the London day of a moment, at midnight.
func dayOf(t time.Time) time.Time {
	local := t.In(london)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, london)
}

// joining: instructions and the word of the last day go to those with a place alone and say where the event takes place, and
// the latter goes on the last working day before; and whoever came has had it.
func (j *judge) joining() {
	for ref, mails := range j.byRef {
		for _, c := range mails {
			if c.key.Message != "event-joining" && c.key.Message != "event-tomorrow" {
				continue
			}
			p := place{ref, c.key.Stage}
			if back := j.without(p, c.mail); !back.IsZero() {
				j.fault(c.key.Text, "The message %s is dated %s; the place was given back on %s.", c.key.Message, stamp(c.mail.Date), stamp(back))
			}
			journey := j.journeys[ref]
			if c.key.Message == "event-tomorrow" && journey != nil && journey.Cohort == j.in.Expected.Cohort && !j.eve(c.key.Stage, c.mail.Date) {
				j.fault(c.key.Text, "The last word before %s is dated %s, which is not the last working day before it.", c.key.Stage, stamp(c.mail.Date))
			}
			if journey != nil && journey.Cohort == j.in.Expected.Cohort && !j.saysWhere(c.key.Stage, c.mail) {
				j.fault(c.key.Text, "The message %s does not say where %s takes place.", c.key.Message, c.key.Stage)
			}
		}
	}
	for _, a := range j.confirmed("", "record-attendance") {
		if s := j.sitting(a.Stage, a.Sitting); s != nil && a.Answer == "attended" && !j.toldOf(a, s) {
			j.fault(a.Ref, "Nobody wrote to a leader on the last working day before %s.", a.Stage)
		}
	}
}

// saysWhere reports whether a mail names the venue of one of an event's sittings, or the address to join it at.
func (j *judge) saysWhere(stage string, m *Mail) bool {
	return slices.ContainsFunc(j.in.Expected.Sittings, func(s Sitting) bool { return s.Stage == stage && s.Where != "" && strings.Contains(m.Text, s.Where) })
}

// without is when a leader had given a place back before a mail, zero where there was one.
func (j *judge) without(p place, m *Mail) (back time.Time) {
	for _, a := range j.in.Acts {
		if !a.Confirmed || a.Ref != p.ref || !a.Answered.Before(m.Received) || !a.Done.Before(m.Date) {
			continue
		}
		switch {
		case a.Act == "withdraw", a.Act == "defer", a.Act == "skip" && a.Stage == p.stage,
			a.Act == "record-attendance" && a.Stage == p.stage && a.Answer == "excused":
			back = a.Done
		case a.Stage == p.stage && (a.Act == "change-sitting" || a.Act == "reopen"):
			back = time.Time{}
		}
	}
	return back
}

// eve reports whether a moment lies on the last working day before a sitting of an event, residential days left out.
func (j *judge) eve(stage string, moment time.Time) bool {
	return slices.ContainsFunc(j.in.Expected.Sittings, func(s Sitting) bool { return s.Stage == stage && eveOf(s).Equal(dayOf(moment)) })
}

// eveOf is the last working day before a sitting; the night before belongs to it.
func eveOf(s Sitting) time.Time {
	day := dayOf(s.Starts).AddDate(0, 0, -1)
	if s.Night {
		day = day.AddDate(0, 0, -1)
	}
	for {
		if works, known := working(day.Add(12 * time.Hour)); works || !known {
			return day
		}
		day = day.AddDate(0, 0, -1)
	}
}

// toldOf reports whether a leader who came had the last word before, or had the place too late for it.
func (j *judge) toldOf(a Act, s *Sitting) bool {
	eve := eveOf(*s)
	for _, c := range j.byRef[a.Ref] {
		if c.key.Stage == a.Stage && c.key.Message == "event-tomorrow" && dayOf(c.mail.Date).Equal(eve) {
			return true
		}
	}
	if j.in.ReplyWithin >= time.Minute && j.notSent(place{a.Ref, a.Stage}, "event-tomorrow", "missed", "answered", "replaced") {
		return true // processes were killed, and the event was over when they were back, and perhaps on the register
	}
	for _, late := range j.confirmed(a.Ref, "change-sitting", "resume", "reopen", "change-email", "correct") {
		if late.Done.After(eve.AddDate(0, 0, -1)) && late.Done.Before(s.Starts) {
			return true
		}
	}
	return false
}

// notSent reports whether the records say of a message about a place that it was not sent, for one of these reasons.
func (j *judge) notSent(p place, message string, reasons ...string) bool {
	return slices.ContainsFunc(j.in.Records.Messages, func(line Message) bool {
		key, ok := ParseKey(line.Key)
		return ok && key.Ref == p.ref && key.Stage == p.stage && key.Message == message && line.State == "not_sent" && slices.Contains(reasons, line.Reason)
	})
}

// toldAtOnce reports whether a mail takes a near place away as it should: urgently, or, where the records say that another
// place was found before that mail could go, by telling of that one.
func (j *judge) toldAtOnce(p place, n noted) bool {
	return n.entry.Method == "CANCEL" && n.mail.Rule == urgent || n.entry.Method == "REQUEST" && j.notSent(p, "event-cancelled", "replaced")
}

// soon is how near an event has to be for news of it to be urgent.
const soon = 48 * time.Hour

// urgentNews: news about the next two days goes at once, and nothing else does.
func (j *judge) urgentNews() {
	late := time.Duration(0) // where processes are killed, news may come when its event is over
	if j.in.ReplyWithin >= time.Minute && j.in.Clock.Day > 0 {
		late = time.Duration(float64(j.in.ReplyWithin) / float64(j.in.Clock.Day) * float64(24*time.Hour))
	}
	for i := range j.in.Mails {
		m := &j.in.Mails[i]
		key, ok := ParseKey(m.key())
		if strings.HasPrefix(key.Stage, "coaching-") {
			if m.Rule == urgent && m.Entry != nil && m.Entry.Starts.Sub(m.Date).Abs() > soon+time.Hour {
				j.fault(key.Text, "The message %s went as urgent, and the session is not near.", key.Message)
			}
			continue
		}
		if ok && m.Rule == urgent && !slices.ContainsFunc(j.in.Expected.Sittings, func(s Sitting) bool {
			return s.Stage == key.Stage && !m.Date.Before(s.Starts.Add(-soon-time.Hour)) && !m.Date.After(s.Starts.Add(soon+time.Hour+late))
		}) {
			j.fault(key.Text, "The message %s went as urgent, and no date of %s is near.", key.Message, key.Stage)
		}
	}
	for _, done := range j.confirmed("", "reschedule") {
		a := j.begun(done) // the order itself: that it was carried out is seen later
		s := j.sitting(a.Stage, a.Sitting)
		if s == nil || !s.Cancelled || s.Starts.Sub(a.At) > soon || s.Starts.Before(a.At) {
			continue
		}
		for p, byAddress := range j.diaries() {
			d := byAddress[j.currentAddress(p.ref)]
			for i, n := range d {
				at := n.entry.Method == "REQUEST" && p.stage == s.Stage && n.entry.Starts.Equal(s.Starts) && n.entry.Ends.Equal(s.Ends)
				if !at || !n.mail.Date.Before(a.At) || i+1 < len(d) && d[i+1].mail.Date.Before(a.At) {
					continue
				}
				if i+1 == len(d) || d[i+1].mail.Received.Sub(a.Answered) > j.in.ReplyWithin || !j.toldAtOnce(p, d[i+1]) {
					j.fault(p.ref, "%s was cancelled on %s for %s, and the leader was not told at once.", p.stage, stamp(a.At), stamp(s.Starts))
				}
			}
		}
	}
}
