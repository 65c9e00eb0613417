package programme

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortPlansAreMadeWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ whole, short AskPlan }{
		"of the ladder": {
			AskPlan{Ask: "P-AAAAAA/coaching-3/1/held", Stage: "coaching-3", Mails: []PlannedMail{{Key: "2027-spring/P-AAAAAA/coaching-3/coaching-log/1.2.2"},
				{Key: ReplyKey("2027-spring", "P-AAAAAA", "coaching-3", MsgEventMoved, "op.P-AAAAAA")}}},
			AskPlan{Ask: "P-AAAAAA/coaching-3/1/held", Mails: []PlannedMail{{Key: "coaching-log/1.2.2"}, {Key: MsgEventMoved + "/op.P-AAAAAA"}}}},
		"of another stage": {
			AskPlan{Ask: "P-AAAAAA/coaching-3/1", Stage: "coaching-3", Mails: []PlannedMail{{Key: "2027-spring/P-AAAAAA/alumni/alumni/1.1.0"}}},
			AskPlan{Ask: "P-AAAAAA/coaching-3/1", Mails: []PlannedMail{{Key: "2027-spring/P-AAAAAA/alumni/alumni/1.1.0"}}}},
	} {
		short := c.whole.Short()
		if diff := cmp.Diff(c.short, short); diff != "" {
			t.Errorf("%s: short: %s", name, diff)
		}
		for _, plan := range []AskPlan{short, c.whole} {
			if diff := cmp.Diff(c.whole, plan.Of("2027-spring", "P-AAAAAA", "coaching-3")); diff != "" {
				t.Errorf("%s: whole: %s", name, diff)
			}
		}
	}
	if plan := (AskPlan{}).Short(); plan.Ask != "" || plan.Mails != nil {
		t.Errorf("no plan: %+v", plan)
	}
}
