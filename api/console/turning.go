package console

import "net/url"

// farthestBack is how many pages somebody can go back one by one; from farther on they go back to the first.
const farthestBack = 20

// turned are the addresses of the pages before and after the one that is shown, empty where there is none.
type turned struct {
	Label    string // of what they are pages, for those who hear the page
	First    string // instead of the previous page, where it is not known any more
	Previous string
	Next     string
}

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
