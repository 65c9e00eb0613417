package forms

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// privacyPage is the privacy notice, with the version that consents refer to.
type privacyPage struct {
	frame
	Version string
}

func (f *Forms) showPrivacy(c *gin.Context) error {
	return f.render(c, http.StatusOK, "privacy.html", &privacyPage{frame: frame{Title: "Privacy notice"}, Version: f.PrivacyNotice})
}
