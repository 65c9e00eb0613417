package console

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"time"

	"fairlead/api"

	"github.com/gin-gonic/gin"
)

// sheet writes a spreadsheet, line after line.
type sheet struct{ w *csv.Writer }

func newSheet(out io.Writer) (*sheet, error) {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	_, err := io.WriteString(out, "\ufeff") // without it some spreadsheets misread accents
	return &sheet{w}, err
}

func (s *sheet) line(texts []string) error {
	cells := make([]string, len(texts))
	for i, text := range texts {
		cells[i] = cell(text)
	}
	return s.w.Write(cells)
}

func (s *sheet) end() error {
	s.w.Flush()
	return s.w.Error()
}

// cell keeps a spreadsheet from running what somebody typed as a formula.
func cell(text string) string {
	if strings.IndexAny(text, "=+-@\t\r") == 0 {
		return "'" + text
	}
	return text
}

// sendCSV answers with a spreadsheet to download; name is the file's without its ending.
func sendCSV(c *gin.Context, name string, lines [][]string) error {
	var out bytes.Buffer
	s, err := newSheet(&out)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := s.line(line); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	attach(c, name)
	_, err = c.Writer.Write(out.Bytes())
	return err
}

// attach says that what follows is a spreadsheet to download.
func attach(c *gin.Context, name string) {
	c.Header("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Status(http.StatusOK)
}

const (
	sentAtOnce = 64 << 10    // bytes of a spreadsheet that is sent while it is read
	sentWithin = time.Minute // so long the other side may take for them
)

// download is a spreadsheet on its way. It may take longer than other answers, as long as it moves.
type download struct {
	c    *gin.Context
	name string
	now  func() time.Time
}

func (d *download) Write(part []byte) (int, error) {
	if !d.c.Writer.Written() {
		attach(d.c, d.name)
	}
	_ = http.NewResponseController(d.c.Writer).SetWriteDeadline(d.now().Add(sentWithin)) // where it cannot be set, none was
	return d.c.Writer.Write(part)
}

// streamCSV is sendCSV for what is too long to be held: read hands over one line after another. What fails before any has gone
// is answered with a page. What fails later ends the connection without the end of the file, which browsers show as a
// download that failed: nobody takes a part for the whole.
func (s *Console) streamCSV(c *gin.Context, name string, read func(line func([]string) error) error) error {
	out := bufio.NewWriterSize(&download{c, name, s.Now}, sentAtOnce)
	lines, err := newSheet(out)
	if err == nil {
		err = read(lines.line)
	}
	if err == nil {
		err = lines.end()
	}
	if err == nil {
		err = out.Flush()
	}
	if err == nil || !c.Writer.Written() {
		return err
	}
	ctx := c.Request.Context()
	s.Log.ErrorContext(ctx, "a spreadsheet broke off", "route", c.FullPath(), "error", err.Error(), "request", api.RequestID(ctx))
	panic(http.ErrAbortHandler)
}
