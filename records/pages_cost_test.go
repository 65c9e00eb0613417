package records

import (
	"context"
	"crypto/cipher"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/api/console"
	"fairlead/api/forms"
	"fairlead/api/rest"
	"fairlead/email"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

// few and many are how much of everything there is when the statements of a page are counted.
const (
	few  = 3
	many = 30
)

// visited is a page that is opened: its route, its address, and whose cookie is sent along.
type visited struct {
	route   string
	address string
	cookie  *http.Cookie
	token   string // of a client of the REST API
	// long marks a page that tells of all of what there is more of: it is longer for many.
	long bool
}

// TestPagesCostTheSameForMany: whatever page anybody opens and whatever list a client reads, it sends as many statements for thirty leaders, times,
// applications, mails and so on as for three.
func TestPagesCostTheSameForMany(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(testing.TB) *bundle{"sqlite": setupSQLite, "postgres": setupPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opened := map[string]bool{}
			var routes gin.RoutesInfo
			for _, fill := range []func(*bundle, *testing.T, int) []visited{(*bundle).yearPages, (*bundle).applicationPages, (*bundle).matchPages, (*bundle).completedPages} {
				b := setup(t)
				pages := fill(b, t, few)
				server := b.pages()
				more := setup(t)
				again := fill(more, t, many)
				moreServer := more.pages()
				for i, page := range pages {
					opened[page.route] = true
					status, one, short := b.opens(t, server, page)
					_, all, long := more.opens(t, moreServer, again[i])
					switch {
					case status != http.StatusOK:
						t.Errorf("%s: %d", page.address, status)
					case one != all:
						t.Errorf("%s: %d statements for %d, %d for %d", page.address, one, few, all, many)
					case page.long && long <= short:
						t.Errorf("%s: %d bytes for %d, %d for %d", page.address, short, few, long, many)
					}
				}
				routes = server.Routes()
			}
			for _, r := range routes {
				if r.Method == http.MethodGet && !opened[r.Path] && !slices.Contains(readNothing, r.Path) {
					t.Errorf("nobody counts what GET %s costs", r.Path)
				}
			}
		})
	}
}

// readNothing are the addresses that say the same to everybody.
var readNothing = []string{"/", "/privacy", "/accessibility", "/cookies", "/formats", "/new-link", "/new-link/sent", "/apply/:cohort/sent", "/console/sign-in",
	"/console/sign-in/start", "/docs", "/openapi.json", "/api/v1/blueprints", "/api/v1/blueprints/:name", "/console/sign-in/callback", "/console/sign-in/:token"}

// pages serves every page there is over the records, as the program does.
func (b *bundle) pages() *gin.Engine {
	allow := func(string) (bool, time.Duration) { return true, 0 }
	log := slog.New(slog.DiscardHandler)
	calls := rest.New(rest.Options{Store: b.Store, Blueprints: programme.Blueprints, Calendar: programme.EnglandAndWales(), Now: b.clock.Now, Log: log})
	gin.SetMode(gin.ReleaseMode)
	server := gin.New()
	server.ContextWithFallback = true
	calls.Register(server)
	forms.New(forms.Options{Store: b.Store, Notify: quiet{}, Calendar: diaries{b.Store}, Blueprints: testBlueprints, PublicURL: "http://fairlead.example",
		PrivacyNotice: "2026-01", AllowNewLink: allow, AllowApply: allow, AllowUnsubscribe: allow}).Register(server)
	console.New(console.Options{Store: b.Store, Orders: calls, Setup: calls, Calendar: programme.EnglandAndWales(), AllBlueprints: programme.Blueprints,
		Compose: func(job programme.MailJob) (programme.Rendered, error) {
			return email.Compose(job, "http://fairlead.example")
		},
		Messages: email.Messages(), Sample: email.Sample, PublicURL: "http://fairlead.example", Blueprints: testBlueprints, Log: log, Now: b.clock.Now, Allow: allow}).
		Register(server)
	return server
}

// quiet tells no workflow anything.
type quiet struct{}

func (quiet) Deliver(context.Context, []string) {}

// diaries are the private feeds as the program writes them.
type diaries struct{ store *Store }

func (d diaries) CalendarFeed(ctx context.Context, ref string) ([]byte, error) {
	j, err := d.store.Journey(ctx, ref)
	if err != nil {
		return nil, err
	}
	dates, err := d.store.Dates(ctx, ref)
	return email.Feed(j.Cohort, email.FeedEntries(ref, dates), d.store.Now(ctx)), err
}

func (d diaries) CalendarEntry(ctx context.Context, ref, stage string) ([]byte, error) {
	j, err := d.store.Journey(ctx, ref)
	if err != nil {
		return nil, err
	}
	dates, err := d.store.Dates(ctx, ref)
	if err != nil {
		return nil, err
	}
	entry, found := email.FeedEntry(ref, stage, dates)
	if !found {
		return nil, programme.ErrNotFound
	}
	return email.Feed(j.Cohort, []email.Entry{entry}, d.store.Now(ctx)), nil
}

// opens opens a page, and where it leads on the next, in a process that has read nothing yet. It tells how the last answered,
// how many statements that sent to both databases, and how long the page is.
func (b *bundle) opens(t *testing.T, server *gin.Engine, page visited) (status, statements, bytes int) {
	t.Helper()
	b.Store.keys.mu.Lock()
	b.Store.keys.cache = map[string]cipher.AEAD{}
	b.Store.keys.mu.Unlock()
	statements = b.counted(t, func() {
		for address := page.address; address != ""; {
			request := httptest.NewRequest(http.MethodGet, address, nil)
			if page.cookie != nil {
				request.AddCookie(page.cookie)
			}
			if page.token != "" {
				request.Header.Set("Authorization", "Bearer "+page.token)
			}
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, request)
			status, bytes, address = answer.Code, answer.Body.Len(), answer.Header().Get("Location")
		}
	})
	return status, statements, bytes
}

// counted is how many statements the store sends to both databases while work runs.
func (b *bundle) counted(t *testing.T, work func()) int {
	t.Helper()
	var n atomic.Int64
	count := func(*gorm.DB) { n.Add(1) }
	for _, db := range []*gorm.DB{b.db, b.writer, b.Store.keys.db.reads, b.Store.keys.db.writes} {
		on := db.Callback()
		for _, register := range []func(string, func(*gorm.DB)) error{on.Query().Replace, on.Row().Replace, on.Raw().Replace, on.Create().Replace, on.Update().Replace,
			on.Delete().Replace} {
			must(t, register("count", count))
		}
	}
	work()
	return int(n.Load())
}
