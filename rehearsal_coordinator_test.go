package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fairlead/internal/browsertest"
	"fairlead/programme"
)

// signsIn comes into the console by a one-time link, as the terminal shows one.
func (r *rehearsal) signsIn(v *browsertest.Visitor, name, role string) {
	r.t.Helper()
	link, err := r.records.CreateSignIn(r.t.Context(), name, role, r.now().Add(time.Hour))
	if err != nil {
		r.t.Fatal(err)
	}
	v.Open(r.url + "/console/sign-in/" + link.Reveal())
	v.Press("Sign in")
	v.Says(name)
}

// returns is the coordinator who signs in on another day and goes to a page.
func (r *rehearsal) returns(v *browsertest.Visitor, page string) {
	r.t.Helper()
	r.signsIn(v, "jo@centre.example", "coordinator")
	v.Open(page)
}

// TestACoordinatorInABrowser: a coordinator signs in, sets up a cohort, imports its people, launches it, reminds all who have not
// answered, and takes the register of the first event. The mails go out, the journeys go on, and the audit log has every step.
func TestACoordinatorInABrowser(t *testing.T) {
	withAndWithoutScripts(t, 1280, func(t *testing.T, v *browsertest.Visitor) {
		r := rehearse(t)
		r.setsUp(v)
		refs := []string{r.of("year", 0).Ref, r.of("year", 1).Ref, r.of("year", 2).Ref}

		// One of the three gets ready; the others are reminded, each of them once.
		address := func(n int) string { return strings.Replace("year-N@leaders.example", "N", string(rune('0'+n)), 1) }
		r.getsReady(address(0), refs[0], map[string]url.Values{"places": {"places": {programme.PlaceConfirm}}})
		for n := 1; n < 3; n++ {
			r.comes(address(n), "onboarding/"+programme.MsgOnboarding+"/")
		}
		before := r.heard(address(1))
		r.returns(v, r.url+"/console/cohorts/year")
		v.Press("2 open in Getting ready")
		v.Says(refs[1], refs[2])
		v.Press("Order something of all of these")
		v.Press("Remind")
		v.Select("stage", "onboarding")
		v.Select("reason", "no_answer")
		v.Press("Continue")
		v.Says("Whom it concerns", refs[1], refs[2])
		v.Silent(refs[0])
		v.Press("Remind: 2 journeys")
		v.Says("You can close this page")
		r.finishes(v, v.Address())
		if n := len(r.heard(address(1))); n != len(before)+1 {
			t.Errorf("who was reminded had %q and has %q", before, r.heard(address(1)))
		}

		r.takesTheRegister(v, refs)
		r.signsIn(v, "ada@centre.example", "admin")
		v.Open(r.url + "/console/people/audit")
		for _, line := range []string{"Cohort created", "Participants imported", "Warning signed off", "Cohort launched"} {
			v.Says("jo@centre.example " + line + " year")
		}
		for n, ref := range refs {
			v.Says("jo@centre.example Record attendance " + ref + " opening-event New information")
			if n > 0 {
				v.Says("jo@centre.example Resend " + ref + " onboarding No answer")
			}
		}
	})
}

// setsUp is a coordinator who makes the cohort "year" and launches it.
func (r *rehearsal) setsUp(v *browsertest.Visitor) {
	r.t.Helper()
	r.returns(v, r.url+"/console")
	v.Says("Who waits on whom", "Nobody waits on anybody.")
	v.Press("Cohorts")
	v.Press("Set up a cohort")
	v.Write("name", "year")
	v.Write("starts_on", "2027-03-01")
	v.Write("places", "3")
	v.Choose("blueprint", "flagship")
	v.Choose("route", string(programme.RouteConfirmed))
	v.Press("Continue")
	v.Says("Check the cohort before you create it")
	v.Press("Create the cohort")
	v.Says("The cohort exists")

	sheet := filepath.Join(r.t.TempDir(), "people.csv")
	if err := os.WriteFile(sheet, []byte(people(3, "year-%d@leaders.example")), 0o600); err != nil {
		r.t.Fatal(err)
	}
	v.Press("People")
	v.Upload("file", sheet)
	v.Press("See what it would do")
	v.Says("Nothing is written yet.", "Given2 Family2")
	v.Press("Import them")
	v.Says("Imported: 3 new")
	v.Open(r.url + "/console/cohorts/year/set-up/dates")
	for _, id := range browsertest.Ask[[]string](v, `[...document.querySelectorAll('input[name="warning"]')].map(one => one.value)`) {
		v.Choose("warning", id)
	}
	v.Write("reason", "Looked at with the team")
	v.Press("Sign them off")
	v.Says("Signed off.")
	v.Open(r.url + "/console/cohorts/year/set-up/launch")
	v.Write("name", "yaer")
	v.Press("Launch year")
	v.Says("There is a problem")
	v.Write("name", "year")
	v.Press("Launch year")
	v.Says("0 of 3 are done.")
	r.finishes(v, v.Address())
	v.Says("3 of 3 were done.")
}

// finishes lets days pass until the page of what goes on says that it is finished.
func (r *rehearsal) finishes(v *browsertest.Visitor, page string) {
	r.t.Helper()
	for range 3 {
		r.tomorrow()
		r.returns(v, page)
		if strings.Contains(v.Text(), "It is finished") {
			return
		}
	}
	r.t.Fatalf("it is never finished:\n%s", v.Text())
}

// takesTheRegister lets the opening event come, and notes who was there.
func (r *rehearsal) takesTheRegister(v *browsertest.Visitor, refs []string) {
	r.t.Helper()
	r.comesThe("2027-02-03")
	r.returns(v, r.url+"/console/cohorts/year/events")
	v.Press("Take it for sitting main")
	v.Says("0 of 3 noted.")
	for n, status := range []programme.Attendance{programme.Attended, programme.Attended, programme.Absent} {
		v.Choose(refs[n], string(status))
	}
	v.Press("Save the register")
	v.Says("3 changes are saved.", "3 of 3 noted.")
}
