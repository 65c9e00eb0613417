package console

import (
	"encoding/hex"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

var update = flag.Bool("update", false, "write the golden files anew")

var everybody = []role{"", coordinator, selector, researcher, ops, admin, "unheard-of"}

// TestRoutes holds the list of pages with their roles: whoever changes it says so in the golden file.
func TestRoutes(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for _, one := range (&Console{}).routes() {
		who := "everybody"
		if one.open == nil {
			names := make([]string, len(one.roles))
			for i, r := range one.roles {
				names[i] = string(r)
			}
			who = strings.Join(names, " ")
		}
		fmt.Fprintf(&list, "%s %s: %s\n", one.method, one.path, who)
	}
	const golden = "testdata/routes.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if list.String() != string(want) {
		t.Errorf("the routes are\n%s", list.String())
	}
}

var pathValues = strings.NewReplacer(":cohort", cohort, ":coach", "C-222222", ":slot", "s0", ":message", "onboarding", ":ref", ref, ":task", "12", ":stage", "residential-1", ":sitting", "a", ":token", "once", ":staff", staffID, ":session", sessionID, ":id", tokenID,
	":order", givenOrder, ":operation", launchID, ":selector", scorerID)

// TestRoles tries every page with every role, and as nobody.
func TestRoles(t *testing.T) {
	t.Parallel()
	for _, one := range (&Console{}).routes() {
		if one.open != nil {
			continue
		}
		methods := []string{one.method}
		if one.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		for _, method := range methods {
			for _, r := range everybody {
				t.Run(fmt.Sprintf("%s %s as %q", method, one.path, r), func(t *testing.T) {
					t.Parallel()
					b := setup(t).as(r)
					address := pathValues.Replace(one.path)
					if strings.HasPrefix(address, sessionsPath+"/") { // nobody's but one's own
						address = strings.Replace(address, sessionID, programme.TokenFrom(b.cookie).Hash()[:16], 1)
					}
					if strings.HasSuffix(address, "/message") {
						address += "?" + url.Values{"key": {sent}}.Encode()
					}
					if strings.Contains(address, "/ordered/") {
						address += "?command=hold"
					}
					if strings.HasSuffix(address, "/preview") {
						address += "?message=survey-done&stage=closing-survey"
					}
					var form url.Values
					if method == http.MethodPost {
						form = url.Values{"note": {"done"}, ref: {"attended"}, "reason": {"why"}, "version": {"1"}, "order": {givenOrder}, "seen": {"x"}, "id": {tokenID}}
					}
					answer := b.do(method, address, form)
					served := answer.StatusCode == http.StatusOK || method == http.MethodPost && (answer.StatusCode == http.StatusSeeOther && (r != "" || !strings.HasPrefix(answer.Header.Get("Location"), signInPath)) || answer.StatusCode == http.StatusUnprocessableEntity || answer.StatusCode == http.StatusConflict)
					switch {
					case r == "" && method == http.MethodPost:
						if answer.StatusCode != http.StatusUnauthorized {
							t.Errorf("%d", answer.StatusCode)
						}
						says(t, address, answer.page, "You have been signed out", `name="note" value="done"`)
					case r == "" && (answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), signInPath)):
						t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
					case r != "" && served != slices.Contains(one.roles, r):
						t.Errorf("%d\n%s", answer.StatusCode, answer.page)
					case r != "" && !served && answer.StatusCode != http.StatusForbidden:
						t.Errorf("refused with %d", answer.StatusCode)
					}
					if !served && b.store.asked > 0 {
						t.Error("the records were asked for somebody who may not see them")
					}
					if r == "unheard-of" && method == http.MethodGet {
						says(t, address, answer.page, "You have no page here", "signed in as unheard-of", "Sign out")
					}
					if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("Referrer-Policy") != "no-referrer" {
						t.Error("the page may be kept or named to others")
					}
				})
			}
		}
	}
}

// TestOps: whoever frees what is stuck sees references, states and codes, and no personal value on any page.
func TestOps(t *testing.T) {
	t.Parallel()
	b := setup(t).as(ops)
	for _, address := range []string{"/console", "/console/cohorts/" + cohort, "/console/cohorts/" + cohort + "/coaches", "/console/journeys/" + ref, "/console/tasks", "/console/tasks/12", "/console/tasks/13",
		messagePath(sent), messagePath(merged), messagePath(unsent)} {
		page := b.page(address, http.StatusOK)
		silent(t, address, page, mark, "Education", "Mark as done", "Leader<", "Assistant<")
	}
	says(t, "journey", b.page("/console/journeys/"+ref, http.StatusOK), "Mail refused", "/skip?stage=", "/retry?stage=closing-survey")
	silent(t, "journey", b.page("/console/journeys/"+ref, http.StatusOK), "/withdraw", "/answer-for")
	says(t, "mail", b.page(messagePath(sent), http.StatusOK), "Your role does not see them", "250 Q1")

	search := func(q string) got {
		return b.do(http.MethodPost, "/console/cohorts/"+cohort+"/filter", url.Values{"q": {q}})
	}
	says(t, "a name", search(mark).page, "Error: ", "Write a whole reference")
	b.page("/console/cohorts/"+cohort+"?search="+hex.EncodeToString([]byte(mark)), http.StatusUnprocessableEntity, "Write a whole reference") // sealed by a colleague
	b.page("/console/cohorts/"+cohort+"?sort=organisation", http.StatusUnprocessableEntity)
	silent(t, "columns", b.page("/console/cohorts/"+cohort+"?columns=name,organisation,post,sector,region,state", http.StatusOK, ref), mark, "<th scope=\"col\">Name", "Sector")
	b.page(strings.TrimSuffix(search("p-7f3k2q").Header.Get("Location"), "#journeys"), http.StatusOK, ref)
	if b.store.filter.Query != ref {
		t.Errorf("searched for %q", b.store.filter.Query)
	}
}

// TestUnknown: what is not there, and what belongs to another, is not found, in the same words.
func TestUnknown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, address := range []string{"/console/cohorts/1999-autumn", "/console/cohorts/%00", "/console/cohorts/A'B", "/console/journeys/P-000000", "/console/journeys/%FF", "/console/journeys/x",
		"/console/tasks/14", "/console/tasks/0", "/console/tasks/x", "/console/tasks/99999999999999999999",
		"/console/journeys/" + ref + "/message", "/console/journeys/" + ref + "/message?key=x",
		"/console/journeys/" + ref + "/message?" + url.Values{"key": {others}}.Encode(),
		"/console/journeys/" + other + "/message?" + url.Values{"key": {sent}}.Encode(),
		"/console/journeys/" + ref + "/message?" + url.Values{"key": {cohort + "/" + ref + "/\x00/b/c"}}.Encode()} {
		page := b.page(address, http.StatusNotFound, "Nothing of that name or reference is known here.")
		silent(t, address, page, mark, other)
	}
	// A line whose key names this journey but which belongs to another.
	b.store.messages[1].Ref = other
	b.page(messagePath(sent), http.StatusNotFound)
	if answer := b.do(http.MethodPost, "/console/tasks/14/done", url.Values{"note": {"x"}}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown task: %d", answer.StatusCode)
	}
}
