package worker

import (
	"sync"
	"time"
)

// How the mails per second are shared out. Nearly all go by the mail queue, whose rate the server keeps over all workers. A mail
// that comes alone goes within the step of its stage, as long as its worker sends no more of them than its share: three
// workers stay within the cap.
const (
	shareOfQueue = 0.9
	shareOfSteps = 0.05
)

// AtOnce returns what tells a worker whether one more mail may go outside the mail queue at this moment; nil, always, where
// there is no cap.
func AtOnce(perSecond float64, realNow func() time.Time) func() bool {
	if perSecond <= 0 {
		return nil
	}
	p := &pace{apart: time.Duration(float64(time.Second) / (perSecond * shareOfSteps)), realNow: realNow}
	return p.take
}

// pace lets something happen once in a while.
type pace struct {
	apart   time.Duration
	realNow func() time.Time
	mu      sync.Mutex
	next    time.Time
}

func (p *pace) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.realNow()
	if now.Before(p.next) {
		return false
	}
	p.next = now.Add(p.apart)
	return true
}
