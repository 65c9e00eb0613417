package console

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

const givenOrder = "00000000-0000-4000-8000-0000000000aa"

// ordered is a sound answer to the question of every command, with the stage where it names one.
var ordered = map[programme.CommandName]struct {
	stage string
	typed url.Values
	says  string // a line of the check
}{
	programme.CmdDecide:           {"", url.Values{"decision": {"waitlist"}}, "Waitlist"},
	programme.CmdHold:             {"", nil, "Illness"},
	programme.CmdResume:           {"", url.Values{"missed": {"send"}}, "Send the latest of each"},
	programme.CmdWithdraw:         {"", nil, "Illness"},
	programme.CmdDefer:            {"", url.Values{"cohort": {"2028-spring"}}, "2028-spring, begins"},
	programme.CmdExtend:           {"onboarding", url.Values{"until": {"2027-03-18"}}, "2027-03-18"},
	programme.CmdSkip:             {"residential-1", url.Values{"costs": {"waived"}}, "Waived"},
	programme.CmdReopen:           {"onboarding", nil, "Illness"},
	programme.CmdResend:           {"", url.Values{"message": {sent}}, "Onboarding to the participant"},
	programme.CmdWrite:            {"", url.Values{"subject": {"Parking"}, "text": {"Please come by *train*."}}, "Please come by *train*."},
	programme.CmdAnswerFor:        {"residential-1", url.Values{"place": {"confirm"}, "dietary": {"none"}, "arrival": {"train"}, "room_night_before": {"no"}, "given_by": {mark + "office"}, "how": {"telephone"}}, "By telephone"},
	programme.CmdChangeCoach:      {"", url.Values{"coach": {"C-222222"}}, mark + "coach"},
	programme.CmdChangeEmail:      {"", url.Values{"email": {mark + "new@example.org"}}, mark + "new@example.org"},
	programme.CmdChangeDetails:    {"", url.Values{"given_name": {mark + "other"}}, mark + "other (was " + mark + "given)"},
	programme.CmdRecordAttendance: {"residential-1", url.Values{"status": {"absent"}, "costs": {"recovered"}}, "Recovered from the employer"},
	programme.CmdChangeSitting:    {"residential-1", url.Values{"sitting": {"b"}}, "Mon 5 Apr 2027"},
	programme.CmdRetry:            {"onboarding", nil, "Illness"},
	programme.CmdCorrect:          {"onboarding", url.Values{"email": {mark + "right@example.org"}}, mark + "right@example.org"},
}

// ready puts the journey into a state in which the command changes something.
func (b *bundle) ready(name programme.CommandName) {
	j := &b.store.journeys[0]
	event := programme.Stage{Name: "residential-1", Title: "Residential 1", Kind: programme.KindEvent, Position: 4, State: programme.StageOpen, Round: 1, Due: at("2027-03-01")}
	j.Stages = append(slices.Clone(j.Stages), event, programme.Stage{Name: "coaching-1", Title: "Coaching 1", Kind: programme.KindCoaching})
	b.store.room = []programme.Sitting{{Name: "b", Starts: at("2027-04-05"), Ends: at("2027-04-09"), Venue: "Cumberland Lodge", Capacity: 33}}
	b.store.cohorts = append(b.store.cohorts, programme.Cohort{Name: "2028-spring", StartsOn: programme.Date{Year: 2028, Month: 3, Day: 6}})
	b.store.preview = programme.Preview{Changed: true, From: j.State, To: j.State}
	switch name {
	case programme.CmdDecide:
		j.State = programme.UnderReview
	case programme.CmdResume:
		j.State = programme.OnHold
	case programme.CmdReopen:
		j.Stages[1].State = programme.StageDone
	case programme.CmdRetry, programme.CmdCorrect:
		j.Stages[1].Attention = "mail_refused"
	}
}

