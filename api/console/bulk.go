package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Bulk orders many journeys the same at once.
type Bulk interface {
	// OrderMany is ErrConflict where other journeys pass the filter than were shown. The same operation again changes
	// nothing.
	OrderMany(ctx context.Context, order programme.BulkOrder) (programme.Operation, error)
	// BulkLines are what became of it for each journey, by reference.
	BulkLines(ctx context.Context, op, after string, limit int) ([]programme.BulkLine, string, error)
	// Remindable are the journeys of a cohort whose leader was asked by a stage for something that is still open.
	Remindable(ctx context.Context, cohort, stage string) (map[string]bool, error)
}

// bulkPage is an order for all journeys of a filter: which, what, and whom it concerns.
type bulkPage struct {
	frame
	Said      []string     // the filter, in words
	Choices   []bulkChoice // set where the command is to be chosen
	Text      string
	Action    string
	Hidden    [][2]string
	Questions []api.Question
	Button    string
	Check     *bulkCheck
}

// bulkChoice is one command that many journeys can be given.
type bulkChoice struct {
	Way  way
	Does string
}

// bulkCheck is what an order would do to each journey.
type bulkCheck struct {
	Answered []api.AnsweredRow
	All, Can int
	Counts   []fact
	Rows     []bulkRow
	Earlier  string // where the list goes on, as the number of the first line
	Later    string
	Like     string // a journey to which it would happen so
	Example  *previewPage
	Tried    int // how many were tried for an example where none allowed it and others are left
}

// bulkRow is one journey, and whether the order would be carried out.
type bulkRow struct{ Ref, Href, Name, State, What string }

func bulkPath(cohort string) string { return cohortPath(cohort) + "/bulk" }

// bulkRoutes are the pages of the orders that many journeys can be given at once.
func (s *Console) bulkRoutes() []route {
	const path = "/console/cohorts/:cohort/bulk"
	list := []route{{http.MethodGet, path, nil, coordinate, s.showBulk}}
	for _, name := range programme.BulkCommands() {
		list = append(list, route{http.MethodGet, path + "/" + string(name), nil, coordinate, s.onBulk(name, s.askBulk)},
			route{http.MethodPost, path + "/" + string(name), nil, coordinate, s.onBulk(name, s.takeBulk)})
	}
	return list
}

// bulkOrdering is a bulk order that a page is about.
type bulkOrdering struct {
	name   programme.CommandName
	cohort programme.Cohort
	filter journeyFilter
	own    programme.Section
}

// bulkTitles differ where many are meant.
var bulkTitles = map[programme.CommandName]string{programme.CmdWrite: "Write a mail", programme.CmdResend: "Remind", programme.CmdExtend: "Extend", programme.CmdSkip: "Skip a stage", programme.CmdHold: "Hold", programme.CmdResume: "Resume"}

var bulkDoes = map[programme.CommandName]string{
	programme.CmdWrite:  "Each leader gets a mail in your words, signed as the cohort’s mails are. Who is on hold or has left gets none.",
	programme.CmdResend: "The latest mail by which the stage asked each leader goes again, with a fresh link. Who has answered gets none.",
	programme.CmdExtend: "Each leader gets the later due date; the reminders are planned anew, and each is told.",
	programme.CmdSkip:   "The stage ends without an answer for each of them.",
	programme.CmdHold:   "Every timer and opening of each of them stops, and nothing is sent, until they are resumed.",
	programme.CmdResume: "What was open is asked again, with its dates moved by the length of each hold.",
}

func (s *Console) bulkOrdering(c *gin.Context, name programme.CommandName) (*bulkOrdering, error) {
	if !cohortName.MatchString(c.Param("cohort")) {
		return nil, programme.ErrNotFound
	}
	cohort, err := s.Store.Cohort(c.Request.Context(), c.Param("cohort"))
	if err != nil {
		return nil, err
	}
	o := &bulkOrdering{name: name, cohort: cohort}
	stages := s.stagesOf(cohort, programme.CohortCounts{})
	if o.filter, err = s.readFilter(c, cohort.Name, stages, true); err != nil {
		return nil, err
	}
	if len(o.filter.faults) > 0 {
		return nil, &programme.Invalid{Faults: o.filter.faults}
	}
	f := orderForm{}
	if slices.Contains([]programme.CommandName{programme.CmdResend, programme.CmdExtend, programme.CmdSkip}, name) {
		field := programme.Field{Name: "stage", Kind: programme.FieldSelect, Label: "Stage", Required: true, Missing: "Choose the stage"}
		for _, stage := range stages {
			field.Options = append(field.Options, programme.Option{Value: stage.Value, Label: stage.Label})
		}
		f.add(field)
	}
	f.only(name)
	f.because(name)
	o.own = f.own
	return o, nil
}

