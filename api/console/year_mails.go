package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func mailsPath(cohort string) string { return setupPath(cohort) + "/mails" }

// yearMailsPage is the dated list of every mail that one leader of a cohort gets.
type yearMailsPage struct {
	frame
	Groups  []option // whose dates are shown; none: everybody's are the same
	Action  string
	Days    []mailDay
	Acts    []mailLine
	Prompt  int   // scheduled mails of a leader who answers at once
	Most    int   // of one who never does
	Silent  []way // stages whose reminders are turned off
	Failure string
}

// mailDay is one day on which mail goes: one mail, whatever it lists.
type mailDay struct {
	Day   string
	Way   way
	Lines []mailLine
	Whom  string
}

// mailLine is one message.
type mailLine struct {
	What  string
	Stage string
	Due   string
	If    string
	Way   way
}

// yearMails are the mails of a leader's year by the sittings of a group, planned from the launch.
func (s *Console) yearMails(c *gin.Context) (up *settingUp, life programme.Cohort, groups []string, mails []programme.YearMail, err error) {
	if up, err = s.settingUp(c); err != nil {
		return nil, life, nil, nil, err
	}
	lives := programme.Lives(up.cohort, up.sittings)
	for group := range lives {
		groups = append(groups, group)
	}
	slices.Sort(groups)
	group := c.Query("group")
	if _, known := lives[group]; !known {
		group = groups[0]
	}
	life = lives[group]
	from := up.cohort.Launched
	if from.IsZero() {
		from = s.Store.Now(c.Request.Context())
	}
	mails, err = up.year.YearMails(life, s.Calendar, 0, from)
	return up, life, groups, mails, err
}

// byDay are the scheduled mails of each day, leaders' and assistants' apart.
func byDay(mails []programme.YearMail) (days [][]programme.YearMail, acts []programme.YearMail) {
	for _, mail := range mails {
		if mail.At.IsZero() {
			acts = append(acts, mail)
			continue
		}
		same := func(day []programme.YearMail) bool {
			return programme.DateOf(day[0].At) == programme.DateOf(mail.At) && day[0].Assistant == mail.Assistant
		}
		if i := slices.IndexFunc(days, same); i >= 0 {
			days[i] = append(days[i], mail)
			continue
		}
		days = append(days, []programme.YearMail{mail})
	}
	return days, acts
}

// showYearMails is GET /console/cohorts/{cohort}/set-up/mails.
func (s *Console) showYearMails(c *gin.Context, who member) error {
	up, _, groups, mails, err := s.yearMails(c)
	if up == nil {
		return err
	}
	name := up.cohort.Name
	page := yearMailsPage{frame: s.frame(c, who, "Every mail one leader of "+name+" will get"), Action: mailsPath(name)}
	page.Back = &way{Text: "Set up " + name, Href: setupPath(name)}
	if err != nil { // a year that cannot be dated: the calendar says why
		page.Failure = "The year has faults: put them right in the calendar first."
		return s.render(c, http.StatusOK, "year_mails.html", &page)
	}
	page.Silent = withoutReminders(up)
	if len(groups) > 1 {
		for _, group := range groups {
			page.Groups = append(page.Groups, option{Value: group, Label: or(group, "All others"), Selected: group == c.Query("group")})
		}
	}
	group := c.Query("group")
	days, acts := byDay(mails)
	for _, of := range days {
		on := programme.DateOf(of[0].At)
		line := mailDay{Day: day(on), Whom: "Leader", Way: way{Text: "Read it", Href: previewPath(group, of[0]), Hidden: "of " + day(on)}}
		if of[0].Assistant {
			line.Whom = "Assistant"
		} else {
			page.Most++
			if slices.ContainsFunc(of, func(m programme.YearMail) bool { return !m.Late }) {
				page.Prompt++
			}
		}
		for _, mail := range of {
			line.Lines = append(line.Lines, mailLineOf(group, mail))
		}
		page.Days = append(page.Days, line)
	}
	for _, mail := range acts {
		page.Acts = append(page.Acts, mailLineOf(group, mail))
	}
	return s.render(c, http.StatusOK, "year_mails.html", &page)
}

