package forms

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
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
	Title   string
	Faults  []faultLine // the summary; set, the page's title begins with "Error: "
	Contact string      // mailbox people may write to, or empty
	Year    string      // address of "Your year" or "Your application", or empty
	Back    *way        // one step back, or nil
	Whose   string      // whom the page is handed to, for its forms; empty where that is nobody in particular
	NoPrint bool        // leaves the surroundings out when printed
}

// Home are the words for the page that Year leads to.
func (fr frame) Home() string {
	if strings.HasPrefix(fr.Year, "/application/") {
		return "Your application"
	}
	return "Your year"
}

func (fr *frame) itself() *frame { return fr }

// way is a link with its words; Hidden goes on for those who hear the page.
type way struct {
	Text   string
	Href   string
	Hidden string
}

// faultLine is one line of the summary; Href leads to the field, empty where it concerns the whole page.
type faultLine struct {
	Href string
	Text string
}

// aPage is any page's data.
type aPage interface{ itself() *frame }

var templates = parseTemplates()

// parseTemplates reads every page once, at start: a page that does not parse stops the program.
func parseTemplates() map[string]*template.Template {
	kit := api.WithTurned(api.WithQuestions(template.Must(template.New("kit.html").Funcs(template.FuncMap{
		"day": day, "moment": moment, "span": span, "lower": lower, "asset": assets.URL,
	}).ParseFS(templateFiles, "templates/kit.html"))))
	pages := map[string]*template.Template{}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // impossible: the folder is embedded
	}
	for _, entry := range entries {
		if name := entry.Name(); name != "kit.html" {
			pages[name] = template.Must(template.Must(kit.Clone()).ParseFS(templateFiles, "templates/"+name))
		}
	}
	return pages
}

// render writes a page whole or not at all.
func (f *Forms) render(c *gin.Context, status int, name string, page aPage) error {
	if page.itself().Contact == "" {
		page.itself().Contact = f.Contact
	}
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
	_, err := c.Writer.Write(out.Bytes())
	_ = err // the browser has gone
	return nil
}

// faulty makes a page one with faults.
func (fr *frame) faulty(faults []programme.Fault) {
	for _, fault := range faults {
		line := faultLine{Text: fault.Text}
		if fault.Field != "" {
			line.Href = "#" + fault.Field
		}
		fr.Faults = append(fr.Faults, line)
	}
}
