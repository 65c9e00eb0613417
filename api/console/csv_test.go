package console

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// someLog puts n lines into the audit log.
func (b *bundle) someLog(n int) {
	b.store.people.log = nil
	for id := int64(n); id > 0; id-- {
		b.store.people.log = append(b.store.people.log, programme.AuditEntry{ID: id, At: realNow(), Actor: "staff:bo@centre.example", Action: programme.AuditSignedIn})
	}
}

// TestAuditLogIsTakenAwayWhole: however long the log is, the spreadsheet has every line once, the newest first.
func TestAuditLogIsTakenAwayWhole(t *testing.T) {
	t.Parallel()
	const n = 50_000 + 2*auditAtATime + 7
	b := setup(t).as(admin)
	b.someLog(n)
	answer := b.do(http.MethodPost, auditPath+".csv", url.Values{"reason": {"the yearly review"}})
	lines := strings.Split(strings.TrimSuffix(answer.page, "\r\n"), "\r\n")
	if answer.StatusCode != http.StatusOK || len(lines) != n+1 {
		t.Fatalf("%d with %d lines, not %d", answer.StatusCode, len(lines), n+1)
	}
	for i, line := range lines[1:] {
		if want := strconv.Itoa(n-i) + ","; !strings.HasPrefix(line, want) {
			t.Fatalf("line %d is %q, which does not begin with %q", i+1, line, want)
		}
	}
}

// TestBrokenAuditLogIsNoFile: what fails before a line has gone is a page; later, the connection ends before the file does.
func TestBrokenAuditLogIsNoFile(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	b.someLog(5 * auditAtATime)
	b.store.people.broken = func(before int64) error {
		if before == 0 {
			return programme.ErrUnavailable
		}
		return nil
	}
	form := url.Values{"reason": {"the yearly review"}}
	answer := b.do(http.MethodPost, auditPath+".csv", form)
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Content-Disposition") != "" || strings.Contains(answer.page, "at_utc") {
		t.Errorf("broken at once: %d, %v, %s", answer.StatusCode, answer.Header, answer.page)
	}
	b.store.people.broken = func(before int64) error {
		if before != 0 && before < 2*auditAtATime {
			return programme.ErrUnavailable
		}
		return nil
	}
	defer func() {
		if failure := recover(); failure != http.ErrAbortHandler {
			t.Errorf("broken in the middle: %v, and not cut off", failure)
		}
		says(t, "log", b.log.String(), "broke off", auditPath+".csv")
	}()
	b.do(http.MethodPost, auditPath+".csv", form)
	t.Error("broken in the middle it ends as a whole file does")
}

// wire serves spreadsheets of so many lines over a real connection, which lets an answer take so long where it is not 0.
func wire(t *testing.T, within time.Duration) *httptest.Server {
	t.Helper()
	gin.SetMode(gin.TestMode)
	s := &Console{Options: Options{Log: slog.New(slog.DiscardHandler), Now: time.Now}}
	engine := gin.New()
	engine.GET("/:lines/:fault", answer(func(c *gin.Context) error {
		return s.streamCSV(c, "lines", func(line func([]string) error) error {
			n, _ := strconv.Atoi(c.Param("lines"))
			for i := range n {
				if err := line([]string{"=" + strconv.Itoa(i)}); err != nil {
					return err
				}
			}
			if c.Param("fault") == "broken" {
				return errors.New("broken")
			}
			return nil
		})
	}))
	server := httptest.NewUnstartedServer(engine)
	server.Config.ErrorLog, server.Config.WriteTimeout = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), within
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func fetch(t *testing.T, server *httptest.Server, path string) (*http.Response, string, error) {
	t.Helper()
	got, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	_ = got.Body.Close()
	return got, string(body), err
}

// TestBrokenSpreadsheetOverTheWire: a browser can tell a part from the whole.
func TestBrokenSpreadsheetOverTheWire(t *testing.T) {
	t.Parallel()
	server := wire(t, 0)
	for _, c := range []struct {
		path   string
		status int
		whole  bool
		lines  int
	}{{"/0/sound", http.StatusOK, true, 0}, {"/3/sound", http.StatusOK, true, 3}, {"/90000/sound", http.StatusOK, true, 90_000},
		{"/90000/broken", http.StatusOK, false, -1}, {"/0/broken", http.StatusInternalServerError, true, -1}, {"/3/broken", http.StatusInternalServerError, true, -1}} {
		got, body, err := fetch(t, server, c.path)
		if got.StatusCode != c.status || (err == nil) != c.whole {
			t.Errorf("%s: %d, then %v", c.path, got.StatusCode, err)
		}
		file := got.Header.Get("Content-Disposition") == `attachment; filename="lines.csv"` && strings.HasPrefix(body, "\ufeff")
		if file != (c.status == http.StatusOK) {
			t.Errorf("%s: %v %.20q", c.path, got.Header, body)
		}
		if n := strings.Count(body, "'="); c.lines >= 0 && n != c.lines {
			t.Errorf("%s: %d lines", c.path, n)
		}
	}
}

// TestLongSpreadsheetMayTakeLonger: a spreadsheet that is sent while it is read has longer than other answers.
func TestLongSpreadsheetMayTakeLonger(t *testing.T) {
	t.Parallel()
	if _, body, err := fetch(t, wire(t, time.Nanosecond), "/90000/sound"); err != nil || strings.Count(body, "'=") != 90_000 {
		t.Errorf("%d lines, then %v", strings.Count(body, "'="), err)
	}
}
