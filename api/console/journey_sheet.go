package console

import (
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// journeysAtOnce is how many journeys are read at a time.
const journeysAtOnce = 200

// sendJourneys is GET /console/cohorts/{cohort}/journeys.csv: what passes the filter, a line for each open stage, with the
// columns that were chosen.
func (s *Console) sendJourneys(c *gin.Context, who member) error {
	page, err := s.cohortPage(c, who)
	if err != nil {
		return err
	}
	f := page.Filter
	if len(f.faults) > 0 {
		return &programme.Invalid{Faults: f.faults}
	}
	if err := s.noteSeen(c, who, programme.AuditJourneysExported, page.Name); err != nil {
		return err
	}
	lines := [][]string{append([]string{"Reference"}, f.Heads()...)}
	err = s.eachJourney(c, f.wanted(page.Name), func(j programme.Journey) {
		row := f.rowOf(j)
		for _, stage := range append([][]stageCell{row.First}, row.Others...) {
			line := append([]string{row.Ref}, row.Cells...)
			for _, one := range stage {
				line = append(line, one.Text)
			}
			lines = append(lines, line)
		}
	})
	if err != nil {
		return err
	}
	return sendCSV(c, "journeys-"+page.Name, lines)
}

// eachJourney reads all journeys that pass a filter, a few hundred at a time.
func (s *Console) eachJourney(c *gin.Context, filter programme.JourneyFilter, use func(programme.Journey)) error {
	for after := ""; ; {
		list, next, err := s.Store.Journeys(c.Request.Context(), filter, after, journeysAtOnce)
		if err != nil {
			return err
		}
		for _, j := range list {
			use(j)
		}
		if next == "" {
			return nil
		}
		after = next
	}
}
