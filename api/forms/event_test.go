package forms_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

const residential = "/year/P-7F3K2Q/residential-1"

var monday = programme.Date{Year: 2027, Month: 3, Day: 1}

// sitting is a residential in a week after the first.
func sitting(name string, weeks int) programme.Sitting {
	day := monday.AddDays(7 * weeks)
	return programme.Sitting{Cohort: "2027-spring", Stage: "residential-1", Name: name, Starts: day.AddDays(-1).At(16, 0), Ends: day.AddDays(4).At(13, 0),
		Venue: "Cumberland Lodge", Address: "The Great Park, Windsor", Capacity: 34, Taken: 33, State: programme.SittingPlanned,
		Sessions: []programme.Session{
			{Starts: day.At(9, 30), Title: "What AI and robotics change", Speaker: "Professor Ada Osei", Materials: "https://example.org/ai"},
			{Starts: day.AddDays(-1).At(18, 0), Title: "Welcome", Materials: "javascript:alert(1)"},
		}}
}

// withPlace gives the leader a place at residential 1, another date with one place left, and needs told before.
func (b *bundle) withPlace(state programme.PlaceState) *programme.Place {
	b.records.places = []programme.Place{{Ref: ref, Stage: "residential-1", Title: "Residential 1", Sitting: sitting("a", 0), State: state, UID: "uid-1",
		Freeze: at("2027-02-05")}}
	b.records.sittings = []programme.Sitting{sitting("b", 1)}
	b.records.needs = programme.Answers{"dietary": {"vegan"}, "arrival": {"train"}, "room_night_before": {"no"}, "access_needs": {"Step-free access"}}
	return &b.records.places[0]
}

func placeAnswer(place string, more ...string) url.Values {
	return fields(append([]string{"place", place, "dietary", "vegan", "arrival", "train", "room_night_before", "no", "access_needs", "Step-free access"}, more...)...)
}

func TestEventAsks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	page := b.leader().get(residential).is(200, "Your place at Residential 1", "Please answer by Monday 1 February 2027 at 5pm.", "A place is held for you.",
		"Cumberland Lodge, The Great Park, Windsor", "Monday 9:30am: What AI and robotics change, with Professor Ada Osei", "What is planned Sunday 6pm: Welcome",
		"Sunday 7 March 2027 at 4pm to Friday 12 March 2027 at 1pm Cumberland Lodge, 1 place left", "Send my answer").not("javascript:", "ZgotmplZ")
	held := values(page.body)
	if held["dietary"][0] != "vegan" || held["access_needs"][0] != "Step-free access" || held["place"] != nil {
		t.Errorf("the form begins with %v", held)
	}
	if b.records.writes != 0 {
		t.Error("looking wrote something")
	}
}

func TestEventConfirmed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	me := b.leader()
	me.post(residential, placeAnswer("confirm")).leads(residential + "/done")
	sent := b.records.answers["P-7F3K2Q/residential-1/1"]
	if sent.Form != "event-place" || sent.Stage != "residential-1" || sent.Change || sent.Answers.Get("place") != "confirm" || sent.Answers.Get("dietary") != "vegan" {
		t.Errorf("sent %+v", sent)
	}
	place.State = programme.PlaceConfirmed
	me.get(residential).leads(residential + "/done")
	page := me.get(residential+"/done").is(200, "Your place is confirmed.", "Your reference 0001ABCD", "Accepting or declining it there changes nothing here.",
		"You can change your answer here until Friday 5 February 2027 at 5pm")
	if row(page.body, "Diet") != "Vegan" || row(page.body, "Access needs") != "Step-free access" || row(page.body, "When") != "Sunday 28 February 2027 at 4pm to Friday 5 March 2027 at 1pm" {
		t.Errorf("summed up as\n%s", words(page.body))
	}
	me.post(residential, placeAnswer("confirm")).leads(residential + "/done") // a second press is no second answer
	if b.records.submits != 1 {
		t.Errorf("%d answers", b.records.submits)
	}
}

