package forms

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// visitOverPage meets whoever sent a form that could not be taken for theirs: their visit had ended, or somebody else's had
// begun in the same browser. It carries what was typed: once they have opened their link again, in another tab, they send it
// again. So nothing is stored for somebody who may be anybody.
type visitOverPage struct {
	frame
	Words  []string
	Action string
	Hidden []hiddenField // empty where sending it again would not help
	Typed  []string      // what was written in words, to be read and copied
	Ways   []way
}

// handsBack are the words for each way in which a form can come to nobody.
func handsBack(err error) (status int, page visitOverPage, is bool) {
	switch {
	case errors.Is(err, errVisitOver):
		page.Title, page.Ways = "Please open your link again", []way{newLink}
		page.Words = []string{"Your visit had ended when you sent the form. Nothing was changed, and what you typed is kept on this page."}
		return http.StatusForbidden, page, true
	case errors.Is(err, errAnotherLink): // one page for all: it tells nobody whether there is what they asked for
		page.Title, page.Ways = "Please open your own link again", []way{newLink}
		page.Words = []string{"We cannot tell that this form comes from you, because this browser has since been used with another link. " +
			"Nothing was recorded, and what you typed is kept on this page.", "If it was not you who typed it, please close this page."}
		return http.StatusNotFound, page, true
	case errors.Is(err, errNoLongerTheirs):
		page.Title, page.Words = noLongerTheirs, noLongerTheirsWords
		return http.StatusNotFound, page, true
	}
	return 0, page, false
}

const noLongerTheirs = "This is no longer with you"

var noLongerTheirsWords = []string{"Nothing was recorded. What you may see and arrange for a leader can be changed while a page is open, and this page is not open to you any more.",
	"If you think this is wrong, please ask the leader, or write to us."}

// handBack answers a form that can be taken for nobody's with what was typed in it, and reports whether there was any.
func (f *Forms) handBack(c *gin.Context, refusal error) bool {
	status, page, is := handsBack(refusal)
	if !is || c.Request.Method != http.MethodPost {
		return false
	}
	typed, err := posted(c)
	if err != nil {
		return false
	}
	names := make([]string, 0, len(typed))
	for name := range typed {
		names = append(names, name)
	}
	if slices.Equal(names, []string{whoseField}) { // a button alone
		names = nil
	}
	if len(names) == 0 {
		return false
	}
	slices.Sort(names)
	page.Action = c.Request.URL.EscapedPath()
	for _, name := range names {
		for _, value := range typed[name] {
			if !errors.Is(refusal, errNoLongerTheirs) {
				page.Hidden = append(page.Hidden, hiddenField{name, value})
			}
			if strings.ContainsAny(strings.TrimSpace(value), " \n") {
				page.Typed = append(page.Typed, value)
			}
		}
	}
	if err := f.render(c, status, "visit_over.html", &page); err != nil {
		_ = c.Error(err)
		c.Status(http.StatusInternalServerError)
	}
	return true
}
