package console

import (
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// checkPage holds what must be true of every page: tags that close in order, one h1, unique ids, a label for every
// field, references that lead somewhere, a caption for every table, no style, and no script but a file of the console's own.
func checkPage(t *testing.T, where, page string) {
	t.Helper()
	checkTags(t, where, page)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(where, err)
	}
	count, ids, labels, referred := map[string]int{}, map[string]bool{}, map[string]bool{}, []string{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Namespace == "" { // a picture has a title of its own
			count[n.Data]++
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"), a.Key != "value" && strings.HasPrefix(a.Val, "javascript:"), strings.Contains(a.Val, "ZgotmplZ"):
				t.Errorf("%s: <%s> has %s=%q", where, n.Data, a.Key, a.Val)
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%s: id %q twice", where, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "for", strings.HasPrefix(a.Key, "aria-") && strings.HasSuffix(a.Key, "by"):
				referred = append(referred, strings.Fields(a.Val)...)
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				referred = append(referred, a.Val[1:])
			}
		}
		if n.Data == "script" && (!strings.HasPrefix(attr(n, "src"), "/assets/") || text(n) != "") {
			t.Errorf("%s: a script stands in the page", where)
		}
		if n.Data == "label" {
			labels[attr(n, "for")] = true
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" && !labels[attr(n, "id")] {
				t.Errorf("%s: field %q has no label", where, attr(n, "name"))
			}
		case "a":
			if attr(n, "href") == "" || text(n) == "" {
				t.Errorf("%s: link %q to %q", where, text(n), attr(n, "href"))
			}
		}
	}
	for _, id := range referred {
		if !ids[id] {
			t.Errorf("%s: nothing has the id %q", where, id)
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || count["style"] > 0 || count["table"] != count["caption"] {
		t.Errorf("%s: %v", where, count)
	}
}

// checkTags: every tag that opens closes, in order.
func checkTags(t *testing.T, where, page string) {
	t.Helper()
	void := []string{"br", "hr", "img", "input", "link", "meta"}
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if tokens.Err() != io.EOF || len(open) > 0 {
				t.Errorf("%s: %v, still open: %v", where, tokens.Err(), open)
			}
			return
		case html.StartTagToken:
			if name, _ := tokens.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("%s: </%s> closes %v", where, name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}