func (s *Console) bulkPage(c *gin.Context, who member, o *bulkOrdering, title string) *bulkPage {
	page := &bulkPage{frame: s.frame(c, who, title), Said: o.filter.said(), Action: o.filter.with(bulkPath(o.cohort.Name) + "/" + string(o.name))}
	page.Back = &way{Text: "Cohort " + o.cohort.Name, Href: o.filter.address("")}
	return page
}

// showBulk is GET /console/cohorts/{cohort}/bulk: what can be ordered of all journeys of the filter.
func (s *Console) showBulk(c *gin.Context, who member) error {
	o, err := s.bulkOrdering(c, "")
	if err != nil {
		return err
	}
	page := s.bulkPage(c, who, o, "Order something of many")
	for _, name := range programme.BulkCommands() {
		page.Choices = append(page.Choices, bulkChoice{way{Text: bulkTitles[name], Href: o.filter.with(bulkPath(o.cohort.Name) + "/" + string(name))}, bulkDoes[name]})
	}
	return s.render(c, http.StatusOK, "bulk.html", page)
}

func (s *Console) onBulk(name programme.CommandName, serve func(c *gin.Context, who member, o *bulkOrdering) error) staffHandler {
	return func(c *gin.Context, who member) error {
		if c.Request.Method == http.MethodPost {
			if err := posted(c); err != nil {
				return err
			}
		}
		o, err := s.bulkOrdering(c, name)
		if err != nil {
			return err
		}
		return serve(c, who, o)
	}
}

// askBulk is GET /console/cohorts/{cohort}/bulk/{command}.
func (s *Console) askBulk(c *gin.Context, who member, o *bulkOrdering) error {
	answers := programme.Answers{"missed": {"skip"}, "stage": {o.filter.Stage}}
	return s.render(c, http.StatusOK, "bulk.html", s.bulkQuestion(c, who, o, answers, nil))
}

func (s *Console) bulkQuestion(c *gin.Context, who member, o *bulkOrdering, answers programme.Answers, faults []programme.Fault) *bulkPage {
	page := s.bulkPage(c, who, o, bulkTitles[o.name]+": journeys of "+o.cohort.Name)
	page.Text, page.Questions, page.Button = bulkDoes[o.name], api.Questions(o.own, answers, faults), "Continue"
	page.refusedAt(faults, []programme.Section{o.own})
	return page
}

// takeBulk is POST /console/cohorts/{cohort}/bulk/{command}: count, list and preview; then the second click.
func (s *Console) takeBulk(c *gin.Context, who member, o *bulkOrdering) error {
	typed := programme.Answers(c.Request.PostForm)
	if c.PostForm("step") == "change" {
		return s.render(c, http.StatusOK, "bulk.html", s.bulkQuestion(c, who, o, typed, nil))
	}
	read := &ordering{name: o.name, form: orderForm{own: o.own}}
	command, faults := read.read(typed)
	command.Stage, command.Actor = typed.Get("stage"), who.actor()
	if len(faults) > 0 {
		return s.render(c, http.StatusUnprocessableEntity, "bulk.html", s.bulkQuestion(c, who, o, typed, faults))
	}
	var moved error
	if c.PostForm("step") == "give" {
		id := c.PostForm("order")
		if !givenID.MatchString(id) {
			return api.NewProblem(api.BadRequest, "Please use the form on the page.")
		}
		_, err := s.Store.OrderMany(c.Request.Context(), programme.BulkOrder{ID: id, Filter: o.filter.wanted(o.cohort.Name), Shown: c.PostForm("shown"), Command: command})
		if err == nil {
			return seeOther(c, operationPath(o.cohort.Name, id))
		}
		if moved = err; !errors.Is(err, programme.ErrConflict) {
			return s.refusedBulk(c, who, o, typed, err)
		}
	}
	page, err := s.bulkChecked(c, who, o, typed, command)
	if err != nil {
		return s.refusedBulk(c, who, o, typed, err)
	}
	status := http.StatusOK
	if moved != nil {
		status = http.StatusConflict
		page.refused([]programme.Fault{{Field: "main", Text: "Other journeys pass the filters now than when you looked. Nothing was ordered: look at the list again"}})
	}
	return s.render(c, status, "bulk.html", page)
}

