package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// formatsPage says how to get what the pages say in another format, and how to answer without them.
type formatsPage struct{ frame }

func (f *Forms) showFormats(c *gin.Context) error {
	return f.render(c, http.StatusOK, "formats.html", &formatsPage{frame{Title: "Ask for another format"}})
}
