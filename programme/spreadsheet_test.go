package programme

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

const (
	sheetHeader = "title,given_name,family_name,email,job_title,organisation,sector,region,role_started,assistant_name,assistant_email\n"
	sheetRow    = "Dr,Helen,Nguyen,helen@uni.example,Vice-Chancellor,Uni,Education,South West,2025-01,,\n"
)

func TestCohort2027(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../demo/cohort-2027.csv")
	if err != nil {
		t.Fatal(err)
	}
	people, faults := ReadParticipants(file)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(people) != 100 {
		t.Fatalf("%d people", len(people))
	}
	want := Participant{Row: 5, Title: "Dr", GivenName: "Helen", FamilyName: "Nguyen", Email: "helen.nguyen@bath-spa-university.example",
		Role:          Role{"Vice-Chancellor", "Bath Spa University", "Education", "South West", "2025-01"},
		AssistantName: "Chidi Ellis", AssistantEmail: "chidi.ellis@bath-spa-university.example"}
	if people[3] != want {
		t.Errorf("row 5: %+v", people[3])
	}
	again, faults := ReadParticipants(WriteParticipants(people))
	if len(faults) > 0 || !reflect.DeepEqual(again, people) {
		t.Errorf("the round trip loses something: %v", faults)
	}
}

func TestSpreadsheetsThatAreRead(t *testing.T) {
	t.Parallel()
	base, faults := ReadParticipants([]byte(sheetHeader + sheetRow))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	change := func(f func(*Participant)) Participant {
		p := base[0]
		f(&p)
		return p
	}
	for name, c := range map[string]struct {
		file string
		want Participant
	}{
		"byte order mark":              {"\ufeff" + sheetHeader + sheetRow, base[0]},
		"CRLF":                         {strings.ReplaceAll(sheetHeader+sheetRow, "\n", "\r\n"), base[0]},
		"no last line end":             {strings.TrimSpace(sheetHeader + sheetRow), base[0]},
		"spaces at the end":            {sheetHeader + " Dr , Helen\u00a0,Nguyen  ,\u200bhelen@uni.example ,Vice-Chancellor,Uni , Education,South West ,2025-01 ,,\n", base[0]},
		"names of columns in capitals": {strings.ToUpper(sheetHeader) + sheetRow, base[0]},
		"sector and region whatever their case": {sheetHeader +
			strings.NewReplacer("Education", "EDUCATION", "South West", "south west").Replace(sheetRow), base[0]},
		"another order": {"email,sector,region,role_started,assistant_name,assistant_email,job_title,organisation,family_name,given_name,title\n" +
			"helen@uni.example,Education,South West,2025-01,,,Vice-Chancellor,Uni,Nguyen,Helen,Dr\n", base[0]},
		"quoted comma": {sheetHeader + strings.Replace(sheetRow, "Uni,", `"Uni, of Bath",`, 1),
			change(func(p *Participant) { p.Role.Organisation = "Uni, of Bath" })},
		"quoted line break": {sheetHeader + strings.Replace(sheetRow, "Uni,", "\"Uni\r\nof Bath\",", 1),
			change(func(p *Participant) { p.Role.Organisation = "Uni\nof Bath" })},
		"quoted quotation marks": {sheetHeader + strings.Replace(sheetRow, "Uni,", `"The ""Uni""",`, 1),
			change(func(p *Participant) { p.Role.Organisation = `The "Uni"` })},
		"accents, apostrophe, hyphen, capitals": {sheetHeader + strings.Replace(sheetRow, "Helen,Nguyen", "Zoë-Máire,O'Brien McDonald-van der Berg", 1),
			change(func(p *Participant) { p.GivenName, p.FamilyName = "Zoë-Máire", "O'Brien McDonald-van der Berg" })},
		"letters of any script": {sheetHeader + strings.Replace(sheetRow, "Helen,Nguyen", "Ольга,山田", 1),
			change(func(p *Participant) { p.GivenName, p.FamilyName = "Ольга", "山田" })},
		"an apostrophe first": {sheetHeader + strings.Replace(sheetRow, "Nguyen", "'t Hooft", 1),
			change(func(p *Participant) { p.FamilyName = "'t Hooft" })},
		"one name only": {sheetHeader + strings.Replace(sheetRow, "Helen,Nguyen", "Sukarno,", 1),
			change(func(p *Participant) { p.GivenName, p.FamilyName = "Sukarno", "" })},
		"an apostrophe before a formula sign": {sheetHeader + strings.Replace(sheetRow, "Uni,", "'@Home Trust,", 1),
			change(func(p *Participant) { p.Role.Organisation = "@Home Trust" })},
		"Windows-1252": {sheetHeader + strings.Replace(sheetRow, "Helen,Nguyen", "Zo\xeb,O\x92Brien", 1),
			change(func(p *Participant) { p.GivenName, p.FamilyName = "Zoë", "O’Brien" })},
		"optional columns": {"ref,group,priority,phone,assistant_phone," + sheetHeader + "P-7F3K2Q,B,3,+44 20 7946 0000,'+44 20 7946 0001," + sheetRow,
			change(func(p *Participant) {
				p.Ref, p.Group, p.Priority, p.Phone, p.AssistantPhone = "P-7F3K2Q", "B", 3, "+44 20 7946 0000", "+44 20 7946 0001"
			})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people, faults := ReadParticipants([]byte(c.file))
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if len(people) != 1 || people[0] != c.want {
				t.Errorf("got  %+v\nwant %+v", people, c.want)
			}
		})
	}
}

