package verdict

import "testing"

// The answer of somebody who declined is kept for two years, and then goes without a fault.
func TestAnswersHaveTheirTime(t *testing.T) {
	t.Parallel()
	for last, wanted := range map[string]int{"2027-12-01": 1, "2029-02-01": 0} {
		b := good()
		b.of("P-2").Stages[0].Answered = ""
		b.act(1, "look", "", 0, "", at(last, "10:00"))
		found := 0
		for _, fault := range Judge(b.in).Faults {
			if fault.Check == "lost-answer" {
				found++
			}
		}
		if found != wanted {
			t.Errorf("on %s: %d faults, want %d", last, found, wanted)
		}
	}
}

// A session that is booked again by an older request has moved, and the mail says that.
func TestASessionBookedTwiceHasMoved(t *testing.T) {
	t.Parallel()
	for _, moved := range []bool{true, false} {
		b := good()
		b.books(1, "slot")
		b.act(1, ActAnswer, "coaching-1", 1, "book", at("2027-02-04", "10:00"))
		if moved {
			b.mail("P-1", "coaching-1", "coaching-moved", "m1", reply, at("2027-02-04", "10:00"))
		}
		missing := false
		for _, fault := range Judge(b.in).Faults {
			missing = missing || fault.Check == "missing-reply"
		}
		if missing == moved {
			t.Errorf("told of the move %t: missing %t", moved, missing)
		}
	}
}
