package records

import (
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// An offer lists the very dates that its leader then gets, whose groups have dates of their own: leaders who apply are given a
// group with their offer, as evenly as there is room.
func TestAnOfferListsTheDatesThatFollow(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.goTo("2026-06-01 06:00")
		c := testCohort(spring, programme.RouteApplication, 4)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		must(t, b.setDates(t, map[string][]programme.Sitting{
			"residential-1": {date("a", "A", "2027-02-28 16:00", "2027-03-05 13:00", 2), date("b", "B", "2027-03-21 16:00", "2027-03-26 13:00", 2)},
			"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 2), date("b", "B", "2027-06-07 08:00", "2027-06-09 16:00", 2)},
			"residential-3": {date("a", "A", "2027-09-13 08:00", "2027-09-15 16:00", 2), date("b", "B", "2027-10-04 08:00", "2027-10-06 16:00", 2)}}))
		must(t, ignore(b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))))
		refs := b.reviewed(t, 4)
		for _, ref := range refs {
			b.decided(t, ref, programme.DecideOffer)
		}
		b.released(t)
		offered := map[string][]programme.DateLine{}
		residentials := map[time.Time]int{}
		for _, ref := range refs {
			offered[ref] = b.dated(t, ref, programme.MsgOffer)
			for _, line := range offered[ref] {
				if line.Stage == "residential-1" {
					residentials[line.From]++
				}
			}
		}
		if len(residentials) != 2 {
			t.Errorf("the offers share the first residential out as %v", residentials)
		}
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "selection").Ask, accept())
			b.closed(t, ref, "selection")
		}
		for _, ref := range refs {
			if diff := cmp.Diff(offered[ref], b.dated(t, ref, programme.MsgYearDates)); diff != "" {
				t.Errorf("%s was offered other dates than the year has (-offer +year):\n%s", ref, diff)
			}
		}
		b.sound(t)
	})
}

// dated are the dates in the one mail of a message, as people read them.
func (b *bundle) dated(t *testing.T, ref, message string) []programme.DateLine {
	t.Helper()
	line := b.lines(t, ref, message)[0]
	if line.At.After(b.clock.Now()) {
		b.clock.set(line.At)
	}
	dates := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At}).Items[0].Dates
	for i := range dates {
		dates[i].UID, dates[i].Sequence = "", 0
	}
	return dates
}
