//go:build record

package main

import (
	"testing"

	"fairlead/programme"
)

// TestRecordHistoriesOfSurveysAfterTheYear plays the surveys after a year and writes their histories down. Recorded by: make
// histories.
func TestRecordHistoriesOfSurveysAfterTheYear(t *testing.T) {
	needBinaries(t, "fairlead-faults")
	y := playAfterYear(t)
	if t.Failed() {
		return
	}
	r := &recording{s: y.s, temporal: y.temporal}
	for i, story := range y.stories {
		for stage, name := range story.records {
			id := programme.JourneyID(afterwards, y.leaders[i].ref)
			if stage != "" {
				id = programme.StageID(afterwards, y.leaders[i].ref, stage)
			}
			r.write(t, id, name)
		}
	}
}
