package records

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// What staff write to a leader goes out in their words, once, and stands in the ledger as it went; it stays with the order
// alone until then, and nobody on hold or gone gets one.
func TestStaffWriteToALeader(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := situations[2].play(t, b, 2)
		c := programme.Command{Name: programme.CmdWrite, Ref: refs[0], Reason: "new_information", Subject: "Parking at the lodge", Text: "Please come by *train*."}
		effect, err := b.order(c)
		must(t, err)
		if len(effect.Mails) != 1 || !effect.Changed {
			t.Fatalf("%+v", effect)
		}
		key := effect.Mails[0].Key
		if kept := b.message(t, key); kept.Message != programme.MsgTeamMessage || kept.Rule != programme.RuleStaff || kept.State != programme.MessagePlanned {
			t.Errorf("%+v", kept)
		}
		job := b.send(t, effect.Mails[0])
		if item := job.Items[0]; len(job.Items) != 1 || item.Title != c.Subject || item.Opening != c.Text || !item.Link.IsZero() {
			t.Errorf("%+v", job.Items)
		}
		if log := b.log(t); !strings.Contains(log[len(log)-1], "write | "+refs[0]+" |  | new_information") || strings.Contains(strings.Join(log, ""), "Parking") {
			t.Errorf("the audit log says %q", log[len(log)-1])
		}
		for what, change := range map[string]func(*programme.Command){"no subject": func(c *programme.Command) { c.Subject = " " }, "no words": func(c *programme.Command) { c.Text = "" },
			"too long a subject": func(c *programme.Command) { c.Subject = strings.Repeat("é", 41) }, "two lines": func(c *programme.Command) { c.Subject = "a\nb" },
			"too many words": func(c *programme.Command) { c.Text = strings.Repeat("é", programme.LongestOpening+1) }} {
			wrong := c
			change(&wrong)
			if _, err := b.order(wrong); !isInvalid(err) {
				t.Errorf("%s: %v", what, err)
			}
		}
		held := c
		held.Ref, held.Subject = refs[1], "Another"
		must(t, ignore(b.order(programme.Command{Name: programme.CmdHold, Ref: refs[1], Reason: "illness"})))
		if _, err := b.order(held); err == nil {
			t.Error("somebody on hold was written to")
		}
	})
}
