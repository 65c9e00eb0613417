package verdict

import (
	"slices"
	"strings"
	"testing"
)

// sent is somebody who applied in June and was confirmed.
func (b *builder) sent(n int) {
	ref := b.in.Expected.People[n-1].Ref
	m := b.mail(ref, "-", "apply-verify", "v"+ref, reply, at("2026-06-02", "11:00"))
	m.Keys[0] = "c/-/-/apply-verify/v" + ref
	b.in.Records.Messages = b.in.Records.Messages[:len(b.in.Records.Messages)-1] // it belongs to no journey
	b.act(n, actApply, "selection", 1, "", at("2026-06-03", "20:00"))
	b.mail(ref, "selection", "application-received", "row"+ref, reply, at("2026-06-03", "20:00"))
}

// offeredPlace is an offer of a moment.
func (b *builder) offeredPlace(n int, date string) {
	b.mail(b.in.Expected.People[n-1].Ref, "selection", "offer", "1.3.0", staff, at(date, "10:30"))
}

// goodApplications is a small year by application that went well: two places, five people.
func goodApplications() *builder {
	c := clock
	c.Start = at("2026-06-01", "06:00")
	b := &builder{in: Input{Clock: c, Expected: Expected{Cohort: "c", Route: byApplication, Places: 2, LastJoining: at("2027-01-28", "17:00")}}}
	b.person(1, "applies and takes the offer", "completed")
	b.person(2, "turns the offer down", "declined")
	b.person(3, "is wait-listed and gets in", "completed")
	b.person(4, "is rejected", "rejected")
	b.person(5, "waits in vain", "not_needed")
	for n := 1; n <= 5; n++ {
		b.sent(n)
	}
	b.in.Acts = append(b.in.Acts, Act{Sent: real(at("2026-09-07", "10:30")), Answered: real(at("2026-09-07", "10:30")), Act: actRelease, Confirmed: true, Status: 202})
	b.offeredPlace(1, "2026-09-07")
	b.offeredPlace(2, "2026-09-07")
	b.mail("P-3", "selection", "application-waitlisted", "1.3.0", staff, at("2026-09-07", "10:30"))
	b.mail("P-4", "selection", "application-rejected", "1.3.0", staff, at("2026-09-07", "10:30"))
	b.mail("P-5", "selection", "application-waitlisted", "1.3.0", staff, at("2026-09-07", "10:30"))
	b.act(2, ActAnswer, "selection", 1, "decline", at("2026-09-08", "08:00"))
	b.mail("P-2", "selection", "invitation-declined", "r2", reply, at("2026-09-08", "08:00"))
	b.mail("P-3", "selection", "offer", "1.4.0", staff, at("2026-09-08", "10:30"))
	for _, n := range []int{1, 3} {
		ref := b.in.Expected.People[n-1].Ref
		b.act(n, ActAnswer, "selection", 1, "accept", at("2026-09-09", "20:00"))
		b.mail(ref, "selection", "invitation-accepted", "a"+ref, reply, at("2026-09-09", "20:00"))
		b.mail(ref, "-", "year-dates", "1.1.0", scheduled, at("2026-09-10", "09:10"))
	}
	b.mail("P-5", "selection", "application-not-needed", "1.3.0", staff, at("2027-01-28", "17:00"))
	b.journey(1, "completed", chosen("done", "accepted"))
	b.journey(2, "declined", chosen("done", "declined"))
	b.journey(3, "completed", chosen("done", "accepted"))
	b.journey(4, "rejected", chosen("done", "rejected"))
	b.journey(5, "not_needed", chosen("lapsed", "not_needed"))
	return b
}

func TestAGoodYearByApplicationIsOK(t *testing.T) {
	t.Parallel()
	if r := Judge(goodApplications().in); r.Verdict != "ok" {
		t.Fatalf("%+v", r.Faults)
	}
}

// kept is somebody whom the machine kept from taking an offer until a day.
func (b *builder) kept(ref, until string) {
	a := b.did(ref, ActAnswer)
	a.Status, a.Confirmed, a.Answer, a.Problem, a.Done = 410, false, "", "the form has closed", at(until, "10:00")
	b.lose("c/" + ref + "/selection/invitation-accepted/a" + ref)
	b.lose("c/" + ref + "/-/year-dates/1.1.0")
	b.of(ref).State, b.of(ref).Stages = "lapsed", []Stage{chosen("lapsed", "lapsed")}
}

