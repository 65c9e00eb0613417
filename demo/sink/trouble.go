package sink

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Trouble is what a sink does wrong on purpose, so that tests and stories see how a sender bears it.
type Trouble struct {
	Seed          uint64        // draws what happens at random
	Refuse451     float64       // share of mails refused for now, half of them at RCPT and half after the dot
	Refuse550     []string      // addresses refused for good at RCPT
	BusyFor       time.Duration // everything is refused with 451 for so long after Start, real time
	HangAfterData int           // so many mails are never answered after the final dot
	DropAfterData int           // so many connections are cut after the final dot
	Keep          bool          // a mail that hung or was dropped is kept all the same: the sender cannot know
	HangFor       time.Duration // how long a hanging mail is not answered; 0 means five minutes
	Delay         time.Duration // longest wait before the final answer, drawn at random
}

// troubled is the changeable state of a Trouble.
type troubled struct {
	mu      sync.Mutex
	t       Trouble
	began   time.Time
	busy    bool
	draw    *rand.Rand
	refused map[string]bool
}

func newTroubled(t Trouble, began time.Time) *troubled {
	d := &troubled{t: t, began: began, refused: map[string]bool{}, draw: rand.New(rand.NewPCG(t.Seed, 0x51c4))}
	for _, address := range t.Refuse550 {
		d.refused[strings.ToLower(address)] = true
	}
	return d
}

// Refuse makes the sink refuse an address for good from now on; Allow takes it back.
func (s *Sink) Refuse(address string) { s.trouble.refuse(address, true) }

// Allow takes mail for an address again.
func (s *Sink) Allow(address string) { s.trouble.refuse(address, false) }

// Busy refuses everything with 451 until it is called with false.
func (s *Sink) Busy(on bool) {
	s.trouble.mu.Lock()
	defer s.trouble.mu.Unlock()
	s.trouble.busy = on
}

// Hang leaves the next n mails unanswered after their final dot.
func (s *Sink) Hang(n int) {
	s.trouble.mu.Lock()
	defer s.trouble.mu.Unlock()
	s.trouble.t.HangAfterData = n
}

func (d *troubled) refuse(address string, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if on {
		d.refused[strings.ToLower(address)] = true
	} else {
		delete(d.refused, strings.ToLower(address))
	}
}

var (
	errNow     = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Please try again later"}
	errForGood = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox"}
)

// atRcpt is the refusal of a recipient, or nil. lateRefusal says that the mail is to be refused after its dot instead.
func (d *troubled) atRcpt(to string, now time.Time) (refusal *smtp.SMTPError, lateRefusal bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.refused[strings.ToLower(to)]:
		return errForGood, false
	case d.busy, now.Sub(d.began) < d.t.BusyFor:
		return errNow, false
	case d.t.Refuse451 > 0 && d.draw.Float64() < d.t.Refuse451:
		if d.draw.IntN(2) == 0 {
			return errNow, false
		}
		return nil, true
	}
	return nil, false
}

// afterDot says what happens to a mail whose DATA has come whole.
func (d *troubled) afterDot() (outcome string, wait time.Duration, keep bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.t.HangAfterData > 0:
		d.t.HangAfterData--
		wait = d.t.HangFor
		if wait == 0 {
			wait = 5 * time.Minute
		}
		return DataHung, wait, d.t.Keep
	case d.t.DropAfterData > 0:
		d.t.DropAfterData--
		return DataDropped, 0, d.t.Keep
	case d.t.Delay > 0:
		wait = time.Duration(d.draw.Int64N(int64(d.t.Delay) + 1))
	}
	return DataAccepted, wait, true
}
