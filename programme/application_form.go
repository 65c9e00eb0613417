package programme

import "slices"

// The sections of the application form, besides equality monitoring, in their order.
const (
	SectionAbout        = "about"
	SectionRole         = "role"
	SectionOrganisation = "organisation"
	SectionWhy          = "why"
	SectionChallenge    = "challenge"
)

// applicationForm asks somebody who was not invited who they are and what brings them.
func applicationForm() Form {
	return Form{Name: FormApplication, Title: "Apply for the leadership programme", Sections: []Section{
		profilePart(SectionAbout, "About you", "As we should address you, if you are offered a place.", "title", "given_name", "family_name", "phone"),
		profilePart(SectionRole, "Your role", "The programme is for leaders at the top of a public service, and for those whose next post would be at the top.", "job_title", "role_started"),
		profilePart(SectionOrganisation, "Your organisation", "", "organisation", "sector", "region"),
		{Name: SectionWhy, Title: "Why you apply", Fields: []Field{{Name: "why", Kind: FieldLongText, Label: "Why do you want to take part, and why now?",
			Short: "Why you apply", Required: true, Max: 2000, Hint: "Up to 2,000 characters. Please leave out anything about your health.",
			Missing: "Enter why you want to take part"}}},
		{Name: SectionChallenge, Title: "The challenge you bring", Fields: []Field{{Name: "challenge", Kind: FieldLongText,
			Label: "Which challenge of your service would you work on during the year?", Short: "Your challenge", Required: true, Max: 2000,
			Hint:    "Up to 2,000 characters. Please name no individuals.",
			Missing: "Enter the challenge you would work on"}}},
		monitoringSection(),
	}}
}

// profilePart is a section with some of the fields that onboarding asks of everybody.
func profilePart(name, title, intro string, fields ...string) Section {
	section := Section{Name: name, Title: title, Intro: intro}
	for _, field := range profileSection().Fields {
		if slices.Contains(fields, field.Name) {
			section.Fields = append(section.Fields, field)
		}
	}
	return section
}

// offerForm asks an applicant to take the place that is offered, or to let it go.
func offerForm() Form {
	form := invitationForm()
	form.Name, form.Title = FormOffer, "Your offer of a place on the programme"
	return form
}