// What is sent from a page that was opened before the answer is neither lost nor taken for the answer.
func TestEventAnsweredAlready(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	me := b.leader()
	me.post(residential, placeAnswer("cannot")).leads(residential + "/done")
	place.Cannot = true
	form := placeAnswer("confirm")
	form.Set("arrival", "car")
	page := me.post(residential, form).is(409, "Error: ", "You had answered already. Look at what you have typed and save it if it is right", "Save my change")
	if held := values(page.body); held["place"][0] != "confirm" || held["arrival"][0] != "car" || !strings.Contains(page.body, `action="`+residential+`/change"`) {
		t.Errorf("came back with %v", held)
	}
	me.post(residential, placeAnswer("another")).is(422, "You had answered already.", "Choose the date that would suit you")
	b.records.frozen = true // the venue of another event has the needs
	me.post(residential, form).is(409, "You had answered already.", "because the venue has its list")
	me.post(residential, placeAnswer("cannot")).leads(residential + "/done")
	b.records.now = place.Freeze
	me.post(residential, form).is(410, "You had answered already", "What you have just sent has changed nothing.", "Your answer can no longer be changed. We have it as you sent it.")
	me.get(residential+"/change").is(410, "Your answer can no longer be changed. We have it as you sent it.", "See your answer").not("Your place is kept", "just sent")
	b.records.journey.State = programme.OnHold
	me.get(residential+"/change").is(409, "Your year is paused")
	if b.records.submits != 1 {
		t.Errorf("%d answers", b.records.submits)
	}
}

func TestEventChangedUntilTheFreeze(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	me := b.leader()
	me.post(residential, placeAnswer("another", "sitting", "b")).leads(residential + "/done")
	place.State, place.Sitting, stage.Part = programme.PlaceConfirmed, sitting("b", 1), "attendance"
	b.records.sittings = []programme.Sitting{sitting("a", 0)}
	b.records.needs["dietary"] = []string{"halal"} // the assistant's word came later

	change := me.get(residential+"/change").is(200, "What you save here takes the place of what you told us.", "Save my change")
	form := url.Values(values(change.body))
	if form.Get("place") != "confirm" || form.Get("sitting") != "" || form.Get("dietary") != "halal" {
		t.Errorf("the change begins with %v", form)
	}
	me.post(residential+"/change", placeAnswer("another", "sitting", "b", "dietary_other", "x")).is(422, "The date you chose has no place left")
	form.Set("dietary", "vegan") // what the leader said first: still a change of what holds now
	me.post(residential+"/change", form).leads(residential + "/done")
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"]; b.records.submits != 2 || !sent.Change || sent.Answers.Get("dietary") != "vegan" {
		t.Errorf("%d answers, the last %+v", b.records.submits, sent)
	}
	me.get(residential+"/done").is(200, "Your change is saved", "We write to you again before the day.").not("the entry for your diary")
	b.records.now = place.Freeze.Add(-time.Second)
	me.get(residential+"/change").is(200, "Save my change")
	b.records.now = place.Freeze
	me.get(residential+"/done").is(200, "this can no longer be changed here").not(residential + "/change")
	me.get(residential + "/change").is(410)
	me.post(residential+"/change", form).is(410)
	if b.records.submits != 2 {
		t.Error("a change after the freeze was taken")
	}
}

// TestEventAskedAfterTheFreeze: late answers are welcome, late needs are not.
func TestEventAskedAfterTheFreeze(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	b.records.now, b.records.frozen = at("2027-02-06"), true
	b.leader().get(residential).is(200, "because the venue has its list", "Will you be there?").not("dietary")
	b.leader().post(residential, placeAnswer("confirm")).leads(residential + "/done")
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"].Answers; len(sent) != 1 || sent.Get("place") != "confirm" {
		t.Errorf("sent %v", sent)
	}
}

