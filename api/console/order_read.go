package console

import (
	"slices"
	"strings"

	"fairlead/api"
	"fairlead/programme"
)

// read makes the order of what was typed, or says what is wrong with it. What only the records know they judge themselves.
func (o *ordering) read(typed programme.Answers) (programme.Command, []programme.Fault) {
	own := programme.Form{Sections: []programme.Section{o.form.own}}
	faults := own.Check(typed, "")
	answers := own.Clean(typed, "")
	c := programme.Command{Name: o.name, Ref: o.journey.Ref, Stage: o.command().Stage, Reason: answers.Get("reason"), Note: answers.Get("note"), Missed: answers.Get("missed"),
		Into: answers.Get("cohort"), Message: answers.Get("message"), Email: answers.Get("email"), GivenBy: answers.Get("given_by"), Subject: answers.Get("subject"), Text: answers.Get("text"), How: answers.Get("how"),
		Sitting: answers.Get("sitting"), Status: answers.Get("status"), Costs: programme.Costs(answers.Get("costs")), Decision: programme.Decision(answers.Get("decision"))}
	if c.Coach = answers.Get("coach"); c.Coach == "next" {
		c.Coach = ""
	}
	if until := answers.Get("until"); until != "" {
		var err error
		if c.Until, err = readDay(until); err != nil {
			faults = append(faults, programme.Fault{Field: "until", Text: "Enter a date, " + dayHint})
		}
	}
	switch o.name {
	case programme.CmdAnswerFor:
		form := programme.Form{Sections: o.form.form}
		c.Answers = form.Clean(typed, "")
		if !o.form.partial {
			faults = append(form.CheckGivenFor(c.Answers), faults...)
		}
	case programme.CmdChangeDetails:
		known := knownDetails(o.journey)
		faults = slices.DeleteFunc(faults, func(f programme.Fault) bool { // what stays is not judged
			return f.Field != "" && known[f.Field] != nil && answers.Get(f.Field) == known.Get(f.Field)
		})
		c.Details = detailsOf(o.journey, answers)
		if c.Details == (programme.Details{}) && len(faults) == 0 {
			faults = append(faults, programme.Fault{Field: "main", Text: "Nothing is changed yet: change at least one detail"})
		}
	}
	return c, faults
}

// detailsOf are the details that differ from what is known. An emptied field is a change too.
func detailsOf(j programme.Journey, answers programme.Answers) programme.Details {
	var d programme.Details
	known := knownDetails(j)
	for name, field := range map[string]**string{"title": &d.Title, "given_name": &d.GivenName, "family_name": &d.FamilyName, "phone": &d.Phone,
		"job_title": &d.JobTitle, "organisation": &d.Organisation, "sector": &d.Sector, "region": &d.Region, "role_started": &d.RoleStarted,
		"assistant_name": &d.AssistantName, "assistant_email": &d.AssistantEmail, "assistant_phone": &d.AssistantPhone, "assistant_may": &d.AssistantMay} {
		if now := answers.Get(name); now != known.Get(name) {
			*field = &now
		}
	}
	return d
}

// changedDetails are the lines of the check: only what would change, with what it was.
func changedDetails(j programme.Journey, rows []api.AnsweredRow, form orderForm, typed programme.Answers) []api.AnsweredRow {
	known, own := knownDetails(j), programme.Form{Sections: []programme.Section{form.own}}
	answers := own.Clean(typed, "")
	var changed []api.AnsweredRow
	for _, field := range form.own.Fields {
		was, isDetail := known[field.Name]
		if !isDetail {
			i := slices.IndexFunc(rows, func(r api.AnsweredRow) bool { return r.Key == field.Named() })
			if i >= 0 {
				changed = append(changed, rows[i])
			}
			continue
		}
		if now := answers.Get(field.Name); now != was[0] {
			changed = append(changed, api.AnsweredRow{Key: field.Named(), Values: []string{or(now, "nothing") + " (was " + or(was[0], "nothing") + ")"}})
		}
	}
	return changed
}

// sentence is a refusal in plain words.
func sentence(illegal *programme.Illegal) string {
	if illegal.State == programme.StateChanged {
		return "Somebody or something changed this journey after you opened the page. Look at what stands here now; what you typed is kept"
	}
	return "Not possible now: " + strings.NewReplacer("_", " ").Replace(illegal.State) + ". " + illegal.Why
}

// fieldAt is the field that a fault of the REST API's words concerns.
func fieldAt(pointer string) string {
	return pointer[strings.LastIndex(pointer, "/")+1:]
}
