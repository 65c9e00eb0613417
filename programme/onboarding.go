package programme

// The sections of the onboarding form, in their order.
const (
	SectionProfile    = "profile"
	SectionAssistant  = "assistant"
	SectionPrivacy    = "privacy"
	SectionNeeds      = "needs"
	SectionCoaching   = "coaching"
	SectionMonitoring = "monitoring"
	SectionSurvey     = "survey"
)

// onboardingForm is everything the programme has to know of a leader before the year begins.
func onboardingForm() Form {
	return Form{Name: FormOnboarding, Title: "Get ready for the programme", Sections: []Section{
		profileSection(), assistantSection(), privacySection(), needsSection(), coachingSection(), monitoringSection(),
		baselineSection(),
	}}
}

func profileSection() Section {
	return Section{Name: SectionProfile, Title: "You and your role",
		Intro: "We have filled in what we know. Please put right what has changed.",
		Fields: []Field{
			{Name: "title", Kind: FieldText, Label: "Title (optional)", Short: "Title", Hint: "For example, Dr or Professor", Max: 35, Autocomplete: "honorific-prefix"},
			{Name: "given_name", Kind: FieldText, Label: "Given name", Required: true, Missing: "Enter your given name", Max: 100, Autocomplete: "given-name"},
			{Name: "family_name", Kind: FieldText, Label: "Family name", Required: true, Missing: "Enter your family name", Max: 100, Autocomplete: "family-name"},
			{Name: "job_title", Kind: FieldText, Label: "Job title", Required: true, Missing: "Enter your job title", Autocomplete: "organization-title"},
			{Name: "organisation", Kind: FieldText, Label: "Organisation", Required: true, Missing: "Enter the name of your organisation", Autocomplete: "organization"},
			{Name: "sector", Kind: FieldSelect, Label: "Sector", Required: true, Missing: "Choose your sector", Options: sameOptions(Sectors())},
			{Name: "region", Kind: FieldSelect, Label: "Region", Required: true, Missing: "Choose your region", Options: sameOptions(Regions())},
			{Name: "role_started", Kind: FieldMonth, Label: "When did you start in this role?", Short: "In this role since", Required: true,
				Hint: "Month and year, for example 9 2026", Missing: "Enter the month and year you started in this role",
				Wrong: "Enter the month and year you started in this role, for example 9 2026"},
			{Name: "phone", Kind: FieldPhone, Label: "Telephone number (optional)", Short: "Telephone number",
				Hint: "Used only when something urgent changes", Max: 40, Autocomplete: "tel",
				Wrong: "Enter a telephone number, for example 020 7946 0123 or +44 7700 900 982"},
			{Name: "private_email", Kind: FieldEmail, Label: "Private email address for your report and surveys (optional)", Short: "Private email address", Max: 254,
				Hint:  "If others read your mailbox at work: the questionnaire, your report and our surveys go to this address, and nothing else does.",
				Wrong: "Enter an email address in the right form, like name@example.com"},
		}}
}

func assistantSection() Section {
	given := &When{Field: "has_assistant", Value: Yes}
	return Section{Name: SectionAssistant, Title: "Your assistant",
		Intro: "If somebody looks after your diary, we can write to them as well. They get mails and a link of their own, and never see your answers, your report or your surveys.",
		Fields: []Field{
			{Name: "has_assistant", Kind: FieldRadios, Label: "Does somebody look after your diary?", Short: "Has an assistant", Required: true,
				Missing: "Select yes if somebody looks after your diary", Options: yesOrNo("Yes", "No")},
			{Name: "assistant_name", Kind: FieldText, Label: "Assistant’s name", Required: true, When: given, Missing: "Enter your assistant’s name"},
			{Name: "assistant_email", Kind: FieldEmail, Label: "Assistant’s email address", Required: true, When: given, Max: 254,
				Missing: "Enter your assistant’s email address", Wrong: "Enter an email address in the right form, like name@example.com"},
			{Name: "assistant_phone", Kind: FieldPhone, Label: "Assistant’s telephone number (optional)", Short: "Assistant’s telephone number", When: given,
				Max: 40, Wrong: "Enter a telephone number, for example 020 7946 0123 or +44 7700 900 982"},
			{Name: "assistant_may", Kind: FieldRadios, Label: "What may your assistant do here?", Short: "Your assistant may", Required: true, When: given,
				Missing: "Choose what your assistant may do",
				Options: []Option{
					{Value: "nothing", Label: "Nothing for now", Hint: "We keep the name and write to you alone."},
					{Value: "dates", Label: "See and confirm your dates"},
					{Value: "dates_and_needs", Label: "See and confirm your dates, and tell us about travel, room and diet"},
				}},
		}}
}

