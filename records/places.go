package records

import (
	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// A cohort's places are a number that only conditional updates change, so that it is exceeded by nothing, whatever
// arrives at once. The flag place_held of a journey says that it is one of those counted.

// takePlace gives the journey one of the cohort's places; ErrFull where none is left, ErrNotFound where there is no such
// cohort. A journey that holds a place already keeps it. The journey's row must exist.
func (s *Store) takePlace(tx *gorm.DB, cohort, ref string) error {
	marked := tx.Model(&journeyRow{}).Where("ref = ? AND cohort = ? AND place_held = ?", ref, cohort, false).
		Update("place_held", true)
	if marked.Error != nil || marked.RowsAffected == 0 {
		return marked.Error
	}
	return takePlaces(tx, cohort, 1)
}

// takePlaces counts n more places as held, all or none.
func takePlaces(tx *gorm.DB, cohort string, n int) error {
	taken := tx.Exec(`UPDATE cohorts SET places_held = places_held + ? WHERE name = ? AND places_held + ? <= places`,
		n, cohort, n)
	if taken.Error != nil || taken.RowsAffected == 1 {
		return taken.Error
	}
	if err := tx.Take(&cohortRow{}, "name = ?", cohort).Error; err != nil {
		return err
	}
	return programme.ErrFull
}

// freePlace gives the journey's place back; freed is false where it held none. Whoever frees a place also tells the
// cohort's workflow, which fills it.
func (s *Store) freePlace(tx *gorm.DB, cohort, ref string) (freed bool, err error) {
	marked := tx.Model(&journeyRow{}).Where("ref = ? AND cohort = ? AND place_held = ?", ref, cohort, true).
		Update("place_held", false)
	if marked.Error != nil || marked.RowsAffected == 0 || faults.Broken("keeps-places") {
		return false, marked.Error
	}
	return true, tx.Exec(`UPDATE cohorts SET places_held = places_held - 1 WHERE name = ?`, cohort).Error
}
