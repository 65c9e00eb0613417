package verdict

import (
	"slices"
	"testing"
	"time"
)

// reads is staff reading who coaches whom: reference, coach, reference, coach.
func (b *builder) reads(number string, date time.Time, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		a := b.act(1, ActPair, "", 0, number, date)
		a.Ref, a.Coach = pairs[i], pairs[i+1]
		a.Answered = a.Sent
	}
}

// orders is something that was done about a coach.
func (b *builder) orders(n int, what, coach string, date time.Time) *Act {
	a := b.act(n, what, "", 0, "", date)
	a.Coach = coach
	return a
}

// coached is the good year with three coaches: P-1 asks for another coach and shares the report anew, for P-5 staff choose one,
// the coach of P-6 leaves, and P-6 goes to work where the next one does, whereupon there is another.
func coached() *builder {
	b := good()
	b.in.Expected.Bench = []Coach{{Ref: "C-1", Email: "a@coaches.example", Organisation: "College 1", Capacity: 2},
		{Ref: "C-2", Email: "b@coaches.example", Organisation: "College 2", Capacity: 2}, {Ref: "C-3", Email: "c@coaches.example", Organisation: "College 3", Capacity: 2}}
	for i := range b.in.Expected.People {
		b.in.Expected.People[i].Organisation, b.in.Expected.People[i].Shares = "Trust", true
	}
	b.in.Expected.People[5].Moved = "College 2"
	for _, n := range []int{1, 5, 6} {
		j := b.of(b.in.Expected.People[n-1].Ref)
		j.Stages = append(j.Stages, Stage{Name: "onboarding", Kind: "onboarding", State: "done", Round: 1, Answered: kept("done")})
		b.act(n, ActAnswer, "onboarding", 1, "", at("2026-12-01", "10:00"))
	}
	b.reads("1", at("2027-03-01", "10:00"), "P-1", "C-1", "P-5", "C-1", "P-6", "C-2")
	b.orders(1, ActReport, "C-1", at("2027-03-02", "10:00"))
	b.orders(1, ActAnother, "", at("2027-03-03", "10:00"))
	b.orders(1, ActReport, "C-1", at("2027-03-03", "10:02")).Confirmed = false
	b.reads("2", at("2027-03-03", "10:10"), "P-1", "C-3", "P-5", "C-1", "P-6", "C-2")
	b.orders(1, ActShare, "", at("2027-03-04", "10:00"))
	b.orders(1, ActReport, "C-3", at("2027-03-05", "10:00"))
	b.orders(5, "change-coach", "C-3", at("2027-03-16", "10:00"))
	b.reads("3", at("2027-03-16", "11:00"), "P-1", "C-3", "P-5", "C-3", "P-6", "C-2")
	b.orders(6, "change-details", "", at("2027-03-17", "10:00"))
	b.orders(6, "change-coach", "", at("2027-03-17", "10:10"))
	b.reads("4", at("2027-03-17", "11:00"), "P-1", "C-3", "P-5", "C-3", "P-6", "C-1")
	b.orders(1, ActCoachLeave, "C-2", at("2027-03-18", "10:00")).Ref = ""
	b.reads("5", at("2027-03-18", "11:00"), "P-1", "C-3", "P-5", "C-3", "P-6", "C-1")
	b.note(5, "residential-2", "a", "absent", at("2027-07-07", "18:00")).Costs = "recovered"
	j := b.of("P-5")
	j.Places = append(j.Places, Place{Stage: "residential-2", Costs: "recovered"})
	b.act(1, ActFigures, "residential-2", 0, "1", at("2027-11-01", "11:00")).Ref = ""
	return b
}

// reading is a pair of a reading.
func (b *builder) reading(number, ref string) *Act {
	i := slices.IndexFunc(b.in.Acts, func(a Act) bool { return a.Act == ActPair && a.Answer == number && a.Ref == ref })
	return &b.in.Acts[i]
}

var pairFaults = []planted{
	{"a coach whom nobody brought", "pair", func(b *builder) { b.reading("1", "P-1").Coach = "C-9" }},
	{"a coach with a leader too many", "pair", func(b *builder) { b.reading("4", "P-6").Coach = "C-3" }},
	{"a coach of the same organisation", "pair", func(b *builder) { b.reading("4", "P-6").Coach = "C-2" }},
	{"a coach of the same mail domain", "pair", func(b *builder) { b.in.Expected.Bench[0].Email = "a@x.example" }},
	{"a coach who has left", "pair", func(b *builder) { b.reading("5", "P-6").Coach = "C-2" }},
	{"another coach who is the same", "pair", func(b *builder) { b.reading("2", "P-1").Coach = "C-1" }},
	{"a coach whom staff did not choose", "pair", func(b *builder) { b.reading("3", "P-5").Coach = "C-1" }},
	{"a report for the coach before", "shared-report", func(b *builder) {
		i := slices.IndexFunc(b.in.Acts, func(a Act) bool { return a.Act == ActReport && !a.Confirmed })
		b.in.Acts[i].Confirmed = true
		b.in.Acts[i].Sent = real(at("2027-03-04", "12:00"))
		b.in.Acts[i].Answered = b.in.Acts[i].Sent
	}},
	{"a report for the new coach, who was not agreed to", "shared-report", func(b *builder) { b.did("P-1", ActShare).Confirmed = false }},
	{"a report that was never to be shown", "shared-report", func(b *builder) { b.in.Expected.People[0].Shares = false }},
	{"a report after the consent was withdrawn", "shared-report", func(b *builder) {
		b.act(1, ActWithdrawConsent, "psychometrics", 1, "", at("2027-03-04", "15:00"))
	}},
	{"costs that are not kept", "costs", func(b *builder) { b.of("P-5").Places[0].Costs = "" }},
	{"figures that leave costs out", "costs", func(b *builder) { b.did("", ActFigures).Answer = "0" }},
}

func TestEveryPlantedFaultOfPairsIsFound(t *testing.T) {
	t.Parallel()
	if r := Judge(coached().in); names(r, "pair") || names(r, "shared-report") || names(r, "costs") {
		t.Errorf("a good year: %+v", r.Faults)
	}
	for _, test := range pairFaults {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := coached()
			test.plant(b)
			if r := Judge(b.in); !names(r, test.check) {
				t.Errorf("%s, and %s is not among %+v", r.Verdict, test.check, r.Faults)
			}
		})
	}
}
