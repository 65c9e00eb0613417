package records

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// lie are the pseudonyms of the survey answers as they lie in the database, each as often as it begins anew.
func (b *bundle) lie(t *testing.T) []string {
	t.Helper()
	place := "rowid"
	if b.postgres {
		place = "ctid"
	}
	var all []string
	must(t, b.read(b.ctx).Raw("SELECT pseudonym FROM survey_answers ORDER BY "+place).Scan(&all).Error)
	return slices.Compact(all)
}

// Neither where the answers to a survey lie nor the transaction that wrote them leads to whoever sent them: a copy of the
// records alone says of nobody what they answered.
func TestSurveyAnswersLieInNoOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 12)
		b.goTo("2026-11-23 06:00")
		var sent []string
		for _, ref := range refs {
			b.answered(t, ref, "onboarding", onboarding())
			pseudonym, err := b.Pseudonym(b.ctx, ref)
			must(t, err)
			sent = append(sent, pseudonym)
		}
		if !slices.Equal(b.lie(t), sent) {
			t.Fatal("the answers do not lie in the order in which they came: this test proves nothing")
		}
		before := b.count(t, "SELECT COUNT(*) FROM survey_answers WHERE answer = '4' AND month = '2026-11' AND survey = 'baseline' AND cohort = ?", spring)
		must(t, ignore(b.DeleteExpired(b.ctx)))
		slices.Sort(sent)
		if got := b.lie(t); !slices.Equal(got, sent) {
			t.Errorf("they lie as %q", got)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM survey_answers WHERE answer = '4' AND month = '2026-11' AND survey = 'baseline' AND cohort = ?", spring); n != before || n != 12*11 {
			t.Errorf("%d answers, %d before", n, before)
		}
		if b.postgres && b.count(t, "SELECT COUNT(DISTINCT xmin::text) FROM survey_answers") != 1 {
			t.Error("the transactions that wrote the answers can be told apart")
		}
		b.sound(t)
	})
}

// The key that joins survey answers to people is destroyed two years after each one's year, as the privacy notice promises;
// what was answered stays, and is counted as before.
func TestResearchKeysAreDestroyed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.completed(t, 10)
		ended := b.clock.Now()
		known := func() (n int64) {
			t.Helper()
			must(t, b.Store.keys.db.reads.WithContext(b.ctx).Model(&pseudonymRow{}).Count(&n).Error)
			return n
		}
		mine, err := b.Pseudonym(b.ctx, refs[0])
		must(t, err)
		if gone := b.expires(t, ended.AddDate(2, 0, 0).Add(-1)); gone["research keys"] != 0 || known() != 10 {
			t.Fatalf("before their time: %v, %d are left", gone, known())
		}
		before, err := b.Outcomes(b.ctx, spring)
		must(t, err)
		gone := b.expires(t, ended.AddDate(2, 0, 1))
		if gone["research keys"] != 10 || known() != 0 {
			t.Errorf("%v, %d are left", gone, known())
		}
		after, err := b.Outcomes(b.ctx, spring)
		must(t, err)
		if after.Closing != 10 || after.Measures[0] != before.Measures[0] || after.Measures[0].N != 10 {
			t.Errorf("%+v, before %+v", after.Measures[0], before.Measures[0])
		}
		if n := b.count(t, "SELECT COUNT(*) FROM survey_answers WHERE pseudonym = ?", mine); n != 22 {
			t.Errorf("%d answers of one leader are left", n)
		}
		moves, _, err := b.Moves(b.ctx, refs[0], 0, 1000)
		must(t, err)
		if !slices.ContainsFunc(moves, func(m programme.Move) bool { return m.What == moveResearchKeyDestroyed && m.Actor == actorProgramme }) {
			t.Error("the history has no evidence")
		}
		if n := b.count(t, "SELECT COUNT(*) FROM audit_log WHERE action = ? AND subject = ? AND detail = 'research keys: 10'", string(programme.AuditExpired), spring); n != 1 {
			t.Errorf("%d lines of evidence in the audit log", n)
		}
		if got := b.lie(t); !slices.IsSorted(got) || len(got) != 10 {
			t.Errorf("the answers lie as %q", got)
		}
		if again := b.expires(t, ended.AddDate(2, 0, 2)); again["research keys"] != 0 {
			t.Errorf("again: %v", again)
		}
	})
}

// Comparing an answer with what was given makes no pseudonym, and no new one where it was destroyed.
func TestComparingMakesNoPseudonym(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const ref = "P-7F3K2Q"
		kept := func() (n int64) {
			t.Helper()
			if answers, err := b.surveyAnswers(b.ctx, b.read(b.ctx), ref, "closing-survey"); err != nil || len(answers) > 0 {
				t.Errorf("%v, %v", answers, err)
			}
			must(t, b.Store.keys.db.reads.Model(&pseudonymRow{}).Count(&n).Error)
			return n
		}
		if n := kept(); n != 0 {
			t.Errorf("%d are made by looking", n)
		}
		_, err := b.Pseudonym(b.ctx, ref)
		must(t, err)
		must(t, b.Store.keys.destroyPseudonym(b.ctx, ref))
		if n := kept(); n != 0 {
			t.Errorf("%d are made anew", n)
		}
	})
}

// A key that was destroyed stands nowhere in the store of keys any more, not in what its file keeps of deleted rows either.
func TestDestroyedKeysLeaveTheFile(t *testing.T) {
	t.Parallel()
	b := setupSQLite(t)
	mine, err := b.Pseudonym(b.ctx, "P-7F3K2Q")
	must(t, err)
	_, err = b.encrypt(b.ctx, "person-1", []byte("x"))
	must(t, err)
	var key keyRow
	must(t, b.Store.keys.db.reads.Take(&key, "person_id = 'person-1'").Error)
	path := strings.TrimPrefix(b.keys, "sqlite:")
	found := func() (n int) {
		t.Helper()
		for _, name := range []string{path, path + "-wal"} {
			text, err := os.ReadFile(name)
			must(t, err)
			n += bytes.Count(text, []byte(mine)) + bytes.Count(text, key.Key)
		}
		return n
	}
	if found() < 2 {
		t.Fatal("the file does not hold the keys: this test proves nothing")
	}
	must(t, b.Store.keys.destroyPseudonym(b.ctx, "P-7F3K2Q"))
	must(t, b.Store.keys.destroy(b.ctx, "person-1"))
	if n := found(); n != 0 {
		t.Errorf("what was destroyed stands in the file %d times", n)
	}
}
