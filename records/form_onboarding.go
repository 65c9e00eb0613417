package records

import (
	"encoding/json"
	"time"

	"fairlead/programme"

	"gorm.io/gorm/clause"
)

type consentRow struct {
	Ref     string `gorm:"primaryKey"`
	Purpose string `gorm:"primaryKey"`
	Given   bool
	Notice  string // version of the privacy notice it refers to
	Source  string
	At      time.Time
}

func (consentRow) TableName() string { return "consents" }

// What members of the network consent to; the consents of onboarding are programme's.
const (
	consentDirectory = "directory"
	consentNews      = "alumni_news"
)

type needsRow struct {
	Ref      string `gorm:"primaryKey"`
	NeedsEnc []byte
	ByWhom   string
	At       time.Time
}

func (needsRow) TableName() string { return "needs" }

type coachingPreferencesRow struct {
	Ref            string `gorm:"primaryKey"`
	PreferencesEnc []byte
	At             time.Time
}

func (coachingPreferencesRow) TableName() string { return "coaching_preferences" }

// onboarding takes profile, assistant, consents, needs and coaching preferences over.
func (an *answering) onboarding() error {
	if err := an.takeProfile(an.section(programme.SectionProfile)); err != nil {
		return err
	}
	if err := an.takeAssistant(an.section(programme.SectionAssistant)); err != nil {
		return err
	}
	private, assistant := an.section(programme.SectionProfile).Get("private_email"), an.section(programme.SectionAssistant).Get("assistant_email")
	if err := an.takePrivateAddress(private, assistant); err != nil {
		return err
	}
	privacy := an.section(programme.SectionPrivacy)
	err := an.takeConsents(privacy.Get("consent_psychometrics") == programme.Yes, privacy.Get("consent_coach_report") == programme.Yes)
	if err != nil {
		return err
	}
	if err := an.keepNeeds(an.section(programme.SectionNeeds), an.given.By); err != nil {
		return err
	}
	if err := an.placesAlong(an.section(programme.SectionPlaces).Get("places") == programme.PlaceConfirm); err != nil {
		return err
	}
	return an.savePreferences(an.section(programme.SectionCoaching))
}

func (an *answering) takeProfile(profile programme.Answers) error {
	person := an.leader
	person.Title, person.GivenName, person.FamilyName = profile.Get("title"), profile.Get("given_name"), profile.Get("family_name")
	person.Phone = profile.Get("phone")
	an.j.JobTitle, an.j.Organisation = profile.Get("job_title"), profile.Get("organisation")
	an.j.Sector, an.j.Region, an.j.RoleStarted = profile.Get("sector"), profile.Get("region"), profile.Get("role_started")
	return an.saveLeader(person)
}

func (an *answering) takeAssistant(given programme.Answers) error {
	id, may := "", programme.AssistantNothing
	if given.Get("has_assistant") == programme.Yes && foldEmail(given.Get("assistant_email")) != an.leader.EmailFolded {
		person, err := upsertPerson(an.tx, programme.Person{Name: given.Get("assistant_name"), Email: given.Get("assistant_email"),
			Phone: given.Get("assistant_phone")}, an.now)
		if err != nil {
			return err
		}
		word := given.Get("assistant_may")
		id = person.ID
		may, _ = assistantMay(&word)
	}
	if id == an.j.AssistantID && string(may) == an.j.AssistantMay {
		return nil
	}
	return an.setAssistant(id, may)
}

// consent notes a yes or no with the version of the notice it refers to.
func (t *turn) consent(purpose string, given bool) error {
	row := consentRow{Ref: t.j.Ref, Purpose: purpose, Given: given, Notice: t.s.opts.PrivacyNotice, Source: t.actor, At: t.now}
	return t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}, {Name: "purpose"}},
		DoUpdates: clause.AssignmentColumns([]string{"given", "notice", "source", "at"})}).Create(&row).Error
}

// refuseConsents takes silence for no; a yes given before stays.
func (t *turn) refuseConsents() error {
	for _, purpose := range []string{programme.ConsentPsychometrics, programme.ConsentCoachReport} {
		row := consentRow{Ref: t.j.Ref, Purpose: purpose, Notice: t.s.opts.PrivacyNotice, Source: "limit", At: t.now}
		err := t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}, {Name: "purpose"}}, DoNothing: true}).Create(&row).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) saveNeeds(needs programme.Answers, by string) error {
	text, err := json.Marshal(needs)
	if err != nil {
		return err
	}
	row := needsRow{Ref: t.j.Ref, ByWhom: by, At: t.now}
	if row.NeedsEnc, err = t.s.encrypt(t.ctx, t.leader.ID, text); err != nil {
		return err
	}
	return t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}},
		DoUpdates: clause.AssignmentColumns([]string{"needs_enc", "by_whom", "at"})}).Create(&row).Error
}

// needs are what is known of the leader's needs; empty where nothing is.
func (t *turn) needs() (programme.Answers, error) {
	needs := programme.Answers{}
	var row needsRow
	found := t.tx.Where("ref = ?", t.j.Ref).Limit(1).Find(&row)
	if found.Error != nil || found.RowsAffected == 0 {
		return needs, found.Error
	}
	text, err := t.s.decryptIfKept(t.ctx, t.leader.ID, row.NeedsEnc)
	if err != nil || text == nil {
		return needs, err
	}
	return needs, json.Unmarshal(text, &needs)
}

func (t *turn) savePreferences(wishes programme.Answers) error {
	text, err := json.Marshal(wishes)
	if err != nil {
		return err
	}
	row := coachingPreferencesRow{Ref: t.j.Ref, At: t.now}
	if row.PreferencesEnc, err = t.s.encrypt(t.ctx, t.leader.ID, text); err != nil {
		return err
	}
	return t.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}},
		DoUpdates: clause.AssignmentColumns([]string{"preferences_enc", "at"})}).Create(&row).Error
}
