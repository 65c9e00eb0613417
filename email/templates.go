package email

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	html "html/template"
	"io/fs"
	"slices"
	"strings"
	text "text/template"
)

//go:embed templates
var files embed.FS

// merged is the name of the templates of a mail that lists several messages.
const merged = "merged"

// templates are all mails, parsed before the program does anything else: one that is missing stops it with a sentence.
var templates = mustParse(files)

func mustParse(source fs.FS) map[string]pair {
	parsed, err := parse(source, append(Messages(), merged))
	if err != nil {
		panic("fairlead cannot start: " + err.Error())
	}
	return parsed
}

// pair is the text and the HTML of one message.
type pair struct {
	text    *text.Template
	html    *html.Template
	version string
}

// textBlocks are the parts every text template defines. All but the body are single lines, used by the HTML as well.
var textBlocks = []string{"subject", "title", "what", "opening", "body", "why"}

// Styles stand on the elements themselves, because many mail readers drop the head.
const (
	styleP  = html.HTMLAttr(`style="margin:0 0 20px"`)
	styleH1 = html.HTMLAttr(`style="margin:0 0 20px;font-size:27px;line-height:32px;font-weight:bold"`)
	styleH2 = html.HTMLAttr(`style="margin:30px 0 10px;font-size:21px;line-height:26px;font-weight:bold"`)
	styleUL = html.HTMLAttr(`style="margin:0 0 20px;padding:0 0 0 24px"`)
	styleLI = html.HTMLAttr(`style="margin:0 0 8px"`)
	styleA  = html.HTMLAttr(`class="link" style="color:#1d70b8;text-decoration:underline"`)
)

// parse reads a pair of templates for each name, each set inside the layout, and names everything that is wrong.
func parse(source fs.FS, names []string) (map[string]pair, error) {
	styles := html.FuncMap{}
	for name, style := range map[string]html.HTMLAttr{"p": styleP, "h1": styleH1, "h2": styleH2, "ul": styleUL, "li": styleLI, "a": styleA} {
		styles[name] = func() html.HTMLAttr { return style }
	}
	textLayout, err := text.ParseFS(source, "templates/layout.txt")
	if err != nil {
		return nil, fmt.Errorf("the text layout of the mails is unusable: %w", err)
	}
	htmlLayout, err := html.New("layout.html").Funcs(styles).ParseFS(source, "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("the HTML layout of the mails is unusable: %w", err)
	}
	pairs := make(map[string]pair, len(names))
	var wrong []string
	for _, name := range names {
		one, err := parsePair(source, name, textLayout, htmlLayout)
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		pairs[name] = one
	}
	if wrong != nil {
		return nil, fmt.Errorf("%d mail templates are missing or unusable: %s", len(wrong), strings.Join(wrong, "; "))
	}
	return pairs, nil
}

func parsePair(source fs.FS, name string, textLayout *text.Template, htmlLayout *html.Template) (pair, error) {
	textFile, htmlFile := "templates/"+name+".txt", "templates/"+name+".html"
	asText, err := text.Must(textLayout.Clone()).ParseFS(source, textFile)
	if err != nil {
		return pair{}, fmt.Errorf("%s: %w", textFile, err)
	}
	for _, block := range textBlocks {
		if asText.Lookup(block) == nil {
			return pair{}, fmt.Errorf("%s: add {{define %q}}", textFile, block)
		}
	}
	asHTML, err := html.Must(htmlLayout.Clone()).ParseFS(source, htmlFile)
	if err != nil {
		return pair{}, fmt.Errorf("%s: %w", htmlFile, err)
	}
	if asHTML.Lookup("body") == nil {
		return pair{}, fmt.Errorf("%s: add {{define \"body\"}}", htmlFile)
	}
	sum := sha256.New()
	for _, file := range []string{"templates/layout.txt", "templates/layout.html", textFile, htmlFile} {
		content, err := fs.ReadFile(source, file)
		if err != nil {
			return pair{}, err
		}
		_, _ = sum.Write(content) // never fails, see hash.Hash
	}
	return pair{text: asText, html: asHTML, version: hex.EncodeToString(sum.Sum(nil))[:8]}, nil
}

// line is one block of the text as a single line.
func (p pair) line(block string, data any) (string, error) {
	var out bytes.Buffer
	if err := p.text.ExecuteTemplate(&out, block, data); err != nil {
		return "", err
	}
	return strings.Join(strings.Fields(out.String()), " "), nil
}

// Version is a short hash of a message's templates and of the layout around them, for the ledger: it changes whenever a
// word of the mail does. An unknown message has none.
func Version(message string) string { return templates[message].version }

// Messages are the names of all messages this package writes, sorted: the Msg list of package programme.
func Messages() []string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
