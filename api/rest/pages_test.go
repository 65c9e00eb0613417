package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"fairlead/programme"
)

// throughPages reads a call page by page, by its cursor, and hands every page's body to take, which returns the next cursor.
func (b *bundle) throughPages(method, path, body string, take func(answered *answer) *string) {
	b.t.Helper()
	address := path
	for range 20 {
		got := b.as(coordinator, method, address, body).want(http.StatusOK)
		next := take(got)
		if (next == nil) != (got.header.Get("Link") == "") {
			b.t.Fatalf("%s: next %v, Link %q", address, next, got.header.Get("Link"))
		}
		if next == nil {
			return
		}
		address = path + "&cursor=" + url.QueryEscape(*next)
	}
	b.t.Fatalf("%s never ends", path)
}

// Every list that a cohort can make long comes in pages; counts are of the whole, and nothing is missing or twice.
func TestLongListsComeInPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 7
	c := b.store.cohorts["2027-spring"]
	c.Route = programme.RouteApplication
	b.store.cohorts["2027-spring"] = c
	var want []string
	starts := programme.Date{Year: 2027, Month: 3, Day: 1}.At(9, 0)
	for i := range n {
		ref := fmt.Sprintf("P-%06d", i)
		want = append(want, ref)
		b.store.slots = append(b.store.slots, programme.Slot{ID: ref, Starts: starts.AddDate(0, 0, i), Minutes: 60, State: programme.SlotFree})
		b.store.sittings = map[string][]programme.Sitting{"residential-1": append(b.store.sittings["residential-1"],
			programme.Sitting{Stage: "residential-1", Name: ref, Starts: starts.AddDate(0, 0, i), Ends: starts.AddDate(0, 0, i+1)})}
		b.store.lines = append(b.store.lines, programme.RescheduleLine{Ref: ref, Confirm: i != 2, Task: i == 2})
		decision := programme.DecideReject
		if i%2 == 0 {
			decision = programme.DecideOffer
		}
		b.store.release.People = append(b.store.release.People, programme.Released{Ref: ref, Decision: decision})
		if i == 3 {
			b.store.match.Unmatched = append(b.store.match.Unmatched, programme.Unmatched{Ref: ref, Why: programme.CoachesFull})
		} else {
			b.store.match.Pairs = append(b.store.match.Pairs, programme.Pair{Ref: ref, Coach: "C-222222"})
		}
	}
	lists := map[string]func(*answer) ([]string, *string){
		"/cohorts/2027-spring/coaches/C-222222/slots": func(got *answer) (refs []string, next *string) {
			var page list[slot]
			got.into(&page)
			for _, one := range page.Items {
				refs = append(refs, one.ID)
			}
			return refs, page.Next
		},
		"/cohorts/2027-spring/sittings": func(got *answer) (refs []string, next *string) {
			var page list[sitting]
			got.into(&page)
			for _, one := range page.Items {
				refs = append(refs, one.Name)
			}
			return refs, page.Next
		},
	}
	for path, read := range lists {
		var all []string
		b.throughPages("GET", path+"?limit=3", "", func(got *answer) *string {
			refs, next := read(got)
			all = append(all, refs...)
			return next
		})
		if !slices.Equal(all, want) {
			t.Errorf("%s: %v", path, all)
		}
	}

	var all []string
	b.throughPages("POST", "/cohorts/2027-spring/reschedule?dry_run=true&limit=3", `{"stage":"residential-2","starts_at":"2027-07-12T07:00:00Z","reason":"programme_change"}`,
		func(got *answer) *string {
			var page rescheduled
			got.into(&page)
			if !page.Changed || page.Count != n || page.Void != n-1 || page.Tasks != 1 || len(page.Leaders) > 3 {
				t.Errorf("a page of the dry run says %+v", page)
			}
			for _, one := range page.Leaders {
				all = append(all, one.Ref)
			}
			return page.Next
		})
	if !slices.Equal(all, want) {
		t.Errorf("the dry run: %v", all)
	}
	all = nil
	b.throughPages("POST", "/cohorts/2027-spring/release?dry_run=true&limit=3", `{"reason":"other"}`, func(got *answer) *string {
		var page releaseResult
		got.into(&page)
		if page.Count != n || page.Offers != 4 || len(page.People) > 3 {
			t.Errorf("a page of the preview says %+v", page)
		}
		for _, one := range page.People {
			all = append(all, one.Ref)
		}
		return page.Next
	})
	if !slices.Equal(all, want) {
		t.Errorf("the preview: %v", all)
	}
	all = nil
	b.throughPages("POST", "/cohorts/2027-spring/match?dry_run=true&limit=3", "", func(got *answer) *string {
		var page matched
		got.into(&page)
		if page.Matched != n-1 || page.Without != 1 || len(page.Pairs)+len(page.Unmatched) > 3 {
			t.Errorf("a page of the match says %+v", page)
		}
		for _, one := range page.Pairs {
			all = append(all, one.Ref)
		}
		for _, one := range page.Unmatched {
			all = append(all, one.Ref)
		}
		return page.Next
	})
	if slices.Sort(all); !slices.Equal(all, want) {
		t.Errorf("the match: %v", all)
	}
	all = nil
	b.throughPages("GET", "/cohorts/2027-spring/matches?limit=4", "", func(got *answer) *string {
		var page list[coachPair]
		got.into(&page)
		for _, one := range page.Items {
			all = append(all, one.Ref)
		}
		return page.Next
	})
	if len(all) != n-1 {
		t.Errorf("the matches: %v", all)
	}
}

// What an order did is told on one page: a cursor, fit or not, is refused before anything is done.
func TestOnlyPreviewsHaveFurtherPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, one := range [][2]string{{"/cohorts/2027-spring/reschedule", `{"stage":"residential-2","cancel":true,"reason":"programme_change"}`},
		{"/cohorts/2027-spring/release", `{"reason":"other"}`}, {"/cohorts/2027-spring/match", ""}, {"/cohorts/2027-spring/coaches/C-222222/leave", `{"reason":"other"}`},
		{"/cohorts/2027-spring/coaches/C-222222/slots", `{"first":"2027-02-10T10:00:00Z","count":1,"minutes":60}`},
		{"/cohorts/2027-spring/coaches/C-222222/slots/0/remove", ""}} {
		for _, cursor := range []string{"UA", "%21"} {
			b.as(coordinator, "POST", one[0]+"?cursor="+cursor, one[1]).want(http.StatusUnprocessableEntity)
		}
		if len(b.store.rescheduled) > 0 || len(b.store.releases) > 0 || b.store.matched != "" || len(b.store.slots) > 0 {
			t.Fatalf("%s did something", one[0])
		}
	}
	b.as(coordinator, "POST", "/cohorts/2027-spring/match?dry_run=true&cursor=%21", "").want(http.StatusUnprocessableEntity)
}

func (s *fakeStore) RescheduleEffects(context.Context, programme.Reschedule) ([]programme.RescheduleLine, error) {
	if s.lines != nil {
		return s.lines, s.rescheduleErr
	}
	return []programme.RescheduleLine{{Ref: ref, Name: "Helen Nguyen", State: programme.PlaceConfirmed, Confirm: true, Reminders: true, Entry: "updated", Mail: true}},
		s.rescheduleErr
}
