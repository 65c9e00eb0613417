package forms_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var voidElements = []string{"br", "hr", "img", "input", "link", "meta"}

// checkPage holds what must be true of every page, whatever it says: tags that close in order, one h1, unique ids, a
// label for every field, references that lead somewhere, an error summary that fits its fields, no script and no style.
func checkPage(t *testing.T, where, page string) {
	t.Helper()
	complain := func(format string, args ...any) {
		t.Helper()
		t.Errorf(where+": "+format, args...)
	}
	checkTags(complain, page)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(where, err)
	}
	d := document{root}

	if n := len(d.all("h1")); n != 1 {
		complain("%d h1", n)
	}
	if title := text(d.all("title")[0]); strings.HasPrefix(title, "Error: ") != (len(d.class("govuk-error-summary")) == 1) || len(title) < len(" – Leadership programme")+3 {
		complain("title %q with %d summaries", title, len(d.class("govuk-error-summary")))
	}
	if attr(d.all("html")[0], "lang") != "en-GB" {
		complain("no language")
	}
	ids := map[string]*html.Node{}
	d.each(func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				complain("<%s> has %s", n.Data, a.Key)
			}
		}
		if n.Data == "style" || n.Data == "script" && (!strings.HasPrefix(attr(n, "src"), "/assets/") || n.FirstChild != nil) {
			complain("<%s> with something of its own", n.Data)
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] != nil {
				complain("id %q twice", id)
			}
			ids[id] = n
		}
	})
	labels := map[string]string{}
	for _, label := range d.all("label") {
		labels[attr(label, "for")] = text(label)
	}
	d.each(func(n *html.Node) {
		for _, key := range []string{"aria-describedby", "aria-labelledby", "for"} {
			for _, id := range strings.Fields(attr(n, key)) {
				if ids[id] == nil {
					complain("<%s %s=%q> leads nowhere", n.Data, key, id)
				}
			}
		}
		switch n.Data {
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" && labels[attr(n, "id")] == "" {
				complain("field %q has no label", attr(n, "name"))
			}
		case "a":
			href := attr(n, "href")
			if href == "" || text(n) == "" || href[0] == '#' && ids[href[1:]] == nil {
				complain("link %q to %q", text(n), href)
			}
		case "fieldset":
			first := n.FirstChild
			for first != nil && first.Type != html.ElementNode {
				first = first.NextSibling
			}
			if first == nil || first.Data != "legend" {
				complain("a fieldset without legend")
			}
		case "form":
			if attr(n, "method") != "post" || attr(n, "action") == "" || len((document{n}).all("button")) == 0 {
				complain("a form that cannot be sent")
			}
		}
	})
	for _, summary := range d.class("govuk-error-summary") {
		checkSummary(complain, d, summary)
	}
}

// checkSummary: every line that leads to a field says the words that stand at the field, and takes the focus.
func checkSummary(complain func(string, ...any), d document, summary *html.Node) {
	if attr(summary, "tabindex") != "-1" || !has(summary, "autofocus") || attr(summary.FirstChild, "role") != "alert" {
		complain("the summary does not take the focus")
	}
	inline := []string{}
	for _, n := range d.class("govuk-error-message") {
		inline = append(inline, strings.TrimPrefix(text(n), "Error: "))
	}
	links := (document{summary}).all("a")
	if len(links) == 0 && len((document{summary}).all("li")) == 0 {
		complain("an empty summary")
	}
	for _, link := range links {
		if !strings.HasPrefix(attr(link, "href"), "#section-") && !slices.Contains(inline, text(link)) {
			complain("%q does not stand at its field, where there is %q", text(link), inline)
		}
	}
}

// checkTags reads the page as it was written: every tag that opens closes, in order.
func checkTags(complain func(string, ...any), page string) {
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				complain("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := tokens.TagName(); !slices.Contains(voidElements, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				complain("</%s> closes %v", name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

type document struct{ root *html.Node }

func (d document) each(see func(*html.Node)) {
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode {
			see(n)
		}
	}
}

func (d document) all(tag string) (found []*html.Node) {
	d.each(func(n *html.Node) {
		if n.Data == tag {
			found = append(found, n)
		}
	})
	return found
}

func (d document) class(class string) (found []*html.Node) {
	d.each(func(n *html.Node) {
		if slices.Contains(strings.Fields(attr(n, "class")), class) {
			found = append(found, n)
		}
	})
	return found
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// text is what a person reads of a node, in single spaces.
func text(n *html.Node) string {
	var said strings.Builder
	for child := range n.Descendants() {
		switch {
		case child.Type == html.TextNode:
			said.WriteString(child.Data)
		case slices.Contains([]string{"br", "div", "p"}, child.Data):
			said.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(said.String()), " ")
}

// words is what a person reads of a whole page, its title first.
func words(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	return text(root)
}

// checkWhose says that every form on a page that was handed to somebody names them, so that nobody else's visit can send it.
func checkWhose(t *testing.T, path string, a *answer) {
	t.Helper()
	begins := func(prefix string) bool { return strings.HasPrefix(path, prefix) }
	if a.Code == 403 || a.Code == 404 || !begins("/year/") && !begins("/application/") && !begins("/coach/") && !begins("/report/") {
		return
	}
	root, _ := html.Parse(strings.NewReader(a.body))
	for _, form := range (document{root}).all("form") {
		names := false
		(document{form}).each(func(n *html.Node) { names = names || attr(n, "name") == "whose" && attr(n, "value") != "" })
		if !names {
			t.Errorf("%s: a form does not say whom it was handed to", path)
		}
	}
}

// values are what the page's fields hold, as a browser would send them.
func values(page string) map[string][]string {
	root, _ := html.Parse(strings.NewReader(page))
	held := map[string][]string{}
	(document{root}).each(func(n *html.Node) {
		name := attr(n, "name")
		switch n.Data {
		case "input":
			if kind := attr(n, "type"); (kind != "radio" && kind != "checkbox") || has(n, "checked") {
				held[name] = append(held[name], attr(n, "value"))
			}
		case "textarea":
			held[name] = append(held[name], strings.TrimPrefix(text(n), "\n"))
		case "option":
			if has(n, "selected") {
				held[attr(n.Parent, "name")] = []string{attr(n, "value")}
			}
		}
	})
	return held
}

// row finds what stands beside a key on a page that sums up, or "".
func row(page, key string) string {
	root, _ := html.Parse(strings.NewReader(page))
	found := ""
	(document{root}).each(func(n *html.Node) {
		if n.Data == "dt" && text(n) == key {
			for sibling := n.NextSibling; sibling != nil; sibling = sibling.NextSibling {
				if sibling.Data == "dd" {
					found = text(sibling)
				}
			}
		}
	})
	return found
}
