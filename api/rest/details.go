package rest

import (
	"fairlead/programme"
)

// detail is one field of programme.Details with its name in the onboarding form, whose rules hold here too.
type detail struct {
	field string
	value **string
}

func detailsOf(d *programme.Details) []detail {
	return []detail{
		{"title", &d.Title}, {"given_name", &d.GivenName}, {"family_name", &d.FamilyName}, {"phone", &d.Phone},
		{"job_title", &d.JobTitle}, {"organisation", &d.Organisation}, {"sector", &d.Sector}, {"region", &d.Region},
		{"role_started", &d.RoleStarted}, {"assistant_name", &d.AssistantName}, {"assistant_email", &d.AssistantEmail},
		{"assistant_phone", &d.AssistantPhone}, {"assistant_may", &d.AssistantMay},
	}
}

// fill judges the new details as the leader's own form would, and tidies them as it does. What the form requires cannot
// be emptied, the assistant excepted: emptying name and address takes the assistant away.
func (o changeDetailsOrder) fill(c *programme.Command) error {
	form, err := programme.FormNamed(programme.FormOnboarding)
	if err != nil {
		return err
	}
	given := programme.Answers{}
	c.Details = o.Details
	fields := detailsOf(&c.Details)
	var wrong []programme.Fault
	for _, d := range fields {
		if *d.value == nil {
			continue
		}
		given[d.field] = []string{**d.value}
	}
	if len(given) == 0 {
		return programme.Refuse("details", "Give at least one detail to change.")
	}
	// The form asks for the assistant's details only of those who have one.
	given["has_assistant"] = []string{programme.Yes}
	clean := form.Clean(given, "")
	for _, section := range []string{programme.SectionProfile, programme.SectionAssistant} {
		for _, f := range form.CheckDraft(given, section) {
			wrong = append(wrong, programme.Fault{Field: "/details/" + f.Field, Text: f.Text})
		}
	}
	for _, d := range fields {
		if *d.value == nil {
			continue
		}
		tidy := clean.Get(d.field)
		*d.value = &tidy
		if f, _ := form.Field(d.field); tidy == "" && f.Required && f.When == nil {
			wrong = append(wrong, programme.Fault{Field: "/details/" + d.field, Text: "This must not be empty."})
		}
	}
	if len(wrong) > 0 {
		return &programme.Invalid{Faults: wrong}
	}
	return nil
}
