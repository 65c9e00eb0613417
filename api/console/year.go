package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// concern is a fault or warning of a cohort's year.
type concern struct {
	Text   string
	Blocks bool
	Signed string // who let it stand and why, or empty
}

// concernsOf are faults first, then warnings, each with who signed it.
func concernsOf(faults, warnings []programme.Fault, signed []programme.SignedWarning) []concern {
	var list []concern
	for _, f := range faults {
		list = append(list, concern{Text: f.Text, Blocks: true})
	}
	for _, w := range warnings {
		one := concern{Text: w.Text}
		for _, sign := range signed {
			if sign.Key == w.SignedAs() {
				one.Signed = "by " + shortName(sign.By) + ", " + moment(sign.At) + ": " + sign.Reason
			}
		}
		list = append(list, one)
	}
	return list
}

// settingUp is a cohort on the way to its launch, or changed after it, with what its pages have in common.
type settingUp struct {
	cohort   programme.Cohort
	year     programme.Blueprint
	sittings []programme.Sitting
	faults   []programme.Fault
	warnings []programme.Fault
	signed   []programme.SignedWarning
}

// settingUp reads the cohort in the address and judges its year.
func (s *Console) settingUp(c *gin.Context) (*settingUp, error) {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	ctx := c.Request.Context()
	up := &settingUp{}
	var err error
	if up.cohort, err = s.Store.Cohort(ctx, name); err != nil {
		return nil, err
	}
	if up.year, err = s.Blueprints(up.cohort.Blueprint); err != nil {
		return nil, err
	}
	if up.sittings, err = s.Store.Sittings(ctx, name); err != nil {
		return nil, err
	}
	if up.signed, err = s.Store.SignedWarnings(ctx, name); err != nil {
		return nil, err
	}
	up.faults, up.warnings = programme.Check(up.year, up.cohort, s.Calendar)
	byStage := map[string][]programme.Sitting{}
	for _, sitting := range up.sittings {
		byStage[sitting.Stage] = append(byStage[sitting.Stage], sitting)
	}
	if up.cohort.Launched.IsZero() { // afterwards it is a task
		for _, f := range programme.SittingWarnings(up.year, byStage) {
			f.Field = stageOfPlace(f.Field)
			up.warnings = append(up.warnings, f)
		}
	}
	for _, f := range programme.CheckSittings(up.year, up.cohort, byStage, nil, time.Time{}) {
		f.Field = stageOfPlace(f.Field)
		up.faults = append(up.faults, f)
	}
	return up, nil
}

// yearPage is a cohort's year as a calendar.
type yearPage struct {
	frame
	Notice   string
	Months   []yearMonth
	Concerns []concern // that belong to no line
	Faulty   int
	Runs     bool     // the cohort is launched
	Unsigned []option // warnings to sign off
	Action   string
	Reason   field
}

// yearMonth is a month of the calendar.
type yearMonth struct {
	Title string
	Rows  []yearRow
}

// yearRow is one date.
type yearRow struct {
	When     string
	Week     string
	What     string
	Way      *way // to where it is changed
	Groups   string
	Concerns []concern
}

// yearWords say what happens on a date.
var yearWords = map[programme.YearWhat]string{programme.YearOpens: "Opens", programme.YearDue: "Due", programme.YearLimit: "Limit: the form closes",
	programme.YearDecided: "Decisions recorded", programme.YearReleased: "Decisions released", programme.YearJoining: "Last joining day",
	programme.YearAsked: "Places are asked for", programme.YearConfirm: "Places confirmed by", programme.YearFreeze: "Needs frozen",
	programme.YearEvent: "Takes place", programme.YearRegister: "Register taken by"}

// showYear is GET /console/cohorts/{cohort}/set-up/dates.
func (s *Console) showYear(c *gin.Context, who member) error {
	page, _, err := s.yearPage(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "year.html", page)
}

