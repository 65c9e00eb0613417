package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// OwnScoring is what a selector does with the applications assigned to them. Whatever is none of theirs, or not under review
// any more, is ErrNotFound.
type OwnScoring interface {
	AssignedTo(ctx context.Context, name string) ([]programme.Assignment, error)
	ScoringSheet(ctx context.Context, name, ref string) (programme.ScoringSheet, error)
	// SaveScores is ErrConflict where version is not that of what is kept, and ErrFormClosed where the scores are in.
	SaveScores(ctx context.Context, name, ref string, scores programme.Answers, version int64, at time.Time) (int64, error)
	// SubmitScores is *programme.Invalid while points are missing, else as SaveScores. A repeat changes nothing.
	SubmitScores(ctx context.Context, name, ref string, version int64, at time.Time) error
	// DeclareConflict is ErrFormClosed where the scores are in. A repeat changes nothing.
	DeclareConflict(ctx context.Context, name, ref, note string, at time.Time) error
}

// assignedPage lists the applications of a selector.
type assignedPage struct {
	frame
	Left, Done           []assignedLine
	AllLeft, AllDone     int
	LeftPages, DonePages turned
	Declared             bool // a conflict was declared just now
}

type assignedLine struct {
	Ref, Href, Name, Organisation, Cohort, Due, Done string
	Late                                             bool
}

func sheetPath(ref string) string { return "/console/scoring/" + ref }

// showStart is GET /console: where the programme stands, or what a selector has to score.
func (s *Console) showStart(c *gin.Context, who member) error {
	switch who.role {
	case selector:
	case researcher:
		return s.showStudies(c, who)
	default:
		return s.showHome(c, who)
	}
	ctx := c.Request.Context()
	list, err := s.Store.AssignedTo(ctx, who.name)
	if err != nil {
		return err
	}
	page := assignedPage{frame: s.frame(c, who, "Your applications"), Declared: c.Query("conflict") == "declared"}
	now := s.Store.Now(ctx)
	for _, a := range list {
		line := assignedLine{Ref: a.Ref, Href: sheetPath(a.Ref), Name: a.Name, Organisation: a.Organisation, Cohort: a.Cohort, Due: moment(a.Due), Done: moment(a.Done),
			Late: a.State == programme.AssignmentOpen && !now.Before(a.Due)}
		if a.State == programme.AssignmentOpen {
			page.Left = append(page.Left, line)
		} else {
			page.Done = append(page.Done, line)
		}
	}
	page.AllLeft, page.AllDone = len(page.Left), len(page.Done)
	if page.Left, page.LeftPages, err = partOf(&page.frame, page.Left, "left", "scored"); err != nil {
		return err
	}
	if page.Done, page.DonePages, err = partOf(&page.frame, page.Done, "scored", "left"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "assigned.html", &page)
}

// sheet is the application in the address, in the hands of whoever asks.
func (s *Console) sheet(c *gin.Context, who member) (programme.ScoringSheet, error) {
	if !reference.MatchString(c.Param("ref")) {
		return programme.ScoringSheet{}, programme.ErrNotFound
	}
	return s.Store.ScoringSheet(c.Request.Context(), who.name, c.Param("ref"))
}

// sheetFrame begins a page about an application, a step after another.
func (s *Console) sheetFrame(c *gin.Context, who member, title string, back way) frame {
	f := s.frame(c, who, title)
	f.Back = &back
	return f
}

// sheetPage is one application as its selector reads it; once the own scores are in, with all scores.
type sheetPage struct {
	frame
	Facts    []fact
	Answers  []answerCard
	Open     bool
	Begun    bool
	Score    string
	Conflict string
	Sent     bool // the scores were sent just now
	Scores   scoreTable
}

// notShown are the answers that no selector needs.
const notShown = "phone"

// showSheet is GET /console/scoring/{ref}.
func (s *Console) showSheet(c *gin.Context, who member) error {
	sheet, err := s.sheet(c, who)
	if err != nil {
		return err
	}
	page := sheetPage{frame: s.sheetFrame(c, who, "Application "+sheet.Ref, way{Text: "Your applications", Href: home}), Answers: answerCards(sheet.Answers, notShown),
		Open: sheet.State == programme.AssignmentOpen, Begun: len(sheet.Scores) > 0, Score: sheetPath(sheet.Ref) + "/scores", Conflict: sheetPath(sheet.Ref) + "/conflict"}
	page.Facts = facts(fact{Key: "Name", Text: sheet.Name}, fact{Key: "Organisation", Text: sheet.Organisation}, fact{Key: "Cohort", Text: sheet.Cohort})
	if page.Open {
		page.Facts = append(page.Facts, fact{Key: "Scores due", Text: moment(sheet.Due)})
	} else {
		page.Sent = c.Query("sent") == programme.Yes
		page.Facts = append(page.Facts, fact{Key: "Your scores", Text: "In since " + moment(sheet.Done)})
		page.Scores = scoreTableOf(append([]programme.Assignment{sheet.Assignment}, sheet.Others...), false)
	}
	return s.render(c, http.StatusOK, "sheet.html", &page)
}

