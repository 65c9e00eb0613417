package verdict

import (
	"slices"
	"testing"
)

// TestASessionThatIsCancelledForGood: who takes a booking back so late that no morning is left to ask again keeps no entry, and
// no second request is missed.
func TestASessionThatIsCancelledForGood(t *testing.T) {
	t.Parallel()
	for act, named := range map[string]bool{ActCancel: false, "look": true} {
		b := good()
		b.books(1, "slot")
		asked, gone := &Entry{Method: "REQUEST", UID: "P-1coaching-1", Starts: at("2027-02-10", "10:00")}, &Entry{}
		b.find("c/P-1/coaching-1/coaching-booked/bP-1").Entry = asked
		*gone = *asked
		gone.Method, gone.Sequence = "CANCEL", 1
		b.act(1, act, "coaching-1", 1, "", at("2027-02-03", "10:00"))
		b.mail("P-1", "coaching-1", "coaching-cancelled", "c1", reply, at("2027-02-03", "10:00")).Entry = gone
		s := b.of("P-1").stage("coaching-1")
		s.State, s.Round = "lapsed", 2
		if !named {
			b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-1/coaching-1/coaching/2.1.0", State: "not_sent", Reason: "lapsed"})
		}
		r := Judge(b.in)
		for _, check := range []string{"calendar", "missing-mail"} {
			if names(r, check) != named {
				t.Errorf("%s: %s of %+v", act, check, r.Faults)
			}
		}
	}
}

// A session that was cancelled is asked for again by the news of it, once; the coach's word that nobody came by one mail.
func TestAnotherTimeIsAskedForOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opens  bool
		act    string
		answer string
		rule   string
		faults []string
	}{
		"the news asks":                    {opens: true},
		"the news asks for nothing":        {faults: []string{"missing-mail"}},
		"it is asked for twice":            {opens: true, rule: scheduled, faults: []string{"coaching"}},
		"nobody came":                      {act: ActLog, answer: "did_not_attend", rule: staff},
		"it was held":                      {act: ActLog, answer: "held", rule: staff, faults: []string{"rule", "coaching"}},
		"the leader is back from the hold": {act: "resume", rule: scheduled},
	} {
		t.Run(name, func(t *testing.T) {
			b := good()
			b.books(1, "slot")
			b.act(1, "look", "coaching-1", 1, "", at("2027-02-03", "10:00"))
			if c.act != "" {
				b.act(1, c.act, "coaching-1", 1, c.answer, at("2027-02-11", "10:00"))
			}
			b.mail("P-1", "coaching-1", "coaching-cancelled", "c1", reply, at("2027-02-03", "10:00")).Opens = c.opens
			if c.rule != "" {
				b.mail("P-1", "coaching-1", "coaching", "2.1.0", c.rule, at("2027-02-12", "09:10"))
			}
			s := b.of("P-1").stage("coaching-1")
			s.State, s.Round = "done", 2
			r := Judge(b.in)
			for _, check := range []string{"rule", "coaching", "missing-mail"} {
				if named := names(r, check); named != slices.Contains(c.faults, check) {
					t.Errorf("%s is named %v: %+v", check, named, r.Faults)
				}
			}
		})
	}
}
