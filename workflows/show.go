package workflows

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// shownAttributes are the values of the search attributes as they stand, so that an upsert happens only when one
// changes.
type shownAttributes struct {
	waitingOn programme.Owner
	due       time.Time
	since     time.Time
	attention string
	held      bool
	overdue   bool
}

// shownAtFirst are the values that a stage's workflow is started with: asked at once, or waiting for its opening.
func shownAtFirst(in StageInput) shownAttributes {
	if in.Since.IsZero() {
		return shownAttributes{waitingOn: programme.OwnerParticipant, due: in.Due, since: in.At}
	}
	return shownAttributes{waitingOn: programme.OwnerCalendar, due: in.Due, since: in.Since}
}

// upsert brings the search attributes in step with the plan: one upsert at most, none where nothing changed.
func (s *ask) upsert(ctx workflow.Context) {
	if s.plan.Ask == "" && s.attention == s.shown.attention {
		return
	}
	want := shownAttributes{waitingOn: s.plan.Owner, due: s.plan.Due, since: s.plan.Since, attention: s.attention,
		held: s.plan.Held, overdue: s.plan.Owner == programme.OwnerStaff && s.plan.Grace.IsZero() && s.plan.Part == ""}
	if s.plan.Ask == "" {
		want = s.shown
		want.attention = s.attention
	}
	var updates []temporal.SearchAttributeUpdate
	if want.waitingOn != s.shown.waitingOn {
		updates = append(updates, AttrWaitingOn.ValueSet(string(want.waitingOn)))
	}
	if !want.due.Equal(s.shown.due) {
		updates = append(updates, AttrDueAt.ValueSet(want.due))
	}
	// A stage opens moments after it was planned to: that alone is not worth an upsert.
	if apart := want.since.Sub(s.shown.since); apart > time.Hour || apart < -time.Hour {
		updates = append(updates, AttrStageSince.ValueSet(want.since))
	} else {
		want.since = s.shown.since
	}
	if want.attention != s.shown.attention {
		if want.attention == "" {
			updates = append(updates, AttrAttention.ValueUnset())
		} else {
			updates = append(updates, AttrAttention.ValueSet(want.attention))
		}
	}
	if want.held != s.shown.held {
		updates = append(updates, AttrOnHold.ValueSet(want.held))
	}
	if want.overdue != s.shown.overdue {
		updates = append(updates, AttrOverdue.ValueSet(want.overdue))
	}
	if len(updates) == 0 {
		return
	}
	s.shown = want
	// The only error is an empty or reserved name, which the list above cannot hold.
	_ = workflow.UpsertTypedSearchAttributes(ctx, updates...)
}

// show writes the details that ops see in the Temporal UI. It costs no event.
func (s *ask) show(ctx workflow.Context, next time.Time, summary string) {
	rows := [][2]string{
		{"Waiting on", s.waitingOn()},
		{"Until", moment(s.plan.Limit) + " (due " + moment(s.plan.Due) + ")"},
		{"Next", summary + ", " + moment(next)},
	}
	if s.last != "" {
		rows = append(rows, [2]string{"Last", s.last})
	}
	if s.attention != "" {
		rows = append(rows, [2]string{"Parked", "`" + s.attention + "`. " + howToFree(s.in.Kind != programme.KindSelection)})
	}
	rows = append(rows, [2]string{"About", stageDetails(s.in.Kind)})
	rows = append(rows, s.texts.links(s.in.Ref, s.attention)...)
	workflow.SetCurrentDetails(ctx, table(rows))
}

// howToFree says what ops do about something parked.
func howToFree(canSkip bool) string {
	words := "To free it: mend the cause, then send the update `retry`"
	if canSkip {
		words += "; or `skip`"
	}
	return words + "."
}

