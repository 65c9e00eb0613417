package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func coachReportOf(coach, ref string) string {
	return "/coach/" + coach + "/leaders/" + ref + "/report"
}

// showCoachReport is GET /coach/{coach}/leaders/{ref}/report: a leader's report for the coach they have, as long as they
// agree. Whatever stands against it, the page is the one of an address that leads nowhere. The history notes that it was
// opened, which is all that this GET writes.
func (f *Forms) showCoachReport(c *gin.Context) error {
	_, v, err := f.coachVisit(c)
	if err != nil {
		return err
	}
	shared, err := f.Store.CoachReport(c.Request.Context(), v.ref, c.Param("ref"), v.now)
	if err != nil {
		return err
	}
	fr := f.frame(v, "The report of "+shared.Leader)
	fr.Year, fr.Back = "", &way{Text: "Back to your leaders", Href: "/coach/" + v.ref}
	page, err := reportPageOf(fr, shared.Report)
	if err != nil {
		return err
	}
	page.Leader = shared.Leader
	page.Seen = shared.Leader + " agreed that you see it as their coach, and can withdraw that at any time. The programme notes that you opened it, not what it says."
	return f.render(c, http.StatusOK, "report.html", page)
}
