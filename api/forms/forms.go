// Package forms is the pages that leaders, applicants and their assistants meet: the open door to which people apply, the
// door behind a private link, one form per stage, "Your year", the certificate and the calendar feed. They are plain HTML that works without scripts. A GET never
// changes anything, though a coach's look at a report is noted; a POST ends in a redirect, or shows the page again with what was typed.
package forms

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Options are what the pages are given.
type Options struct {
	Store    Store
	Notify   Notify
	Calendar Calendar
	// Blueprints finds the shape of a cohort's year; ErrNotFound.
	Blueprints func(name string) (programme.Blueprint, error)
	// PublicURL is what addresses begin with; https makes the cookie a __Host- one.
	PublicURL string
	// PrivacyNotice is the version of the privacy notice people read and agree to.
	PrivacyNotice string
	// Contact is the mailbox people may write to where a page belongs to no cohort.
	Contact string
	// AllowNewLink bounds how often one network may ask for a new link: api.Limiter's Allow.
	AllowNewLink func(address string) (allowed bool, wait time.Duration)
	// AllowApply bounds how often one network may enter an address to apply with: api.Limiter's Allow.
	AllowApply func(address string) (allowed bool, wait time.Duration)
	// AllowUnsubscribe bounds how often one network may turn optional mail off or on: api.Limiter's Allow. Mail programs do
	// it for many people from one network.
	AllowUnsubscribe func(address string) (allowed bool, wait time.Duration)
}

// Forms serves the pages.
type Forms struct {
	Options
	background sync.WaitGroup // deliveries that nobody waits for
}

// New makes the pages. It panics where a part is missing: that is a mistake in the wiring, not in the settings.
func New(o Options) *Forms {
	if o.Store == nil || o.Notify == nil || o.Calendar == nil || o.Blueprints == nil || o.AllowNewLink == nil || o.AllowApply == nil || o.AllowUnsubscribe == nil {
		panic("forms: Store, Notify, Calendar, Blueprints, AllowNewLink, AllowApply and AllowUnsubscribe must all be given")
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	return &Forms{Options: o}
}

// Register adds every route. The caller wraps the whole handler in http.CrossOriginProtection and does not log paths.
func (f *Forms) Register(r gin.IRouter) {
	show := func(path string, h handler) {
		r.GET(path, f.page(h))
		r.HEAD(path, f.page(h))
	}
	act := func(path string, h handler) { r.POST(path, f.page(h)) }

	show("/", f.showFront)
	show("/l/:token", f.showLink)
	act("/l/:token", f.followLink)
	show("/new-link", f.showNewLink)
	act("/new-link", f.askNewLink)
	show("/new-link/sent", f.showNewLinkSent)

	show("/unsubscribe/:token", f.showUnsubscribe)
	act("/unsubscribe/:token", f.unsubscribe)
	act("/unsubscribe/:token/again", f.subscribeAgain)

	show("/apply/:cohort", f.showApply)
	act("/apply/:cohort", f.askApply)
	show("/apply/:cohort/sent", f.showApplySent)
	show("/application/:ref", f.showApplication)
	show("/application/:ref/withdraw", f.showWithdraw)
	act("/application/:ref/withdraw", f.sendWithdraw)

	show("/year/:ref", f.showYear)
	show("/year/:ref/certificate", f.showCertificate)
	show("/year/:ref/assistant", f.showAssistant)
	act("/year/:ref/assistant", f.sendAssistant)
	show("/year/:ref/assistant/done", f.showAssistantDone)
	show("/year/:ref/details", f.showDetails)
	show("/year/:ref/details/:section", f.showDetail)
	act("/year/:ref/details/:section", f.sendDetail)
	show("/year/:ref/leave", f.showLeave)
	act("/year/:ref/leave", f.sendLeave)
	show("/year/:ref/consents", f.showConsents)
	show("/year/:ref/consents/:purpose", f.showWithdrawConsent)
	act("/year/:ref/consents/:purpose", f.withdrawConsent)
	act("/year/:ref/consents/:purpose/agree", f.agreeToCoach)
	show("/report/:ref", f.showReport)
	show("/year/:ref/coach", f.showAnotherCoach)
	act("/year/:ref/coach", f.askAnotherCoach)
	show("/coach/:coach", f.showCoach)
	show("/coach/:coach/leaders/:ref/report", f.showCoachReport)
	act("/coach/:coach/slots", f.publishSlots)
	act("/coach/:coach/slots/remove", f.removeSlot)
	act("/coach/:coach/agreed", f.bookAgreed)
	act("/coach/:coach/cancel", f.cancelAgreed)
	act("/coach/:coach/log", f.logSession)
	show("/year/:ref/:stage", f.showStage)
	act("/year/:ref/:stage", f.sendStage)
	show("/year/:ref/:stage/date.ics", f.showDate)
	show("/year/:ref/:stage/:section", f.showSection)
	act("/year/:ref/:stage/:section", f.sendSection)

	show("/privacy", f.showPrivacy)
	show("/accessibility", f.showAccessibility)
	show("/cookies", f.showCookies)
	show("/formats", f.showFormats)
	show("/calendar/:file", f.showFeed)
}

// Wait returns when deliveries that go on behind answered requests have ended.
func (f *Forms) Wait() { f.background.Wait() }

// handler is one page; what it returns becomes a page of its own, see explain.go.
type handler func(c *gin.Context) error

const (
	largestForm  = 64 << 10        // bytes; the longest honest form is a few thousand
	deliveryTime = 2 * time.Second // how long an answer waits for the workflows to be told; the relay tells them anyway
)

// page runs a handler and turns its error into a page.
func (f *Forms) page(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		protect(c.Writer.Header())
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, largestForm)
		if err := h(c); err != nil {
			f.explain(c, err)
		}
	}
}

// protect keeps personal pages out of caches, search engines and other sites' logs. The edge sets the headers that every
// answer of Fairlead has.
func protect(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// deliver tells the workflows of a commit. The person's answer is safe already, so it waits only briefly.
func (f *Forms) deliver(ctx context.Context, outbox []string) {
	if len(outbox) == 0 {
		return
	}
	ctx, stop := context.WithTimeout(ctx, deliveryTime)
	defer stop()
	f.Notify.Deliver(ctx, outbox)
}

// deliverBehind does the same after the request was answered, so that how long the answer took tells nothing.
func (f *Forms) deliverBehind(ctx context.Context, outbox []string) {
	f.background.Add(1)
	go func() {
		defer f.background.Done()
		f.deliver(context.WithoutCancel(ctx), outbox)
	}()
}

// posted are the values of a form; anything else than a browser's plain form is refused.
func posted(c *gin.Context) (programme.Answers, error) {
	if c.ContentType() != "application/x-www-form-urlencoded" {
		return nil, errNotAForm
	}
	if err := c.Request.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if asError(err, &tooLarge) {
			return nil, errTooLarge
		}
		return nil, errNotAForm
	}
	return programme.Answers(c.Request.PostForm), nil
}

// seeOther ends a POST: a refresh repeats the page, not the act.
func seeOther(c *gin.Context, path string) error {
	c.Redirect(http.StatusSeeOther, path)
	return nil
}
