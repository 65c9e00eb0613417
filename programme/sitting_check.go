package programme

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxSittings is how many dates one event may have, and how many sessions one of them.
const maxSittings = 50

// CheckSittings judges the sittings of a cohort's events, by stage, as staff have them or want them. In what changed names
// alone a start in the past is a fault: that of a sitting that has been is none. The fields of the faults are places in
// the document: /sittings/residential-1/0/ends_at.
func CheckSittings(b Blueprint, c Cohort, sittings map[string][]Sitting, changed map[string]bool, now time.Time) []Fault {
	k := sittingChecker{b: b, now: now}
	for _, stage := range slices.Sorted(maps.Keys(sittings)) {
		s, found := b.Stage(stage)
		if !found || s.Event == nil {
			k.faults = append(k.faults, Fault{Field: "/sittings", Text: "The blueprint has no event of one of these names."})
			continue
		}
		k.stage(c, s, sittings[stage], changed[stage])
	}
	k.clashes(sittings)
	return k.faults
}

// SittingWarnings names every sitting of a cohort that lacks what its leaders need to get there: staff may launch with them
// signed off, and are asked again before anybody is told how to join.
func SittingWarnings(b Blueprint, sittings map[string][]Sitting) []Fault {
	k := sittingChecker{b: b}
	for _, s := range b.Stages {
		for i, one := range sittings[s.Name] {
			if one.State == SittingCancelled {
				continue
			}
			switch one.Lacks() {
			case LackLink:
				k.add(s.Name, i, "join_url", "%s, date “%s” on %s: no joining link is set yet. The joining mails wait until it is.",
					s.Title, one.Name, inWords(DateOf(one.Starts)))
			case LackVenue:
				k.add(s.Name, i, "venue", "%s, date “%s” on %s: no venue is set yet. The joining mails wait until it is.",
					s.Title, one.Name, inWords(DateOf(one.Starts)))
			}
		}
	}
	return k.faults
}

type sittingChecker struct {
	b      Blueprint
	now    time.Time
	faults []Fault
}

func (k *sittingChecker) add(stage string, i int, field, format string, args ...any) {
	at := "/sittings/" + stage
	if i >= 0 {
		at += fmt.Sprintf("/%d", i)
	}
	if field != "" {
		at += "/" + field
	}
	k.faults = append(k.faults, Fault{Field: at, Text: fmt.Sprintf(format, args...)})
}

// stage judges the sittings of one event.
func (k *sittingChecker) stage(c Cohort, s BlueprintStage, list []Sitting, changed bool) {
	if len(list) > maxSittings {
		k.add(s.Name, -1, "", "%d dates of one event are too many: %d at most.", len(list), maxSittings)
		return
	}
	names, room := map[string]bool{}, 0
	for i, sitting := range list {
		if !namePattern.MatchString(sitting.Name) || len(sitting.Name) > 20 || names[sitting.Name] {
			k.add(s.Name, i, "name", "Give each date of an event a short name of its own, of lower-case letters, digits and hyphens.")
		}
		names[sitting.Name] = true
		k.sitting(s, i, sitting, changed)
		if sitting.State != SittingCancelled || !c.Launched.IsZero() { // a date that was off since has its tasks, and bars no other change
			room += sitting.Capacity
		}
	}
	if room < c.Places {
		k.add(s.Name, -1, "", tooLittleRoom, s.Title, room, c.Places)
	}
}

const tooLittleRoom = "%s has room for %d, but the cohort has %d places."

// RoomAt is how many of a cohort's leaders the sittings of one event can have: a cancelled one has none, and one that has begun
// those who have places there. open is false where all that take place have begun, so that whoever joins the cohort now does so
// without this event.
func RoomAt(sittings []Sitting, now time.Time) (room int, open bool) {
	begun := false
	for _, s := range sittings {
		switch {
		case s.State == SittingCancelled:
		case s.Starts.After(now):
			room, open = room+s.Capacity, true
		default:
			room, begun = room+s.Taken, true
		}
	}
	return room, open || !begun
}

// RoomForMore names every event that has no room for as many leaders as the cohort has places, of those that are still to come.
func RoomForMore(b Blueprint, c Cohort, sittings map[string][]Sitting, now time.Time) []Fault {
	k := sittingChecker{b: b}
	for _, s := range b.Stages {
		if room, open := RoomAt(sittings[s.Name], now); s.Event != nil && open && room < c.Places {
			k.add(s.Name, -1, "", tooLittleRoom, s.Title, room, c.Places)
		}
	}
	return k.faults
}

func (k *sittingChecker) sitting(s BlueprintStage, i int, one Sitting, changed bool) {
	if one.Starts.IsZero() || one.Ends.IsZero() || !one.Starts.Before(one.Ends) {
		k.add(s.Name, i, "ends_at", "It must end after it has started.")
	} else if one.Ends.Sub(one.Starts) > 14*24*time.Hour {
		k.add(s.Name, i, "ends_at", "It must end within two weeks.")
	}
	if changed && one.Starts.Before(k.now) {
		k.add(s.Name, i, "starts_at", "It would start in the past.")
	}
	if one.Capacity < 1 || one.Capacity > 100_000 {
		k.add(s.Name, i, "capacity", "Say how many leaders it has room for, from 1.")
	}
	if one.Minimum < 0 || one.Minimum > one.Capacity {
		k.add(s.Name, i, "minimum", "The minimum cannot be more than the capacity, %d.", one.Capacity)
	}
	for field, text := range map[string]string{"venue": one.Venue, "address": one.Address, "group": one.Group} {
		if utf8.RuneCountInString(text) > 300 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
			k.add(s.Name, i, field, "Write it on one line of up to 300 characters.")
		}
	}
	if !webAddress(one.JoinURL) {
		k.add(s.Name, i, "join_url", "Write an address that begins with https://.")
	}
	if len(one.Sessions) > maxSittings {
		k.add(s.Name, i, "sessions", "%d sessions are too many: %d at most.", len(one.Sessions), maxSittings)
		return
	}
	for n, session := range one.Sessions {
		at := fmt.Sprintf("sessions/%d/", n)
		if strings.TrimSpace(session.Title) == "" || utf8.RuneCountInString(session.Title+session.Speaker) > 300 {
			k.add(s.Name, i, at+"title", "Give the session a title; with its speaker it may have 300 characters.")
		}
		if session.Starts.Before(one.Starts) || !session.Starts.Before(one.Ends) {
			k.add(s.Name, i, at+"starts_at", "The session must start while the event lasts.")
		}
		if !webAddress(session.Materials) {
			k.add(s.Name, i, at+"materials", "Write an address that begins with https://.")
		}
	}
}

