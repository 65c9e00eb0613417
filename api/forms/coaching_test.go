package forms_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

const (
	session = "/year/P-7F3K2Q/coaching-1"
	coaches = "/coach/C-222222"
)

// bookable is a session that can be booked, with two free times of the coach.
func (b *bundle) bookable() {
	b.withSession()
	b.open("coaching-1")
	first := b.records.now.Add(72 * time.Hour).Truncate(time.Hour)
	b.records.free = []programme.Slot{{ID: "one", Starts: first, Minutes: 60, Online: true}, {ID: "two", Starts: first.Add(24 * time.Hour), Minutes: 45}}
}

// withSession gives the year a coaching session.
func (b *bundle) withSession() {
	b.records.journey.Stages = append(b.records.journey.Stages, programme.Stage{Name: "coaching-1", Kind: programme.KindCoaching, Title: "First coaching session",
		Position: 5, State: programme.StageNotOpen, OpensAt: at("2027-01-25"), Due: at("2027-02-18"), Limit: at("2027-03-25")})
}

// Once its date has passed, the year says that a session can still be booked, and until when.
func TestASessionThatShouldHaveBeenBooked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	b.records.journey.Stages[len(b.records.journey.Stages)-1].Due = b.records.now.AddDate(0, 0, -3)
	due, until := b.records.now.AddDate(0, 0, -3).In(programme.London).Format("Monday 2 January 2006"), b.records.now.AddDate(0, 0, 30)
	b.records.until = until
	b.leader().get(year).is(200, "Booking was due on "+due, "You can still book a time until "+until.In(programme.London).Format("Monday 2 January 2006")).not("Please book it by")
	b.records.until = b.records.now.AddDate(0, 0, -1)
	b.leader().get(year).is(200, "Booking was due on "+due).not("Please book it by", "You can still")
}

func TestBookASession(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	helen := b.leader()
	helen.get(year).is(200, "First coaching session", "Please book it by")
	helen.get(session).is(200, "With Abena Darko", "Healthcare, North East", "abena.darko@coaches.example", "to 6pm, online", "in person", "Another time that we have agreed", "Book this time",
		"ask for one once").not("Cancel this session")
	helen.post(session, nil).is(422, "Error: ", "Choose a time")
	helen.post(session, fields("slot", "own", "starts", "tomorrow")).is(422, "Enter the date and time you have agreed", "Choose where you meet").is(422)
	if kept := values(helen.post(session, fields("slot", "own", "starts", "soon", "where", "online")).body); kept["starts"][0] != "soon" || kept["where"][0] != "online" {
		t.Errorf("what was typed is lost: %v", kept)
	}
	helen.post(session, fields("slot", "taken")).is(422, "Somebody else has just taken this time")
	helen.post(session, fields("slot", "one")).leads(session)
	helen.get(session).is(200, "Booked: ", "Move to this time", "Cancel this session")
	helen.get(year).is(200, "See or move")
	helen.post(session, fields("slot", "own", "starts", "2027-03-09T10:00", "where", "online")).leads(session)
	if want := programme.London; !b.records.booked.Starts.Equal(time.Date(2027, 3, 9, 10, 0, 0, 0, want)) || !b.records.booked.Online {
		t.Errorf("booked %+v", b.records.booked)
	}
	helen.post(session+"/cancel", nil).leads(session)
	if b.records.booked != nil || len(b.workflows.delivered) != 3 {
		t.Errorf("%+v, told %v", b.records.booked, b.workflows.delivered)
	}
	helen.post(session+"/other", nil).is(405)
	b.records.illegal = "The session is less than 24 hours away: please tell your coach yourself."
	helen.post(session+"/cancel", nil).is(409, "please tell your coach yourself")
	b.records.illegal, b.records.fail = "", programme.ErrUnavailable
	helen.post(session, fields("slot", "one")).is(503)
}

func TestSessionsThatCannotBeBooked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	stage := b.open("coaching-1")
	helen := b.leader()
	stage.State = programme.StageNotOpen
	helen.get(session).is(404, "is not open yet")
	helen.post(session, fields("slot", "one")).is(404)
	stage.State = programme.StageOpen
	b.records.booked = &programme.Slot{ID: "x", Starts: b.records.now.Add(5 * time.Hour), Minutes: 60}
	helen.get(session).is(200, "less than 24 hours away", "please write to your coach", "abena.darko@coaches.example").not("Cancel this session", "Move to")
	b.records.booked.Starts = b.records.now.Add(-5 * time.Hour)
	helen.get(session).is(200, "Your coach will tell us").not("Book this time")
	b.records.booked, b.records.coach = nil, nil
	helen.get(session).is(200, "We are looking for a coach").not("Book this time")
	stage.State = programme.StageDone
	helen.get(session).is(200, "This session was held")
	stage.State = programme.StageLapsed
	helen.get(session).is(200, "its time has passed")
	stage.State = programme.StageSkipped
	helen.get(session).is(410)
	b.records.journey.State = programme.Withdrawn
	helen.get(session).is(410)
	if b.records.writes != 0 {
		t.Error("something was written")
	}
}

