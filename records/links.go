package records

import (
	"context"
	"errors"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// linkRow is a private link: of its token only the hash is kept.
type linkRow struct {
	Hash       string `gorm:"primaryKey"`
	Purpose    string
	Cohort     string
	Ref        string
	Stage      string
	Ask        string
	PersonID   string
	Epoch      int
	MessageKey string
	ExpiresAt  *time.Time
	Replaced   bool
	CreatedAt  time.Time
}

func (linkRow) TableName() string { return "links" }

// standing is how long, in programme time, links live that belong to no ask: to the page of the year and to the
// assistant's page.
const standing = 400 * 24 * time.Hour

// Redeem looks a private link up at a programme moment, without any effect. ErrLinkUnknown; ErrLinkExpired where what it
// opened is over; ErrLinkReplaced where a newer mail brought a newer link, or the person's address has changed.
func (s *Store) Redeem(ctx context.Context, token programme.Token, at time.Time) (programme.Link, error) {
	row, err := redeem(s.read(ctx), token, at)
	return linkFromRow(row), edge(err)
}

func redeem(tx *gorm.DB, token programme.Token, at time.Time) (linkRow, error) {
	var row linkRow
	err := tx.Take(&row, "hash = ?", token.Hash()).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return row, programme.ErrLinkUnknown
	case err != nil:
		return row, err
	case row.Purpose == string(programme.LinkUnsubscribe): // it lets nobody in
		return linkRow{}, programme.ErrLinkUnknown
	case row.ExpiresAt != nil && !at.Before(*row.ExpiresAt):
		return row, programme.ErrLinkExpired
	}
	var person personRow
	if err := tx.Take(&person, "id = ?", row.PersonID).Error; err != nil {
		return row, err
	}
	if (row.Replaced || row.Epoch != person.LinkEpoch) && !faults.Broken("old-links-open") {
		return row, programme.ErrLinkReplaced
	}
	if programme.LinkPurpose(row.Purpose) == programme.LinkAssistant {
		allowed, err := assists(tx, row.Ref, row.PersonID)
		if err != nil || !allowed {
			return row, errors.Join(err, programme.ErrLinkExpired)
		}
	}
	if programme.LinkPurpose(row.Purpose) == programme.LinkCoach {
		allowed, err := coachesAs(tx, row.Ref, row.PersonID)
		if err != nil || !allowed {
			return row, errors.Join(err, programme.ErrLinkExpired)
		}
	}
	return row, nil
}

// assists reports whether a person is a journey's assistant and the leader lets them do something there.
func assists(tx *gorm.DB, ref, person string) (bool, error) {
	var j journeyRow
	if err := tx.Take(&j, "ref = ?", ref).Error; err != nil {
		return false, err
	}
	return j.AssistantID == person && j.AssistantMay != "" && !leftEarly(programme.JourneyState(j.State)), nil
}

// leftEarly reports whether a journey ended otherwise than by being completed.
func leftEarly(state programme.JourneyState) bool {
	return state.Ended() && state != programme.Completed
}

func linkFromRow(r linkRow) programme.Link {
	return programme.Link{Purpose: programme.LinkPurpose(r.Purpose), Cohort: r.Cohort, Ref: r.Ref, Stage: r.Stage, Ask: r.Ask,
		PersonID: r.PersonID, Expires: orZero(r.ExpiresAt)}
}

// issuing puts links into one line of a mail that is being claimed.
type issuing struct {
	*claim
	row   messageRow
	known map[string]string // tokens of an earlier attempt, by what they open
	fresh bool
}

