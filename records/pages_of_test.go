package records

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

func staffCookie(session programme.Token) *http.Cookie {
	return &http.Cookie{Name: "fairlead_staff", Value: session.Reveal()}
}

// staffed are pages of somebody of a role, who signs in at the console.
func (b *bundle) staffed(t *testing.T, role string) *routed {
	t.Helper()
	b.joins(t, role+"@centre.example", role)
	return &routed{cookie: staffCookie(b.signsIn(t, role+"@centre.example"))}
}

// visitCookie lets a browser in as who follows the link of a journey, or of a coach.
func (b *bundle) visitCookie(t *testing.T, ref string, purpose programme.LinkPurpose) *http.Cookie {
	t.Helper()
	link := linkRow{Ref: ref, Purpose: string(purpose)}
	query := map[programme.LinkPurpose]string{programme.LinkAssistant: "SELECT assistant_id FROM journeys WHERE ref = ?", programme.LinkCoach: "SELECT person_id FROM coaches WHERE ref = ?"}[purpose]
	if query == "" {
		query = "SELECT person_id FROM journeys WHERE ref = ?"
	}
	must(t, b.db.Raw(query, ref).Scan(&link.PersonID).Error)
	must(t, b.db.Raw("SELECT link_epoch FROM people WHERE id = ?", link.PersonID).Scan(&link.Epoch).Error)
	visit := programme.NewToken()
	must(t, b.tx(b.ctx, func(tx *gorm.DB) error { return b.letIn(tx, link, visit) }))
	return &http.Cookie{Name: "fairlead_visit", Value: visit.Reveal()}
}

// client is what a client of the REST API reads.
func (b *bundle) client(t *testing.T) *routed {
	t.Helper()
	token, err := b.CreateToken(b.ctx, "client", "admin", time.Time{})
	must(t, err)
	return &routed{token: token.Reveal()}
}

// routed are pages that one person opens.
type routed struct {
	cookie *http.Cookie
	token  string
	list   []visited
}

// add takes a page in; pairs name what stands in its address for the parts of its route.
func (r *routed) add(route, query string, long bool, pairs ...string) {
	address := route
	for i := 0; i < len(pairs); i += 2 {
		address = strings.Replace(address, pairs[i], pairs[i+1], 1)
	}
	r.list = append(r.list, visited{route: route, address: address + query, cookie: r.cookie, token: r.token, long: long})
}

// manyDates are n dates of residential 1, one of them everybody's.
func manyDates(n int) []programme.Sitting {
	list := []programme.Sitting{date("a", "A", "2027-02-28 16:00", "2027-03-05 13:00", n+2)}
	for i := 1; i < n; i++ {
		list = append(list, date(fmt.Sprintf("b%d", i), "", "2027-02-28 16:00", "2027-03-05 13:00", 5))
	}
	return list
}