// TestEventLastPlaceIsGone: whoever is second is told clearly, keeps the place and loses nothing typed.
func TestEventLastPlaceIsGone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	b.records.full = "b"
	answer := placeAnswer("another", "sitting", "b")
	answer.Set("access_needs", "A quiet room")
	page := b.leader().post(residential, answer).is(422, "Error: ", "Somebody has just taken the last place on this date.",
		"There is no other date with a place left at the moment.", "A place is held for you.").not(`value="another"`)
	if held := values(page.body); held["access_needs"][0] != "A quiet room" || held["place"] != nil || b.records.writes != 0 {
		t.Errorf("came back with %v", held)
	}
	b.leader().post(residential, answer).is(422, "The date you chose has no place left, and there is no other. The one you have is still yours")
	b.records.sittings = []programme.Sitting{sitting("c", 2)}
	b.leader().post(residential, answer).is(422, "Choose another one, or keep the one you have", "Sunday 14 March 2027")
	b.leader().post(residential, placeAnswer("another")).is(422, "Choose the date that would suit you")
	b.leader().post(residential, fields("place", "")).is(422, "Select whether you will be there").not("Choose how you expect to arrive")
	if b.records.submits != 0 {
		t.Error("something was kept")
	}
}

func TestEventCannot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	b.leader().post(residential, placeAnswer("cannot")).leads(residential + "/done")
	place.Cannot = true
	b.leader().get(residential+"/done").is(200, "Thank you for telling us", "The programme team gets in touch with you")
	b.leader().get(residential+"/change").is(200, "You told us that none of the dates will do.")
}

// TestEventSettled: a place that another form confirmed, or that was kept, has a page of its own all the same.
func TestEventSettled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("residential-1")
	place := b.withPlace(programme.PlaceConfirmed)
	stage.Part = "attendance"
	me := b.leader()
	me.get(residential).leads(residential + "/done")
	me.get(residential+"/done").is(200, "Your place is confirmed.", "You can change your answer here until", "We write to you again before the day.").not("Your reference")
	me.get(residential+"/change").is(200, "Save my change")
	form := placeAnswer("confirm")
	form.Set("arrival", "car")
	me.post(residential+"/change", form).leads(residential + "/done")
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"]; !sent.Change || sent.Answers.Get("arrival") != "car" {
		t.Errorf("sent %+v", sent)
	}
	delete(b.records.answers, "P-7F3K2Q/residential-1/1")
	me.post(residential, form).is(409, "You had answered already.", "Save my change")
	me.post(residential, placeAnswer("confirm")).leads(residential + "/done")
	b.records.now = place.Sitting.Starts
	me.get(residential+"/done").is(200, "This event has begun.", "There is nothing for you to do here now.").not("/change")
	b.records.now, stage.State, place.State = place.Sitting.Ends, programme.StageDone, programme.PlaceAttended
	me.get(residential).leads(residential + "/done")
	me.get(residential+"/done").is(200, "You were there.").not("/change")
	me.get(residential + "/change").is(410)
}

func TestEventRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*bundle, *programme.Stage)
		status int
		says   string
	}{
		"not open yet": {func(_ *bundle, s *programme.Stage) { s.State, s.Round = programme.StageNotOpen, 0 }, 404, "Residential 1 is not open yet"},
		"never opened": {func(_ *bundle, s *programme.Stage) { s.State, s.Round = programme.StageSkipped, 0 }, 410, "The programme team has settled this without it."},
		"on hold":      {func(b *bundle, _ *programme.Stage) { b.records.journey.State = programme.OnHold }, 409, "Your year is paused"},
		"withdrawn":    {func(b *bundle, _ *programme.Stage) { b.records.journey.State = programme.Withdrawn }, 410, "This form is no longer needed"},
		"skipped":      {func(_ *bundle, s *programme.Stage) { s.State = programme.StageSkipped }, 410, "The programme team has settled this without it."},
		"limit":        {func(b *bundle, s *programme.Stage) { b.records.now = s.Limit }, 410, "It was open until Monday 8 February 2027 at 5pm. Your place is kept."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			stage := b.open("residential-1")
			b.withPlace(programme.PlaceHeld)
			c.change(b, stage)
			b.leader().get(residential).is(c.status, c.says)
			b.leader().post(residential, placeAnswer("confirm")).is(c.status, c.says)
			b.leader().get(residential + "/change").is(c.status)
			if b.records.writes != 0 {
				t.Error("something was written")
			}
		})
	}
}

