package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// People share computers: while a form is open, somebody else may press the button of their own link in the same browser, and
// the visit is theirs from then on. So every form names whom its page was handed to, and what is sent under another visit is
// taken for nobody. The name lets nobody in, which the visit alone does; it keeps one person's answer from becoming another's.

// whoseField is the hidden field that holds it.
const whoseField = "whose"

var (
	// errAnotherLink is a page that is not this visitor's, whether there is such a page or not.
	errAnotherLink = fmt.Errorf("the page is not this visitor's: %w", programme.ErrNotFound)
	// errNoLongerTheirs is a page that was handed to this very visitor, who has no business there any more.
	errNoLongerTheirs = fmt.Errorf("the page is this visitor's no longer: %w", programme.ErrNotFound)
)

// whose names a person in a form without repeating the id.
func whose(person string) string {
	if person == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("whose form: " + person))
	return hex.EncodeToString(sum[:8])
}

// handedToAnother refuses what is sent from a page that was handed to somebody else. A form that names nobody is taken: the
// visit is what counts.
func handedToAnother(c *gin.Context, person string) error {
	if c.Request.Method != http.MethodPost {
		return nil
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	if named := typed.Get(whoseField); named != "" && named != whose(person) {
		return errAnotherLink
	}
	return nil
}

// notTheirs is the refusal of somebody who had business here and has none. Only who sends a form that was handed to them is
// told so; to everybody else the page is not there.
func notTheirs(c *gin.Context, person string) error {
	if c.Request.Method == http.MethodPost && person != "" {
		if typed, err := posted(c); err == nil && typed.Get(whoseField) == whose(person) {
			return errNoLongerTheirs
		}
	}
	return errAnotherLink
}