// one issues the link of a mail that has one.
func (i *issuing) one(item *programme.MailItem) (err error) {
	switch {
	case len(i.row.AddressEnc) > 0: // an address that is the person's no more opens nothing
	case i.row.Message == programme.MsgEventCancelled && item.State.Left(): // nothing of the year is theirs to look at
	case i.row.Message == programme.MsgYearDates:
		if item.Feed, err = i.s.feedToken(i.ctx, i.tx, i.row.Ref); err != nil {
			return err
		}
		item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkYear), Ref: i.row.Ref, Cohort: i.row.Cohort})
	case i.row.Message == programme.MsgAlumniWelcome, i.row.Message == programme.MsgCoachChanged, i.row.Message == programme.MsgCoachingOver, eventNews[i.row.Message] && i.row.Ask == "" && i.row.Recipient == toParticipant:
		item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkYear), Ref: i.row.Ref, Cohort: i.row.Cohort})
	case i.row.Message == programme.MsgPsychometricsDone:
		item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkReport), Ref: i.row.Ref, Cohort: i.row.Cohort})
	case i.row.Message == programme.MsgAssistantWelcome:
		item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkAssistant), Ref: i.row.Ref, Cohort: i.row.Cohort})
	case i.row.Recipient == toCoach:
		return i.coachLink(item)
	case i.row.Message == programme.MsgCoachingBooked, i.row.Message == programme.MsgCoachingMoved:
		return i.sessionLink(item)
	case i.row.Message == programme.MsgCoachingCancelled:
		if item.Session.Next == "" { // nothing is to be chosen there now
			return nil
		}
		return i.sessionLink(item)
	case i.row.Message == programme.MsgApplyVerify:
		link := linkRow{Purpose: string(programme.LinkApplication), Cohort: i.row.Cohort}
		until, err := i.s.mayApplyUntil(i.tx, i.row.Cohort, i.person.ID)
		if err != nil {
			return err
		}
		link.ExpiresAt, item.Due = maybe(until), until
		item.Link, err = i.link("", link)
		return err
	case showsApplication[i.row.Message]:
		item.Link, err = i.link("", linkToApplication(i.row.Cohort, i.row.Ref))
	case i.row.Ask != "" && i.row.Recipient == toParticipant:
		var ask askRow
		if err := i.tx.Take(&ask, "id = ?", i.row.Ask).Error; err != nil {
			return err
		}
		if ofAttendance(ask) { // nothing is asked: what is to be known stands on the page of the year
			item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkYear), Ref: i.row.Ref, Cohort: i.row.Cohort})
			return err
		}
		item.Due, item.Limit = ask.Due.UTC(), ask.LimitAt.UTC()
		item.Link, err = i.link("", linkToAsk(ask))
	}
	return err
}

// showsApplication are the messages whose link leads to the applicant's page.
var showsApplication = map[string]bool{programme.MsgApplicationReceived: true, programme.MsgApplicationWaitlisted: true}

func linkToApplication(cohort, ref string) linkRow {
	return linkRow{Purpose: string(programme.LinkApplication), Ref: ref, Cohort: cohort}
}

func linkToAsk(ask askRow) linkRow {
	return linkRow{Purpose: string(programme.LinkAsk), Ref: ask.Ref, Cohort: ask.Cohort, Stage: ask.Stage, Ask: ask.ID, ExpiresAt: maybe(ask.LimitAt)}
}

// everything lists all that is open to the person, each thing with a link of its own, and the page of the year.
func (i *issuing) everything(item *programme.MailItem) error {
	var asks []askRow
	err := i.tx.Where("person_id = ? AND state = ? AND limit_at > ? AND part IN ? AND owner IN ?", i.row.PersonID, string(programme.AskOpen), i.now,
		[]string{"", string(programme.PartOffer)}, []string{string(programme.OwnerParticipant), string(programme.OwnerStaff)}).
		Order("due, id").Find(&asks).Error
	if err != nil {
		return err
	}
	_, apart, err := i.s.privateMailbox(i.tx, i.person)
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if apart && privateKind(ask.Kind) != i.to.private {
			continue
		}
		cohort, year, err := i.s.yearOf(i.tx, ask.Cohort)
		if err != nil {
			return err
		}
		stage, err := year.StageIn(cohort, ask.Stage)
		if err != nil {
			return err
		}
		open := programme.MailItem{Key: i.row.Key + "/" + ask.ID, Message: mailsFor(ask).Request, Stage: ask.Stage,
			Title: stage.Title, Due: ask.Due.UTC(), Limit: ask.LimitAt.UTC()}
		if open.Link, err = i.link(ask.ID, linkToAsk(ask)); err != nil {
			return err
		}
		item.Open = append(item.Open, open)
	}
	if i.to.private {
		return nil
	}
	if err := i.assisted(item); err != nil {
		return err
	}
	if err := i.coached(item); err != nil {
		return err
	}
	if i.j == nil || i.j.PersonID != i.row.PersonID {
		return nil
	}
	if state := programme.JourneyState(i.j.State); !hasPlace(state) {
		if waitsForDecision(state) {
			item.Link, err = i.link("", linkToApplication(i.row.Cohort, i.row.Ref))
		}
		return err
	}
	item.Link, err = i.link("", linkRow{Purpose: string(programme.LinkYear), Ref: i.row.Ref, Cohort: i.row.Cohort})
	return err
}

