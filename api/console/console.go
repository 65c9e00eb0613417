// Package console is the pages of the staff: what waits on whom and what goes out, cohorts, one cohort's journeys, one journey with its stages, mails and
// history, the applications with who scores them and what is decided on them, the events with their venue packs and registers, the tasks, and
// who may come in. They are HTML that works without scripts, and they read the records alone. A GET never changes
// anything, but that looking at lists of names or needs is noted in the audit log; a POST ends in a redirect, or shows the
// page again with what was typed.
package console

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Options are what the pages are given.
type Options struct {
	Store Store
	// Orders gives commands to journeys.
	Orders Orders
	// Setup makes, changes and launches cohorts.
	Setup Setup
	// Calendar knows the working days of the centre.
	Calendar programme.Calendar
	// AllBlueprints are the shapes a year can take, in the order staff choose from them.
	AllBlueprints func() []programme.Blueprint
	// Compose writes a mail as it would go out, every private link masked.
	Compose func(job programme.MailJob) (programme.Rendered, error)
	// TemporalUI is the address of the Temporal UI; empty: no links into it.
	TemporalUI string
	// Namespace is Temporal's.
	Namespace string
	// Views are the stock views of the workflow list in the Temporal UI; none: no links to them.
	Views []View
	// RunbookURL is where the runbooks can be read; empty: no links to them.
	RunbookURL string
	// Messages are the names of all mails there are.
	Messages []string
	// Sample is a mail of a message to people whom there are not; Compose writes it.
	Sample func(message string) programme.MailJob
	// PublicURL is what addresses begin with; https makes the cookie a __Host- one.
	PublicURL string
	// Blueprints finds the shape of a cohort's year; ErrNotFound.
	Blueprints func(name string) (programme.Blueprint, error)
	// Now is real time, which sessions, tokens and the audit log run on.
	Now func() time.Time
	// Log takes who signs in by role, and nothing personal.
	Log *slog.Logger
	// Allow bounds how often one network may try to sign in: api.Limiter's Allow.
	Allow func(address string) (allowed bool, wait time.Duration)
	// Organisation is the identity provider that staff sign in through; the zero value: none.
	Organisation Organisation
	// AllowOrganisation bounds how often one network may come back from it; nil where there is none.
	AllowOrganisation func(address string) (allowed bool, wait time.Duration)
}

// View is a filter of the workflow list in the Temporal UI that opens with one click.
type View struct {
	Name string
	Href string
}

// Console serves the pages of the staff.
type Console struct {
	Options
	organisation *organisation // nil where staff do not sign in through one
}

// New makes the pages. It panics where a part is missing: that is a mistake in the wiring, not in the settings.
func New(o Options) *Console {
	if o.Store == nil || o.Orders == nil || o.Setup == nil || o.AllBlueprints == nil || o.Compose == nil || o.Blueprints == nil || o.Log == nil || o.Allow == nil || o.Now == nil {
		panic("console: Store, Orders, Setup, AllBlueprints, Compose, Blueprints, Now, Log and Allow must all be given")
	}
	if o.Organisation.Issuer != "" && o.AllowOrganisation == nil {
		panic("console: Organisation needs AllowOrganisation")
	}
	o.PublicURL, o.TemporalUI, o.RunbookURL = strings.TrimSuffix(o.PublicURL, "/"), strings.TrimSuffix(o.TemporalUI, "/"), strings.TrimSuffix(o.RunbookURL, "/")
	return &Console{Options: o, organisation: newOrganisation(o.Organisation, o.PublicURL, o.Now)}
}

// Addresses of the console.
const (
	home        = "/console"
	signInPath  = "/console/sign-in"
	cohortsPath = "/console/cohorts"
	tasksPath   = "/console/tasks"

	signedInPath    = "/console/signed-in"
	sessionsPath    = "/console/sessions"
	peoplePath      = "/console/people"
	allSessionsPath = "/console/people/sessions"
	tokensPath      = "/console/people/tokens"
	auditPath       = "/console/people/audit"
	selectorsPath   = "/console/selectors"
)

