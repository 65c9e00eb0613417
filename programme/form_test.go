package programme_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// whole are answers to every form that may be sent as they are.
func whole(form string) programme.Answers {
	one := func(pairs ...string) programme.Answers {
		answers := programme.Answers{}
		for i := 0; i < len(pairs); i += 2 {
			answers[pairs[i]] = append(answers[pairs[i]], pairs[i+1])
		}
		return answers
	}
	questions := []string{"satisfied", "7", "worthwhile", "0", "happy", "10", "anxious", "skip", "adaptive", "1", "connected", "5",
		"questioning", "skip", "purposeful", "3", "ethical", "4", "across_organisations", "2", "productivity", "3"}
	switch form {
	case programme.FormInvitation:
		return one("answer", "accept")
	case programme.FormOnboarding:
		return one(append([]string{"given_name", "Aoife", "family_name", "O’Brien-Ng", "job_title", "Chief Executive", "organisation", "Wirral Council",
			"sector", "Local Government", "region", "North West", "role_started", "2026-09", "has_assistant", "yes", "assistant_name", "Pat Lee",
			"assistant_email", "pat.lee@wirral.example", "assistant_may", "dates", "privacy_read", "yes", "consent_psychometrics", "yes",
			"consent_coach_report", "no", "dietary", "vegan", "dietary", "nut_free", "arrival", "train", "room_night_before", "no",
			"coach_background", "either", "coach_where", "online"}, questions...)...)
	case programme.FormAlumni:
		return one("certificate_name", "Dr Aoife O’Brien-Ng", "directory", "yes", "show", "name", "show", "sector", "news", "no")
	case programme.FormAssistant:
		return one("confirm_dates", "yes")
	}
	return one(questions...)
}

var allForms = []string{programme.FormInvitation, programme.FormOnboarding, programme.FormAlumni, programme.FormAssistant,
	programme.Baseline, programme.Closing}

