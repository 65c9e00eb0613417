package cast

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The button is pressed as a mail program presses it, whatever the program answers is in the log, and no secret.
func TestAMailProgramUnsubscribes(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Header.Set("X-Body", string(body))
		got <- r
		if strings.HasSuffix(r.URL.Path, "/moved") {
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	p, err := newPlay(Options{API: server.URL, Token: "t", MailDir: dir, Dir: dir, Spreadsheet: sheet(t), Participants: 12, Seed: 1, Day: time.Second, StartsOn: "2027-03-01", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	one := p.unsubscriber
	if one == nil || one.character.name != prompt {
		t.Fatalf("nobody unsubscribes: %+v", one)
	}
	l, err := read(envelope{ID: "1"}, []byte("List-Unsubscribe: <"+server.URL+"/unsubscribe/secret>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"+aMail))
	if err != nil || l.oneClick != server.URL+"/unsubscribe/secret" {
		t.Fatalf("%q, %v", l.oneClick, err)
	}
	p.unsubscribe(t.Context(), one, l.oneClick)
	r := <-got
	if r.Method != http.MethodPost || r.Header.Get("X-Body") != oneClick || len(r.Cookies()) > 0 || r.Header.Get("Origin")+r.Header.Get("Sec-Fetch-Site") != "" ||
		r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("%s with %v", r.Method, r.Header)
	}
	if problems := p.log.problems(); len(problems) > 0 {
		t.Errorf("problems %v", problems)
	}
	p.unsubscribe(t.Context(), one, server.URL+"/unsubscribe/secret/moved")
	<-got
	if problems := p.log.problems(); len(problems) != 1 {
		t.Errorf("a redirect is no answer: %v", problems)
	}
	written, err := os.ReadFile(filepath.Join(dir, LogFile))
	if err != nil || strings.Contains(string(written), "secret") || strings.Count(string(written), `"act":"unsubscribe"`) != 3 {
		t.Errorf("the log, %v:\n%s", err, written)
	}
}
