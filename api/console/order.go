package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// orderPage is a command on one journey: the question, or the check of what was answered.
type orderPage struct {
	frame
	Text       []string
	Facts      []fact
	Sections   []orderSection
	Action     string
	Hidden     [][2]string
	Button     string
	Warning    bool
	Check      *previewPage // set on the page that shows what it will do
	Already    string       // that it would change nothing, where it would not
	Note       string       // what was typed and is not written down then, or empty
	NoteTo     string       // where it can be added to the notes, under the word NoteOnce; empty to whoever adds none
	NoteOnce   string
	Answered   []api.AnsweredRow
	Stages     []way  // set where a stage has to be chosen first
	Impossible string // why it cannot be ordered now
}

// orderSection is a part of the question.
type orderSection struct {
	Title     string
	Intro     string
	Questions []api.Question
}

func orderPath(ref string, name programme.CommandName, stage string) string {
	path := journeyPath(ref) + "/" + string(name)
	if stage != "" {
		path += "?" + url.Values{"stage": {stage}}.Encode()
	}
	return path
}

// orderRoutes are the pages of every command.
func (s *Console) orderRoutes() []route {
	var list []route
	for _, name := range programme.Commands() {
		path := "/console/journeys/:ref/" + string(name)
		list = append(list, route{http.MethodGet, path, nil, mayOrder(name), s.onOrder(name, s.showOrder)},
			route{http.MethodPost, path, nil, mayOrder(name), s.onOrder(name, s.takeOrder)})
	}
	return append(list, route{http.MethodGet, "/console/journeys/:ref/ordered/:order", nil, watch, s.showOrdered})
}

// ordering is a command that a page is about.
type ordering struct {
	name    programme.CommandName
	journey programme.Journey
	stage   string // as in the address: a stage, ofItself, or empty
	form    orderForm
}

// onOrder finds the journey and the stage of a command's page. Where the stage is still to be chosen, or the command is not
// possible now, it answers itself.
func (s *Console) onOrder(name programme.CommandName, serve func(c *gin.Context, who member, o *ordering) error) staffHandler {
	return func(c *gin.Context, who member) error {
		if c.Request.Method == http.MethodPost {
			if err := posted(c); err != nil {
				return err
			}
		}
		if !reference.MatchString(c.Param("ref")) {
			return programme.ErrNotFound
		}
		j, err := s.Store.Journey(c.Request.Context(), c.Param("ref"))
		if err != nil {
			return err
		}
		o := &ordering{name: name, journey: j, stage: or(c.PostForm("stage"), c.Query("stage"))}
		stages := orderable(j, name)
		if o.stage == "" && len(stages) == 1 && c.Request.Method == http.MethodGet {
			o.stage = stages[0]
		}
		page := s.orderPage(c, who, o)
		switch {
		case o.stage == "" && len(stages) > 0 && slices.Contains(ofStages, name):
			for _, stage := range stages {
				page.Stages = append(page.Stages, way{Text: stageTitle(j, stage), Href: orderPath(j.Ref, name, stage)})
			}
			return s.render(c, http.StatusOK, "order.html", page)
		case o.stage != "" && o.stage != ofItself && stageNamed(j, o.stage).Kind == "":
			return programme.ErrNotFound
		case !slices.Contains(stages, o.stage) && c.Request.Method == http.MethodGet:
			page.Impossible = whyNot(o)
			return s.render(c, http.StatusOK, "order.html", page)
		}
		if o.form, err = s.orderForm(c.Request.Context(), j, name, o.stage); err != nil {
			return s.impossible(c, page, err)
		}
		if !who.personal() { // whoever sees no addresses is shown none here
			o.form.now = slices.DeleteFunc(o.form.now, func(f fact) bool { return f.Key == "Address now" })
		}
		return serve(c, who, o)
	}
}

// impossible shows why a command cannot be ordered now.
func (s *Console) impossible(c *gin.Context, page *orderPage, err error) error {
	faults, err := saidOf(err)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if c.Request.Method == http.MethodPost {
		status = http.StatusConflict
	}
	page.Impossible = faults[0].Text
	return s.render(c, status, "order.html", page)
}

// whyNot says in a sentence why a command is not possible, or that its effect holds already.
func whyNot(o *ordering) string {
	order, view := o.command().order(), viewOf(o.journey)
	if view.Holds(order) {
		return alreadySo(o.name)
	}
	if err := programme.Legal(order, view); err != nil {
		if faults, err := saidOf(err); err == nil {
			return faults[0].Text
		}
	}
	return "Nothing of this journey can be ordered so now."
}

