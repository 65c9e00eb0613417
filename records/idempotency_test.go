package records

import (
	"errors"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

func TestIdempotencyKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		begin := func(caller, route, key, body string) (*programme.SavedResponse, error) {
			return b.BeginIdempotent(b.ctx, caller, route, key, body)
		}
		// Fifty at once: one executes, the others hear that it does.
		type result struct {
			saved *programme.SavedResponse
			err   error
		}
		results := make(chan result)
		for range 50 {
			go func() {
				saved, err := begin("ada", "POST /cohorts", "k1", "body")
				results <- result{saved, err}
			}()
		}
		executes := 0
		for range 50 {
			switch r := <-results; {
			case r.err == nil && r.saved == nil:
				executes++
			case !errors.Is(r.err, programme.ErrConflict):
				t.Errorf("in flight: %v, %v, want ErrConflict", r.saved, r.err)
			}
		}
		if executes != 1 {
			t.Errorf("%d execute", executes)
		}
		answer := programme.SavedResponse{Status: 202, ContentType: "application/json", Location: "/operations/1", Body: []byte(`{"n":1}`)}
		must(t, b.FinishIdempotent(b.ctx, "ada", "POST /cohorts", "k1", answer))
		saved, err := begin("ada", "POST /cohorts", "k1", "body")
		must(t, err)
		if diff := cmp.Diff(&answer, saved); diff != "" {
			t.Errorf("the answer came back otherwise:\n%s", diff)
		}
		if _, err := begin("ada", "POST /cohorts", "k1", "another body"); !isInvalid(err) {
			t.Errorf("another body: %v, want *Invalid", err)
		}
		for _, other := range [][2]string{{"bob", "POST /cohorts"}, {"ada", "POST /journeys"}} {
			if saved, err := begin(other[0], other[1], "k1", "another body"); saved != nil || err != nil {
				t.Errorf("%v shares a key: %v, %v", other, saved, err)
			}
		}
		// Dropped, or its process died: the key is free again.
		must(t, b.DropIdempotent(b.ctx, "bob", "POST /cohorts", "k1"))
		if saved, err := begin("bob", "POST /cohorts", "k1", "corrected"); saved != nil || err != nil {
			t.Errorf("after it was dropped: %v, %v", saved, err)
		}
		b.clock.set(begins.Add(time.Minute))
		if saved, err := begin("ada", "POST /journeys", "k1", "another body"); saved != nil || err != nil {
			t.Errorf("after its process died: %v, %v", saved, err)
		}
		must(t, b.DropIdempotent(b.ctx, "ada", "POST /cohorts", "k1")) // executed: stays
		b.clock.set(begins.Add(24 * time.Hour))
		if saved, err = begin("ada", "POST /cohorts", "k1", "body"); err != nil || saved == nil {
			t.Errorf("a day later: %v, %v, want the answer", saved, err)
		}
		b.clock.set(begins.Add(49 * time.Hour))
		if saved, err = begin("ada", "POST /cohorts", "k1", "body"); err != nil || saved != nil {
			t.Errorf("two days later: %v, %v, want it executed", saved, err)
		}
	})
}