// sends answers the question of a command, as its page does.
func (b *bundle) sends(name programme.CommandName, step string, change url.Values) got {
	b.t.Helper()
	case_ := ordered[name]
	form := url.Values{"stage": {case_.stage}, "version": {"4"}, "order": {givenOrder}, "step": {step}, "reason": {"illness"}}
	if name == programme.CmdChangeDetails {
		for field, value := range knownDetails(b.store.journeys[0]) {
			form[field] = value
		}
	}
	maps.Copy(form, case_.typed)
	maps.Copy(form, change)
	return b.do(http.MethodPost, journeyPath(ref)+"/"+string(name), form)
}

// TestOrders: every command asks, shows what it will do, and is then given once.
func TestOrders(t *testing.T) {
	t.Parallel()
	for _, name := range programme.Commands() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			b, words := setup(t), orderPages[name]
			b.ready(name)
			if words.title == "" || ordered[name].says == "" {
				t.Fatal("a command without words or without a test")
			}
			b.page(orderPath(ref, name, ordered[name].stage), http.StatusOK, "<h1>"+words.title+": "+ref, `name="reason"`, ">Continue<", mark+"name")
			answer := b.sends(name, "check", url.Values{"reason": {""}, "note": {`kept "so"`}})
			says(t, "without a reason", answer.page, "<title>Error: ", "Choose a reason", `href="#reason"`, `kept &#34;so&#34;`)
			if answer.StatusCode != http.StatusUnprocessableEntity || b.store.previewed.Name != "" {
				t.Errorf("%d, previewed %+v", answer.StatusCode, b.store.previewed)
			}
			answer = b.sends(name, "check", url.Values{"note": {"because"}})
			says(t, "the check", answer.page, "What it will do", ordered[name].says, "because", words.button, `name="version" value="4"`)
			if answer.StatusCode != http.StatusOK || len(b.store.given) > 0 {
				t.Fatalf("%d, given %v", answer.StatusCode, b.store.given)
			}
			says(t, "changed again", b.sends(name, "change", url.Values{"note": {"because"}}).page, "because", ">Continue<")
			for range 2 { // a double click
				answer = b.sends(name, "give", url.Values{"note": {"because"}})
				if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || to != journeyPath(ref)+"/ordered/"+givenOrder+"?command="+string(name) {
					t.Fatalf("%d to %q", answer.StatusCode, to)
				}
			}
			c := b.store.given[givenOrder]
			if len(b.store.given) != 1 || c.Name != name || c.Ref != ref || c.Stage != ordered[name].stage || c.Reason != "illness" || c.Note != "because" ||
				c.Actor != "staff:jo" || c.IfVersion != 4 {
				t.Errorf("given %+v", b.store.given)
			}
			b.page(answer.Header.Get("Location"), http.StatusOK, words.done, words.next)
		})
	}
}