// scoresPage is the form in which an application is scored: what was answered above what it is scored by.
type scoresPage struct {
	frame
	Name     string
	Action   string
	Version  int64
	Criteria []criterionField
}

// criterionField is one criterion. The first tick's id is where a fault leads.
type criterionField struct {
	Name, Title, Asks, Error             string
	Answers                              []fact
	Points                               []tick
	Note, NoteName, NoteLabel, NoteError string
	NoteHint                             string
}

func (s *Console) scoresPage(c *gin.Context, who member, sheet programme.ScoringSheet, scores programme.Answers, faults []programme.Fault) *scoresPage {
	page := &scoresPage{frame: s.sheetFrame(c, who, "Score application "+sheet.Ref, way{Text: "Application " + sheet.Ref, Href: sheetPath(sheet.Ref)}),
		Name: sheet.Name, Action: sheetPath(sheet.Ref) + "/scores", Version: sheet.Version}
	cards := answerCards(sheet.Answers, notShown)
	wrong := map[string]string{}
	for _, fault := range faults {
		wrong[fault.Field] = fault.Text
	}
	for _, section := range programme.ScoringForm().Sections {
		points, note := section.Fields[0], section.Fields[1]
		field := criterionField{Name: points.Name, Title: section.Title, Asks: points.Label, Error: wrong[points.Name], Note: scores.Get(note.Name), NoteName: note.Name,
			NoteLabel: note.Label, NoteHint: note.Hint, NoteError: wrong[note.Name]}
		if at := slices.IndexFunc(cards, func(card answerCard) bool { return card.Name == section.Name }); at >= 0 {
			field.Answers = cards[at].Rows
		}
		for i, option := range points.Options {
			id := points.Name
			if i > 0 {
				id += "-" + option.Value
			}
			field.Points = append(field.Points, tick{ID: id, Value: option.Value, Label: option.Label, Checked: scores.Get(points.Name) == option.Value})
		}
		page.Criteria = append(page.Criteria, field)
	}
	page.refused(faults)
	return page
}

// openSheet is a sheet whose scores are not in; where they are it leads to them.
func (s *Console) openSheet(c *gin.Context, who member) (sheet programme.ScoringSheet, open bool, err error) {
	if sheet, err = s.sheet(c, who); err != nil || sheet.State == programme.AssignmentOpen {
		return sheet, err == nil, err
	}
	return sheet, false, seeOther(c, sheetPath(sheet.Ref))
}

// showScores is GET /console/scoring/{ref}/scores.
func (s *Console) showScores(c *gin.Context, who member) error {
	sheet, open, err := s.openSheet(c, who)
	if err != nil || !open {
		return err
	}
	return s.render(c, http.StatusOK, "scores.html", s.scoresPage(c, who, sheet, sheet.Scores, nil))
}

const savedElsewhere = "You have saved other scores since you opened this page, perhaps in another tab. Below is what you typed here: save it again to keep it instead"

// saveScores is POST /console/scoring/{ref}/scores: what is sound is saved, and whoever wants to go on to check it needs
// points for everything.
func (s *Console) saveScores(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	sheet, open, err := s.openSheet(c, who)
	if err != nil || !open {
		return err
	}
	form, scores := programme.ScoringForm(), programme.Answers{}
	for _, section := range form.Sections {
		for _, field := range section.Fields {
			if value := c.PostForm(field.Name); value != "" {
				scores[field.Name] = []string{value}
			}
		}
	}
	version, err := strconv.ParseInt(c.PostForm("version"), 10, 64)
	if err != nil {
		version = 0 // of nothing that was ever kept
	}
	ctx := c.Request.Context()
	kept, err := s.Store.SaveScores(ctx, who.name, sheet.Ref, scores, version, s.Store.Now(ctx))
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.render(c, http.StatusUnprocessableEntity, "scores.html", s.scoresPage(c, who, sheet, scores, invalid.Faults))
	case errors.Is(err, programme.ErrConflict):
		if sheet, open, err = s.openSheet(c, who); err != nil || !open {
			return err
		}
		return s.render(c, http.StatusConflict, "scores.html", s.scoresPage(c, who, sheet, scores, []programme.Fault{{Field: "main", Text: savedElsewhere}}))
	case errors.Is(err, programme.ErrFormClosed):
		return seeOther(c, sheetPath(sheet.Ref))
	case err != nil:
		return err
	}
	if c.PostForm("then") == "later" {
		return seeOther(c, home)
	}
	if faults := form.Check(scores, ""); len(faults) > 0 {
		sheet.Version = kept
		return s.render(c, http.StatusUnprocessableEntity, "scores.html", s.scoresPage(c, who, sheet, scores, faults))
	}
	return seeOther(c, sheetPath(sheet.Ref)+"/check")
}
