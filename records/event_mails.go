package records

import (
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// eventNews are the messages about a leader's place at an event.
var eventNews = map[string]bool{programme.MsgEventPlace: true, programme.MsgEventPlaceReminder: true, programme.MsgEventConfirmed: true,
	programme.MsgEventJoining: true, programme.MsgEventTomorrow: true, programme.MsgEventMoved: true, programme.MsgEventCancelled: true,
	programme.MsgAbsenceAlert: true}

// soon is how long before an event news of it is urgent.
const soon = 48 * time.Hour

// news is a mail about an event that staff or the programme caused: at once where the event is near, else as any mail of
// staff. row ends its key.
func (t *turn) news(stage, message, row string, starts ...time.Time) messageRow {
	mail := t.staffMail(stage, message, row)
	for _, moment := range starts {
		if near(moment, t.now) {
			t.hurry(&mail)
		}
	}
	return mail
}

// near reports whether a moment is within two days of another.
func near(moment, now time.Time) bool {
	wait := moment.Sub(now)
	return wait > -soon && wait < soon && !faults.Broken("slow-news")
}

// hurry lets a mail go at once, at any hour.
func (t *turn) hurry(mail *messageRow) { mail.Rule, mail.At = string(programme.RuleUrgent), t.now }

// requestEntry notes that a mail brings a place into the leader's calendar, or up to date there.
func requestEntry(place *placeRow, changed bool) {
	if place.Entry && changed || !place.Entry && place.Sequence > 0 {
		place.Sequence++
	}
	place.Entry = true
}

// cancelEntry takes a place out of the leader's calendar, if it is there, with the mail that does so.
func (t *turn) cancelEntry(place *placeRow, mail messageRow) (messageRow, bool) {
	if !place.Entry || faults.Broken("keeps-entries") {
		return mail, false
	}
	place.Sequence++
	place.Entry = false
	mail.Params = params{Sitting: place.Sitting, Sequence: place.Sequence}.text()
	return mail, true
}

// overhauled reports whether a mail that gives a calendar entry, or takes one away, has waited until the opposite held: the
// diary would believe what it reads last.
func overhauled(tx *gorm.DB, row messageRow) (bool, error) {
	p := row.params()
	if len(row.AddressEnc) > 0 || p.NoEntry {
		return false, nil // an entry that moves to another address leaves the old one, or there is none
	}
	var place placeRow
	found := tx.Where("ref = ? AND stage = ?", row.Ref, row.Stage).Limit(1).Find(&place)
	return found.RowsAffected == 1 && place.Entry == (row.Message == programme.MsgEventCancelled), found.Error
}

// retold reports whether a change of an event has waited for staff's hours until a later one was to be told, or has been: each
// tells of the place as it then stands, so the later says it all. One of the place alone does not stand for one of the times.
func retold(tx *gorm.DB, row messageRow) (bool, error) {
	if row.Message != programme.MsgEventMoved || row.Ask != "" || len(row.AddressEnc) > 0 {
		return false, nil
	}
	var later []messageRow
	err := tx.Select("params").Where("ref = ? AND stage = ? AND message = ? AND ask = '' AND id > ? AND state IN ?", row.Ref, row.Stage, row.Message, row.ID,
		[]string{string(programme.MessagePlanned), string(programme.MessageSending), string(programme.MessageMerged), string(programme.MessageSent)}).
		Find(&later).Error
	return slices.ContainsFunc(later, func(other messageRow) bool { return other.params().Moved || !row.params().Moved }), err
}

// event is what a mail says of the leader's place, as it stands when the mail goes; one that takes an entry away says what
// was there.
func (c *claim) event(item *programme.MailItem, row messageRow, cohort programme.Cohort, year programme.Blueprint) error {
	var place placeRow
	if err := c.tx.Where("ref = ? AND stage = ?", row.Ref, row.Stage).Limit(1).Find(&place).Error; err != nil {
		return err
	}
	sitting, p := cohort.Sittings[row.Stage], row.params()
	sequence := place.Sequence
	if p.Sitting != "" {
		var was sittingRow
		err := c.tx.Take(&was, "cohort = ? AND stage = ? AND name = ?", row.Cohort, row.Stage, p.Sitting).Error
		if err != nil {
			return err
		}
		sitting, sequence = sittingFromRow(was), p.Sequence
	}
	terms, err := year.EventTerms(cohort, row.Stage, c.s.opts.Calendar, residentialDays(year, cohort))
	if err != nil {
		return err
	}
	item.Event = &programme.EventItem{Starts: sitting.Starts, Ends: sitting.Ends, Night: sitting.Night, Venue: sitting.Venue,
		Address: sitting.Address, Online: sitting.Online, JoinURL: sitting.JoinURL, Sessions: sitting.Sessions, UID: place.UID,
		Sequence: sequence, Confirmed: place.state() == programme.PlaceConfirmed, Freeze: terms.Freeze, CatchUp: place.CatchUp,
		Moved: p.Moved}
	switch row.Message {
	case programme.MsgEventConfirmed:
		item.Event.Method = programme.MethodRequest
	case programme.MsgEventJoining:
		if p.Entry && place.Entry {
			item.Event.Method = programme.MethodRequest
		}
	case programme.MsgEventMoved:
		if place.Entry {
			item.Event.Method = programme.MethodRequest
		}
		item.Event.Asks = row.Ask != ""
		event, _ := year.Stage(row.Stage)
		item.Event.NightOff = event.Event != nil && event.Event.Night && !sitting.Night && !sitting.Online
	case programme.MsgEventCancelled:
		if !p.NoEntry {
			item.Event.Method = programme.MethodCancel
		}
	case programme.MsgEventPlace, programme.MsgEventPlaceReminder:
		item.Event.Asks = true
	}
	return nil
}