// showEnd leaves the details as they stay: how the stage ended.
func (s *ask) showEnd(ctx workflow.Context) {
	ended := "cancelled by hand"
	if s.end != nil {
		ended = string(s.end.State)
	}
	rows := [][2]string{{"Waiting on", "nobody: it has ended"}, {"Ended", ended}}
	if s.last != "" {
		rows = append(rows, [2]string{"Last", s.last})
	}
	rows = append(rows, [2]string{"About", stageDetails(s.in.Kind)})
	workflow.SetCurrentDetails(ctx, table(append(rows, s.texts.links(s.in.Ref, "")...)))
}

func (s *ask) waitingOn() string {
	if s.plan.Held {
		return "nobody: on hold"
	}
	return string(s.plan.Owner)
}

// explain answers the query: what the stage waits for, in words.
func (s *ask) explain() string {
	at, summary := s.nextMoment()
	text := fmt.Sprintf("%s of %s waits on %s since %s, until %s. Due %s. Next: %s, %s.", s.in.Stage, s.in.Ref,
		s.waitingOn(), moment(s.plan.Since), moment(s.plan.Limit), moment(s.plan.Due), summary, moment(at))
	if s.attention != "" {
		text += " Parked: " + s.attention + "."
	}
	return text
}

// links are the rows that lead out of the Temporal UI: to the console and to the runbook.
func (t *Workflows) links(ref, attention string) [][2]string {
	var rows [][2]string
	if t.ConsoleURL != "" {
		rows = append(rows, [2]string{"Console", "[" + ref + "](" + t.ConsoleURL + "/console/journeys/" + url.PathEscape(ref) + ")"})
	}
	if t.RunbookURL != "" {
		page := "stuck-journey"
		if attention != "" {
			page = "parked-" + strings.ReplaceAll(attention, "_", "-")
		}
		rows = append(rows, [2]string{"Runbook", "[" + page + "](" + t.RunbookURL + "/" + page + ")"})
	}
	return rows
}

// cohortLink is the row that leads from a cohort to the console.
func (t *Workflows) cohortLink(cohort string) [][2]string {
	if t.ConsoleURL == "" {
		return nil
	}
	return [][2]string{{"Console", "[" + cohort + "](" + t.ConsoleURL + "/console/cohorts/" + url.PathEscape(cohort) + ")"}}
}

// table is a small Markdown table of two columns. The Temporal UI leaves no space between them and breaks the first where
// it can, so its spaces are ones that do not break.
func table(rows [][2]string) string {
	var b strings.Builder
	b.WriteString("| | |\n|---|---|\n")
	for _, row := range rows {
		b.WriteString("| " + strings.ReplaceAll(row[0]+": ", " ", "\u00a0") + " | " + row[1] + " |\n")
	}
	return b.String()
}

// moment is a programme moment for ops, in UTC: converting to London is the pages' work, because zone data changes
// between releases and workflow code must not.
func moment(at time.Time) string {
	if at.IsZero() {
		return "no fixed time"
	}
	return at.UTC().Format("Mon 2 Jan 2006 15:04 UTC")
}

// stageDetails says once what a stage of this kind does.
func stageDetails(kind programme.Kind) string {
	switch kind {
	case programme.KindSelection:
		return "Asks an invited leader to accept or decline a place. Silence until the limit frees the place for the next. " +
			"Where people apply: the application, then what staff decide on it, then an offer."
	case programme.KindOnboarding:
		return "Asks an enrolled leader for profile, assistant, consents, needs, coaching wishes and the baseline survey."
	case programme.KindPsychometrics:
		return "Asks a leader to take a questionnaire for their own development. What it says is the leader's alone."
	case programme.KindCoaching:
		return "Asks a leader to book a coaching session, waits until it is over, and asks the coach to say that it was held."
	case programme.KindSurvey:
		return "Asks a leader to answer a survey. It blocks nothing."
	case programme.KindEvent:
		return "Asks a leader to confirm the place at an event, brings the joining instructions, and waits until the register says who came."
	case programme.KindAlumni:
		return "Asks a leader for the certificate's name and what the directory may show, and welcomes them to the network."
	}
	return "One stage of a leader's year."
}
