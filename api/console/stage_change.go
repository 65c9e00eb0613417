package console

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func stagePath(cohort, stage string) string { return yearPath(cohort) + "/" + stage }

// weeksAround is how many weeks before and after its own a stage's date can be moved at once.
const weeksAround = 26

// offsets of the days on which stages open and are due.
const (
	onMonday   = 0
	onThursday = 3
)

// weekChoice offers the weeks around one, as dates; the first entry follows the blueprint.
func weekChoice(c programme.Cohort, name, label, hint, blueprints string, around, weekday int, chosen *int) field {
	one := field{Name: name, Label: label, Hint: hint, Type: "select"}
	one.Options = append(one.Options, option{Value: "", Label: "As the blueprint has it: " + blueprints, Selected: chosen == nil})
	if chosen != nil {
		around = *chosen
	}
	for week := around - weeksAround; week <= around+weeksAround; week++ {
		on := c.StartsOn.AddDays(7*week + weekday)
		one.Options = append(one.Options, option{Value: strconv.Itoa(week), Label: fmt.Sprintf("%s (week %d)", day(on), week),
			Selected: chosen != nil && week == *chosen})
	}
	return one
}

// stageInYear is the stage in the address.
func (s *Console) stageInYear(c *gin.Context) (*settingUp, programme.BlueprintStage, error) {
	up, err := s.settingUp(c)
	if err != nil {
		return nil, programme.BlueprintStage{}, err
	}
	stage, found := up.year.Stage(c.Param("stage"))
	if !found {
		return nil, stage, programme.ErrNotFound
	}
	return up, stage, nil
}

// stageForm asks for a stage's own dates, reminders and owners.
func (s *Console) stageForm(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage) *setupForm {
	k, own := up.cohort, up.cohort.Overrides[stage.Name]
	plain := k
	plain.Overrides = nil
	standard, _ := up.year.StageIn(plain, stage.Name) // the stage is the blueprint's
	form := &setupForm{frame: s.frame(c, who, standard.Title), Action: stagePath(k.Name, stage.Name), Button: "Save",
		Hidden: [][2]string{{"version", strconv.FormatInt(k.Version, 10)}}}
	form.Back = &way{Text: "The year of " + k.Name, Href: yearPath(k.Name)}
	if dates := s.stageDates(plain, up.year, standard, own); len(dates) > 0 {
		form.Groups = append(form.Groups, fieldGroup{Legend: "Dates", Fields: dates})
		if !k.Launched.IsZero() {
			form.Text = append(form.Text, "The cohort runs: leaders for whom this stage is open follow at once, with new reminders. You see what changes before it does.")
		}
	}
	switch {
	case stage.Event != nil:
		form.Text = append(form.Text, "The dates of this event are those of its sittings; what it asks and sends counts from them.")
		form.Ways = append(form.Ways, way{Text: "Sittings of " + standard.Title, Href: sittingsPath(k.Name) + "#" + stage.Name})
	case stage.Follows != "":
		form.Text = append(form.Text, "Its dates follow from those of the event it looks back on.")
	}
	if stage.Event == nil || stage.Event.PlaceWith == "" {
		form.Groups = append(form.Groups, fieldGroup{Legend: "Reminders", Fields: reminderFields(standard, own)})
	}
	form.Groups = append(form.Groups, fieldGroup{Legend: "Whom it waits on among staff", Hint: "Left empty, the cohort’s.", Fields: []field{
		{Name: "owner", Label: "Owner (optional)", Hint: "The cohort’s is " + or(k.Owner, "nobody"), Value: own.Owner},
		{Name: "deputy", Label: "Deputy (optional)", Hint: "The cohort’s is " + or(k.Deputy, "nobody"), Value: own.Deputy}}})
	form.remember()
	return form
}

// stageDates are the fields of the dates that a stage has of its own.
func (s *Console) stageDates(plain programme.Cohort, year programme.Blueprint, stage programme.BlueprintStage, own programme.StageOverride) []field {
	if stage.Event != nil || stage.Follows != "" {
		return nil
	}
	if stage.Applies {
		weeks := *stage.Application
		return []field{
			weekChoice(plain, "opens_week", "Applications open", "", day(plain.StartsOn.AddDays(7*weeks.Opens)), weeks.Opens, onMonday, own.OpensWeek),
			weekChoice(plain, "due_week", "Applications close", "At 17:00, with no grace", day(plain.StartsOn.AddDays(7*weeks.Closes+onThursday)), weeks.Closes, onThursday, own.DueWeek)}
	}
	terms, err := year.Terms(plain, stage.Name, s.Calendar, year.ResidentialDays(plain))
	if err != nil {
		return nil
	}
	due, limit := weekNumber(plain, programme.DateOf(terms.Due)), weekNumber(plain, programme.DateOf(terms.Limit))
	fields := []field{
		weekChoice(plain, "opens_week", "Opens", openingHint(stage, year), day(programme.DateOf(terms.Opens)), stage.OpensWeek, onMonday, own.OpensWeek),
		weekChoice(plain, "due_week", "Due", "At 17:00; a day nobody works moves to the next", dueWords(stage, terms), due, onThursday, own.DueWeek)}
	if stage.Kind != programme.KindSelection {
		fields = append(fields, weekChoice(plain, "limit_week", "Limit", "When the form closes; it never passes the event that follows", limitWords(stage, terms), limit, onThursday, own.LimitWeek))
	}
	return fields
}

