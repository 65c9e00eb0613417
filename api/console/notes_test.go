package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestNotes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := "/console/journeys/" + ref + "/notes"
	b.page(address, http.StatusOK, "Nothing was noted yet", "Add a note")
	for text, words := range map[string]string{" ": "Write the note.", strings.Repeat("é", 2001): "at most 2,000"} {
		answer := b.do(http.MethodPost, address, url.Values{"note": {text}, "order": {givenOrder}})
		if answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%d", answer.StatusCode)
		}
		says(t, "refused", answer.page, "<title>Error: ", words, strings.TrimSpace(text))
	}
	for range 2 { // a double click
		answer := b.do(http.MethodPost, address, url.Values{"note": {" Rang <her> office\x00 "}, "order": {givenOrder}})
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != address+"?added=yes" {
			t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if len(b.store.notes) != 1 || b.store.notes[0].Text != "Rang <her> office" || b.store.notes[0].Author != "staff:jo" {
		t.Errorf("%+v", b.store.notes)
	}
	b.page(address+"?added=yes", http.StatusOK, "The note is added.", "Rang &lt;her&gt; office", "<td>jo</td>")
	b.page("/console/journeys/"+ref, http.StatusOK, `href="`+address+`"`)
	if answer := b.do(http.MethodPost, address, url.Values{"note": {"x"}, "order": {"x"}}); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("of no page: %d", answer.StatusCode)
	}
	for n := range 30 {
		b.store.notes = append(b.store.notes, programme.Note{ID: int64(n + 2), Ref: ref, At: at("2027-02-12")})
	}
	b.page(address, http.StatusOK, "before=12", "Its text was erased.")
	b.page(address+"?before=12", http.StatusOK, "Rang", `rel="prev"`)
	b.page(address+"?before=1", http.StatusOK, "There are no more notes")
	b.page("/console/journeys/P-000000/notes", http.StatusNotFound)
	b.page("/console/journeys/x/notes", http.StatusNotFound)
}
