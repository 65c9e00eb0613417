package programme

// The answers to an invitation.
const (
	Accept  = "accept"
	Decline = "decline"
)

// invitationForm asks a leader to take the place that is held for them, or to let it go.
func invitationForm() Form {
	declined := &When{Field: "answer", Value: Decline}
	return Form{Name: FormInvitation, Title: "Your invitation to the programme", Sections: []Section{{
		Name: "answer", Title: "Your answer", Fields: []Field{
			{Name: "answer", Kind: FieldRadios, Label: "Will you take your place?", Short: "Your answer", Required: true,
				Missing: "Choose whether you accept or decline your place",
				Options: []Option{
					{Value: Accept, Label: "Yes, I accept my place", Hint: "You are committing to the compulsory days."},
					{Value: Decline, Label: "No, I decline", Hint: "Your place goes to the next leader. You cannot take this back here."},
				}},
			{Name: "decline_reason", Kind: FieldRadios, Label: "What is the main reason?", Short: "Reason for declining",
				Required: true, When: declined, Missing: "Choose the main reason for declining",
				Options: []Option{
					{Value: "time", Label: "I cannot give it the time"},
					{Value: "timing", Label: "The dates do not work this year"},
					{Value: "role_change", Label: "I am changing role or leaving my post"},
					{Value: "not_for_me", Label: "The programme is not right for me"},
					{Value: "other", Label: "Another reason"},
				}},
			{Name: "decline_note", Kind: FieldLongText, Label: "Is there anything you would like to tell us?",
				Short: "Your note", When: declined, Max: 1000, Hint: "You do not have to. Please leave out anything about your health."},
		},
	}}}
}
