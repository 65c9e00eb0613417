package verdict

import (
	"strings"
	"testing"
)

// lapsing is a good year in which the session of somebody has lapsed, before alumni opens in November.
func lapsing() *builder {
	b := good()
	b.books(1, "slot")
	b.of("P-1").stage("coaching-1").State = "lapsed"
	b.act(1, ActLog, "coaching-1", 1, "did_not_attend", at("2027-02-12", "12:00"))
	b.mail("P-1", "alumni", "alumni", "1.1.0", scheduled, at("2027-11-15", "09:10"))
	return b
}

// TestLapsedDaysAreDecidedUpon: what has lapsed is decided before the network opens and the year ends, one way or another.
func TestLapsedDaysAreDecidedUpon(t *testing.T) {
	t.Parallel()
	early, late := at("2027-03-01", "10:00"), at("2027-11-20", "10:00")
	for name, c := range map[string]struct {
		plant func(b *builder)
		says  string // empty: all is well
	}{
		"the task is finished": {func(b *builder) { b.act(1, ActDecide, "coaching-1", 0, "", early) }, ""},
		"it is skipped": {func(b *builder) {
			b.act(1, "skip", "coaching-1", 0, "", early)
			b.of("P-1").stage("coaching-1").State = "skipped"
		}, ""},
		"it is reopened and held": {func(b *builder) {
			b.act(1, ActLog, "coaching-1", 2, "held", early)
			b.of("P-1").stage("coaching-1").State = "done"
		}, ""},
		"left out by a rule":        {func(b *builder) { b.of("P-1").stage("coaching-1").State = "skipped" }, ""},
		"nobody decides":            {func(*builder) {}, "The network opened before coaching-1 was decided upon."},
		"decided after the network": {func(b *builder) { b.act(1, ActDecide, "coaching-1", 0, "", late) }, "The network opened before coaching-1"},
		"skipped after the network": {func(b *builder) { b.act(1, "skip", "coaching-1", 0, "", late) }, "The network opened before coaching-1"},
		"held after the network": {func(b *builder) {
			b.act(1, ActLog, "coaching-1", 2, "held", late)
			b.of("P-1").stage("coaching-1").State = "done"
		}, "The network opened before coaching-1"},
		"refused, and not tried again":  {func(b *builder) { b.act(1, ActDecide, "coaching-1", 0, "", early).Confirmed = false }, "The network opened before coaching-1"},
		"about another session":         {func(b *builder) { b.act(1, ActDecide, "coaching-2", 0, "", early) }, "The network opened before coaching-1"},
		"completed without the network": {func(b *builder) { b.lose("c/P-1/alumni/alumni/1.1.0") }, "The journey is completed, and nobody decided upon coaching-1."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := lapsing()
			c.plant(b)
			said := ""
			for _, f := range Judge(b.in).Faults {
				if f.Check == "alumni-early" {
					said += f.Text
				}
			}
			if (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
				t.Errorf("it says %q, want %q", said, c.says)
			}
		})
	}
}
