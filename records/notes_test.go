package records

import (
	"bytes"
	"strings"
	"testing"
)

func TestNotes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", "confirmed", 3), 2)
		for _, note := range []struct{ once, text string }{{"a", "Rang her office"}, {"a", "Rang her office"}, {"b", "She comes by train"}, {"c", "And by car"}} {
			must(t, b.AddNote(b.ctx, refs[0], note.once, "staff:jo", note.text))
		}
		list, next, err := b.Notes(b.ctx, refs[0], 0, 2)
		must(t, err)
		if len(list) != 2 || next == 0 || list[0].Text != "And by car" || list[0].Author != "staff:jo" || !list[0].At.Equal(b.Now(b.ctx)) || list[1].Text != "She comes by train" {
			t.Errorf("%+v, then %d", list, next)
		}
		if list, next, err = b.Notes(b.ctx, refs[0], next, 2); err != nil || len(list) != 1 || next != 0 || list[0].Text != "Rang her office" {
			t.Errorf("%+v, %d, %v", list, next, err)
		}
		if list, _, err = b.Notes(b.ctx, refs[1], 0, 2); err != nil || len(list) != 0 {
			t.Errorf("of another: %+v, %v", list, err)
		}
		var rows []noteRow
		must(t, b.db.Find(&rows).Error)
		for _, row := range rows {
			if len(row.NoteEnc) == 0 || bytes.Contains(row.NoteEnc, []byte("She")) {
				t.Errorf("kept in clear: %q", row.NoteEnc)
			}
		}
		for text, wrong := range map[string]func(error) bool{"": isInvalid, strings.Repeat("é", 2001): isInvalid} {
			if err := b.AddNote(b.ctx, refs[0], "d", "staff:jo", text); !wrong(err) {
				t.Errorf("%d letters: %v", len(text), err)
			}
		}
		if err := b.AddNote(b.ctx, "P-000000", "e", "staff:jo", "x"); !isNotFound(err) {
			t.Errorf("of nobody: %v", err)
		}
	})
}