// asked is a command with what legality judges.
type asked programme.Command

func (a asked) order() programme.Order {
	return programme.Order{Name: a.Name, Stage: a.Stage, Decision: programme.DecideOffer, Into: "another", Sitting: "another", Status: string(programme.Attended)}
}

// command is the order as far as its address says it.
func (o *ordering) command() asked {
	c := asked{Name: o.name, Ref: o.journey.Ref, Stage: o.stage}
	if o.stage == ofItself {
		c.Stage = ""
	}
	return c
}

func (s *Console) orderPage(c *gin.Context, who member, o *ordering) *orderPage {
	words := orderPages[o.name]
	page := &orderPage{frame: s.frame(c, who, words.title+": "+o.journey.Ref), Text: []string{words.does}, Action: orderPath(o.journey.Ref, o.name, ""),
		Facts: facts(fact{Key: "Journey", Text: o.journey.Ref}, fact{Key: "State of the journey", Text: word(o.journey.State)})}
	page.Back = &way{Text: "Journey " + o.journey.Ref, Href: journeyPath(o.journey.Ref)}
	if who.personal() {
		page.Facts = append(page.Facts, facts(fact{Key: "Leader", Text: nameOf(o.journey.Person)}, fact{Key: "Organisation", Text: o.journey.Role.Organisation})...)
	}
	page.Facts = append(page.Facts, o.form.now...)
	return page
}

// question fills a page with the form and what stands in it.
func (s *Console) question(c *gin.Context, who member, o *ordering, answers programme.Answers, faults []programme.Fault) *orderPage {
	page := s.orderPage(c, who, o)
	for _, section := range o.form.sections() {
		title := section.Title
		if len(o.form.form) == 0 {
			title = ""
		}
		page.Sections = append(page.Sections, orderSection{Title: title, Intro: section.Intro, Questions: api.Revealing(api.Questions(section, answers, faults))})
	}
	if o.form.partial {
		page.Text = append(page.Text, "The place is settled. Write down what has changed of the leader’s needs; what is left empty stays as it is known.")
	}
	page.Hidden = [][2]string{{"stage", o.stage}, {"version", strconv.FormatInt(o.journey.Version, 10)}, {"order", s.Orders.NewOrder()}}
	page.Button = "Continue"
	page.refusedAt(faults, o.form.sections())
	return page
}

// refusedAt shows faults in the summary; those of no field of the page concern the whole of it.
func (f *frame) refusedAt(faults []programme.Fault, sections []programme.Section) {
	for _, fault := range faults {
		here := slices.ContainsFunc(sections, func(s programme.Section) bool {
			return slices.ContainsFunc(s.Fields, func(field programme.Field) bool { return field.Name == fault.Field })
		})
		if !here {
			fault.Field = "main"
		}
		f.refused([]programme.Fault{fault})
	}
}

// showOrder is GET /console/journeys/{ref}/{command}: the question.
func (s *Console) showOrder(c *gin.Context, who member, o *ordering) error {
	answers := o.form.filled
	if key := c.Query("message"); key != "" && o.name == programme.CmdResend {
		answers = programme.Answers{"message": {key}}
	}
	return s.render(c, http.StatusOK, "order.html", s.question(c, who, o, answers, nil))
}

