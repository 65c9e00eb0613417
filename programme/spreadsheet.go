package programme

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	maxSpreadsheetBytes = 10 << 20
	maxSpreadsheetRows  = 10_000
	maxSpreadsheetCells = 100 // columns: more is no list of participants
)

// ReadParticipants reads a cohort's spreadsheet as CSV: UTF-8 with or without byte order mark, or Windows-1252; lines
// ending in CRLF or LF; the columns in any order, each named in the first row. It is read whole or refused whole: all
// faults come at once, each with its row, column and reason, and none repeats what stands in the cell. Rows count as a
// spreadsheet program shows them, the row of column names being 1: a row whose cells hold line breaks counts as one,
// and an empty row counts too, though it is passed over.
func ReadParticipants(data []byte) ([]Participant, []Fault) {
	return readSheet(data, sheetKind[Participant]{
		columns: participantColumns, what: "participant", who: "leader",
		begin: func(row int) Participant { return Participant{Row: row} },
		whole: wholeParticipant,
		keys:  func(p Participant) (email, ref string) { return p.Email, p.Ref },
	})
}

// sheetKind is one kind of spreadsheet: what a row of it says of whom.
type sheetKind[Row any] struct {
	columns []sheetColumn[Row]
	what    string // whom the file lists: "participant"
	who     string // whom a row means: "leader"
	begin   func(row int) Row
	whole   func(r *sheetReader[Row], row int, p Row, sound map[string]bool) // judges what needs several cells
	keys    func(p Row) (email, ref string)                                  // what is in one row alone
}

// readSheet reads a spreadsheet of any kind.
func readSheet[Row any](data []byte, kind sheetKind[Row]) ([]Row, []Fault) {
	text, faults := spreadsheetText(data, kind.what)
	if len(faults) > 0 {
		return nil, faults
	}
	rows := newRowReader(text)
	header, _, err := rows.next()
	if errors.Is(err, io.EOF) {
		return nil, []Fault{{Text: "The file is empty."}}
	}
	if err != nil {
		return nil, []Fault{quotingFault(1, []sheetColumn[Row](nil), header, err)}
	}
	columns, faults := readHeader(header, text, kind.columns, kind.what)
	if columns == nil {
		return nil, faults
	}
	sheet := sheetReader[Row]{kind: kind, columns: columns, faults: faults, addresses: map[string]int{}, refs: map[string]int{}}
	for {
		cells, row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && blank(cells) {
			continue
		}
		if sheet.rows++; sheet.rows > maxSpreadsheetRows {
			return nil, []Fault{{Row: row, Text: "The file has more than 10,000 rows. Split it, or remove what is no " + kind.what + "."}}
		}
		if err != nil {
			sheet.faults = append(sheet.faults, quotingFault(row, columns, cells, err))
			continue
		}
		sheet.read(row, cells)
	}
	if sheet.rows == 0 {
		sheet.faults = append(sheet.faults, Fault{Text: "The file has no rows beneath the column names."})
	}
	if len(sheet.faults) > 0 {
		return nil, sheet.faults
	}
	return sheet.people, nil
}

// rowReader reads records and numbers them as a spreadsheet program does.
type rowReader struct {
	csv   *csv.Reader
	text  string
	row   int // of the last record
	lines int // of the file read so far
	read  int // bytes of the file read so far
}

func newRowReader(text string) *rowReader {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1 // counted here, row by row
	return &rowReader{csv: reader, text: text}
}

// next is the next record and its row. A record with bad quoting comes with a *csv.ParseError and the cells before it.
func (r *rowReader) next() ([]string, int, error) {
	cells, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, io.EOF
	}
	var start int // line on which the record begins
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		start = bad.StartLine
	} else {
		start, _ = r.csv.FieldPos(0)
	}
	r.row += start - r.lines // the library passes over empty lines: each is a row to the eye
	end := int(r.csv.InputOffset())
	r.lines += strings.Count(r.text[r.read:end], "\n")
	r.read = end
	return cells, r.row, err
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimFunc(cell, stray) != "" {
			return false
		}
	}
	return true
}

// quotingFault says where the quotation marks of a record go wrong; cells are those before.
func quotingFault[Row any](row int, columns []sheetColumn[Row], cells []string, err error) Fault {
	fault := Fault{Row: row, Text: "The quotation marks do not match. A cell that holds a quotation mark, comma or line break stands in quotation marks, and a quotation mark inside it is doubled."}
	if errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
		if n := len(cells); n < len(columns) {
			fault.Column = columns[n].name
		}
	}
	return fault
}

// sheetReader gathers the rows and faults of a file.
type sheetReader[Row any] struct {
	kind      sheetKind[Row]
	columns   []sheetColumn[Row]
	rows      int
	people    []Row
	faults    []Fault
	addresses map[string]int // row by address, whatever its case
	refs      map[string]int
}

func (r *sheetReader[Row]) fault(row int, column, format string, args ...any) {
	r.faults = append(r.faults, Fault{Row: row, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (r *sheetReader[Row]) read(row int, cells []string) {
	if len(cells) != len(r.columns) {
		r.fault(row, "", "The row has %d cells, but there are %d columns. Look for a missing or an extra comma.", len(cells), len(r.columns))
		return
	}
	p := r.kind.begin(row)
	sound := map[string]bool{}
	for i, column := range r.columns {
		if column.set == nil {
			continue // of an unknown name, which is a fault already
		}
		text := column.take(&p, cells[i])
		sound[column.name] = text == ""
		if text != "" {
			r.fault(row, column.name, "%s", text)
		}
	}
	r.kind.whole(r, row, p, sound)
	email, ref := r.kind.keys(p)
	r.once(row, "email", FoldEmail(email), r.addresses, "address")
	r.once(row, "ref", ref, r.refs, "reference")
	r.people = append(r.people, p)
}

// wholeParticipant judges what one cell alone does not tell.
func wholeParticipant(r *sheetReader[Participant], row int, p Participant, sound map[string]bool) {
	if p.GivenName == "" && p.FamilyName == "" && sound["given_name"] && sound["family_name"] {
		r.fault(row, "family_name", "Give the leader's name.")
	}
	if p.AssistantEmail != "" && p.AssistantName == "" && sound["assistant_name"] {
		r.fault(row, "assistant_name", "Give the assistant's name with the address.")
	}
	if p.AssistantEmail != "" && FoldEmail(p.AssistantEmail) == FoldEmail(p.Email) {
		r.fault(row, "assistant_email", "This is the leader's own address. Leave the assistant's empty.")
	}
}

// once refuses what stands in an earlier row already.
func (r *sheetReader[Row]) once(row int, column, value string, seen map[string]int, word string) {
	if value == "" {
		return
	}
	if first, twice := seen[value]; twice {
		r.fault(row, column, "The same %s is in row %d. Each %s has one row.", word, first, r.kind.who)
		return
	}
	seen[value] = row
}

// FoldEmail is an address as it is compared: whatever its case.
func FoldEmail(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// WriteParticipants writes participants as CSV that ReadParticipants reads back without loss, references included. A
// cell that a spreadsheet would run as a formula gets an apostrophe, which reading takes off again.
func WriteParticipants(people []Participant) []byte {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	names := make([]string, len(participantColumns))
	for i, column := range participantColumns {
		names[i] = column.name
	}
	_ = w.Write(names) // a buffer never fails
	cells := make([]string, len(participantColumns))
	for _, p := range people {
		for i, column := range participantColumns {
			cells[i] = escapeCell(column.get(p))
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return file.Bytes()
}
