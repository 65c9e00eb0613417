package programme

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

// Page by page everything comes once, whatever the length of a page, also where what a page ended with is gone.
func TestPages(t *testing.T) {
	t.Parallel()
	same := func(s string) string { return s }
	for n := range 7 {
		var list []string
		for i := range n {
			list = append(list, strconv.Itoa(i))
		}
		for limit := 1; limit < 9; limit++ {
			var got []string
			for after, turns := "", 0; turns < 9; turns++ {
				page, next := Page(list, same, after, limit)
				got = append(got, page...)
				if len(page) > limit || next != "" && len(page) != limit {
					t.Fatalf("a page of %d from %d of %d", len(page), limit, n)
				}
				if after = next; next == "" {
					break
				}
			}
			if !slices.Equal(got, list) {
				t.Errorf("%d in pages of %d are %v", n, limit, got)
			}
		}
	}
	if page, _ := Page([]string{"a", "c"}, same, "b", 5); !slices.Equal(page, []string{"c"}) {
		t.Errorf("after one that is gone come %v", page)
	}
}

// The positions of sittings and of times go as their lists do.
func TestPositionsGoAsTheirLists(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return Date{Year: 2027, Month: 3, Day: 1}.AddDays(n).At(9, 0) }
	list := []Sitting{{Stage: "opening-event", Name: "b", Starts: day(9)}, {Stage: "closing-event", Name: "b", Starts: day(1)}, {Stage: "closing-event", Name: "a", Starts: day(2)},
		{Stage: "closing-event", Name: "c", Starts: day(2)}}
	at := SittingPositions(list)
	if !slices.IsSortedFunc(list, func(a, b Sitting) int {
		if at(a) < at(b) {
			return -1
		}
		return 1
	}) {
		t.Errorf("%s %s %s %s", at(list[0]), at(list[1]), at(list[2]), at(list[3]))
	}
	if early, late := (Slot{ID: "b", Starts: day(0)}), (Slot{ID: "a", Starts: day(200)}); early.Position() >= late.Position() {
		t.Errorf("%s before %s", early.Position(), late.Position())
	}
}