func (s *Console) yearPage(c *gin.Context, who member) (*yearPage, *settingUp, error) {
	up, err := s.settingUp(c)
	if err != nil {
		return nil, nil, err
	}
	name := up.cohort.Name
	page := &yearPage{frame: s.frame(c, who, "The year of "+name), Notice: setupNotices[c.Query("did")], Action: yearPath(name)}
	page.Back = &way{Text: "Set up " + name, Href: setupPath(name)}
	page.Reason = field{Name: "reason", Label: "Why these can stand", Hint: "In a few words, for whoever reads the audit log", Type: "area"}
	for _, w := range programme.Unsigned(up.warnings, up.signed) {
		page.Unsigned = append(page.Unsigned, option{Value: w.SignedAs(), Label: w.Text, Selected: slices.Contains(c.PostFormArray("warning"), w.SignedAs())})
	}
	owners, err := s.ownerWarnings(c.Request.Context(), up.year, up.cohort)
	if err != nil {
		return nil, nil, err
	}
	shown := append(slices.Clone(up.warnings), owners...)
	page.Faulty, page.Runs = len(up.faults), !up.cohort.Launched.IsZero()
	dates, err := up.year.YearDates(up.cohort, up.sittings, s.Calendar)
	if err != nil { // a year that cannot be dated: its faults say why
		page.Concerns = concernsOf(up.faults, shown, up.signed)
		return page, up, nil
	}
	rows, loose := placeConcerns(dates, up.faults, shown, up.signed)
	page.Concerns = loose
	for i, date := range dates {
		row := yearRow{When: moment(date.At), Week: weekOf(up.cohort, date.At), What: yearWords[date.What], Groups: groupsOf(date.Groups), Concerns: rows[i]}
		if asks := date.What == programme.YearOpens || date.What == programme.YearAsked; asks && up.cohort.Overrides[date.Stage].NoReminders {
			row.What += ", no reminders"
		}
		if date.What == programme.YearEvent {
			row.When = span(date.At, date.To)
		}
		if date.Stage != "" {
			row.Way = &way{Text: date.Title, Href: yearPath(name) + "/" + date.Stage}
		}
		month := date.At.In(programme.London).Format("January 2006")
		if n := len(page.Months); n == 0 || page.Months[n-1].Title != month {
			page.Months = append(page.Months, yearMonth{Title: month})
		}
		last := &page.Months[len(page.Months)-1]
		last.Rows = append(last.Rows, row)
	}
	return page, up, nil
}

// placeConcerns sets every fault and warning beside the line it names: the date it speaks of, else the first of its stage.
// What names no line stands by itself.
func placeConcerns(dates []programme.YearDate, faults, warnings []programme.Fault, signed []programme.SignedWarning) (rows map[int][]concern, loose []concern) {
	rows = map[int][]concern{}
	place := func(f programme.Fault, one concern) {
		at := slices.IndexFunc(dates, func(d programme.YearDate) bool { return d.Concerns(f) })
		if at < 0 {
			at = slices.IndexFunc(dates, func(d programme.YearDate) bool { return d.Stage != "" && d.Stage == f.Field })
		}
		if at < 0 {
			loose = append(loose, one)
			return
		}
		rows[at] = append(rows[at], one)
	}
	all := concernsOf(faults, warnings, signed)
	for i, f := range append(slices.Clone(faults), warnings...) {
		place(f, all[i])
	}
	return rows, loose
}

// weekOf is the week of the year in which a moment lies, as blueprints count: 0 is residential 1's.
func weekOf(c programme.Cohort, at time.Time) string {
	days := c.StartsOn.DaysTo(programme.DateOf(at))
	week := days / 7
	if days < 0 && days%7 != 0 {
		week--
	}
	return strconv.Itoa(week)
}

// groupsOf names whose date it is, where it is not everybody's.
func groupsOf(groups []string) string {
	text := ""
	for i, group := range groups {
		if i > 0 {
			text += ", "
		}
		text += or(group, "all others")
	}
	return text
}

// signWarnings is POST /console/cohorts/{cohort}/set-up/dates. A warning that was signed before stays as it was.
func (s *Console) signWarnings(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	page, up, err := s.yearPage(c, who)
	if err != nil {
		return err
	}
	chosen := c.PostFormArray("warning")
	var faults []programme.Fault
	if len(chosen) == 0 {
		faults = append(faults, programme.Fault{Field: "main", Text: "There is nothing to sign off: choose the warnings you looked at"})
	} else {
		err := s.Store.SignWarnings(c.Request.Context(), up.cohort.Name, chosen, who.actor(), typed(c, "reason"))
		if err == nil {
			return seeOther(c, yearPath(up.cohort.Name)+"?did=signed")
		}
		var refused []programme.Fault
		if refused, err = saidHere(err, "reason"); err != nil {
			return err
		}
		faults = refused
	}
	page.Reason.Value = typed(c, "reason")
	for _, fault := range faults {
		if fault.Field == "reason" {
			page.Reason.Error = fault.Text
		}
	}
	page.refused(faults)
	return s.render(c, http.StatusUnprocessableEntity, "year.html", page)
}
