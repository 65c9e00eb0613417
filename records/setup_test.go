package records

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"fairlead/internal/postgrestest"
	"fairlead/programme"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }

// bundle is a fresh database with a clock of its own.
type bundle struct {
	*Store
	ctx      context.Context
	clock    *testClock
	url      string
	keys     string
	postgres bool
}

// testClock is real time as the test has it.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// set moves the clock to a moment.
func (c *testClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// begins is where the clock of every test stands at first: a Monday well before the cohort of 1 March 2027.
var begins = london("2026-07-06 10:00")

// london is a moment by London's clocks.
func london(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, programme.London)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, b *bundle)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, setupSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, setupPostgres(t)) })
}

func setupSQLite(t testing.TB) *bundle {
	t.Helper()
	dir := t.TempDir()
	b := &bundle{url: "sqlite:" + filepath.Join(dir, "records.db"), keys: "sqlite:" + filepath.Join(dir, "keys.db")}
	b.open(t)
	if err := b.Migrate(b.ctx); err != nil {
		t.Fatal(err)
	}
	return b
}

func setupPostgres(t testing.TB) *bundle {
	t.Helper()
	b := &bundle{postgres: true,
		url:  postgrestest.Clone(t, "records", func(url string) error { return migrated(url, "migrations", recordsTable) }),
		keys: postgrestest.Clone(t, "keys", func(url string) error { return migrated(url, "migrations/keys", keysTable) })}
	b.open(t)
	return b
}

// migrated shapes one database as records or as keys.
func migrated(url, folder, table string) error {
	db, err := openDatabase(context.Background(), url)
	if err != nil {
		return err
	}
	err = migrations{db: db.raw, dialect: db.dialect, folder: folder, table: table}.up(context.Background())
	return errors.Join(err, db.close())
}

// open opens the bundle's databases.
func (b *bundle) open(t testing.TB) {
	t.Helper()
	if b.clock == nil {
		b.ctx, b.clock = t.Context(), &testClock{now: begins}
	}
	b.Store = b.another(t)
}

