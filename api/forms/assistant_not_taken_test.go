package forms_test

import (
	"net/url"
	"testing"
	"time"

	"fairlead/programme"
)

// What an assistant fills in while the form is open, and what becomes of it when it can no longer be taken: it is never dropped
// without a word.
func (b *bundle) filled(pat *browser, path string, pairs ...string) url.Values {
	b.t.Helper()
	form := url.Values(values(pat.get(path).is(200).body))
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

var travel = []string{"dietary", "other", "dietary_other", "No nuts at all", "arrival", "car", "room_night_before", "yes"}

func TestAssistantIsTooLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(*bundle, *programme.Stage, *programme.Place)
		says      string
	}{
		"the leader cannot": {func(_ *bundle, _ *programme.Stage, p *programme.Place) { p.Cannot = true }, "The programme team is in touch about the place."},
		"cancelled": {func(_ *bundle, _ *programme.Stage, p *programme.Place) { p.Sitting.State = programme.SittingCancelled },
			"This date does not take place."},
		"begun":  {func(b *bundle, _ *programme.Stage, p *programme.Place) { b.records.now = p.Sitting.Starts }, "This event has begun or is over."},
		"closed": {func(b *bundle, s *programme.Stage, _ *programme.Place) { b.records.now = s.Limit }, "It could be answered until Monday 8 February 2027 at 5pm."},
		"frozen": {func(b *bundle, s *programme.Stage, p *programme.Place) {
			p.State, s.Part = programme.PlaceConfirmed, "attendance"
			b.records.now = p.Freeze
		}, "The place could be changed until"},
		"held": {func(b *bundle, _ *programme.Stage, _ *programme.Place) { b.records.journey.State = programme.OnHold },
			"Nothing can be answered or changed here at the moment."},
		"closes in this very moment": {func(b *bundle, _ *programme.Stage, _ *programme.Place) { b.records.fail = programme.ErrFormClosed },
			"Nothing can be answered or changed here at the moment."},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			stage, place := b.open("residential-1"), b.withPlace(programme.PlaceHeld)
			pat := b.assistant(programme.AssistantNeeds)
			form := b.filled(pat, residential, append([]string{"place", "another", "sitting", "b"}, travel...)...)
			c.meanwhile(b, stage, place)
			page := pat.post(residential, form).is(409, "Nothing has changed", "What you have just sent was not taken.", c.says, "What you sent", "No nuts at all",
				"Friday 12 March 2027 at 1pm").not("Step-free", "<form")
			if row(page.body, "The place") != "We ask for another date" || row(page.body, "Room the night before") != "Yes" || b.records.submits != 0 {
				t.Errorf("%d answers; it says\n%s", b.records.submits, words(page.body))
			}
		})
	}
}

// Travel, room and diet that cannot be changed any more do not go down with the rest: the assistant reads it before anything is sent.
func TestAssistantArrangesTooLate(t *testing.T) {
	t.Parallel()
	for _, path := range []string{residential, assistantPage} {
		b := setup(t)
		b.open("residential-1")
		b.withPlace(programme.PlaceHeld)
		pat := b.assistant(programme.AssistantNeeds)
		form := b.filled(pat, path, append([]string{"place", "confirm", "confirm_dates", "yes"}, travel...)...)
		b.records.frozen = true
		pat.post(path, form).is(409, "There is a problem", "travel, room and diet is not taken: the venue has its list", "What is not taken", "No nuts at all")
		b.records.frozen, b.records.journey.AssistantMay = false, programme.AssistantDates
		page := pat.post(path, form).is(409, "Dr Helen O’Nguyen does not let you arrange them now", "What is not taken", "No nuts at all", "Send again to send the rest").not("dietary_other")
		if b.records.submits != 0 {
			t.Fatal("half of it was recorded")
		}
		rest := url.Values(values(page.body))
		if path == residential && rest.Get("place") != "confirm" || path == assistantPage && rest.Get("confirm_dates") != "yes" {
			t.Errorf("the rest is lost: %v", rest)
		}
		if pat.post(path, rest); b.records.submits != 1 {
			t.Error("the rest was not taken")
		}
	}
}

// Somebody answers while the assistant's form is open: the assistant sees how the place stands now before it is changed again.
func TestAssistantIsOvertaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	pat := b.assistant(programme.AssistantDates)
	form := b.filled(pat, residential, "place", "another", "sitting", "b")
	b.leader().post(residential, placeAnswer("confirm")).leads(residential + "/done")
	place.State = programme.PlaceConfirmed
	page := pat.post(residential, form).is(409, "This was answered after you opened the page", "The place is confirmed.").not("Step-free")
	if b.records.submits != 1 {
		t.Fatal("the leader's answer was changed unseen")
	}
	b.records.now = b.records.now.Add(time.Minute)
	same := form
	same.Set("place", "confirm")
	pat.post(residential, same).leads(residential) // what stands is nothing new
	pat.post(residential, url.Values(values(page.body))).leads(residential)
	if sent := b.records.answers[ref+"/residential-1/1"]; sent.By != "assistant" || sent.Answers.Get("sitting") != "b" {
		t.Errorf("sent %+v", sent)
	}
	pat.post(residential, url.Values(values(page.body))).leads(residential) // the second click
	if b.records.submits != 2 {
		t.Errorf("%d answers", b.records.submits)
	}
}

// A leader who is no longer on the programme: what was sent is not taken, and the page says so.
func TestAssistantOfSomebodyWhoLeft(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantDates)
	b.records.journey.State = programme.Withdrawn
	pat.post(assistantPage, fields("confirm_dates", "yes")).is(410, "These dates are no longer needed", "What you have just sent was not taken.")
	if got := pat.get(assistantPage).is(410); got.body == "" {
		t.Error("nothing is said")
	} else {
		got.not("What you have just sent")
	}
}
