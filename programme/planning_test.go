package programme

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func cohort2027(t testing.TB) Cohort {
	return Cohort{Name: "2027-spring", StartsOn: day(t, "2027-03-01"), Route: RouteInvitation, Places: 100}
}

func blueprint(t testing.TB, name string) Blueprint {
	t.Helper()
	b, err := BlueprintNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// spoken is a moment as people write it in London, so that the tables show weekdays.
func spoken(at time.Time) string { return at.In(London).Format("Mon 2 Jan 2006 15:04") }

// The real dates of the cohort that starts on 1 March 2027.
func TestDatesOf2027(t *testing.T) {
	t.Parallel()
	type row struct{ stage, opens, due, limit string }
	shared := []row{
		{"selection", "Mon 7 Sep 2026 06:00", "Mon 21 Sep 2026 17:00", "Mon 21 Sep 2026 17:00"},
		{"onboarding", "Mon 23 Nov 2026 06:00", "Thu 17 Dec 2026 17:00", "Mon 11 Jan 2027 17:00"},
		{"closing-survey", "Mon 25 Oct 2027 06:00", "Thu 11 Nov 2027 17:00", "Thu 25 Nov 2027 17:00"},
		{"alumni", "Mon 15 Nov 2027 06:00", "Thu 9 Dec 2027 17:00", "Thu 23 Dec 2027 17:00"},
	}
	for name, rows := range map[string][]row{
		"essentials": shared,
		"coached": append([]row{
			{"coaching-1", "Mon 25 Jan 2027 06:00", "Thu 18 Feb 2027 17:00", "Thu 25 Mar 2027 17:00"},
			{"coaching-2", "Mon 22 Mar 2027 06:00", "Thu 15 Apr 2027 17:00", "Thu 6 May 2027 17:00"},
			{"coaching-3", "Tue 4 May 2027 06:00", "Thu 27 May 2027 17:00", "Thu 17 Jun 2027 17:00"},
			{"coaching-4", "Mon 12 Jul 2027 06:00", "Thu 5 Aug 2027 17:00", "Thu 2 Sep 2027 17:00"},
			{"coaching-5", "Tue 31 Aug 2027 06:00", "Thu 23 Sep 2027 17:00", "Thu 21 Oct 2027 17:00"},
			{"coaching-6", "Mon 20 Sep 2027 06:00", "Thu 14 Oct 2027 17:00", "Thu 28 Oct 2027 17:00"},
		}, shared...),
		"flagship": append([]row{
			{"psychometrics", "Mon 11 Jan 2027 06:00", "Thu 28 Jan 2027 17:00", "Thu 11 Feb 2027 17:00"},
			{"opening-event", "Mon 7 Dec 2026 06:00", "Tue 5 Jan 2027 17:00", "Tue 19 Jan 2027 17:00"},
			{"coaching-1", "Mon 25 Jan 2027 06:00", "Thu 18 Feb 2027 17:00", "Thu 25 Mar 2027 17:00"},
			{"residential-1", "Mon 4 Jan 2027 06:00", "Mon 1 Feb 2027 17:00", "Mon 15 Feb 2027 17:00"},
			{"residential-1-survey", "Tue 9 Mar 2027 06:00", "Tue 23 Mar 2027 17:00", "Thu 8 Apr 2027 17:00"},
			{"residential-2-survey", "Fri 9 Jul 2027 06:00", "Fri 23 Jul 2027 17:00", "Fri 6 Aug 2027 17:00"},
			{"residential-3-survey", "Fri 17 Sep 2027 06:00", "Fri 1 Oct 2027 17:00", "Fri 15 Oct 2027 17:00"},
			{"coaching-2", "Mon 22 Mar 2027 06:00", "Thu 15 Apr 2027 17:00", "Thu 6 May 2027 17:00"},
			{"coaching-3", "Tue 4 May 2027 06:00", "Thu 27 May 2027 17:00", "Thu 17 Jun 2027 17:00"}, // 3 May is a holiday
			{"residential-2", "Mon 10 May 2027 06:00", "Mon 7 Jun 2027 17:00", "Mon 21 Jun 2027 17:00"},
			{"coaching-4", "Mon 12 Jul 2027 06:00", "Thu 5 Aug 2027 17:00", "Thu 2 Sep 2027 17:00"},
			{"coaching-5", "Tue 31 Aug 2027 06:00", "Thu 23 Sep 2027 17:00", "Thu 21 Oct 2027 17:00"}, // 30 August is a holiday
			{"residential-3", "Mon 19 Jul 2027 06:00", "Mon 16 Aug 2027 17:00", "Tue 31 Aug 2027 17:00"},
			{"coaching-6", "Mon 20 Sep 2027 06:00", "Thu 14 Oct 2027 17:00", "Thu 28 Oct 2027 17:00"},
			{"closing-event", "Mon 19 Jul 2027 06:00", "Tue 12 Oct 2027 17:00", "Tue 26 Oct 2027 17:00"},
			{"survey-6-months", "Tue 9 May 2028 06:00", "Tue 23 May 2028 17:00", "Wed 7 Jun 2028 17:00"}, // 29 May is a holiday
			{"survey-12-months", "Thu 9 Nov 2028 06:00", "Thu 23 Nov 2028 17:00", "Thu 7 Dec 2028 17:00"},
		}, shared...),
	} {
		b, c := blueprint(t, name), cohort2027(t)
		if len(rows) != len(b.Stages) {
			t.Errorf("%s: the table has %d stages, the blueprint %d", name, len(rows), len(b.Stages))
		}
		for _, want := range rows {
			terms, err := b.Terms(c, want.stage, EnglandAndWales(), b.ResidentialDays(c))
			if err != nil {
				t.Fatal(err)
			}
			if got := (row{want.stage, spoken(terms.Opens), spoken(terms.Due), spoken(terms.Limit)}); got != want {
				t.Errorf("%s\n got %v\nwant %v", name, got, want)
			}
		}
		if got := spoken(b.LastJoining(c)); got != "Thu 28 Jan 2027 17:00" {
			t.Errorf("%s: last joining %s", name, got)
		}
		if got := spoken(b.LastInviting(c, EnglandAndWales())); got != "Thu 28 Jan 2027 09:00" {
			t.Errorf("%s: last inviting %s", name, got)
		}
	}
	survey, c := blueprint(t, "single-survey"), cohort2027(t)
	terms, err := survey.Terms(c, "closing-survey", EnglandAndWales(), nil)
	if err != nil || spoken(terms.Opens) != "Mon 1 Mar 2027 06:00" || spoken(terms.Due) != "Thu 18 Mar 2027 17:00" || spoken(terms.Limit) != "Mon 5 Apr 2027 17:00" {
		t.Errorf("single survey: %v %v", terms, err)
	}
	if _, err := survey.Terms(c, "alumni", EnglandAndWales(), nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("a stage that is not there: %v", err)
	}
}

func TestEventTimesOf2027(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	for stage, want := range map[string]string{
		"opening-event": "Tue 2 Feb 2027 09:30 to Tue 2 Feb 2027 16:30",
		"residential-1": "Sun 28 Feb 2027 16:00 to Fri 5 Mar 2027 13:00",
		"residential-2": "Mon 5 Jul 2027 08:00 to Wed 7 Jul 2027 16:00",
		"residential-3": "Mon 13 Sep 2027 08:00 to Wed 15 Sep 2027 16:00",
		"closing-event": "Tue 9 Nov 2027 09:30 to Tue 9 Nov 2027 16:30",
	} {
		from, to, err := b.EventTimes(c, stage)
		if err != nil || spoken(from)+" to "+spoken(to) != want {
			t.Errorf("%s: %s to %s, %v", stage, spoken(from), spoken(to), err)
		}
	}
	if _, _, err := b.EventTimes(c, "alumni"); !errors.Is(err, ErrNotFound) {
		t.Error("alumni is no event")
	}
	away := b.ResidentialDays(c)
	for text, want := range map[string]bool{"2027-02-27": false, "2027-02-28": true, "2027-03-01": true, "2027-03-05": true, "2027-03-06": false,
		"2027-07-04": true, "2027-07-07": true, "2027-07-08": false, "2027-02-02": false, "2027-09-12": true} {
		if away(day(t, text)) != want {
			t.Errorf("%s on a residential is not %v", text, want)
		}
	}
}

func TestOpenedAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, blueprint, stage, opened, due, limit string
	}{
		{"on the day", "essentials", "onboarding", "2026-11-23 06:00", "Thu 17 Dec 2026 17:00", "Mon 11 Jan 2027 17:00"},
		{"a few seconds late", "essentials", "onboarding", "2026-11-23 06:01", "Thu 17 Dec 2026 17:00", "Mon 11 Jan 2027 17:00"},
		{"late, with notice enough", "essentials", "onboarding", "2026-12-09 14:00", "Thu 17 Dec 2026 17:00", "Mon 11 Jan 2027 17:00"},
		{"late, notice moves due", "essentials", "onboarding", "2026-12-14 14:00", "Mon 21 Dec 2026 17:00", "Wed 13 Jan 2027 17:00"},
		{"late, over Christmas", "essentials", "onboarding", "2026-12-21 14:00", "Wed 6 Jan 2027 17:00", "Wed 20 Jan 2027 17:00"},
		{"on a Sunday", "essentials", "onboarding", "2027-01-10 23:00", "Fri 15 Jan 2027 17:00", "Fri 29 Jan 2027 17:00"},
		{"the last joiner", "essentials", "onboarding", "2027-01-28 16:00", "Thu 4 Feb 2027 17:00", "Thu 18 Feb 2027 17:00"},
		{"limit ends before the residential", "flagship", "onboarding", "2027-02-10 16:00", "Wed 17 Feb 2027 17:00", "Fri 26 Feb 2027 17:00"},
		{"due ends before the residential", "flagship", "onboarding", "2027-02-24 16:00", "Fri 26 Feb 2027 17:00", "Fri 26 Feb 2027 17:00"},
		{"a place that came free", "essentials", "selection", "2026-10-06 15:00", "Tue 20 Oct 2026 17:00", "Tue 20 Oct 2026 17:00"},
		{"never after the last joining day", "essentials", "selection", "2027-01-20 15:00", "Thu 28 Jan 2027 17:00", "Thu 28 Jan 2027 17:00"},
		{"not before the request can go", "essentials", "selection", "2027-01-28 15:00", "Fri 29 Jan 2027 17:00", "Fri 29 Jan 2027 17:00"},
		{"coaching opens late", "flagship", "coaching-1", "2027-02-03 11:00", "Thu 25 Feb 2027 17:00", "Thu 25 Mar 2027 17:00"},
	} {
		b, cohort := blueprint(t, c.blueprint), cohort2027(t)
		opened := london(t, c.opened)
		terms, err := b.OpenedAt(cohort, c.stage, EnglandAndWales(), opened, 5, b.ResidentialDays(cohort))
		if err != nil {
			t.Fatal(err)
		}
		if spoken(terms.Due) != c.due || spoken(terms.Limit) != c.limit || !terms.Opens.Equal(opened) {
			t.Errorf("%s: due %s, limit %s, opens %s", c.name, spoken(terms.Due), spoken(terms.Limit), spoken(terms.Opens))
		}
	}
}

