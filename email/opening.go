package email

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Opening is a cohort's own first paragraph of a message, written by staff in markdown.
type Opening struct {
	HTML template.HTML
	Text string
}

// markdown knows paragraphs, headings, lists and links. Everything else, raw HTML and pictures included, stays the
// characters that were typed.
var markdown = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600), util.Prioritized(parser.NewParagraphParser(), 1000)),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewLinkParser(), 200), util.Prioritized(parser.NewAutoLinkParser(), 300)))

// ownOpening reads staff's markdown; nil where there is none.
func ownOpening(source string) *Opening {
	source = printable(source)
	if strings.TrimSpace(source) == "" {
		return nil
	}
	w := writer{source: []byte(source)}
	root := markdown.Parse(text.NewReader(w.source))
	for block := root.FirstChild(); block != nil; block = block.NextSibling() {
		w.block(block)
	}
	// Character references can spell what the source itself did not hold: a placeholder, say.
	return &Opening{HTML: template.HTML(disarm(w.html.String())), Text: strings.TrimSpace(disarm(w.text.String()))}
}

// printable is valid UTF-8 without control characters, line breaks and tabs excepted.
func printable(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(words, "\ufffd"))
}

// writer writes a tree of markdown as mail HTML, with the styles on the elements, and as text.
type writer struct {
	source []byte
	html   bytes.Buffer
	text   bytes.Buffer
}

func (w *writer) block(node ast.Node) {
	switch node := node.(type) {
	case *ast.Heading:
		w.html.WriteString("<h2 " + string(styleH2) + ">")
		w.inlines(node)
		w.html.WriteString("</h2>\n")
		w.text.WriteString("\n\n")
	case *ast.List:
		w.list(node)
	default: // a paragraph
		w.html.WriteString("<p " + string(styleP) + ">")
		w.inlines(node)
		w.html.WriteString("</p>\n")
		w.text.WriteString("\n\n")
	}
}

// list writes the items one under the other; a list within a list becomes items of the outer one, because mail readers
// indent nested lists as they please.
func (w *writer) list(list *ast.List) {
	tag := "ul"
	if list.IsOrdered() {
		tag = "ol"
	}
	w.html.WriteString("<" + tag + " " + string(styleUL) + ">\n")
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if list.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		w.item(item, mark)
	}
	w.html.WriteString("</" + tag + ">\n")
	w.text.WriteString("\n")
}

func (w *writer) item(item ast.Node, mark string) {
	w.html.WriteString("<li " + string(styleLI) + ">")
	w.text.WriteString(mark)
	var nested []ast.Node
	for part := item.FirstChild(); part != nil; part = part.NextSibling() {
		if list, ok := part.(*ast.List); ok {
			for inner := list.FirstChild(); inner != nil; inner = inner.NextSibling() {
				nested = append(nested, inner)
			}
			continue
		}
		if part != item.FirstChild() {
			w.both(" ")
		}
		w.inlines(part)
	}
	w.html.WriteString("</li>\n")
	w.text.WriteString("\n")
	for _, inner := range nested {
		w.item(inner, "- ")
	}
}

func (w *writer) inlines(parent ast.Node) {
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		switch node := node.(type) {
		case *ast.Text:
			value := node.Value(w.source)
			value = util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(value)))
			w.both(string(value))
			if node.HardLineBreak() {
				w.html.WriteString("<br>")
				w.text.WriteString("\n")
			} else if node.SoftLineBreak() {
				w.both(" ")
			}
		case *ast.Link:
			w.link(string(util.UnescapePunctuations(node.Destination)), node)
		case *ast.AutoLink:
			address := string(node.URL(w.source))
			if node.AutoLinkType == ast.AutoLinkEmail {
				address = "mailto:" + strings.TrimPrefix(address, "mailto:")
			}
			w.anchor(address, string(node.Label(w.source)))
		default: // a picture: its description stands for it
			w.inlines(node)
		}
	}
}

// link writes a link, or its words alone where it leads anywhere but to a page or a mailbox.
func (w *writer) link(address string, node ast.Node) {
	label := writer{source: w.source}
	label.inlines(node)
	w.anchor(address, strings.TrimSpace(label.text.String()))
}

func (w *writer) anchor(address, label string) {
	label = printable(label)
	target, err := url.Parse(strings.TrimSpace(address))
	if err != nil || (target.Scheme != "https" && target.Scheme != "http" && target.Scheme != "mailto") {
		w.both(label)
		return
	}
	shown := strings.TrimPrefix(target.String(), "mailto:")
	if label == "" {
		label = shown
	}
	w.html.WriteString(`<a href="` + html.EscapeString(target.String()) + `" ` + string(styleA) + ">" + html.EscapeString(label) + "</a>")
	w.text.WriteString(label)
	if label != shown {
		w.text.WriteString(" (" + shown + ")")
	}
}

func (w *writer) both(words string) {
	words = printable(words)
	w.html.WriteString(html.EscapeString(words))
	w.text.WriteString(words)
}
