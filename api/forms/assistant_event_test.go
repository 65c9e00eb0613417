package forms_test

import (
	"net/url"
	"testing"
	"time"

	"fairlead/programme"
)

// An assistant who keeps the diary confirms an event's date for the leader, and sees nothing the leader told us.
func TestAssistantConfirmsAPlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	pat := b.assistant(programme.AssistantDates)
	pat.get(assistantPage).is(200, "Places at events", "Confirm the place: Residential 1")
	page := pat.get(residential).is(200, "Residential 1 of Dr Helen O’Nguyen", "A place is held. It is not confirmed yet.", "Please answer by Monday 1 February 2027 at 5pm.",
		"Will the leader be there?", "Friday 12 March 2027 at 1pm Cumberland Lodge, 1 place left", "has to tell us", "Dates and arrangements").
		not("None of the dates", "What is planned", "Step-free", "dietary", "access_needs", "Access needs", "Your year")
	if held := values(page.body); held["place"] != nil {
		t.Errorf("the form begins with %v", held)
	}
	pat.post(residential, nil).is(422, "Error: ", "Select whether the leader will be there")
	pat.post(residential, fields("place", "cannot")).is(422, "Choose one of the answers shown")
	pat.post(residential, fields("place", "another")).is(422, "Choose the date that would suit you")
	pat.post(residential, fields("place", "another", "sitting", "z")).is(422, "The date you chose has no place left")
	pat.post(residential, placeAnswer("confirm", "dietary_other", "x")).is(409, "does not let you arrange them now")
	pat.post(residential, fields("place", "confirm")).leads(residential)
	sent := b.records.answers["P-7F3K2Q/residential-1/1"]
	if sent.By != "assistant" || sent.Form != "event-place" || sent.Stage != "residential-1" || sent.Change || len(sent.Answers) != 1 || sent.Answers.Get("place") != "confirm" {
		t.Errorf("sent %+v", sent)
	}
	if len(b.workflows.delivered) != 1 {
		t.Errorf("told %v", b.workflows.delivered)
	}
	place.State = programme.PlaceConfirmed
	pat.get(residential).is(200, "The place is confirmed.", "You answered this on Sunday 31 January 2027.")
	pat.get(assistantPage).is(200, "See or change the place: Residential 1")
	pat.post(residential, fields("place", "confirm")).leads(residential) // the second click
	if b.records.submits != 1 {
		t.Errorf("%d answers", b.records.submits)
	}
	b.leader().get(residential+"/done").is(200, "Your place is confirmed.", "Your assistant answered this for you.", "Step-free access")
	pat.post(residential, fields("place", "another", "sitting", "b")).leads(residential)
	if sent = b.records.answers["P-7F3K2Q/residential-1/1"]; !sent.Change || sent.By != "assistant" || sent.Answers.Get("sitting") != "b" {
		t.Errorf("changed to %+v", sent)
	}
	b.leader().get(residential+"/done").is(200, "Your assistant answered this for you.").not("Your change is saved")
	for _, path := range []string{"/done", "/change", "/place"} {
		pat.get(residential + path).is(404)
		pat.post(residential+path, fields("place", "confirm")).is(404)
	}
}

func TestAssistantArrangesAnEvent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	pat := b.assistant(programme.AssistantNeeds)
	page := pat.get(residential).is(200, "What does the leader eat?", "Access needs are for Dr Helen O’Nguyen alone to tell us.").not("Step-free", "access_needs")
	if held := values(page.body); held["dietary"] != nil {
		t.Errorf("what the leader eats is shown: %v", held)
	}
	pat.post(residential, fields("place", "confirm", "arrival", "car")).is(422, "Choose at least one answer about diet")
	pat.post(residential, fields("place", "confirm", "dietary", "vegan", "arrival", "car", "room_night_before", "yes", "access_needs", "x")).leads(residential)
	sent := b.records.answers["P-7F3K2Q/residential-1/1"]
	if sent.Answers.Get("arrival") != "car" || sent.Answers["access_needs"] != nil {
		t.Errorf("sent %+v", sent)
	}
	b.records.frozen = true
	pat.get(residential).is(200).not("What does the leader eat?")
}

// What the assistant cannot say anything about is not offered, and tells nothing of the leader.
func TestEventsThatAreNotTheAssistants(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	pat := b.assistant(programme.AssistantDates)
	nothing := func(says string, unsaid ...string) {
		t.Helper()
		pat.get(residential).is(200, says, "nothing to confirm or to change").not(append(unsaid, "<form")...)
		pat.get(assistantPage).not(residential)
		pat.post(residential, fields("place", "confirm")).is(409, "What you have just sent was not taken.").not(append(unsaid, "<form")...)
		if b.records.submits != 0 {
			t.Fatal("something was taken")
		}
	}
	place.Cannot = true
	nothing("The programme team is in touch about the place.", "None of the dates")
	place.Cannot = false
	b.records.journey.State = programme.OnHold
	nothing("A place is held.", "on hold")
	b.records.journey.State = programme.Enrolled
	stage.State, stage.Part = programme.StageDone, "attendance"
	for _, state := range []programme.PlaceState{programme.PlaceAttended, programme.PlaceAbsent, programme.PlaceExcused} {
		place.State = state
		b.records.now = place.Sitting.Ends.Add(time.Hour)
		nothing("This event has begun or is over.", "was there", "could not", "excused")
	}
	b.records.places = nil
	pat.get(residential).is(404)
	b.records.journey.AssistantMay = programme.AssistantNothing
	pat.get(residential).is(404)
	pat.post(residential, fields("place", "confirm")).is(404)
	b.stranger().get(residential).is(403)
}

// Access needs are the leader's alone to tell, so an assistant is asked for nothing where the leader takes part online.
func TestAssistantOfAnEventHeldOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld).Sitting.Online = true
	pat := b.assistant(programme.AssistantNeeds)
	pat.get(residential).is(200, "Will the leader be there?").not("What does the leader eat?", "dietary", "arrival", "Travel, room and diet", "access_needs")
	// From a page that was opened before it went online.
	page := pat.post(residential, placeAnswer("confirm")).is(409, "It is held online now: nothing is needed for travel, room and diet", "What is not taken", "Vegan").not("access_needs")
	if b.records.submits != 0 {
		t.Fatal("half of it was recorded")
	}
	pat.post(residential, url.Values(values(page.body))).leads(residential)
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"].Answers; len(sent) != 1 || sent.Get("place") != "confirm" {
		t.Errorf("sent %v", sent)
	}
}
