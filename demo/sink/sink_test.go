package sink

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// now is real time in these tests: it never moves unless a test moves it.
var began = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func setup(t *testing.T, dir string, trouble Trouble) *Sink {
	t.Helper()
	s, err := Start(Options{Dir: dir, Now: func() time.Time { return began }, Trouble: trouble})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func letter(id, key string) string {
	return strings.ReplaceAll("From: office@centre.example\nTo: x@y.example\nSubject: =?utf-8?q?Your_place=E2=80=A6?=\n"+
		"Date: Tue, 08 Sep 2026 09:14:00 +0100\nMessage-ID: <"+id+">\nX-Fairlead-Key: "+key+"\nX-Fairlead-Rule: scheduled\n"+
		"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"+
		"--b\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\nPlease answer =E2=80=93 http://127.0.0.1/l/abc.\n.dots at the start stay\n"+
		"--b\nContent-Type: text/html; charset=UTF-8\n\n<p>Please <b>answer</b></p><script>alert(1)</script>\n--b--\n", "\n", "\r\n")
}

func send(s *Sink, to, text string) error {
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		return err
	}
	defer c.Close()
	c.CommandTimeout, c.SubmissionTimeout = 5*time.Second, 200*time.Millisecond
	if err := c.SendMail("office@centre.example", []string{to}, strings.NewReader(text)); err != nil {
		return err
	}
	return c.Quit()
}

func code(err error) int {
	var refusal *smtp.SMTPError
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return 0
}

func TestKeepsWhatItAcceptsAcrossARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := setup(t, dir, Trouble{})
	arrival := s.Arrival()
	if err := send(s, "Helen@Bath.example", letter("one@f", "c/P-1/selection/invitation/1.1.0, c/P-1/-/year-dates/1")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-arrival:
	default:
		t.Error("nobody was told of the arrival")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// A kill in the middle of a line: what was never acknowledged goes, and the next mail has a line of its own.
	cut, _ := os.OpenFile(filepath.Join(dir, indexFile), os.O_APPEND|os.O_WRONLY, 0)
	_, _ = cut.WriteString(`{"id":"000002","to":`)
	_ = cut.Close()

	s = setup(t, dir, Trouble{})
	if err := send(s, "someone@else.example", letter("two@f", "k2")); err != nil {
		t.Fatal(err)
	}
	mails := s.List("helen@bath.EXAMPLE")
	if len(mails) != 1 || s.Count() != 2 || s.Connections() != 1 {
		t.Fatalf("found %d of %d mails over %d connections", len(mails), s.Count(), s.Connections())
	}
	m := mails[0]
	if m.ID != "000001" || m.Subject != "Your place…" || m.Date != "2026-09-08T09:14:00+01:00" || m.MessageID != "one@f" ||
		len(m.Keys) != 2 || m.Keys[1] != "c/P-1/-/year-dates/1" || m.Rule != "scheduled" || !m.Received.Equal(began) {
		t.Errorf("the index says %+v", m)
	}
	raw, err := s.Raw(m.ID)
	if err != nil || string(raw) != letter("one@f", "c/P-1/selection/invitation/1.1.0, c/P-1/-/year-dates/1") {
		t.Errorf("the mail is not as it came (%v):\n%s", err, raw)
	}
	if all, err := Index(dir); err != nil || len(all) != 2 || all[1].ID != "000002" {
		t.Errorf("the index on disk: %v %v", all, err)
	}
	if _, err := s.Raw("../000001"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an id that is none: %v", err)
	}
}

func TestTroubleIsClassed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := setup(t, dir, Trouble{Refuse550: []string{"Gone@x.example"}, HangAfterData: 1, Keep: true})
	if got := code(send(s, "gone@x.example", letter("a@f", "a"))); got != 550 {
		t.Errorf("refused address: %d", got)
	}
	s.Allow("gone@x.example")
	if err := send(s, "gone@x.example", letter("b@f", "b")); err == nil || code(err) != 0 {
		t.Errorf("a mail that hangs ends without an answer, not with %v", err)
	}
	s.Busy(true)
	if got := code(send(s, "gone@x.example", letter("b@f", "b"))); got != 451 {
		t.Errorf("busy: %d", got)
	}
	s.Busy(false)
	if err := send(s, "gone@x.example", letter("b@f", "b")); err != nil {
		t.Errorf("after all that: %v", err)
	}
	if s.Count() != 2 { // the hung one was kept, and its repeat is a copy under the same Message-ID
		t.Errorf("kept %d", s.Count())
	}
	log, err := DataLog(dir)
	if err != nil || len(log) != 2 || log[0].Outcome != DataHung || !log[0].Kept || log[1].Outcome != DataAccepted {
		t.Errorf("the log of DATA: %+v %v", log, err)
	}
}

