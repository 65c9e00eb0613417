package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// accessibilityPage is the accessibility statement that public bodies publish. The foot of every page leads to it, and
// nobody needs a link from a mail to read it.
type accessibilityPage struct{ frame }

func (f *Forms) showAccessibility(c *gin.Context) error {
	return f.render(c, http.StatusOK, "accessibility.html", &accessibilityPage{frame{Title: "Accessibility statement"}})
}