func TestSpreadsheetsThatAreRefused(t *testing.T) {
	t.Parallel()
	with := func(old, replacement string) string {
		if !strings.Contains(sheetRow, old) {
			t.Fatalf("no %q in the row", old)
		}
		return sheetHeader + strings.Replace(sheetRow, old, replacement, 1)
	}
	utf16LE := func(text string) string {
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return string(out)
	}
	many := sheetHeader + strings.Repeat(sheetRow, 10_001)
	type where struct {
		row    int
		column string
		text   string
	}
	for name, c := range map[string]struct {
		file string
		want []where
	}{
		"empty":                  {"", []where{{0, "", "is empty"}}},
		"only names of columns":  {sheetHeader, []where{{0, "", "no rows"}}},
		"only empty rows":        {sheetHeader + "\n,,,,,,,,,,\n", []where{{0, "", "no rows"}}},
		"missing column":         {strings.Replace(sheetHeader, "region", "group", 1) + sheetRow, []where{{1, "region", "missing"}}},
		"unknown column":         {strings.Replace(sheetHeader, "region", "county", 1) + sheetRow, []where{{1, "county", "no column"}, {1, "region", "missing"}}},
		"column twice":           {strings.Replace(sheetHeader, "region", "email", 1) + sheetRow, []where{{1, "email", "twice"}, {1, "region", "missing"}}},
		"column without a name":  {strings.ReplaceAll(sheetHeader+sheetRow, "\n", ",\n"), []where{{1, "L", "no name"}}},
		"no header":              {sheetRow + sheetRow, []where{{1, "", "names of the columns"}}},
		"semicolons":             {strings.ReplaceAll(sheetHeader+sheetRow, ",", ";"), []where{{1, "", "commas"}}},
		"old Macintosh":          {strings.ReplaceAll(sheetHeader+sheetRow, "\n", "\r"), []where{{1, "", "Macintosh"}}},
		"no address":             {with("helen@uni.example", "helen at uni"), []where{{2, "email", "no e-mail address"}}},
		"address missing":        {with("helen@uni.example", ""), []where{{2, "email", "Give"}}},
		"address with a name":    {with("helen@uni.example", "Helen <helen@uni.example>"), []where{{2, "email", "no e-mail address"}}},
		"two addresses":          {with("helen@uni.example", `"helen@uni.example, h@uni.example"`), []where{{2, "email", "no e-mail address"}}},
		"address with accents":   {with("helen@uni.example", "zoë@uni.example"), []where{{2, "email", "accents"}}},
		"no domain":              {with("helen@uni.example", "helen@localhost"), []where{{2, "email", "no e-mail address"}}},
		"assistant's address":    {with("2025-01,,", "2025-01,Chidi,chidi"), []where{{2, "assistant_email", "no e-mail address"}}},
		"assistant is leader":    {with("2025-01,,", "2025-01,Chidi,HELEN@uni.example"), []where{{2, "assistant_email", "own address"}}},
		"assistant without name": {with("2025-01,,", "2025-01,,chidi@uni.example"), []where{{2, "assistant_name", "Give"}}},
		"address twice":          {sheetHeader + sheetRow + strings.Replace(sheetRow, "helen@", "HELEN@", 1), []where{{3, "email", "row 2"}}},
		"no name":                {with("Helen,Nguyen", ","), []where{{2, "family_name", "Give"}}},
		"unknown sector":         {with("Education", "Space Force"), []where{{2, "sector", "no such sector"}}},
		"no sector":              {with("Education", ""), []where{{2, "sector", "Give"}}},
		"unknown region":         {with("South West", "Atlantis"), []where{{2, "region", "no such region"}}},
		"month 13":               {with("2025-01", "2025-13"), []where{{2, "role_started", "no month"}}},
		"month in words":         {with("2025-01", "Jan-25"), []where{{2, "role_started", "no month"}}},
		"a day":                  {with("2025-01", "2025-01-01"), []where{{2, "role_started", "no month"}}},
		"no month":               {with("2025-01", ""), []where{{2, "role_started", "Give"}}},
		"formula =":              {with("Uni", "=1+1"), []where{{2, "organisation", "formula"}}},
		"formula +":              {with("Uni", "+1"), []where{{2, "organisation", "formula"}}},
		"formula -":              {with("Uni", "-1"), []where{{2, "organisation", "formula"}}},
		"formula @":              {with("Nguyen", "@SUM(A1)"), []where{{2, "family_name", "formula"}}},
		"formula after spaces":   {with("Nguyen", "  =A1"), []where{{2, "family_name", "formula"}}},
		"formula tab":            {with("Nguyen", "\tNguyen"), []where{{2, "family_name", "formula"}}},
		"formula carriage":       {with("Nguyen", "\"\rNguyen\""), []where{{2, "family_name", "formula"}}},
		"formula as a telephone": {"phone," + sheetHeader + "=1+1," + sheetRow, []where{{2, "phone", "formula"}}},
		"telephone of words":     {"phone," + sheetHeader + "ask me," + sheetRow, []where{{2, "phone", "no telephone"}}},
		"line break in a name":   {with("Nguyen", "\"Ngu\nyen\""), []where{{2, "family_name", "line break"}}},
		"line break at the end":  {with("Nguyen", "\"Nguyen\n\""), []where{{2, "family_name", "line break"}}},
		"line break in address":  {with("helen@uni.example", "\"helen@uni.example\nBcc: x@y.example\""), []where{{2, "email", "line break"}}},
		"separator as break":     {with("Nguyen", "Ngu\u2028yen"), []where{{2, "family_name", "line break"}}},
		"quotation mark inside":  {with("Nguyen", `Ngu"yen`), []where{{2, "family_name", "quotation marks"}}},
		"text after quotation":   {with("Nguyen", `"Ngu"yen`), []where{{2, "family_name", "quotation marks"}}},
		"quotation never ends":   {with("Nguyen", `"Nguyen`), []where{{2, "family_name", "quotation marks"}}},
		"bad quoting, and more": {sheetHeader + strings.Replace(sheetRow, "Nguyen", `Ngu"yen`, 1) + strings.Replace(sheetRow, "Education", "Nothing", 1),
			[]where{{2, "family_name", "quotation marks"}, {3, "sector", "no such sector"}}},
		"row too short":    {sheetHeader + "Dr,Helen,Nguyen\n", []where{{2, "", "3 cells"}}},
		"row too long":     {sheetHeader + strings.Replace(sheetRow, "\n", ",\n", 1), []where{{2, "", "12 cells"}}},
		"NUL":              {with("Nguyen", "Ngu\x00yen"), []where{{2, "family_name", "control"}}},
		"lost character":   {with("Nguyen", "Ngu\ufffdyen"), []where{{2, "family_name", "lost"}}},
		"UTF-16 with mark": {"\xff\xfe" + utf16LE(sheetHeader+sheetRow), []where{{0, "", "UTF-16"}}},
		"UTF-16 without":   {utf16LE(sheetHeader + sheetRow), []where{{0, "", "UTF-16"}}},
		"damaged UTF-8":    {with("Helen,Nguyen", "Zoë,Wójc\xedk Ł"), []where{{0, "", "damaged"}}},
		"neither encoding": {with("Helen", "H\x81len"), []where{{0, "", "neither"}}},
		"Excel's own":      {"PK\x03\x04rest", []where{{0, "", "own format"}}},
		"too many rows":    {many, []where{{10_002, "", "10,000"}}},
		"too big":          {sheetHeader + strings.Repeat(" ", maxSpreadsheetBytes), []where{{0, "", "10 MB"}}},
		"too many columns": {strings.Repeat("x,", 10_000) + "\n", []where{{1, "", "10001 columns"}}},
		"long name":        {with("Nguyen", strings.Repeat("n", 101)), []where{{2, "family_name", "too long"}}},
		"priority":         {"priority," + sheetHeader + "first," + sheetRow, []where{{2, "priority", "whole number"}}},
		"reference":        {"ref," + sheetHeader + "P-1," + sheetRow, []where{{2, "ref", "no reference"}}},
		"reference twice":  {"ref," + sheetHeader + "P-7F3K2Q," + sheetRow + "p-7f3k2q," + strings.Replace(sheetRow, "helen@", "h@", 1), []where{{3, "ref", "row 2"}}},
		"rows after breaks and empty rows": {sheetHeader + strings.Replace(sheetRow, "Uni", "\"Uni\nand\nmore\"", 1) + "\n\r\n,,,,,,,,,,\n" +
			strings.NewReplacer("helen@", "h@", "Education", "None").Replace(sheetRow), []where{{6, "sector", "no such sector"}}},
		"header and rows at once": {strings.Replace(sheetHeader, "region", "county", 1) + "\n" + strings.Replace(sheetRow, "Education", "Navy", 1),
			[]where{{1, "county", "no column"}, {1, "region", "missing"}, {3, "sector", "no such sector"}}},
		"all at once": {sheetHeader + "Dr,,,nobody,,,Navy,Mars,2025-00,,\nDr,A,B\n" + sheetRow, []where{
			{2, "email", "no e-mail address"}, {2, "job_title", "Give"}, {2, "organisation", "Give"}, {2, "sector", "no such"},
			{2, "region", "no such"}, {2, "role_started", "no month"}, {2, "family_name", "Give"}, {3, "", "3 cells"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people, faults := ReadParticipants([]byte(c.file))
			if people != nil {
				t.Error("people came out of a file that is refused")
			}
			if len(faults) != len(c.want) {
				t.Fatalf("faults %+v", faults)
			}
			for i, want := range c.want {
				if f := faults[i]; f.Row != want.row || f.Column != want.column || !strings.Contains(f.Text, want.text) {
					t.Errorf("fault %+v, want %+v", f, want)
				}
			}
		})
	}
}

// A fault never repeats what stands in a cell: it may be shown, logged and mailed.
func TestFaultsTellNothingPersonal(t *testing.T) {
	t.Parallel()
	header := strings.TrimSpace(sheetHeader) + ",ref,group,priority,phone,assistant_phone"
	bad := []string{"=MARKER", "MARKER", "\"MAR\nMARKER\"", "MARKER\"", "\"MARKER", strings.Repeat("MARKER", 60), "MARK\x00MARKER"}
	for column := range 16 {
		for _, value := range bad {
			cells := strings.Split("Dr,Helen,Nguyen,helen@uni.example,VC,Uni,Education,South West,2025-01,,,,,,,", ",")
			cells[column] = value
			_, faults := ReadParticipants([]byte(header + "\n" + strings.Join(cells, ",") + "\n"))
			for _, f := range faults {
				if strings.Contains(fmt.Sprint(f), "MARKER") {
					t.Errorf("column %d: %+v", column, f)
				}
			}
		}
	}
	_, faults := ReadParticipants([]byte("Dr,Marker O'Neil,helen.marker@uni.example,email\nx,y,z,a@b.example\n"))
	for _, f := range faults {
		if strings.Contains(strings.ToLower(fmt.Sprint(f)), "marker") {
			t.Errorf("header: %+v", f)
		}
	}
}

// Every fault of a file that is wrong in every row is told.
func TestEveryFaultIsTold(t *testing.T) {
	t.Parallel()
	bad := sheetHeader + strings.Repeat("Dr,Helen,Nguyen,nobody,VC,Uni,Nothing,Nowhere,2025,,\n", 10_000)
	if _, faults := ReadParticipants([]byte(bad)); len(faults) != 40_000 {
		t.Errorf("%d faults", len(faults))
	}
}

func TestSpreadsheetRoundTrip(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[A-Za-zÀ-žА-я山田'"=+\-@,; ]{0,20}`)
	filled := rapid.StringMatching(`['=+\-@]{0,3}[A-Za-zÀ-ž山]['",;=@ \n]{0,6}[A-Za-zΑ-ω]`)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "rows")
		people := make([]Participant, n)
		for i := range people {
			draw := func(g *rapid.Generator[string], label string) string {
				return strings.TrimFunc(g.Draw(t, label), stray)
			}
			phone := rapid.SampledFrom([]string{"", "+44 20 7946 0000", "(020) 7946-0000", "-2079460000"})
			people[i] = Participant{Row: i + 2, Ref: rapid.SampledFrom([]string{"", NewRef()}).Draw(t, "ref"),
				Title: draw(text, "title"), GivenName: draw(text, "given"), FamilyName: strings.ReplaceAll(draw(filled, "family"), "\n", " "),
				Email: fmt.Sprintf("p%d.%s@trust.example", i, rapid.StringMatching(`[a-zA-Z0-9'+]{1,9}`).Draw(t, "local")),
				Phone: phone.Draw(t, "phone"), AssistantPhone: phone.Draw(t, "phone"),
				Role: Role{JobTitle: draw(filled, "job"), Organisation: draw(filled, "organisation"),
					Sector: rapid.SampledFrom(Sectors()).Draw(t, "sector"), Region: rapid.SampledFrom(Regions()).Draw(t, "region"),
					RoleStarted: fmt.Sprintf("20%02d-%02d", rapid.IntRange(0, 30).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"))},
				Group: draw(text, "group"), Priority: rapid.IntRange(0, 200).Draw(t, "priority")}
			if rapid.Bool().Draw(t, "assistant") {
				people[i].AssistantName = strings.ReplaceAll(draw(filled, "assistant"), "\n", " ")
				people[i].AssistantEmail = fmt.Sprintf("a%d@trust.example", i)
			}
		}
		again, faults := ReadParticipants(WriteParticipants(people))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if !reflect.DeepEqual(again, people) {
			t.Fatalf("wrote %+v\nread  %+v", people, again)
		}
	})
}

func FuzzReadParticipants(f *testing.F) {
	f.Add([]byte(sheetHeader + sheetRow))
	f.Add([]byte("ref,priority," + sheetHeader + "P-7F3K2Q,1," + sheetRow + "\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		people, faults := ReadParticipants(data)
		if (len(people) == 0) == (len(faults) == 0) {
			t.Fatalf("%d people and %d faults", len(people), len(faults))
		}
		if len(people) == 0 {
			return
		}
		again, faults := ReadParticipants(WriteParticipants(people))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		for i := range again {
			people[i].Row, again[i].Row = 0, 0
		}
		if !reflect.DeepEqual(again, people) {
			t.Fatalf("wrote %+v\nread  %+v", people, again)
		}
	})
}

func TestReferences(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2000 {
		ref := NewRef()
		if !ValidRef(ref) || seen[ref] {
			t.Fatalf("%q is no new reference", ref)
		}
		seen[ref] = true
	}
	for _, bad := range []string{"", "P-", "7F3K2Q", "P-7F3K2", "P-7F3K2QX", "P-7F3K2I", "P-7F3K20", "p-7f3k2q", "P-7F3K2\n"} {
		if ValidRef(bad) {
			t.Errorf("%q passes for a reference", bad)
		}
	}
}
