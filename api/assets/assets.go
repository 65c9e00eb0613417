// Package assets is what browsers load beside the pages: the design system, Fairlead's own styles over it, and the
// scripts, for leaders' and staff's pages alike. All of it is in the program, and every address holds a hash of it, so
// that a browser keeps a file for good and still shows what belongs to the page.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed govuk/govuk-frontend.min.css govuk/govuk-frontend.min.js own
var files embed.FS

// Pattern is the route under which Serve answers, as the router writes it.
const Pattern = "/assets/:build/:file"

// file is one of them, as it is and packed.
type file struct {
	kind   string
	plain  []byte
	packed func() []byte
}

var (
	served = load()
	build  = hashOf(served)
)

// kinds are the media types by the end of the name.
var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// remarks are what our own files say to whoever reads them here, which no browser has to load: comments, of scripts those that
// have their lines to themselves.
var remarks = map[string]*regexp.Regexp{".css": regexp.MustCompile(`(?s) ?/\*.*?\*/\n?`), ".js": regexp.MustCompile(`(?m)^[ \t]*//.*\n`)}

func load() map[string]file {
	all := map[string]file{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		plain, err := files.ReadFile(name)
		if strings.HasPrefix(name, "own/") {
			plain = remarks[path.Ext(name)].ReplaceAll(plain, nil)
		}
		all[path.Base(name)] = file{kind: kinds[path.Ext(name)], plain: plain, packed: sync.OnceValue(func() []byte { return pack(plain) })}
		return err
	})
	if err != nil {
		panic(err) // impossible: the files are embedded
	}
	return all
}

// hashOf is the same as long as no file changes. It is one for all, because the scripts import one another by their names.
func hashOf(all map[string]file) string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", name, len(all[name].plain), all[name].plain) // a hash takes everything
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

func pack(plain []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a known one
	_, _ = w.Write(plain)                                   // into memory
	_ = w.Close()
	return out.Bytes()
}

// URL is the address of a file. It panics for a name that is none: templates ask for it when the program starts.
func URL(name string) string {
	if _, known := served[name]; !known {
		panic("assets: there is no file " + name)
	}
	return "/assets/" + build + "/" + name
}

// Serve answers GET and HEAD of a file. One asked for under another build's address, while an older page meets a newer
// process or the other way round, is served all the same and not kept.
func Serve(w http.ResponseWriter, r *http.Request) {
	asked, name := path.Split(r.URL.Path)
	one, known := served[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	header, body := w.Header(), one.plain
	header.Set("Cache-Control", "no-cache")
	if asked == "/assets/"+build+"/" {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Content-Type", one.kind)
	header.Set("Vary", "Accept-Encoding")
	if TakesGzip(r) {
		header.Set("Content-Encoding", "gzip")
		body = one.packed()
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // where it fails the browser has gone
	}
}

// TakesGzip reports whether whoever asks unpacks gzip, RFC 9110, section 12.5.3.
func TakesGzip(r *http.Request) bool {
	for _, one := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(one, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
