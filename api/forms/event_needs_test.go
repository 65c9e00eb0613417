package forms_test

import (
	"net/url"
	"testing"

	"fairlead/programme"
)

// Who has told only what an event online asks for is prefilled with it, and need not complete it where no date at the venue will do.
func TestNoDateWithNeedsToldOnline(t *testing.T) {
	t.Parallel()
	for place, more := range map[string][]string{"cannot": nil, "another": {"sitting", "b"}} {
		b := setup(t)
		b.open("residential-1")
		b.withPlace(programme.PlaceHeld)
		b.records.needs = programme.Answers{"access_needs": {"Captions"}}
		me := b.leader()
		form := url.Values(values(me.get(residential).is(200).body))
		form.Set("place", "confirm")
		me.post(residential, form).is(422, "There is a problem")
		form.Set("place", place)
		if more != nil {
			form.Set(more[0], more[1])
		}
		me.post(residential, form).leads(residential + "/done")
		if sent := b.records.answers[ref+"/residential-1/1"].Answers; sent.Get("place") != place || sent.Get("access_needs") != "Captions" {
			t.Errorf("sent %v", sent)
		}
	}
}