// yearPages fills a year with n of everything and tells the pages it has.
func (b *bundle) yearPages(t *testing.T, n int) []visited {
	refs := b.onFlagshipIn(t, n, []string{"A"}, map[string][]programme.Sitting{"residential-1": manyDates(n)})
	b.takesPlace(t, "", "Elm House", "https://meet.example.org/here")
	var coach string
	must(t, b.db.Raw("SELECT ref FROM coaches").Scan(&coach).Error)
	b.goTo("2026-11-23 12:00")
	for i, ref := range refs {
		if i == 1 { // who joins late
			continue
		}
		plan := b.openStage(t, ref, "onboarding")
		answers := withPlaces(programme.PlaceConfirm)
		answers["consent_coach_report"] = []string{"yes"}
		b.submit(t, plan.Ask, answers)
		b.closed(t, ref, "onboarding")
	}
	b.goTo("2027-01-25 12:00")
	must(t, ignore(b.PublishSlots(b.ctx, spring, coach, programme.SlotSeries{First: london("2027-01-27 09:00"), EveryDays: 1, Count: n, Minutes: 60, Online: true},
		"staff:ada", b.clock.Now())))
	for i, ref := range refs {
		b.answered(t, ref, "psychometrics", all("4"))
		b.openStage(t, ref, "coaching-1")
		b.openStage(t, ref, "opening-event")
		b.openStage(t, ref, "residential-1")
		if i != 1 {
			must(t, ignore(b.BookSession(b.ctx, programme.SessionOrder{Ref: ref, Stage: "coaching-1", Starts: b.clock.Now().AddDate(0, 0, 2).Add(time.Duration(i+2) * time.Hour), Online: true,
				By: "participant", At: b.clock.Now()})))
		}
	}
	b.goTo("2027-02-10 12:00") // needs are frozen
	must(t, ignore(b.PublishSlots(b.ctx, spring, coach, programme.SlotSeries{First: london("2027-04-12 09:00"), EveryDays: 1, Count: n, Minutes: 60, Online: true},
		by, b.clock.Now())))
	token := b.send(t, b.openStage(t, refs[1], "onboarding").Mails[0]).Items[0].Link
	change := "00000000-0000-4000-8000-000000000002"
	b.ordered(t, programme.Command{ID: change, Name: programme.CmdChangeDetails, Ref: refs[0], Details: programme.Details{Phone: new("020 7946 9999")}})
	for i, ref := range refs {
		must(t, b.AddNote(b.ctx, refs[0], fmt.Sprintf("00000000-0000-4000-8000-%012d", i), by, "They rang."))
		b.ordered(t, programme.Command{Name: programme.CmdChangeDetails, Ref: refs[0], Details: programme.Details{Phone: new(fmt.Sprintf("020 7946 %04d", i))}})
		b.raise(t, spring, ref, "catch_up", b.Now(b.ctx))
		must(t, b.SetAttention(b.ctx, ref, "residential-1", "activity_failed", b.Now(b.ctx)))
		more := testCohort(fmt.Sprintf("cohort-%02d", i), programme.RouteInvitation, 5)
		must(t, b.CreateCohort(b.ctx, more))
		must(t, ignore(b.MakeToken(b.ctx, programme.APIToken{ID: fmt.Sprintf("%016x", i), Name: "jo", Role: "coordinator", Kind: programme.TokenLive}, by, "for the test")))
	}
	for i := range n {
		b.ordered(t, programme.Command{Name: programme.CmdResend, Ref: refs[1], Stage: "onboarding"})
		b.joins(t, fmt.Sprintf("member%d@centre.example", i), "coordinator")
		b.signsIn(t, fmt.Sprintf("member%d@centre.example", i))
	}
	b.importCoaches(t, coaches(n, n))
	order := "00000000-0000-4000-8000-000000000001"
	must(t, ignore(b.OrderMany(b.ctx, programme.BulkOrder{ID: order, Filter: programme.JourneyFilter{Cohort: spring}, Shown: programme.SetOf(slices.Sorted(slices.Values(refs))),
		Command: programme.Command{Name: programme.CmdResend, Stage: "residential-1", Reason: "other", Actor: by}})))
	var session, staff, slot, task, key string
	for into, sql := range map[*string]string{&slot: "SELECT id FROM coach_slots WHERE state = 'free' AND coach = '" + coach + "' ORDER BY starts_at DESC",
		&task: "SELECT CAST(id AS TEXT) FROM tasks", &key: "SELECT key FROM messages WHERE ref = '" + refs[0] + "'"} {
		must(t, b.db.Raw(sql+" LIMIT 1").Scan(into).Error)
	}
	list, err := b.StaffList(b.ctx)
	must(t, err)
	staff = list[0].ID
	sessions, err := b.StaffSessions(b.ctx, programme.NewToken())
	must(t, err)
	session = sessions[0].ID

	leader, other := &routed{cookie: b.visitCookie(t, refs[0], programme.LinkAsk)}, &routed{cookie: b.visitCookie(t, refs[1], programme.LinkAsk)}
	leader.add("/year/:ref", "", false, ":ref", refs[0])
	for _, stage := range []string{"onboarding", "psychometrics", "coaching-1", "residential-1", "opening-event"} {
		leader.add("/year/:ref/:stage", "", false, ":ref", refs[0], ":stage", stage)
	}
	leader.add("/year/:ref/consents", "", false, ":ref", refs[0])
	leader.add("/year/:ref/consents/:purpose", "", false, ":ref", refs[0], ":purpose", programme.ConsentCoachReport)
	leader.add("/year/:ref/coach", "", false, ":ref", refs[0])
	leader.add("/year/:ref/details", "", false, ":ref", refs[0])
	leader.add("/year/:ref/details/:section", "", false, ":ref", refs[0], ":section", programme.SectionAssistant)
	leader.add("/year/:ref/leave", "", false, ":ref", refs[0])
	leader.add("/year/:ref/:stage/date.ics", "", false, ":ref", refs[0], ":stage", "residential-1")
	leader.add("/report/:ref", "", false, ":ref", refs[0])
	feed, err := b.FeedToken(b.ctx, refs[0])
	must(t, err)
	leader.add("/calendar/:file", "", false, ":file", feed.Reveal()+".ics")
	leader.add("/l/:token", "", false, ":token", token.Reveal())
	for _, stage := range []string{"onboarding", "coaching-1", "residential-1"} {
		other.add("/year/:ref/:stage", "", stage == "coaching-1", ":ref", refs[1], ":stage", stage)
	}
	other.add("/year/:ref/:stage/:section", "", false, ":ref", refs[1], ":stage", "onboarding", ":section", programme.SectionProfile)
	assistant := &routed{cookie: b.visitCookie(t, refs[0], programme.LinkAssistant)}
	assistant.add("/year/:ref/assistant", "", false, ":ref", refs[0])
	assistant.add("/year/:ref/assistant/done", "", false, ":ref", refs[0])
	itsCoach := &routed{cookie: b.visitCookie(t, coach, programme.LinkCoach)}
	itsCoach.add("/coach/:coach", "", true, ":coach", coach)
	itsCoach.add("/coach/:coach/leaders/:ref/report", "", false, ":coach", coach, ":ref", refs[0])

	staffed := b.staffed(t, "coordinator")
	staffed.add("/console", "", true)
	staffed.add("/console/operations", "", true)
	staffed.add("/console/cohorts", "", true)
	staffed.add("/console/cohorts/new", "", false)
	cohort := "/console/cohorts/:cohort"
	for _, page := range []struct {
		path, query string
		long        bool
	}{{"", "", true}, {"", "?sort=organisation", true}, {"", "?state=enrolled&stage=residential-1&waiting_on=participant", false}, {"/journeys.csv", "", true},
		{"/set-up", "", false}, {"/set-up/dates", "", false}, {"/set-up/settings", "", false}, {"/set-up/sittings", "", true}, {"/set-up/people", "", false},
		{"/set-up/coaches", "", false}, {"/set-up/mails", "", false}, {"/set-up/mails/preview", "?on=2026-11-23", false}, {"/set-up/messages", "", false},
		{"/set-up/launch", "", false}, {"/figures", "", false}, {"/figures.csv", "", false}, {"/outcomes", "", false}, {"/outcomes.csv", "", false}, {"/attendance.csv", "", true}, {"/events", "", true}, {"/coaches", "", true},
		{"/match", "", false}, {"/ledger", "", false}, {"/bulk", "", false}, {"/bulk/resend", "", false}, {"/bulk/extend", "", false}, {"/bulk/skip", "", false},
		{"/bulk/write", "", false}, {"/bulk/hold", "", false}, {"/bulk/resume", "", false}} {
		staffed.add(cohort+page.path, page.query, page.long, ":cohort", spring)
	}
	staffed.add(cohort+"/operations/:operation", "", true, ":cohort", spring, ":operation", order)
	staffed.add(cohort+"/set-up/dates/:stage", "", false, ":cohort", spring, ":stage", "psychometrics")
	staffed.add(cohort+"/set-up/sittings/:stage", "", false, ":cohort", spring, ":stage", "residential-1")
	staffed.add(cohort+"/set-up/messages/:message", "", false, ":cohort", spring, ":message", "onboarding")
	for _, page := range []string{"", "/reschedule"} {
		staffed.add(cohort+"/set-up/sittings/:stage/:sitting"+page, "", false, ":cohort", spring, ":stage", "residential-1", ":sitting", "a")
	}
	for _, page := range []string{"", "/venue-pack", "/venue-pack.csv", "/register"} {
		staffed.add(cohort+"/events/:stage/:sitting"+page, "", page != "/venue-pack.csv", ":cohort", spring, ":stage", "residential-1", ":sitting", "a")
	}
	for _, page := range []string{"", "/times", "/leave", "/times/:slot/remove"} {
		staffed.add(cohort+"/coaches/:coach"+page, "", page == "", ":cohort", spring, ":coach", coach, ":slot", slot)
	}
	staffed.add("/console/journeys/:ref", "", true, ":ref", refs[0])
	staffed.add("/console/journeys/:ref", "", true, ":ref", refs[1])
	staffed.add("/console/journeys/:ref/notes", "", true, ":ref", refs[0])
	staffed.add("/console/journeys/:ref/message", "?key="+url.QueryEscape(key), false, ":ref", refs[0])
	staffed.add("/console/journeys/:ref/ordered/:order", "?command=change-details", false, ":ref", refs[0], ":order", change)
	for _, name := range programme.Commands() {
		staffed.add("/console/journeys/:ref/"+string(name), "?stage=residential-1", false, ":ref", refs[0])
	}
	staffed.add("/console/tasks", "", true)
	staffed.add("/console/tasks/:task", "", false, ":task", task)
	staffed.add("/console/sessions", "", false)
	staffed.add("/console/signed-in", "", false)
	admin := b.staffed(t, "admin")
	for _, page := range []string{"", "/sessions", "/tokens", "/audit"} {
		admin.add("/console/people"+page, "", true)
	}
	admin.add("/console/people/add", "", false)
	admin.add("/console/people/tokens/make", "", false)
	for _, page := range []string{"", "/role", "/remove", "/end-sessions"} {
		admin.add("/console/people/staff/:staff"+page, "", false, ":staff", staff)
	}
	admin.add("/console/people/sessions/:session/end", "", false, ":session", session)
	admin.add("/console/people/tokens/end/:id", "", false, ":id", fmt.Sprintf("%016x", 0))
	client := b.client(t)
	for _, page := range []string{"/cohorts", "/cohorts/:cohort", "/cohorts/:cohort/sittings", "/cohorts/:cohort/matches", "/cohorts/:cohort/coaches/:coach/slots",
		"/cohorts/:cohort/outcomes", "/journeys", "/journeys/:ref", "/journeys/:ref/messages", "/journeys/:ref/history", "/operations/:id", "/tasks"} {
		client.add("/api/v1"+page, "", !slices.Contains([]string{"/cohorts/:cohort", "/cohorts/:cohort/outcomes", "/journeys/:ref", "/journeys/:ref/messages", "/operations/:id"}, page), ":cohort", spring, ":coach", coach, ":ref", refs[0], ":id", order)
	}
	client.add("/api/v1/journeys/:ref/messages", "", true, ":ref", refs[1])
	client.add("/api/v1/journeys/:ref/messages/:id", "", false, ":ref", refs[0], ":id", base64.RawURLEncoding.EncodeToString([]byte(key)))
	var pages []visited
	for _, some := range []*routed{leader, other, assistant, itsCoach, staffed, admin, client} {
		pages = append(pages, some.list...)
	}
	return pages
}