// hasPlace reports whether the leader of such a journey has a year to look at.
func hasPlace(state programme.JourneyState) bool {
	return state == programme.Enrolled || state == programme.OnHold || state == programme.Completed
}

// waitsForDecision reports whether such a journey is an application that was sent.
func waitsForDecision(state programme.JourneyState) bool {
	return state == programme.Submitted || state == programme.UnderReview || state == programme.Waitlisted
}

// assisted lists the journeys that the person assists.
func (i *issuing) assisted(item *programme.MailItem) error {
	var journeys []journeyRow
	err := i.tx.Where("assistant_id = ? AND assistant_id <> '' AND assistant_may <> '' AND state IN ?", i.row.PersonID,
		[]string{string(programme.Enrolled), string(programme.OnHold)}).Order("ref").Find(&journeys).Error
	if err != nil {
		return err
	}
	for _, j := range journeys {
		var leader personRow
		if err := i.tx.Take(&leader, "id = ?", j.PersonID).Error; err != nil {
			return err
		}
		open := programme.MailItem{Key: i.row.Key + "/" + j.Ref + "/assistant", Message: programme.MsgAssistantWelcome,
			Title: "Dates and arrangements of " + leader.Name, Leader: leader.Name}
		if open.Link, err = i.link(programme.AssistantAsk(j.Ref), linkRow{Purpose: string(programme.LinkAssistant), Ref: j.Ref, Cohort: j.Cohort}); err != nil {
			return err
		}
		item.Open = append(item.Open, open)
	}
	return nil
}

// link is the link an earlier attempt issued for a thing, or a new one. An older one of the same line never arrived.
func (i *issuing) link(thing string, row linkRow) (programme.Token, error) {
	if token := i.known[thing]; token != "" {
		return programme.TokenFrom(token), nil
	}
	token := programme.NewToken()
	row.Hash, row.PersonID, row.Epoch, row.MessageKey, row.CreatedAt = token.Hash(), i.person.ID, i.person.LinkEpoch, i.row.Key, i.now
	if row.ExpiresAt == nil {
		row.ExpiresAt = maybe(i.now.Add(standing))
	}
	err := sameDoor(i.tx, row).Where("message_key = ?", row.MessageKey).Update("replaced", true).Error
	if err != nil {
		return programme.Token{}, err
	}
	i.known[thing], i.fresh = token.Reveal(), true
	return token, i.tx.Create(&row).Error
}

// sameDoor finds the links that open the same for the same person: to one stage, whatever the round, or to one page.
func sameDoor(tx *gorm.DB, row linkRow) *gorm.DB {
	return tx.Model(&linkRow{}).Where("person_id = ? AND cohort = ? AND ref = ? AND purpose = ? AND stage = ? AND replaced = ?", row.PersonID,
		row.Cohort, row.Ref, row.Purpose, row.Stage, false)
}

// replaceOlder ends the older links to what the lines of a mail open, once that mail has gone: until then the older ones
// are all that the person has. Links to the page of the year stay, and those that turn mail off.
func replaceOlder(tx *gorm.DB, keys []string) error {
	var rows []linkRow
	err := tx.Where("message_key IN ? AND replaced = ? AND purpose NOT IN ?", keys, false,
		[]string{string(programme.LinkYear), string(programme.LinkUnsubscribe)}).Find(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		older := sameDoor(tx, row).Where("message_key NOT IN ? AND created_at <= ?", keys, row.CreatedAt)
		if err := older.Update("replaced", true).Error; err != nil {
			return err
		}
	}
	return nil
}