func (s *Console) refusedBulk(c *gin.Context, who member, o *bulkOrdering, typed programme.Answers, err error) error {
	faults, err := saidOf(err)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusUnprocessableEntity, "bulk.html", s.bulkQuestion(c, who, o, typed, faults))
}

// bulkChecked shows whom the order concerns, what would happen to each, and to one of them in full.
func (s *Console) bulkChecked(c *gin.Context, who member, o *bulkOrdering, typed programme.Answers, command programme.Command) (*bulkPage, error) {
	page := s.bulkPage(c, who, o, "Check before it is done: "+lower(bulkTitles[o.name])+", "+o.cohort.Name)
	check, held := &bulkCheck{}, 0
	remindable, err := s.remindable(c, o, command)
	if err != nil {
		return nil, err
	}
	var candidates []programme.Journey
	from, _ := strconv.Atoi(c.PostForm("from"))
	var refs []string
	filter := o.filter.wanted(o.cohort.Name)
	filter.Sort = programme.SortReference
	err = s.eachJourney(c, filter, func(j programme.Journey) {
		order := programme.Order{Name: o.name, Stage: command.Stage, Until: command.Until, Missed: command.Missed}
		what, view := "Will be done", viewOf(j)
		err := programme.Legal(order, view)
		if err == nil && o.name == programme.CmdResend && !remindable[j.Ref] {
			err = notRemindable(j, command.Stage)
		}
		switch {
		case view.Holds(order):
			what = "It is so already"
			held++
		case err != nil:
			what = notPossible(inTitles(err, j, command.Stage))
		default:
			if check.Can++; len(candidates) < mostTried {
				candidates = append(candidates, j)
			}
		}
		if len(refs) >= from && len(refs) < from+journeysAPage {
			check.Rows = append(check.Rows, bulkRow{j.Ref, journeyPath(j.Ref), nameOf(j.Person), word(j.State), what})
		}
		refs = append(refs, j.Ref)
	})
	if err != nil {
		return nil, err
	}
	if len(refs) > programme.MostAtOnce {
		return nil, programme.Refuse("main", "%d journeys pass these filters; at most %d can be ordered something at once. Narrow the filters.", len(refs), programme.MostAtOnce)
	}
	if err := s.tryFor(c, o, command, candidates, check); err != nil {
		return nil, err
	}
	check.All = len(refs)
	check.Counts = []fact{{Key: "Journeys that pass the filters", Text: strconv.Itoa(check.All)}, {Key: "Will be done for", Text: strconv.Itoa(check.Can)},
		{Key: "Is so already for", Text: strconv.Itoa(held)}, {Key: "Not possible for", Text: strconv.Itoa(check.All - check.Can - held)}}
	if from > 0 {
		check.Earlier = strconv.Itoa(max(0, from-journeysAPage))
	}
	if from+journeysAPage < check.All {
		check.Later = strconv.Itoa(from + journeysAPage)
	}
	for _, row := range api.Answered(o.own, programme.Form{Sections: []programme.Section{o.own}}.Clean(typed, "")) {
		if len(row.Values) > 0 {
			check.Answered = append(check.Answered, row)
		}
	}
	page.Hidden = [][2]string{{"order", s.Orders.NewOrder()}, {"shown", programme.SetOf(refs)}}
	for _, field := range o.own.Fields {
		for _, value := range typed[field.Name] {
			page.Hidden = append(page.Hidden, [2]string{field.Name, value})
		}
	}
	page.Check, page.Button = check, bulkTitles[o.name]+": "+strconv.Itoa(check.Can)+" journeys"
	return page, nil
}
