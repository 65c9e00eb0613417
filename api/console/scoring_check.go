package console

import (
	"errors"
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// checkScoresPage shows what will be sent.
type checkScoresPage struct {
	frame
	Name    string
	Cards   []answerCard
	Change  string
	Action  string
	Version int64
}

func (s *Console) scoreCheckPage(c *gin.Context, who member, sheet programme.ScoringSheet) *checkScoresPage {
	page := &checkScoresPage{frame: s.sheetFrame(c, who, "Check your scores", way{Text: "Change the scores", Href: sheetPath(sheet.Ref) + "/scores"}),
		Name: sheet.Name, Change: sheetPath(sheet.Ref) + "/scores", Action: sheetPath(sheet.Ref) + "/check", Version: sheet.Version}
	for _, section := range programme.ScoringForm().Sections {
		points, note := section.Fields[0], section.Fields[1]
		chosen, _ := points.Option(sheet.Scores.Get(points.Name))
		page.Cards = append(page.Cards, answerCard{Title: section.Title, Rows: []fact{{Key: "Points", Text: or(chosen.Label, "None yet")},
			{Key: "Note", Text: or(sheet.Scores.Get(note.Name), "None")}}})
	}
	return page
}

// showCheck is GET /console/scoring/{ref}/check.
func (s *Console) showCheck(c *gin.Context, who member) error {
	sheet, open, err := s.openSheet(c, who)
	if err != nil || !open {
		return err
	}
	if len(programme.ScoringForm().Check(sheet.Scores, "")) > 0 {
		return seeOther(c, sheetPath(sheet.Ref)+"/scores")
	}
	return s.render(c, http.StatusOK, "scores_check.html", s.scoreCheckPage(c, who, sheet))
}

// submitScores is POST /console/scoring/{ref}/check.
func (s *Console) submitScores(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	sheet, open, err := s.openSheet(c, who)
	if err != nil || !open {
		return err
	}
	version, err := strconv.ParseInt(c.PostForm("version"), 10, 64)
	if err != nil {
		version = 0
	}
	ctx := c.Request.Context()
	err = s.Store.SubmitScores(ctx, who.name, sheet.Ref, version, s.Store.Now(ctx))
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.render(c, http.StatusUnprocessableEntity, "scores.html", s.scoresPage(c, who, sheet, sheet.Scores, invalid.Faults))
	case errors.Is(err, programme.ErrConflict):
		if sheet, open, err = s.openSheet(c, who); err != nil || !open {
			return err
		}
		page := s.scoreCheckPage(c, who, sheet)
		page.refused([]programme.Fault{{Field: "main", Text: "The scores have changed since you opened this page, perhaps in another tab. Check them as they stand now"}})
		return s.render(c, http.StatusConflict, "scores_check.html", page)
	case errors.Is(err, programme.ErrFormClosed):
		return seeOther(c, home)
	case err != nil:
		return err
	}
	return seeOther(c, sheetPath(sheet.Ref)+"?sent="+programme.Yes)
}
