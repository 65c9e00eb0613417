package rest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

// described is what the tests read of the OpenAPI document.
type described struct {
	OpenAPI string `json:"openapi"`
	Servers []struct{ URL string }
	Paths   map[string]map[string]struct {
		OperationID string   `json:"operationId"`
		Roles       []string `json:"x-roles"`
		Summary     string
		Responses   map[string]any
		Parameters  []struct{ Name, In string }
	}
}

func (b *bundle) document() described {
	b.t.Helper()
	response, err := http.Get(b.url + "/openapi.json")
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	var d described
	if err := json.Unmarshal(text, &d); err != nil {
		b.t.Fatal(err)
	}
	return d
}

// TestRoutes holds the list of calls with their roles: whoever changes it says so in the golden file.
func TestRoutes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	document := b.document()
	if document.OpenAPI != "3.1.0" || len(document.Servers) != 1 || document.Servers[0].URL != Base {
		t.Errorf("the document is %q for %v", document.OpenAPI, document.Servers)
	}
	var rows []string
	seen := map[string]bool{}
	for path, calls := range document.Paths {
		for method, call := range calls {
			seen[call.OperationID] = true
			if call.Summary == "" {
				t.Errorf("%s has no summary", call.OperationID)
			}
			rows = append(rows, fmt.Sprintf("%-50s %-6s %-22s %s", path, strings.ToUpper(method), call.OperationID, strings.Join(call.Roles, " ")))
		}
	}
	slices.Sort(rows)
	golden(t, "routes.golden", strings.Join(rows, "\n")+"\n")
	for operation := range access {
		if !seen[operation] {
			t.Errorf("the table of access names %s, which is not served", operation)
		}
	}
}

// TestEveryRouteByEveryRole sends every call with every role's token, with none and with an unknown one.
func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for path, calls := range b.document().Paths {
		for method, call := range calls {
			at := strings.NewReplacer("{ref}", ref, "{cohort}", "2027-spring", "{name}", "essentials", "{id}", "5").Replace(path)
			b.as("", strings.ToUpper(method), at, "").want(http.StatusUnauthorized).kind(api.NotSignedIn)
			b.as("nobody", strings.ToUpper(method), at, "").want(http.StatusUnauthorized).kind(api.NotSignedIn)
			for _, r := range roles() {
				got := b.as(r, strings.ToUpper(method), at, "")
				allowed := slices.Contains(access[call.OperationID], r)
				if denied := got.status == http.StatusForbidden; denied == allowed {
					t.Errorf("%s as %s: got %d, allowed is %v", call.OperationID, r, got.status, allowed)
				}
				if !allowed {
					got.want(http.StatusForbidden).kind(api.NotAllowed)
				}
			}
		}
	}
	if log := b.log.String(); !strings.Contains(log, "access was denied") || strings.Contains(log, "token-coordinator") {
		t.Error("denied access is logged, a token never")
	}
}

// TestForeignReferences asks every call beneath a name for one that does not exist.
func TestForeignReferences(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bodies := map[string]string{
		"change-cohort": `{}`, "import-participants": `[]`, "finish-task": "",
		"reschedule":        `{"stage":"residential-1","cancel":true,"reason":"other"}`,
		"release-decisions": `{"reason":"other"}`, "coach-leaves": `{"reason":"other"}`, "assign-applications": `{"each":2}`, "issue-late-code": `{"expires_on":"2026-12-01"}`,
		"import-coaches": "name", "publish-slots": `{"first":"2027-02-10T10:00:00Z","count":1,"minutes":60}`,
	}
	for path, calls := range b.document().Paths {
		if !strings.Contains(path, "{") {
			continue
		}
		for method, call := range calls {
			at := strings.NewReplacer("{ref}", "P-ZZZZZZ", "{cohort}", "no-such", "{name}", "no-such", "{id}", "999").Replace(path)
			body := bodies[call.OperationID]
			if command, ok := strings.CutPrefix(call.OperationID, "order-"); ok {
				body = happy[command]
			}
			headers := []string{"If-Match", `"1"`}
			if call.OperationID == "import-coaches" {
				headers = append(headers, "Content-Type", "text/csv")
			}
			b.as(admin, strings.ToUpper(method), at, body, headers...).want(http.StatusNotFound).kind(api.NotFound)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, header := range map[string]string{"basic": "Basic token-admin", "empty": "Bearer ", "no scheme": "token-admin", "long": "Bearer " + strings.Repeat("x", 5000)} {
		got := b.as("", "GET", "/cohorts", "", "Authorization", header).want(http.StatusUnauthorized)
		if got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
	}
	b.as("", "GET", "/cohorts", "", "Authorization", "bearer token-admin").want(http.StatusOK)
	b.store.tokenErr = fmt.Errorf("the database is away: %s", marker)
	b.as(admin, "GET", "/cohorts", "").want(http.StatusInternalServerError).kind(api.Internal)
}

// A test token reads, and tries out what has a dry run: a call that knows none stays shut, whatever its address says.
func TestTestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.kind = programme.TokenTest
	b.as(admin, "GET", "/cohorts", "").want(http.StatusOK)
	for path, calls := range b.document().Paths {
		for method, call := range calls {
			if method == "get" {
				continue
			}
			dry := slices.ContainsFunc(call.Parameters, func(p struct{ Name, In string }) bool { return p.Name == "dry_run" })
			at := strings.NewReplacer("{ref}", ref, "{cohort}", "2027-spring", "{name}", "essentials", "{id}", "5").Replace(path)
			for query, shut := range map[string]bool{"": true, "?dry_run=false": true, "?dry_run=1": true, "?dry_run=true": !dry, "?dry_run=true&dry_run=false": !dry} {
				got := b.as(admin, strings.ToUpper(method), at+query, "")
				if denied := got.status == http.StatusForbidden; denied != shut {
					t.Errorf("%s%s: got %d", call.OperationID, query, got.status)
				}
			}
		}
	}
}
