package api

import (
	"container/list"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// Limiter bounds how often something may be asked from one network: a /24 of IPv4, a /56 of IPv6, what one household
// or office has. It remembers a bounded number of networks and forgets the one unheard of for longest. Limits are
// those of one process: three replicas allow three times as much.
type Limiter struct {
	every rate.Limit
	burst int
	size  int
	now   func() time.Time

	mu     sync.Mutex
	known  map[netip.Prefix]*list.Element
	recent *list.List // of *bucket, the latest in front
}

type bucket struct {
	network netip.Prefix
	limit   *rate.Limiter
}

// rememberedNetworks is how many networks a Limiter holds: some megabytes at most.
const rememberedNetworks = 10_000

// NewLimiter allows burst requests at once from one network, and then one in every interval; now is real time.
func NewLimiter(burst int, interval time.Duration, now func() time.Time) *Limiter {
	return &Limiter{every: rate.Every(interval), burst: burst, size: rememberedNetworks, now: now,
		known: map[netip.Prefix]*list.Element{}, recent: list.New()}
}

// Allow reports whether the address may ask now, and if not, how long it should wait. An address that cannot be read
// shares one bucket with all such.
func (l *Limiter) Allow(address string) (bool, time.Duration) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	reservation := l.bucket(network(address)).ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return false, wait
	}
	return true, 0
}

func (l *Limiter) bucket(n netip.Prefix) *rate.Limiter {
	if element, ok := l.known[n]; ok {
		l.recent.MoveToFront(element)
		return element.Value.(*bucket).limit
	}
	for l.recent.Len() >= l.size {
		oldest := l.recent.Back()
		delete(l.known, oldest.Value.(*bucket).network)
		l.recent.Remove(oldest)
	}
	fresh := &bucket{n, rate.NewLimiter(l.every, l.burst)}
	l.known[n] = l.recent.PushFront(fresh)
	return fresh.limit
}

func network(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := 56
	if ip.Is4() {
		bits = 24
	}
	prefix, _ := ip.Prefix(bits) // fits every address of that family
	return prefix
}

// Limit is the middleware that refuses with 429 and Retry-After what the limiter does not allow.
func (l *Limiter) Limit(c *gin.Context) {
	if ok, wait := l.Allow(c.ClientIP()); !ok {
		seconds := int(wait/time.Second) + 1
		Refuse(c, NewProblem(TooManyRequests, "Wait "+strconv.Itoa(seconds)+" seconds, then try again.").
			With("Retry-After", strconv.Itoa(seconds)))
	}
}
