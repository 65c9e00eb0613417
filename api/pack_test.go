package api

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// TestPagesTravelPacked: a page is packed for whoever unpacks it, whole and only once; what is no page goes as it is.
func TestPagesTravelPacked(t *testing.T) {
	t.Parallel()
	long := "<p>" + strings.Repeat("A place is held for you. ", 200)
	engine := gin.New()
	engine.Use(packPages)
	for path, kind := range map[string]string{"/page": "text/html; charset=utf-8", "/document": "application/json"} {
		engine.GET(path, func(c *gin.Context) { c.Data(http.StatusTeapot, kind, []byte(long)) })
	}
	engine.GET("/short", func(c *gin.Context) { c.Data(http.StatusOK, "text/html", []byte("<p>Short")) })
	for _, c := range []struct {
		path, accepts string
		packed        bool
	}{{"/page", "gzip, br", true}, {"/page", "", false}, {"/page", "gzip;q=0, br", false}, {"/page?q=held", "gzip", false}, {"/document", "gzip", false}, {"/short", "gzip", false}} {
		request := httptest.NewRequest(http.MethodGet, c.path, nil)
		request.Header.Set("Accept-Encoding", c.accepts)
		answer := httptest.NewRecorder()
		engine.ServeHTTP(answer, request)
		if packed := answer.Header().Get("Content-Encoding") == "gzip"; packed != c.packed {
			t.Errorf("%s for %q: packed is %t", c.path, c.accepts, packed)
		}
		if !c.packed {
			continue
		}
		if answer.Code != http.StatusTeapot || answer.Header().Get("Vary") != "Accept-Encoding" || answer.Body.Len() > 300 {
			t.Errorf("%d %v, %d bytes", answer.Code, answer.Header(), answer.Body.Len())
		}
		reader, err := gzip.NewReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(reader); err != nil || string(text) != long {
			t.Errorf("the page is not the same once unpacked: %v", err)
		}
	}
}

// TestPackedAnswersHaveDeadlines: behind the packing, too, what takes long can be given longer.
func TestPackedAnswersHaveDeadlines(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	engine.Use(packPages)
	engine.GET("/long", func(c *gin.Context) {
		if err := http.NewResponseController(c.Writer).SetWriteDeadline(time.Time{}); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(engine)
	defer server.Close()
	answer, err := server.Client().Get(server.URL + "/long")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}
