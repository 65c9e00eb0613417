package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"

	"fairlead/api/assets"

	"github.com/gin-gonic/gin"
)

//go:embed page.html
var pageSource string

var pages = template.Must(template.New("page").Funcs(template.FuncMap{"asset": assets.URL}).Parse(pageSource))

// page is what a refusal, or the explanation of one, says.
type page struct {
	Title    string
	Lead     string
	Meaning  string
	Faults   []string
	Status   int
	Instance string
	Home     string // where whoever was refused can go on
	HomeText string
	Kind     ProblemKind // of a refusal: what it means to a program is told on a page of its own
	Kinds    []kindInfo  // the index alone
}

// writePage answers with a page that says what the problem is, and leads to where those who use such addresses begin.
func writePage(w http.ResponseWriter, path string, p *Problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	shown := page{Title: p.Title, Lead: p.Detail, Kind: p.Kind(), Instance: p.Instance}
	shown.Home, shown.HomeText = "/", "Where to go from here"
	if path == "/console" || strings.HasPrefix(path, "/console/") {
		shown.Home, shown.HomeText = "/console", "Home of the console"
	}
	if p.Detail == "" {
		shown.Meaning = infoOf(p.Kind()).Meaning
	}
	for _, e := range p.Errors {
		shown.Faults = append(shown.Faults, e.Detail)
	}
	render(w, p.Status, shown)
}

func render(w http.ResponseWriter, status int, shown page) {
	var out bytes.Buffer
	if err := pages.Execute(&out, shown); err != nil {
		panic(err) // impossible: the template is embedded and tested with every kind
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the browser has gone: nobody is left to tell
}

// registerProblems serves the page of every kind of problem, and their list.
func registerProblems(r gin.IRouter) {
	r.GET("/problems", func(c *gin.Context) {
		render(c.Writer, http.StatusOK, page{Title: "Problems", Lead: "Every refusal of Fairlead is of one of these kinds.", Kinds: catalogue})
	})
	r.GET("/problems/:kind", func(c *gin.Context) {
		for _, info := range catalogue {
			if string(info.Kind) == c.Param("kind") {
				render(c.Writer, http.StatusOK, page{Title: info.Title, Meaning: info.Meaning, Status: info.Status})
				return
			}
		}
		Refuse(c, NewProblem(NotFound, ""))
	})
}

// registerAssets serves what every page loads.
func registerAssets(r gin.IRouter) {
	serve := gin.WrapF(assets.Serve)
	r.GET(assets.Pattern, serve)
	r.HEAD(assets.Pattern, serve)
}
