package console

import (
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// attendanceAtOnce is how many leaders are read at a time.
const attendanceAtOnce = 200

// sendAttendance is GET /console/cohorts/{cohort}/attendance.csv: every leader who has or had a place, with how it stands
// at each event.
func (s *Console) sendAttendance(c *gin.Context, who member) error {
	f, err := s.figures(c)
	if err != nil {
		return err
	}
	if err := s.noteSeen(c, who, programme.AuditAttendanceExported, f.Cohort); err != nil {
		return err
	}
	head := []string{"reference", "name", "organisation", "journey"}
	for _, e := range f.Events {
		head = append(head, e.Title)
	}
	lines := [][]string{head}
	for after := ""; ; {
		list, next, err := s.Store.AttendanceRegister(c.Request.Context(), f.Cohort, after, attendanceAtOnce)
		if err != nil {
			return err
		}
		for _, leader := range list {
			line := []string{leader.Ref, leader.Name, leader.Organisation, word(leader.State)}
			for _, e := range f.Events {
				line = append(line, attended(leader, e.Stage))
			}
			lines = append(lines, line)
		}
		if next == "" {
			return sendCSV(c, "attendance-"+f.Cohort, lines)
		}
		after = next
	}
}

// attended says how a leader's place at an event stands, with what becomes of the costs where it was missed.
func attended(leader programme.AttendanceLine, stage string) string {
	said := placeWord(leader.Places[stage])
	if costs := costsWord(leader.Costs[stage]); costs != "" {
		said += ", " + lower(costs)
	}
	return said
}

// placeWord says how a place stands in the register; empty where there is none.
func placeWord(state programme.PlaceState) string {
	if state == programme.PlaceReleased {
		return "Place given back"
	}
	return word(state)
}
