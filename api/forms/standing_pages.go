package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// infoPage is a page that says how the pages are made and what to do where they do not serve somebody. The foot of every
// page leads to it, and nobody needs a link from a mail to read it.
type infoPage struct{ frame }

// showAccessibility is the accessibility statement that public bodies publish.
func (f *Forms) showAccessibility(c *gin.Context) error {
	return f.render(c, http.StatusOK, "accessibility.html", &infoPage{frame{Title: "Accessibility statement"}})
}

// showCookies says what a browser keeps for these pages.
func (f *Forms) showCookies(c *gin.Context) error {
	page := &cookiesPage{frame: frame{Title: "Cookies"}, Visit: f.cookieName()}
	return f.render(c, http.StatusOK, "cookies.html", page)
}

// cookiesPage names the one cookie that leaders' pages set.
type cookiesPage struct {
	frame
	Visit string
}

// showFormats says how to get what the pages say in another format, and how to answer without them.
func (f *Forms) showFormats(c *gin.Context) error {
	return f.render(c, http.StatusOK, "formats.html", &infoPage{frame{Title: "Ask for another format"}})
}
