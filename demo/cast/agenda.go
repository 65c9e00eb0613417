package cast

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// agenda is what people intend to do and when, in programme time.
type agenda struct {
	mu    sync.Mutex
	items items
	next  int
}

type item struct {
	at    time.Time
	order int // of being noted, where moments are the same
	do    func(context.Context)
}

func newAgenda() *agenda { return &agenda{} }

// at notes something to be done at a programme moment.
func (a *agenda) at(moment time.Time, do func(context.Context)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next++
	heap.Push(&a.items, item{moment, a.next, do})
}

// until takes off what has come by a moment, in its order.
func (a *agenda) until(now time.Time) []func(context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var come []func(context.Context)
	for len(a.items) > 0 && !a.items[0].at.After(now) {
		come = append(come, heap.Pop(&a.items).(item).do)
	}
	return come
}

// items is a heap, the earliest first.
type items []item

func (h items) Len() int { return len(h) }
func (h items) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].order < h[j].order
	}
	return h[i].at.Before(h[j].at)
}
func (h items) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *items) Push(x any)   { *h = append(*h, x.(item)) }
func (h *items) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
