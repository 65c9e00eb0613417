package console

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// outcomesPage is what a cohort answered to its surveys: of nobody, and of no fewer than ten. Researchers see it.
type outcomesPage struct {
	frame
	surveyed
	CSV string
}

// surveyed are the answers of a cohort as a page shows them.
type surveyed struct {
	Answered []fact
	Measures []measureRow
	Later    []laterTable
	Feedback []laterTable
	Smallest int
}

func surveyedOf(o programme.Outcomes) surveyed {
	shown := surveyed{Answered: answered(o), Later: laterTables(o), Feedback: feedbackTables(o), Smallest: programme.SmallestGroup}
	for _, m := range o.Measures {
		shown.Measures = append(shown.Measures, measureOf(m))
	}
	return shown
}

func outcomesPath(cohort string) string { return cohortPath(cohort) + "/outcomes" }

// outcomes reads what a cohort answered, ErrNotFound where there is no such cohort.
func (s *Console) outcomes(c *gin.Context) (cohort string, o programme.Outcomes, err error) {
	cohort = c.Param("cohort")
	if !cohortName.MatchString(cohort) {
		return cohort, o, programme.ErrNotFound
	}
	if _, err = s.Store.Cohort(c.Request.Context(), cohort); err == nil {
		o, err = s.Store.Outcomes(c.Request.Context(), cohort)
	}
	return cohort, o, err
}

// showOutcomes is GET /console/cohorts/{cohort}/outcomes.
func (s *Console) showOutcomes(c *gin.Context, who member) error {
	cohort, o, err := s.outcomes(c)
	if err != nil {
		return err
	}
	page := outcomesPage{frame: s.frame(c, who, "Answers to the surveys of "+cohort), surveyed: surveyedOf(o), CSV: outcomesPath(cohort) + ".csv"}
	page.Back = &way{Text: "Cohort " + cohort, Href: cohortPath(cohort)}
	if who.role == researcher {
		page.Back = &way{Text: "All cohorts", Href: home}
	}
	return s.render(c, http.StatusOK, "outcomes.html", &page)
}

// sendOutcomes is GET …/outcomes.csv: what the page shows, a line each.
func (s *Console) sendOutcomes(c *gin.Context, _ member) error {
	cohort, o, err := s.outcomes(c)
	if err != nil {
		return err
	}
	lines := [][]string{figuresHead}
	for _, one := range answered(o) {
		lines = append(lines, []string{"Questionnaires", one.Key, one.Text, "", "", ""})
	}
	return sendCSV(c, "outcomes-"+cohort, append(lines, surveyLines(o)...))
}

// studiesPage is where researchers begin: the cohorts, each with the answers to its surveys.
type studiesPage struct {
	frame
	Cohorts []way
	Start   string
	Next    string
}

func (s *Console) showStudies(c *gin.Context, who member) error {
	list, start, next, err := s.cohortsFrom(c, home)
	if err != nil {
		return err
	}
	page := studiesPage{frame: s.frame(c, who, "Answers to the surveys"), Start: start, Next: next}
	for _, cohort := range list {
		page.Cohorts = append(page.Cohorts, way{Text: cohort.Name, Href: outcomesPath(cohort.Name)})
	}
	return s.render(c, http.StatusOK, "studies.html", &page)
}