// takeOrder is POST /console/journeys/{ref}/{command}: from the question to the check, and from the check to the deed.
func (s *Console) takeOrder(c *gin.Context, who member, o *ordering) error {
	typed := programme.Answers(c.Request.PostForm)
	if c.PostForm("step") == "change" {
		return s.render(c, http.StatusOK, "order.html", s.question(c, who, o, typed, nil))
	}
	order, faults := o.read(typed)
	version, err := strconv.ParseInt(c.PostForm("version"), 10, 64)
	if err != nil || version < 1 {
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	if len(faults) > 0 {
		return s.render(c, http.StatusUnprocessableEntity, "order.html", s.question(c, who, o, typed, faults))
	}
	order.ID, order.IfVersion, order.Actor = c.PostForm("order"), version, who.actor()
	ctx := c.Request.Context()
	if c.PostForm("step") == "give" {
		effect, wrong := s.Orders.GiveOnce(ctx, order)
		if err = wrong; err == nil && !effect.Changed && keeps(order) {
			page := s.checkPage(c, who, o, typed, programme.Preview{})
			page.refused([]programme.Fault{{Field: "main", Text: "Nothing was changed, and your note was not written down. It is still on this page"}})
			return s.render(c, http.StatusConflict, "order.html", page)
		}
		if err == nil || errors.Is(err, programme.ErrPending) {
			return seeOther(c, journeyPath(order.Ref)+"/ordered/"+url.PathEscape(order.ID)+"?"+url.Values{"command": {string(o.name)}}.Encode())
		}
		if !errors.Is(err, programme.ErrUnavailable) {
			return s.refusedOrder(c, who, o, typed, err)
		}
	}
	preview, wrong := s.Orders.Preview(ctx, order)
	if wrong != nil {
		return s.refusedOrder(c, who, o, typed, wrong)
	}
	cohort, wrong := s.Store.Cohort(ctx, o.journey.Cohort)
	if wrong != nil {
		return wrong
	}
	page := s.checkPage(c, who, o, typed, preview)
	if page.Check.Reads, wrong = s.asItReads(order, o.journey, cohort); wrong != nil {
		return wrong
	}
	if err != nil { // nobody took it, and it was given up: the next click gives it afresh
		c.Header("Retry-After", "5")
		page.refused([]programme.Fault{{Field: "main", Text: "It was not done, because a part of the system cannot be reached. Nothing has changed. Wait a little and press the button again."}})
		return s.render(c, http.StatusServiceUnavailable, "order.html", page)
	}
	return s.render(c, http.StatusOK, "order.html", page)
}

// refusedOrder shows the question again with what was typed, as the journey stands now, and why it was refused.
func (s *Console) refusedOrder(c *gin.Context, who member, o *ordering, typed programme.Answers, err error) error {
	status := http.StatusUnprocessableEntity
	if errors.As(err, new(*programme.Illegal)) || errors.Is(err, programme.ErrConflict) {
		status = http.StatusConflict
	}
	faults, err := saidOf(err)
	if err != nil {
		return err
	}
	return s.render(c, status, "order.html", s.question(c, who, o, typed, faults))
}

// keeps reports whether an order that changes nothing has a note that is lost with it. A decision takes a new note down.
func keeps(order programme.Command) bool {
	return order.Note != "" && order.Name != programme.CmdDecide
}

// checkPage shows what was answered and what it will do.
func (s *Console) checkPage(c *gin.Context, who member, o *ordering, typed programme.Answers, preview programme.Preview) *orderPage {
	page, words := s.orderPage(c, who, o), orderPages[o.name]
	page.Title, page.Text = "Check before it is done: "+lower(words.title)+" "+o.journey.Ref, nil
	page.Check, page.Already = previewOf(preview), alreadySo(o.name)
	page.Button, page.Warning = words.button, words.warning
	page.Hidden = [][2]string{{"stage", o.stage}, {"version", c.PostForm("version")}, {"order", s.Orders.NewOrder()}}
	for _, section := range o.form.sections() {
		form := programme.Form{Sections: []programme.Section{section}}
		clean := form.Clean(typed, "")
		for _, row := range api.Answered(section, clean) {
			if len(row.Values) > 0 {
				page.Answered = append(page.Answered, row)
			}
		}
		for _, field := range section.Fields {
			for _, value := range typed[field.Name] {
				page.Hidden = append(page.Hidden, [2]string{field.Name, value})
			}
		}
	}
	if order, _ := o.read(typed); !preview.Changed && keeps(order) {
		if page.Note = order.Note; who.personal() {
			page.NoteTo, page.NoteOnce = notesPath(o.journey.Ref), s.Orders.NewOrder()
		}
	}
	if o.name == programme.CmdChangeDetails {
		page.Answered = changedDetails(o.journey, page.Answered, o.form, typed)
	}
	return page
}

// saidOf is a refusal of an order as faults of the fields on its page.
func saidOf(err error) ([]programme.Fault, error) {
	var invalid *programme.Invalid
	var illegal *programme.Illegal
	var problem *api.Problem
	switch {
	case errors.As(err, &illegal):
		return []programme.Fault{{Field: "main", Text: sentence(illegal)}}, nil
	case errors.As(err, &invalid):
		faults := slices.Clone(invalid.Faults)
		for i := range faults {
			faults[i].Field = fieldAt(faults[i].Field)
		}
		return faults, nil
	case errors.As(err, &problem) && problem.Kind() == api.NotLegalNow:
		return []programme.Fault{{Field: "main", Text: problem.Detail}}, nil
	case errors.Is(err, programme.ErrConflict):
		return []programme.Fault{{Field: "main", Text: "Somebody changed this in the same moment. Look at what stands here now, then order it again."}}, nil
	}
	return nil, err
}