// Register adds every route. The caller guards against other sites' forms and does not log paths.
func (s *Console) Register(r gin.IRouter) {
	for _, one := range s.routes() {
		serve := one.open
		if serve == nil {
			serve = s.guarded(one.roles, one.staff)
		}
		r.Handle(one.method, one.path, answer(serve))
		if one.method == http.MethodGet {
			r.HEAD(one.path, answer(serve))
		}
	}
}

// route is one address of the console: open to everybody, or served to some roles of the staff.
type route struct {
	method, path string
	open         handler
	roles        []role
	staff        staffHandler
}

// routes is the whole of the console and who may see it. A GET serves HEAD as well.
func (s *Console) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return append([]route{
		{get, signInPath, s.showSignIn, nil, nil},
		{post, signInPath, s.signIn, nil, nil},
		{get, startPath, s.startOrganisation, nil, nil},
		{get, callbackPath, s.finishOrganisation, nil, nil},
		{get, "/console/sign-in/:token", s.showSignInLink, nil, nil},
		{post, "/console/sign-in/:token", s.followSignInLink, nil, nil},
		{post, "/console/sign-out", s.signOut, nil, nil},

		{get, home, nil, enter, s.showStart},
		{get, operationsPath, nil, watch, s.showOperations},
		{get, cohortsPath, nil, watch, s.showCohorts},
		{get, newCohortPath, nil, coordinate, s.showNewCohort},
		{post, newCohortPath, nil, coordinate, s.makeCohort},
		{get, "/console/cohorts/:cohort", nil, watch, s.showCohort},
		{post, "/console/cohorts/:cohort/filter", nil, watch, s.takeFilter},
		{get, "/console/cohorts/:cohort/journeys.csv", nil, coordinate, s.sendJourneys},
		{get, "/console/cohorts/:cohort/operations/:operation", nil, watch, s.showOperation},
		{get, "/console/cohorts/:cohort/set-up", nil, coordinate, s.showSetup},
		{get, "/console/cohorts/:cohort/set-up/dates", nil, coordinate, s.showYear},
		{post, "/console/cohorts/:cohort/set-up/dates", nil, coordinate, s.signWarnings},
		{get, "/console/cohorts/:cohort/set-up/dates/:stage", nil, coordinate, s.showStage},
		{post, "/console/cohorts/:cohort/set-up/dates/:stage", nil, coordinate, s.changeStage},
		{get, "/console/cohorts/:cohort/set-up/settings", nil, coordinate, s.showSettings},
		{post, "/console/cohorts/:cohort/set-up/settings", nil, coordinate, s.changeSettings},
		{get, "/console/cohorts/:cohort/set-up/sittings", nil, coordinate, s.showSittings},
		{get, "/console/cohorts/:cohort/set-up/sittings/:stage", nil, coordinate, s.showSittingForm},
		{post, "/console/cohorts/:cohort/set-up/sittings/:stage", nil, coordinate, s.changeSitting},
		{get, "/console/cohorts/:cohort/set-up/sittings/:stage/:sitting", nil, coordinate, s.showSittingForm},
		{post, "/console/cohorts/:cohort/set-up/sittings/:stage/:sitting", nil, coordinate, s.changeSitting},
		{get, "/console/cohorts/:cohort/set-up/sittings/:stage/:sitting/reschedule", nil, coordinate, s.showReschedule},
		{post, "/console/cohorts/:cohort/set-up/sittings/:stage/:sitting/reschedule", nil, coordinate, s.reschedule},
		{get, "/console/cohorts/:cohort/set-up/people", nil, coordinate, s.showImportPeople},
		{post, "/console/cohorts/:cohort/set-up/people", nil, coordinate, s.importPeople},
		{get, "/console/cohorts/:cohort/set-up/coaches", nil, coordinate, s.showImportCoaches},
		{post, "/console/cohorts/:cohort/set-up/coaches", nil, coordinate, s.importCoaches},
		{get, "/console/cohorts/:cohort/set-up/mails", nil, coordinate, s.showYearMails},
		{get, "/console/cohorts/:cohort/set-up/mails/preview", nil, coordinate, s.showSampleMail},
		{get, "/console/cohorts/:cohort/set-up/messages", nil, coordinate, s.showMessages},
		{get, "/console/cohorts/:cohort/set-up/messages/:message", nil, coordinate, s.showOwnMessage},
		{post, "/console/cohorts/:cohort/set-up/messages/:message", nil, coordinate, s.changeOwnMessage},
		{get, "/console/cohorts/:cohort/set-up/launch", nil, coordinate, s.showLaunch},
		{post, "/console/cohorts/:cohort/set-up/launch", nil, coordinate, s.launch},
		{get, "/console/cohorts/:cohort/figures", nil, watch, s.showFigures},
		{get, "/console/cohorts/:cohort/figures.csv", nil, watch, s.sendFigures},
		{get, "/console/cohorts/:cohort/outcomes", nil, study, s.showOutcomes},
		{get, "/console/cohorts/:cohort/outcomes.csv", nil, study, s.sendOutcomes},
		{get, "/console/cohorts/:cohort/attendance.csv", nil, coordinate, s.sendAttendance},
		{get, "/console/cohorts/:cohort/events", nil, watch, s.showEvents},
		{get, "/console/cohorts/:cohort/events/:stage/:sitting", nil, watch, s.showSitting},
		{get, "/console/cohorts/:cohort/events/:stage/:sitting/venue-pack", nil, coordinate, s.withPack(programme.AuditPackOpened, s.showVenuePack)},
		{get, "/console/cohorts/:cohort/events/:stage/:sitting/venue-pack.csv", nil, coordinate, s.withPack(programme.AuditPackExported, s.sendVenuePack)},
		{get, "/console/cohorts/:cohort/events/:stage/:sitting/register", nil, coordinate, s.showRegister},
		{post, "/console/cohorts/:cohort/events/:stage/:sitting/register", nil, coordinate, s.takeRegister},
		{get, "/console/cohorts/:cohort/applications", nil, coordinate, s.showApplications},
		{get, "/console/applications/:ref", nil, coordinate, s.showApplication},
		{post, "/console/applications/:ref/decision", nil, coordinate, s.decide},
		{get, "/console/applications/:ref/reopen/:selector", nil, coordinate, s.showReopen},
		{post, "/console/applications/:ref/reopen/:selector", nil, coordinate, s.reopenScores},
		{get, "/console/cohorts/:cohort/scoring", nil, coordinate, s.showScoring},
		{get, "/console/cohorts/:cohort/assign", nil, coordinate, s.showAssign},
		{post, "/console/cohorts/:cohort/assign", nil, coordinate, s.assign},
		{get, selectorsPath, nil, coordinate, s.showSelectors},
		{get, "/console/selectors/:staff", nil, coordinate, s.showSelector},
		{post, "/console/selectors/:staff", nil, coordinate, s.nameOrganisations},
		{get, "/console/cohorts/:cohort/release", nil, coordinate, s.showRelease},
		{post, "/console/cohorts/:cohort/release", nil, coordinate, s.release},
		{get, "/console/cohorts/:cohort/late-codes", nil, coordinate, s.showLateCodes},
		{post, "/console/cohorts/:cohort/late-codes", nil, coordinate, s.issueLateCode},
		{get, "/console/cohorts/:cohort/coaches", nil, watch, s.showCoaches},
		{get, "/console/cohorts/:cohort/match", nil, coordinate, s.showMatch},
		{post, "/console/cohorts/:cohort/match", nil, coordinate, s.match},
		{get, "/console/cohorts/:cohort/coaches/:coach", nil, coordinate, s.showCoach},
		{get, "/console/cohorts/:cohort/coaches/:coach/times", nil, coordinate, s.showTimes},
		{post, "/console/cohorts/:cohort/coaches/:coach/times", nil, coordinate, s.publishTimes},
		{get, "/console/cohorts/:cohort/coaches/:coach/times/:slot/remove", nil, coordinate, s.showRemoval},
		{post, "/console/cohorts/:cohort/coaches/:coach/times/:slot/remove", nil, coordinate, s.removeTime},
		{get, "/console/cohorts/:cohort/coaches/:coach/leave", nil, coordinate, s.showLeaving},
		{post, "/console/cohorts/:cohort/coaches/:coach/leave", nil, coordinate, s.coachLeaves},
		{get, "/console/cohorts/:cohort/ledger", nil, watch, s.showLedger},
		{get, "/console/journeys/:ref", nil, watch, s.showJourney},
		{get, "/console/journeys/:ref/notes", nil, coordinate, s.showNotes},
		{post, "/console/journeys/:ref/notes", nil, coordinate, s.addNote},
		{get, "/console/journeys/:ref/message", nil, watch, s.showMessage},
		{get, tasksPath, nil, watch, s.showTasks},
		{get, "/console/tasks/:task", nil, watch, s.showTask},
		{post, "/console/tasks/:task/done", nil, coordinate, s.finishTask},

		{get, "/console/scoring/:ref", nil, score, s.showSheet},
		{get, "/console/scoring/:ref/scores", nil, score, s.showScores},
		{post, "/console/scoring/:ref/scores", nil, score, s.saveScores},
		{get, "/console/scoring/:ref/check", nil, score, s.showCheck},
		{post, "/console/scoring/:ref/check", nil, score, s.submitScores},
		{get, "/console/scoring/:ref/conflict", nil, score, s.showConflict},
		{post, "/console/scoring/:ref/conflict", nil, score, s.declareConflict},

		{get, sessionsPath, nil, enter, s.showOwnSessions},
		{post, "/console/sessions/:session/end", nil, enter, s.endOwnSession},
		{post, "/console/sessions/end-others", nil, enter, s.endOtherSessions},
		{get, signedInPath, nil, enter, s.showSignedIn},
		{get, peoplePath, nil, administer, s.showStaff},
		{get, "/console/people/add", nil, administer, s.showAddStaff},
		{post, "/console/people/add", nil, administer, s.addStaff},
		{get, "/console/people/staff/:staff", nil, administer, s.showStaffMember},
		{get, "/console/people/staff/:staff/role", nil, administer, s.showRole},
		{post, "/console/people/staff/:staff/role", nil, administer, s.changeRole},
		{get, "/console/people/staff/:staff/remove", nil, administer, s.showRemoveStaff},
		{post, "/console/people/staff/:staff/remove", nil, administer, s.removeStaff},
		{get, "/console/people/staff/:staff/end-sessions", nil, administer, s.showEndSessions},
		{post, "/console/people/staff/:staff/end-sessions", nil, administer, s.endSessions},
		{get, allSessionsPath, nil, administer, s.showSessions},
		{get, "/console/people/sessions/:session/end", nil, administer, s.showEndSessions},
		{post, "/console/people/sessions/:session/end", nil, administer, s.endSessions},
		{get, tokensPath, nil, administer, s.showTokens},
		{get, "/console/people/tokens/make", nil, administer, s.showMakeToken},
		{post, "/console/people/tokens/make", nil, administer, s.makeToken},
		{get, "/console/people/tokens/end/:id", nil, administer, s.showEndToken},
		{post, "/console/people/tokens/end/:id", nil, administer, s.endToken},
		{get, auditPath, nil, administer, s.showAudit},
		{post, "/console/people/audit.csv", nil, administer, s.sendAudit},
	}, append(s.orderRoutes(), s.bulkRoutes()...)...)
}

// handler is one page; what it returns becomes the edge's page of that kind of problem.
type handler func(c *gin.Context) error

// staffHandler is a page that knows who looks at it.
type staffHandler func(c *gin.Context, who member) error

// answer runs a handler, with the headers that keep pages out of caches, search engines and other sites' logs.
func answer(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		c.Header("Referrer-Policy", "no-referrer")
		c.Header("X-Robots-Tag", "noindex, nofollow")
		if err := h(c); err != nil {
			api.Fail(c, err)
		}
	}
}

// posted reads a form; anything else than a browser's plain form is refused. The edge caps its size.
func posted(c *gin.Context) error {
	if c.ContentType() != "application/x-www-form-urlencoded" {
		return api.NewProblem(api.UnsupportedMedia, "Please use the form on the page.")
	}
	if err := c.Request.ParseForm(); err != nil {
		if p := api.Explain(err); p.Kind() == api.TooLarge {
			return p
		}
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	return nil
}

// seeOther ends a POST: a refresh repeats the page, not the act.
func seeOther(c *gin.Context, path string) error {
	c.Redirect(http.StatusSeeOther, path)
	return nil
}