// TestEventDoor: the page behind the private link says what is asked and names nobody.
func TestEventDoor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	door := "/l/" + b.link(programme.LinkAsk, "residential-1", leader.ID).Reveal()
	b.stranger().get(door).is(200, "Your place at Residential 1", "Please tell us whether you will be there.", "Answer now", "Please answer by").not("Nguyen")
	place.State, stage.Part = programme.PlaceConfirmed, "attendance"
	b.stranger().get(door).is(200, "See my place", "You can change your answer until Friday 5 February 2027 at 5pm.").not("Please answer by")
	b.stranger().post(door, nil).leads(residential)
}

// TestEventConfirmsAnother: the form of one event also answers for the events whose places are confirmed with it.
func TestEventConfirmsAnother(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	closing := sitting("main", 36)
	closing.Online, closing.JoinURL = true, "https://meet.example/closing"
	b.records.places = append(b.records.places, programme.Place{Ref: ref, Stage: "closing-event", Title: "Closing event", Sitting: closing, State: programme.PlaceHeld})
	b.leader().get(residential).is(200, "Confirmed with the same answer", "Closing event", "Sunday 7 November 2027")
	b.leader().post(residential, placeAnswer("confirm")).leads(residential + "/done")
	b.leader().get(residential + "/done").is(200).not("Closing event") // which was not confirmed
	b.records.places[0].State, b.records.places[1].State = programme.PlaceConfirmed, programme.PlaceConfirmed
	b.leader().get(residential+"/done").is(200, "Confirmed with the same answer", "Closing event", "Sunday 7 November 2027")
}

func TestYearShowsEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	me := b.leader()
	me.get(year).is(200, "Your place at Residential 1 Please answer by Monday 1 February 2027 at 5pm. Answer for Residential 1", "When we meet Residential 1 A place is held for you.",
		"WhereCumberland Lodge, The Great Park, Windsor", "What AI and robotics change, with Professor Ada Osei", "read before")
	b.placedWith = "onboarding"
	me.get(year).is(200, "Your place at Residential 1 Please answer by") // that form is not open, so the event asks for itself
	now := b.records.now
	b.open("onboarding")
	b.records.now = now
	me.get(year).is(200, "A place is held for you.").not("<strong>Your place at Residential 1</strong>")
	b.records.journey.Stages[1].State, b.placedWith = programme.StageNotOpen, ""
	place.State, stage.Part = programme.PlaceConfirmed, "attendance"
	place.Sitting.Online, place.Sitting.JoinURL = true, "https://meet.example/r1"
	me.get(year).is(200, "Nothing at the moment.", "Your place is confirmed.", "Online: join here", "See or change your place at Residential 1").not("Windsor")
	place.Sitting.State = programme.SittingCancelled
	me.get(year).is(200, "This date does not take place.").not("https://meet.example/r1", "Professor Ada")
	place.Sitting.State, place.State, stage.State = programme.SittingPlanned, programme.PlaceAbsent, programme.StageOpen
	b.records.now = place.Sitting.Ends
	me.get(year).is(200, "You could not be there.").not("https://meet.example/r1")
	b.records.journey.State = programme.Withdrawn
	me.get(year).is(200).not("When we meet")
}