// another opens the same databases once more, as another process does.
func (b *bundle) another(t testing.TB) *Store {
	t.Helper()
	s, err := Open(b.ctx, b.url, b.keys, b.clock.Now, Options{
		HeadOfCentre: "head@centre.example", PrivacyNotice: "2026-01", Blueprints: testBlueprints,
		Calendar: programme.EnglandAndWales(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// testBlueprints knows one blueprint of this version's stages, and one with a stage that does not run yet.
func testBlueprints(name string) (programme.Blueprint, error) {
	week := func(n int) *int { return &n }
	b := programme.Blueprint{Name: name, Title: "A year", JoinUntil: -5, Stages: []programme.BlueprintStage{
		{Name: "selection", Kind: programme.KindSelection, Title: "Your invitation", Compulsory: true, OpensWeek: -25,
			DueAfter: 10, LimitAfter: week(0), Ladder: programme.Ladder{After: []int{3, 7}, Assistant: 2}, AtLimit: "lapse",
			Application: &programme.Application{Opens: -39, Closes: -34, Decided: -26, Released: -25}},
		{Name: "onboarding", Kind: programme.KindOnboarding, Title: "Joining the programme", Compulsory: true, OpensWeek: -14,
			DueWeek: week(-11), Ladder: programme.Ladder{Before: []int{7, 3, 1}}, AtLimit: "task", Survey: "baseline"},
		{Name: "closing-survey", Kind: programme.KindSurvey, Title: "Closing survey", OpensWeek: 34, DueWeek: week(36),
			Ladder: programme.Ladder{Before: []int{7, 3}}, AtLimit: "lapse", Survey: "closing"},
		{Name: "alumni", Kind: programme.KindAlumni, Title: "Joining the network", OpensWeek: 37, DueWeek: week(40),
			Ladder: programme.Ladder{Before: []int{7, 3, 1}}, AtLimit: "lapse"},
	}}
	switch name {
	case "residentials", "flagship":
		return programme.BlueprintNamed(name)
	case "year":
		return b, nil
	case "questionnaire", "supplier":
		stage := programme.BlueprintStage{Name: "psychometrics", Kind: programme.KindPsychometrics, Title: "Psychometric questionnaire", Compulsory: true,
			OpensWeek: -7, After: "onboarding", DueWeek: week(-5), Ladder: programme.Ladder{Before: []int{7, 3, 1}}, AtLimit: "task", Instrument: "ipip-50"}
		if name == "supplier" {
			stage.Instrument, stage.Supplier = "", "https://tests.example/leaders"
		}
		debrief := programme.BlueprintStage{Name: "debrief", Kind: programme.KindSurvey, Title: "Debrief", OpensWeek: -5, After: "psychometrics",
			DueWeeksOn: 3, AtLimit: "lapse", Survey: "closing"}
		b.Stages = slices.Insert(b.Stages, 2, stage, debrief)
		return b, nil
	case "coached":
		first := programme.BlueprintStage{Name: "coaching-1", Kind: programme.KindCoaching, Title: "First coaching session", Compulsory: true,
			OpensWeek: -5, DueWeeksOn: 3, LimitWeek: week(3), Ladder: programme.Ladder{Before: []int{7, 1}}, AtLimit: "task"}
		second := programme.BlueprintStage{Name: "coaching-2", Kind: programme.KindCoaching, Title: "Second coaching session",
			OpensWeek: 3, DueWeeksOn: 3, LimitWeek: week(9), Ladder: programme.Ladder{Before: []int{3}}, AtLimit: "lapse"}
		b.Stages = slices.Insert(b.Stages, 2, first, second)
		return b, nil
	case "coached-questionnaire":
		b, err := testBlueprints("questionnaire")
		coached, _ := testBlueprints("coached")
		b.Stages = append(b.Stages, coached.Stages[2])
		return b, err
	case "afterwards":
		flagship, err := programme.BlueprintNamed("flagship")
		if err != nil {
			return b, err
		}
		closing, _ := flagship.Stage("closing-event")
		event := *closing.Event
		event.PlaceWith, closing.Event = "onboarding", &event
		b.Stages = append(slices.Insert(b.Stages, 3, closing), flagship.LaterSurveys()...)
		return b, nil
	case "with-nothing-known":
		b.Stages = append(b.Stages, programme.BlueprintStage{Name: "workshop", Kind: "workshop", Title: "A kind nobody runs", OpensWeek: 1, DueWeek: week(3)})
		return b, nil
	}
	return programme.Blueprint{}, fmt.Errorf("blueprint: %w", programme.ErrNotFound)
}

// cohort is a cohort of 1 March 2027 as tests create it.
func testCohort(name string, route programme.Route, places int) programme.Cohort {
	return programme.Cohort{Name: name, Blueprint: "year", StartsOn: programme.Date{Year: 2027, Month: 3, Day: 1},
		Route: route, Places: places, Owner: "owner@centre.example", Deputy: "deputy@centre.example"}
}

// people are n leaders, each with an assistant.
func people(n int) []programme.Participant {
	rows := make([]programme.Participant, n)
	for i := range rows {
		rows[i] = programme.Participant{Row: i + 2, GivenName: fmt.Sprintf("Given%d", i), FamilyName: fmt.Sprintf("Family%d", i),
			Email: fmt.Sprintf("leader%d@service.example", i),
			Role: programme.Role{JobTitle: "Chief Executive", Organisation: fmt.Sprintf("Service %d", i), Sector: "Healthcare",
				Region: "London", RoleStarted: "2026-05"},
			AssistantName: fmt.Sprintf("Assistant %d", i), AssistantEmail: fmt.Sprintf("assistant%d@service.example", i)}
	}
	return rows
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// imported makes a cohort with n people and returns their references in the spreadsheet's order.
func (b *bundle) imported(t testing.TB, c programme.Cohort, n int) []string {
	t.Helper()
	must(t, b.CreateCohort(b.ctx, c))
	return b.imports(t, c.Name, people(n))
}

// imports takes rows into a cohort and returns their references.
func (b *bundle) imports(t testing.TB, cohort string, rows []programme.Participant) []string {
	t.Helper()
	report, err := b.ImportParticipants(b.ctx, cohort, rows, false, "staff:ada")
	must(t, err)
	refs := make([]string, len(rows))
	for i, row := range report.Rows {
		refs[i] = row.Ref
	}
	return refs
}

// states are the states of some journeys, in their order.
func (b *bundle) states(t testing.TB, refs []string) []programme.JourneyState {
	t.Helper()
	var list []programme.JourneyState
	for _, ref := range refs {
		j, err := b.Journey(b.ctx, ref)
		must(t, err)
		list = append(list, j.State)
	}
	return list
}

func isInvalid(err error) bool {
	var invalid *programme.Invalid
	return errors.As(err, &invalid)
}

func asInvalid(err error, into **programme.Invalid) bool { return errors.As(err, into) }

// ignore drops a result that the test does not look at.
func ignore[T any](_ T, err error) error { return err }

func isNotFound(err error) bool { return errors.Is(err, programme.ErrNotFound) }
