package verdict

import (
	"slices"
	"testing"
	"time"
)

// plantedExits are the faults of mail that can be turned off.
var plantedExits = []struct {
	name  string
	check string
	plant func(*builder)
}{
	{"optional mail without the button", "unsubscribe", func(b *builder) { b.find("c/P-5/survey-12-months/survey-reminder/1.1.1").Exit = "" }},
	{"a button that does not say one click", "unsubscribe", func(b *builder) { b.find("c/P-5/survey-12-months/survey/1.1.0").OneClick = "" }},
	{"a button that leads to a mailbox", "unsubscribe", func(b *builder) { b.find("c/P-5/survey-12-months/survey/1.1.0").Exit = "<mailto:off@f.example>" }},
	{"a button on the closing survey", "unsubscribe", func(b *builder) {
		b.find("c/P-5/closing-survey/survey/1.1.0").Exit = b.find("c/P-5/survey-12-months/survey/1.1.0").Exit
	}},
	{"a button on optional mail that says something else too", "unsubscribe", func(b *builder) {
		m := b.find("c/P-5/survey-12-months/survey/1.1.0")
		m.Keys = append(m.Keys, "c/P-5/alumni/alumni/1.1.0")
		b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-5/alumni/alumni/1.1.0", State: "merged"})
	}},
	{"a reminder after mail was turned off", "unsubscribe", func(b *builder) {
		b.afterwards("P-1", "survey-6-months", "survey-reminder", "1.1.1", at("2028-05-16", "09:10"))
	}},
	{"the next survey after mail was turned off", "unsubscribe", func(b *builder) {
		b.afterwards("P-1", "survey-12-months", "survey", "1.1.0", at("2028-11-09", "09:10"))
	}},
	{"a later survey that never asked somebody who wants mail", "missing-mail", func(b *builder) { b.lose("c/P-5/survey-12-months/survey/1.1.0") }},
	{"a later survey that never asked, for a reason that is none", "missing-mail", func(b *builder) {
		b.in.Records.Messages[len(b.in.Records.Messages)-1].Reason = "same_day"
	}},
	{"a later survey that never asked, although nothing was turned off", "missing-mail", func(b *builder) { b.did("P-1", ActUnsubscribe).Confirmed = false }},
}

func TestMailThatCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	for _, test := range plantedExits {

		b := good()
		test.plant(b)
		r := Judge(b.in)
		if !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Check == test.check }) {
			t.Errorf("%s: %s, and %s is not among %+v", test.name, r.Verdict, test.check, r.Faults)
		}
	}
	b := good() // what was on its way at that moment may still come
	b.find("c/P-1/survey-6-months/survey/1.1.0").Received = b.did("P-1", ActUnsubscribe).Answered.Add(time.Second)
	if r := Judge(b.in); r.Verdict != "ok" {
		t.Errorf("%+v", r.Faults)
	}
}
