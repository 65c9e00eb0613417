package browsertest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"fairlead/api/assets"
)

// What a page may weigh in bytes, without pictures: the first page with all that it loads, unpacked, and every later one,
// when the browser has the rest, as it travels.
const (
	firstPage = 250_000
	laterPage = 30_000
)

var loaded = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// tooHeavy says which pages weigh too much.
func (p *Pages) tooHeavy() (faults []string) {
	for _, one := range p.inOrder() {
		all, names := len(one.text), map[string]bool{}
		for _, found := range loaded.FindAllStringSubmatch(one.text, -1) {
			names[found[1]] = true
		}
		if names[assets.URL("start.js")] {
			names[assets.URL("govuk-frontend.min.js")] = true // which it imports
		}
		for name := range names {
			answer := httptest.NewRecorder()
			assets.Serve(answer, httptest.NewRequest(http.MethodGet, name, nil))
			all += answer.Body.Len()
		}
		travels := packed(one.text)
		if strings.Contains(one.name, "?") { // these are not packed
			travels = len(one.text)
		}
		if travels > laterPage || all > firstPage {
			faults = append(faults, fmt.Sprintf("%s, “%s”: it weighs %d bytes, and %d unpacked with all that it loads", one.name, one.title(), travels, all))
		}
	}
	return faults
}

func packed(text string) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text)) // into memory
	_ = w.Close()
	return out.Len()
}
