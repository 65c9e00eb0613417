package records

import (
	"testing"

	"fairlead/programme"
)

// Where an event has several dates and no groups an offer cannot know which one its leader gets: it names them as what they are,
// and the year's dates name the leader's own.
func TestAnOfferNamesEveryDateThatIsPossible(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.goTo("2026-06-01 06:00")
		c := testCohort(spring, programme.RouteApplication, 2)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		must(t, b.setDates(t, map[string][]programme.Sitting{
			"residential-1": {date("a", "", "2027-02-28 16:00", "2027-03-05 13:00", 1), date("b", "", "2027-03-21 16:00", "2027-03-26 13:00", 1)}}))
		must(t, ignore(b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))))
		refs := b.reviewed(t, 2)
		for _, ref := range refs {
			b.decided(t, ref, programme.DecideOffer)
		}
		b.released(t)
		residentials := func(lines []programme.DateLine) (list []programme.DateLine) {
			for _, line := range lines {
				if line.Stage == "residential-1" {
					list = append(list, line)
				}
			}
			return list
		}
		for _, ref := range refs {
			lines := b.dated(t, ref, programme.MsgOffer)
			if dates := residentials(lines); len(dates) != 2 || dates[0].Choice != 2 || dates[1].Choice != 2 || dates[0].From.Equal(dates[1].From) {
				t.Errorf("offered %+v", dates)
			}
			for _, line := range lines {
				if line.Choice != 0 && line.Stage != "residential-1" {
					t.Errorf("%s has one date: %+v", line.Stage, line)
				}
			}
		}
		own := map[string]bool{}
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "selection").Ask, accept())
			b.closed(t, ref, "selection")
			dates := residentials(b.dated(t, ref, programme.MsgYearDates))
			if len(dates) != 1 || dates[0].Choice != 0 {
				t.Fatalf("the year has %+v", dates)
			}
			own[dates[0].From.String()] = true
		}
		if len(own) != 2 {
			t.Errorf("both got %v", own)
		}
		b.sound(t)
	})
}

// An event that has no room for a leader has no date for them yet.
func TestAnEventWithoutAPlaceHasNoDateYet(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 1, nil)
		must(t, b.writer.Exec("UPDATE sittings SET taken = capacity WHERE stage = 'residential-2'").Error)
		must(t, b.writer.Exec("DELETE FROM event_places WHERE stage = 'residential-2'").Error)
		lines, err := b.Dates(b.ctx, refs[0])
		must(t, err)
		last := lines[len(lines)-1]
		if last.Stage != "residential-2" || !last.From.IsZero() || last.Where != "" {
			t.Errorf("the year ends with %+v", last)
		}
	})
}