// openingHint says what else a stage waits for.
func openingHint(stage programme.BlueprintStage, year programme.Blueprint) string {
	if before, found := year.Stage(stage.After); found {
		return "When “" + before.Title + "” has ended, and not before"
	}
	if stage.AfterDays {
		return "Or when the last compulsory day is decided, if that is later"
	}
	return ""
}

func dueWords(stage programme.BlueprintStage, terms programme.Terms) string {
	text := day(programme.DateOf(terms.Due))
	switch {
	case stage.DueAfter > 0:
		text += fmt.Sprintf(", %d working days after it opens", stage.DueAfter)
	case stage.DueWeeksOn > 0:
		text += fmt.Sprintf(", the Thursday %d weeks on", stage.DueWeeksOn)
	}
	return text
}

func limitWords(stage programme.BlueprintStage, terms programme.Terms) string {
	text := day(programme.DateOf(terms.Limit))
	if stage.LimitWeek == nil {
		after := 10
		if stage.LimitAfter != nil {
			after = *stage.LimitAfter
		}
		text += fmt.Sprintf(", %d working days after due at most", after)
	}
	return text
}

func weekNumber(c programme.Cohort, d programme.Date) int {
	n, _ := strconv.Atoi(weekOf(c, d.At(12, 0))) // it wrote a number
	return n
}

// showStage is GET /console/cohorts/{cohort}/set-up/dates/{stage}.
func (s *Console) showStage(c *gin.Context, who member) error {
	up, stage, err := s.stageInYear(c)
	if err != nil {
		return err
	}
	owners, err := s.ownerWarnings(c.Request.Context(), up.year, up.cohort)
	if err != nil {
		return err
	}
	form := s.stageForm(c, who, up, stage)
	form.Concerns = concernsOf(nil, ofStage(owners, stage.Name), nil)
	return s.renderForm(c, form)
}

// changeStage is POST /console/cohorts/{cohort}/set-up/dates/{stage}.
func (s *Console) changeStage(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	up, stage, err := s.stageInYear(c)
	if err != nil {
		return err
	}
	own := programme.StageOverride{Owner: typed(c, "owner"), Deputy: typed(c, "deputy")}
	var faults []programme.Fault
	for name, into := range map[string]**int{"opens_week": &own.OpensWeek, "due_week": &own.DueWeek, "limit_week": &own.LimitWeek} {
		text := typed(c, name)
		if text == "" {
			continue
		}
		week, err := strconv.Atoi(text)
		if err != nil {
			faults = append(faults, programme.Fault{Field: name, Text: "Choose a date of the list"})
			continue
		}
		*into = &week
	}
	faults = append(faults, readReminders(c, &own)...)
	form := func(up *settingUp) *setupForm { return s.stageForm(c, who, up, stage) }
	if len(faults) > 0 || typed(c, "step") == "change" {
		shown := form(up)
		shown.showTyped(c, false)
		shown.wrong(faults, "")
		return s.renderForm(c, shown)
	}
	if !up.cohort.Launched.IsZero() && typed(c, "step") != "confirm" && typed(c, "version") == strconv.FormatInt(up.cohort.Version, 10) {
		return s.previewStage(c, who, up, stage, own)
	}
	change := programme.CohortChange{Overrides: map[string]programme.StageOverride{stage.Name: own}}
	return s.changeCohort(c, who, up, change, changing{form: form, beneath: "/overrides/" + stage.Name, to: yearPath(up.cohort.Name) + "?did=saved"})
}

// stageCheckPage shows what a change of a stage does to a cohort that runs, with the button that does it.
type stageCheckPage struct {
	frame
	Rows    []changeRow
	Leaders []leaderChange
	Count   int      // of the leaders it concerns
	Pages   []string // numbers of the pages of their list
	Page    string   // which one is shown
	Action  string
	Hidden  [][2]string
}

// followersAPage is how many leaders the preview shows at once: for each of them the change is tried and taken back.
const followersAPage = 20

// leaderChange is what a change does to one leader.
type leaderChange struct{ Ref, Href, Name, Now, Then, Mails string }

// changeRow is one date or setting before and after.
type changeRow struct{ What, Now, Then string }

