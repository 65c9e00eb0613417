package records

import (
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// foldEmail is the form in which addresses are compared: whatever their case, and without spaces at the ends.
func foldEmail(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

func personFromRow(r personRow) programme.Person {
	return programme.Person{ID: r.ID, Title: r.Title, GivenName: r.GivenName, FamilyName: r.FamilyName, Name: r.Name,
		Email: r.Email, Phone: r.Phone, Suppressed: r.Suppressed, Unsubscribed: orZero(r.UnsubscribedAt)}
}

// newPersonRow is the row of a person not yet known; the id is drawn where p has none.
func newPersonRow(p programme.Person, at time.Time) personRow {
	if p.ID == "" {
		p.ID = randomHex(16)
	}
	return personRow{ID: p.ID, Email: strings.TrimSpace(p.Email), EmailFolded: foldEmail(p.Email), Title: p.Title,
		GivenName: p.GivenName, FamilyName: p.FamilyName, Name: addressedAs(p), Phone: p.Phone, Suppressed: p.Suppressed,
		LinkEpoch: 1, CreatedAt: at}
}

// addressedAs is how a person is written to: the name given, else title, given name and family name.
func addressedAs(p programme.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return strings.Join(strings.Fields(p.Title+" "+p.GivenName+" "+p.FamilyName), " ")
}

// personByEmail finds a person by address whatever its case; gorm.ErrRecordNotFound where there is none, which the edge
// turns into programme.ErrNotFound.
func personByEmail(tx *gorm.DB, email string) (personRow, error) {
	var row personRow
	err := tx.Take(&row, "email_folded = ?", foldEmail(email)).Error
	return row, err
}

// upsertPerson finds the person with the address of p, or makes one. Names and telephone of p that are not empty count;
// what p leaves empty stays. The name follows title, given and family name unless p.Name is set. Suppression and the
// epoch of links stay as they are. The words by which the person's journeys are found follow.
func upsertPerson(tx *gorm.DB, p programme.Person, at time.Time) (personRow, error) {
	fresh := newPersonRow(p, at)
	err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email_folded"}}, DoNothing: true}).
		Create(&fresh).Error
	if err != nil {
		return personRow{}, err
	}
	row, err := personByEmail(tx, p.Email)
	if err != nil || row.ID == fresh.ID {
		return row, err
	}
	changed := row
	takeIfSet(&changed.Title, p.Title)
	takeIfSet(&changed.GivenName, p.GivenName)
	takeIfSet(&changed.FamilyName, p.FamilyName)
	takeIfSet(&changed.Phone, p.Phone)
	if p.Name != "" {
		changed.Name = p.Name
	} else if p.Title+p.GivenName+p.FamilyName != "" {
		changed.Name = addressedAs(programme.Person{Title: changed.Title, GivenName: changed.GivenName,
			FamilyName: changed.FamilyName})
	}
	if changed == row {
		return row, nil
	}
	err = tx.Model(&personRow{}).Where("id = ?", row.ID).Updates(map[string]any{"title": changed.Title,
		"given_name": changed.GivenName, "family_name": changed.FamilyName, "phone": changed.Phone,
		"name": changed.Name}).Error
	if err != nil {
		return row, err
	}
	return changed, indexPerson(tx, row.ID)
}

func takeIfSet(field *string, value string) {
	if value != "" {
		*field = value
	}
}