func mailLineOf(group string, m programme.YearMail) mailLine {
	what := word(m.Message)
	return mailLine{What: what, Stage: or(m.Title, "The whole year"), Due: moment(m.Due), If: m.If,
		Way: way{Text: what, Href: previewPath(group, m)}}
}

// previewPath names a mail by its day or, where it has none, by what it answers.
func previewPath(group string, m programme.YearMail) string {
	query := url.Values{}
	if group != "" {
		query.Set("group", group)
	}
	if m.At.IsZero() {
		query.Set("message", m.Message)
		query.Set("stage", m.Stage)
	} else {
		query.Set("on", programme.DateOf(m.At).String())
	}
	if m.Assistant {
		query.Set("to", "assistant")
	}
	return "mails/preview?" + query.Encode() // beneath the page of the list
}

// showSampleMail is GET /console/cohorts/{cohort}/set-up/mails/preview: the mail of a day, or one that answers an act, as
// a sample leader would read it.
func (s *Console) showSampleMail(c *gin.Context, who member) error {
	up, life, _, mails, err := s.yearMails(c)
	if err != nil {
		return err
	}
	days, acts := byDay(mails)
	toAssistant := c.Query("to") == "assistant"
	var wanted []programme.YearMail
	for _, of := range days {
		if programme.DateOf(of[0].At).String() == c.Query("on") && of[0].Assistant == toAssistant {
			wanted = of
		}
	}
	for _, act := range acts {
		if act.Message == c.Query("message") && act.Stage == c.Query("stage") && act.Assistant == toAssistant {
			wanted = []programme.YearMail{act}
		}
	}
	if len(wanted) == 0 {
		return programme.ErrNotFound
	}
	mail, err := s.Compose(s.sampleJob(up, life, wanted))
	if err != nil {
		return err
	}
	page := messagePage{frame: s.frame(c, who, "Mail as it would read"), Subject: mail.Subject, Text: mail.Text, HTML: mail.HTML, Sample: true}
	page.Back = &way{Text: "Every mail one leader will get", Href: mailsPath(up.cohort.Name)}
	when := "At once, at any hour"
	if !wanted[0].At.IsZero() {
		when = day(programme.DateOf(wanted[0].At)) + ", between 09:00 and 10:00"
	}
	to := sampleLeader.Name
	if toAssistant {
		to = sampleAssistant.Name
	}
	page.Facts = facts(fact{Key: "Goes", Text: when}, fact{Key: "To", Text: to + ", who is nobody"}, fact{Key: "Lists", Text: counted(len(wanted), "message", "messages")})
	c.Header("Content-Security-Policy", messagePolicy)
	return s.render(c, http.StatusOK, "message.html", &page)
}

// Whoever sample mails are for. Nothing is sent to them: the addresses can belong to nobody.
var (
	sampleLeader    = programme.Person{Name: "Dr Robin Sample", Email: "robin.sample@leader.example"}
	sampleAssistant = programme.Person{Name: "Sam Sample", Email: "sam.sample@leader.example"}
)

const sampleRef = "P-222222"

// sampleJob is the mail as the programme would have it written.
func (s *Console) sampleJob(up *settingUp, life programme.Cohort, mails []programme.YearMail) programme.MailJob {
	k := up.cohort
	job := programme.MailJob{Rule: programme.RuleScheduled, Date: mails[0].At, To: sampleLeader, Cohort: k.Name, Ref: sampleRef,
		Signatory: k.Signatory, Contact: k.Contact}
	if mails[0].Assistant {
		job.To = sampleAssistant
	}
	for _, mail := range mails {
		item := s.sampleItem(up, life, mail)
		job.Items, job.Keys = append(job.Items, item), append(job.Keys, item.Key)
	}
	job.Key = job.Keys[0]
	return job
}

