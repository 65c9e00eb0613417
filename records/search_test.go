package records

import (
	"strings"
	"testing"
)

func TestSearchesInAddresses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		word, err := b.SealSearch(b.ctx, "o’neill")
		must(t, err)
		again, err := b.SealSearch(b.ctx, "o’neill")
		must(t, err)
		if word == again || strings.Contains(word, "neill") || strings.ContainsAny(word, "+/=?&") {
			t.Errorf("sealed as %q and %q", word, again)
		}
		if text, err := b.another(t).OpenSearch(b.ctx, word); err != nil || text != "o’neill" {
			t.Errorf("opened as %q, %v", text, err)
		}
		if none, err := b.SealSearch(b.ctx, ""); none != "" || err != nil {
			t.Errorf("nothing is sealed as %q, %v", none, err)
		}
		for _, wrong := range []string{"", "x", "a b", word[:len(word)-2], word[1:]} {
			if _, err := b.OpenSearch(b.ctx, wrong); wrong != "" && !isNotFound(err) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
	})
}
