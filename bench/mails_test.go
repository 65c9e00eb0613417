package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// post lays mails at a sink: each is the address, the rule and the keys it carries, then how often it came.
func post(t *testing.T, data string, mails []string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(data, "mail"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, line := range mails {
		part := strings.Split(line, " ")
		letter := fmt.Sprintf("To: <%s>\r\nMessage-Id: <%s>\r\nX-Fairlead-Rule: %s\r\nX-Fairlead-Key: %s\r\n\r\nHello.\r\n", part[0], part[3], part[1], part[2])
		if err := os.WriteFile(filepath.Join(data, "mail", fmt.Sprintf("%06d.eml", i)), []byte(letter), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Of a prompt leader's mails every scheduled one counts, also one that says what another did.
func TestScheduledMailsAreAllCounted(t *testing.T) {
	data := t.TempDir()
	cast := `{"people":[{"ref":"P-1","emails":["a@x.example"],"private":"p@x.example"},{"ref":"P-2","emails":["b@x.example"]},
		{"ref":"P-3","emails":["c@x.example"]},{"ref":"P-4","emails":["d@x.example"]}]}`
	if err := os.WriteFile(filepath.Join(data, "cast-people.json"), []byte(cast), 0o600); err != nil {
		t.Fatal(err)
	}
	var mails []string
	for i := range mostMails { // the same stage and message again and again
		mails = append(mails, fmt.Sprintf("a@x.example scheduled c/P-1/coaching-1/coaching-tomorrow/1.%d.1,c/P-1/alumni/alumni/1.1.%d m%d", i, i, i))
	}
	mails = append(mails,
		"A@x.example scheduled c/P-1/coaching-1/coaching-tomorrow/1.0.1 m0", // repeated
		"a@x.example reply c/P-1/coaching-1/coaching-booked/b1 r1",
		"a@x.example urgent c/P-1/residential-1/event-cancelled/o1 u1",
		"p@x.example scheduled c/P-1/survey-6-months/survey/1.1.0 s1",
		"office@x.example scheduled c/P-1/-/assistant-welcome/1 w1",
		"a@x.example scheduled c/P-1/alumni/alumni-reminder/1.1.1 r1a",
		"b@x.example scheduled c/P-2/alumni/alumni/1.1.0,c/P-2/closing-survey/survey-reminder/1.1.1 r2",
		"c@x.example scheduled c/P-3/coaching-1/coaching-tomorrow/1.1.1 t3",
		"c@x.example staff c/P-3/coaching-1/coaching/2.1.0 t4",
		"d@x.example scheduled c/P-4/alumni/alumni/1.1.0 d1")
	measure := func() []row {
		b := &bench{progress: io.Discard}
		if err := b.addMails(data, []*leaderYear{{ref: "P-1"}, {ref: "P-2"}, {ref: "P-3"}}); err != nil {
			t.Fatal(err)
		}
		return b.rows
	}
	post(t, data, mails)
	rows := measure()
	if len(rows) != 2 || rows[0].verdict != passed || !strings.HasPrefix(rows[0].got, "30 at most, of 2 ") || !strings.HasPrefix(rows[1].got, "1 at most, of 1") {
		t.Errorf("%+v", rows)
	}
	post(t, data, append(mails, "p@x.example scheduled c/P-1/closing-survey/survey/1.1.0 p1"))
	if rows := measure(); rows[0].verdict != failed {
		t.Errorf("31 mails: %+v", rows)
	}
}