// movesUp is the last of the waiting list getting a place when the first offers have lapsed.
func (b *builder) movesUp() {
	b.lose("c/P-5/selection/application-not-needed/1.3.0")
	b.mail("P-5", "selection", "offer", "1.4.0", staff, at("2026-09-22", "10:30"))
	b.act(5, ActAnswer, "selection", 1, "accept", at("2026-09-23", "20:00"))
	b.mail("P-5", "selection", "invitation-accepted", "aP-5", reply, at("2026-09-23", "20:00"))
	b.mail("P-5", "-", "year-dates", "1.1.0", scheduled, at("2026-09-24", "09:10"))
	b.of("P-5").State, b.of("P-5").Stages = "completed", []Stage{chosen("done", "accepted")}
	b.in.Histories = append(b.in.Histories, History{WorkflowID: "journey/c/P-5", Type: "Journey", Status: "Completed", Events: 50, Bytes: 9000})
}

// A place that lapsed because the machine kept somebody from taking it goes to the waiting list, as it should.
func TestAPlaceTheMachineFreedIsPassedOn(t *testing.T) {
	t.Parallel()
	b := goodApplications()
	b.kept("P-1", "2026-09-22")
	b.movesUp()
	if r := Judge(b.in); r.Verdict != "ok" || r.Late != 1 {
		t.Errorf("%d kept, %+v", r.Late, r.Faults)
	}
}

// plantedApplications are faults of a year by application, with the check that finds each.
var plantedApplications = []struct {
	name  string
	check string
	plant func(*builder)
}{
	{"an offer before the release", "quiet", func(b *builder) {
		m := b.find("c/P-1/selection/offer/1.3.0")
		m.Received = real(at("2026-09-06", "10:30"))
	}},
	{"a decision that nobody released", "quiet", func(b *builder) {
		b.in.Acts = slices.DeleteFunc(b.in.Acts, func(a Act) bool { return a.Act == actRelease })
	}},
	{"no and yes to one person", "quiet", func(b *builder) {
		b.mail("P-4", "selection", "offer", "1.4.0", staff, at("2026-09-10", "10:30"))
	}},
	{"an application that was never confirmed", "application", func(b *builder) { b.lose("c/P-4/selection/application-received/rowP-4") }},
	{"a reminder of an application that had arrived", "application", func(b *builder) {
		b.mail("P-4", "selection", "application-reminder", "1.1.1", scheduled, at("2026-07-02", "09:10"))
	}},
	{"an application that arrived and lapsed", "application", func(b *builder) { b.of("P-4").State = "lapsed" }},
	{"an application taken back without a word", "application", func(b *builder) {
		b.act(4, actTakeBack, "selection", 1, "", at("2026-08-01", "10:00"))
	}},
	{"somebody rejected without a word", "application", func(b *builder) { b.lose("c/P-4/selection/application-rejected/1.3.0") }},
	{"somebody who waited in vain without a word", "application", func(b *builder) { b.lose("c/P-5/selection/application-not-needed/1.3.0") }},
	{"a decision on what was never sent", "application", func(b *builder) { b.did("P-4", actApply).Confirmed = false }},
	{"a year for somebody who waits in vain", "end", func(b *builder) { b.movesUp() }},
	{"a year for somebody who waits in vain, and a lapse that was reckoned with", "end", func(b *builder) {
		b.kept("P-1", "2026-09-22")
		b.movesUp()
		b.in.Expected.People[0].End = "lapsed"
	}},
	{"two years for one place that the machine freed", "end", func(b *builder) {
		b.kept("P-1", "2026-09-22")
		b.movesUp()
		b.in.Expected.People[2].End = "not_needed"
	}},
	{"more offers than places", "places", func(b *builder) { b.find("c/P-3/selection/offer/1.4.0").Date = at("2026-09-07", "10:30") }},
	{"an offer under the rule of replies", "rule", func(b *builder) { b.find("c/P-1/selection/offer/1.3.0").Rule = reply }},
	{"an offer chased after its answer", "after-answer", func(b *builder) {
		b.mail("P-1", "selection", "offer-reminder", "1.3.1", scheduled, at("2026-09-14", "09:10"))
	}},
}

func TestPlantedFaultsOfApplicationsAreFound(t *testing.T) {
	t.Parallel()
	for _, test := range plantedApplications {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := goodApplications()
			test.plant(b)
			r := Judge(b.in)
			if r.Verdict != "red" || !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Check == test.check && strings.TrimSpace(f.Text) != "" }) {
				t.Errorf("%s, and %s is not among %+v", r.Verdict, test.check, r.Faults)
			}
		})
	}
}
