package verdict

import (
	"slices"
	"sort"
	"time"
)

// noted is one mail that did something to a diary.
type noted struct {
	entry *Entry
	mail  *Mail
	key   Key
}

// diary is what one leader's diary was told about one event, at one address, in the order of the mails' dates.
type diary []noted

// place is one leader's place at one event.
type place struct{ ref, stage string }

// diaries collects the calendar parts of all mails, by place and address.
func (j *judge) diaries() map[place]map[string]diary {
	all := map[place]map[string]diary{}
	for ref, mails := range j.byRef {
		for _, c := range mails {
			if c.mail.Entry == nil {
				continue
			}
			p := place{ref, c.key.Stage}
			if all[p] == nil {
				all[p] = map[string]diary{}
			}
			to := lower(c.mail.To)
			copied := slices.ContainsFunc(all[p][to], func(n noted) bool { return n.mail.MessageID == c.mail.MessageID })
			if !copied {
				all[p][to] = append(all[p][to], noted{c.mail.Entry, c.mail, c.key})
			}
		}
	}
	for _, byAddress := range all {
		for _, d := range byAddress {
			sort.SliceStable(d, func(a, b int) bool { return d[a].mail.Date.Before(d[b].mail.Date) })
		}
	}
	return all
}

// last is the entry as it stands in the diary; nil where there is none, or was never one.
func (d diary) last() *noted {
	if len(d) == 0 {
		return nil
	}
	return &d[len(d)-1]
}

// live is the entry that the diary shows in the end, or nil.
func (d diary) live() *Entry {
	if n := d.last(); n != nil && n.entry.Method == "REQUEST" {
		return n.entry
	}
	return nil
}

// requested is the last entry that the diary was asked to show, whatever came of it.
func (d diary) requested() *noted {
	for i := len(d) - 1; i >= 0; i-- {
		if d[i].entry.Method == "REQUEST" {
			return &d[i]
		}
	}
	return nil
}

// currentAddress is where a leader is written to in the end.
func (j *judge) currentAddress(ref string) string {
	p := j.people[ref]
	if p == nil || len(p.Emails) == 0 {
		return ""
	}
	return lower(p.Emails[len(p.Emails)-1])
}

// sitting is one date of an event as the cast's staff had it in the end, or nil.
func (j *judge) sitting(stage, name string) *Sitting {
	for i := range j.in.Expected.Sittings {
		if s := &j.in.Expected.Sittings[i]; s.Stage == stage && s.Name == name {
			return s
		}
	}
	return nil
}

// sittingAt is the date of an event that lies where a diary has it.
func (j *judge) sittingAt(stage string, e *Entry) *Sitting {
	for i := range j.in.Expected.Sittings {
		if s := &j.in.Expected.Sittings[i]; s.Stage == stage && s.Starts.Equal(e.Starts) && s.Ends.Equal(e.Ends) {
			return s
		}
	}
	return nil
}

// registered are the notes of the register about a place, in time.
func (j *judge) registered(p place) []Act {
	var found []Act
	for _, a := range j.confirmed(p.ref, "record-attendance") {
		if a.Stage == p.stage {
			found = append(found, a)
		}
	}
	return found
}

// givenBack is when, after its entry was asked for, a place was given back before its event: zero where it was kept. A
// place at an event that is over is no longer given back.
func (j *judge) givenBack(p place, asked noted) time.Time {
	for _, a := range j.in.Acts {
		about := a.Ref == p.ref && (a.Stage == "" || a.Stage == p.stage)
		s := j.sittingAt(p.stage, asked.entry)
		switch {
		case !a.Confirmed || a.Answered.Before(asked.mail.Received) && a.Done.Before(asked.mail.Date):
		case about && (a.Act == "withdraw" || a.Act == "defer" || a.Act == "skip") && a.At.Before(asked.entry.Starts):
			return a.Done
		case about && a.Act == "record-attendance" && a.Answer == "excused" && a.At.Before(asked.entry.Starts):
			return a.Done
		case about && (a.Act == ActCancel || (a.Act == ActAnswer || a.Act == ActChange) && a.Answer == "cannot"):
			return a.Done
		case a.Act == "reschedule" && a.Stage == p.stage && s != nil && s.Name == a.Sitting && s.Cancelled:
			return a.Done
		case about && a.Act == "resume" && j.heldOver(p.ref, asked.entry.Starts, a):
			return a.Done
		}
	}
	return time.Time{}
}

// heldOver reports whether a moment fell into the hold that an act ended.
func (j *judge) heldOver(ref string, moment time.Time, resume Act) bool {
	for _, hold := range j.confirmed(ref, "hold") {
		if hold.Sent.Before(resume.Sent) && !moment.Before(hold.At) && moment.Before(resume.Done) {
			return true
		}
	}
	return false
}