func TestAssistantBooks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	pat := b.assistant(programme.AssistantDates)
	pat.get(assistantPage).is(200, "Book or move: First coaching session")
	pat.get(session).is(200, "First coaching session of Dr Helen O’Nguyen", "Dates and arrangements").not("Your year", "ask for one once")
	pat.post(session, fields("slot", "two")).leads(session)
	pat.post(session+"/cancel", nil).leads(session)
	pat.get("/year/P-7F3K2Q/coach").is(404)
	pat.post("/year/P-7F3K2Q/coach", nil).is(404)
	if b.records.logged[0] != "booked by assistant" {
		t.Errorf("%v", b.records.logged)
	}
}

func TestAskForAnotherCoach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	helen := b.leader()
	helen.get("/year/P-7F3K2Q/coach").is(200, "Your coach is Abena Darko", "without giving a reason")
	b.records.illegal = "No other coach has a place for you just now."
	helen.post("/year/P-7F3K2Q/coach", nil).is(409, "No other coach has a place for you just now.")
	helen.get(year+"?done=coach").is(200, "Ask for another coach").not("You have another coach now.")
	b.records.illegal = ""
	for range 2 {
		helen.post("/year/P-7F3K2Q/coach", nil).leads("/year/P-7F3K2Q?done=coach")
	}
	helen.get(session).is(200).not("ask for one once")
	helen.get("/year/P-7F3K2Q/coach").leads("/year/P-7F3K2Q?done=coach")
	helen.get(year+"?done=coach").is(200, "You have another coach now.", "Abena Darko").not("Ask for another coach")
	helen.get(year).is(200).not("You have another coach now.", "Ask for another coach")
	b.records.coach = nil
	helen.get("/year/P-7F3K2Q/coach").is(404)
}

// A coach with many times sees them page by page.
func TestCoachsTimesComeInPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	b.records.free = nil
	first := programme.Date{Year: 2027, Month: 3, Day: 1}
	for i := range 60 {
		b.records.free = append(b.records.free, programme.Slot{ID: fmt.Sprintf("t%02d", i), Starts: first.AddDays(i).At(10, 0), Minutes: 60, State: programme.SlotFree})
	}
	coach := b.come("coach", "person-coach")
	first60 := coach.get(coaches).is(200, "Monday 1 March 2027, 10am", "Monday 19 April").not("Tuesday 20 April", "Previous times")
	second := coach.get(turned(t, first60, "next")).is(200, "Tuesday 20 April", "Thursday 29 April").not("Monday 19 April", "Next times")
	if back := turned(t, second, "prev"); back != coaches {
		t.Errorf("before the second page comes %q", back)
	}
}

// turned is where a page leads on or back.
func turned(t *testing.T, page *answer, rel string) string {
	t.Helper()
	found := regexp.MustCompile(`href="([^"#]*)(#[a-z]*)?" rel="` + rel + `"`).FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("no %s page", rel)
	}
	return html.UnescapeString(found[1])
}

// A leader chooses among a coach's many times page by page. What is wrong is said beside the same times, and a time of any page
// can be booked.
func TestTimesToChooseFromComeInPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	b.records.free = nil
	first := programme.Date{Year: 2027, Month: 3, Day: 1}
	for i := range 50 {
		b.records.free = append(b.records.free, programme.Slot{ID: fmt.Sprintf("t%02d", i), Starts: first.AddDays(i).At(10, 0), Minutes: 60, State: programme.SlotFree})
	}
	helen := b.leader()
	one := helen.get(session).is(200, "Monday 1 March 2027, 10am", "Saturday 20 March", "Another time that we have agreed").not("Sunday 21 March", "Previous times")
	two := helen.get(turned(t, one, "next")).is(200, "Sunday 21 March", "Friday 9 April", "Previous times", "Next times", "Another time that we have agreed").not("Saturday 20 March", "Saturday 10 April")
	three := helen.get(turned(t, two, "next")).is(200, "Saturday 10 April", "Monday 19 April").not("Friday 9 April", "Next times")
	if back := turned(t, three, "prev"); back != turned(t, one, "next") || turned(t, two, "prev") != session {
		t.Errorf("before the third page comes %q, before the second %q", back, turned(t, two, "prev"))
	}
	at := regexp.MustCompile(`<form method="post" action="([^"]*)" novalidate>`).FindStringSubmatch(two.body)
	if at == nil {
		t.Fatal("no form")
	}
	action := html.UnescapeString(at[1])
	helen.post(action, nil).is(422, "Choose a time", "Sunday 21 March").not("Saturday 20 March")
	helen.post(action, fields("slot", "t25")).leads(session)
}

func TestCoachPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	token := b.link(programme.LinkCoach, "", "person-coach")
	for hash, link := range b.records.links {
		link.Ref = "C-222222"
		b.records.links[hash] = link
	}
	b.stranger().get("/l/"+token.Reveal()).is(200, "Your leaders and times", "See my leaders").not("Helen")
	b.stranger().post("/l/"+token.Reveal(), nil).leads(coaches)
	coach := b.come("coach", "person-coach")
	coach.get(coaches).is(200, "Dr Helen O’Nguyen", "Chief Executive, Wirral Council", "No time yet", "Not open yet", "Publish times", "to 6pm, online").not("questionnaire", "report")
	coach.get("/coach/C-333333").is(404)
	coach.get(year).is(404)
	b.leader().get(coaches).is(404)
	b.stranger().get(coaches).is(403)

	form := fields("ref", "P-7F3K2Q", "stage", "coaching-1", "starts", "2027-03-09T10:00", "where", "in_person")
	coach.post(coaches+"/agreed", fields("ref", "P-7F3K2Q", "stage", "coaching-1")).is(422, "Error: ", "Enter the date and time you have agreed", "Choose where you meet")
	coach.post(coaches+"/agreed", form).leads(coaches + "?done=booked")
	coach.get(coaches+"?done=booked").is(200, "The time is noted", "Booked: ", "If you agree another time")
	coach.post(coaches+"/agreed", fields("ref", "P-ZZZZZZ", "stage", "coaching-1", "starts", "2027-03-09T10:00", "where", "online")).is(404)

	coach.post(coaches+"/cancel", fields("ref", "P-ZZZZZZ", "stage", "coaching-1")).is(404)
	coach.get(coaches).is(200, "Cancel the First coaching session with Dr Helen")
	coach.post(coaches+"/cancel", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked")).leads(coaches + "?done=cancelled")
	coach.get(coaches+"?done=cancelled").is(200, "The session is cancelled", "No time yet").not("Cancel the First")
	if last := b.records.logged[len(b.records.logged)-1]; last != "cancelled by coach" {
		t.Errorf("%v", b.records.logged)
	}
	coach.get(coaches).is(200, "Take back Saturday 20 February 2027, 5pm to 6pm, online")
	for range 2 {
		coach.post(coaches+"/slots/remove", fields("slot", "one")).leads(coaches + "?done=removed")
	}
	coach.get(coaches+"?done=removed").is(200, "The time is taken back", "Sunday 21 February").not("Saturday 20 February")
	b.records.illegal = "Somebody has booked this time."
	coach.post(coaches+"/slots/remove", fields("slot", "two")).is(http.StatusConflict, "Somebody has booked this time.")
	b.records.illegal = ""
	coach.post(coaches+"/agreed", form).leads(coaches + "?done=booked")

	b.records.booked.Starts = b.records.now.Add(-3 * time.Hour)
	coach.get(coaches).is(200, "Please log it", "It was held", "The leader did not attend")
	b.records.booked.State = programme.SlotHeld // it is logged, and the stage ends a moment later
	coach.get(coaches).is(200, "Held.").not("Please log it")
	b.leader().get(session).is(200, "This session was held.").not("Your coach will tell us")
	b.records.booked.State = programme.SlotBooked
	coach.post(coaches+"/log", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked")).is(422, "Choose what became of the session")
	coach.post(coaches+"/log", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked", "log", "held")).leads(coaches + "?done=logged")
	if last := b.records.logged[len(b.records.logged)-1]; last != "P-7F3K2Q coaching-1 booked held" || b.records.logged[0] != "booked by coach" {
		t.Errorf("%v", b.records.logged)
	}

	coach.post(coaches+"/slots", nil).is(422, "Error: ", "Enter the first time", "Choose where")
	coach.post(coaches+"/slots", fields("first", "2020-01-01T10:00", "count", "100", "every_days", "7", "minutes", "60", "online", "yes")).is(422, "one that is still to come", "Give from 1 to 50 times")
	coach.post(coaches+"/slots", fields("first", "2027-03-09T10:00", "count", "three", "every_days", "7", "minutes", "60", "online", "yes")).is(422, "Write a whole number").not("characters or fewer").keeps("three")
	coach.post(coaches+"/slots", fields("first", "2027-03-09T10:00", "count", "2", "minutes", "60", "online", "yes")).is(422, "Say how many days lie between two times")
	coach.post(coaches+"/slots", fields("first", "2027-03-08T10:00", "count", "1", "minutes", "60", "online", "yes")).leads(coaches + "?done=times")
	coach.post(coaches+"/slots", fields("first", "2027-03-09T10:00", "count", "5", "every_days", "7", "minutes", "60", "online", "yes")).leads(coaches + "?done=times")
	if len(b.records.series) != 2 || b.records.series[0].Count != 1 || b.records.series[1].Count != 5 || !b.records.series[1].Online {
		t.Errorf("%+v", b.records.series)
	}
	b.records.illegal = "The session was logged already."
	coach.post(coaches+"/log", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked", "log", "held")).is(http.StatusConflict, "The session was logged already.")
}

// Who moves a session to the time that it has is told that nothing has changed; nobody else is told anything.
func TestMovingASessionToItsOwnTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	const same = "This is the time that the session already has."
	typed := fields("slot", "own", "starts", "2027-03-09T10:00", "where", "online")
	helen, pat, coach := b.leader(), b.assistant(programme.AssistantDates), b.come("coach", "person-coach")
	helen.get(session + "?done=same").is(200).not(same) // nothing is booked
	helen.post(session, typed).leads(session)
	helen.get(session).is(200).not(same)
	helen.post(session, typed).leads(session + "?done=same")
	helen.get(session+"?done=same").is(200, "Nothing has changed", same, "Booked: ")
	pat.post(session, typed).leads(session + "?done=same")
	pat.get(session+"?done=same").is(200, same)
	coach.post(coaches+"/agreed", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "starts", "2027-03-09T10:00", "where", "online")).leads(coaches + "?done=same")
	coach.get(coaches+"?done=same").is(200, same).not("your leader is told")
	if len(b.records.logged) != 1 || len(b.workflows.delivered) != 1 {
		t.Errorf("%v, told %v", b.records.logged, b.workflows.delivered)
	}
	coach.post(coaches+"/cancel", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked")).leads(coaches + "?done=cancelled")
	coach.post(coaches+"/cancel", fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "booked")).leads(coaches + "?done=gone")
	coach.get(coaches+"?done=gone").is(200, "Nothing has changed", "The session did not have that time any more").not("your leader is told")
}

// A page that is older than what was booked since cancels nothing, whoever sends it.
func TestCancellingATimeThatIsNotTheSessions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	helen := b.leader()
	helen.post(session, fields("slot", "one")).leads(session)
	stale := values(helen.get(session).is(200).body)["slot"]
	b.records.booked = &programme.Slot{ID: "later", Starts: b.records.now.Add(96 * time.Hour), Minutes: 60} // the assistant has moved it
	if !slices.Contains(stale, "booked") {
		t.Fatalf("the button names %v", stale)
	}
	helen.post(session+"/cancel", fields("slot", "booked")).leads(session + "?done=gone")
	helen.get(session+"?done=gone").is(200, "Nothing has changed", "did not have that time any more", "Booked: ")
	helen.post(session+"/cancel", fields("slot", "later")).leads(session)
	if b.records.booked != nil {
		t.Errorf("still booked: %+v", b.records.booked)
	}
}

