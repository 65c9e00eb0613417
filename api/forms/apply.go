package forms

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// applyPage is the open door of a cohort to which people apply: when it opens, the address to begin with while it is
// open, and the field for a late code once it has closed. Whoever enters an address gets the same answer.
type applyPage struct {
	frame
	Programme string   // the blueprint's summary
	Words     []string // how it stands
	Form      bool     // an address can be entered
	Late      bool     // with a late code alone
	Email     string
	Code      string
	EmailLine string // what is wrong with the address, or empty
	CodeLine  string
	Action    string
}

// Address is the field to begin with.
func (p *applyPage) Address() question {
	return addressQuestion("The one we may write to about your application", p.Email, p.EmailLine)
}

// LateCode is the field for the code, once applications have closed.
func (p *applyPage) LateCode() question {
	return loneQuestion(programme.Field{Name: "code", Kind: programme.FieldText, Label: "Late code", Hint: "Ten letters and digits, as we gave it to you",
		Autocomplete: "off"}, p.Code, p.CodeLine)
}

// applySentPage says that a mail is on its way.
type applySentPage struct {
	frame
	Again string
}

// applying is the page of a cohort as it stands now; a cohort for which nobody applies has none.
func (f *Forms) applying(c *gin.Context) (*applyPage, error) {
	ctx, name := c.Request.Context(), c.Param("cohort")
	dates, err := f.Store.ApplicationDates(ctx, name)
	if err != nil {
		return nil, err
	}
	cohort, err := f.Store.Cohort(ctx, name)
	if err != nil {
		return nil, err
	}
	blueprint, err := f.Blueprints(cohort.Blueprint)
	if err != nil {
		return nil, err
	}
	page := &applyPage{frame: frame{Title: "Apply for the leadership programme", Contact: cohort.Contact}, Programme: blueprint.Summary,
		Action: "/apply/" + cohort.Name}
	switch now := f.Store.Now(ctx); {
	case now.Before(dates.Opens):
		page.Title = "Applications are not open yet"
		page.Words = []string{"You can apply from " + moment(dates.Opens) + " until " + moment(dates.Closes) + ".", "Please come back then."}
	case cohort.Launched.IsZero():
		page.Title, page.Words = "Applications are not open yet", []string{"Please come back in a few days."}
	case now.Before(dates.Closes):
		page.Form = true
		page.Words = []string{"You can apply until " + moment(dates.Closes) + ". That is a firm date."}
	default:
		page.Title, page.Form, page.Late = "Applications have closed", true, true
		page.Words = []string{"Applications were open until " + moment(dates.Closes) + "."}
	}
	return page, nil
}

func (f *Forms) showApply(c *gin.Context) error {
	page, err := f.applying(c)
	if err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "apply.html", page)
}

// askApply sends the mail by which an address is verified.
func (f *Forms) askApply(c *gin.Context) error {
	if allowed, wait := f.AllowApply(c.ClientIP()); !allowed {
		return &explanation{status: http.StatusTooManyRequests, retry: max(wait, time.Second).Round(time.Second),
			page: explainPage{frame: frame{Title: "Please wait a little"}, Ways: []way{{Text: "Back to the form", Href: "/apply/" + c.Param("cohort")}},
				Paragraphs: []string{"Too many addresses were entered from your network just now. Please try again in a minute."}}}
	}
	page, err := f.applying(c)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	if !page.Form {
		return f.render(c, http.StatusConflict, "apply.html", page)
	}
	page.Email, page.Code = strings.TrimSpace(typed.Get("email")), strings.TrimSpace(typed.Get("code"))
	switch {
	case page.Email == "":
		page.EmailLine = "Enter your email address"
	case !programme.AddressLike(page.Email):
		page.EmailLine = "Enter an email address in the right form, like name@example.com"
	}
	if page.Late && page.Code == "" {
		page.CodeLine = "Enter your late code"
	}
	if page.EmailLine == "" && page.CodeLine == "" {
		ctx := c.Request.Context()
		outbox, err := f.Store.RequestApplication(ctx, c.Param("cohort"), page.Email, page.Code, f.Store.Now(ctx))
		var invalid *programme.Invalid
		switch {
		case err == nil:
			f.deliverBehind(ctx, outbox)
			return seeOther(c, page.Action+"/sent")
		case errors.Is(err, programme.ErrFormClosed), errors.Is(err, programme.ErrStageNotOpen): // it has closed in this very moment
			if page, err = f.applying(c); err != nil {
				return err
			}
			return f.render(c, http.StatusGone, "apply.html", page)
		case errors.As(err, &invalid):
			page.CodeLine = invalid.Faults[0].Text
		default:
			return err
		}
	}
	for _, line := range []faultLine{{Href: "#email", Text: page.EmailLine}, {Href: "#code", Text: page.CodeLine}} {
		if line.Text != "" {
			page.Faults = append(page.Faults, line)
		}
	}
	return f.render(c, http.StatusUnprocessableEntity, "apply.html", page)
}

func (f *Forms) showApplySent(c *gin.Context) error {
	page, err := f.applying(c)
	if err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "apply_sent.html", &applySentPage{frame: frame{Title: "Look in your mail", Contact: page.Contact}, Again: page.Action})
}

// behindApplication is the door behind a link to an application: to one that is known already, or one to begin.
func behindApplication(link programme.Link) (linkPage, string) {
	page := linkPage{frame: frame{Title: "Your application"}, Button: "Go to my application"}
	if link.Ref != "" {
		page.Asked = "What you sent and where it stands, on one page."
		return page, "/application/" + link.Ref
	}
	page.Title, page.Button = "Apply for the leadership programme", "Go to my application"
	page.Asked = "With this button you confirm that the address to which we sent this link is yours. It opens your application, or the one you have begun already."
	if !link.Expires.IsZero() {
		page.When = []string{"You can send your application until " + moment(link.Expires) + "."}
	}
	return page, ""
}

// beginApplication makes the application and leads to it.
func (f *Forms) beginApplication(c *gin.Context, token, visit programme.Token) error {
	ctx := c.Request.Context()
	ref, outbox, err := f.Store.BeginApplication(ctx, token, visit, f.Store.Now(ctx))
	if errors.Is(err, programme.ErrFormClosed) {
		link, _ := f.Store.Redeem(ctx, token, f.Store.Now(ctx)) // for its cohort alone
		return applicationsClosed(link.Cohort)
	}
	if err != nil {
		return err
	}
	f.giveCookie(c, visit)
	f.deliver(ctx, outbox)
	return seeOther(c, "/application/"+ref)
}

// applicationsClosed is for a link that came too late to begin with.
func applicationsClosed(cohort string) error {
	return &explanation{status: http.StatusGone, page: explainPage{frame: frame{Title: "Applications have closed"},
		Ways: []way{{Text: "Enter a late code", Href: "/apply/" + cohort}},
		Paragraphs: []string{"The deadline has passed, so no application can be begun any more. It is the same for everybody.",
			"If something kept you from applying in time, please write to us. We can give you a personal code that opens the form once more."}}}
}
