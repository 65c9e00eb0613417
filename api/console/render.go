package console

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fairlead/api"
	"fairlead/api/assets"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

//go:embed templates/*.html
var templateFiles embed.FS

// frame is what every page has around it.
type frame struct {
	Title    string
	Faults   []faultLine // the summary; set, the page's title begins with "Error: "
	Who      string      // who is signed in, empty where nobody is
	Personal bool        // names, addresses, notes and texts are shown
	Admin    bool        // may say who else comes in
	Selector bool        // sees their own applications alone
	Studies  bool        // sees the answers to the surveys alone
	Now      string      // programme time
	Back     *way        // one step back, or nil
	at       string      // path of the address
	asked    url.Values  // of the address
}

func (f *frame) itself() *frame { return f }

// way is a link with its words; Hidden goes on for those who hear the page.
type way struct {
	Text   string
	Href   string
	Hidden string
}

// faultLine is one line of the summary; Href leads to the field.
type faultLine struct {
	Href string
	Text string
}

// fact is one line of what is known; Way, where set, takes the place of Text.
type fact struct {
	Key  string
	Text string
	Way  *way
}

// facts leaves out the lines that say nothing.
func facts(lines ...fact) []fact {
	var said []fact
	for _, line := range lines {
		if line.Text != "" || line.Way != nil {
			said = append(said, line)
		}
	}
	return said
}

// option is one entry of a list to choose from.
type option struct {
	Value    string
	Label    string
	Selected bool
}

// aPage is any page's data.
type aPage interface{ itself() *frame }

var templates = parseTemplates()

// parseTemplates reads every page once, at start: a page that does not parse stops the program.
func parseTemplates() map[string]*template.Template {
	kit := api.WithTurned(api.WithQuestions(template.Must(template.New("kit.html").Funcs(template.FuncMap{"asset": assets.URL}).ParseFS(templateFiles, "templates/kit.html", "templates/people_kit.html", "templates/order_kit.html", "templates/setup_kit.html", "templates/scoring_kit.html", "templates/outcomes_kit.html"))))
	pages := map[string]*template.Template{}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // impossible: the folder is embedded
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasSuffix(name, "kit.html") {
			pages[name] = template.Must(template.Must(kit.Clone()).ParseFS(templateFiles, "templates/"+name))
		}
	}
	return pages
}

// frame begins a page for somebody who is signed in.
func (s *Console) frame(c *gin.Context, who member, title string) frame {
	return frame{Title: title, Who: who.name + " (" + string(who.role) + ")", Personal: who.personal(), Admin: slices.Contains(administer, who.role), Selector: who.role == selector, Studies: who.role == researcher,
		Now: moment(s.Store.Now(c.Request.Context())), at: c.Request.URL.Path, asked: c.Request.URL.Query()}
}

// render writes a page whole or not at all.
func (s *Console) render(c *gin.Context, status int, name string, page aPage) error {
	var out bytes.Buffer
	if err := templates[name].ExecuteTemplate(&out, "layout", page); err != nil {
		return err
	}
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Status(status)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return nil
	}
	_, _ = c.Writer.Write(out.Bytes()) // where it fails the browser has gone
	return nil
}

// refused shows the faults of an input in a summary; each leads to the field of its name.
func (f *frame) refused(faults []programme.Fault) {
	for _, fault := range faults {
		f.Faults = append(f.Faults, faultLine{"#" + fault.Field, fault.Text})
	}
}
