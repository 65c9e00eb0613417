package main

import (
	"fmt"
	"net/http"

	"fairlead/programme"
)

// steps does one thing after the other, until one fails.
func steps(all ...func() error) error {
	for _, step := range all {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// A few steps of stories.
func (l *leader) doing(command programme.CommandName, body map[string]any) func() error {
	return func() error { return l.order(command, body) }
}

func (l *leader) insisting(command programme.CommandName, body map[string]any) func() error {
	return func() error { return l.insist(command, body) }
}

func (l *leader) answering(stages ...string) func() error {
	return func() error {
		for _, stage := range stages {
			if err := l.answer(stage, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

func (l *leader) awaiting(stage, state string) func() error {
	return func() error { return l.stageIs(stage, state) }
}

func (l *leader) reaching(states ...string) func() error {
	return func() error { return l.reaches(states...) }
}

// changing gives stages of a cohort that is running dates of their own.
func (s *system) changing(cohort string, overrides object) func() error {
	return func() error {
		return s.patch(cohort, object{"overrides": overrides})
	}
}

// patch changes a cohort.
func (s *system) patch(cohort string, change object) error {
	var now struct{ Version int64 }
	s.must(http.MethodGet, "/cohorts/"+cohort, nil, &now)
	status, answer, err := s.try(http.MethodPatch, "/cohorts/"+cohort, change, "If-Match", fmt.Sprintf(`"%d"`, now.Version))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("change %s: %d %s", cohort, status, answer)
	}
	return err
}