// A coach sees of a leader who has another coach now only what is still to be logged; one who has left publishes nothing more.
func TestWhatAFormerCoachSees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	b.records.coach.Left = true
	b.records.former = &programme.CoachLeader{Ref: ref, Name: "Dr Helen O’Nguyen", Former: true, Sessions: []programme.CoachSession{
		{Stage: "coaching-1", Title: "First coaching session", State: programme.StageOpen, Booked: &programme.Slot{ID: "was", Starts: b.records.now.Add(-3 * time.Hour), Minutes: 60}}}}
	coach := b.come("coach", "person-coach")
	coach.get(coaches).is(200, "Dr Helen O’Nguyen", "Has another coach now", "Please log it").not("mailto:helen", "Publish times", "Enter an agreed time", "Your free times")
	coach.post(coaches+"/agreed", fields("ref", ref, "stage", "coaching-1", "starts", "2027-03-09T10:00", "where", "online")).is(404)
	coach.post(coaches+"/cancel", fields("ref", ref, "stage", "coaching-1", "slot", "was")).is(404)
	coach.post(coaches+"/log", fields("ref", ref, "stage", "coaching-1", "slot", "was", "log", "held")).leads(coaches + "?done=logged")
	b.records.former = &programme.CoachLeader{Ref: ref, Name: "Dr Helen O’Nguyen", Sessions: []programme.CoachSession{
		{Stage: "coaching-1", Title: "First coaching session", State: programme.StageOpen, Elsewhere: true}}}
	coach.get(coaches).is(200, "The coach before you tells us whether it was held").not("Enter an agreed time", "Please log it")
}
