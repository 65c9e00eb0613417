package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"fairlead/programme"
)

// TestBulkRemind: one leader who has answered, or was not asked, neither stops the reminder of the others nor counts as
// one of them.
func TestBulkRemind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many()
	b.store.journeys = b.store.journeys[2:8]
	answered := func(n int) {
		stages := slices.Clone(b.store.journeys[n].Stages)
		stages[1].State, stages[1].AnsweredAt = programme.StageDone, at("2027-02-10")
		b.store.journeys[n].Stages = stages
	}
	answered(0)
	answered(3)
	b.store.unasked = map[string]bool{"P-Y00001": true}
	answer := b.sendsMany(programme.CmdResend, "", "check", nil)
	says(t, "some have answered", answer.page, "<dt>Will be done for</dt><dd>3</dd>", "<dt>Not possible for</dt><dd>3</dd>", "<td>The leader has answered.</td>",
		"<td>Nothing that this stage asked the leader is open.</td>", "one of them, P-Y00002", "Remind: 3 journeys")
	if answer.StatusCode != http.StatusOK || b.store.previews != 1 {
		t.Errorf("%d after %d previews", answer.StatusCode, b.store.previews)
	}
	for n := range b.store.journeys {
		b.store.journeys[n].Stages = slices.Clone(b.store.journeys[n].Stages)
		b.store.journeys[n].Stages[2].State = programme.StageNotOpen
	}
	answer = b.sendsMany(programme.CmdResend, "", "check", url.Values{"stage": {"closing-survey"}})
	says(t, "a stage that asked nothing", answer.page, "<dt>Not possible for</dt><dd>6</dd>", "The stage is not open yet: nothing was asked.", "nothing can be ordered")
	silent(t, "a stage that asked nothing", answer.page, `value="give"`)
	if answer.StatusCode != http.StatusOK {
		t.Errorf("a stage that asked nothing: %d", answer.StatusCode)
	}
}

// TestBulkExample: a journey that refuses the order when it is tried is not possible, and the next is the example; so many
// are tried, and no more.
func TestBulkExample(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many()
	b.store.journeys = b.store.journeys[2:12]
	closed := programme.Refuse("message", "What that message asks for is closed.")
	b.store.refuses = map[string]error{"P-Y00000": closed, "P-Y00001": &programme.Illegal{What: "resend", State: "completed", Why: "It has ended."}}
	page := b.sendsMany(programme.CmdResend, "", "check", nil).page
	says(t, "the third", page, "<dt>Will be done for</dt><dd>8</dd>", "<dt>Not possible for</dt><dd>2</dd>", "<td>What that message asks for is closed.</td>", "It has ended.</td>",
		"one of them, P-Y00002", "Remind: 8 journeys")
	for n := range 10 {
		b.store.refuses[fmt.Sprintf("P-Y%05d", n)] = closed
	}
	b.store.previews = 0
	page = b.sendsMany(programme.CmdResend, "", "check", nil).page
	says(t, "none of those tried", page, "<dt>Will be done for</dt><dd>5</dd>", "none of the 5 journeys that were tried allows it")
	if b.store.previews != mostTried {
		t.Errorf("%d were tried", b.store.previews)
	}
	b.store.journeys = b.store.journeys[:4]
	page = b.sendsMany(programme.CmdResend, "", "check", nil).page
	says(t, "nobody is left", page, "<dt>Not possible for</dt><dd>4</dd>", "nothing can be ordered")
	silent(t, "nobody is left", page, `value="give"`)
	b.store.refuses = map[string]error{"P-Y00000": programme.Refuse("until", "Name a later day.")}
	page = b.sendsMany(programme.CmdExtend, "", "check", nil).page
	says(t, "a day that does for the others", page, "<dt>Will be done for</dt><dd>3</dd>", "<td>Name a later day.</td>", "one of them, P-Y00001")
}
