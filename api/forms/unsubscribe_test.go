package forms_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairlead/programme"
)

func (b *bundle) exit() (programme.Token, string) {
	token := b.link(programme.LinkUnsubscribe, "", leader.ID)
	return token, "/unsubscribe/" + token.Reveal()
}

// A mail program posts for its reader: no cookie, an origin of its own, and whatever body (reliability.md, R12).
func TestOneClickTurnsOptionalMailOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, body string }{
		"as RFC 8058 has it": {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		"as a form with parts": {"multipart/form-data; boundary=x",
			"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"},
		"nothing":         {"", ""},
		"another field":   {"application/x-www-form-urlencoded", "List-Unsubscribe=No"},
		"a broken form":   {"application/x-www-form-urlencoded", "%%%=%zz&;"},
		"broken parts":    {"multipart/form-data", "--"},
		"JSON":            {"application/json", `{"on":true}`},
		"more than asked": {"text/plain", strings.Repeat("x", 200_000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			_, address := b.exit()
			for n := range 3 { // repeating it changes nothing
				request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(c.body))
				request.Header.Set("Content-Type", c.kind)
				request.Header.Set("Origin", "https://mail.example")
				a := b.stranger().send(request).is(200, "These emails are off", "Turn them on again")
				if a.Header().Get("Set-Cookie") != "" || a.Header().Get("Location") != "" {
					t.Errorf("headers %v", a.Header())
				}
				a.not("Nguyen", "Wirral")
				if !b.records.off || b.records.writes != 1 {
					t.Errorf("post %d: off %v, %d writes", n+1, b.records.off, b.records.writes)
				}
			}
		})
	}
}

func TestLookingAtTheExitHasNoEffect(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, address := b.exit()
	for range 20 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if a := b.stranger().do(method, address, nil).is(200); a.Header().Get("Set-Cookie") != "" {
				t.Fatal("a cookie")
			}
		}
	}
	if b.records.off || b.records.writes > 0 {
		t.Fatalf("off %v, %d writes", b.records.off, b.records.writes)
	}
	page := b.stranger().get(address).is(200, "Emails about surveys after your year", "Turn these emails off", "Emails about anything else still come.").not("Nguyen")
	if n := strings.Count(page.body, "<button"); n != 1 || !strings.Contains(page.body, `<form method="post" action="`+address+`">`) {
		t.Errorf("%d buttons in\n%s", n, page.body)
	}
	off := b.stranger().post(address, nil).is(200, "These emails are off")
	if !strings.Contains(off.body, `<form method="post" action="`+address+`/again">`) {
		t.Error("no way back")
	}
	b.stranger().get(address).is(200, "These emails are off", "Turn them on again")
	for range 2 {
		b.stranger().post(address+"/again", nil).leads(address)
	}
	if b.records.off || b.records.writes != 2 {
		t.Errorf("on again: off %v, %d writes", b.records.off, b.records.writes)
	}
	b.stranger().get(address).is(200, "Turn these emails off")
}

// What is not such a link answers as one answer, so that nobody learns how close they were.
func TestForgedExits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token, _ := b.exit()
	bodies := map[string]bool{}
	for name, forged := range map[string]string{
		"unknown": programme.NewToken().Reveal(), "of a form": b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal(),
		"of the year": b.link(programme.LinkYear, "", leader.ID).Reveal(), "of the calendar": b.link(programme.LinkFeed, "", leader.ID).Reveal(),
		"cut short": token.Reveal()[:42], "too long": token.Reveal() + "A", "its hash": token.Hash(), "a word": "everybody", "with a version": "v2." + token.Reveal(),
	} {
		for _, path := range []string{"", "/again"} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				if path != "" && method == http.MethodGet {
					continue
				}
				a := b.stranger().do(method, "/unsubscribe/"+forged+path, nil).is(404, "We do not know this link")
				if bodies[a.body] = true; len(bodies) > 1 {
					t.Errorf("%s: another page than the others", name)
				}
			}
		}
	}
	if b.records.off || b.records.writes > 0 {
		t.Error("something was written")
	}
	// And it opens nothing else.
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		b.stranger().do(method, "/l/"+token.Reveal(), nil).is(404, "We do not know this link")
	}
	b.stranger().post("/unsubscribe/"+b.deadLink(programme.ErrLinkReplaced), nil).is(410)
}

func TestExitsAreLimited(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, address := b.exit()
	b.allow = false
	for _, path := range []string{address, address + "/again"} {
		if a := b.stranger().post(path, nil).is(429, "Please wait a little"); a.Header().Get("Retry-After") != "7" {
			t.Errorf("Retry-After %q", a.Header().Get("Retry-After"))
		}
	}
	if b.records.writes > 0 {
		t.Error("something was written")
	}
	b.allow, b.records.fail = true, programme.ErrUnavailable
	b.stranger().post(address, nil).is(503)
}