// webAddress reports whether a text is an address on the web, or empty.
func webAddress(text string) bool {
	if text == "" {
		return true
	}
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "https" || address.Scheme == "http") && address.Host != "" && address.User == nil &&
		len(text) <= 1000 && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' })
}

// clashes: nobody can be at two events on one day. A leader must be where the leader's group meets, or where there is but
// one date.
func (k *sittingChecker) clashes(sittings map[string][]Sitting) {
	var order []string
	for _, s := range k.b.Stages {
		if len(sittings[s.Name]) > 0 {
			order = append(order, s.Name)
		}
	}
	for n, stage := range order {
		for _, earlier := range order[:n] {
			for i, one := range sittings[stage] {
				for _, other := range sittings[earlier] {
					alone, otherAlone := len(sittings[stage]) == 1, len(sittings[earlier]) == 1
					bound := (alone || one.Group != "") && (otherAlone || other.Group != "") &&
						(alone || otherAlone || one.Group == other.Group)
					if bound && one.State != SittingCancelled && other.State != SittingCancelled && one.Meets(other) {
						k.add(stage, i, "starts_at", "A leader cannot be here and at “%s” on one day.", k.title(earlier))
					}
				}
			}
		}
	}
}

func (k *sittingChecker) title(stage string) string {
	s, _ := k.b.Stage(stage)
	return s.Title
}

// Meets reports whether two sittings have a day in common, the night before included: nobody can be at both.
func (s Sitting) Meets(other Sitting) bool {
	first := func(s Sitting) Date {
		if s.Night {
			return DateOf(s.Starts).AddDays(-1)
		}
		return DateOf(s.Starts)
	}
	return !DateOf(other.Ends).Before(first(s)) && !DateOf(s.Ends).Before(first(other))
}

// Apart are those of some sittings at which somebody who is at others can be besides.
func Apart(sittings, others []Sitting) []Sitting {
	return slices.DeleteFunc(slices.Clone(sittings), func(s Sitting) bool { return slices.ContainsFunc(others, s.Meets) })
}

// PlannedSitting is the one sitting of an event for which staff have set none: the blueprint's times, with room for the
// whole cohort unless the blueprint names another capacity. A stage that is no event is ErrNotFound.
func (b Blueprint) PlannedSitting(c Cohort, stage string) (Sitting, error) {
	from, to, err := b.EventTimes(c.With(nil), stage)
	if err != nil {
		return Sitting{}, err
	}
	s, _ := b.Stage(stage)
	sitting := Sitting{Cohort: c.Name, Stage: stage, Name: MainSitting, Starts: from.UTC(), Ends: to.UTC(), Night: s.Event.Night,
		Online: s.Event.Online, Capacity: s.Event.Capacity, State: SittingPlanned, Planned: true}
	if sitting.Capacity == 0 {
		sitting.Capacity = c.Places
	}
	return sitting, nil
}

// PossibleSittings are those of which a leader of a group gets one: the group's, else those without a group, else any. None that
// has no room is among them.
func PossibleSittings(sittings []Sitting, group string) (possible []Sitting) {
	rank := func(s Sitting) int {
		switch {
		case group != "" && strings.EqualFold(s.Group, group):
			return 3
		case s.Group == "":
			return 2
		}
		return 1
	}
	for _, s := range sittings {
		switch {
		case s.Room() == 0, len(possible) > 0 && rank(s) < rank(possible[0]):
		case len(possible) > 0 && rank(s) == rank(possible[0]):
			possible = append(possible, s)
		default:
			possible = []Sitting{s}
		}
	}
	return possible
}

// ChooseSitting is the sitting that a leader of a group gets: of the possible ones that with most room. ok is false where none
// has room.
func ChooseSitting(sittings []Sitting, group string) (chosen Sitting, ok bool) {
	possible := PossibleSittings(sittings, group)
	if len(possible) == 0 {
		return chosen, false
	}
	return slices.MaxFunc(possible, func(a, b Sitting) int { return cmp.Compare(a.Room(), b.Room()) }), true
}

// RoomiestGroup is the group that somebody new joins, where events have dates by groups: that with most room at the event where
// it has least, what was offered to others, by group, counted as taken. Of groups with the same room it is the first by name; it
// is empty where none has room at each event of its own.
func RoomiestGroup(sittings map[string][]Sitting, offered map[string]int) string {
	least := map[string]int{}
	for _, list := range sittings {
		room := map[string]int{}
		for _, s := range list {
			if s.Group != "" {
				room[s.Group] += s.Room()
			}
		}
		for group, n := range room {
			if had, known := least[group]; !known || n < had {
				least[group] = n
			}
		}
	}
	chosen, most := "", 0
	for _, group := range slices.Sorted(maps.Keys(least)) {
		if n := least[group] - offered[group]; n > most {
			chosen, most = group, n
		}
	}
	return chosen
}
