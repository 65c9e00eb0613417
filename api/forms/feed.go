package forms

import (
	"errors"
	"net/http"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// showFeed is GET /calendar/{token}.ics: the one address that carries a token, because diaries cannot press buttons.
// A diary that asks for a feed that is none gets a plain 404.
func (f *Forms) showFeed(c *gin.Context) error {
	secret, isCalendar := strings.CutSuffix(c.Param("file"), ".ics")
	if !isCalendar || secret == "" {
		return programme.ErrNotFound
	}
	ctx := c.Request.Context()
	ref, err := f.Store.Feed(ctx, programme.TokenFrom(secret))
	if errors.Is(err, programme.ErrLinkUnknown) || errors.Is(err, programme.ErrLinkExpired) || errors.Is(err, programme.ErrLinkReplaced) {
		return programme.ErrNotFound
	}
	if err != nil {
		return err
	}
	calendar, err := f.Calendar.CalendarFeed(ctx, ref)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, max-age=900")
	c.Header("Content-Disposition", `inline; filename="programme.ics"`)
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", calendar)
	return nil
}

// showDate is GET /year/{ref}/{stage}/date.ics: one date for the leader's own diary.
func (f *Forms) showDate(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	calendar, err := f.Calendar.CalendarEntry(c.Request.Context(), v.ref, c.Param("stage"))
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+c.Param("stage")+`.ics"`)
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", calendar)
	return nil
}
