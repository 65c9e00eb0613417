package forms_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestNewLinkNeverTellsWhetherAnAddressIsKnown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.stranger().get("/new-link").is(200, "Get a new link", "You can also enter the private address")
	known := b.stranger().post("/new-link", fields("email", " HELEN.nguyen@wirral.example ")).leads("/new-link/sent")
	other := b.stranger().post("/new-link", fields("email", "nobody@wirral.example")).leads("/new-link/sent")
	if known.body != other.body || !reflect.DeepEqual(known.Header(), other.Header()) {
		t.Error("the two answers differ")
	}
	b.stranger().get("/new-link/sent").is(200, "Look in your mail", "at most three such mails an hour", "To a private address we send links only while the questionnaire or a survey is open.")
	b.forms.Wait()
	if !reflect.DeepEqual(b.workflows.delivered, []string{"outbox-new-link"}) || len(b.records.asked) != 2 {
		t.Errorf("delivered %v, asked %v", b.workflows.delivered, b.records.asked)
	}
}

func TestNewLinkRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ email, says string }{
		{"", "Enter your email address"},
		{" \t", "Enter your email address"},
		{"helen", "Enter an email address in the right form, like name@example.com"},
		{"x@localhost", "Enter an email address in the right form, like name@example.com"},
		{"a@[127.0.0.1]", "Enter an email address in the right form, like name@example.com"},
		{"Helen <helen@wirral.example>", "Enter an email address in the right form, like name@example.com"},
		{"helen@wirral.example, pat@wirral.example", "Enter an email address in the right form, like name@example.com"},
		{strings.Repeat("x", 250) + "@wirral.example", "Enter an email address in the right form, like name@example.com"},
	} {
		b := setup(t)
		a := b.stranger().post("/new-link", fields("email", c.email)).is(422, "Error: Get a new link", "There is a problem", c.says)
		if got := values(a.body)["email"][0]; got != strings.TrimSpace(c.email) {
			t.Errorf("%q came back as %q", c.email, got)
		}
		if len(b.records.asked) != 0 {
			t.Error("the records were asked")
		}
	}
}

func TestNewLinkIsLimited(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.allow = false
	a := b.stranger().post("/new-link", fields("email", leader.Email)).is(429, "Please wait a little")
	if a.Header().Get("Retry-After") != "7" || len(b.records.asked) != 0 {
		t.Errorf("Retry-After %q, asked %v", a.Header().Get("Retry-After"), b.records.asked)
	}
}

func TestNewLinkSaysWhenItCannot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.records.fail = programme.ErrUnavailable
	a := b.stranger().post("/new-link", fields("email", leader.Email)).is(503)
	if a.Header().Get("Retry-After") == "" || strings.Contains(b.log.String(), leader.Email) {
		t.Error("no Retry-After, or the address is in the log")
	}
}

func TestOnlyFormsAreRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []struct {
		kind, body string
		status     int
	}{
		{"application/json", `{"email":"x@y.example"}`, http.StatusUnsupportedMediaType},
		{"multipart/form-data; boundary=x", "--x--", http.StatusUnsupportedMediaType},
		{"", "email=x%40y.example", http.StatusUnsupportedMediaType},
		{"application/x-www-form-urlencoded", "email=%zz", http.StatusUnsupportedMediaType},
		{"application/x-www-form-urlencoded", "email=" + strings.Repeat("x", 70_000), http.StatusRequestEntityTooLarge},
	} {
		request, _ := http.NewRequest(http.MethodPost, "/new-link", strings.NewReader(c.body))
		request.Header.Set("Content-Type", c.kind)
		b.stranger().send(request).is(c.status)
	}
	if len(b.records.asked) != 0 {
		t.Errorf("asked for %v", b.records.asked)
	}
}
