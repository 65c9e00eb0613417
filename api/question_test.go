package api

import (
	"testing"

	"fairlead/programme"
)

// A question that hangs on an answer stands beneath it, with those that hang on it in turn, in the order of the form.
func TestRevealing(t *testing.T) {
	t.Parallel()
	given := &programme.When{Field: "has", Value: "yes"}
	options := []programme.Option{{Value: "no", Label: "No"}, {Value: "yes", Label: "Yes"}}
	section := programme.Section{Fields: []programme.Field{
		{Name: "has", Kind: programme.FieldRadios, Label: "Has", Options: options},
		{Name: "name", Kind: programme.FieldText, Label: "Name", When: given},
		{Name: "may", Kind: programme.FieldCheckboxes, Label: "May", Options: options, When: given},
		{Name: "which", Kind: programme.FieldText, Label: "Which", When: &programme.When{Field: "may", Value: "yes"}},
		{Name: "listed", Kind: programme.FieldSelect, Label: "Listed", Options: options},
		{Name: "line", Kind: programme.FieldText, Label: "Line", When: &programme.When{Field: "listed", Value: "yes"}},
		{Name: "last", Kind: programme.FieldText, Label: "Last", When: &programme.When{Field: "elsewhere", Value: "yes"}},
	}}
	shown := Revealing(Questions(section, programme.Answers{}, []programme.Fault{{Field: "which", Text: "Say which"}}))
	names := func(questions []Question) (list []string) {
		for _, q := range questions {
			list = append(list, q.Name)
		}
		return list
	}
	same := func(what string, got []Question, want ...string) {
		t.Helper()
		if have := names(got); len(have) != len(want) {
			t.Fatalf("%s: %q, want %q", what, have, want)
		}
		for i, name := range names(got) {
			if name != want[i] {
				t.Errorf("%s: %q, want %q", what, names(got), want)
			}
		}
	}
	same("the page", shown, "has", "listed", "line", "last")
	same("no", shown[0].Choices[0].Reveals)
	same("yes", shown[0].Choices[1].Reveals, "name", "may")
	same("may: yes", shown[0].Choices[1].Reveals[1].Choices[1].Reveals, "which")
	if q := shown[0].Choices[1].Reveals[1].Choices[1].Reveals[0]; q.Error != "Say which" || q.Only == "" {
		t.Errorf("%+v", q)
	}
}
