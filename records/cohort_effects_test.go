package records

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"

	"gorm.io/gorm"
)

// effectsOf says what a change of the cohort would do; nothing may have changed afterwards.
func (b *bundle) effectsOf(t *testing.T, sittings map[string][]programme.Sitting, change func(c *programme.Cohort)) (programme.CohortEffects, error) {
	t.Helper()
	c, err := b.Cohort(b.ctx, spring)
	must(t, err)
	count := func() (n [4]int) {
		for i, table := range []string{"sittings", "outbox", "audit_log", "messages"} {
			n[i] = b.count(t, "SELECT COUNT(*) FROM "+table)
		}
		return n
	}
	before := count()
	changed := c
	change(&changed)
	effects, err := b.CohortEffects(b.ctx, changed, sittings, c.Version)
	after, kept := b.Cohort(b.ctx, spring)
	must(t, kept)
	if count() != before || after.Version != c.Version || after.Places != c.Places || after.PlacesHeld != c.PlacesHeld {
		t.Errorf("it changed %v to %v, %+v", before, count(), after)
	}
	return effects, err
}

func placesOfCohort(n int) func(c *programme.Cohort) {
	return func(c *programme.Cohort) { c.Places = n }
}

// More places say how many of the reserve are invited, as many as then are; and none once no invitation can leave any more.
func TestMorePlacesSayWhomTheyInvite(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.invite(t, 4, 8)
		for places, want := range map[int]programme.CohortEffects{4: {}, 6: {Filled: 2, Waiting: 4}, 20: {Filled: 4, Waiting: 4}} {
			got, err := b.effectsOf(t, nil, placesOfCohort(places))
			if err != nil || got != want {
				t.Errorf("%d places: %+v, %v, not %+v", places, got, err, want)
			}
		}
		if _, err := b.effectsOf(t, nil, placesOfCohort(3)); !isInvalid(err) {
			t.Errorf("fewer than are held: %v", err)
		}
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		if _, err := b.CohortEffects(b.ctx, c, nil, c.Version+1); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("another version: %v", err)
		}
		b.goTo("2027-01-28 09:00")
		if got, err := b.effectsOf(t, nil, placesOfCohort(6)); err != nil || got.Filled != 0 || got.Waiting != 4 {
			t.Errorf("too late: %+v, %v", got, err)
		}
		b.sound(t)
	})
}

// More places of a cohort by application say how many of the waiting list get an offer; what is meant for others is kept.
func TestMorePlacesSayWhomTheyOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.offers(t, 3, 7)
		got, err := b.effectsOf(t, nil, placesOfCohort(5))
		if err != nil || got.Filled != 2 || got.Waiting != 4 || got.Mails != 6 { // each the offer and its reminders
			t.Errorf("%+v, %v", got, err)
		}
		b.sound(t)
	})
}

// More places than a sitting has room for are refused: the blueprint's own sittings grow, those that staff have set do not.
// What was wrong before, and fewer places, keep nobody from anything.
func TestMorePlacesNeedRoomAtEveryEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.atEvents(t, 4, 2, map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 5)},
			"residential-3": {date("a", "", "2027-09-13 08:00", "2027-09-15 16:00", 20)}})
		changes := func(places int) error {
			c, err := b.Cohort(b.ctx, spring)
			must(t, err)
			c.Places = places
			return b.UpdateCohort(b.ctx, c, c.Version)
		}
		must(t, changes(5))
		for name, err := range map[string]error{"the change": changes(6), "its preview": ignoreEffects(b.effectsOf(t, nil, placesOfCohort(6)))} {
			var invalid *programme.Invalid
			if !errors.As(err, &invalid) || len(invalid.Faults) == 0 || invalid.Faults[0].Field != "places" || !strings.Contains(err.Error(), "Residential 2 has room for 5, but the cohort has 6 places") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := b.count(t, "SELECT places FROM cohorts"); n != 5 {
			t.Errorf("%d places", n)
		}
		// Another event has too little room already: that is nothing of a change that takes places away.
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE sittings SET capacity = 2 WHERE stage = 'residential-2'").Error
		}))
		must(t, changes(4))
		b.sound(t)
	})
}

