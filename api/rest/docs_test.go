package rest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

func TestDocumentListsEveryRoute(t *testing.T) {
	t.Parallel()
	b := setup(t)
	engine := gin.New()
	New(b.options).Register(engine)
	document := b.document()
	routes := 0
	for _, route := range engine.Routes() {
		path, ours := strings.CutPrefix(route.Path, Base)
		if !ours {
			continue
		}
		routes++
		steps := strings.Split(path, "/")
		for i, s := range steps {
			if name, ok := strings.CutPrefix(s, ":"); ok {
				steps[i] = "{" + name + "}"
			}
		}
		call, ok := document.Paths[strings.Join(steps, "/")][strings.ToLower(route.Method)]
		if !ok {
			t.Errorf("%s %s is not in the document", route.Method, route.Path)
			continue
		}
		if len(call.Roles) == 0 {
			t.Errorf("%s has no roles", call.OperationID)
		}
		hasKey := slices.ContainsFunc(call.Parameters, func(p struct{ Name, In string }) bool { return p.Name == idempotencyHeader && p.In == "header" })
		if hasKey != (route.Method == http.MethodPost) {
			t.Errorf("%s %s: Idempotency-Key is documented: %v", route.Method, route.Path, hasKey)
		}
	}
	if routes != len(access) {
		t.Errorf("%d routes, %d operations in the table of access", routes, len(access))
	}
}

func TestDocsPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	response, err := http.Get(b.url + "/docs")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for operation := range access {
		if !strings.Contains(page, `id="`+operation+`"`) {
			t.Errorf("%s is not on the page", operation)
		}
	}
	for _, want := range []string{"coordinator, ops, admin", `id="shape-Journey"`, `href="#shape-OrderResult"`, "list of", "leader_asked", "assistant_email", "Idempotency-Key", "For example P-7F3K2Q"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Count(page, "<h1>") != 1 || strings.Contains(page, "<script") || strings.Contains(page, "style=") || strings.Contains(page, "src=") {
		t.Error("the page has scripts, styles or more than one heading")
	}
	if !strings.Contains(response.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("the page has no content security policy")
	}
}

// What huma says of a value is never passed on; what it says of the schema becomes a sentence of ours.
func TestHumasWordsStayInside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ location, message, says, pointer string }{
		{"body", "expected required property stage to be present", "This is missing.", "#/stage"},
		{"body.details", "unexpected property", "There is no such field.", "#/details"},
		{"body." + marker + "@example.org", "unexpected property", "There is no such field.", "#"},
		{"body.overrides.residential-1.ladder[0]", "expected integer", "Write a whole number.", "#/overrides/residential-1/ladder/0"},
		{"body.route", `expected value to be one of "invitation, confirmed"`, "Choose one of: invitation, confirmed.", "#/route"},
		{"body.email", "expected string to be RFC 5322 email: mail: missing '@' in " + marker, otherwise, "#/email"},
		{"body", "json: cannot unmarshal " + marker, otherwise, "#"},
	} {
		got := faultOf(&huma.ErrorDetail{Message: c.message, Location: c.location, Value: marker})
		if got.Detail != c.says || got.Pointer != c.pointer {
			t.Errorf("%s: %+v", c.message, got)
		}
	}
	for _, status := range []int{400, 404, 406, 408, 413, 415, 422, 500, 999} {
		p := huma.NewError(status, marker, fmt.Errorf("about %s", marker)).(*api.Problem)
		if strings.Contains(fmt.Sprintf("%+v", *p), marker) {
			t.Errorf("%d repeats what was sent: %+v", status, p)
		}
	}
}

func TestReasonsAreThoseOfTheProgramme(t *testing.T) {
	t.Parallel()
	codes := reason("").Schema(nil).Enum
	if len(codes) != len(programme.ReasonCodes()) {
		t.Errorf("%v", codes)
	}
}
