package programme

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func applicationCohort(startsOn Date) (Blueprint, Cohort) {
	b, err := BlueprintNamed("essentials")
	if err != nil {
		panic(err)
	}
	return b, Cohort{Name: "2027-spring", Blueprint: b.Name, StartsOn: startsOn, Route: RouteApplication, Places: 10}
}

func inLondon(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, London)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

func TestDatesOfApplications(t *testing.T) {
	t.Parallel()
	b, c := applicationCohort(Date{2027, time.March, 1})
	dates, err := b.ApplicationDates(c, EnglandAndWales())
	if err != nil {
		t.Fatal(err)
	}
	want := ApplicationDates{Opens: inLondon("2026-06-01 06:00"), Closes: inLondon("2026-07-09 17:00"),
		Decided: inLondon("2026-09-03 17:00"), Released: inLondon("2026-09-10 17:00")}
	if dates != want {
		t.Errorf("%+v", dates)
	}
	// The deadline is the same for whoever begins on its first or on its last day, or was held meanwhile.
	for _, opened := range []string{"2026-06-01 06:00", "2026-07-02 11:00", "2026-07-09 16:59"} {
		terms, err := b.OpenedAt(c, "selection", EnglandAndWales(), inLondon(opened), 5, nil)
		if err != nil || !terms.Due.Equal(want.Closes) || !terms.Limit.Equal(want.Closes) || !terms.Opens.Equal(inLondon(opened)) {
			t.Errorf("begun %s: %+v %v", opened, terms, err)
		}
	}
	opens, closes := -38, -35
	c.Overrides = map[string]StageOverride{"selection": {OpensWeek: &opens, DueWeek: &closes, Ladder: []int{5}}}
	if moved, _ := b.ApplicationDates(c, EnglandAndWales()); !moved.Opens.Equal(inLondon("2026-06-08 06:00")) || !moved.Closes.Equal(inLondon("2026-07-02 17:00")) {
		t.Errorf("with dates of its own: %+v", moved)
	}
	stage, err := b.StageIn(c, "selection")
	if err != nil || !slices.Equal(stage.Ladder.Before, []int{5}) || stage.Ladder.After != nil || FormOf(stage) != FormApplication || !stage.Hard {
		t.Errorf("the stage is %+v %v", stage, err)
	}
	c.Route = RouteInvitation
	if stage, _ := b.StageIn(c, "selection"); FormOf(stage) != FormInvitation || stage.Hard {
		t.Errorf("invited, the stage is %+v", stage)
	}
	if _, err := (Blueprint{Name: "bare"}).ApplicationDates(c, EnglandAndWales()); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestHowLongAnOfferStands(t *testing.T) {
	t.Parallel()
	b, c := applicationCohort(Date{2027, time.March, 1})
	for _, row := range []struct{ request, due string }{
		{"2026-09-08 10:00", "2026-09-22 17:00"}, // ten working days
		{"2026-08-24 10:00", "2026-09-08 17:00"}, // over a bank holiday
		{"2027-01-18 09:10", "2027-01-28 17:00"}, // never past the last joining day
		{"2027-01-28 09:10", "2027-01-28 17:00"},
	} {
		if due := b.OfferDue(c, EnglandAndWales(), inLondon(row.request), nil); !due.Equal(inLondon(row.due)) {
			t.Errorf("offered %s, it stands until %s", row.request, due.In(London))
		}
	}
	// Whatever the year: after the request, on a working day, at most ten of them later, not past the last joining day.
	cal := EnglandAndWales()
	rapid.Check(t, func(t *rapid.T) {
		_, c := applicationCohort(Date{2027, time.January, 4}.AddDays(7 * rapid.IntRange(0, 200).Draw(t, "weeks")))
		last := b.LastInviting(c, cal)
		request := cal.StaffMoment(last.Add(-time.Duration(rapid.IntRange(0, 200*24).Draw(t, "hours"))*time.Hour), 0)
		due := b.OfferDue(c, cal, request, nil)
		if !due.After(request) || !cal.Working(DateOf(due)) || cal.WorkingDaysBetween(request, due) > 10 || due.After(b.LastJoining(c)) {
			t.Fatalf("offered %s, it stands until %s", request, due)
		}
	})
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	for _, d := range Decisions() {
		if !UnderReview.CanMove(d.State()) || d.Message() == "" {
			t.Errorf("%s leads to %q with %q", d, d.State(), d.Message())
		}
	}
	if d := Decision("lottery"); d.State() != "" || d.Message() != "" {
		t.Errorf("%q %q", d.State(), d.Message())
	}
	view := JourneyView{State: UnderReview}
	var invalid *Invalid
	if err := Legal(Order{Name: CmdDecide, Decision: "lottery"}, view); !errors.As(err, &invalid) {
		t.Error(err)
	}
	three := Release{People: []Released{{Decision: DecideOffer}, {Decision: DecideReject}, {Decision: DecideOffer}}}
	if three.Offers() != 2 {
		t.Error(three.Offers())
	}
}

// What staff can do to the selection of somebody who applies: the deadline is everybody's, and what is in is in.
func TestOrdersOnAnApplication(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		state  JourneyState
		extend bool
		answer bool
	}{
		{Invited, true, true}, {Applying, false, true}, {Submitted, false, false}, {UnderReview, false, false}, {Waitlisted, false, false}, {Offered, true, true},
	} {
		view := JourneyView{State: row.state, Stages: map[string]StageView{"selection": {State: StageOpen, Kind: KindSelection}}}
		for command, legal := range map[CommandName]bool{CmdExtend: row.extend, CmdAnswerFor: row.answer, CmdSkip: false, CmdWithdraw: true, CmdHold: true} {
			err := Legal(Order{Name: command, Stage: "selection"}, view)
			if (err == nil) != legal {
				t.Errorf("%s while %s: %v", command, row.state, err)
			}
		}
	}
}

func TestApplicationForm(t *testing.T) {
	t.Parallel()
	form, err := FormNamed(FormApplication)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range form.Sections {
		names = append(names, s.Name)
		if s.Apart != (s.Name == SectionMonitoring) || s.Optional != s.Apart || len(s.Fields) == 0 {
			t.Errorf("section %s is %+v", s.Name, s)
		}
	}
	if got := strings.Join(names, " "); got != "about role organisation why challenge monitoring" {
		t.Error(got)
	}
	for _, field := range profileSection().Fields {
		// Only who has a place is written to about a report.
		if _, asked := form.Field(field.Name); asked == (field.Name == "private_email") {
			t.Errorf("%s of the profile: asked %v", field.Name, asked)
		}
	}
	long := Answers{"challenge": {strings.Repeat("é", 2001)}}
	if faults := form.Check(long, SectionChallenge); len(faults) != 1 {
		t.Errorf("2,001 characters: %v", faults)
	}
	long["challenge"] = []string{strings.Repeat("é", 2000)}
	if faults := form.Check(long, SectionChallenge); len(faults) != 0 {
		t.Errorf("2,000 characters: %v", faults)
	}
	offer, err := FormNamed(FormOffer)
	if err != nil || offer.Name != FormOffer || offer.Title == invitationForm().Title || len(offer.Check(Answers{"answer": {Accept}}, "")) > 0 {
		t.Errorf("%+v %v", offer, err)
	}
}

func TestReadCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"k7m2-qx9p": "K7M2QX9P", " K7M2 QX9P\t": "K7M2QX9P", "": "", "–ü": ""} {
		if got := ReadCode(typed); got != want {
			t.Errorf("%q is %q", typed, got)
		}
	}
}
