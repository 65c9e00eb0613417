package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// detailsPage is what the programme knows of a leader and their assistant, with the way to put it right.
type detailsPage struct {
	frame
	Said  string // what was just changed
	Email string
	Cards []summaryCard
}

// detailPage changes one section of it.
type detailPage struct {
	frame
	Name      string
	Intro     string
	Stands    []summaryRow // as it stands by now, where somebody else changed it meanwhile
	Questions []question
	Seen      string // what the page began with, so that nobody else's change is lost
	Action    string
}

// ownSections are what a leader can put right at any time of the year.
var ownSections = []string{programme.SectionProfile, programme.SectionAssistant}

var detailsSaid = map[string]string{programme.SectionProfile: "Your details are changed.", programme.SectionAssistant: "What you said about your assistant is saved."}

func detailsOf(v *visitor) string { return "/year/" + v.ref + "/details" }

// ownsDetails reports whether the year is one in which a leader can change their details.
func ownsDetails(v *visitor) bool {
	switch v.journey.State {
	case programme.Enrolled, programme.OnHold, programme.Completed:
		return true
	}
	return false
}

// withDetails finds the leader, in a state in which there are details to change.
func (f *Forms) withDetails(c *gin.Context) (*visitor, error) {
	v, err := f.leader(c)
	if err == nil && !ownsDetails(v) {
		return nil, programme.ErrNotFound
	}
	return v, err
}

func (f *Forms) showDetails(c *gin.Context) error {
	v, err := f.withDetails(c)
	if err != nil {
		return err
	}
	form, err := programme.FormNamed(programme.FormOnboarding)
	if err != nil {
		return err
	}
	page := &detailsPage{frame: f.frame(v, "Your details"), Said: detailsSaid[c.Query("done")], Email: v.journey.Person.Email}
	page.Back = &way{Text: "Back to your year", Href: "/year/" + v.ref}
	for _, name := range ownSections {
		section, _ := form.Section(name)
		known, err := f.details(c, v, name)
		if err != nil {
			return err
		}
		href, err := f.changesDetail(c, v, name)
		if err != nil {
			return err
		}
		page.Cards = append(page.Cards, summaryCard{Title: section.Title, Rows: rows(section, known),
			Change: &way{Text: "Change", Href: href, Hidden: lower(section.Title)}})
	}
	return f.render(c, http.StatusOK, "details.html", page)
}

// changesDetail is where a section is changed: while onboarding takes answers, or changes of them, there and nowhere else.
func (f *Forms) changesDetail(c *gin.Context, v *visitor, section string) (string, error) {
	for _, stage := range v.journey.Stages {
		if stage.Kind != programme.KindOnboarding {
			continue
		}
		s, err := f.stand(c.Request.Context(), v, stage)
		if err != nil {
			return "", err
		}
		if s.refusal == nil && (!s.answered || s.changeable) {
			return v.path(stage, section), nil
		}
	}
	return detailsOf(v) + "/" + section, nil
}

// details are what is known of a section.
func (f *Forms) details(c *gin.Context, v *visitor, section string) (programme.Answers, error) {
	if section == programme.SectionAssistant {
		known := knownAssistant(v.journey)
		if known == nil {
			known = given("has_assistant", programme.No)
		}
		if known.Get("assistant_may") == "" && v.journey.Assistant != nil {
			known["assistant_may"] = []string{"nothing"}
		}
		return known, nil
	}
	known := knownProfile(v.journey)
	private, err := f.Store.PrivateAddress(c.Request.Context(), v.ref)
	if private != "" {
		known["private_email"] = []string{private}
	}
	return known, err
}

// detail finds the section that an address names, and what is known of it.
func (f *Forms) detail(c *gin.Context) (*visitor, programme.Form, programme.Section, programme.Answers, error) {
	v, err := f.withDetails(c)
	if err != nil {
		return nil, programme.Form{}, programme.Section{}, nil, err
	}
	form, err := programme.FormNamed(programme.FormOnboarding)
	if err != nil {
		return nil, form, programme.Section{}, nil, err
	}
	for _, name := range ownSections {
		if name == c.Param("section") {
			section, _ := form.Section(name)
			known, err := f.details(c, v, name)
			return v, form.On(v.now), section, known, err
		}
	}
	return nil, form, programme.Section{}, nil, programme.ErrNotFound
}

