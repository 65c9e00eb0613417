package forms_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fairlead/api/forms"
	"fairlead/email"
	"fairlead/programme"
	kept "fairlead/records"

	"github.com/gin-gonic/gin"
)

// recordedYear is the year of one leader in real records, with the page that hands out the private feed.
type recordedYear struct {
	*kept.Store
	t      *testing.T
	now    time.Time
	ref    string
	pages  http.Handler
	secret string
}

// CalendarFeed is the feed as the program writes it.
func (y *recordedYear) CalendarFeed(ctx context.Context, ref string) ([]byte, error) {
	dates, err := y.Dates(ctx, ref)
	return email.Feed("2027-spring", email.FeedEntries(ref, dates), y.now), err
}

// CalendarEntry is one date of it as the program writes it.
func (y *recordedYear) CalendarEntry(ctx context.Context, ref, stage string) ([]byte, error) {
	dates, err := y.Dates(ctx, ref)
	if err != nil {
		return nil, err
	}
	entry, found := email.FeedEntry(ref, stage, dates)
	if !found {
		return nil, programme.ErrNotFound
	}
	return email.Feed("2027-spring", []email.Entry{entry}, y.now), nil
}

func (y *recordedYear) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatal(err)
	}
}

// recordYear launches the flagship for one leader with a coach, on 10 May 2027.
func recordYear(t *testing.T) *recordedYear {
	y := &recordedYear{t: t, now: time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC)}
	ctx, dir := t.Context(), t.TempDir()
	var err error
	y.Store, err = kept.Open(ctx, "sqlite:"+filepath.Join(dir, "records.db"), "sqlite:"+filepath.Join(dir, "keys.db"), func() time.Time { return y.now },
		kept.Options{PrivacyNotice: "2026-09", Blueprints: programme.BlueprintNamed, Calendar: programme.EnglandAndWales()})
	y.must(err)
	t.Cleanup(func() { _ = y.Close() })
	y.must(y.Migrate(ctx))
	y.must(y.CreateCohort(ctx, programme.Cohort{Name: "2027-spring", Blueprint: "flagship", StartsOn: programme.Date{Year: 2027, Month: 3, Day: 1},
		Route: programme.RouteConfirmed, Places: 1, Owner: "owner@centre.example", Deputy: "deputy@centre.example"}))
	report, err := y.ImportParticipants(ctx, "2027-spring", []programme.Participant{{Row: 2, GivenName: "Helen", FamilyName: "Nguyen", Email: "helen@service.example",
		Role: programme.Role{JobTitle: "Chief Executive", Organisation: "Service", Sector: "Healthcare", Region: "London", RoleStarted: "2026-05"}}}, false, "staff:test")
	y.must(err)
	y.ref = report.Rows[0].Ref
	_, err = y.ImportCoaches(ctx, "2027-spring", []programme.Coach{{Row: 2, Name: "Abena Darko", Email: "abena@coaches.example", Region: "London",
		Background: "Education", Capacity: 1}}, false, "staff:test")
	y.must(err)
	_, err = y.Launch(ctx, "2027-spring", "staff:test", y.now)
	y.must(err)
	_, err = y.MatchCohort(ctx, "2027-spring", false, "staff:test")
	y.must(err)
	secret, err := y.FeedToken(ctx, y.ref)
	y.must(err)
	y.secret, y.now = secret.Reveal(), programme.Date{Year: 2027, Month: 5, Day: 10}.At(12, 0)
	allowed := func(string) (bool, time.Duration) { return true, 0 }
	engine := gin.New()
	forms.New(forms.Options{Store: y.Store, Notify: &workflows{}, Calendar: y, Blueprints: programme.BlueprintNamed, PublicURL: "https://leaders.example/",
		PrivacyNotice: "2026-09", Contact: "centre@centre.example", AllowNewLink: allowed, AllowApply: allowed, AllowUnsubscribe: allowed}).Register(engine)
	y.pages = engine
	return y
}

var entryLine = regexp.MustCompile(`(?m)^(UID|SEQUENCE|DTSTART)[^:]*:(.*?)\r?$`)

