package records

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairlead/programme"
)

// equalityCounts are the counts of a cohort above nought, in an order.
func (b *bundle) equalityCounts(t *testing.T, cohort, order string) string {
	t.Helper()
	var rows []equalityCountRow
	must(t, b.db.Where("cohort = ? AND n > 0", cohort).Order(order).Find(&rows).Error)
	var list []string
	for _, row := range rows {
		list = append(list, fmt.Sprintf("%s=%s %d", row.Question, row.Answer, row.N))
	}
	return strings.Join(list, ", ")
}

// Who was asked the equality questions in the application, and answered or not, is not asked again in onboarding: what the
// form brings all the same is not counted. What staff are told by telephone asks nobody.
func TestEqualityIsAskedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		refs := []string{b.begun(t, 0), b.begun(t, 1)}
		silent := application()
		delete(silent, "age_band")
		delete(silent, "gender")
		b.submit(t, programme.AskID(refs[0], "selection", 1), application())
		b.submit(t, programme.AskID(refs[1], "selection", 1), silent)
		said := "age_band=45_54 1, gender=woman 1"
		if got := b.equalityCounts(t, spring, "question, answer"); got != said {
			t.Fatalf("counted %s", got)
		}
		for _, ref := range refs {
			if asked := b.journeyOf(t, ref).EqualityAsked; asked != programme.FormApplication {
				t.Errorf("asked in %q", asked)
			}
			b.due(t, ref)
			b.decided(t, ref, programme.DecideOffer)
		}
		b.released(t)
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "selection").Ask, accept())
			b.closed(t, ref, "selection")
		}
		b.goTo("2026-11-23 06:00")
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "onboarding").Ask, onboarding())
		}
		if got := b.equalityCounts(t, spring, "question, answer"); got != said {
			t.Errorf("asked again: %s", got)
		}
	})
}

// Staff who write down an answer do not ask; the leader's own form asks later, once, and in another cohort not again.
func TestEqualityIsAskedByNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 2)
		b.autumn(t, 3)
		b.goTo("2026-11-23 06:00")
		b.openStage(t, refs[0], "onboarding")
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: refs[0], Stage: "onboarding", GivenBy: "her assistant", How: "telephone", Answers: givenFor()})
		if asked := b.journeyOf(t, refs[0]).EqualityAsked; asked != "" {
			t.Errorf("staff asked in %q", asked)
		}
		b.answered(t, refs[1], "onboarding", onboarding())
		into := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: refs[1], Into: autumn}).Into
		if asked := b.journeyOf(t, into).EqualityAsked; asked != programme.FormOnboarding {
			t.Errorf("after the deferral asked in %q", asked)
		}
	})
}

// No order and no transaction leads from a count to a person: rows stand in the order of the form, and all of a cohort were
// changed by the last answer, whoever gave the others.
func TestEqualityCountsLeadToNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 3)
		b.goTo("2026-11-23 06:00")
		for i, age := range []string{"65_over", "under_35", "45_54"} {
			answers := onboarding()
			answers["age_band"] = []string{age}
			if i == 1 {
				delete(answers, "gender")
			}
			b.submit(t, b.openStage(t, refs[i], "onboarding").Ask, answers)
		}
		order := "rowid"
		if b.postgres {
			order = "ctid"
		}
		want := "age_band=under_35 1, age_band=45_54 1, age_band=65_over 1, gender=" + onboarding().Get("gender") + " 2"
		if got := b.equalityCounts(t, spring, order); got != want {
			t.Errorf("stored as %s, want the order of the form: %s", got, want)
		}
		if b.postgres {
			if n := b.count(t, "SELECT COUNT(DISTINCT xmin::text) FROM equality_counts"); n != 1 {
				t.Errorf("the rows are of %d transactions", n)
			}
		}
		columns, err := b.db.Migrator().ColumnTypes("equality_counts")
		must(t, err)
		if len(columns) != 4 {
			t.Errorf("%d columns, want cohort, question, answer and n alone", len(columns))
		}
	})
}

// Nothing reads the counts yet: whoever shows them first leaves out every group below programme.SmallestGroup.
func TestNothingShowsEqualityCounts(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(t, err)
		knows := strings.Contains(string(text), "equality_counts") || strings.Contains(string(text), "equalityCountRow")
		if knows && name != "equality.go" && !strings.HasSuffix(name, "_test.go") {
			t.Errorf("%s knows the counts of equality answers", name)
		}
	}
}