func (f *Forms) showDetail(c *gin.Context) error {
	v, _, section, known, err := f.detail(c)
	if err != nil {
		return err
	}
	href, err := f.changesDetail(c, v, section.Name)
	if err != nil {
		return err
	}
	if href != c.Request.URL.Path {
		return seeOther(c, href)
	}
	return f.changeDetail(c, v, section, known, known, nil, false, http.StatusOK)
}

// changeDetail shows a section with what is known, or what was typed; meanwhile, when somebody else changed it since the page
// was opened.
func (f *Forms) changeDetail(c *gin.Context, v *visitor, section programme.Section, known, typed programme.Answers, faults []programme.Fault, meanwhile bool, status int) error {
	page := &detailPage{frame: f.frame(v, section.Title), Name: section.Name, Questions: revealing(questions(section, typed, faults)),
		Seen: fingerprint(known), Action: detailsOf(v) + "/" + section.Name}
	page.Back = &way{Text: "Back to your details", Href: detailsOf(v)}
	if section.Name == programme.SectionAssistant {
		page.Intro = section.Intro
	}
	if meanwhile {
		page.Stands = rows(section, known)
	}
	page.faulty(faults)
	return f.render(c, status, "detail.html", page)
}

// fingerprint tells one state of a section from another without repeating it.
func fingerprint(known programme.Answers) string {
	text, err := json.Marshal(known) // of a map: its keys in order
	if err != nil {
		panic(err) // impossible: strings alone
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func sameAnswers(a, b programme.Answers) bool { return maps.EqualFunc(a, b, slices.Equal) }

var changedMeanwhile = []programme.Fault{{Text: "Something here was changed since you opened this page. Look at what stands there now, and save again if yours is right"}}

// sendDetail is POST /year/{ref}/details/{section}.
func (f *Forms) sendDetail(c *gin.Context) error {
	v, form, section, known, err := f.detail(c)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	clean := form.Clean(typed, section.Name)
	faults, status := append(form.Check(typed, section.Name), ownAssistant(v, clean)...), http.StatusUnprocessableEntity
	if len(faults) > 0 {
		return f.changeDetail(c, v, section, known, typed, faults, false, status)
	}
	done := detailsOf(v) + "?done=" + section.Name
	if sameAnswers(clean, known) { // a second click
		return seeOther(c, done)
	}
	if typed.Get("seen") != fingerprint(known) {
		return f.changeDetail(c, v, section, known, typed, changedMeanwhile, true, http.StatusConflict)
	}
	details, private := detailsFrom(section.Name, clean)
	outbox, err := f.Store.ChangeOwnDetails(c.Request.Context(), v.ref, details, private, v.journey.Version, v.now)
	if err == nil {
		f.deliver(c.Request.Context(), outbox)
		return seeOther(c, done)
	}
	var illegal *programme.Illegal
	if errors.As(err, &illegal) && illegal.State == programme.StateChanged {
		if v, _, section, known, err = f.detail(c); err != nil {
			return err
		}
		if sameAnswers(clean, known) { // the second of two clicks at one time
			return seeOther(c, done)
		}
		return f.changeDetail(c, v, section, known, typed, changedMeanwhile, true, http.StatusConflict)
	}
	if faults, status, err = f.notKept(c, err); err != nil {
		return err
	}
	for i := range faults {
		faults[i].Field = strings.TrimPrefix(faults[i].Field, "details.")
	}
	return f.changeDetail(c, v, section, known, typed, faults, false, status)
}

// detailsFrom turns the answers of a section into the change they ask for.
func detailsFrom(section string, a programme.Answers) (details programme.Details, private *string) {
	text := func(field string) *string {
		value := a.Get(field)
		return &value
	}
	if section == programme.SectionProfile {
		return programme.Details{Title: text("title"), GivenName: text("given_name"), FamilyName: text("family_name"), Phone: text("phone"),
			JobTitle: text("job_title"), Organisation: text("organisation"), Sector: text("sector"), Region: text("region"),
			RoleStarted: text("role_started")}, text("private_email")
	}
	if a.Get("has_assistant") != programme.Yes {
		return programme.Details{AssistantEmail: new(string)}, nil
	}
	return programme.Details{AssistantName: text("assistant_name"), AssistantEmail: text("assistant_email"), AssistantPhone: text("assistant_phone"),
		AssistantMay: text("assistant_may")}, nil
}
