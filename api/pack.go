package api

import (
	"compress/gzip"
	"net/http"
	"strings"

	"fairlead/api/assets"

	"github.com/gin-gonic/gin"
)

// worthPacking is the size in bytes below which a page travels in one packet anyway.
const worthPacking = 1400

// packPages lets pages travel packed: tables and questionnaires repeat themselves, and a phone on a train is slow. A page
// that may repeat words of its address is not packed: another site could choose them, and learn from the length whether
// they stand on the page already.
func packPages(c *gin.Context) {
	if c.Request.URL.RawQuery == "" && assets.TakesGzip(c.Request) {
		c.Writer = &packer{c.Writer}
	}
}

// packer packs what is written as HTML. Pages are written whole, in one call.
type packer struct{ gin.ResponseWriter }

// Unwrap leads to the writer whose deadlines can be moved.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// Write is one whole page, or something else that goes as it is.
func (p *packer) Write(page []byte) (int, error) {
	header := p.Header()
	if !strings.HasPrefix(header.Get("Content-Type"), "text/html") || header.Get("Content-Encoding") != "" || p.Written() || len(page) < worthPacking {
		return p.ResponseWriter.Write(page)
	}
	header.Set("Content-Encoding", "gzip")
	header.Set("Vary", "Accept-Encoding")
	header.Del("Content-Length")
	w := gzip.NewWriter(p.ResponseWriter)
	n, err := w.Write(page)
	if err == nil {
		err = w.Close()
	}
	return n, err
}
