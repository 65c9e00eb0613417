package console

import (
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// sendCSV answers with a spreadsheet to download; name is the file's without its ending.
func sendCSV(c *gin.Context, name string, lines [][]string) error {
	var out strings.Builder
	out.WriteString("\ufeff") // without it some spreadsheets misread accents
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, line := range lines {
		cells := make([]string, len(line))
		for i, text := range line {
			cells[i] = cell(text)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", []byte(out.String()))
	return nil
}

// cell keeps a spreadsheet from running what somebody typed as a formula.
func cell(text string) string {
	if strings.IndexAny(text, "=+-@\t\r") == 0 {
		return "'" + text
	}
	return text
}
