package console

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Imports take spreadsheets of people into a cohort, all rows or none; a dry run only says what they would do.
// *programme.Invalid names every row that cannot be taken.
type Imports interface {
	ImportParticipants(ctx context.Context, cohort string, rows []programme.Participant, dryRun bool, actor string) (programme.ImportReport, error)
	ImportCoaches(ctx context.Context, cohort string, rows []programme.Coach, dryRun bool, actor string) (programme.ImportReport, error)
}

func peopleImportPath(cohort string) string { return setupPath(cohort) + "/people" }

func coachesImportPath(cohort string) string { return setupPath(cohort) + "/coaches" }

// BodyCaps are the routes of the console whose body may be larger than elsewhere: a spreadsheet of 10 MB, as it is or packed
// in a form.
func BodyCaps() map[string]int64 {
	const most = 15 << 20
	return map[string]int64{"/console/cohorts/:cohort/set-up/people": most, "/console/cohorts/:cohort/set-up/coaches": most}
}

// maxSheet is how many bytes a spreadsheet may have, as in the REST API.
const maxSheet = 10 << 20

// sheetField is where the form that confirms an import carries the spreadsheet.
const sheetField = "sheet"

// rowsAPage is how many rows of a preview are shown at once.
const rowsAPage = 100

// sheetKind is one kind of spreadsheet: of leaders or of coaches.
type sheetKind struct {
	title   string
	path    func(cohort string) string
	columns string
	// read is what a spreadsheet says: the names by row, and how it is taken in.
	read func(sheet []byte) (names map[int]string, take func(ctx context.Context, dryRun bool) (programme.ImportReport, error), faults []programme.Fault)
}

// importPage takes a spreadsheet, or shows what one would do.
type importPage struct {
	frame
	Notice  string
	Columns string
	Action  string
	File    field
	Preview bool
	Facts   []fact
	Hidden  [][2]string
	Rows    []importRow
	Refused []programme.Fault
	Count   int // of faults
	Pages   []string
}

// importRow is what becomes of one row of a spreadsheet.
type importRow struct {
	Row          int
	Name, Result string
	Columns      string // of a changed row, whose values replace what is known
	Ref, Href    string
}

func (s *Console) participants(cohort, actor string) sheetKind {
	return sheetKind{title: "People", path: peopleImportPath,
		columns: "title, given_name, family_name, email, job_title, organisation, sector, region, role_started (as 2026-09), assistant_name, assistant_email; and where you have them ref, group, priority, phone, assistant_phone",
		read: func(sheet []byte) (map[int]string, func(context.Context, bool) (programme.ImportReport, error), []programme.Fault) {
			rows, faults := programme.ReadParticipants(sheet)
			names := map[int]string{}
			for _, row := range rows {
				names[row.Row] = row.GivenName + " " + row.FamilyName + ", " + row.Role.Organisation
			}
			return names, func(ctx context.Context, dry bool) (programme.ImportReport, error) {
				return s.Store.ImportParticipants(ctx, cohort, rows, dry, actor)
			}, faults
		}}
}

func (s *Console) coachesSheet(cohort, actor string) sheetKind {
	return sheetKind{title: "Coaches", path: coachesImportPath,
		columns: "name, email, region, background_sector, accreditation, capacity, offers_online; and where you have them ref, organisations (whose leaders a coach must not have)",
		read: func(sheet []byte) (map[int]string, func(context.Context, bool) (programme.ImportReport, error), []programme.Fault) {
			rows, faults := programme.ReadCoaches(sheet)
			names := map[int]string{}
			for _, row := range rows {
				names[row.Row] = row.Name
			}
			return names, func(ctx context.Context, dry bool) (programme.ImportReport, error) {
				return s.Store.ImportCoaches(ctx, cohort, rows, dry, actor)
			}, faults
		}}
}

// showImportPeople is GET /console/cohorts/{cohort}/set-up/people.
func (s *Console) showImportPeople(c *gin.Context, who member) error {
	return s.showImport(c, who, s.participants(c.Param("cohort"), who.actor()))
}

// importPeople is POST of the same: first the preview, then the import.
func (s *Console) importPeople(c *gin.Context, who member) error {
	return s.takeSheet(c, who, s.participants(c.Param("cohort"), who.actor()))
}

// showImportCoaches is GET /console/cohorts/{cohort}/set-up/coaches.
func (s *Console) showImportCoaches(c *gin.Context, who member) error {
	return s.showImport(c, who, s.coachesSheet(c.Param("cohort"), who.actor()))
}

// importCoaches is POST of the same.
func (s *Console) importCoaches(c *gin.Context, who member) error {
	return s.takeSheet(c, who, s.coachesSheet(c.Param("cohort"), who.actor()))
}

func (s *Console) importPage(c *gin.Context, who member, kind sheetKind) (*importPage, error) {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	if _, err := s.Store.Cohort(c.Request.Context(), name); err != nil {
		return nil, err
	}
	page := &importPage{frame: s.frame(c, who, kind.title+" of "+name), Columns: kind.columns, Action: kind.path(name)}
	page.Back = &way{Text: "Set up " + name, Href: setupPath(name)}
	page.File = field{Name: "file", Label: "Spreadsheet as CSV", Hint: "Up to 10 MB and 10,000 rows. Nothing is written before you have seen what it would do.", Type: "file"}
	return page, nil
}

func (s *Console) showImport(c *gin.Context, who member, kind sheetKind) error {
	page, err := s.importPage(c, who, kind)
	if err != nil {
		return err
	}
	counts := [3]int{}
	for i, name := range []string{"new", "changed", "unchanged"} {
		if counts[i], err = strconv.Atoi(c.Query(name)); err != nil || counts[i] < 0 {
			return s.render(c, http.StatusOK, "import.html", page)
		}
	}
	page.Notice = fmt.Sprintf("Imported: %d new, %d changed, %d unchanged.", counts[0], counts[1], counts[2])
	return s.render(c, http.StatusOK, "import.html", page)
}

