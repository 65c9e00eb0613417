package records

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// promised are the dated mails of a year, by stage, as staff read them before the launch: message, rung and day.
func (b *bundle) promised(t *testing.T, ref string) (mails map[string][]string, year programme.Blueprint, life programme.Cohort) {
	t.Helper()
	c, err := b.Cohort(b.ctx, spring)
	must(t, err)
	year, err = b.blueprint(c.Blueprint)
	must(t, err)
	sittings, err := b.Sittings(b.ctx, spring)
	must(t, err)
	life = programme.Lives(c, sittings)[""]
	j, err := b.Journey(b.ctx, ref)
	must(t, err)
	list, err := year.YearMails(life, programme.EnglandAndWales(), programme.Minute(j.Person.ID), begins)
	must(t, err)
	mails = map[string][]string{}
	for _, m := range list {
		if !m.At.IsZero() {
			mails[m.Stage] = append(mails[m.Stage], fmt.Sprintf("%s %d %s", m.Message, m.Rung, programme.DateOf(m.At)))
		}
	}
	for _, list := range mails {
		slices.Sort(list)
	}
	return mails, year, life
}

// planned are the mails that a plan has, in the same words.
func planned(plans ...programme.AskPlan) (mails []string) {
	for _, plan := range plans {
		for _, mail := range plan.Mails {
			parts := strings.Split(mail.Key, "/")
			rung := parts[4][strings.LastIndex(parts[4], ".")+1:]
			mails = append(mails, fmt.Sprintf("%s %s %s", parts[3], rung, programme.DateOf(mail.At)))
		}
	}
	slices.Sort(mails)
	return mails
}

// TestTheMailsThatWerePromised: what staff read before the launch is what the stages then plan.
func TestTheMailsThatWerePromised(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 3)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		ref := b.imports(t, spring, people(1))[0]
		b.importCoaches(t, coaches(1, 3))
		must(t, ignore(b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))))
		want, year, life := b.promised(t, ref)
		if dates := b.lines(t, ref, programme.MsgYearDates); len(dates) != 1 || want[""][0] != "year-dates 0 "+programme.DateOf(dates[0].At).String() {
			t.Errorf("the year's dates: %v, promised %v", dates, want[""])
		}
		type opening struct {
			stage string
			at    time.Time
		}
		var openings []opening
		for _, stage := range year.Stages {
			if stage.Kind == programme.KindSelection || stage.Event != nil {
				continue
			}
			terms, err := year.Terms(life, stage.Name, programme.EnglandAndWales(), year.ResidentialDays(life))
			must(t, err)
			openings = append(openings, opening{stage.Name, terms.Opens})
		}
		slices.SortStableFunc(openings, func(a, b opening) int { return a.at.Compare(b.at) })
		for _, o := range openings {
			b.clock.set(o.at)
			if got := planned(b.openStage(t, ref, o.stage)); !slices.Equal(got, want[o.stage]) {
				t.Errorf("%s plans %v, promised %v", o.stage, got, want[o.stage])
			}
		}
		if len(openings) < 12 {
			t.Errorf("only %d stages were opened", len(openings))
		}
	})
}

// TestTheMailsOfAnEventThatWerePromised: request and reminders, then what goes to those who have a place.
func TestTheMailsOfAnEventThatWerePromised(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		want, _, _ := b.promised(t, ref)
		b.goTo("2027-05-10 06:00")
		asked := b.openStage(t, ref, "residential-2")
		b.submit(t, asked.Ask, programme.Answers{"place": {programme.PlaceConfirm}})
		b.closed(t, ref, "residential-2")
		if got := planned(asked, b.openStage(t, ref, "residential-2")); !slices.Equal(got, want["residential-2"]) {
			t.Errorf("it plans %v, promised %v", got, want["residential-2"])
		}
	})
}

// TestTheMailsOfAnInvitationThatWerePromised: the assistant's among them, and those of somebody who is invited late.
func TestTheMailsOfAnInvitationThatWerePromised(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		want, _, _ := b.promised(t, ref)
		b.goTo("2026-09-07 06:00")
		if got := planned(b.openStage(t, ref, "selection")); !slices.Equal(got, want["selection"]) || len(got) != 4 {
			t.Errorf("it plans %v, promised %v", got, want["selection"])
		}
	})
}
