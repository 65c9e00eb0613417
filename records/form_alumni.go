package records

import (
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm/clause"
)

// directoryRow is what a member chose to show the network.
type directoryRow struct {
	Ref                string `gorm:"primaryKey"`
	Joined             bool
	Shown              string // codes joined by commas
	Interests          string
	News               bool
	CertificateNameEnc []byte
	At                 time.Time
}

func (directoryRow) TableName() string { return "directory_entries" }

// alumni takes over the name on the certificate and, field by field, what the directory may show.
func (an *answering) alumni() error {
	given := an.kept()
	row := directoryRow{Ref: an.j.Ref, Joined: given.Get("directory") == programme.Yes, Shown: strings.Join(given["show"], ","),
		Interests: strings.Join(given["interests"], ","), News: given.Get("news") == programme.Yes, At: an.now}
	if !row.Joined {
		row.Shown = ""
	}
	var err error
	if row.CertificateNameEnc, err = an.s.encrypt(an.ctx, an.leader.ID, []byte(given.Get("certificate_name"))); err != nil {
		return err
	}
	err = an.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}}, DoUpdates: clause.AssignmentColumns(
		[]string{"joined", "shown", "interests", "news", "certificate_name_enc", "at"})}).Create(&row).Error
	if err != nil {
		return err
	}
	if err := an.consent(consentDirectory, row.Joined); err != nil {
		return err
	}
	return an.consent(consentNews, row.News)
}
