package records

import (
	"context"

	"gorm.io/gorm"
)

// wordsAtOnce is how many words are looked at in one go.
const wordsAtOnce = 500

// foldWords writes the words of those journeys anew of which some are not as foldWord has them: those that an earlier version
// wrote. Few words have letters for which that can be, and the database picks them. A page of them is one transaction: what
// is interrupted goes on the next time, and where all are folded nothing is written. Journeys can change meanwhile.
func (s *Store) foldWords(ctx context.Context, atOnce int) error {
	var last wordRow
	for {
		var page []wordRow
		err := s.read(ctx).Where("OCTET_LENGTH(word) > LENGTH(word) AND (word, ref) > (?, ?)", last.Word, last.Ref).
			Order("word, ref").Limit(atOnce).Find(&page).Error
		if err != nil || len(page) == 0 {
			return edge(err)
		}
		var refs []string
		for _, row := range page {
			if foldWord(row.Word) != row.Word {
				refs = append(refs, row.Ref)
			}
		}
		if len(refs) > 0 {
			if err := s.tx(ctx, func(tx *gorm.DB) error { return indexAnew(tx, refs) }); err != nil {
				return err
			}
		}
		last = page[len(page)-1]
	}
}

// indexAnew holds what the words are made of, so that a name that changes at this moment is not written over with the old.
func indexAnew(tx *gorm.DB, refs []string) error {
	var journeys []journeyRow
	if err := locked(tx).Select("ref", "person_id").Where("ref IN ?", refs).Order("ref").Find(&journeys).Error; err != nil {
		return err
	}
	people, found := make([]string, len(journeys)), make([]string, len(journeys))
	for i, j := range journeys {
		people[i], found[i] = j.PersonID, j.Ref
	}
	var held []personRow
	if err := locked(tx).Select("id").Where("id IN ?", people).Order("id").Find(&held).Error; err != nil {
		return err
	}
	return indexJourneys(tx, found...)
}
