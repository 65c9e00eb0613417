package main

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fairlead/demo/sink"
	"fairlead/demo/verdict"
)

// faultyYear is a short demo year of the program that tests can break, and what has to come of it.
type faultyYear struct {
	name    string
	people  int
	args    []string
	environ []string
	judge   func(t *testing.T, run demoRun)
}

// demosAtOnce is how many of these years run side by side on two cores, beside the two years with kills.
const demosAtOnce = 4

// TestFaultyYears plays short years of a program that is killed at a point, or broken on purpose, side by side, and judges
// each in a test of its own.
func TestFaultyYears(t *testing.T) {
	t.Parallel()
	needBinaries(t, "fairlead-faults")
	years := slices.DeleteFunc(append(killedYears(), brokenYears()...), func(y faultyYear) bool { return !asked(y.name) })
	type played struct {
		run demoRun
		err error
	}
	results := make([]chan played, len(years))
	for i := range results {
		results[i] = make(chan played, 1)
	}
	next := make(chan int)
	go func() {
		defer close(next)
		for i := range years {
			next <- i
		}
	}()
	folder := t.TempDir()
	for range demosAtOnce {
		go func() {
			for i := range next {
				y := years[i]
				data := filepath.Join(folder, strconv.Itoa(i))
				args := append([]string{"--blueprint", "short-year", "--starts-on", "2027-09-06", "--participants", strconv.Itoa(y.people)}, y.args...)
				environ := append([]string{"FAIRLEAD_FAULT_ONCE=" + data + ".once"}, y.environ...)
				run, err := tryDemo(t.Context(), data, "fairlead-faults", environ, args, nil)
				results[i] <- played{run, err}
			}
		}()
	}
	for i, y := range years {
		t.Run(y.name, func(t *testing.T) {
			p := <-results[i]
			if p.err != nil {
				t.Fatal(p.err)
			}
			y.judge(t, p.run)
		})
	}
}

// asked reports whether -run lets a subtest run at all: else its year need not be played.
func asked(name string) bool {
	_, pattern, some := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	if !some {
		return true
	}
	wanted, err := regexp.MatchString(pattern, name)
	return wanted || err != nil
}

// killedYears are those in which a process is killed at a point, somewhere in the middle of the year. A send that died is
// tried again after five real seconds: the days are long enough that nobody's time runs out meanwhile.
func killedYears() []faultyYear {
	var years []faultyYear
	for _, kill := range []string{"after-250:50", "in-data:50", "inside-claim:55", "after-form-commit:15", "after-command-row:2"} {
		point, _, _ := strings.Cut(kill, ":")
		years = append(years, faultyYear{name: "killed/" + point, people: 9, args: []string{"--day", "500ms", "--reply-within", "60s"},
			environ: []string{"FAIRLEAD_FAULT_KILL=" + kill},
			judge:   func(t *testing.T, run demoRun) { judgeKilled(t, run, point) }})
	}
	return years
}

