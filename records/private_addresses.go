package records

import (
	"context"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// privateAddressRow is where a leader wants the questionnaire, the report and the surveys; everything else goes to the
// address that people has. Whatever refuses mail there keeps nothing from the other address.
type privateAddressRow struct {
	PersonID   string `gorm:"primaryKey"`
	AddressEnc []byte
	Suppressed string
	At         time.Time
}

func (privateAddressRow) TableName() string { return "private_addresses" }

// mailbox is where a mail goes.
type mailbox struct {
	address    string
	suppressed string
	private    bool
}

func (m mailbox) folded() string { return foldEmail(m.address) }

func usualMailbox(p personRow) mailbox { return mailbox{address: p.Email, suppressed: p.Suppressed} }

// privateMailbox is a person's private address; found is false where there is none, or it is the usual one.
func (s *Store) privateMailbox(tx *gorm.DB, person personRow) (box mailbox, found bool, err error) {
	var row privateAddressRow
	query := tx.Where("person_id = ?", person.ID).Limit(1).Find(&row)
	if query.Error != nil || query.RowsAffected == 0 {
		return box, false, query.Error
	}
	address, err := s.decryptIfKept(tx.Statement.Context, person.ID, row.AddressEnc)
	box = mailbox{address: string(address), suppressed: row.Suppressed, private: true}
	return box, box.address != "" && box.folded() != person.EmailFolded, err
}

// privatelyAt are the persons to whom something is open at a private address. It is encrypted with the person's key, so nobody
// can be found by it: those that wait for an answer, which are few, are opened and compared.
func (s *Store) privatelyAt(ctx context.Context, address string, at time.Time) (people []string, err error) {
	var rows []privateAddressRow
	err = s.read(ctx).Where("suppressed = '' AND EXISTS (SELECT 1 FROM journeys j JOIN asks a ON a.ref = j.ref WHERE j.person_id = private_addresses.person_id "+
		"AND a.person_id = j.person_id AND a.state = ? AND a.limit_at > ? AND a.kind IN ?)", string(programme.AskOpen), at, privateKinds).
		Order("person_id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	owners := make([]string, len(rows))
	for i, row := range rows {
		owners[i] = row.PersonID
	}
	if err := s.keys.fetch(ctx, owners); err != nil {
		return nil, err
	}
	for _, row := range rows {
		known, err := s.decryptIfKept(ctx, row.PersonID, row.AddressEnc)
		if err != nil {
			return nil, err
		}
		if len(known) > 0 && foldEmail(string(known)) == foldEmail(address) {
			people = append(people, row.PersonID)
		}
	}
	return people, nil
}

// mailboxOf is where a line of the ledger goes as things stand now.
func (s *Store) mailboxOf(tx *gorm.DB, row messageRow, person personRow) (mailbox, error) {
	box, found, err := s.privateMailbox(tx, person)
	if err != nil || !found {
		return usualMailbox(person), err
	}
	private, err := isPrivate(tx, row)
	if err != nil || !private {
		return usualMailbox(person), err
	}
	return box, nil
}

// privateKinds are the stages of which a leader may be written to privately. The baseline is a part of onboarding.
var privateKinds = []string{string(programme.KindSurvey), string(programme.KindPsychometrics)}

func privateKind(kind string) bool {
	return kind == string(programme.KindSurvey) || kind == string(programme.KindPsychometrics)
}

// privateMessages are the messages of those stages; others, about a changed date say, are told by their stage.
var privateMessages = map[string]bool{programme.MsgSurvey: true, programme.MsgSurveyReminder: true, programme.MsgSurveyDone: true,
	programme.MsgPsychometrics: true, programme.MsgPsychometricsReminder: true, programme.MsgPsychometricsDone: true}

// isPrivate reports whether a line is about the questionnaire, the report or a survey.
func isPrivate(tx *gorm.DB, row messageRow) (bool, error) {
	switch {
	case row.Recipient != toParticipant:
		return false, nil
	case privateMessages[row.Message], row.params().Private:
		return true, nil
	case row.Ref == "" || row.Stage == "":
		return false, nil
	}
	var stage stageRow
	query := tx.Select("kind").Where("ref = ? AND name = ?", row.Ref, row.Stage).Limit(1).Find(&stage)
	return privateKind(stage.Kind), query.Error
}

// takePrivateAddress keeps the private address of an answer to onboarding. Leaving it empty withdraws it, unless staff took
// the answer down: then it stays.
func (an *answering) takePrivateAddress(address, assistant string) error {
	if foldEmail(address) == "" && an.given.By != actorParticipant {
		return nil
	}
	return an.keepPrivateAddress(address, assistant)
}

// keepPrivateAddress makes an address the leader's private one; an empty one, or the usual one, takes it away.
func (t *turn) keepPrivateAddress(address, assistant string) error {
	switch folded := foldEmail(address); {
	case folded == "" || folded == t.leader.EmailFolded:
		return t.tx.Where("person_id = ?", t.leader.ID).Delete(&privateAddressRow{}).Error
	case folded == foldEmail(assistant):
		return programme.Refuse("private_email", "That is your assistant’s address. Enter one that only you read, or leave it empty")
	}
	known, found, err := t.s.privateMailbox(t.tx, t.leader)
	if err != nil || found && known.folded() == foldEmail(address) {
		return err
	}
	return t.setPrivateAddress(address)
}

// setPrivateAddress gives the leader another private address, to which mail goes.
func (t *turn) setPrivateAddress(address string) error {
	box, err := t.s.encrypt(t.ctx, t.leader.ID, []byte(strings.TrimSpace(address)))
	if err != nil {
		return err
	}
	row := privateAddressRow{PersonID: t.leader.ID, AddressEnc: box, At: t.now}
	return t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"address_enc", "suppressed", "at"})}).Create(&row).Error
}

