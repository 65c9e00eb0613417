package records

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Journeys are found by the beginnings of words, whatever their case and accents: of the leader's names and address, the
// organisation and the reference. The words lie in a table of their own, so that a search costs the same however many
// journeys there are. They lie there as foldWord has them, as those of a query are: whoever changes what it does need do no
// more, because the migration writes anew what it does not leave as it is.

type wordRow struct {
	Word string `gorm:"primaryKey"`
	Ref  string `gorm:"primaryKey"`
}

func (wordRow) TableName() string { return "journey_words" }

// longestWord is how many letters of a word count.
const longestWord = 40

// indexJourneys writes the words of the journeys anew. Whoever changes a name, an address or an organisation calls it.
func indexJourneys(tx *gorm.DB, refs ...string) error {
	for part := range chunks(refs, 500) {
		var found []struct {
			Ref, GivenName, FamilyName, Name, Email, Organisation string
		}
		err := tx.Raw(`SELECT j.ref, p.given_name, p.family_name, p.name, p.email, j.organisation
			FROM journeys j JOIN people p ON p.id = j.person_id WHERE j.ref IN ?`, part).Scan(&found).Error
		if err != nil {
			return err
		}
		if err := tx.Where("ref IN ?", part).Delete(&wordRow{}).Error; err != nil {
			return err
		}
		var rows []wordRow
		for _, j := range found {
			for _, word := range words(j.Ref, j.GivenName, j.FamilyName, j.Name, j.Email, j.Organisation) {
				rows = append(rows, wordRow{Word: word, Ref: j.Ref})
			}
		}
		if err := insertMany(tx.Clauses(clause.OnConflict{DoNothing: true}), rows); err != nil {
			return err
		}
	}
	return nil
}

// indexPerson writes the words of all journeys of a person anew.
func indexPerson(tx *gorm.DB, personID string) error {
	var refs []string
	if err := tx.Model(&journeyRow{}).Where("person_id = ?", personID).Pluck("ref", &refs).Error; err != nil {
		return err
	}
	return indexJourneys(tx, refs...)
}

// plainLetters are those that Unicode does not take apart, as they are typed where the keyboard has none of them. A sigma at the
// end of a word is the same letter, and a query of its beginning has the other.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "þ", "th", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ŧ", "t",
	"ŋ", "n", "ı", "i", "ə", "e", "ς", "σ")

// foldWord is the form in which words are compared: in small letters, without accents. Letters that look one way and are written
// in several, half as wide or in one piece with their neighbour, are one. What comes out is folded no further, and the fold
// of a beginning is the beginning of the fold. Addresses that tell people apart are compared by foldEmail.
func foldWord(text string) string {
	return plainLetters.Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text)))
}

// words are the different words of some texts, folded; what is neither letter nor digit parts them. An apostrophe does not:
// O'Neill is found as oneill.
func words(texts ...string) []string {
	seen := map[string]bool{}
	var list []string
	text := strings.NewReplacer("'", "", "’", "").Replace(foldWord(strings.Join(texts, " ")))
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		if letters := []rune(word); len(letters) > longestWord {
			word = string(letters[:longestWord])
		}
		if !seen[word] {
			seen[word] = true
			list = append(list, word)
		}
	}
	return list
}

// withWords narrows a query of journeys to those that have, for every word of the query, a word that begins with it.
// A query of nothing that words are made of finds none.
func withWords(q *gorm.DB, query string) *gorm.DB {
	list := words(query)
	if len(list) == 0 && query != "" {
		return q.Where("1 = 0")
	}
	for _, word := range list {
		q = q.Where("journeys.ref IN (SELECT w.ref FROM journey_words w WHERE w.word >= ? AND w.word < ?)",
			word, word+string(unicode.MaxRune))
	}
	return q
}

// chunks parts a list into pieces of at most n.
func chunks[T any](list []T, n int) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			part := list[:min(n, len(list))]
			if !yield(part) {
				return
			}
			list = list[len(part):]
		}
	}
}
