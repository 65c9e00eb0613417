package browsertest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

// Pages are the pages that a package's tests have seen. Those of one title that are made of the same pieces are one.
type Pages struct {
	mu   sync.Mutex
	seen map[string]page
}

// page is one of them as it was answered.
type page struct {
	name   string // method and address
	text   string
	policy string
}

// title is the page's, as the browser's tab shows it.
func (p page) title() string {
	_, after, _ := strings.Cut(p.text, "<title>")
	before, _, _ := strings.Cut(after, "</title>")
	return html.UnescapeString(before)
}

// Saw remembers a page by its method and address, with the content security policy it came with.
func (p *Pages) Saw(name, text, policy string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]page{}
	}
	one := page{name, text, policy}
	key := one.title() + "\n" + pieces(text)
	if len(text) > len(p.seen[key].text) { // the fullest of them
		p.seen[key] = one
	}
}

// pieces are the kinds of elements that a page has, in a fixed order; only those with these names where some are given.
func pieces(text string, only ...string) string {
	found := map[string]bool{}
	tokens := html.NewTokenizer(strings.NewReader(text))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		if kind != html.StartTagToken {
			continue
		}
		token := tokens.Token()
		if len(only) > 0 && !slices.Contains(only, token.Data) {
			continue
		}
		piece := token.Data
		for _, a := range token.Attr {
			if slices.Contains([]string{"class", "role", "type"}, a.Key) {
				piece += " " + a.Val
			}
		}
		found[piece] = true
	}
	var all []string
	for piece := range found {
		all = append(all, piece)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// Main is a package's TestMain: it runs the tests, then weighs every page they have seen and tries it in a browser,
// and returns the status to exit with. A run of a few tests by name tries none, unless their pages are to be drawn.
func (p *Pages) Main(ctx context.Context, m *testing.M, chosen func() bool) int {
	status := m.Run()
	if status != 0 || chosen() && pictures() == "" {
		return status
	}
	faults := p.tooHeavy()
	switch {
	case testing.Short():
		fmt.Println("SKIPPED: the pages are not tried in a browser with -short")
	case Program() == "" && Demanded():
		faults = append(faults, Missing)
	case Program() == "":
		fmt.Println("SKIPPED: the pages are not tried with the accessibility checker: " + Missing)
	default:
		faults = append(faults, p.try(ctx)...)
	}
	for _, fault := range faults {
		fmt.Println("FAIL: " + fault)
		status = 1
	}
	return status
}

// pictures is the folder into which every page is drawn as well, or empty.
func pictures() string { return os.Getenv("FAIRLEAD_PICTURES") }
