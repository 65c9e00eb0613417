package forms_test

import (
	"reflect"
	"strings"
	"testing"

	"fairlead/programme"
)

const selection = "/year/P-7F3K2Q/selection"

func invited(t *testing.T) (*bundle, *browser) {
	b := setup(t)
	b.records.journey.State = programme.Invited
	b.open("selection")
	return b, b.leader()
}

func TestInvitationSaysWhatIsAsked(t *testing.T) {
	t.Parallel()
	_, me := invited(t)
	me.get(selection).is(200, "Dr Helen O’Nguyen, a place on the leadership programme is held for you.",
		"Please answer by Friday 18 December 2026 at 5pm.", "Residential 1 (compulsory) Sunday 28 February 2027 at 4pm to Friday 5 March 2027 at 1pm",
		"Getting ready by Thursday 17 December 2026", "Closing survey by Thursday 11 November 2027").not("checked")
}

func TestInvitationAccepted(t *testing.T) {
	t.Parallel()
	b, me := invited(t)
	me.post(selection, fields("answer", "accept", "decline_reason", "time", "decline_note", "left over")).leads(selection + "/done")
	sent := b.records.answers["P-7F3K2Q/selection/1"]
	want := programme.Submission{ID: sent.ID, Ask: "P-7F3K2Q/selection/1", Cohort: "2027-spring", Ref: ref, Stage: "selection", Form: "invitation",
		Answers: programme.Answers{"answer": {"accept"}}, By: "participant", At: b.records.now}
	if !reflect.DeepEqual(sent, want) {
		t.Errorf("sent %+v", sent)
	}
	if !reflect.DeepEqual(b.workflows.delivered, []string{"outbox-" + sent.ID}) {
		t.Errorf("delivered %v", b.workflows.delivered)
	}
	b.records.journey.State = programme.Enrolled
	me.get(selection+"/done").is(200, "Your place is confirmed", "Your reference 0001ABCD", "helen.nguyen@wirral.example",
		"The next thing we ask of you is “Getting ready”. We will write to you when it opens.").not(selection + "/change")
	b.records.now = at("2026-11-22")
	me.get(selection+"/done").is(200, "“Getting ready”, from Monday 23 November 2026")
	me.get(selection).leads(selection + "/done")
	me.get(selection + "/change").is(404)
}

func TestInvitationDeclined(t *testing.T) {
	t.Parallel()
	b, me := invited(t)
	me.post(selection, fields("answer", "decline")).is(422, "Error: ", "Choose the main reason for declining")
	me.post(selection, fields("answer", "decline", "decline_reason", "timing", "decline_note", "Perhaps next year")).leads(selection + "/done")
	b.records.journey.State = programme.Declined
	page := me.get(selection+"/done").is(200, "You have declined your place", "Your place goes to another leader")
	if got := row(page.body, "Reason for declining"); got != "The dates do not work this year" {
		t.Errorf("the reason reads %q", got)
	}
	me.post(selection, fields("answer", "accept")).is(410, "You had answered already", "What you have just sent has changed nothing.", "See your answer")
	me.post(selection, fields("answer", "decline", "decline_reason", "timing", "decline_note", "Perhaps next year")).leads(selection + "/done")
	if b.records.submits != 1 {
		t.Error("a declined place was taken back")
	}
}

func TestInvitationRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1001)
	for _, c := range []struct{ answer, reason, note, says string }{
		{"", "", "", "Choose whether you accept or decline your place"},
		{"maybe", "", "", "Choose one of the answers shown for “Your answer”"},
		{"decline", "bored", "", "Choose one of the answers shown for “Reason for declining”"},
		{"decline", "time", long, "Your note must be 1,000 characters or fewer"},
		{"decline", "time", "bell\x07", "Your note must not contain control characters"},
	} {
		b, me := invited(t)
		page := me.post(selection, fields("answer", c.answer, "decline_reason", c.reason, "decline_note", c.note)).is(422, "Error: Your invitation", "There is a problem", c.says)
		if c.note == long && values(page.body)["decline_note"][0] != long {
			t.Error("the note was lost")
		}
		if b.records.writes != 0 {
			t.Error("something was written")
		}
	}
}

func TestInvitationClosed(t *testing.T) {
	t.Parallel()
	b, me := invited(t)
	b.records.now = at("2026-12-18")
	me.get(selection).is(410, "Your invitation has closed", "It was open until Friday 18 December 2026 at 5pm.")
	me.post(selection, fields("answer", "accept")).is(410, "Your invitation has closed")
	b.records.journey.State, b.records.journey.Stages[0].State = programme.Lapsed, programme.StageLapsed
	me.get(selection).is(410, "This form is no longer needed", "Your invitation closed before we had your answer.")
	if b.records.writes != 0 {
		t.Error("something was written")
	}
}

// What the records refuse at the last moment is a page, and what was typed is kept where trying again can help.
func TestRecordsRefuseAnAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		says   string
		kept   bool
	}{
		{programme.ErrFormClosed, 410, "This form has closed", false},
		{programme.ErrStageNotOpen, 410, "This form has closed", false},
		{programme.ErrFull, 409, "No place is left", false},
		{&programme.Illegal{What: "answer", State: "withdrawn"}, 409, "This cannot be done any more", false},
		{programme.Refuse("answer", "Choose again"), 422, "Choose again", true},
		{programme.ErrUnavailable, 503, "Your answers were not saved", true},
		{programme.ErrConflict, 503, "Your answers were not saved", true},
	} {
		b, me := invited(t)
		b.records.fail = c.err
		page := me.post(selection, fields("answer", "decline", "decline_reason", "other", "decline_note", "Please keep this")).is(c.status, c.says)
		if kept := strings.Contains(page.body, "Please keep this"); kept != c.kept {
			t.Errorf("%v: kept is %t", c.err, kept)
		}
		if (c.status == 503) != (page.Header().Get("Retry-After") != "") {
			t.Errorf("%v: Retry-After %q", c.err, page.Header().Get("Retry-After"))
		}
		if strings.Contains(b.log.String(), "Please keep this") || len(b.workflows.delivered) > 0 {
			t.Error("an answer is in the log, or was delivered")
		}
	}
}
