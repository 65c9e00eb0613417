package console

import (
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// conflictPage asks a selector who knows an applicant too well to say so.
type conflictPage struct {
	frame
	Name   string
	Action string
	Note   string
	Error  string
}

func (s *Console) conflictPage(c *gin.Context, who member, sheet programme.ScoringSheet) *conflictPage {
	return &conflictPage{frame: s.sheetFrame(c, who, "Declare a conflict", way{Text: "Application " + sheet.Ref, Href: sheetPath(sheet.Ref)}), Name: sheet.Name,
		Action: sheetPath(sheet.Ref) + "/conflict"}
}

// showConflict is GET /console/scoring/{ref}/conflict.
func (s *Console) showConflict(c *gin.Context, who member) error {
	sheet, open, err := s.openSheet(c, who)
	if err != nil || !open {
		return err
	}
	return s.render(c, http.StatusOK, "conflict.html", s.conflictPage(c, who, sheet))
}

// declareConflict is POST /console/scoring/{ref}/conflict.
func (s *Console) declareConflict(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	ref, note, ctx := c.Param("ref"), cleaned(c.PostForm("note")), c.Request.Context()
	if !reference.MatchString(ref) {
		return programme.ErrNotFound
	}
	err := s.Store.DeclareConflict(ctx, who.name, ref, note, s.Store.Now(ctx)) // first: sent twice it is no longer theirs
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		sheet, open, err := s.openSheet(c, who)
		if err != nil || !open {
			return err
		}
		page := s.conflictPage(c, who, sheet)
		page.Note, page.Error = note, invalid.Faults[0].Text
		page.refused(invalid.Faults)
		return s.render(c, http.StatusUnprocessableEntity, "conflict.html", page)
	case errors.Is(err, programme.ErrFormClosed):
		return seeOther(c, sheetPath(ref))
	case err != nil:
		return err
	}
	return seeOther(c, home+"?conflict=declared")
}
