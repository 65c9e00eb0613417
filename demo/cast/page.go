package cast

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// form is a form of a page as a browser understands it.
type form struct {
	action   *url.URL
	post     bool
	controls []control
	buttons  []control
}

// control is one thing of a form that can be filled in or pressed.
type control struct {
	id, name, kind, value string
	checked               bool
	options               []string // select: the values in order, without the one that says "choose"
}

// forms are the forms of a page; base is the page's address.
func forms(doc *html.Node, base *url.URL) []form {
	var found []form
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom != atom.Form {
			return true
		}
		f := form{action: base, post: strings.EqualFold(attr(n, "method"), "post")}
		if action, err := base.Parse(attr(n, "action")); err == nil {
			f.action = action
		}
		walk(n, func(c *html.Node) bool {
			f.take(c)
			return c.DataAtom != atom.Select
		})
		found = append(found, f)
		return false
	})
	return found
}

func (f *form) take(n *html.Node) {
	if n.Type != html.ElementNode || has(n, "disabled") {
		return
	}
	c := control{id: attr(n, "id"), name: attr(n, "name"), value: attr(n, "value"), checked: has(n, "checked")}
	switch n.DataAtom {
	case atom.Input:
		c.kind = strings.ToLower(attr(n, "type"))
		switch c.kind {
		case "submit", "image":
			f.buttons = append(f.buttons, c)
			return
		case "button", "reset", "file":
			return
		case "checkbox", "radio":
			if !has(n, "value") {
				c.value = "on"
			}
		case "":
			c.kind = "text"
		}
	case atom.Button:
		if kind := strings.ToLower(attr(n, "type")); kind == "" || kind == "submit" {
			f.buttons = append(f.buttons, c)
		}
		return
	case atom.Textarea:
		c.kind, c.value = "textarea", strings.TrimPrefix(textOf(n), "\n")
	case atom.Select:
		c.kind = "select"
		first, chosen := "", ""
		walk(n, func(o *html.Node) bool {
			if o.DataAtom != atom.Option {
				return true
			}
			value := attr(o, "value")
			if !has(o, "value") {
				value = strings.TrimSpace(textOf(o))
			}
			if len(c.options) == 0 && first == "" {
				first = value
			}
			if has(o, "selected") {
				chosen = value
			}
			if value != "" {
				c.options = append(c.options, value)
			}
			return false
		})
		if c.value = chosen; chosen == "" {
			c.value = first
		}
	default:
		return
	}
	if c.name != "" {
		f.controls = append(f.controls, c)
	}
}

// button is what a person presses to go on: not the one that puts the form aside or only shows what would be.
func (f form) button() (control, bool) {
	for _, b := range f.buttons {
		switch b.value {
		case "preview", "later", "save", "back", "cancel":
			if b.name != "" {
				continue
			}
		}
		return b, true
	}
	return control{}, false
}

// anchors are the addresses a page leads to, in their order.
func anchors(doc *html.Node, base *url.URL) []*url.URL {
	var found []*url.URL
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.A && has(n, "href") {
			if u, err := base.Parse(attr(n, "href")); err == nil {
				found = append(found, u)
			}
		}
		return true
	})
	return found
}

// complaints are the ids and names that the page's summary of errors leads to.
func complaints(doc *html.Node) map[string]bool {
	found := map[string]bool{}
	walk(doc, func(n *html.Node) bool {
		if href := attr(n, "href"); n.DataAtom == atom.A && strings.HasPrefix(href, "#") && len(href) > 1 {
			found[href[1:]] = true
		}
		return true
	})
	return found
}

// heading is the page's h1.
func heading(doc *html.Node) string {
	text := ""
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.H1 && text == "" {
			text = strings.Join(strings.Fields(textOf(n)), " ")
		}
		return text == ""
	})
	return text
}

// walk visits a node and what is beneath it; visit says whether to go deeper.
func walk(n *html.Node, visit func(*html.Node) bool) {
	if n == nil {
		return
	}
	if !visit(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		return true
	})
	return b.String()
}