func TestCohortsOwnDates(t *testing.T) {
	t.Parallel()
	week := func(n int) *int { return &n }
	b, c := blueprint(t, "essentials"), cohort2027(t)
	c.Overrides = map[string]StageOverride{
		"onboarding": {OpensWeek: week(-12), DueWeek: week(-10), Ladder: []int{5}},
		"selection":  {Ladder: []int{4}},
	}
	onboarding, err := b.StageIn(c, "onboarding")
	if err != nil || len(onboarding.Ladder.Before) != 1 || onboarding.Ladder.Before[0] != 5 {
		t.Errorf("onboarding: %+v %v", onboarding.Ladder, err)
	}
	selection, err := b.StageIn(c, "selection")
	if err != nil || len(selection.Ladder.Before) != 0 || len(selection.Ladder.After) != 1 || selection.Ladder.Assistant != 1 {
		t.Errorf("selection: %+v %v", selection.Ladder, err)
	}
	terms, err := b.Terms(c, "onboarding", EnglandAndWales(), nil)
	// The Thursday of week −10 is 24 December: the deadline rolls forward.
	if err != nil || spoken(terms.Opens) != "Mon 7 Dec 2026 06:00" || spoken(terms.Due) != "Mon 4 Jan 2027 17:00" {
		t.Errorf("%s %s %v", spoken(terms.Opens), spoken(terms.Due), err)
	}
	if plain, _ := b.Stage("onboarding"); plain.OpensWeek != -14 || len(plain.Ladder.Before) != 3 {
		t.Error("the cohort changed the blueprint")
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	cal := EnglandAndWales()
	due := london(t, "2027-02-15 17:00")
	for stage, want := range map[string]string{
		"selection":  "Mon 15 Feb 2027 17:00",
		"onboarding": "Mon 1 Mar 2027 17:00",
	} {
		if got := spoken(b.LimitFor(stage, due, cal, nil)); got != want {
			t.Errorf("%s: %s", stage, got)
		}
	}
	limit, err := b.LimitIn(c, "onboarding", due, cal, b.ResidentialDays(c))
	if err != nil || spoken(limit) != "Fri 26 Feb 2027 17:00" {
		t.Errorf("never past its event: %s %v", spoken(limit), err)
	}
	limit, err = b.LimitIn(c, "onboarding", london(t, "2027-04-01 17:00"), cal, nil)
	if err != nil || spoken(limit) != "Thu 1 Apr 2027 17:00" {
		t.Errorf("never before due: %s %v", spoken(limit), err)
	}
	if _, err := b.LimitIn(c, "residential-9", due, cal, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown stage: %v", err)
	}
}

// Every ask has a limit, after its due and its opening, all in working time; and its request goes before it is due.
func TestEveryWaitEnds(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom(Blueprints()).Draw(t, "blueprint")
		start := DateOf(drawMoment(t))
		c := Cohort{StartsOn: start.AddDays((8 - int(start.Weekday())) % 7), Route: RouteInvitation, Places: 10}
		s := rapid.SampledFrom(b.Stages).Draw(t, "stage")
		blocked := b.ResidentialDays(c)
		planned, err := b.Terms(c, s.Name, cal, blocked)
		if err != nil {
			t.Fatal(err)
		}
		opened := planned.Opens
		terms := planned
		if late := rapid.IntRange(-1, 40*24*60).Draw(t, "minutes late"); late >= 0 {
			opened = planned.Opens.Add(time.Duration(late) * time.Minute)
			if terms, err = b.OpenedAt(c, s.Name, cal, opened, 5, blocked); err != nil {
				t.Fatal(err)
			}
		}
		for what, at := range map[string]time.Time{"due": terms.Due, "limit": terms.Limit} {
			local := at.In(London)
			if local.Hour() != 17 || local.Minute() != 0 || !cal.Working(DateOf(at)) || blocked(DateOf(at)) {
				t.Fatalf("%s of %s is %v", what, s.Name, local)
			}
		}
		if local := planned.Opens.In(London); local.Hour() != 6 || !cal.Working(DateOf(planned.Opens)) || blocked(DateOf(planned.Opens)) {
			t.Fatalf("%s opens %v", s.Name, local)
		}
		minute := rapid.IntRange(0, 59).Draw(t, "minute")
		request := cal.NextPersonal(opened, minute, blocked)
		if !terms.Opens.Equal(opened) || !request.Before(terms.Due) || terms.Limit.Before(terms.Due) {
			t.Fatalf("%s opened %v: %+v", s.Name, opened, terms)
		}
	})
}

