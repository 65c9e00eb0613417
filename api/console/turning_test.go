package console

import (
	"fmt"
	"net/url"
	"testing"
)

// Whoever goes on page by page comes back page by page, as far as an address remembers, and from farther on to the first.
func TestPagesLeadThereAndBack(t *testing.T) {
	t.Parallel()
	for _, cursor := range []string{"after", "before", "mails"} {
		start := "/console/list?state=enrolled#lines"
		page := func(address string) turned {
			to, err := url.Parse(address)
			if err != nil || to.Query().Get("state") != "enrolled" || to.Fragment != "lines" {
				t.Fatalf("%s: %v", address, err)
			}
			n := 0
			_, _ = fmt.Sscanf(to.Query().Get(cursor), "line-%d", &n)
			first := ""
			if n > 0 {
				first = start
			}
			f := frame{asked: to.Query()}
			next := fmt.Sprintf("/console/list?state=enrolled&%s=line-%d#lines", cursor, n+1)
			if cursor == "mails" {
				return f.TurnBy(cursor, first, next)
			}
			return f.Turn(first, next)
		}
		const pages = farthestBack + 5
		var way []string
		address := start
		for range pages {
			way = append(way, address)
			address = page(address).Next
		}
		for n := pages; ; n-- {
			links := page(address)
			if links.First != "" {
				if links.Previous != "" || links.First != start || n != pages-farthestBack+1 {
					t.Errorf("by %s, from page %d: %+v", cursor, n+1, links)
				}
				break
			}
			to, _ := url.Parse(links.Previous)
			was, _ := url.Parse(way[n-1])
			if to.Query().Get(cursor) != was.Query().Get(cursor) {
				t.Fatalf("by %s, before page %d comes %s, not %s", cursor, n+1, links.Previous, way[n-1])
			}
			address = links.Previous
		}
		if second := page(way[1]); second.Previous != start || page(start).Previous+page(start).First != "" {
			t.Errorf("by %s, before the second page comes %q", cursor, second.Previous)
		}
	}
}