// TestWhatOrdersSay: what was typed arrives.
func TestWhatOrdersSay(t *testing.T) {
	t.Parallel()
	given := func(name programme.CommandName) programme.Command {
		b := setup(t)
		b.ready(name)
		b.sends(name, "give", nil)
		return b.store.given[givenOrder]
	}
	if c := given(programme.CmdExtend); c.Until.String() != "2027-03-18" {
		t.Errorf("%+v", c)
	}
	if c := given(programme.CmdAnswerFor); c.Answers.Get("arrival") != "train" || c.GivenBy != mark+"office" || c.How != "telephone" || c.Answers.Get("given_by") != "" {
		t.Errorf("%+v", c)
	}
	if c := given(programme.CmdChangeDetails); c.Details.GivenName == nil || *c.Details.GivenName != mark+"other" || c.Details.Title != nil || c.Details.AssistantMay != nil {
		t.Errorf("%+v", c.Details)
	}
	if c := given(programme.CmdRecordAttendance); c.Status != "absent" || c.Costs != programme.CostsRecovered {
		t.Errorf("%+v", c)
	}
	if c := given(programme.CmdWrite); c.Subject != "Parking" || c.Text != "Please come by *train*." || c.Note != "" {
		t.Errorf("%+v", c)
	}
	if c := given(programme.CmdResume); c.Missed != "send" {
		t.Errorf("%+v", c)
	}
	b := setup(t)
	b.ready(programme.CmdRetry)
	b.store.journeys[0].Attention = "mail_refused"
	if answer := b.sends(programme.CmdRetry, "give", url.Values{"stage": {ofItself}}); answer.StatusCode != http.StatusSeeOther || b.store.given[givenOrder].Stage != "" {
		t.Errorf("%d %+v", answer.StatusCode, b.store.given)
	}
	// Nothing told of the needs but what has changed.
	b = setup(t)
	b.ready(programme.CmdAnswerFor)
	b.store.journeys[0].Stages[4].Part = programme.PartAttendance
	page := b.page(orderPath(ref, programme.CmdAnswerFor, "residential-1"), http.StatusOK, "what is left empty stays")
	silent(t, "needs alone", page, `name="place"`)
	b.do(http.MethodPost, journeyPath(ref)+"/answer-for", url.Values{"stage": {"residential-1"}, "version": {"4"}, "order": {givenOrder}, "step": {"give"}, "reason": {"telephone"},
		"access_needs": {mark + "ramp"}, "given_by": {"She"}, "how": {"letter"}})
	if c := b.store.given[givenOrder]; len(c.Answers) != 1 || c.Answers.Get("access_needs") != mark+"ramp" {
		t.Errorf("%+v", c.Answers)
	}
}

// TestANoteOnWhatIsSoAlready: whoever holds a journey that somebody has put on hold meanwhile reads so, and the note they typed is
// not lost: it stands there still, and can be added to the journey's notes.
func TestANoteOnWhatIsSoAlready(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready(programme.CmdHold)
	b.store.journeys[0].State, b.store.preview.Changed = programme.OnHold, false
	b.page(orderPath(ref, programme.CmdHold, ""), http.StatusOK, "The journey is on hold already: nothing would change.")
	for step, status := range map[string]int{"check": http.StatusOK, "give": http.StatusConflict} {
		b.store.given = nil
		answer := b.sends(programme.CmdHold, step, url.Values{"note": {mark + "she rang"}})
		if answer.StatusCode != status {
			t.Errorf("%s: %d", step, answer.StatusCode)
		}
		says(t, step, answer.page, "The journey is on hold already", "Your note is not written down with it.", `action="`+notesPath(ref)+`"`, `name="note" value="`+mark+`she rang"`, "Add it to the notes", "Change what you said")
		silent(t, step, answer.page, `value="give"`)
		once := orderField.FindStringSubmatch(answer.page[strings.Index(answer.page, notesPath(ref)+`"`):])
		if once == nil || once[1] == givenOrder {
			t.Fatalf("%s: the note has no word of its own: %v", step, once)
		}
		if added := b.do(http.MethodPost, notesPath(ref), url.Values{"order": {once[1]}, "note": {mark + "she rang"}}); added.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", step, added.StatusCode)
		}
	}
	b.store.given = nil
	answer := b.sends(programme.CmdHold, "give", nil) // nothing was typed that could be lost
	if answer.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", answer.StatusCode)
	}
	silent(t, "check", b.sends(programme.CmdHold, "check", nil).page, "Your note", notesPath(ref)+`"`)
}