func privacySection() Section {
	return Section{Name: SectionPrivacy, Title: "Your information and your consent",
		Intro: "Each choice stands alone, and saying no to any of them does not affect your place. You can change your mind later.",
		Fields: []Field{
			{Name: "privacy_read", Kind: FieldTick, Label: "Privacy notice", Required: true, Missing: "Tick the box to say that you have read the privacy notice",
				Options: []Option{{Value: Yes, Label: "I have read the privacy notice"}}},
			{Name: "consent_psychometrics", Kind: FieldRadios, Label: "Do you agree to take the personality questionnaire?", Short: "Personality questionnaire", Required: true,
				Hint:    "It is for your development, not for selection. You see your own report; staff see only that it is done.",
				Missing: "Select yes if you agree to take the personality questionnaire", Options: yesOrNo("Yes, I agree", "No, I do not agree")},
			{Name: "consent_coach_report", Kind: FieldRadios, Label: "May your coach see your report?", Short: "Coach may see your report", Required: true,
				When: &When{Field: "consent_psychometrics", Value: Yes}, Hint: "Only the coach you have. If you change coach we ask you again.",
				Missing: "Select yes if your coach may see your report", Options: yesOrNo("Yes, my coach may see it", "No, only I may see it")},
		}}
}

// travelFields are the needs an assistant may give as well: diet, arrival and room.
func travelFields() []Field {
	return []Field{
		{Name: "dietary", Kind: FieldCheckboxes, Label: "What do you eat?", Short: "Diet", Hint: "Choose all that apply", Required: true,
			Missing: "Choose at least one answer about diet, or “Prefer not to say”",
			Options: []Option{
				{Value: "none", Label: "I eat everything", Alone: true},
				{Value: "vegetarian", Label: "Vegetarian"}, {Value: "vegan", Label: "Vegan"}, {Value: "halal", Label: "Halal"},
				{Value: "kosher", Label: "Kosher"}, {Value: "gluten_free", Label: "Gluten free"}, {Value: "nut_free", Label: "Nut free"},
				{Value: "other", Label: "Something else"},
				{Value: PreferNotToSay, Label: "Prefer not to say", Alone: true},
			}},
		{Name: "dietary_other", Kind: FieldText, Label: "What else should the kitchen know?", Short: "Other diet", Required: true, Max: 300,
			When: &When{Field: "dietary", Value: "other"}, Missing: "Enter what the kitchen should know"},
		{Name: "arrival", Kind: FieldRadios, Label: "How do you expect to arrive?", Short: "Arrival", Required: true,
			Missing: "Choose how you expect to arrive, or “I do not know yet”",
			Options: []Option{{Value: "train", Label: "By train"}, {Value: "car", Label: "By car"}, {Value: "other", Label: "Another way"},
				{Value: "not_known", Label: "I do not know yet"}}},
		{Name: "room_night_before", Kind: FieldRadios, Label: "Do you need a room the night before?", Short: "Room the night before", Required: true,
			Missing: "Select yes if you need a room the night before", Options: yesOrNo("Yes", "No")},
	}
}

