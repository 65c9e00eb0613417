package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// A leader is away on the days of their own sitting: times on these are neither offered nor taken, those on the days of
// another group's are.
func TestTimesKeepToALeadersOwnResidential(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := withEvents(2)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		rows := people(2)
		rows[0].Group, rows[1].Group = "A", "B"
		report, err := b.ImportParticipants(b.ctx, spring, rows, false, "staff:test")
		must(t, err)
		must(t, b.setDates(t, twoDates(1, 1)))
		coach := b.importCoaches(t, coaches(1, 2))[0]
		must(t, ignore(b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))))
		b.goTo("2026-11-23 06:00")
		for _, row := range report.Rows {
			answers := withPlaces("confirm")
			answers["consent_psychometrics"], answers["consent_coach_report"] = []string{"no"}, []string{"no"}
			b.answered(t, row.Ref, "onboarding", answers)
		}
		b.goTo("2027-01-25 12:00")
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