// TestAnswersAboutAnEventOnline: staff are not asked for travel, room or diet to an event that is held online, before the place is
// settled or after.
func TestAnswersAboutAnEventOnline(t *testing.T) {
	t.Parallel()
	for _, part := range []programme.Part{"", programme.PartAttendance} {
		b := setup(t)
		b.ready(programme.CmdAnswerFor)
		b.store.journeys[0].Stages[4].Part = part
		place := programme.Place{Ref: ref, Stage: "residential-1", State: programme.PlaceHeld, Sitting: programme.Sitting{Name: "a", Online: true}}
		b.store.events.places = []programme.PlaceSummary{{Place: place}}
		path := orderPath(ref, programme.CmdAnswerFor, "residential-1")
		silent(t, "online", b.page(path, http.StatusOK, "What you need to take part", `name="access_needs"`, "captions"), `name="dietary"`, `name="arrival"`, `name="room_night_before"`)
		answer := b.do(http.MethodPost, journeyPath(ref)+"/answer-for", url.Values{"stage": {"residential-1"}, "version": {"4"}, "order": {givenOrder}, "step": {"give"},
			"reason": {"telephone"}, "place": {"confirm"}, "dietary": {"vegan"}, "access_needs": {mark + "captions"}, "given_by": {"She"}, "how": {"letter"}})
		if c := b.store.given[givenOrder]; c.Answers.Get("access_needs") != mark+"captions" || c.Answers["dietary"] != nil {
			t.Errorf("%q: %d, %+v", part, answer.StatusCode, c.Answers)
		}
		b.store.events.places[0].Sitting.Online = false
		b.page(path, http.StatusOK, `name="dietary"`, `name="arrival"`)
	}
}

var orderField = regexp.MustCompile(`name="order" value="([0-9a-f-]+)"`)

// TestRefusedOrders: who comes second is told, and nothing that was typed is lost.
func TestRefusedOrders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready(programme.CmdExtend)
	for err, want := range map[error]struct {
		status int
		text   string
	}{
		&programme.Illegal{What: "extend", State: programme.StateChanged, Why: "x"}:            {http.StatusConflict, "changed this journey after you opened the page"},
		&programme.Illegal{What: "extend", State: "on_hold", Why: "Resume the journey first."}: {http.StatusConflict, "Not possible now: on hold. Resume the journey first."},
		programme.Refuse("until", "Name a working day."):                                       {http.StatusUnprocessableEntity, `href="#until">Name a working day.`},
		programme.Refuse("/answers/until", "Name another day."):                                {http.StatusUnprocessableEntity, `href="#until">Name another day.`},
		programme.ErrConflict: {http.StatusConflict, "in the same moment"},
	} {
		b.store.refuse = err
		b.store.journeys[0].Version++
		for _, step := range []string{"check", "give"} {
			answer := b.sends(programme.CmdExtend, step, url.Values{"note": {mark + "typed"}})
			if answer.StatusCode != want.status {
				t.Errorf("%v: %d", err, answer.StatusCode)
			}
			says(t, step, answer.page, "<title>Error: ", want.text, mark+"typed", `value="2027-03-18"`, ">Continue<")
			if fresh := orderField.FindStringSubmatch(answer.page); fresh == nil || fresh[1] == givenOrder {
				t.Errorf("the next click would be taken for this one: %v", fresh)
			}
			silent(t, step, answer.page, `name="version" value="4"`)
		}
	}
	b.store.refuse = nil
	for _, wrong := range []url.Values{{"version": {""}}, {"version": {"x"}}} {
		if answer := b.sends(programme.CmdExtend, "give", wrong); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, answer.StatusCode)
		}
	}
	if answer := b.sends(programme.CmdExtend, "check", url.Values{"until": {"soon"}}); answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(answer.page, "Enter a date, for example") {
		t.Errorf("%d", answer.StatusCode)
	}
	if len(b.store.given) > 0 {
		t.Errorf("given %v", b.store.given)
	}
}

