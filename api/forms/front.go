package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// frontPage is what somebody sees who typed no more than the host's name: everybody's own pages open from the links we
// mail, and it says how to get one.
type frontPage struct{ frame }

func (f *Forms) showFront(c *gin.Context) error {
	return f.render(c, http.StatusOK, "front.html", &frontPage{frame{Title: "Open your pages"}})
}
