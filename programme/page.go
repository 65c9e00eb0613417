package programme

import (
	"fmt"
	"sort"
	"time"
)

// Page is one page of a list that is sorted by its positions: at most limit of what comes after a position, which need not
// be in the list any more. next is the position of the last, empty at the end.
func Page[T any](list []T, position func(T) string, after string, limit int) (page []T, next string) {
	page = list[len(Before(list, position, after)):]
	if len(page) > limit {
		page = page[:limit]
		next = position(page[limit-1])
	}
	return page, next
}

// Before is what comes in such a list before the page after a position.
func Before[T any](list []T, position func(T) string, after string) []T {
	if after == "" {
		return nil
	}
	return list[:sort.Search(len(list), func(i int) bool { return position(list[i]) > after })]
}

// SittingPositions are where the sittings of a cohort stand in its list, which goes by event and within each by time.
func SittingPositions(list []Sitting) func(Sitting) string {
	event := map[string]int{}
	for _, s := range list {
		if _, known := event[s.Stage]; !known {
			event[s.Stage] = len(event)
		}
	}
	return func(s Sitting) string {
		return fmt.Sprintf("%03d/%s/%s", event[s.Stage], s.Starts.UTC().Format(time.RFC3339), s.Name)
	}
}

// Position is where a time stands in its coach's list.
func (s Slot) Position() string { return s.Starts.UTC().Format(time.RFC3339) + "/" + s.ID }
