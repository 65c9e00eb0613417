package forms

import (
	"net/url"
	"slices"
	"time"

	"fairlead/programme"
)

// eventCard is one event of a leader's year: when, where, what is planned, and how the place stands.
type eventCard struct {
	Title    string
	When     string
	Where    string
	Address  string
	Join     string // where to join online, or empty
	State    string // how the place stands, in a sentence
	Note     string // what belongs to it besides, or empty
	Sessions []sessionLine
	Way      *way
	Diary    *way // the date as a calendar entry, or nil
}

// sessionLine is one part of an event's programme.
type sessionLine struct {
	When      string
	Title     string
	Speaker   string
	Materials string
}

// eventCard shows a place, or that there is none yet.
func (f *Forms) eventCard(v *visitor, stage programme.Stage, place *programme.Place) eventCard {
	card := eventCard{Title: stage.Title}
	if place == nil {
		card.When = noPlaceYet(v)
		return card
	}
	at := place.Sitting
	card.When, card.State = span(at.Starts, at.Ends), placeWords(*place, v.now)
	if at.State == programme.SittingCancelled || place.State == programme.PlaceReleased {
		return card
	}
	if card.Where = at.Venue; at.Online {
		card.Where = "Online"
		if place.State.Live() {
			card.Join = webAddress(at.JoinURL)
		}
	} else {
		card.Address = at.Address
	}
	switch {
	case place.CatchUp && place.State.Live():
		card.Note = "This date makes up for the one you missed."
	case at.Night && !at.Online && place.State.Live():
		card.Note = "The night before belongs to it: a room is kept for you if you told us that you need one."
	}
	for _, session := range slices.SortedStableFunc(slices.Values(at.Sessions), func(a, b programme.Session) int { return a.Starts.Compare(b.Starts) }) {
		card.Sessions = append(card.Sessions, sessionLine{When: sessionTime(at, session.Starts), Title: session.Title,
			Speaker: session.Speaker, Materials: webAddress(session.Materials)})
	}
	return card
}

// placeWords say how a place stands.
func placeWords(p programme.Place, now time.Time) string {
	switch {
	case p.State == programme.PlaceAttended:
		return "You were there."
	case p.State == programme.PlaceAbsent:
		return "You could not be there. The programme team gets in touch with you."
	case p.State == programme.PlaceExcused:
		return "You were excused."
	case p.Sitting.State == programme.SittingCancelled:
		return "This date does not take place. We write to you about what comes instead."
	case p.State == programme.PlaceReleased:
		return "You have no place at this date any more."
	case !now.Before(p.Sitting.Ends):
		return "This event is over."
	case !now.Before(p.Sitting.Starts):
		return "This event has begun."
	case p.Cannot:
		return "You told us that none of the dates will do. The programme team gets in touch with you."
	case p.State == programme.PlaceConfirmed:
		return "Your place is confirmed."
	}
	return "A place is held for you."
}

// sessionTime is when a session starts: at an event of one day the time alone, else with its day.
func sessionTime(event programme.Sitting, session time.Time) string {
	switch {
	case session.IsZero():
		return ""
	case programme.DateOf(event.Starts) == programme.DateOf(event.Ends):
		return hour(session)
	}
	return session.In(programme.London).Format("Monday") + " " + hour(session)
}

// webAddress is a page on the web that staff typed, or empty: a page of ours links to nothing else.
func webAddress(typed string) string {
	u, err := url.Parse(typed)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	return u.String()
}
