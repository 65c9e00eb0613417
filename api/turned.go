package api

import (
	"embed"
	"html/template"
	"net/url"

	"fairlead/programme"
)

// Turned are the addresses of the pages of a list before and after the one that is shown, empty where there is none.
type Turned struct {
	Label    string // of what they are pages, for those who hear the page
	Of       string // the same in the words of the links, where the list does not stand right above
	First    string // instead of the previous page, where it is not known any more
	Previous string
	Next     string
}

//go:embed turned.html
var turnedFile embed.FS

// WithTurned adds to a set of templates the one that leads on and back: "turn" shows a Turned.
func WithTurned(t *template.Template) *template.Template {
	return template.Must(t.ParseFS(turnedFile, "turned.html"))
}

// PageOf is one page of a list that is sorted by its positions, and how to go on from it: at most limit of what comes after
// the position that the address names as cursor. place is where on the page the list stands.
func PageOf[T any](list []T, position func(T) string, path, cursor, after, place string, limit int) (page []T, links Turned) {
	page, next := programme.Page(list, position, after, limit)
	address := func(from string) string {
		to := url.URL{Path: path, Fragment: place}
		if from != "" {
			to.RawQuery = url.Values{cursor: {from}}.Encode()
		}
		return to.String()
	}
	links.Label, links.Of = "Pages of "+cursor, cursor
	if next != "" {
		links.Next = address(next)
	}
	if before := len(programme.Before(list, position, after)); before > limit {
		links.Previous = address(position(list[before-limit-1]))
	} else if before > 0 {
		links.Previous = address("")
	}
	return page, links
}
