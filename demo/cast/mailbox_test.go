package cast

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

const aMail = "Date: Mon, 07 Sep 2026 09:15:00 +0100\r\nMessage-ID: <m@f>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"Written on 7 September 2026. We hold your place until Monday 21 =\r\nSeptember 2026 at 5pm.\r\n\r\nAnswer:\r\nhttp://127.0.0.1:8080/l/abc-DEF_1\r\n" +
	"Again: http://127.0.0.1:8080/l/abc-DEF_1 and http://127.0.0.1:8080/l/second.\r\nDiary: http://127.0.0.1:8080/calendar/feed1.ics\r\nThe year ends on 1 December 2027.\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<a href=\"http://127.0.0.1:8080/l/html\">x</a>\r\n--b--\r\n"

func TestAMailIsRead(t *testing.T) {
	t.Parallel()
	l, err := read(envelope{ID: "000001", To: "a@x.example", MessageID: "m@f",
		Keys: []string{"c/P-1/selection/invitation/2.1.0", "c/P-1/-/year-dates/1.1.0", "c/P-1/selection/invitation-accepted/7f3e", "odd"}}, []byte(aMail))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.links) != 2 || l.links[0] != "http://127.0.0.1:8080/l/abc-DEF_1" || l.links[1] != "http://127.0.0.1:8080/l/second" {
		t.Errorf("links %v", l.links)
	}
	if want := time.Date(2026, 9, 21, 16, 0, 0, 0, time.UTC); !l.due.Equal(want) || l.feed != "http://127.0.0.1:8080/calendar/feed1.ics" {
		t.Errorf("due %s, feed %s", l.due, l.feed)
	}
	if len(l.keys) != 3 || l.keys[0] != (key{"P-1", "selection", "invitation", 2}) || l.keys[2].round != 0 {
		t.Errorf("keys %+v", l.keys)
	}
	if got := l.likely("-"); got[0] != "http://127.0.0.1:8080/l/second" || len(got) != 2 {
		t.Errorf("the second key has the second link: %v", got)
	}
	if _, err := read(envelope{ID: "2"}, []byte("Subject: x\r\n\r\n")); err == nil {
		t.Error("a mail without a date is an error")
	}
}

func TestTheMailboxCanBeReadOverHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RequestURI() {
		case "/dev/mail.json?since=":
			_, _ = w.Write([]byte(`[{"id":"000001","to":"a@x.example","keys":["k"]},{"id":"000002","to":"b@x.example"}]`))
		case "/dev/mail.json?since=000002":
			_, _ = w.Write([]byte(`[]`))
		case "/dev/mail/000001.eml":
			_, _ = w.Write([]byte(aMail))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	box := newMailbox(Options{API: server.URL})
	come, err := box.next(t.Context())
	if err != nil || len(come) != 2 || come[0].Keys[0] != "k" {
		t.Fatalf("%+v %v", come, err)
	}
	if raw, err := box.raw(t.Context(), "000001"); err != nil || string(raw) != aMail {
		t.Errorf("%s %v", raw, err)
	}
	if come, err = box.next(t.Context()); err != nil || len(come) != 0 {
		t.Errorf("nothing new: %+v %v", come, err)
	}
	if _, err := box.raw(t.Context(), "9"); err == nil {
		t.Error("a mail that is not there is an error")
	}
}

func TestMomentsOfPeople(t *testing.T) {
	t.Parallel()
	luck := draw(1, 1)
	friday := time.Date(2026, 9, 11, 8, 0, 0, 0, time.UTC)
	for range 200 {
		next := later(luck, friday, 1).In(london)
		if next.Weekday() != time.Monday || next.Hour() < 7 || next.Hour() > 20 {
			t.Fatalf("one working day after a Friday is %s", next)
		}
		if soon := later(luck, friday, 0); soon.Sub(friday) < time.Hour || soon.Sub(friday) > 7*time.Hour {
			t.Fatalf("soon is %s", soon)
		}
		if at := office(luck, friday.AddDate(0, 0, 1)).In(london); at.Weekday() != time.Monday || at.Hour() < 9 {
			t.Fatalf("the office opens %s", at)
		}
	}
	before := time.Date(2026, 12, 23, 12, 0, 0, 0, time.UTC)
	if got := later(luck, before, 1).In(london).Format("2006-01-02"); got != "2027-01-04" {
		t.Errorf("after Christmas it is %s", got)
	}
	y, err := newYear(Options{StartsOn: "2027-03-01"})
	if err != nil || y.cohort != "2027-spring" || y.next != "2028-spring" || !y.begins.Equal(time.Date(2026, 9, 7, 5, 0, 0, 0, time.UTC)) ||
		!y.joinBy.Equal(time.Date(2027, 1, 28, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", y, err)
	}
	if _, err := newYear(Options{StartsOn: "2027-03-02"}); err == nil {
		t.Error("a year does not start on a Tuesday")
	}
}