func TestRefusesAShareBySeed(t *testing.T) {
	t.Parallel()
	outcome := func() (line string, whole int) {
		dir := t.TempDir()
		s := setup(t, dir, Trouble{Seed: 7, Refuse451: 0.5})
		for range 12 {
			line += map[int]string{0: ".", 451: "r"}[code(send(s, "x@y.example", letter("a@f", "a")))]
		}
		log, _ := DataLog(dir)
		for _, d := range log {
			if d.Outcome == DataRefused {
				whole++
			}
		}
		return line, whole
	}
	first, whole := outcome()
	second, _ := outcome()
	if first != second || !strings.Contains(first, "r") || !strings.Contains(first, ".") || whole == 0 {
		t.Errorf("the same seed gave %s and %s, %d refused after the dot", first, second, whole)
	}
}

func TestAConnectionThatDiesInsideDataIsLogged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := setup(t, dir, Trouble{})
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Mail("a@b.example", nil)
	_ = c.Rcpt("x@y.example", nil)
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(w, "Message-ID: <cut@f>\r\n\r\nhalf a ma")
	_ = c.Close()
	for deadline := time.After(5 * time.Second); ; {
		if log, _ := DataLog(dir); len(log) == 1 {
			if log[0].Outcome != DataBroken || log[0].Kept || s.Count() != 0 {
				t.Errorf("logged %+v, kept %d", log[0], s.Count())
			}
			return
		}
		select {
		case <-deadline:
			t.Fatal("never logged")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestHandlerShowsTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := Handler(dir)
	if status, body := get(t, h, "/dev/mail.json"); status != 200 || strings.TrimSpace(body) != "[]" {
		t.Errorf("an empty folder: %d %s", status, body)
	}
	s := setup(t, dir, Trouble{})
	for range pageSize + 1 {
		if err := send(s, "x@y.example", letter("a@f", "a")); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(s, "z@y.example", letter("z@f", "z")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path   string
		status int
		has    []string
		hasNot []string
	}{
		{"/dev/mail.json?to=Z@y.example", 200, []string{`"id":"000052"`, `"message_id":"z@f"`}, []string{"000001"}},
		{"/dev/mail.json?since=000051", 200, []string{`"id":"000052"`}, []string{`"id":"000051"`}},
		{"/dev/mail.json?limit=1", 200, []string{`"id":"000001"`}, []string{`"id":"000002"`}},
		{"/dev/mail/000001.eml", 200, []string{"X-Fairlead-Key: a"}, nil},
		{"/dev/mail/000001", 404, nil, nil},
		{"/dev/mail/999999.eml", 404, nil, nil},
		{"/dev/mail", 200, []string{"52 mails", "?id=000052", "?page=1"}, []string{"?id=000001"}},
		{"/dev/mail?page=1", 200, []string{"?id=000001", `href="/dev/mail">Newer`}, []string{"?id=000052"}},
		{"/dev/mail?to=z@y.example", 200, []string{"1 mail,", `value="z@y.example"`}, nil},
		{"/dev/mail?id=000052", 200, []string{`<a href="http://127.0.0.1/l/abc">`, `sandbox=""`, "&lt;b&gt;answer&lt;/b&gt;"}, []string{"<script>"}},
		{"/dev/mail?id=nope", 404, nil, nil},
	}
	for _, test := range tests {
		status, body := get(t, h, test.path)
		if status != test.status {
			t.Errorf("%s: %d", test.path, status)
		}
		for _, text := range test.has {
			if !strings.Contains(body, text) {
				t.Errorf("%s lacks %q", test.path, text)
			}
		}
		for _, text := range test.hasNot {
			if strings.Contains(body, text) {
				t.Errorf("%s shows %q", test.path, text)
			}
		}
	}
}
