package smtp

import (
	"errors"
	"sync"
	"time"

	"fairlead/programme"
)

// ErrPaused says that the relay failed so often that it is left alone for a while.
var ErrPaused = errors.New("the relay failed several times in a row and is left alone for a while")

// breakAfter is how many failures in a row open the breaker.
const breakAfter = 5

// outcome is what an attempt says about the relay, not about the mail.
type outcome int

const (
	worked outcome = iota
	broke
	unknown // it was stopped from outside
)

// breaker keeps mails away from a relay that fails: after limit failures in a row none goes for the length of the
// pause, then one goes as a probe; if it works the rest follow.
type breaker struct {
	limit int
	pause time.Duration
	now   func() time.Time

	mu       sync.Mutex
	failures int
	until    time.Time
	probing  bool
	class    programme.MailClass // of the mails it keeps back
}

// enter asks whether a mail may go. Where it may not, the answer is the class of the failures: a mail that waits for
// somebody to mend the password is no mail that waits for the network.
func (b *breaker) enter() (programme.MailClass, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < b.limit {
		return "", true
	}
	if b.probing || b.now().Before(b.until) {
		return b.class, false
	}
	b.probing = true
	return "", true
}

// leave tells how it went; every enter that said yes is followed by one.
func (b *breaker) leave(how outcome, class programme.MailClass) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
	switch how {
	case worked:
		b.failures = 0
	case broke:
		if b.class = programme.MailTemporary; class == programme.MailConfiguration {
			b.class = class
		}
		if b.failures++; b.failures >= b.limit {
			b.until = b.now().Add(b.pause)
		}
	}
}

func (b *breaker) reset() { b.leave(worked, "") }

func (b *breaker) healthy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures < b.limit
}
