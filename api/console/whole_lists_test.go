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

// Lists that are read whole come in pages too, two on one page each by itself: every line once, and back again.
func TestWholeListsComeInPages(t *testing.T) {
	t.Parallel()
	b := reading(t)
	const n = 120
	scoring := &b.store.scoring
	scoring.selectors, scoring.short, b.store.journeys = nil, nil, nil
	b.store.people.staff, b.store.people.tokens, b.store.people.sessions = nil, nil, nil
	for i := range n {
		name := fmt.Sprintf("x%03d", i)
		scoring.selectors = append(scoring.selectors, programme.Selector{ID: name, StaffID: name, Email: "s-" + name})
		scoring.short = append(scoring.short, programme.TooFewSelectors{Ref: "P-T" + name})
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: "P-A" + name, Cohort: cohort, State: programme.UnderReview})
		scoring.more = append(scoring.more, programme.Assignment{Ref: "P-L" + name, State: programme.AssignmentOpen},
			programme.Assignment{Ref: "P-D" + name, State: programme.AssignmentScored})
		b.store.people.staff = append(b.store.people.staff, programme.Staff{ID: name, Email: "m-" + name, Role: "coordinator"})
		b.store.people.tokens = append(b.store.people.tokens, programme.APIToken{ID: name, Name: "t-" + name})
		b.store.people.sessions = append(b.store.people.sessions, programme.StaffSession{ID: name, Name: "o-" + name})
	}
	for _, list := range []struct {
		as             role
		address, label string
		line           string
		more           int // lines besides
	}{
		{coordinator, "/console/cohorts/" + cohort + "/scoring", "Pages of selectors", `">s-x%03d</a>`, 0},
		{coordinator, "/console/cohorts/" + cohort + "/scoring", "Pages of applications", `">P-Ax%03d</a>`, n},
		{coordinator, "/console/cohorts/" + cohort + "/assign?each=3", "Pages of selectors", `">s-x%03d</a>`, 0},
		{coordinator, "/console/cohorts/" + cohort + "/assign?each=3", "Pages of applications", `">P-Tx%03d</a>`, 0},
		{coordinator, selectorsPath, "Pages", `">s-x%03d</a>`, 0},
		{selector, home, "Pages of left", `">P-Lx%03d</a>`, 1},
		{selector, home, "Pages of scored", `">P-Dx%03d</a>`, 0},
		{admin, peoplePath, "Pages", `">m-x%03d</a>`, 0},
		{admin, tokensPath, "Pages", `>t-x%03d</th>`, 0},
		{admin, allSessionsPath, "Pages", `o-x%03d`, 0},
	} {
		b.as(list.as)
		links := regexp.MustCompile(`(?s)<nav class="govuk-pagination" aria-label="` + list.label + `">(.*?)</nav>`)
		seen, pages, before := map[int]int{}, 0, ""
		for address := list.address; address != ""; pages++ {
			page := b.page(address, http.StatusOK)
			for i := range n {
				if strings.Contains(page, fmt.Sprintf(list.line, i)) {
					seen[i]++
				}
			}
			turn := links.FindString(page)
			if previous := beforePage(turn); previous != before {
				t.Errorf("%s, %s: before %s comes %q, not %q", list.address, list.label, address, previous, before)
			}
			before, address = address, ""
			if next := nextPage.FindStringSubmatch(turn); next != nil {
				address = html.UnescapeString(next[1])
			}
		}
		if want := (n + list.more + linesAPage - 1) / linesAPage; pages != want {
			t.Errorf("%s, %s: %d pages, not %d", list.address, list.label, pages, want)
		}
		for i := range n {
			if seen[i] != 1 {
				t.Errorf("%s, %s: line %d on %d pages", list.address, list.label, i, seen[i])
			}
		}
		cursor := strings.TrimPrefix(list.label, "Pages of ")
		if cursor == "Pages" {
			cursor = "after"
		}
		between := "?"
		if strings.Contains(list.address, "?") {
			between = "&"
		}
		b.page(list.address+between+cursor+"=999", http.StatusNotFound)
	}
}
