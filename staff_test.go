package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairlead/config"
)

// TestStaffAtTheTerminal begins the list of staff, as a centre does before anybody can sign in, and lets doctor's check
// look at the provider and the list.
func TestStaffAtTheTerminal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	command := func(want int, args ...string) string {
		t.Helper()
		var out, complaint bytes.Buffer
		if got := run(t.Context(), append(args, "--data", folder), strings.NewReader(""), &out, &complaint); got != want {
			t.Fatalf("%v ended with %d, want %d: %s", args, got, want, complaint.String())
		}
		return out.String() + complaint.String()
	}
	command(0, "migrate")
	for _, args := range [][]string{{"--role", "king", "--email", "jo@centre.example"}, {"--role", "admin", "--email", "jo"}, {"--role", "admin"}} {
		if out := command(map[bool]int{true: exitUsage, false: exitFailed}[args[1] == "king"], append([]string{"staff", "add"}, args...)...); !strings.Contains(out, "fairlead: ") {
			t.Errorf("%v: %s", args, out)
		}
	}

	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"http://` + r.Host + `","authorization_endpoint":"http://` + r.Host + `/a","token_endpoint":"http://` + r.Host + `/t","jwks_uri":"http://` + r.Host + `/k",
			"code_challenge_methods_supported":["plain"]}`))
	}))
	t.Cleanup(provider.Close)
	s := config.Settings{Data: folder, Listen: "127.0.0.1:8080", OIDCIssuer: provider.URL, OIDCClientID: "fairlead", Division: "england-and-wales"}
	store, err := openRecords(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if err := checkSignIn(t.Context(), s, store); err == nil || !strings.Contains(err.Error(), "S256") {
		t.Errorf("a provider without S256: %v", err)
	}
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"http://` + r.Host + `","authorization_endpoint":"http://` + r.Host + `/a","token_endpoint":"http://` + r.Host + `/t","jwks_uri":"http://` + r.Host + `/k"}`))
	}))
	t.Cleanup(good.Close)
	s.OIDCIssuer = good.URL
	if err := checkSignIn(t.Context(), s, store); err == nil || !strings.Contains(err.Error(), "fairlead staff add --role admin") {
		t.Errorf("nobody administers: %v", err)
	}
	command(0, "staff", "add", "--role", "admin", "--email", "Jo@centre.example")
	command(0, "staff", "add", "--role", "ops", "--email", "sam@centre.example", "--reason", "on call")
	if err := checkSignIn(t.Context(), s, store); err != nil {
		t.Errorf("all is well: %v", err)
	}
	list := strings.Split(strings.TrimSpace(command(0, "staff", "list")), "\n")
	if len(list) != 3 || !strings.Contains(list[1], "jo@centre.example   admin") || !strings.Contains(list[2], "sam@centre.example") {
		t.Fatalf("the list is %q", list)
	}
	id := func(line string) string { return strings.Fields(line)[0] }
	command(exitFailed, "staff", "remove", id(list[1]))
	command(0, "staff", "remove", id(list[2]))
}
