package rest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// maxSpreadsheet is how many bytes a list of participants may have: 10 MB.
const maxSpreadsheet = 10 << 20

// participantRow is one leader as JSON: the columns of the spreadsheet. It serves the description alone; what is sent
// goes the way of a spreadsheet, so that both are judged alike.
type participantRow struct {
	Title          string `json:"title,omitempty" example:"Dr"`
	GivenName      string `json:"given_name"`
	FamilyName     string `json:"family_name"`
	Email          string `json:"email"`
	JobTitle       string `json:"job_title"`
	Organisation   string `json:"organisation"`
	Sector         string `json:"sector"`
	Region         string `json:"region"`
	RoleStarted    string `json:"role_started" doc:"Month" example:"2026-09"`
	AssistantName  string `json:"assistant_name"`
	AssistantEmail string `json:"assistant_email"`
	Ref            string `json:"ref,omitempty" doc:"The reference of somebody imported before" example:"P-7F3K2Q"`
	Group          string `json:"group,omitempty"`
	Priority       string `json:"priority,omitempty" doc:"Order of invitation, 1 first"`
	Phone          string `json:"phone,omitempty"`
	AssistantPhone string `json:"assistant_phone,omitempty"`
}

type importInput struct {
	CohortPath
	DryRun      bool   `query:"dry_run" doc:"Report what would happen and change nothing"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"text/csv"`
}

type importOutput struct {
	Body struct {
		DryRun bool `json:"dry_run"`
		programme.ImportReport
	}
}

func (a *API) participantCalls(calls huma.API) {
	registry := calls.OpenAPI().Components.Schemas
	serve(a, calls, huma.Operation{OperationID: "import-participants", Method: http.MethodPost, Path: "/cohorts/{cohort}/participants",
		Tags: []string{"Cohorts"}, Summary: "Import participants, all rows or none",
		Description: "As text/csv with the columns of the participants' spreadsheet, or as a JSON array of objects with the same names. " +
			"A row is its person by ref, else by mail address. Every fault is named with its row and column; row 1 is the column names, in JSON the first object is row 2.",
		RequestBody: &huma.RequestBody{Content: map[string]*huma.MediaType{
			"application/json": {Schema: registry.Schema(reflect.TypeFor[[]participantRow](), true, "Participants")},
		}},
		SkipValidateBody: true, // the spreadsheet's own check names every fault
		MaxBodyBytes:     maxSpreadsheet + 1, BodyReadTimeout: time.Minute,
		Errors: []int{http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, a.importParticipants)
}

func (a *API) importParticipants(ctx context.Context, in *importInput) (*importOutput, error) {
	if _, err := a.o.Store.Cohort(ctx, in.Cohort); err != nil {
		return nil, err
	}
	sheet, asJSON := in.RawBody, false
	if media, _, _ := mime.ParseMediaType(in.ContentType); media == "application/json" {
		var err error
		if sheet, err = sheetOf(in.RawBody); err != nil {
			return nil, err
		}
		asJSON = true
	}
	rows, faults := programme.ReadParticipants(sheet)
	if len(faults) > 0 {
		return nil, inSheet(&programme.Invalid{Faults: faults}, asJSON)
	}
	report, err := a.o.Store.ImportParticipants(ctx, in.Cohort, rows, in.DryRun, callerOf(ctx).actor())
	if err != nil {
		return nil, inSheet(err, asJSON)
	}
	out := &importOutput{}
	out.Body.DryRun, out.Body.ImportReport = in.DryRun, report
	if out.Body.Rows == nil {
		out.Body.Rows = []programme.ImportRow{}
	}
	return out, nil
}

// inSheet points every fault of a JSON array at its object; a spreadsheet's faults stay with row and column.
func inSheet(err error, asJSON bool) error {
	var invalid *programme.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	p := api.Explain(err)
	for i, f := range invalid.Faults {
		if !asJSON {
			continue
		}
		p.Errors[i].Pointer = "#"
		if f.Row > 1 {
			p.Errors[i].Pointer = "#/" + strconv.Itoa(f.Row-2)
			if f.Column != "" {
				p.Errors[i].Pointer += "/" + f.Column
			}
		}
	}
	return p
}

// sheetOf writes a JSON array of objects as the spreadsheet it stands for.
func sheetOf(body []byte) ([]byte, error) {
	var items []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&items); err != nil || decoder.More() {
		return nil, api.NewProblem(api.BadRequest, "The body is not a JSON array of objects.")
	}
	names := map[string]bool{}
	for _, item := range items {
		for name := range item {
			names[name] = true
		}
	}
	columns := slices.Sorted(maps.Keys(names))
	var faults []programme.Fault
	var sheet bytes.Buffer
	w := csv.NewWriter(&sheet)
	_ = w.Write(columns) // a buffer never fails
	cells := make([]string, len(columns))
	for i, item := range items {
		for j, name := range columns {
			text, ok := cellOf(item[name])
			if !ok {
				faults = append(faults, programme.Fault{Row: i + 2, Column: name, Text: "Write text, in quotes."})
			}
			cells[j] = text
		}
		_ = w.Write(cells)
	}
	w.Flush()
	if len(faults) > 0 {
		return nil, inSheet(&programme.Invalid{Faults: faults}, true)
	}
	return sheet.Bytes(), nil
}

func cellOf(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}
