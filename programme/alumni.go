package programme

// alumniForm closes the year: the name on the certificate, and what the leader chooses to share with the network.
func alumniForm() Form {
	listed := &When{Field: "directory", Value: Yes}
	return Form{Name: FormAlumni, Title: "Your certificate and the network", Sections: []Section{{
		Name: "answers", Title: "Your certificate and the network", Fields: []Field{
			{Name: "certificate_name", Kind: FieldText, Label: "Name on your certificate", Required: true, Max: 100,
				Hint: "Exactly as it should be printed", Missing: "Enter the name for your certificate"},
			{Name: "directory", Kind: FieldRadios, Label: "Do you want to be in the members’ directory?", Short: "In the directory", Required: true,
				Hint:    "Only members of the network can see it. You choose below what it shows, and can leave at any time.",
				Missing: "Select yes if you want to be in the members’ directory", Options: yesOrNo("Yes, with what I choose below", "No")},
			{Name: "show", Kind: FieldCheckboxes, Label: "What may the directory show?", Short: "Shown in the directory", Required: true, When: listed,
				Missing: "Choose at least one thing the directory may show, or choose not to be in it", Options: DirectoryFields()},
			{Name: "interests", Kind: FieldCheckboxes, Label: "What would you like to be invited to? (optional)", Short: "Invitations",
				Options: []Option{
					{Value: "national", Label: "National events"}, {Value: "regional", Label: "Events in my region"},
					{Value: "small_groups", Label: "Small groups that work on one question"},
					{Value: "mentoring", Label: "Mentoring leaders on the programme"}, {Value: "research", Label: "Taking part in research"},
				}},
			{Name: "news", Kind: FieldRadios, Label: "May we send you the network’s news by email?", Short: "News by email", Required: true,
				Hint:    "At most once a month. Every one of these mails can be switched off with one click.",
				Missing: "Select yes if we may send you the network’s news by email", Options: yesOrNo("Yes, send me news", "No")},
		},
	}}}
}

// DirectoryFields are what a member can choose to show, one by one.
func DirectoryFields() []Option {
	return []Option{
		{Value: "name", Label: "Name"}, {Value: "job_title", Label: "Job title"}, {Value: "organisation", Label: "Organisation"},
		{Value: "sector", Label: "Sector"}, {Value: "region", Label: "Region"}, {Value: "email", Label: "Email address"},
	}
}