// suppress keeps further mail from the address that refused one.
func suppress(tx *gorm.DB, person string, box mailbox) error {
	if box.private {
		return tx.Model(&privateAddressRow{}).Where("person_id = ?", person).Update("suppressed", suppressedRefused).Error
	}
	return tx.Model(&personRow{}).Where("id = ?", person).Update("suppressed", suppressedRefused).Error
}

// unsuppress lets mail go to all addresses of some persons again.
func unsuppress(tx *gorm.DB, persons []string) error {
	err := tx.Model(&personRow{}).Where("id IN ? AND suppressed <> ''", persons).Update("suppressed", "").Error
	if err != nil {
		return err
	}
	return tx.Model(&privateAddressRow{}).Where("person_id IN ? AND suppressed <> ''", persons).Update("suppressed", "").Error
}

// requestPrivately sends the requests of what is open at the leader's private address once more, with fresh links: those
// sent there died with the change of the usual address, whose mail lists only the rest.
func (a *applying) requestPrivately() error {
	box, found, err := a.s.privateMailbox(a.tx, a.leader)
	if err != nil || !found || box.suppressed != "" {
		return err
	}
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if !privateKind(ask.Kind) || ask.Held || !a.now.Before(ask.LimitAt) {
			continue
		}
		gone, err := a.requestIsGone(ask)
		if err != nil {
			return err
		}
		if !gone {
			continue
		}
		again := a.planned(mailsFor(ask).Request, programme.RuleStaff, a.cal().StaffMoment(a.now, programme.Minute(a.leader.ID)))
		again.Stage, again.Round, again.Plan, again.Ask = ask.Stage, ask.Round, ask.Plan, ask.ID
		first := programme.MessageKey(a.j.Cohort, a.j.Ref, ask.Stage, again.Message, ask.Round, ask.Plan, 0)
		again.Params = params{Copy: first}.text()
		if again.Key, err = a.nextCopy(first); err != nil {
			return err
		}
		if err := a.write(again); err != nil {
			return err
		}
		if err := a.addPlan(ask); err != nil {
			return err
		}
	}
	return nil
}
