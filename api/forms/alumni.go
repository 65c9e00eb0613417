package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// alumniPage closes the year: certificate, directory with a preview of what others would see, interests, news.
type alumniPage struct {
	frame
	When      []string
	Name      question
	Directory question
	Interests question
	News      question
	Preview   *entryPreview // nil until it is asked for
	Change    bool
	Action    string
}

// entryPreview is the directory entry as other members would see it.
type entryPreview struct {
	Listed bool
	Lines  []dated // Title is the field, When its value
}

// directoryValue is what the directory would show of a field.
func directoryValue(field string, j programme.Journey) string {
	switch field {
	case "name":
		return j.Person.Name
	case "job_title":
		return j.Role.JobTitle
	case "organisation":
		return j.Role.Organisation
	case "sector":
		return j.Role.Sector
	case "region":
		return j.Role.Region
	case "email":
		return j.Person.Email
	}
	return ""
}

func preview(answers programme.Answers, j programme.Journey) *entryPreview {
	entry := &entryPreview{Listed: answers.Get("directory") == programme.Yes && len(answers["show"]) > 0}
	for _, field := range programme.DirectoryFields() {
		if entry.Listed && answers.Has("show", field.Value) {
			entry.Lines = append(entry.Lines, dated{Title: field.Label, When: directoryValue(field.Value, j)})
		}
	}
	return entry
}

func (f *Forms) alumni(v *visitor, stage programme.Stage, s standing, answers programme.Answers, faults []programme.Fault) *alumniPage {
	form, _ := programme.FormNamed(programme.FormAlumni)
	q := questions(form.Sections[0], answers, faults) // in the order of the form
	page := &alumniPage{frame: f.frame(v, form.Title), When: dueWords(stage, v.now), Change: s.answered, Action: v.path(stage)}
	for i := range q[2].Choices { // what the directory may show
		ch := &q[2].Choices[i]
		if ch.Hint = directoryValue(ch.Value, v.journey); ch.Hint == "" {
			ch.Hint = "We do not know it"
		}
		ch.HintID = ch.ID + "-value"
	}
	q = revealing(q)
	page.Name, page.Directory, page.Interests, page.News = q[0], q[1], q[2], q[3]
	if s.answered {
		page.Action = v.path(stage, "change")
	}
	page.faulty(faults)
	return page
}

func (f *Forms) showAlumni(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	answers := s.answer.Answers
	if !s.answered {
		var err error
		if answers, err = f.earlier(c.Request.Context(), v, stage); err != nil {
			return err
		}
	}
	if answers == nil {
		answers = programme.Answers{"certificate_name": {v.journey.Person.Name}}
	}
	return f.render(c, http.StatusOK, "alumni.html", f.alumni(v, stage, s, answers, nil))
}

// sendAlumni either shows the entry as others would see it, which saves nothing, or sends the form.
func (f *Forms) sendAlumni(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := programme.FormNamed(programme.FormAlumni)
	if err != nil {
		return err
	}
	given, err := posted(c)
	if err != nil {
		return err
	}
	if given.Get("action") == "preview" {
		page := f.alumni(v, stage, s, given, nil)
		page.Preview = preview(form.Clean(given, ""), v.journey)
		return f.render(c, http.StatusOK, "alumni.html", page)
	}
	faults, status := s.afterAnswer(form.Check(given, ""))
	if len(faults) == 0 {
		err := f.submit(c, v, stage, s, form.Name, form.Clean(given, ""))
		if err == nil {
			return seeOther(c, v.path(stage, "done"))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	return f.render(c, status, "alumni.html", f.alumni(v, stage, s, given, faults))
}

func (f *Forms) doneAlumni(v *visitor, stage programme.Stage, s standing, page *donePage) {
	form, _ := programme.FormNamed(programme.FormAlumni)
	page.Title, page.Panel = "Welcome to the network", "You are part of it now"
	page.Next = []string{mailed(v), "Your certificate is on the page of your year as soon as the programme is complete."}
	if s.answer.Answers.Get("directory") == programme.Yes {
		page.Next = append(page.Next, "Your entry joins the members’ directory with what you chose. Once a year we ask whether it is still right.")
	}
	card := summaryCard{Title: "Your answers", Rows: rows(form.Sections[0], s.answer.Answers)}
	if s.changeable {
		card.Change = &way{Text: "Change", Href: v.path(stage, "change"), Hidden: "your answers"}
	}
	page.Cards = []summaryCard{card}
}
