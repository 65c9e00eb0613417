package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// doorStories are about who may come in, and with what.
var doorStories = []story{
	{"spreadsheets", spreadsheets},
	{"roles", rolesAtTheDoor},
	{"another site's page", crossSite},
	{"the document of the API", document},
}

// rolesAtTheDoor lets every role try a call of each sort: read, names, orders, repair.
func rolesAtTheDoor(w *town) {
	ref := w.of("forms", 1).Ref
	roles := []string{"coordinator", "selector", "researcher", "ops", "admin"}
	tokens := map[string]string{}
	for _, role := range roles {
		tokens[role] = w.createToken(role)
	}
	as := func(token, method, path string, body any) (int, string) {
		caller := w.in(w.t)
		caller.token = token
		status, answer := caller.call(method, path, body)
		return status, string(answer)
	}
	for _, c := range []struct {
		method, path string
		body         any
		statuses     [5]int // in the order of the roles
	}{
		{"GET", "/blueprints", nil, [5]int{200, 403, 200, 200, 200}},
		{"GET", "/cohorts/forms", nil, [5]int{200, 403, 200, 200, 200}},
		{"POST", "/cohorts", with{}, [5]int{422, 403, 403, 403, 422}},
		{"PATCH", "/cohorts/forms", with{}, [5]int{428, 403, 403, 403, 428}},
		{"POST", "/cohorts/elsewhere/participants", people(1, "x%d@y.example"), [5]int{404, 403, 403, 403, 404}},
		{"POST", "/cohorts/elsewhere/launch", nil, [5]int{404, 403, 403, 403, 404}},
		{"GET", "/journeys?cohort=forms", nil, [5]int{200, 403, 403, 200, 200}},
		{"GET", "/journeys?q=given", nil, [5]int{200, 403, 403, 403, 200}},
		{"GET", "/journeys/" + ref, nil, [5]int{200, 403, 403, 200, 200}},
		{"GET", "/journeys/" + ref + "/messages", nil, [5]int{200, 403, 403, 200, 200}},
		{"GET", "/journeys/" + ref + "/history", nil, [5]int{200, 403, 403, 200, 200}},
		{"POST", "/journeys/P-222222/withdraw", with{"reason": "other"}, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/journeys/P-222222/change-coach", with{"reason": "other"}, [5]int{404, 403, 403, 403, 404}},
		{"GET", "/cohorts/none/coaches/C-222222/slots", nil, [5]int{404, 403, 403, 403, 404}},
		{"GET", "/cohorts/none/matches", nil, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/cohorts/none/match", nil, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/cohorts/none/coaches/C-222222/leave", with{"reason": "other"}, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/journeys/P-222222/change-email", with{"reason": "other", "email": "a@b.example"}, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/journeys/P-222222/retry", with{"reason": "technical"}, [5]int{404, 403, 403, 404, 404}},
		{"GET", "/cohorts/none/scoring", nil, [5]int{404, 403, 403, 403, 404}},
		{"POST", "/cohorts/none/assign", with{"each": 2}, [5]int{404, 403, 403, 403, 404}},
		{"GET", "/tasks", nil, [5]int{200, 403, 403, 200, 200}},
		{"POST", "/tasks/999999/done", nil, [5]int{404, 403, 403, 403, 404}},
		{"GET", "/operations/none", nil, [5]int{404, 403, 403, 404, 404}},
	} {
		for i, role := range roles {
			if status, answer := as(tokens[role], c.method, c.path, c.body); status != c.statuses[i] {
				w.t.Errorf("%s %s as %s: %d, want %d: %s", c.method, c.path, role, status, c.statuses[i], answer)
			}
		}
		for _, token := range []string{"", "none", tokens["admin"] + "x", strings.ToLower(tokens["admin"])} {
			if status, _ := as(token, c.method, c.path, c.body); status != http.StatusUnauthorized {
				w.t.Errorf("%s %s with a token that is none: %d", c.method, c.path, status)
			}
		}
	}
	// Ops see what is stuck, and no name, address, note or text of a mail.
	for _, path := range []string{"/journeys?cohort=forms", "/journeys/" + ref, "/journeys/" + ref + "/messages", "/journeys/" + ref + "/history", "/tasks"} {
		if _, answer := as(tokens["ops"], "GET", path, nil); strings.Contains(answer, "leaders.example") || strings.Contains(answer, "Family") || strings.Contains(answer, "Organisation") {
			w.t.Errorf("ops see at %s: %s", path, answer)
		}
	}
	// A researcher sees no group smaller than ten.
	if _, answer := as(tokens["researcher"], "GET", "/cohorts/forms", nil); strings.Contains(answer, `"enrolled":2`) || strings.Contains(answer, "centre.example") {
		w.t.Errorf("a researcher sees: %s", answer)
	}
	revoke := exec.Command("bin/fairlead", "token", "revoke", "--data", w.data, w.prefix(tokens["coordinator"]))
	if out, err := revoke.CombinedOutput(); err != nil {
		w.t.Fatalf("revoke: %v %s", err, out)
	}
	if status, _ := as(tokens["coordinator"], "GET", "/cohorts", nil); status != http.StatusUnauthorized {
		w.t.Errorf("a revoked token: %d", status)
	}
}

// prefix is what `token revoke` takes: how the list names the token.
func (w *town) prefix(token string) string {
	w.t.Helper()
	out, err := exec.Command("bin/fairlead", "token", "list", "--data", w.data).Output()
	if err != nil {
		w.t.Fatal(err)
	}
	for row := range strings.Lines(string(out)) {
		if fields := strings.Fields(row); len(fields) > 1 && fields[1] == "coordinator" {
			return fields[0]
		}
	}
	w.t.Fatalf("no coordinator's token in %s", out)
	return token
}

// crossSite sends what a browser sends from another site's page: refused, without effect.
func crossSite(w *town) {
	j := w.of("gate", 4)
	visitor := w.browser()
	link, before := w.door(w.letter(j.Person.Email, "survey", 1), "survey"), w.acts(j.Ref)
	form := visitor.open(link)
	for name, headers := range map[string][2]string{"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "sibling": {"Sec-Fetch-Site", "same-site"},
		"origin": {"Origin", "https://elsewhere.example"}, "no origin": {"Origin", "null"}} {
		for _, address := range []string{link, w.url + form.path, w.url + "/new-link", w.url + "/console/sign-out", w.url + "/api/v1/journeys/" + j.Ref + "/withdraw"} {
			request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(skipped().Encode()))
			if err != nil {
				w.t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("Authorization", "Bearer "+w.token)
			request.Header.Set(headers[0], headers[1])
			response, err := visitor.client.Do(request)
			if err != nil {
				w.t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusForbidden || response.Header.Get("Set-Cookie") != "" {
				w.t.Errorf("%s to %s: %d", name, request.URL.Path, response.StatusCode)
			}
		}
	}
	if s := w.journey(j.Ref).stage(survey); s.Outcome != "" || w.acts(j.Ref) != before {
		w.t.Errorf("it had an effect: %+v", s)
	}
	if p := visitor.post(form.path, skipped()); p.status != http.StatusOK {
		w.t.Errorf("from our own page: %d %s", p.status, heading(p.text))
	}
}

// document reads the OpenAPI document: it lists every route of the golden list and no other, and each is served.
func document(w *town) {
	response, err := http.Get(w.url + "/openapi.json")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var doc struct {
		OpenAPI string
		Servers []struct{ URL string }
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Servers[0].URL != "/api/v1" {
		w.t.Fatalf("%v, %s, %+v", err, doc.OpenAPI, doc.Servers)
	}
	golden, err := os.ReadFile("api/rest/testdata/routes.golden")
	if err != nil {
		w.t.Fatal(err)
	}
	listed := map[string]bool{}
	for row := range strings.Lines(string(golden)) {
		fields := strings.Fields(row)
		listed[fields[1]+" "+fields[0]] = true
		if doc.Paths[fields[0]][strings.ToLower(fields[1])] == nil {
			w.t.Errorf("the document lacks %s %s", fields[1], fields[0])
		}
	}
	fill := strings.NewReplacer("{cohort}", "gate", "{ref}", "P-222222", "{id}", "1", "{name}", "essentials")
	for path, methods := range doc.Paths {
		for method := range methods {
			method = strings.ToUpper(method)
			if !listed[method+" "+path] {
				w.t.Errorf("the document has %s %s besides", method, path)
			}
			request, _ := http.NewRequest(method, w.url+"/api/v1"+fill.Replace(path), nil) // of constants
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				w.t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
				w.t.Errorf("%s %s without a token: %d", method, path, response.StatusCode)
			}
		}
	}
	for _, path := range []string{"/api/v1/nothing", "/api/v1/cohorts/gate/nothing", "/api/v2/cohorts"} {
		if p := w.browser().get(path); p.status != http.StatusNotFound {
			w.t.Errorf("%s: %d", path, p.status)
		}
	}
	if p := w.browser().get("/docs"); p.status != http.StatusOK || !strings.Contains(p.text, "order-withdraw") && !strings.Contains(p.text, "/withdraw") {
		w.t.Errorf("/docs: %d", p.status)
	}
	if p := w.browser().post("/docs", url.Values{}); p.status != http.StatusMethodNotAllowed {
		w.t.Errorf("POST /docs: %d", p.status)
	}
}
