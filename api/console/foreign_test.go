package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// everyForm has what any form of the console may ask for.
func everyForm() url.Values {
	return url.Values{"note": {"done"}, ref: {"attended"}, "reason": {"other"}, "version": {"4"}, "order": {givenOrder}, "id": {tokenID}, "email": {"x@centre.example"}, "role": {"ops"},
		"was": {"coordinator"}, "name": {"x"}, "each": {"2"}, "decision": {"offer"}, "organisations": {"x"}, "first": {"2027-05-04 10:00"}, "count": {"1"}, "every_days": {"7"}, "minutes": {"60"},
		"expires_on": {"2027-02-20"}, "step": {"give"}, "stage": {"onboarding"}, "seen": {"x"}}
}

var parameter = regexp.MustCompile(`:[a-z]+`)

// unknown are things that do not exist, well formed and not, in the place of each part of an address.
var unknown = map[string][]string{":cohort": {"1999-autumn", "A'B", "%00"}, ":ref": {"P-222223", "x", "%FF"}, ":coach": {"C-999999", "x"}, ":slot": {"elsewhere", "'"}, ":message": {"nothing", "%00"},
	":task": {"999", "0", "x"}, ":stage": {"residential-9", "%00"}, ":sitting": {"z", "'"}, ":staff": {"00000000000000ff", "x"}, ":session": {"00000000000000ff", "x"}, ":id": {"00000000000000ff", "x"},
	":order": {"00000000-0000-4000-8000-000000009999", "x"}, ":operation": {"op-000000000000000000000000", "'"}, ":selector": {strings.Repeat("0", 32), "x"}}

// found says of which parts of which addresses it does not matter that they are unknown.
var found = map[string]string{
	"POST /console/people/staff/:staff/remove 00000000000000ff":                      "a second click finds it done",
	"POST /console/people/sessions/:session/end 00000000000000ff":                    "a second click finds it done",
	"GET /console/journeys/:ref/ordered/:order 00000000-0000-4000-8000-000000009999": "an order that changed nothing leaves no row",
	"POST /console/cohorts/:cohort/coaches/:coach/times/:slot/remove elsewhere":      "a second click finds it taken back",
}

// TestForeign tries every address of the console with each of its parts forged: it is not found, in the same words for all, and
// nothing is done.
func TestForeign(t *testing.T) {
	t.Parallel()
	var words string
	for _, one := range (&Console{}).routes() {
		for _, part := range parameter.FindAllString(one.path, -1) {
			if one.open != nil {
				continue
			}
			for _, value := range unknown[part] {
				name := fmt.Sprintf("%s %s %s", one.method, one.path, value)
				if found[name] != "" {
					continue
				}
				b := setup(t).as(one.roles[len(one.roles)-1])
				b.store.cohorts[0].Route = "application"
				address := pathValues.Replace(strings.Replace(one.path, part, value, 1))
				if strings.Contains(address, "/ordered/") {
					address += "?command=hold"
				}
				var form url.Values
				if one.method == http.MethodPost {
					form = everyForm()
				}
				answer := b.do(one.method, address, form)
				if answer.StatusCode != http.StatusNotFound {
					t.Errorf("%s: %d to %q\n%.1200s", name, answer.StatusCode, answer.Header.Get("Location"), answer.page)
					continue
				}
				said := regexp.MustCompile(`urn:fairlead:request:[^<]+`).ReplaceAllString(answer.page, "")
				if words == "" {
					words = said
				}
				if said != words {
					t.Errorf("%s is not found in words of its own:\n%s", name, said)
				}
				if did := b.did(); did != "" {
					t.Errorf("%s did %s", name, did)
				}
			}
		}
	}
}

// did is everything that was changed in the records.
func (b *bundle) did() string {
	s := b.store
	list := append(append([]string{}, s.ordered...), append(s.scoring.did, s.people.did...)...)
	for _, n := range []int{len(s.given), len(s.bulk), len(s.notes), len(s.codes), len(s.events.noted)} {
		if n > 0 {
			list = append(list, "something")
		}
	}
	if !s.tasks[0].Done.IsZero() {
		list = append(list, "finished a task")
	}
	return strings.Join(list, ", ")
}

// TestFormsOfOtherSites: every address that takes a form refuses one that another site's page sent, whoever is signed in.
func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	for _, one := range (&Console{}).routes() {
		if one.method != http.MethodPost {
			continue
		}
		b := setup(t)
		if one.open == nil {
			b.as(one.roles[len(one.roles)-1])
		}
		b.store.cohorts[0].Route = "application"
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.example"}, {"Origin", "null"}} {
			request := httptest.NewRequest(http.MethodPost, pathValues.Replace(one.path), strings.NewReader(everyForm().Encode()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set(header[0], header[1])
			request.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: b.cookie})
			recorder := httptest.NewRecorder()
			b.handler.ServeHTTP(recorder, request)
			if recorder.Code != http.StatusForbidden || recorder.Header().Get("Set-Cookie") != "" || b.did() != "" || b.store.asked > 0 {
				t.Errorf("%s with %v: %d, did %q", one.path, header, recorder.Code, b.did())
			}
		}
	}
}