// A date that is cancelled has room for nobody, and one that has begun for those who are there alone: more places wait for another
// date, also where other dates are set with them. An event that has begun everywhere is missed by whoever joins, and bars nothing.
func TestMorePlacesNeedRoomAtDatesToCome(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := []programme.Sitting{date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "", "2027-07-12 08:00", "2027-07-14 16:00", 6)}
		b.atEvents(t, 4, 2, map[string][]programme.Sitting{"residential-2": dates})
		more := func(when string, extra []programme.Sitting, says string) {
			t.Helper()
			var sittings map[string][]programme.Sitting
			if extra != nil {
				all, err := b.Sittings(b.ctx, spring)
				must(t, err)
				all = slices.DeleteFunc(all, func(s programme.Sitting) bool { return s.Stage != "residential-2" })
				sittings = map[string][]programme.Sitting{"residential-2": append(all, extra...)}
			}
			_, err := b.effectsOf(t, sittings, placesOfCohort(8))
			if says == "" && err != nil || says != "" && (!isInvalid(err) || !strings.Contains(err.Error(), says)) {
				t.Errorf("%s: %v", when, err)
			}
		}
		more("both to come", nil, "")
		must(t, ignore(b.Reschedule(b.ctx, programme.Reschedule{Cohort: spring, Stage: "residential-2", Sitting: "a", Cancel: true, Reason: "other"})))
		more("one cancelled", nil, "Residential 2 has room for 6, but the cohort has 8 places")
		more("one cancelled, another too small", []programme.Sitting{date("c", "", "2027-07-19 08:00", "2027-07-21 16:00", 1)}, "Residential 2 has room for 7, but")
		third := []programme.Sitting{date("c", "", "2027-07-19 08:00", "2027-07-21 16:00", 2)}
		more("one cancelled, another with room", third, "")
		b.goTo("2027-07-12 08:00")
		more("all have begun", nil, "")
		more("one has begun, another is to come", third, "Residential 2 has room for")
		b.sound(t)
	})
}

func ignoreEffects(_ programme.CohortEffects, err error) error { return err }

// A sitting of which no leader knows is removed with the task to find its venue, and the audit log says which, and why.
func TestARemovedSittingIsInTheAuditLog(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "", "2027-07-12 08:00", "2027-07-14 16:00", 3)}}
		dates["residential-2"][1].Venue = ""
		b.atEvents(t, 4, 1, dates)
		must(t, b.setDates(t, dates)) // without the venue that the helper set
		b.goTo("2027-06-25 11:00")
		_, err := b.CohortRound(b.ctx, spring, b.Now(b.ctx))
		must(t, err)
		open := func() int {
			return b.count(t, "SELECT COUNT(*) FROM tasks WHERE done_at IS NULL AND sitting = 'b' AND code = 'set_venue'")
		}
		if open() != 1 {
			t.Fatalf("%d tasks", open())
		}
		dates["residential-2"] = dates["residential-2"][:1]
		got, err := b.effectsOf(t, dates, func(*programme.Cohort) {})
		if err != nil || got != (programme.CohortEffects{Tasks: 1}) {
			t.Errorf("it would do %+v, %v", got, err)
		}
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		c.By, c.Why = "staff:kim", "programme_change"
		must(t, b.ChangeCohort(b.ctx, c, dates, c.Version))
		log, _, err := b.AuditLog(b.ctx, programme.AuditFilter{Actor: "staff:kim"}, 0, 10)
		if err != nil || len(log) != 1 || log[0].Reason != "programme_change" || !strings.Contains(log[0].Detail, "residential-2/b removed") {
			t.Errorf("%+v, %v", log, err)
		}
		if open() != 0 {
			t.Error("the task is left")
		}
		b.sound(t)
	})
}