func formNamed(t *testing.T, name string) programme.Form {
	t.Helper()
	form, err := programme.FormNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func TestWholeAnswersHaveNoFault(t *testing.T) {
	t.Parallel()
	for _, name := range allForms {
		if faults := formNamed(t, name).Check(whole(name), ""); len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// Every answer that is left out, and every one that is made up, has a sentence of its own on its own field.
func TestEveryFieldRefusesWhatItMust(t *testing.T) {
	t.Parallel()
	for _, name := range allForms {
		form := formNamed(t, name)
		for _, section := range form.Sections {
			for _, field := range section.Fields {
				without := whole(name)
				delete(without, field.Name)
				faults := form.Check(without, section.Name)
				asked := field.Asked(form.Clean(whole(name), section.Name))
				required := field.Required && asked && !(section.Optional && name == programme.FormAssistant)
				if found := faultOn(faults, field.Name); required != (found == field.Missing && found != "") {
					t.Errorf("%s.%s left out: %v", name, field.Name, faults)
				}
				if len(form.CheckDraft(without, section.Name)) > 0 {
					t.Errorf("%s.%s: a draft may lack it", name, field.Name)
				}
				if len(field.Options) > 0 && asked {
					forged := whole(name)
					forged[field.Name] = []string{"made-up"}
					if faultOn(form.Check(forged, section.Name), field.Name) == "" || faultOn(form.CheckDraft(forged, section.Name), field.Name) == "" {
						t.Errorf("%s.%s takes a value that is not offered", name, field.Name)
					}
				}
			}
		}
	}
}

// A month may lie a year ahead of the day on which it is asked, in London, and no further.
func TestMonthsAhead(t *testing.T) {
	t.Parallel()
	form := formNamed(t, "onboarding")
	for _, c := range []struct{ today, month, text string }{
		{"2026-12-31T23:59:59Z", "2027-12", ""},
		{"2026-12-31T23:59:59Z", "2028-01", "Enter a month no later than December 2027. A new post may be announced up to a year ahead"},
		{"2026-06-30T23:30:00Z", "July 2027", ""}, // it is July in London
		{"2026-06-30T22:30:00Z", "7 2027", "Enter a month no later than June 2027. A new post may be announced up to a year ahead"},
		{"2026-06-30T22:30:00Z", "2099-01", "Enter a month no later than June 2027. A new post may be announced up to a year ahead"},
		{"2026-06-30T22:30:00Z", "1949-12", "Enter the month and year you started in this role, for example 9 2026"},
	} {
		now, err := time.Parse(time.RFC3339, c.today)
		if err != nil {
			t.Fatal(err)
		}
		answers := programme.Answers{"role_started": {c.month}}
		if got := faultOn(form.On(now).CheckDraft(answers, programme.SectionProfile), "role_started"); got != c.text {
			t.Errorf("%s on %s: %q", c.month, c.today, got)
		}
	}
	if got := faultOn(form.CheckDraft(programme.Answers{"role_started": {"2099-01"}}, ""), "role_started"); got != "" {
		t.Errorf("asking on a day has changed the form itself: %q", got)
	}
}

func faultOn(faults []programme.Fault, field string) string {
	for _, f := range faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form, section, field string
		values               []string
		faultOn, text        string // no text: no fault
	}{
		{"invitation", "", "answer", []string{" decline "}, "decline_reason", "Choose the main reason for declining"},
		{"invitation", "", "decline_reason", []string{"never-heard-of"}, "decline_reason", ""}, // not asked of who accepts
		{"onboarding", "profile", "given_name", []string{" \u00a0\u200b "}, "given_name", "Enter your given name"},
		{"onboarding", "profile", "given_name", []string{"Zoë\x00"}, "given_name", "Given name must not contain control characters"},
		{"onboarding", "profile", "given_name", []string{"Zo\xff"}, "given_name", "Given name must not contain control characters"},
		{"onboarding", "profile", "given_name", []string{strings.Repeat("é", 100)}, "given_name", ""},
		{"onboarding", "profile", "given_name", []string{strings.Repeat("é", 101)}, "given_name", "Given name must be 100 characters or fewer"},
		{"onboarding", "profile", "role_started", []string{"September 2026"}, "role_started", ""},
		{"onboarding", "profile", "role_started", []string{"13 2026"}, "role_started", "Enter the month and year you started in this role, for example 9 2026"},
		{"onboarding", "profile", "role_started", []string{"0026-09"}, "role_started", "Enter the month and year you started in this role, for example 9 2026"},
		{"onboarding", "profile", "phone", []string{"+44 (0)20 7946 0123 ext 12"}, "phone", ""},
		{"onboarding", "profile", "phone", []string{"=1+1"}, "phone", "Enter a telephone number, for example 020 7946 0123 or +44 7700 900 982"},
		{"onboarding", "assistant", "assistant_email", []string{"nobody"}, "assistant_email", "Enter an email address in the right form, like name@example.com"},
		{"onboarding", "assistant", "assistant_email", []string{"Pat <pat@example.org>"}, "assistant_email", "Enter an email address in the right form, like name@example.com"},
		{"onboarding", "assistant", "assistant_email", []string{" pat.o'hara@ example.org\u00a0"}, "assistant_email", ""},
		{"onboarding", "assistant", "assistant_email", []string{"pat@localhost"}, "assistant_email", "Enter an email address in the right form, like name@example.com"},
		{"onboarding", "assistant", "has_assistant", []string{"no"}, "assistant_email", ""},
		{"onboarding", "privacy", "consent_psychometrics", []string{"no"}, "consent_coach_report", ""},
		{"onboarding", "needs", "dietary", []string{"none", "vegan"}, "dietary", "Choose “I eat everything” alone, or take it away"},
		{"onboarding", "needs", "dietary", []string{"other"}, "dietary_other", "Enter what the kitchen should know"},
		{"onboarding", "needs", "access_needs", []string{"one\r\ntwo"}, "access_needs", ""},
		{"onboarding", "needs", "access_needs", []string{strings.Repeat("x", 1001)}, "access_needs", "Access needs must be 1,000 characters or fewer"},
		{"onboarding", "survey", "happy", []string{"11"}, "happy", "Choose one of the answers shown for “Overall, how happy did you feel yesterday?”"},
		{"closing", "", "adaptive", []string{"0"}, "adaptive", "Choose one of the answers shown for “When circumstances changed, I changed how I lead.”"},
		{"alumni", "", "show", nil, "show", "Choose at least one thing the directory may show, or choose not to be in it"},
		{"alumni", "", "directory", []string{"no"}, "show", ""},
		{"alumni", "nowhere", "news", []string{"no"}, "", "This form has no such section."},
	} {
		t.Run(fmt.Sprintf("%s/%s=%q", c.form, c.field, c.values), func(t *testing.T) {
			t.Parallel()
			answers := whole(c.form)
			answers[c.field] = c.values
			if got := faultOn(formNamed(t, c.form).Check(answers, c.section), c.faultOn); got != c.text {
				t.Errorf("fault on %s is %q, want %q", c.faultOn, got, c.text)
			}
		})
	}
}

func TestCleanKeepsWhatIsAsked(t *testing.T) {
	t.Parallel()
	form := formNamed(t, "onboarding")
	given := programme.Answers{"given_name": {"  Mary\r\n \u202eJane\u202c ", "second"}, "role_started": {"9/2026"}, "is_admin": {"yes"},
		"has_assistant": {"no"}, "assistant_email": {"left@over.example"}, "dietary": {"vegan", " vegan", "halal"}, "access_needs": {"\r\na\r\nb "}}
	want := programme.Answers{"given_name": {"Mary Jane"}, "role_started": {"2026-09"}, "has_assistant": {"no"},
		"dietary": {"vegan", "halal"}, "access_needs": {"a\nb"}}
	if got := form.Clean(given, ""); !reflect.DeepEqual(got, want) {
		t.Errorf("clean is %v, want %v", got, want)
	}
	if got := form.Clean(given, "assistant"); !reflect.DeepEqual(got, programme.Answers{"has_assistant": {"no"}}) {
		t.Errorf("the section alone is %v", got)
	}
	if len(given["given_name"]) != 2 {
		t.Error("the argument was changed")
	}
}

func TestAnswersGivenByTelephone(t *testing.T) {
	t.Parallel()
	form := formNamed(t, "onboarding")
	spoken := whole("onboarding")
	survey, _ := form.Section("survey")
	for _, field := range survey.Fields {
		delete(spoken, field.Name)
	}
	if faults := form.CheckGivenFor(spoken); len(faults) > 0 {
		t.Errorf("without the survey: %v", faults)
	}
	for field, text := range map[string]string{"happy": "Only the leader can answer this.", "gender": "Only the leader can answer this.",
		"salary": "This form has no such field."} {
		spoken[field] = []string{"4"}
		if got := faultOn(form.CheckGivenFor(spoken), field); got != text {
			t.Errorf("%s: %q", field, got)
		}
	}
}

func TestFormsAreWellMade(t *testing.T) {
	t.Parallel()
	for _, name := range allForms {
		form := formNamed(t, name)
		seen := map[string]bool{}
		for _, section := range form.Sections {
			for _, field := range section.Fields {
				if seen[field.Name] {
					t.Errorf("%s asks %s twice", name, field.Name)
				}
				seen[field.Name] = true
				if field.Label == "" || field.Required != (field.Missing != "") {
					t.Errorf("%s.%s lacks a label or a sentence", name, field.Name)
				}
				if (field.Kind == programme.FieldEmail || field.Kind == programme.FieldPhone || field.Kind == programme.FieldMonth) && field.Wrong == "" {
					t.Errorf("%s.%s lacks a sentence for what cannot be read", name, field.Name)
				}
				if field.When != nil && !seen[field.When.Field] {
					t.Errorf("%s.%s depends on what comes after it", name, field.Name)
				}
			}
		}
	}
	if _, err := programme.FormNamed("nothing"); !errors.Is(err, programme.ErrNotFound) {
		t.Errorf("an unknown form: %v", err)
	}
}

func TestQuestionnaires(t *testing.T) {
	t.Parallel()
	before, _ := programme.QuestionnaireNamed(programme.Baseline)
	after, _ := programme.QuestionnaireNamed(programme.Closing)
	if !reflect.DeepEqual(before.Groups, after.Groups) {
		t.Error("baseline and closing ask different things")
	}
	want := []string{"satisfied", "worthwhile", "happy", "anxious", "adaptive", "connected", "questioning", "purposeful", "ethical",
		"across_organisations", "productivity"}
	if !slices.Equal(before.QuestionNames(), want) {
		t.Errorf("questions are %v", before.QuestionNames())
	}
	for _, group := range before.Groups {
		if group.Local == (group.Licence != "") || group.Local == strings.Contains(group.Source, "Open Government Licence v3.0") {
			t.Errorf("%s: local or licensed, not both", group.Title)
		}
	}
	for _, field := range formNamed(t, programme.Closing).Sections[0].Fields {
		steps := map[bool]int{true: 6, false: 12}[field.Local] // the steps and "prefer not to say"
		if len(field.Options) != steps || field.Options[steps-1].Value != programme.SkipAnswer {
			t.Errorf("%s has the steps %v", field.Name, field.Options)
		}
	}
}

func TestFormOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stage programme.BlueprintStage
		form  string
	}{
		{programme.BlueprintStage{Kind: programme.KindSelection}, "invitation"},
		{programme.BlueprintStage{Kind: programme.KindOnboarding, Survey: "baseline"}, "onboarding"},
		{programme.BlueprintStage{Kind: programme.KindPsychometrics, Instrument: "ipip-50"}, "ipip-50"},
		{programme.BlueprintStage{Kind: programme.KindPsychometrics, Supplier: "https://tests.example"}, "supplier"},
		{programme.BlueprintStage{Kind: programme.KindSurvey, Survey: "closing"}, "closing"},
		{programme.BlueprintStage{Kind: programme.KindSurvey}, "closing"},
		{programme.BlueprintStage{Kind: programme.KindAlumni}, "alumni"},
		{programme.BlueprintStage{Kind: programme.KindEvent}, "event-place"},
		{programme.BlueprintStage{Kind: programme.KindCoaching}, "coaching"},
	} {
		if got := programme.FormOf(c.stage); got != c.form {
			t.Errorf("%+v asks with %q, want %q", c.stage, got, c.form)
		}
	}
}
