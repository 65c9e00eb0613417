package records

import (
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// twoGroupsCoached launches two leaders, the first of group A and the second of group B, with one coach and these dates, and goes
// on to the week in which coaching begins: both have confirmed their places.
func (b *bundle) twoGroupsCoached(t *testing.T, dates map[string][]programme.Sitting) (leaders programme.ImportReport, coach string) {
	t.Helper()
	c := withEvents(2)
	c.Blueprint = "flagship"
	must(t, b.CreateCohort(b.ctx, c))
	rows := people(2)
	rows[0].Group, rows[1].Group = "A", "B"
	leaders, err := b.ImportParticipants(b.ctx, spring, rows, false, "staff:test")
	must(t, err)
	must(t, b.setDates(t, dates))
	coach = b.importCoaches(t, coaches(1, 2))[0]
	must(t, ignore(b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))))
	b.goTo("2026-11-23 06:00")
	for _, row := range leaders.Rows {
		answers := withPlaces("confirm")
		answers["consent_psychometrics"], answers["consent_coach_report"] = []string{"no"}, []string{"no"}
		b.answered(t, row.Ref, "onboarding", answers)
	}
	b.goTo("2027-01-25 12:00")
	return leaders, coach
}

// A leader is away on the days of their own sitting: times on these are neither offered nor taken, those on the days of
// another group's are.
func TestTimesKeepToALeadersOwnResidential(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		report, coach := b.twoGroupsCoached(t, twoDates(1, 1))
		slots := map[string]string{}
		for _, day := range []string{"2027-03-02", "2027-03-23"} { // a day of A's residential, and one of B's
			published, err := b.PublishSlots(b.ctx, spring, coach, programme.SlotSeries{First: london(day + " 10:00"), Count: 1, Minutes: 60}, "staff:ada", b.clock.Now())
			must(t, err)
			slots[day] = published[len(published)-1].ID
		}
		for i, row := range report.Rows {
			b.openStage(t, row.Ref, "coaching-1")
			session, err := b.CoachingSession(b.ctx, row.Ref, "coaching-1")
			must(t, err)
			own, others := slots["2027-03-02"], slots["2027-03-23"]
			if i == 1 {
				own, others = others, own
			}
			offers := func(id string) bool {
				return slices.ContainsFunc(session.Free, func(s programme.Slot) bool { return s.ID == id })
			}
			if offers(own) || !offers(others) {
				t.Errorf("leader %d is offered %+v", i, session.Free)
			}
			if _, err := b.BookSession(b.ctx, b.orderOf(row.Ref, own)); !isInvalid(err) {
				t.Errorf("leader %d, on a day of the residential: %v", i, err)
			}
			must(t, ignore(b.BookSession(b.ctx, b.orderOf(row.Ref, others))))
		}
	})
}

// A time that runs into a one-day event of the leader's own is neither offered nor booked, whoever enters it; before and after the
// event, and at another group's, it is the leader's to have.
func TestTimesKeepToALeadersOwnEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		report, coach := b.twoGroupsCoached(t, map[string][]programme.Sitting{"opening-event": {
			{Name: "a", Group: "A", Starts: london("2027-02-02 09:30"), Ends: london("2027-02-02 16:30"), Online: true, Capacity: 1, State: programme.SittingPlanned},
			{Name: "b", Group: "B", Starts: london("2027-02-09 09:30"), Ends: london("2027-02-09 16:30"), Venue: "Elm House", Capacity: 1, State: programme.SittingPlanned}}})
		slots := map[string]string{}
		for _, at := range []string{"2027-02-02 08:30", "2027-02-02 12:00", "2027-02-02 16:00", "2027-02-09 09:00", "2027-02-09 16:30"} {
			published, err := b.PublishSlots(b.ctx, spring, coach, programme.SlotSeries{First: london(at), Count: 1, Minutes: 60}, "staff:ada", b.clock.Now())
			must(t, err)
			for _, slot := range published {
				if slot.Starts.Equal(london(at)) {
					slots[at] = slot.ID
				}
			}
		}
		for i, row := range report.Rows {
			ref := row.Ref
			b.openStage(t, ref, "coaching-1")
			session, err := b.CoachingSession(b.ctx, ref, "coaching-1")
			must(t, err)
			offered := map[string]bool{}
			for _, slot := range session.Free {
				offered[slot.ID] = true
			}
			own, others := []string{"2027-02-02 12:00", "2027-02-02 16:00"}, []string{"2027-02-02 08:30", "2027-02-09 09:00", "2027-02-09 16:30"}
			agreed := "2027-02-02 10:00"
			if i == 1 {
				own, others, agreed = []string{"2027-02-09 09:00"}, []string{"2027-02-02 12:00", "2027-02-02 16:00", "2027-02-09 16:30"}, "2027-02-09 16:15"
			}
			for _, at := range own {
				if _, err := b.BookSession(b.ctx, b.orderOf(ref, slots[at])); offered[slots[at]] || !isInvalid(err) || !strings.Contains(err.Error(), "Opening event") {
					t.Errorf("leader %d at %s: offered %v, %v", i, at, offered[slots[at]], err)
				}
			}
			for _, at := range others {
				if !offered[slots[at]] {
					t.Errorf("leader %d is not offered %s", i, at)
				}
			}
			for _, by := range []string{"participant", toCoach, "staff:kim"} {
				if _, err := b.BookSession(b.ctx, b.agreed(ref, agreed, by)); !isInvalid(err) {
					t.Errorf("leader %d, entered by %s: %v", i, by, err)
				}
			}
			must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots["2027-02-09 16:30"]))))
			must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[others[0]])))) // it moves, and frees the time for the other
		}
		b.sound(t)
	})
}
