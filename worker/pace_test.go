package worker

import (
	"testing"
	"time"
)

func TestFewMailsGoOutsideTheQueue(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	if AtOnce(0, clock) != nil {
		t.Error("a cap where there is none")
	}
	take, sent := AtOnce(20, clock), 0
	for range 60_000 { // a minute of mails, each millisecond another
		if take() {
			sent++
		}
		now = now.Add(time.Millisecond)
	}
	if sent != 60 { // a twentieth of 20 a second
		t.Errorf("%d mails in a minute", sent)
	}
}
