package console

import (
	"net/url"
	"strconv"
	"strings"

	"fairlead/api"
	"fairlead/programme"
)

// farthestBack is how many pages somebody can go back one by one; from farther on they go back to the first.
const farthestBack = 20

// turned are the ways to the pages before and after.
type turned = api.Turned

// Turn tells how to go on from a page of a list: start is the address of the first page, next that of the next one. A list
// goes on from what its last line was, so an address carries the way back to the pages before.
func (f *frame) Turn(start, next string) turned {
	if f.asked.Has("before") {
		return f.TurnBy("before", start, next)
	}
	if address, err := url.Parse(next); err == nil && address.Query().Has("before") {
		return f.TurnBy("before", start, next)
	}
	return f.TurnBy("after", start, next)
}

// TurnBy is Turn for one of several lists of a page: cursor is the name of where it goes on.
func (f *frame) TurnBy(cursor, start, next string) turned {
	now, back := f.asked.Get(cursor), "back"
	if cursor != "after" && cursor != "before" {
		back = cursor + "-back"
	}
	trail := f.asked[back]
	links := turned{Label: "Pages"}
	if back != "back" {
		links.Label += " of " + cursor
	}
	switch {
	case now == "":
	case len(trail) == 0:
		links.Previous = start
	case trail[len(trail)-1] == lost:
		links.First = start
	default:
		links.Previous = through(start, cursor, trail[len(trail)-1], back, trail[:len(trail)-1])
	}
	if now != "" {
		trail = append(trail[:len(trail):len(trail)], now)
	}
	if len(trail) > farthestBack {
		trail = append([]string{lost}, trail[len(trail)-farthestBack+1:]...)
	}
	if next != "" {
		links.Next = through(next, "", "", back, trail)
	}
	return links
}

// lost stands for the pages that are too far back.
const lost = "-"

// through is an address that goes on from a cursor, by way of others.
func through(address, cursor, at, back string, trail []string) string {
	to, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := to.Query()
	if cursor != "" {
		query.Set(cursor, at)
	}
	query.Del(back)
	for _, one := range trail {
		query.Add(back, one)
	}
	to.RawQuery = query.Encode()
	return to.String()
}

// partOf is the page of a list that is here whole, as the address names it by the number of lines before, and how to go on
// from it. What keep names of the address stays in it.
func partOf[T any](f *frame, list []T, cursor string, keep ...string) (part []T, links turned, err error) {
	from, err := number(f.asked.Get(cursor))
	if err != nil {
		return nil, links, err
	}
	if from > int64(len(list)) {
		return nil, links, programme.ErrNotFound
	}
	address := func(after int64) string {
		query := url.Values{}
		for _, name := range keep {
			if value := f.asked.Get(name); value != "" {
				query.Set(name, value)
			}
		}
		if after > 0 {
			query.Set(cursor, strconv.FormatInt(after, 10))
		}
		return strings.TrimSuffix(f.at+"?"+query.Encode(), "?")
	}
	links.Label = "Pages"
	if cursor != "after" {
		links.Label += " of " + cursor
	}
	if from > 0 {
		links.Previous = address(max(0, from-linesAPage))
	}
	to := min(from+linesAPage, int64(len(list)))
	if to < int64(len(list)) {
		links.Next = address(to)
	}
	return list[from:to], links, nil
}
