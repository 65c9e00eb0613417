package console

import (
	"math"
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// figuresPage is a cohort's year on one page that prints, for the advisory board. It names nobody.
type figuresPage struct {
	frame
	TakeUp     []fact
	Funnel     barsPicture
	Completion []fact
	Events     []attendanceRow
	surveyed
	CSV        string
	Attendance string // address of the attendance register, empty where the member may not see names
}

// attendanceRow is one event.
type attendanceRow struct {
	Title                               string
	Attended, Absent, Excused, Expected int
	Recovered                           int    // the employer pays the costs of a day that was missed
	Share                               string // who attended of those of whom it is noted
}

// measureRow is one question before the year and after it; empty columns are of too few people to be shown.
type measureRow struct {
	Text, Scale, Source, N, Before, After, Change string
	Picture                                       *scalePicture
}

// laterTable is one survey that came after the year, against the answers before it, or one that looks back on an event.
type laterTable struct {
	Title    string
	Answered string
	Measures []measureRow
}

// laterTables are those surveys after the year that enough people have answered to show anything of.
func laterTables(o programme.Outcomes) (tables []laterTable) {
	for _, survey := range o.Later {
		tables = append(tables, surveyTable(survey.Title, survey.Answered, survey.Measures)...)
	}
	return tables
}

// feedbackTables are the surveys that look back on an event, likewise.
func feedbackTables(o programme.Outcomes) (tables []laterTable) {
	for _, survey := range o.Feedback {
		tables = append(tables, surveyTable(survey.Title, survey.Answered, survey.Measures)...)
	}
	return tables
}

// surveyTable is one survey's, or none where too few have answered it.
func surveyTable(title string, answered int, measures []programme.Measure) []laterTable {
	if answered == 0 {
		return nil
	}
	table := laterTable{Title: title, Answered: tooFew(answered)}
	for _, m := range measures {
		table.Measures = append(table.Measures, measureOf(m))
	}
	return []laterTable{table}
}

func figuresPath(cohort string) string { return cohortPath(cohort) + "/figures" }

// figures reads what the page and the spreadsheet show.
func (s *Console) figures(c *gin.Context) (programme.Figures, error) {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.Figures{}, programme.ErrNotFound
	}
	return s.Store.Figures(c.Request.Context(), name)
}

// showFigures is GET /console/cohorts/{cohort}/figures.
func (s *Console) showFigures(c *gin.Context, who member) error {
	f, err := s.figures(c)
	if err != nil {
		return err
	}
	page := figuresPage{frame: s.frame(c, who, "Figures of "+f.Cohort), TakeUp: takeUp(f), Funnel: funnel(f), Completion: completion(f),
		surveyed: surveyedOf(f.Outcomes), CSV: figuresPath(f.Cohort) + ".csv"}
	page.Back = &way{Text: "Cohort " + f.Cohort, Href: cohortPath(f.Cohort)}
	if who.personal() && len(f.Events) > 0 {
		page.Attendance = cohortPath(f.Cohort) + "/attendance.csv"
	}
	for _, e := range f.Events {
		page.Events = append(page.Events, attendanceRow{e.Title, e.Attended, e.Absent, e.Excused, e.Expected, e.Recovered, share(e.Attended, e.Noted())})
	}
	return s.render(c, http.StatusOK, "figures.html", &page)
}

func takeUp(f programme.Figures) []fact {
	return []fact{{Key: "Places", Text: strconv.Itoa(f.Places)}, {Key: "Asked", Text: strconv.Itoa(f.Asked)},
		{Key: "Took up a place", Text: withShare(f.Accepted, f.Asked)}, {Key: "Declined", Text: strconv.Itoa(f.ByState[programme.Declined])},
		{Key: "Did not answer in time", Text: strconv.Itoa(f.ByState[programme.Lapsed])},
		{Key: "Were not needed", Text: strconv.Itoa(f.ByState[programme.NotNeeded])}, {Key: "Were turned down", Text: strconv.Itoa(f.ByState[programme.Rejected])},
		{Key: "Withdrew before", Text: strconv.Itoa(f.ByState[programme.Withdrawn] - f.Withdrew)}}
}

