package sink

import (
	"encoding/base64"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
)

// takeParts reads the parts of a multipart mail (RFC 2046, 5.1).
func (b *body) takeParts(boundary string, content io.Reader, depth int) {
	parts := multipart.NewReader(content, boundary)
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return // the end, or as far as a broken mail goes
		}
		b.take(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth)
	}
}

// decoded undoes a transfer encoding (RFC 2045, 6).
func decoded(encoding string, content io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(content)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, content)
	}
	return content
}
