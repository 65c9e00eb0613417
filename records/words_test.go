package records

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fairlead/programme"

	"gorm.io/gorm"
	"pgregory.net/rapid"
)

// foundBy are names as leaders write them, each with how others type them.
var foundBy = []struct {
	name string
	by   []string
}{
	{"Zoë", []string{"Zoe", "zoë", "ZOË", "Zoe\u0308", "zo"}},
	{"Łukasz", []string{"Lukasz", "łukasz", "luk"}},
	{"Straße", []string{"Strasse", "strass", "STRAẞE", "straß"}},
	{"Strasse", []string{"Straße"}},
	{"Müller", []string{"Muller", "müll", "MULLER"}},
	{"Muller", []string{"Müller"}},
	{"Søren", []string{"Soren", "søren"}},
	{"Đorđe", []string{"Dorde", "đorđe"}},
	{"Guðrún", []string{"Gudrun"}},
	{"Þóra", []string{"Thora", "þóra"}},
	{"Ægir", []string{"Aegir", "ægir"}},
	{"Cœur", []string{"Coeur"}},
	{"Işık", []string{"Isik", "IŞIK", "işık"}},
	{"İrem", []string{"Irem", "irem", "İrem"}},
	{"Nguyễn", []string{"Nguyen", "nguyễn"}},
	{"O’Neill", []string{"o'neill", "ONeill", "oneil"}},
	{"Γεώργιος", []string{"Γεώργιος", "ΓΕΩΡΓΙΟΣ", "γεωργιος"}},
	{"Фёдор", []string{"Фёдор", "федор", "ФЁД"}},
	{"Андрей", []string{"андрей", "АНДР"}},
	{"أحمد", []string{"أحمد", "احمد", "أَحْمَد"}},
	{"שָׁלוֹם", []string{"שלום"}},
	{"山田太郎", []string{"山田太郎", "山田"}},
	{"김민준", []string{"김민준", "김"}},
	{"ガブリエル", []string{"ガブリエル", "ｶﾞﾌﾞﾘｴﾙ"}},
	{"अनुष्का", []string{"अनुष्का", "अनु"}},
	{"กิตติ", []string{"กิตติ"}},
}

// TestSearchKnowsNoAccents: a name is found as it is written and as a keyboard without its letters has it, in any script.
func TestSearchKnowsNoAccents(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.named(t)
		b.foundAll(t, refs)
		for _, strange := range []string{"Zoa", "Lukazs", "Мария", "أحمر", "川", "\u0301\u0308", "!!"} {
			if got := b.found(t, programme.JourneyFilter{Query: strange}, 10); got != nil {
				t.Errorf("%q finds %v", strange, got)
			}
		}
	})
}

// named imports a leader of each name, and gives the references in the same order.
func (b *bundle) named(t *testing.T) []string {
	t.Helper()
	must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 5)))
	rows := people(len(foundBy))
	for i := range rows {
		rows[i].GivenName = foundBy[i].name
	}
	return b.imports(t, "spring", rows)
}

func (b *bundle) foundAll(t *testing.T, refs []string) {
	t.Helper()
	for i, one := range foundBy {
		for _, query := range one.by {
			if got := b.found(t, programme.JourneyFilter{Query: query}, 50); !slices.Contains(got, refs[i]) {
				t.Errorf("%q is not found by %q", one.name, query)
			}
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 60)
	got := words("P-7F3K2Q", "Siân", "O’Neill", "sian@the-service.example", "Siân", long)
	want := []string{"p", "7f3k2q", "sian", "oneill", "the", "service", "example", long[:longestWord]}
	if !slices.Equal(got, want) {
		t.Errorf("the words are %v, want %v", got, want)
	}
}

// TestFoldedIsFolded: no letter is folded twice over, in whatever place of a word.
func TestFoldedIsFolded(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if once := foldWord(string(r)); foldWord(once) != once {
			t.Errorf("%U becomes %+q and then %+q", r, once, foldWord(once))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text, more := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "more")
		if once := foldWord(text); foldWord(once) != once {
			t.Errorf("%+q becomes %+q and then %+q", text, once, foldWord(once))
		}
		if !strings.HasPrefix(foldWord(text+more), foldWord(text)) {
			t.Errorf("%+q does not begin as %+q does", foldWord(text+more), foldWord(text))
		}
	})
}

// asBefore puts the words of all journeys down as a version that knew accents did.
func (b *bundle) asBefore(t *testing.T, refs []string) {
	t.Helper()
	must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
		for i, one := range foundBy {
			word := strings.ToLower(strings.ReplaceAll(one.name, "’", ""))
			if err := tx.Delete(&wordRow{}, "ref = ? AND word = ?", refs[i], foldWord(word)).Error; err != nil {
				return err
			}
			if err := tx.Create(&wordRow{Word: word, Ref: refs[i]}).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// written are all words that lie in the records.
func (b *bundle) written(t *testing.T) (rows []wordRow) {
	t.Helper()
	must(t, b.read(b.ctx).Order("ref, word").Find(&rows).Error)
	return rows
}

// TestMigrationFoldsWords: what an earlier version wrote is found too once the database is migrated, also where that was
// interrupted, and again where an older process wrote meanwhile.
func TestMigrationFoldsWords(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.named(t)
		want := b.written(t)
		for range 2 {
			b.asBefore(t, refs)
			if slices.Equal(b.written(t), want) {
				t.Fatal("nothing is as before")
			}
			ctx, stop := context.WithCancel(b.ctx)
			pages := 0
			must(t, b.writer.Callback().Delete().After("gorm:delete").Replace("stop", func(*gorm.DB) {
				if pages++; pages == 3 {
					stop()
				}
			}))
			if err := b.foldWords(ctx, 4); !errors.Is(err, context.Canceled) {
				t.Fatalf("interrupted: %v", err)
			}
			must(t, b.writer.Callback().Delete().Remove("stop"))
			if now := b.written(t); slices.Equal(now, want) {
				t.Error("what was interrupted is done")
			}
			must(t, b.Migrate(b.ctx))
			if now := b.written(t); !slices.Equal(now, want) {
				t.Errorf("the words are %v, want %v", now, want)
			}
			b.foundAll(t, refs)
		}
		writes := 0
		must(t, b.writer.Callback().Delete().After("gorm:delete").Replace("count", func(*gorm.DB) { writes++ }))
		if must(t, b.Migrate(b.ctx)); writes > 0 {
			t.Errorf("folded words were written %d times", writes)
		}
	})
}
