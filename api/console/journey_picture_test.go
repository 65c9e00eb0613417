package console

import (
	"net/http"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestOnLine(t *testing.T) {
	t.Parallel()
	stages := []programme.Stage{
		{Title: "Onboarding", State: programme.StageDone, OpensAt: at("2027-01-01"), Due: at("2027-01-21"), Limit: at("2027-02-01"), ClosedAt: at("2027-01-11")},
		{Title: "Survey", State: programme.StageOpen, WaitingOn: programme.OwnerParticipant, OpensAt: at("2027-01-11"), Due: at("2027-01-21"), Limit: at("2027-01-31")},
		{Title: "Late", State: programme.StageOpen, Overdue: true, OpensAt: at("2027-01-11"), Due: at("2027-01-12")},
		{Title: "Alumni", State: programme.StageNotOpen, OpensAt: at("2027-04-11"), Due: at("2027-04-11")},
		{Title: "Undated", State: programme.StageNotOpen}}
	p := onLine(stages, at("2027-02-20"))
	if len(p.Stages) != 4 || p.From != "1 Jan 2027" || p.To != "11 Apr 2027" || p.Today != 160 {
		t.Fatalf("%+v", p)
	}
	done, open, late, ahead := p.Stages[0], p.Stages[1], p.Stages[2], p.Stages[3]
	if done.From != 0 || done.Length != 32 || done.Class != "over" || done.Due != 0 || done.Text != "Onboarding: done 11 Jan" {
		t.Errorf("done: %+v", done)
	}
	if open.From != 32 || open.Length != 64 || open.Due != 64 || open.Class != "open" || open.Text != "Survey: open, participant until 31 Jan" {
		t.Errorf("open: %+v", open)
	}
	if late.Class != "late" || late.Length != 3 {
		t.Errorf("late: %+v", late)
	}
	if ahead.From+ahead.Length > lineWidth || ahead.Length != 3 || ahead.Class != "ahead" || ahead.Text != "Alumni: from 11 Apr" {
		t.Errorf("ahead: %+v", ahead)
	}
	if p.Words != strings.Join([]string{done.Text, open.Text, late.Text, ahead.Text, ""}, ". ") {
		t.Errorf("for those who cannot see it: %q", p.Words)
	}
	if onLine(stages[4:], at("2027-02-20")) != nil || onLine(stages[:1], at("2028-02-20")).Today != 0 {
		t.Error("nothing to draw is drawn")
	}
	b := setup(t)
	b.page("/console/journeys/"+ref, http.StatusOK, "The stages in time, from 23 Nov 2026 to 25 Feb 2027", "Onboarding: open, staff until 25 Feb", `class="bar late"`, `class="today"`)
}
