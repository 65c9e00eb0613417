package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/demo/sink"
	"fairlead/internal/browsertest"
	"fairlead/programme"
)

// TestACoachInABrowser: a coach sees their leaders, publishes times and takes one back, reads of a booking, says that the leader
// did not come, enters a time that was agreed, and logs that the session was held. Nobody else's pages open.
func TestACoachInABrowser(t *testing.T) {
	withAndWithoutScripts(t, 320, func(t *testing.T, v *browsertest.Visitor) {
		const address = "coach@coaches.example"
		r := rehearse(t)
		r.cohort("year", "coached", "confirmed", "2027-03-01", 2, nil)
		r.join("year", 2)
		r.must(http.MethodPost, "/cohorts/year/coaches", oneCoach+"Somebody Else,other@coaches.example,London,Education,,4,yes\n", nil)
		r.launch("year")
		leader, other := r.of("year", 0), r.of("year", 1)
		for _, j := range []journeyDoc{leader, other} {
			r.getsReady(j.Person.Email, j.Ref, nil)
		}
		r.must(http.MethodPost, "/cohorts/year/match", nil, nil)
		coach, err := r.records.CoachOf(t.Context(), leader.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if coach.Email != address {
			leader, other = other, leader
		}
		page := r.coachesPage(v, address)
		v.Says("Leader "+leader.Ref, "Not open yet.", "You have published no times.")
		v.Silent(other.Ref, "Your year")

		request := r.comes(leader.Person.Email, "coaching-1/"+programme.MsgCoaching+"/")
		r.coachesPage(v, address)
		v.Press("Publish these times")
		v.Says("There is a problem", "Enter the first time")
		first := programme.DateOf(r.now()).AddDays(7)
		v.Fill("first", first.At(10, 0).In(london).Format("2006-01-02T15:04"))
		v.Write("count", "3")
		v.Write("every_days", "1")
		v.Write("minutes", "60")
		v.Choose("online", "yes")
		v.Press("Publish these times")
		times := browsertest.Ask[[]string](v, `[...document.querySelectorAll('input[name="slot"]')].map(one => one.value)`)
		if len(times) != 3 {
			t.Fatalf("%d times were published:\n%s", len(times), v.Text())
		}
		v.Press(browsertest.Ask[string](v, `document.querySelectorAll('form[action$="/remove"] button')[2].textContent.trim()`)) // Take back …
		v.Says("Your free times")
		if n := browsertest.Ask[int](v, `document.querySelectorAll('input[name="slot"]').length`); n != 2 {
			t.Errorf("%d times are left", n)
		}

		// The leader books one; a mail tells the coach.
		diary := r.browser()
		diary.open(r.door(request, "first coaching session"))
		if p := diary.post("/year/"+leader.Ref+"/coaching-1", url.Values{"slot": {times[0]}}); p.status != http.StatusOK || !strings.Contains(p.text, "Booked: ") {
			t.Fatalf("%d %s", p.status, p.text)
		}
		r.letter(address, programme.MsgCoachBooking, 1)
		v.Open(page)
		v.Says("Booked: ")

		// The leader does not come. Then the two agree a time, and the session is held.
		r.comesThe(first.AddDays(1).String())
		r.coachesPage(v, address)
		v.Says("Please log it.")
		v.Press("Log First coaching session")
		v.Says("There is a problem", "Choose what became of the session")
		v.Choose("log", string(programme.SlotDidNotAttend))
		v.Press("Log First coaching session")
		v.Says("No time yet. If you have agreed one, enter it here.")
		v.Unfold("Enter an agreed time for the First coaching session")
		v.Fill("starts", first.AddDays(6).At(15, 0).In(london).Format("2006-01-02T15:04"))
		v.Choose("where", "online")
		v.Press("Book First coaching session")
		v.Says("Booked: ")
		r.letter(leader.Person.Email, programme.MsgCoachingBooked, 2)
		r.comesThe(first.AddDays(7).String())
		r.coachesPage(v, address)
		v.Choose("log", string(programme.SlotHeld))
		v.Press("Log First coaching session")
		v.Says("Held.")
		r.eventually("the session is done", patience, func() bool { return r.journey(leader.Ref).stage("coaching-1").State == "done" })

		stranger, err := r.records.CoachOf(t.Context(), other.Ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range append(elsewhere(leader.Ref, other.Ref), "/year/"+leader.Ref+"/coaching-1", "/year/"+leader.Ref+"/assistant", "/coach/"+stranger.Ref, "/coach/C-222222",
			"/coach/"+coach.Ref+"/leaders/"+other.Ref+"/report", "/coach/"+coach.Ref+"/leaders/"+leader.Ref+"/report") {
			v.Open(r.url + path)
			if v.Status == http.StatusOK && !strings.HasPrefix(v.Address(), r.url+"/console/sign-in") {
				t.Errorf("%s opens %s for a coach:\n%s", path, v.Address(), v.Text())
			}
		}
	})
}

// coachesPage goes to a coach's page by the newest of their mails, and returns its address.
func (r *rehearsal) coachesPage(v *browsertest.Visitor, address string) string {
	r.t.Helper()
	r.comes(address, "/"+programme.MsgCoachLeaders+"/")
	mails := r.sink.List(address)
	newest := slices.MaxFunc(mails, func(a, b sink.Mail) int { return strings.Compare(a.ID, b.ID) })
	r.follows(v, r.read(newest), "Your leaders and times", "See my leaders")
	return v.Address()
}