// TestOrdersThatAreNotPossible say so in a sentence, and why.
func TestOrdersThatAreNotPossible(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page(orderPath(ref, programme.CmdResume, ""), http.StatusOK, "The journey is not on hold: nothing would change.")
	b.page(orderPath(ref, programme.CmdDecide, ""), http.StatusOK, "Not possible now: enrolled. A decision is recorded while")
	b.page(orderPath(ref, programme.CmdExtend, "alumni"), http.StatusOK, "Not possible now: alumni is not open.")
	b.page(orderPath(ref, programme.CmdExtend, ""), http.StatusOK, "Which stage?", orderPath(ref, programme.CmdExtend, "onboarding"))
	b.page(orderPath(ref, programme.CmdExtend, "no-such"), http.StatusNotFound)
	b.page(orderPath("P-000000", programme.CmdExtend, "onboarding"), http.StatusNotFound)
	b.page(orderPath(ref, programme.CmdDefer, ""), http.StatusOK, "there is no other cohort")
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=hold", http.StatusOK, "It was so already")
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=x", http.StatusNotFound)
	b.page(journeyPath(ref)+"/ordered/x?command=hold", http.StatusNotFound)
	b.store.given = map[string]programme.Command{givenOrder: {Ref: other, Name: programme.CmdHold}}
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=hold", http.StatusNotFound)
	b.store.given[givenOrder] = programme.Command{Ref: ref, Name: programme.CmdHold, State: programme.CommandRecorded}
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=hold", http.StatusOK, "is being done")
	b.store.given[givenOrder] = programme.Command{Ref: ref, Name: programme.CmdHold, State: programme.CommandRefused}
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=hold", http.StatusOK, "It was not done")
	b.store.given[givenOrder] = programme.Command{Ref: ref, Name: programme.CmdDefer, State: programme.CommandApplied, Outcome: &programme.Effect{Changed: true, Into: other}}
	b.page(journeyPath(ref)+"/ordered/"+givenOrder+"?command=defer", http.StatusOK, `href="/console/journeys/`+other+`"`)

	// What an order would do stands in tables.
	b.ready(programme.CmdExtend)
	stage := b.store.journeys[0].Stages[1]
	later := stage
	later.Due = at("2027-03-18")
	b.store.preview = programme.Preview{Changed: true, From: programme.Enrolled, To: programme.Withdrawn, Coach: "C-333333", Tasks: []string{"catch-up"},
		Stages: []programme.StageChange{{Before: stage, After: later}},
		Places: []programme.PlaceChange{{Stage: "residential-1", Title: "Residential 1", Before: programme.Place{State: programme.PlaceConfirmed}, After: programme.Place{State: programme.PlaceReleased}}},
		Mails: []programme.MailChange{{Message: "date-changed", To: "participant", At: at("2027-02-12")}, {Message: "onboarding-reminder", To: "participant", At: at("2027-03-11"), Was: at("2027-02-08")},
			{Message: "onboarding-reminder", To: "participant", At: at("2027-02-10"), Stops: true, Reason: "withdrawn"}}}
	says(t, "the check", b.sends(programme.CmdExtend, "check", nil).page, "Enrolled becomes withdrawn", "It comes free", "C-333333", "Catch up", "due Thu 18 Mar 2027", "Residential 1, place",
		"Place given back", "Will go<", "Moves from Mon 8 Feb 2027", "Will not go: withdrawn")
	b.store.preview = programme.Preview{}
	page := b.sends(programme.CmdExtend, "check", nil).page
	says(t, "nothing", page, "It is so already: nothing would change.")
	silent(t, "nothing", page, "Extend the date")
}

// TestWhatStaffWriteAsItWillRead: before it goes to one leader or to many, staff see the mail with its greeting and its end.
func TestWhatStaffWriteAsItWillRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready(programme.CmdWrite)
	says(t, "to one", b.sends(programme.CmdWrite, "check", nil).page, "As it will read", "<strong>Parking ["+ref+"]</strong>", "<pre>Dear Dr "+mark+"name,", "Please come by *train*.", "Kind regards,")
	b = setup(t)
	b.ready(programme.CmdHold)
	if page := b.sends(programme.CmdHold, "check", nil).page; strings.Contains(page, "As it will read") {
		t.Error("a hold reads like a mail")
	}
	b = setup(t)
	b.many()
	form := url.Values{"subject": {"Parking"}, "text": {"Please come by *train*."}, "reason": {"other"}, "step": {"check"}}
	says(t, "to many", b.do(http.MethodPost, bulkPath(cohort)+"/"+string(programme.CmdWrite), form).page, "As it will read", "<strong>Parking [", "<pre>Dear ", "Kind regards,")
}