// sampleItem is what a mail says of one message, with a link that opens nothing.
func (s *Console) sampleItem(up *settingUp, life programme.Cohort, mail programme.YearMail) programme.MailItem {
	item := programme.MailItem{Key: programme.MessageKey(up.cohort.Name, sampleRef, mail.Stage, mail.Message, 1, 1, mail.Rung), Message: mail.Message,
		Stage: mail.Stage, Title: mail.Title, Rung: mail.Rung, Due: mail.Due, Limit: mail.Limit, Opening: up.cohort.Openings[mail.Message],
		Leader: sampleLeader.Name, Ref: "0000SAMPLE", State: programme.Enrolled}
	if programme.ListsDates(mail.Message) {
		item.Dates = up.year.DatesIn(mail.Message, mail.Stage, s.sampleDates(up, life))
	}
	if mail.Message != programme.MsgInvitationAssistant {
		item.Link = programme.NewToken()
	}
	if mail.Message == programme.MsgYearDates {
		item.Feed = programme.NewToken()
	}
	stage, found := up.year.Stage(mail.Stage)
	if !found {
		return item
	}
	item.Supplier, item.Later, item.LooksBack = stage.Supplier, stage.Later(), stage.LooksBack()
	if stage.Later() {
		item.Unsubscribe = programme.NewToken()
	}
	switch stage.Kind {
	case programme.KindSelection:
		item.State = programme.Invited
		if life.Route == programme.RouteApplication {
			item.State = programme.Submitted
		}
	case programme.KindCoaching:
		item.Session = &programme.MailSession{Coach: "the coach", Starts: mail.Due, Minutes: 60, Online: true}
		if item.Session.Starts.IsZero() {
			if terms, err := up.year.Terms(life, stage.Name, s.Calendar, nil); err == nil {
				item.Session.Starts = terms.Due.Add(-7 * time.Hour)
			}
		}
	case programme.KindEvent:
		item.Event = s.sampleEvent(up, life, stage, mail)
	}
	return item
}

// sampleEvent is what a mail says of a place at an event.
func (s *Console) sampleEvent(up *settingUp, life programme.Cohort, stage programme.BlueprintStage, mail programme.YearMail) *programme.EventItem {
	one, own := life.Sittings[stage.Name]
	if !own {
		one, _ = up.year.PlannedSitting(life, stage.Name) // the stage is an event
	}
	event := &programme.EventItem{Starts: one.Starts, Ends: one.Ends, Night: one.Night, Venue: one.Venue, Address: one.Address, Online: one.Online,
		JoinURL: one.JoinURL, Sessions: one.Sessions, Confirmed: mail.Message == programme.MsgEventTomorrow || mail.Message == programme.MsgEventConfirmed,
		Asks: mail.Message == programme.MsgEventPlace || mail.Message == programme.MsgEventPlaceReminder}
	if terms, err := up.year.EventTerms(life, stage.Name, s.Calendar, up.year.ResidentialDays(life)); err == nil {
		event.Freeze = terms.Freeze
	}
	return event
}

// sampleDates are the dates of the year as a mail lists them.
func (s *Console) sampleDates(up *settingUp, life programme.Cohort) []programme.DateLine {
	var lines []programme.DateLine
	dates, err := up.year.YearDates(up.cohort, lifeSittings(life), s.Calendar)
	if err != nil {
		return nil
	}
	for _, date := range dates {
		stage, _ := up.year.Stage(date.Stage)
		wanted := date.What == programme.YearEvent || date.What == programme.YearDue && stage.Kind != programme.KindSelection && !stage.Later()
		if wanted {
			one := life.Sittings[date.Stage]
			lines = append(lines, programme.DateLine{Stage: date.Stage, Kind: stage.Kind, Title: date.Title, From: date.At, To: date.To, Where: one.Where(),
				Book: stage.Kind == programme.KindCoaching})
		}
	}
	return lines
}

// lifeSittings are a leader's own sittings as a list.
func lifeSittings(life programme.Cohort) []programme.Sitting {
	var list []programme.Sitting
	for _, one := range life.Sittings {
		one.Group = ""
		list = append(list, one)
	}
	return list
}
