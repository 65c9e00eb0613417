package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// cookiesPage names the one cookie that leaders' pages set. Nothing is kept that a page could do without, so nobody is
// asked for their agreement.
type cookiesPage struct {
	frame
	Visit string
}

func (f *Forms) showCookies(c *gin.Context) error {
	return f.render(c, http.StatusOK, "cookies.html", &cookiesPage{frame: frame{Title: "Cookies"}, Visit: f.cookieName()})
}
