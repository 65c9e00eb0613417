package records

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

func TestImportIsItsOwnRepeat(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		rows := people(20)
		rows[3].AssistantEmail, rows[3].AssistantName = "SHARED@service.example", "Sam Lee"
		rows[4].AssistantEmail, rows[4].AssistantName = "shared@service.example", "Sam Leigh" // the last of a file counts
		rows[5].AssistantEmail, rows[5].AssistantName = rows[0].Email, "somebody else"        // a leader too

		dry, err := b.ImportParticipants(b.ctx, "spring", rows, true, "staff:ada")
		must(t, err)
		if dry.New != 20 || dry.Rows[0].Ref != "" || dry.Rows[0].Result != "new" || dry.Rows[19].Row != 21 {
			t.Errorf("the dry run says %+v", dry)
		}
		if list, _, err := b.Journeys(b.ctx, programme.JourneyFilter{}, "", 10); err != nil || len(list) != 0 {
			t.Fatalf("the dry run left %d journeys, %v", len(list), err)
		}
		first, err := b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		before := b.everything(t)
		b.clock.set(begins.Add(time.Hour))
		for i := range rows {
			rows[i].Email = strings.ToUpper(rows[i].Email) // whatever its case
		}
		again, err := b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		if first.New != 20 || again.Unchanged != 20 || again.New+again.Changed != 0 {
			t.Errorf("first %+v, again %+v", first, again)
		}
		for i := range rows {
			if first.Rows[i].Ref == "" || first.Rows[i].Ref != again.Rows[i].Ref {
				t.Errorf("row %d is %q, and again %q", i, first.Rows[i].Ref, again.Rows[i].Ref)
			}
		}
		if after := b.everything(t); after != before {
			t.Errorf("the same file changed the database:\n%s\nwas:\n%s", after, before)
		}
		j, err := b.Journey(b.ctx, first.Rows[3].Ref)
		must(t, err)
		if j.State != programme.Reserve || j.Person.Name != "Given3 Family3" || j.Assistant == nil || j.Assistant.Name != "Sam Leigh" ||
			len(j.Stages) != 4 || j.Stages[1].Title != "Joining the programme" || j.Stages[1].OpensAt.IsZero() || j.Role.Organisation != "Service 3" {
			t.Errorf("the journey is %+v", j)
		}
		if j, err = b.Journey(b.ctx, first.Rows[5].Ref); err != nil || j.Assistant.Name != "Given0 Family0" {
			t.Errorf("a leader who assists is called %+v, %v", j.Assistant, err)
		}
	})
}

// everything is all that an import may write, as text.
func (b *bundle) everything(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, query := range []string{"SELECT * FROM people ORDER BY id", "SELECT * FROM journeys ORDER BY ref",
		"SELECT * FROM stages ORDER BY ref, name", "SELECT * FROM moves ORDER BY id", "SELECT * FROM journey_words ORDER BY ref, word",
		"SELECT * FROM cohorts ORDER BY name"} {
		var rows []map[string]any
		must(t, b.read(b.ctx).Raw(query).Scan(&rows).Error)
		for _, row := range rows {
			fmt.Fprintln(&text, row)
		}
	}
	return text.String()
}

func TestImportCorrectsAPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		rows := people(3)
		refs := b.imports(t, "spring", rows)
		rows[1].FamilyName, rows[1].Role.JobTitle, rows[1].Phone = "Corrected", "Director", "020 7946 0000"
		report, err := b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		if report.Changed != 1 || report.Unchanged != 2 || report.Rows[1].Result != "changed" || strings.Join(report.Rows[1].Columns, " ") != "job_title phone family_name" || report.Rows[0].Columns != nil {
			t.Errorf("the report is %+v", report)
		}
		j, err := b.Journey(b.ctx, refs[1])
		must(t, err)
		if j.Person.Name != "Given1 Corrected" || j.Person.Phone != "020 7946 0000" || j.Role.JobTitle != "Director" || j.Version != 2 {
			t.Errorf("the journey is %+v", j)
		}
		moves, _, err := b.Moves(b.ctx, refs[1], 0, 10)
		must(t, err)
		if len(moves) != 2 || moves[0].From != "" || moves[0].To != "reserve" || moves[1].From != "reserve" || moves[1].Actor != "staff:ada" {
			t.Errorf("the history is %+v", moves)
		}
		// A row with its reference is its person, also with another address, until the year has begun.
		rows[2].Ref, rows[2].Email = refs[2], "new@service.example"
		must(t, ignore(b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")))
		if j, err = b.Journey(b.ctx, refs[2]); err != nil || j.Person.Email != "new@service.example" {
			t.Errorf("the address is %q, %v", j.Person.Email, err)
		}
		_, err = b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		// What staff and leader changed since stays while the spreadsheet does, and so does an address.
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec(`UPDATE people SET email = 'x@y.example', email_folded = 'x@y.example' WHERE id = ?`, j.Person.ID).Error
		}))
		rows[2].Ref = ""
		report, err = b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		if report.Unchanged != 3 {
			t.Errorf("after a change of address the same file gives %+v", report)
		}
		rows[2].Ref, rows[2].Email = refs[2], "third@service.example"
		if _, err = b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada"); !isInvalid(err) {
			t.Errorf("another address after the year has begun: %v, want *Invalid", err)
		}
	})
}

func TestImportRefusesWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		must(t, b.CreateCohort(b.ctx, testCohort("chosen", programme.RouteConfirmed, 3)))
		refs := b.imports(t, "spring", people(2))
		before := b.everything(t)
		with := func(change func(rows []programme.Participant)) []programme.Participant {
			rows := people(4)
			change(rows)
			return rows
		}
		cases := map[string]struct {
			cohort string
			rows   []programme.Participant
			row    int // of the first fault
		}{
			"a reference nobody has": {"spring", with(func(r []programme.Participant) { r[2].Ref = "P-000000" }), 4},
			"one address twice":      {"spring", with(func(r []programme.Participant) { r[3].Email = "LEADER2@service.example" }), 5},
			"one reference twice":    {"spring", with(func(r []programme.Participant) { r[2].Ref, r[3].Ref = refs[0], refs[0] }), 4},
			"somebody's address":     {"spring", with(func(r []programme.Participant) { r[0].Ref, r[0].Email = refs[0], r[1].Email }), 2},
			"more than places":       {"chosen", people(4), 0},
		}
		for name, c := range cases {
			_, err := b.ImportParticipants(b.ctx, c.cohort, c.rows, false, "staff:ada")
			var invalid *programme.Invalid
			if !asInvalid(err, &invalid) {
				t.Errorf("%s: %v, want *Invalid", name, err)
			} else if invalid.Faults[0].Row != c.row {
				t.Errorf("%s: row %d is named, want %d: %v", name, invalid.Faults[0].Row, c.row, invalid)
			}
		}
		if after := b.everything(t); after != before {
			t.Error("a refused file changed the database")
		}
		must(t, ignore(b.ImportParticipants(b.ctx, "chosen", people(3), false, "staff:ada")))
	})
}

// Ten thousand rows take seconds on a quiet machine: the times are printed, not judged.
func TestImportOfTenThousand(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		rows := people(10_000)
		began := time.Now()
		refs := b.imports(t, "spring", rows)
		t.Logf("%s for 10,000 rows", time.Since(began))
		seen := map[string]bool{}
		for _, ref := range refs {
			seen[ref] = true
		}
		if len(seen) != len(rows) {
			t.Errorf("%d references for %d people", len(seen), len(rows))
		}
		began = time.Now()
		report, err := b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		t.Logf("%s again", time.Since(began))
		if report.Unchanged != len(rows) {
			t.Errorf("again: %d unchanged", report.Unchanged)
		}
		rows = rows[:1000]
		for i := range rows {
			rows[i].Role.JobTitle = "Director"
		}
		began = time.Now()
		report, err = b.ImportParticipants(b.ctx, "spring", rows, false, "staff:ada")
		must(t, err)
		t.Logf("%s for 1,000 corrections", time.Since(began))
		if report.Changed != len(rows) {
			t.Errorf("corrected: %d changed", report.Changed)
		}
	})
}

// The same people imported at once, into two cohorts and twice into each, are the same people.
func TestImportsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		errs := make(chan error)
		for i := range 4 { // the same people into two cohorts, each twice
			name := fmt.Sprintf("cohort-%d", i%2)
			if i < 2 {
				must(t, b.CreateCohort(b.ctx, testCohort(name, programme.RouteConfirmed, 50)))
			}
		}
		for i := range 4 {
			go func() {
				errs <- ignore(b.ImportParticipants(b.ctx, fmt.Sprintf("cohort-%d", i%2), people(50), false, "staff:ada"))
			}()
		}
		for range 4 {
			must(t, <-errs)
		}
		var persons, journeys int64
		must(t, b.read(b.ctx).Model(&personRow{}).Count(&persons).Error)
		must(t, b.read(b.ctx).Model(&journeyRow{}).Count(&journeys).Error)
		if persons != 100 || journeys != 100 {
			t.Errorf("%d people and %d journeys, want 100 each", persons, journeys)
		}
	})
}