// TestOnboardingAsksForPlaces: where the first events are confirmed with onboarding, it shows the leader's own dates.
func TestOnboardingAsksForPlaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	b.withPlace(programme.PlaceHeld)
	b.placedWith = "onboarding"
	me := b.leader()
	me.get(onboarding).is(200, "Your places")
	me.get(onboarding+"/places").is(200, "Can you be there on these dates?", "Residential 1", "Sunday 28 February 2027 at 4pm", "Cumberland Lodge").not("A place is held for you.")
	me.post(onboarding+"/places", fields("places", "")).is(422, "Select whether you can be there on these dates", "Cumberland Lodge")
	me.post(onboarding+"/places", fields("places", "confirm")).leads(onboarding)
	me.fillIn()
	me.post(onboarding+"/check", nil).leads(onboarding + "/done")
	if sent := b.records.answers["P-7F3K2Q/onboarding/1"]; sent.Form != "onboarding-places" || sent.Answers.Get("places") != "confirm" {
		t.Errorf("sent %+v", sent)
	}
	me.get(onboarding+"/done").is(200, "Your places", "Yes, I will be there on all of them")
}

func TestAssistantWhileNeedsAreFrozen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantNeeds)
	b.records.frozen = true
	pat.get(assistantPage).is(200, "cannot be changed here now, because the venue has its list").not("dietary")
	pat.post(assistantPage, fields("confirm_dates", "yes", "dietary", "vegan", "arrival", "car", "room_night_before", "no")).is(409, "the venue has its list")
	pat.post(assistantPage, fields("confirm_dates", "yes")).leads(assistantPage + "/done")
	if sent := b.records.answers["P-7F3K2Q/assistant/1"].Answers; len(slices.Collect(maps.Keys(sent))) != 1 {
		t.Errorf("sent %v", sent)
	}
}

// TestEventHeldOnline: whoever takes part online is not asked about food, travel or a room, only what they need to take part.
// An event that goes online hides them from then on, one that comes back to a venue asks again.
func TestEventHeldOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	place := b.withPlace(programme.PlaceHeld)
	me := b.leader()
	travel := []string{"dietary", "arrival", "room_night_before", "What do you eat?", "the venue", "when we meet"}
	place.Sitting.Online, place.Sitting.Night = true, true
	page := me.get(residential).is(200, "What you need to take part", "For example captions", "WhereOnline").not(travel...)
	if held := values(page.body); held["access_needs"][0] != "Step-free access" {
		t.Errorf("the form begins with %v", held)
	}
	answer := placeAnswer("confirm") // from a page that was opened before it went online
	answer.Set("access_needs", "Captions")
	me.post(residential, answer).leads(residential + "/done")
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"].Answers; len(sent) != 2 || sent.Get("access_needs") != "Captions" {
		t.Errorf("sent %v", sent)
	}
	place.State, b.records.needs["access_needs"] = programme.PlaceConfirmed, []string{"Captions"}
	page = me.get(residential+"/done").is(200, "You can change your answer here until Friday 5 February 2027 at 5pm. ").not("venue", "Vegan", "By train")
	if row(page.body, "Access needs") != "Captions" || row(page.body, "Diet") != "" {
		t.Errorf("summed up as\n%s", words(page.body))
	}
	me.post(residential, answer).leads(residential + "/done") // a second press is no second answer
	me.get(residential+"/change").is(200, "What you need to take part", "Captions").not(travel...)
	me.post(residential+"/change", fields("place", "confirm", "access_needs", "")).leads(residential + "/done")
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"].Answers; len(sent) != 1 || b.records.submits != 2 {
		t.Errorf("emptied, sent %v in %d answers", sent, b.records.submits)
	}
	me.post(residential+"/change", fields("place", "confirm")).leads(residential + "/done") // nothing was asked, so nothing goes
	if sent := b.records.answers["P-7F3K2Q/residential-1/1"].Answers; sent.Get("access_needs") != "Captions" {
		t.Errorf("not asked, sent %v", sent)
	}
	place.Sitting.Online = false
	page = me.get(residential+"/change").is(200, "What you need when we meet", "What do you eat?", "step-free access")
	if held := values(page.body); held["dietary"][0] != "vegan" {
		t.Errorf("back at a venue it begins with %v", held)
	}
	place.Sitting.Online = true
	b.records.now = place.Freeze
	me.get(residential+"/done").is(200, "Since Friday 5 February 2027 at 5pm this can no longer be changed here. If").not("venue")
}