// previewStage shows what would change, and for how many, before it does.
func (s *Console) previewStage(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage, own programme.StageOverride) error {
	after := up.cohort
	after.Overrides = maps.Clone(up.cohort.Overrides)
	if after.Overrides == nil {
		after.Overrides = map[string]programme.StageOverride{}
	}
	after.Overrides[stage.Name] = own
	if faults, _ := programme.Check(up.year, after, s.Calendar); len(faults) > 0 {
		form := s.stageForm(c, who, up, stage)
		form.showTyped(c, false)
		form.wrong(faults, "")
		return s.renderForm(c, form)
	}
	page := stageCheckPage{frame: s.frame(c, who, "What would change for "+stage.Title), Action: stagePath(up.cohort.Name, stage.Name)}
	if err := s.leaderChanges(c, &page, after, stage.Name); err != nil {
		return err
	}
	page.Back = &way{Text: stage.Title, Href: page.Action}
	var err error
	if page.Rows, err = s.stageChanges(up, after, stage.Name); err != nil {
		return err
	}
	for _, name := range []string{"version", seenField, "opens_week", "due_week", "limit_week", "ladder", noReminders, "owner", "deputy"} {
		page.Hidden = append(page.Hidden, [2]string{name, typed(c, name)})
	}
	return s.render(c, http.StatusOK, "stage_check.html", &page)
}

// leaderChanges adds what the change does to each leader it concerns, a page of them.
func (s *Console) leaderChanges(c *gin.Context, page *stageCheckPage, after programme.Cohort, stage string) error {
	n, err := strconv.Atoi(typed(c, "page"))
	if err != nil || n < 1 {
		n = 1
	}
	lines, all, err := s.Store.ChangeEffects(c.Request.Context(), after, stage, (n-1)*followersAPage, followersAPage)
	if err != nil {
		return err
	}
	if page.Count = all; all > followersAPage {
		page.Page = strconv.Itoa(n)
		for i := range (all + followersAPage - 1) / followersAPage {
			page.Pages = append(page.Pages, strconv.Itoa(i+1))
		}
	}
	for _, line := range lines {
		row := leaderChange{Ref: line.Ref, Href: journeyPath(line.Ref), Name: line.Name, Now: stageLineOf(line.Stage), Then: "As now", Mails: mailChanges(line.Preview.Mails)}
		for _, change := range line.Preview.Stages {
			if change.After.Name == stage {
				row.Then = stageLineOf(change.After)
			}
		}
		page.Leaders = append(page.Leaders, row)
	}
	return nil
}

// mailChanges counts what becomes of a leader's mails.
func mailChanges(mails []programme.MailChange) string {
	var stop, move, come int
	told := false
	for _, mail := range mails {
		switch {
		case mail.Message == programme.MsgDateChanged:
			told = true
		case mail.Stops:
			stop++
		case !mail.Was.IsZero():
			move++
		default:
			come++
		}
	}
	var said []string
	if told {
		said = append(said, "Told of the new date")
	}
	for _, one := range []struct {
		n    int
		what string
	}{{stop, "stopped"}, {move, "moved"}, {come, "planned"}} {
		if one.n > 0 {
			said = append(said, strconv.Itoa(one.n)+" "+one.what)
		}
	}
	return or(strings.Join(said, ", "), "None")
}

// stageChanges are a stage's dates and settings before and after a change, those that differ.
func (s *Console) stageChanges(up *settingUp, after programme.Cohort, stage string) (rows []changeRow, err error) {
	add := func(what, now, then string) {
		if now != then {
			rows = append(rows, changeRow{what, or(now, "None"), or(then, "None")})
		}
	}
	var dates [2]map[programme.YearWhat]string
	var own [2]programme.BlueprintStage
	for i, c := range []programme.Cohort{up.cohort, after} {
		all, err := up.year.YearDates(c, up.sittings, s.Calendar)
		if err != nil {
			return nil, err
		}
		dates[i] = map[programme.YearWhat]string{}
		for _, date := range all {
			if date.Stage == stage {
				dates[i][date.What] = moment(date.At)
			}
		}
		if own[i], err = up.year.StageIn(c, stage); err != nil {
			return nil, err
		}
	}
	for _, what := range []programme.YearWhat{programme.YearOpens, programme.YearDue, programme.YearLimit} {
		add(yearWords[what], dates[0][what], dates[1][what])
	}
	rungs := func(l programme.Ladder) string { return numbers(append(slices.Clone(l.Before), l.After...)) }
	add("Reminders", rungs(own[0].Ladder), rungs(own[1].Ladder))
	was, is := up.cohort.Overrides[stage], after.Overrides[stage]
	add("Owner", or(was.Owner, up.cohort.Owner), or(is.Owner, after.Owner))
	add("Deputy", or(was.Deputy, up.cohort.Deputy), or(is.Deputy, after.Deputy))
	return rows, nil
}
