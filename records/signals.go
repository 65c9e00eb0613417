package records

import (
	"fairlead/programme"

	"gorm.io/gorm"
)

// The signals to a cohort's workflow that this half of the records promises.
const (
	signalLaunch       = "launch"        // {"operation":id}
	signalTasksChanged = "tasks-changed" // {}
)

// signalCohort promises a signal to the cohort's workflow. start is "cohort" where the workflow is started if it does
// not run. body holds references and codes alone; nil is an empty object.
func (s *Store) signalCohort(tx *gorm.DB, cohort, signal string, body map[string]string, start string) error {
	if body == nil {
		body = map[string]string{}
	}
	_, err := s.promise(tx, programme.CohortID(cohort), signal, body, start)
	return err
}
