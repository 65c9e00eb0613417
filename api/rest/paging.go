package rest

import (
	"encoding/base64"
	"net/url"
	"strconv"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// Paging is the part of a list that is asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many to give at most"`
	Cursor string `query:"cursor" maxLength:"400" doc:"Where to go on: the member next of the page before"`

	address url.URL
}

// Resolve keeps the address, from which the next page's is made.
func (p *Paging) Resolve(ctx huma.Context) []error {
	p.address = ctx.URL()
	return nil
}

// after is where the store goes on.
func (p *Paging) after() (string, error) {
	position, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return "", noCursor()
	}
	return string(position), nil
}

// afterNumber is the same where the store counts.
func (p *Paging) afterNumber() (int64, error) {
	text, err := p.after()
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, noCursor()
	}
	return n, nil
}

func noCursor() error {
	return refuseParameter("cursor", "Take the cursor from the member next of the page before.")
}

// list is one page of a list.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"The cursor of the next page, null on the last"`
}

type listOutput[T any] struct {
	Link string `header:"Link" doc:"The next page, as rel=next"`
	Body list[T]
}

// pageOf shows one page; next is the store's position, empty at the end.
func pageOf[T, S any](p *Paging, found []S, next string, show func(S) T) *listOutput[T] {
	out := &listOutput[T]{Body: list[T]{Items: make([]T, 0, len(found))}}
	for _, one := range found {
		out.Body.Items = append(out.Body.Items, show(one))
	}
	if next != "" {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(next))
		out.Body.Next = &cursor
		query := p.address.Query()
		query.Set("cursor", cursor)
		out.Link = "<" + (&url.URL{Path: p.address.Path, RawQuery: query.Encode()}).String() + `>; rel="next"`
	}
	return out
}

// onlyOf refuses, before anything is done, a cursor that does not fit: what an order has done has one page, its preview
// has many.
func (p *Paging) onlyOf(preview bool) error {
	if p.Cursor != "" && !preview {
		return refuseParameter("cursor", "A cursor goes with a preview alone: what this did is told on one page.")
	}
	_, err := p.after()
	return err
}

// pageIn shows one page of a list that is at hand as a whole, sorted by its positions.
func pageIn[T, S any](p *Paging, whole []S, position func(S) string, show func(S) T) (*listOutput[T], error) {
	after, err := p.after()
	if err != nil {
		return nil, err
	}
	found, next := programme.Page(whole, position, after, p.Limit)
	return pageOf(p, found, next, show), nil
}

// numbered is a position of a store that counts, empty at the end.
func numbered(next int64) string {
	if next == 0 {
		return ""
	}
	return strconv.FormatInt(next, 10)
}
