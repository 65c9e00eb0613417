package forms

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// visitOverPage meets whoever sent a form after their visit had ended. It carries what was typed: once they have opened their
// link again, in another tab, they send it again. So nothing is stored for somebody who may be anybody.
type visitOverPage struct {
	frame
	Action string
	Hidden []hiddenField
	Typed  []string // what was written in words, to be read and copied
	Ways   []way
}

// handBack answers a form that came without a visit with what was typed in it, and reports whether there was any.
func (f *Forms) handBack(c *gin.Context) bool {
	if c.Request.Method != http.MethodPost {
		return false
	}
	typed, err := posted(c)
	if err != nil || len(typed) == 0 {
		return false
	}
	page := visitOverPage{frame: frame{Title: "Please open your link again"}, Action: c.Request.URL.EscapedPath(), Ways: []way{newLink}}
	names := make([]string, 0, len(typed))
	for name := range typed {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range typed[name] {
			page.Hidden = append(page.Hidden, hiddenField{name, value})
			if strings.ContainsAny(strings.TrimSpace(value), " \n") {
				page.Typed = append(page.Typed, value)
			}
		}
	}
	if err := f.render(c, http.StatusForbidden, "visit_over.html", &page); err != nil {
		_ = c.Error(err)
		c.Status(http.StatusInternalServerError)
	}
	return true
}