func ladderText(rungs []Rung) string {
	var parts []string
	for _, r := range rungs {
		text := spoken(r.At)
		if r.Dropped != "" {
			text += " " + r.Dropped
		}
		if r.Assistant {
			text += " +assistant"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}

func TestLadders(t *testing.T) {
	t.Parallel()
	forms := Ladder{Before: []int{7, 3, 1}}
	invitations := Ladder{After: []int{3, 7}, Assistant: 2}
	for _, c := range []struct {
		name               string
		ladder             Ladder
		request, due, from string
		want               string
	}{
		{"onboarding of 2027", forms, "2026-11-23 09:17", "2026-12-17 17:00", "2026-11-23 06:00",
			"Mon 23 Nov 2026 09:17 · Thu 10 Dec 2026 09:17 · Mon 14 Dec 2026 09:17 · Wed 16 Dec 2026 09:17"},
		{"invitation of 2027", invitations, "2026-09-07 09:17", "2026-09-21 17:00", "2026-09-07 06:00",
			"Mon 7 Sep 2026 09:17 · Thu 10 Sep 2026 09:17 · Wed 16 Sep 2026 09:17 +assistant"},
		{"over the clock change and Easter", forms, "2027-03-15 09:17", "2027-04-01 17:00", "2027-03-15 06:00",
			"Mon 15 Mar 2027 09:17 · Thu 25 Mar 2027 09:17 same_day · Thu 25 Mar 2027 09:17 · Wed 31 Mar 2027 09:17"},
		{"a late joiner", forms, "2027-01-29 09:17", "2027-02-04 17:00", "2027-01-28 16:00",
			"Fri 29 Jan 2027 09:17 · Mon 1 Feb 2027 09:17 too_close · Wed 3 Feb 2027 09:17"},
		{"a late joiner, all of it written down", forms, "2027-01-29 09:17", "2027-02-04 17:00", "2027-01-01 00:00",
			"Fri 29 Jan 2027 09:17 · Thu 28 Jan 2027 09:17 too_close · Mon 1 Feb 2027 09:17 too_close · Wed 3 Feb 2027 09:17"},
		{"a place late in the day", invitations, "2027-01-25 09:17", "2027-01-28 17:00", "2027-01-22 16:00",
			"Mon 25 Jan 2027 09:17 · Thu 28 Jan 2027 09:17 · Fri 29 Jan 2027 09:17 too_close +assistant"},
		{"extended: what is over is gone", forms, "2026-11-23 09:17", "2026-12-23 17:00", "2026-12-16 11:00",
			"Fri 18 Dec 2026 09:17 · Tue 22 Dec 2026 09:17"},
		{"nothing but the request", Ladder{}, "2026-11-23 09:17", "2026-12-17 17:00", "2026-11-23 09:17", "Mon 23 Nov 2026 09:17"},
		{"everything is over", forms, "2026-11-23 09:17", "2026-12-17 17:00", "2026-12-17 12:00", ""},
	} {
		rungs := PlanLadder(EnglandAndWales(), 17, c.ladder, london(t, c.request), london(t, c.due), london(t, c.from), nil)
		if got := ladderText(rungs); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Whatever the ladder: the reminders that go are in working time, one a day at most, after the request and before due.
func TestLaddersKeepTheRules(t *testing.T) {
	t.Parallel()
	cal := EnglandAndWales()
	rapid.Check(t, func(t *rapid.T) {
		minute, blocked := rapid.IntRange(0, 59).Draw(t, "minute"), drawBlocked(t)
		request := cal.NextPersonal(drawMoment(t), minute, blocked)
		due := cal.Add(DateOf(request), rapid.IntRange(0, 60).Draw(t, "working days"), blocked).At(17, 0)
		days := rapid.SliceOfN(rapid.IntRange(-2, 60), 0, 6)
		ladder := Ladder{Before: days.Draw(t, "before"), After: days.Draw(t, "after")}
		from := request
		if rapid.Bool().Draw(t, "replanned") {
			from = request.Add(time.Duration(rapid.IntRange(-1000, 100_000).Draw(t, "from")) * time.Minute)
		}
		rungs := PlanLadder(cal, minute, ladder, request, due, from, blocked)
		taken, last := map[Date]bool{}, 0
		for i, r := range rungs {
			if r.At.Before(from) {
				t.Fatalf("rung %d at %v is over at %v", r.Number, r.At, from)
			}
			if i > 0 && r.Number <= last {
				t.Fatalf("rung %d follows rung %d", r.Number, last)
			}
			last = r.Number
			if r.Dropped != "" {
				continue
			}
			local := r.At.In(London)
			if local.Hour() != 9 || local.Minute() != minute || !cal.free(DateOf(r.At), blocked) {
				t.Fatalf("rung %d goes %v", r.Number, local)
			}
			if taken[DateOf(r.At)] {
				t.Fatalf("two rungs on %v", DateOf(r.At))
			}
			taken[DateOf(r.At)] = true
			if r.Number > 0 && (!r.At.Before(due) || cal.WorkingDaysBetween(request, r.At) < 2) {
				t.Fatalf("rung %d at %v, request %v, due %v", r.Number, r.At, request, due)
			}
		}
	})
}