// NeedAccess is the field of what a leader needs to take part: the one need that is asked online too.
const NeedAccess = "access_needs"

func needsSection() Section {
	fields := travelFields()
	access := Field{Name: NeedAccess, Kind: FieldLongText, Label: "What do you need to take part fully? (optional)", Short: "Access needs", Max: 1000,
		Hint: "For example step-free access, a hearing loop, large print, a room to pray or to rest"}
	fields = append(fields[:2:2], append([]Field{access}, fields[2:]...)...)
	return Section{Name: SectionNeeds, Title: "What you need when we meet",
		Intro:  "Seen by the few staff who arrange the residentials; the venue gets only what concerns it. We delete it 30 days after your last event.",
		Fields: fields}
}

func coachingSection() Section {
	return Section{Name: SectionCoaching, Title: "Your coach",
		Intro: "You will never be matched with a coach who works for your own organisation. We follow your wishes as far as we can.",
		Fields: []Field{
			{Name: "coach_background", Kind: FieldRadios, Label: "What background should your coach have?", Short: "Coach’s background", Required: true,
				Missing: "Choose what background your coach should have",
				Options: []Option{{Value: "another_sector", Label: "Another sector than mine"}, {Value: "same_sector", Label: "The same sector as mine"},
					{Value: "either", Label: "I do not mind"}}},
			{Name: "coach_where", Kind: FieldRadios, Label: "Where would you like to meet?", Short: "Where you meet", Required: true,
				Missing: "Choose where you would like to meet your coach",
				Options: []Option{{Value: "same_region", Label: "In person, in my region"}, {Value: "online", Label: "Online"}, {Value: "either", Label: "I do not mind"}}},
			{Name: "coach_wishes", Kind: FieldLongText, Label: "Is there anything else that would help us choose? (optional)", Short: "Other wishes", Max: 1000},
		}}
}

func monitoringSection() Section {
	const last = "Prefer not to say"
	skip := Option{Value: PreferNotToSay, Label: last}
	return Section{Name: SectionMonitoring, Title: "Equality questions", Optional: true, Apart: true,
		Intro: "These questions help us see whom the programme reaches. Your answers are kept apart from everything that names you as soon as you send the form, so nobody can look them up, and they cannot be changed later.",
		Fields: []Field{
			{Name: "age_band", Kind: FieldRadios, Label: "What is your age?", Short: "Age", Options: []Option{
				{Value: "under_35", Label: "Under 35"}, {Value: "35_44", Label: "35 to 44"}, {Value: "45_54", Label: "45 to 54"},
				{Value: "55_64", Label: "55 to 64"}, {Value: "65_over", Label: "65 or over"}, skip}},
			{Name: "gender", Kind: FieldRadios, Label: "What best describes your gender?", Short: "Gender", Options: []Option{
				{Value: "woman", Label: "Woman"}, {Value: "man", Label: "Man"}, {Value: "another", Label: "I describe myself in another way"}, skip}},
			{Name: "ethnicity", Kind: FieldRadios, Label: "What is your ethnic group?", Short: "Ethnic group", Options: []Option{
				{Value: "asian", Label: "Asian or Asian British"}, {Value: "black", Label: "Black, Black British, Caribbean or African"},
				{Value: "mixed", Label: "Mixed or multiple ethnic groups"}, {Value: "white", Label: "White"}, {Value: "other", Label: "Another ethnic group"}, skip}},
			{Name: "disability", Kind: FieldRadios, Label: "Do you have a condition or illness, expected to last 12 months or more, that limits what you do day to day?",
				Short: "Long-term condition", Options: append(yesOrNo("Yes", "No"), skip)},
		}}
}

// baselineSection asks the baseline questionnaire as the last page of onboarding.
func baselineSection() Section {
	baseline, _ := QuestionnaireNamed(Baseline) // shipped, so never missing
	section := baseline.form().Sections[0]
	section.Name = SectionSurvey
	section.Title = baseline.Title
	return section
}