// entries are the start and the sequence of each entry of a calendar, by UID.
func entries(calendar string) map[string][2]string {
	found := map[string][2]string{}
	for _, part := range strings.Split(strings.ReplaceAll(calendar, "\r\n ", ""), "BEGIN:VEVENT")[1:] {
		lines := map[string]string{}
		for _, line := range entryLine.FindAllStringSubmatch(part, -1) {
			lines[line[1]] = line[2]
		}
		found[lines["UID"]] = [2]string{lines["DTSTART"], lines["SEQUENCE"]}
	}
	return found
}

// feed reads the private feed as a diary does.
func (y *recordedYear) feed() map[string][2]string {
	y.t.Helper()
	answer := httptest.NewRecorder()
	y.pages.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/calendar/"+y.secret+".ics", nil))
	if answer.Code != http.StatusOK {
		y.t.Fatalf("the feed answers %d", answer.Code)
	}
	return entries(answer.Body.String())
}

// agrees checks that the latest mail of a message brings the entry that the feed has, with so high a sequence.
func (y *recordedYear) agrees(message, sequence string, moved bool) {
	y.t.Helper()
	ctx := y.t.Context()
	list, _, err := y.Messages(ctx, y.ref, "", 500)
	y.must(err)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Message != message || list[i].State != programme.MessagePlanned {
			continue
		}
		claim, err := y.Claim(ctx, list[i].Key, list[i].At, y.now)
		y.must(err)
		claim.Job.From = "office@centre.example"
		mail, err := email.Compose(*claim.Job, "https://leaders.example")
		y.must(err)
		for uid, entry := range entries(mail.Calendar) {
			known, has := y.feed()[uid]
			if entry[1] != sequence || !has || known[1] != sequence || moved && known != entry {
				y.t.Errorf("%s brings %v, the feed has %v, want the sequence %s", message, entry, known, sequence)
			}
			return
		}
		y.t.Errorf("%s brings no entry", message)
		return
	}
	y.t.Errorf("there is no mail %s", message)
}

// The private feed, read at its address, says of sessions and events what the mails say: the same UID, time and sequence,
// also after a move.
func TestFeedFollowsWhatTheMailsSay(t *testing.T) {
	t.Parallel()
	y := recordYear(t)
	ctx := t.Context()
	book := func(day int) {
		t.Helper()
		_, err := y.BookSession(ctx, programme.SessionOrder{Ref: y.ref, Stage: "coaching-3", Starts: programme.Date{Year: 2027, Month: 6, Day: day}.At(10, 0), By: "participant", At: y.now})
		y.must(err)
	}
	_, err := y.OpenStage(ctx, "2027-spring", y.ref, "coaching-3", y.now)
	y.must(err)
	book(8)
	y.agrees(programme.MsgCoachingBooked, "0", true)
	book(9)
	y.agrees(programme.MsgCoachingMoved, "1", true)
	_, err = y.CancelSession(ctx, programme.SessionOrder{Ref: y.ref, Stage: "coaching-3", By: "participant", At: y.now})
	y.must(err)
	y.agrees(programme.MsgCoachingCancelled, "2", false) // the feed has the day by which to book again

	plan, err := y.OpenStage(ctx, "2027-spring", y.ref, "residential-2", y.now)
	y.must(err)
	_, err = y.Submit(ctx, programme.Submission{Ask: plan.Ask, Answers: programme.Answers{"place": {programme.PlaceConfirm}}, By: "participant", At: y.now})
	y.must(err)
	y.agrees(programme.MsgEventConfirmed, "0", true)
	op, err := y.Reschedule(ctx, programme.Reschedule{Cohort: "2027-spring", Stage: "residential-2", Starts: programme.Date{Year: 2027, Month: 7, Day: 12}.At(8, 0),
		Reason: "programme_change", Actor: "staff:test", At: y.now})
	y.must(err)
	orders, _, err := y.Following(ctx, op.ID, "", 10)
	y.must(err)
	_, err = y.Apply(ctx, y.ref, orders[0].Order.ID, y.now, orders[0].Order)
	y.must(err)
	y.agrees(programme.MsgEventMoved, "1", true)
}
