package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(path, accepts string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept-Encoding", accepts)
	recorder := httptest.NewRecorder()
	Serve(recorder, request)
	return recorder
}

// TestServe: every file, plain and packed, is the file; a browser keeps it for good.
func TestServe(t *testing.T) {
	t.Parallel()
	for name, one := range served {
		if one.kind == "" {
			t.Errorf("%s: what is it?", name)
		}
		plain, packed := get(URL(name), ""), get(URL(name), "br, gzip;q=0.8")
		if plain.Code != http.StatusOK || !bytes.Equal(plain.Body.Bytes(), one.plain) || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s is not served as it is", name)
		}
		if cache := packed.Header().Get("Cache-Control"); cache != "public, max-age=31536000, immutable" || packed.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", name, packed.Header())
		}
		reader, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(name, err)
		}
		if text, err := io.ReadAll(reader); err != nil || !bytes.Equal(text, one.plain) {
			t.Errorf("%s is not the same once unpacked", name)
		}
	}
}

// TestServeOtherBuild: an old page finds its files in a new process, but nobody keeps them under that address.
func TestServeOtherBuild(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{"/assets/0123456789abcdef/fairlead.css": http.StatusOK, "/assets/x/none.css": http.StatusNotFound, URL("start.js") + "x": http.StatusNotFound} {
		answer := get(path, "gzip;q=0")
		if answer.Code != status || answer.Header().Get("Content-Encoding") != "" || strings.Contains(answer.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, answer.Code, answer.Header())
		}
	}
}

// TestAddressesFollowTheContent: another content is another address.
func TestAddressesFollowTheContent(t *testing.T) {
	t.Parallel()
	all := load()
	if hashOf(all) != build {
		t.Error("the same files have another hash")
	}
	one := all["start.js"]
	one.plain = append([]byte{' '}, one.plain...)
	all["start.js"] = one
	if hashOf(all) == build {
		t.Error("a changed file has the same hash")
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown file has an address")
		}
	}()
	URL("none.css")
}

// Our own files go out without their remarks, and with everything else.
func TestOwnFilesGoWithoutRemarks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"console.css", "fairlead.css", "progress.js", "register.js", "start.js"} {
		kept, err := files.ReadFile("own/" + name)
		if err != nil {
			t.Fatal(err)
		}
		served := string(served[name].plain)
		if path.Ext(name) == ".css" && strings.Contains(served, "/*") || strings.HasPrefix(served, "//") || len(served) >= len(kept) {
			t.Errorf("%s goes with its remarks", name)
		}
		for _, brace := range []string{"{", "}", ";"} {
			if path.Ext(name) == ".css" && strings.Count(served, brace) != strings.Count(withoutRemarks.ReplaceAllString(string(kept), ""), brace) {
				t.Errorf("%s lost a %s", name, brace)
			}
		}
	}
}

var withoutRemarks = regexp.MustCompile(`/\*[^*]*\*/`)