// takeSheet shows what a spreadsheet would do or, if that was shown and is still so, does it. The form carries the
// spreadsheet from one to the other: nothing of it is kept here until it is confirmed.
func (s *Console) takeSheet(c *gin.Context, who member, kind sheetKind) error {
	page, err := s.importPage(c, who, kind)
	if err != nil {
		return err
	}
	sheet, err := sheetSent(c)
	if err != nil {
		return err
	}
	if len(sheet) == 0 {
		return s.refuseSheet(c, page, []programme.Fault{{Field: "file", Text: "Choose a spreadsheet"}})
	}
	names, take, faults := kind.read(sheet)
	if len(faults) > 0 {
		return s.refuseSheet(c, page, faults)
	}
	ctx := c.Request.Context()
	report, err := take(ctx, true)
	if err != nil {
		return s.sheetRefused(c, page, err)
	}
	shown, meant := c.PostForm("hash"), fingerprint(sheet, report)
	confirmed := c.PostForm("step") == "import"
	switch {
	case confirmed && (shown == meant || report.New+report.Changed == 0): // or the first of two clicks did it
		if shown == meant {
			if report, err = take(ctx, false); err != nil {
				return s.sheetRefused(c, page, err)
			}
		}
		return seeOther(c, fmt.Sprintf("%s?new=%d&changed=%d&unchanged=%d", page.Action, report.New, report.Changed, report.Unchanged))
	case confirmed:
		page.Faults = append(page.Faults, faultLine{Href: "#main", Text: "Somebody changed the cohort after you saw the preview, and the file would now do something else. Nothing was written: look again"})
	}
	page.Preview, page.Title = true, "What this file would do"
	page.Facts = []fact{{Key: "New", Text: strconv.Itoa(report.New)}, {Key: "Changed", Text: strconv.Itoa(report.Changed)}, {Key: "Unchanged", Text: strconv.Itoa(report.Unchanged)}}
	page.Hidden = [][2]string{{"hash", meant}, {sheetField, packSheet(sheet)}}
	rows, pages := pageOf(report.Rows, rowsAPage, c.PostForm("page"))
	page.Pages = pages
	for _, row := range rows {
		line := importRow{Row: row.Row, Name: names[row.Row], Result: word(row.Result), Ref: row.Ref, Columns: strings.Join(row.Columns, ", ")}
		if reference.MatchString(row.Ref) {
			line.Href = journeyPath(row.Ref)
		}
		page.Rows = append(page.Rows, line)
	}
	status := http.StatusOK
	if len(page.Faults) > 0 {
		status = http.StatusConflict
	}
	return s.render(c, status, "import.html", page)
}

// sheetRefused shows what the records refuse in a spreadsheet.
func (s *Console) sheetRefused(c *gin.Context, page *importPage, err error) error {
	var invalid *programme.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	return s.refuseSheet(c, page, invalid.Faults)
}

// faultsShown is how many faults of a spreadsheet a page names; of more there is the number.
const faultsShown = 200

// refuseSheet shows every fault by row and column. The file is put right where it was written, and chosen again.
func (s *Console) refuseSheet(c *gin.Context, page *importPage, faults []programme.Fault) error {
	page.Count = len(faults)
	if len(faults) == 1 && faults[0].Field == "file" {
		page.File.Error, page.Count = faults[0].Text, 0
		page.refused(faults)
		return s.render(c, http.StatusUnprocessableEntity, "import.html", page)
	}
	page.Refused = faults[:min(len(faults), faultsShown)]
	page.Faults = []faultLine{{Href: "#faults", Text: "The file was refused whole: " + counted(len(faults), "thing has", "things have") + " to be put right"}}
	return s.render(c, http.StatusUnprocessableEntity, "import.html", page)
}

// sheetSent is the spreadsheet that a form brings: as a file, or carried on from the preview. It stays in memory: a file on
// the disk would be a copy of personal data that nobody deletes.
func sheetSent(c *gin.Context) ([]byte, error) {
	if c.ContentType() != "multipart/form-data" {
		if err := posted(c); err != nil {
			return nil, err
		}
		return unpackSheet(c.PostForm(sheetField))
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, badUpload(err)
		}
		if part.FormName() == "file" {
			return readSheet(part)
		}
	}
}

func readSheet(part *multipart.Part) ([]byte, error) {
	sheet, err := io.ReadAll(io.LimitReader(part, maxSheet+1))
	if err != nil {
		return nil, badUpload(err)
	}
	return sheet, nil // the rules refuse one that is too large
}

func badUpload(err error) error {
	if p := api.Explain(err); p.Kind() == api.TooLarge {
		return p
	}
	return api.NewProblem(api.BadRequest, "The file did not arrive whole. Send it again.")
}

// packSheet makes a spreadsheet fit into a form.
func packSheet(sheet []byte) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(sheet) // into memory
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// unpackSheet is the spreadsheet in a form, never longer than one may be.
func unpackSheet(packed string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil || len(raw) == 0 {
		return nil, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, nil
	}
	sheet, err := io.ReadAll(io.LimitReader(r, maxSheet+1))
	if err != nil {
		return nil, nil
	}
	return sheet, nil
}

// fingerprint is that of a spreadsheet and of what it would do.
func fingerprint(sheet []byte, report programme.ImportReport) string {
	sum := sha256.New()
	_, _ = sum.Write(sheet) // a hash takes everything
	would, _ := json.Marshal(report)
	_, _ = sum.Write(would)
	return hex.EncodeToString(sum.Sum(nil))
}
