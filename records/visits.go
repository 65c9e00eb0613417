package records

import (
	"context"
	"errors"
	"maps"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// visitRow is a browser that came by a private link.
type visitRow struct {
	Hash        string `gorm:"primaryKey"`
	CreatedReal time.Time
	ExpiresReal time.Time
}

func (visitRow) TableName() string { return "visits" }

// visitGrantRow is what a visit may do in one journey.
type visitGrantRow struct {
	Visit    string `gorm:"primaryKey"`
	Ref      string `gorm:"primaryKey"`
	PersonID string
	Epoch    int
	Part     string `gorm:"primaryKey"`
}

func (visitGrantRow) TableName() string { return "visit_grants" }

// visitLife is how long, in real time, a browser stays let in after it last followed a link.
const visitLife = 12 * time.Hour

// StartVisit lets the browser that holds visit in where a private link leads; one browser may come by several links.
// Errors as Redeem.
func (s *Store) StartVisit(ctx context.Context, token, visit programme.Token, at time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		link, err := redeem(tx, token, at)
		if err != nil {
			return err
		}
		return s.letIn(tx, link, visit)
	})
}

// letIn gives a visit to the browser that followed a link.
func (s *Store) letIn(tx *gorm.DB, link linkRow, visit programme.Token) error {
	now := s.realNow()
	row := visitRow{Hash: visit.Hash(), CreatedReal: now, ExpiresReal: now.Add(visitLife)}
	err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "hash"}}, DoUpdates: clause.AssignmentColumns([]string{"expires_real"})}).
		Create(&row).Error
	if err != nil {
		return err
	}
	grant := visitGrantRow{Visit: row.Hash, Ref: link.Ref, PersonID: link.PersonID, Epoch: link.Epoch, Part: toParticipant}
	if programme.LinkPurpose(link.Purpose) == programme.LinkAssistant {
		grant.Part = toAssistant
	}
	if programme.LinkPurpose(link.Purpose) == programme.LinkCoach {
		grant.Part = toCoach
	}
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "visit"}, {Name: "ref"}, {Name: "part"}},
		DoUpdates: clause.AssignmentColumns([]string{"person_id", "epoch"})}).Create(&grant).Error
}

// Visit tells who a browser is to a journey: part is "participant", "assistant" or, where ref is a coach's, "coach". A visit that is unknown, over or older
// than a change of address is ErrLinkExpired; one that has no business with the journey is ErrNotFound. An assistant has it with every
// leader who lets them keep the diary, by whichever of their links they came; with all others it is ErrForbidden, whether they ever had it or
// not, and personID says whose visit it is.
func (s *Store) Visit(ctx context.Context, visit programme.Token, ref string) (part, personID string, err error) {
	db := s.read(ctx)
	var row visitRow
	err = db.Take(&row, "hash = ?", visit.Hash()).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && !s.realNow().Before(row.ExpiresReal) {
		return "", "", programme.ErrLinkExpired
	}
	if err != nil {
		return "", "", edge(err)
	}
	var grants []visitGrantRow
	// "participant" comes last by the alphabet and first by what it may do.
	if err := db.Where("visit = ? AND ref = ?", row.Hash, ref).Order("part DESC").Find(&grants).Error; err != nil {
		return "", "", edge(err)
	}
	err = programme.ErrNotFound
	for _, grant := range grants {
		var person personRow
		if err := db.Take(&person, "id = ?", grant.PersonID).Error; err != nil {
			return "", "", edge(err)
		}
		if person.LinkEpoch != grant.Epoch {
			err = programme.ErrLinkExpired
			continue
		}
		if grant.Part == toAssistant {
			if allowed, failure := assists(db, ref, grant.PersonID); failure != nil || !allowed {
				continue
			}
		}
		if grant.Part == toCoach {
			if allowed, failure := coachesAs(db, ref, grant.PersonID); failure != nil || !allowed {
				continue
			}
		}
		return grant.Part, grant.PersonID, nil
	}
	if !errors.Is(err, programme.ErrNotFound) {
		return "", "", err
	}
	return visitAsAssistant(db, row.Hash, ref)
}

// visitAsAssistant lets whoever came as the assistant of one leader in to the dates of the others who have the same assistant.
func visitAsAssistant(db *gorm.DB, visit, ref string) (part, personID string, err error) {
	var person personRow
	err = db.Where("id IN (SELECT g.person_id FROM visit_grants g WHERE g.visit = ? AND g.part = ? AND g.epoch = people.link_epoch) "+
		"AND id IN (SELECT j.assistant_id FROM journeys j WHERE j.ref = ? AND j.assistant_may <> '' AND j.state IN ?)", visit, toAssistant, ref, livingPlaces()).
		Take(&person).Error
	if err == nil {
		return toAssistant, person.ID, nil
	}
	var grant visitGrantRow
	if errors.Is(err, gorm.ErrRecordNotFound) && db.Take(&grant, "visit = ? AND part = ?", visit, toAssistant).Error == nil {
		if db.Take(&person, "id = ? AND link_epoch = ?", grant.PersonID, grant.Epoch).Error != nil { // their address has changed since
			return "", "", programme.ErrLinkExpired
		}
		return "", grant.PersonID, programme.ErrForbidden
	}
	return "", "", edge(err)
}

// livingPlaces are the states in which an assistant has dates to keep.
func livingPlaces() []programme.JourneyState {
	return []programme.JourneyState{programme.Enrolled, programme.OnHold}
}

// Assisted are the leaders whose diary a person keeps now, by reference, each with the dates of the year.
func (s *Store) Assisted(ctx context.Context, person string) ([]programme.Assisted, error) {
	db := s.read(ctx)
	var rows []journeyRow
	err := db.Where("assistant_id = ? AND assistant_id <> '' AND assistant_may <> '' AND state IN ?", person, livingPlaces()).Order("ref").Find(&rows).Error
	if err != nil {
		return nil, edge(err)
	}
	journeys, err := s.journeysFromRows(db, rows)
	if err != nil {
		return nil, edge(err)
	}
	of := map[string][]journeyRow{} // by cohort: nearly always one
	for _, row := range rows {
		of[row.Cohort] = append(of[row.Cohort], row)
	}
	dates := map[string][]programme.DateLine{}
	for name, some := range of {
		cohort, year, err := s.yearOf(db, name)
		if err != nil {
			return nil, edge(err)
		}
		lived, err := s.lives(db, cohort, year, some...)
		if err != nil {
			return nil, edge(err)
		}
		known, err := s.datesOf(db, lived, year, refsOf(some), nil)
		if err != nil {
			return nil, edge(err)
		}
		maps.Copy(dates, known)
	}
	list := make([]programme.Assisted, len(journeys))
	for i, j := range journeys {
		list[i] = programme.Assisted{Ref: j.Ref, Leader: j.Person.Name, May: j.AssistantMay, Dates: dates[j.Ref]}
	}
	return list, nil
}
