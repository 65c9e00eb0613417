package records

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

func TestKeysOfPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		plain := []byte("vegetarian, arrives by train")
		other := b.another(t)
		// Two processes seal for one person at once: one key.
		boxes := make([][]byte, 8)
		var wait sync.WaitGroup
		for i := range boxes {
			s := []*Store{b.Store, other}[i%2]
			wait.Add(1)
			go func() {
				defer wait.Done()
				box, err := s.encrypt(b.ctx, "person-1", plain)
				if err != nil {
					t.Error(err)
				}
				boxes[i] = box
			}()
		}
		wait.Wait()
		for i, box := range boxes {
			got, err := other.decrypt(b.ctx, "person-1", box)
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("box %d opens as %q, %v", i, got, err)
			}
			if bytes.Contains(box, plain[:6]) || (i > 0 && bytes.Equal(box, boxes[0])) {
				t.Errorf("box %d shows what it holds", i)
			}
		}
		must(t, ignore(b.encrypt(b.ctx, "person-2", plain)))
		broken := bytes.Clone(boxes[0])
		broken[len(broken)-1] ^= 1
		for what, try := range map[string]func() ([]byte, error){
			"another's key":  func() ([]byte, error) { return b.decrypt(b.ctx, "person-2", boxes[0]) },
			"a changed box":  func() ([]byte, error) { return b.decrypt(b.ctx, "person-1", broken) },
			"something else": func() ([]byte, error) { return b.decrypt(b.ctx, "person-1", plain) },
			"nobody":         func() ([]byte, error) { return b.encrypt(b.ctx, "", plain) },
		} {
			if got, err := try(); err == nil {
				t.Errorf("%s gave %q", what, got)
			}
		}
		if _, err := b.decrypt(b.ctx, "person-3", boxes[0]); !isNotFound(err) {
			t.Errorf("a key that was destroyed: %v, want ErrNotFound", err)
		}
		if box, err := b.encrypt(b.ctx, "person-4", nil); box != nil || err != nil {
			t.Errorf("nothing is sealed as %v, %v", box, err)
		}
		if got, err := b.decrypt(b.ctx, "person-4", nil); got != nil || err != nil {
			t.Errorf("nothing opens as %v, %v", got, err)
		}
	})
}

func TestCachedKeysAreBounded(t *testing.T) {
	t.Parallel()
	b := setupSQLite(t)
	k := b.Store.keys
	for i := range cachedKeys {
		k.cache[fmt.Sprint("somebody", i)] = nil
	}
	box, err := b.encrypt(b.ctx, "person-1", []byte("x"))
	must(t, err)
	if n := len(k.cache); n > cachedKeys {
		t.Errorf("%d keys are held", n)
	}
	must(t, ignore(b.decrypt(b.ctx, "person-1", box)))
}

func TestPseudonyms(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		other := b.another(t)
		got := make(chan string, 8)
		for i := range 8 {
			s := []*Store{b.Store, other}[i%2]
			go func() {
				name, err := s.Pseudonym(b.ctx, "P-7F3K2Q")
				if err != nil {
					t.Error(err)
				}
				got <- name
			}()
		}
		first := <-got
		for range 7 {
			if next := <-got; next != first {
				t.Errorf("one participation has the pseudonyms %s and %s", first, next)
			}
		}
		another, err := b.Pseudonym(b.ctx, "P-7F3K2R")
		must(t, err)
		if len(first) != 32 || first == another {
			t.Errorf("two participations have the pseudonyms %s and %s", first, another)
		}
	})
}