// judgeKilled wants the kill to have landed, once, and nothing lost or twice for it.
func judgeKilled(t *testing.T, run demoRun, point string) {
	log, err := os.ReadFile(filepath.Join(run.data, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(log, []byte("fault: killed at "+point)); n != 1 {
		t.Fatalf("the program was killed %d times at %s", n, point)
	}
	t.Logf("killed at %s", point)
	run.mustBeOK(t)
	if run.line.DuplicateMails != 0 || run.line.Parked != 0 {
		t.Errorf("%+v", run.line)
	}
	data, err := sink.DataLog(filepath.Join(run.data, "mail"))
	if err != nil {
		t.Fatal(err)
	}
	broken := slices.IndexFunc(data, func(d sink.Data) bool { return d.Outcome == sink.DataBroken })
	switch {
	case broken >= 0:
		t.Logf("the sink saw DATA number %d of %d begun and not finished", broken+1, len(data))
	case point == "in-data":
		t.Errorf("the sink saw no DATA that was begun and not finished, of %d", len(data))
	}
}

// defect is one way in which the program is broken on purpose.
type defect struct {
	what     string
	breaks   string // FAIRLEAD_FAULT_BREAK
	sink     string // trouble at the sink without which it would not show
	checks   string // of the verdict, that have to name it
	few      bool   // four leaders and one of the reserve meet it; else it needs characters that only a larger cohort has
	within   string // patience with replies; empty: the usual one
	year     string // the blueprint whose year shows it; empty: the short one
	apply    bool   // a year to which people apply
	flagship bool   // the whole year, which is longer, but goes by faster
	says     string // what one of the faults named has to say besides, empty: nothing
	many     bool   // a third of the answers must show it: a slow machine could make one look so
}

// defects are the deliberate defects: for every check of the verdict there is one that it has to name.
var defects = []defect{
	{what: "a message nobody knows", breaks: "unknown-message", checks: "unknown-message", few: true},
	{what: "every mail goes under the rule for alerts", breaks: "wrong-rule", checks: "rule", few: true},
	{what: "the ladder is planned for 20:00", breaks: "send-at-20", checks: "working-time", few: true},
	{what: "a retry gets a Message-ID of its own", breaks: "new-message-id-on-retry", sink: "drop=3,keep=true", checks: "two-message-ids", few: true},
	// Two of three lines of defence: the claim and the answer's own stop. The third, the signal, has to be lost as well.
	{what: "a claim ignores answers, and signals are lost", breaks: "claim-ignores-answers,drop-outbox-row", checks: "after-answer", few: true},
	{what: "the day is not claimed", breaks: "two-a-day", checks: "two-a-day"},
	{what: "a hold holds nothing, a changed address is not used, replaced links still open", breaks: "ignores-hold,old-address,old-links-open",
		checks: "held,old-address,dead-link"},
	{what: "replies go to somebody else", breaks: "wrong-person", checks: "wrong-person", few: true},
	{what: "requests are not planned", breaks: "skip-request", checks: "missing-mail", few: true},
	{what: "answers are not confirmed", breaks: "no-reply", checks: "missing-reply", few: true},
	{what: "outbox rows are dropped", breaks: "drop-outbox-row", checks: "late-reply", few: true, within: "1500ms", many: true},
	{what: "answers are not kept", breaks: "lose-answer", checks: "lost-answer", few: true},
	{what: "a year ends with onboarding", breaks: "early-end", checks: "end,stage-end"},
	{what: "places that come free are not given back", breaks: "keeps-places", checks: "places", few: true, within: "2s"},
	{what: "mails are marked as sent and never are", breaks: "swallows-mail", checks: "ledger", few: true},
	{what: "what has ended leaves mail planned", breaks: "stops-nothing", checks: "unsettled", few: true},
	{what: "a mail cannot be written", breaks: "unfit-mail", checks: "parked", few: true},
	{what: "workflows do not end", breaks: "never-finishes", checks: "workflow", few: true},
	{what: "nobody asks whether the leader agrees", breaks: "ignores-consent", checks: "consent", year: "short-questionnaire"},
	{what: "entries stay, sittings are overbooked, residential days count for nothing, the last word is early, instructions say nowhere, news is slow, a moved session is not confirmed, what was turned off still comes",
		breaks: "keeps-entries,overbooks,works-on-residentials,wrong-eve,joins-nowhere,slow-news,hushes-changes,forgets-unsubscribe",
		checks: "calendar,capacity,residential-day,joining,urgent,coaching,unsubscribe", flagship: true},
	{what: "every coach sees every report, a coach who leaves keeps the leaders, costs are not kept, the network opens early", breaks: "shows-reports,keeps-leavers,forgets-costs,early-network",
		checks: "shared-report,pair,costs,alumni-early", flagship: true,
		says: "The network opened before coaching-1 was decided upon."},
	{what: "a decision is told before its release, an application is not confirmed", breaks: "tells-early,no-receipt", checks: "quiet,application", apply: true},
	{what: "a form closes before its limit", breaks: "closes-early", checks: "cast", few: true},
}

// names reports whether a check has to name the defect.
func (d defect) names(check string) bool { return slices.Contains(strings.Split(d.checks, ","), check) }

// flagship makes the whole year of a short one.
var flagship = []string{"--blueprint", "flagship", "--starts-on", "2027-03-01"}

// brokenYears are those in which the program breaks a rule, after three in which it breaks none.
func brokenYears() []faultyYear {
	few := 5
	years := []faultyYear{
		{name: "whole", people: 12, args: []string{"--day", "400ms"}, judge: func(t *testing.T, run demoRun) { run.mustBeOK(t) }},
		{name: "whole/applied", people: 16, args: append([]string{"--day", "400ms", "--route", "application", "--reply-within", "60s"}, flagship...), judge: judgeFlagship},
		{name: "whole/trouble-at-the-sink", people: few, args: []string{"--day", "400ms"},
			environ: []string{"FAIRLEAD_FAULT_SINK=drop=3,keep=true,refuse451=0.05"}, judge: judgeTroubled},
	}
	for _, d := range defects {
		// Where one character alone meets the defect, the days are longer: a busy machine must not keep them from it.
		y := faultyYear{name: "broken/" + d.breaks, people: 12, args: []string{"--day", "400ms"},
			environ: []string{"FAIRLEAD_FAULT_BREAK=" + d.breaks, "FAIRLEAD_FAULT_SINK=" + d.sink},
			judge:   func(t *testing.T, run demoRun) { judgeBroken(t, run, d) }}
		if d.few {
			y.people, y.args = few, []string{"--day", "200ms"}
		}
		if d.year != "" {
			y.args = append(y.args, "--blueprint", d.year)
		}
		if d.apply {
			y.args = []string{"--day", "250ms", "--route", "application", "--blueprint", "essentials", "--starts-on", "2027-03-01"}
		}
		if d.flagship {
			y.args = append([]string{"--day", "350ms"}, flagship...)
		}
		if d.within != "" {
			y.args = append(y.args, "--reply-within", d.within)
		}
		years = append(years, y)
	}
	return years
}

// judgeFlagship wants a flagship year to end well, and what only few of its people do to have happened in it.
func judgeFlagship(t *testing.T, run demoRun) {
	run.mustBeOK(t)
	acts, err := verdict.ReadActs(filepath.Join(run.data, "cast.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for what, is := range map[string]func(verdict.Act) bool{
		"a coach left":                 func(a verdict.Act) bool { return a.Act == verdict.ActCoachLeave && a.Status < 300 },
		"staff chose a coach":          func(a verdict.Act) bool { return a.Act == "change-coach" && a.Confirmed && a.Coach != "" },
		"a coach saw a report":         func(a verdict.Act) bool { return a.Act == verdict.ActReport && a.Confirmed },
		"a coach was refused a report": func(a verdict.Act) bool { return a.Act == verdict.ActReport && a.Status == http.StatusNotFound },
		"a date that was full refused": func(a verdict.Act) bool { return a.Act == "change-sitting" && a.Status == http.StatusConflict },
		"costs were to be recovered":   func(a verdict.Act) bool { return a.Costs == "recovered" && a.Confirmed },
		"the figures were read":        func(a verdict.Act) bool { return a.Act == verdict.ActFigures && a.Confirmed },
		"a residential was moved":      func(a verdict.Act) bool { return a.Act == "reschedule" && a.Stage == "residential-2" && a.Confirmed },
	} {
		if !slices.ContainsFunc(acts, is) {
			t.Errorf("nothing says that %s", what)
		}
	}
}

// judgeTroubled wants a year in which the sink misbehaves to end well: what was repeated is the same mail.
func judgeTroubled(t *testing.T, run demoRun) {
	run.mustBeOK(t)
	if run.line.RepeatedMails == 0 || run.line.DuplicateMails != 0 {
		t.Errorf("%d mails were repeated, %d are there twice; want some, and none", run.line.RepeatedMails, run.line.DuplicateMails)
	}
}

// judgeBroken wants the verdict to be red and to name the defect.
func judgeBroken(t *testing.T, run demoRun, d defect) {
	found, said := map[string]int{}, d.says == ""
	for _, f := range run.line.Faults {
		said = said || d.names(f.Check) && strings.Contains(f.Text, d.says)
		if found[f.Check]++; d.names(f.Check) && found[f.Check] == 1 {
			t.Logf("%s: %s", f.Check, f.Text)
		}
	}
	t.Logf("%s: %v", d.what, found)
	if run.line.Verdict != "red" || run.exit != exitRed {
		t.Errorf("verdict %s, exit %d; want red, %d", run.line.Verdict, run.exit, exitRed)
	}
	if !said {
		t.Errorf("no fault says %q", d.says)
	}
	want := 1
	if d.many {
		want = max(1, run.line.FormsAnswered/3)
	}
	for check := range strings.SplitSeq(d.checks, ",") {
		if found[check] < want {
			t.Errorf("%d faults of the check %s; want at least %d", found[check], check, want)
		}
	}
}

// Nothing that the verdict looks for is taken on trust.
func TestEveryCheckOfTheVerdictHasADefect(t *testing.T) {
	t.Parallel()
	for _, check := range verdict.Checks() {
		if !slices.ContainsFunc(defects, func(d defect) bool { return d.names(check) }) {
			t.Errorf("no defect shows that the check %s sees anything", check)
		}
	}
}
