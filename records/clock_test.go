package records

import (
	"errors"
	"testing"
	"time"

	"fairlead/programme"
)

func TestClockIsSetOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		other := b.another(t)
		if c, err := b.Clock(b.ctx); err != nil || c.Fast() {
			t.Fatalf("before it is set: %v, %v, want the real clock", c, err)
		}
		fast := programme.Clock{Day: 1500 * time.Millisecond, Start: london("2026-09-07 06:00"), Began: begins}
		must(t, b.SetClock(b.ctx, fast))
		again := fast
		again.Began = begins.Add(time.Hour)
		must(t, other.SetClock(b.ctx, again))
		for _, s := range []*Store{b.Store, other} {
			if c, err := s.Clock(b.ctx); err != nil || c != fast {
				t.Errorf("the clock is %+v, %v, want %+v", c, err, fast)
			}
		}
		for _, wrong := range []programme.Clock{{}, {Day: time.Second, Start: fast.Start, Began: begins}, {Day: fast.Day, Start: begins}} {
			if err := other.SetClock(b.ctx, wrong); !errors.Is(err, programme.ErrConflict) {
				t.Errorf("another clock: %v, want ErrConflict", err)
			}
		}
		b.clock.set(begins.Add(3 * time.Second))
		if now, want := b.Now(b.ctx), fast.Start.Add(48*time.Hour); !now.Equal(want) {
			t.Errorf("after two fast days it is %v, want %v", now, want)
		}
	})
}

func TestRealClockIsKeptToo(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.SetClock(b.ctx, programme.Clock{}))
		must(t, b.SetClock(b.ctx, programme.Clock{}))
		if err := b.SetClock(b.ctx, programme.Clock{Day: time.Second, Start: begins}); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("a fast clock after the real one: %v, want ErrConflict", err)
		}
		if now := b.Now(b.ctx); !now.Equal(begins) {
			t.Errorf("it is %v, want %v", now, begins)
		}
	})
}