func completion(f programme.Figures) []fact {
	return []fact{{Key: "Completed", Text: withShare(f.ByState[programme.Completed], f.Accepted)}, {Key: "Going on", Text: strconv.Itoa(f.Going())},
		{Key: "Withdrew", Text: strconv.Itoa(f.Withdrew)}, {Key: "Deferred to another cohort", Text: strconv.Itoa(f.ByState[programme.Deferred])}}
}

func answered(o programme.Outcomes) []fact {
	return []fact{{Key: "Answered before the year", Text: tooFew(o.Baseline)}, {Key: "Answered after the year", Text: tooFew(o.Closing)}}
}

// tooFew is a number of people, or that it is too small to be shown.
func tooFew(n int) string {
	if n == 0 {
		return "fewer than " + strconv.Itoa(programme.SmallestGroup)
	}
	return strconv.Itoa(n)
}

// share is a part of a whole in whole per cent; empty of nothing.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.Itoa(int(math.Round(100*float64(part)/float64(whole)))) + "%"
}

func withShare(part, whole int) string {
	if of := share(part, whole); of != "" {
		return strconv.Itoa(part) + " (" + of + ")"
	}
	return strconv.Itoa(part)
}

func measureOf(m programme.Measure) measureRow {
	row := measureRow{Picture: onScale(m), Text: m.Text, Scale: strconv.Itoa(m.From) + " to " + strconv.Itoa(m.To), Source: "Published"}
	if m.Local {
		row.Source = "Local"
	}
	if row.N = tooFew(m.N); m.N > 0 {
		row.After = spreadOf(m.After)
	}
	if m.N > 0 && !m.Alone {
		row.Before, row.Change = spreadOf(m.Before), spreadOf(m.Change)
	}
	return row
}

// spreadOf is a mean with its standard deviation: "7.10 ± 1.66".
func spreadOf(s programme.Spread) string {
	return strconv.FormatFloat(s.Mean, 'f', 2, 64) + " ± " + strconv.FormatFloat(s.SD, 'f', 2, 64)
}

// sendFigures is GET …/figures.csv: what the page shows, a line each.
func (s *Console) sendFigures(c *gin.Context, _ member) error {
	f, err := s.figures(c)
	if err != nil {
		return err
	}
	lines := [][]string{figuresHead}
	for _, part := range []struct {
		title string
		facts []fact
	}{{"Take-up", takeUp(f)}, {"Completion", completion(f)}, {"Questionnaires", answered(f.Outcomes)}} {
		for _, one := range part.facts {
			lines = append(lines, []string{part.title, one.Key, one.Text, "", "", ""})
		}
	}
	for _, e := range f.Events {
		for _, one := range []struct {
			word string
			n    int
		}{{"attended", e.Attended}, {"absent", e.Absent}, {"excused", e.Excused}, {"expected", e.Expected}, {"costs recovered", e.Recovered}} {
			lines = append(lines, []string{"Attendance", e.Title + ": " + one.word, strconv.Itoa(one.n), "", "", ""})
		}
	}
	return sendCSV(c, "figures-"+f.Cohort, append(lines, surveyLines(f.Outcomes)...))
}

// figuresHead are the columns of the spreadsheets of figures and of answers.
var figuresHead = []string{"what", "detail", "number", "before", "after", "change"}

// surveyLines are the answers to the surveys, a line each.
func surveyLines(o programme.Outcomes) (lines [][]string) {
	for _, m := range o.Measures {
		row := measureOf(m)
		lines = append(lines, []string{"Before and after", row.Text, row.N, row.Before, row.After, row.Change})
	}
	for _, table := range append(feedbackTables(o), laterTables(o)...) {
		lines = append(lines, []string{table.Title, "Answered", table.Answered, "", "", ""})
		for _, row := range table.Measures {
			lines = append(lines, []string{table.Title, row.Text, row.N, row.Before, row.After, row.Change})
		}
	}
	return lines
}
