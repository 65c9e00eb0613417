package main

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/internal/browsertest"
	"fairlead/programme"
)

// TestASelectorInABrowser: an administrator lets four selectors in, a coordinator says where they belong and assigns them an
// application. One declares a conflict, and another takes the place; the two who score see each other's scores only after their
// own. Staff decide and release, and the applicant is told.
func TestASelectorInABrowser(t *testing.T) {
	withAndWithoutScripts(t, 320, func(t *testing.T, v *browsertest.Visitor) {
		r := rehearse(t)
		r.cohort("year", "essentials", "application", "2027-09-06", 2, nil)
		r.launch("year")
		applicant := newLeader(r.system, r.sink.Dir(), "applicant@applicants.example", "")
		r.comesThe("2026-12-08")
		if err := steps(func() error { return applicant.applies("year", "") },
			applicant.sending(map[string]url.Values{"organisation": {"organisation": {"Wirral Council"}}, "challenge": {"challenge": {"Bringing two services together."}}})); err != nil {
			t.Fatal(err)
		}
		r.appoints(v, map[string]string{"sam": "Wirral Council", "ruth": "The Centre", "kim": "Kirklees Council; University of Leeds", "lee": "NHS Confederation"})
		r.comesThe("2027-01-15")
		r.returns(v, r.url+"/console/cohorts/year/scoring")
		v.Says(applicant.ref, "Nobody has it")
		v.Select("each", "2")
		v.Press("Preview")
		v.Press("Assign")
		v.Says("Applications were given to selectors 2 times.")

		// Who has it is told by mail, and has it at the top of the page. Nobody of the applicant's own organisation does.
		chosen := r.assigned(v)
		if len(chosen) != 2 || slices.Contains(chosen, "sam") {
			t.Fatalf("assigned to %q", chosen)
		}
		r.comesThe("2027-01-18")
		for _, name := range chosen {
			if !strings.Contains(strings.Join(r.heard(name+"@centre.example"), " "), programme.MsgSelectorAssigned) {
				t.Errorf("%s heard %q", name, r.heard(name+"@centre.example"))
			}
		}

		// One knows the applicant: somebody else has it, and the page is shut.
		sheet := r.sheet(v, chosen[0])
		v.Press("declare a conflict")
		v.Write("note", "We worked together")
		v.Press("Declare the conflict")
		v.Says("Your conflict is noted.", "Nothing is left.")
		v.Open(sheet)
		v.Says("There is nothing here")
		r.returns(v, r.url+"/console/cohorts/year/scoring")
		chosen = r.assigned(v)
		if len(chosen) != 2 || slices.Contains(chosen, "sam") {
			t.Fatalf("assigned to %q after the conflict", chosen)
		}

		r.sheet(v, chosen[0])
		v.Says("Bringing two services together.")
		v.Press("Score this application")
		v.Choose("role", "4")
		v.Write("role_note", "Leads it <well>")
		v.Press("Save and check")
		v.Says("There is a problem", "Choose the points for “The challenge”")
		v.Choose("why", "5")
		v.Choose("challenge", "3")
		v.Press("Save and check")
		v.Says("Check your scores")
		v.Press("Send the scores")
		v.Says("Your scores are in.")
		v.Silent(chosen[1])

		// The second, another day and by another device: begins, goes on later, and sees the other's only after sending.
		r.sheet(v, chosen[1])
		v.Silent("Leads it", chosen[0]+"@centre.example")
		v.Press("Score this application")
		v.Choose("role", "2")
		v.Press("Save and come back later")
		v.Open(r.url + "/console")
		v.Press(applicant.ref)
		v.Press("Go on scoring")
		v.Silent("Leads it")
		v.Choose("why", "3")
		v.Choose("challenge", "4")
		v.Press("Save and check")
		v.Press("Send the scores")
		v.Says("Your scores are in.", chosen[0]+"@centre.example", "Leads it <well>")

		r.decides(v, applicant)
	})
}

// appoints is an administrator who lets selectors in, and a coordinator who says to which organisations each belongs.
func (r *rehearsal) appoints(v *browsertest.Visitor, organisations map[string]string) {
	r.t.Helper()
	r.signsIn(v, "ada@centre.example", "admin")
	for name := range organisations {
		v.Open(r.url + "/console/people/add")
		v.Write("email", name+"@centre.example")
		v.Select("role", "selector")
		v.Write("reason", "Panel of the year")
		v.Press("Add them")
		v.Says(name + "@centre.example")
	}
	r.returns(v, r.url+"/console")
	for name, of := range organisations {
		v.Open(r.url + "/console/selectors")
		v.Press(name + "@centre.example")
		v.Write("organisations", of)
		v.Write("reason", "As they told us")
		v.Press("Save")
		v.Says("The organisations are saved.", of)
	}
}

// assigned are the selectors who have something left to score, by the page of scores that the visitor is on.
func (r *rehearsal) assigned(v *browsertest.Visitor) (having []string) {
	r.t.Helper()
	for _, name := range []string{"sam", "ruth", "kim", "lee"} {
		if strings.Contains(strings.Join(strings.Fields(v.Text()), " "), name+"@centre.example 1 0 1 ") { // assigned, scored, left
			having = append(having, name)
		}
	}
	return having
}

// sheet is a selector who signs in and opens the one application that is left; it returns its address.
func (r *rehearsal) sheet(v *browsertest.Visitor, name string) string {
	r.t.Helper()
	r.signsIn(v, name+"@centre.example", "selector")
	v.Press(browsertest.Ask[string](v, `document.querySelector("main table a").textContent`))
	return v.Address()
}

// decides is a coordinator who reads the scores, offers the place and releases the decision. The applicant is told.
func (r *rehearsal) decides(v *browsertest.Visitor, applicant *leader) {
	r.t.Helper()
	r.returns(v, r.url+"/console/applications/"+applicant.ref)
	v.Says("Leads it <well>", "We worked together")
	v.Select("decision", "offer")
	v.Select("reason", "other")
	v.Press("Record the decision")
	v.Says("The decision is recorded. Nobody is told before it is released.")
	v.Open(r.url + "/console/cohorts/year/release")
	v.Says(applicant.ref, "Offer")
	v.Select("reason", "other")
	v.Press("Release the decision")
	v.Says("being told now")
	r.comes(applicant.email, "/"+programme.MsgOffer+"/")
}
