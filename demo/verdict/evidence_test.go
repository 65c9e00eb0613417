package verdict

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestReadsTheEvidence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "index.jsonl"), `{"id":"000001","received":"2026-11-02T12:00:01Z","to":"a@x.example","rule":"reply"}`+"\n"+`{"id":"0000`)
	write(t, filepath.Join(dir, "000001.eml"), "Date: Tue, 08 Sep 2026 09:14:00 +0100\r\nMessage-ID: <m1@f>\r\nX-Fairlead-Key: c/P-1/selection/invitation/1.1.0,\r\n c/P-1/-/year-dates/1.1.0\r\nX-Fairlead-Rule: scheduled\r\nList-Unsubscribe:\r\n <https://f/unsubscribe/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello: https://=\r\nf/l/x\r\n")
	mails, err := ReadMails(dir)
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	m := mails[0]
	if m.MessageID != "m1@f" || m.Rule != "scheduled" || len(m.Keys) != 2 || m.Keys[1] != "c/P-1/-/year-dates/1.1.0" || m.To != "a@x.example" ||
		!m.Date.Equal(time.Date(2026, 9, 8, 8, 14, 0, 0, time.UTC)) || m.Received.IsZero() ||
		m.Exit != "<https://f/unsubscribe/x>" || m.OneClick != "List-Unsubscribe=One-Click" || !m.Opens {
		t.Errorf("the mail's own headers count: %+v", m)
	}
	if none, err := ReadMails(t.TempDir()); err != nil || len(none) != 0 {
		t.Errorf("a folder without mail: %v %v", none, err)
	}
	write(t, filepath.Join(dir, "cast.jsonl"), `{"person":3,"ref":"P-3","act":"answer","stage":"selection","round":1,"answer":"accept","confirmed":true,"sent":"2026-11-02T12:00:01Z"}`+"\n")
	acts, err := ReadActs(filepath.Join(dir, "cast.jsonl"))
	if err != nil || len(acts) != 1 || acts[0].Answer != "accept" || !acts[0].Confirmed {
		t.Errorf("the log: %+v %v", acts, err)
	}
	write(t, filepath.Join(dir, "people.json"), `{"cohort":"c","places":3,"people":[{"number":1,"ref":"P-1","end":"completed","emails":["a@x.example"]}]}`)
	expected, err := ReadExpected(filepath.Join(dir, "people.json"))
	if err != nil || expected.Places != 3 || expected.People[0].End != "completed" {
		t.Errorf("the people: %+v %v", expected, err)
	}
	if _, err := ReadExpected(filepath.Join(dir, "nobody.json")); err == nil {
		t.Error("a missing file is an error")
	}
}

func TestFetchesEveryPage(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"/api/v1/journeys?cohort=c&limit=200":               `{"items":[{"ref":"P-1"}],"next":"n1"}`,
		"/api/v1/journeys?cohort=c&cursor=n1&limit=200":     `{"items":[{"ref":"P-2"}],"next":null}`,
		"/api/v1/cohorts/c/sittings?limit=200":              `{"items":[{"stage":"residential-2","name":"a","capacity":9,"taken":2}],"next":null}`,
		"/api/v1/journeys/P-1":                              `{"ref":"P-1","cohort":"c","state":"completed","stages":[{"name":"selection","due":null,"round":1}]}`,
		"/api/v1/journeys/P-2":                              `{"ref":"P-2","cohort":"c","state":"declined"}`,
		"/api/v1/journeys/P-1/messages?limit=200":           `{"items":[{"key":"k1","state":"sent"}],"next":"m2"}`,
		"/api/v1/journeys/P-1/messages?cursor=m2&limit=200": `{"items":[{"key":"k2","state":"not_sent","reason":"answered"}],"next":null}`,
		"/api/v1/journeys/P-2/messages?limit=200":           `{"items":[],"next":null}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, known := answers[r.URL.RequestURI()]
		if !known || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	r, err := Fetch(t.Context(), server.URL, "secret", "c")
	if err != nil || len(r.Journeys) != 2 || len(r.Messages) != 2 || len(r.Sittings) != 1 || r.Sittings[0].Taken != 2 || r.Messages[1].Reason != "answered" || r.Journeys[0].Stages[0].Round != 1 {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := Fetch(t.Context(), server.URL, "wrong", "c"); err == nil {
		t.Error("a refusal is an error")
	}
}
