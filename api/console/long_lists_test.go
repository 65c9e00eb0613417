package console

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fairlead/programme"
)

var nextPage = regexp.MustCompile(`<a class="govuk-link govuk-pagination__link" href="([^"]*)" rel="next">`)

var previousPage = regexp.MustCompile(`<a class="govuk-link govuk-pagination__link" href="([^"]*)" rel="prev">`)

// beforePage is the address of the page before a page, empty on the first.
func beforePage(page string) string {
	if found := previousPage.FindStringSubmatch(page); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}

// What a cohort can make long comes in pages, each line once; what is counted and released is the whole.
func TestLongListsComeInPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 120
	starts := programme.Date{Year: 2027, Month: 3, Day: 1}.At(9, 0)
	b.store.events.sittings, b.store.coaches, b.store.pairs = nil, nil, nil
	for i := range n {
		name := fmt.Sprintf("x%03d", i)
		b.store.events.sittings = append(b.store.events.sittings, programme.Sitting{Cohort: cohort, Stage: []string{"residential-1", "residential-2"}[i/60],
			Name: name, Starts: starts.AddDate(0, 0, i%60), Ends: starts.AddDate(0, 0, i%60+1), Capacity: 3})
		b.store.coaches = append(b.store.coaches, programme.Coach{Ref: "C-" + name, Capacity: 3})
		b.store.pairs = append(b.store.pairs, programme.Pair{Ref: "P-" + name, Coach: "C-" + name})
		b.store.releasable = append(b.store.releasable, programme.Released{Ref: "P-" + name, Decision: programme.DecideOffer})
	}
	for path, line := range map[string]string{"events": `">Sitting x%03d</a>`, "coaches": `">C-x%03d</a>`, "release": `">P-x%03d</a>`} {
		address, seen, pages := "/console/cohorts/"+cohort+"/"+path, map[int]int{}, 0
		for address != "" {
			page := b.page(address, http.StatusOK)
			for i := range n {
				seen[i] += strings.Count(page, fmt.Sprintf(line, i))
			}
			if before := beforePage(page); pages > 0 && !strings.Contains(b.page(before, http.StatusOK), fmt.Sprintf(line, pages*50-1)) {
				t.Errorf("%s: before page %d comes %s", path, pages+1, before)
			} else if pages == 0 && before != "" {
				t.Errorf("%s: before the first page comes %s", path, before)
			}
			if path == "release" {
				says(t, path, page, "120 decisions are recorded and not told yet, 120 of them offers.", "Release 120 decisions", "those of the other pages too")
			}
			pages++
			address = ""
			if next := nextPage.FindStringSubmatch(page); next != nil {
				address = html.UnescapeString(next[1])
			}
		}
		if pages != 3 {
			t.Errorf("%s has %d pages", path, pages)
		}
		for i := range n {
			if seen[i] != 1 {
				t.Errorf("%s shows line %d %d times", path, i, seen[i])
			}
		}
	}
}
