package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// setupForm is a page on which something of a cohort's year is set: what it says, what can be written, and the button.
type setupForm struct {
	frame
	Notice    string // what was just done
	Text      []string
	Action    string
	Hidden    [][2]string // names and values
	Groups    []fieldGroup
	Button    string
	Remove    string // button that leads to taking away what the form is about, or empty
	Stays     string // why it cannot be taken away
	Changed   bool   // somebody else changed it meanwhile: fields show both values
	Meanwhile string // what is said then; empty: what holds for a cohort
	Ways      []way  // beneath the form
}

// fieldGroup are fields that belong together; without a legend they stand by themselves.
type fieldGroup struct {
	Legend string
	Hint   string
	Fields []field
	Beside bool // they stand beside each other where there is room
}

// field is one thing to fill in.
type field struct {
	Name, Label, Hint, Value, Error string
	Type                            string // of the input: text, number, datetime-local, file; or select, radios, check, area
	Options                         []option
	Checked                         bool
	Now                             string // what stands there meanwhile, where somebody else changed it
	Said                            bool   // it is said with a change, and stands nowhere
}

// Described are the ids of what explains the field.
func (f field) Described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Now != "" {
		ids = append(ids, f.Name+"-now")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// Kind is the input's, text where nothing else is said.
func (f field) Kind() string { return or(f.Type, "text") }

// fields are all of the form's.
func (f *setupForm) fields() []*field {
	var list []*field
	for g := range f.Groups {
		for i := range f.Groups[g].Fields {
			list = append(list, &f.Groups[g].Fields[i])
		}
	}
	return list
}

// seenField carries what a form showed when it was opened, so that somebody else's changes are told from the sender's.
const seenField = "seen"

// remember notes what the form shows.
func (f *setupForm) remember() {
	seen := map[string]string{}
	for _, one := range f.fields() {
		seen[one.Name] = one.raw()
	}
	text, _ := json.Marshal(seen) // a map of texts always marshals
	f.Hidden = append(f.Hidden, [2]string{seenField, string(text)})
}

// showTyped puts what was sent into the fields. With changed the form was made from what stands now, which is not what the
// sender saw: what the sender left alone stays as it stands now, and where the two differ the field shows both.
func (f *setupForm) showTyped(c *gin.Context, changed bool) {
	f.Changed = changed
	var seen map[string]string
	if json.Unmarshal([]byte(c.PostForm(seenField)), &seen) == nil && !changed {
		f.hide(seenField, c.PostForm(seenField))
	}
	for _, one := range f.fields() {
		if was, known := seen[one.Name]; changed && known && was == typed(c, one.Name) {
			continue
		}
		before := one.shown()
		one.take(c.PostForm(one.Name))
		if after := one.shown(); changed && after != before && !one.Said {
			one.Now = or(before, "nothing")
		}
	}
}

// differs reports whether a form that somebody else changed meanwhile shows anything that does not stand so already.
func (f *setupForm) differs() bool {
	return slices.ContainsFunc(f.fields(), func(one *field) bool { return one.Now != "" })
}

// raw is the field's value as a form sends it.
func (f *field) raw() string {
	switch f.Type {
	case "check":
		if f.Checked {
			return "yes"
		}
		return ""
	case "select", "radios":
		if i := slices.IndexFunc(f.Options, func(o option) bool { return o.Selected }); i >= 0 {
			return f.Options[i].Value
		}
		return ""
	}
	return f.Value
}

// take puts a sent value into the field.
func (f *field) take(value string) {
	switch f.Type {
	case "check":
		f.Checked = value != ""
	case "select", "radios":
		for i := range f.Options {
			f.Options[i].Selected = f.Options[i].Value == value
		}
	case "file":
	default:
		f.Value = cleaned(value)
	}
}

// shown is the field's value as people read it.
func (f *field) shown() string {
	switch f.Type {
	case "check":
		if f.Checked {
			return "yes"
		}
		return "no"
	case "select", "radios":
		if i := slices.IndexFunc(f.Options, func(o option) bool { return o.Selected }); i >= 0 {
			return f.Options[i].Label
		}
		return ""
	}
	return f.Value
}

// wrong shows faults in the summary and at their fields; what belongs to no field of the form leads to its beginning.
// beneath is where the form's fields lie in the document that the faults speak of.
func (f *setupForm) wrong(faults []programme.Fault, beneath string) {
	fields := f.fields()
	place := func(fault programme.Fault) int {
		name := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(fault.Field, beneath), "/"), "/", "-")
		return slices.IndexFunc(fields, func(one *field) bool { return one.Name == name })
	}
	faults = slices.Clone(faults)
	slices.SortStableFunc(faults, func(a, b programme.Fault) int { return place(a) - place(b) }) // as the page is read
	for _, fault := range faults {
		at := "main"
		if i := place(fault); i >= 0 {
			if at = fields[i].Name; fields[i].Error != "" {
				fields[i].Error += " "
			}
			fields[i].Error += fault.Text
		}
		f.Faults = append(f.Faults, faultLine{Href: "#" + at, Text: fault.Text})
	}
}

// changedMeanwhile is what a form says whose cohort somebody else has changed since it was opened.
const changedMeanwhile = "Somebody changed this cohort after you opened this page. Nothing of yours was saved yet. " +
	"What you wrote and what stands now are shown beneath: decide, and save again."

// renderForm writes the form with its faults; conflicts and refusals have a status of their own.
func (s *Console) renderForm(c *gin.Context, form *setupForm) error {
	status := http.StatusOK
	switch {
	case form.Changed:
		status = http.StatusConflict
		form.Faults = append([]faultLine{{Href: "#main", Text: or(form.Meanwhile, changedMeanwhile)}}, form.Faults...)
	case len(form.Faults) > 0:
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, "setup_form.html", form)
}
