package verdict

import "testing"

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
