package rest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fairlead/programme"
)

// fakeStore is the records as the API sees them, in memory. Fields ending in Err make one call fail.
type fakeStore struct {
	runs      *fakeJourneys
	previewed []programme.Command
	noted     int // attendances noted by the records themselves

	sittings      map[string][]programme.Sitting
	rescheduled   []programme.Reschedule
	rescheduling  string // the state of its operation
	places        []programme.Place
	rescheduleErr error
	mu            sync.Mutex
	now           func() time.Time
	tokens        map[string]string   // role by hash
	kind          programme.TokenKind // of every token
	tokenErr      error
	clock         programme.Clock
	clockSet      bool
	cohorts       map[string]programme.Cohort
	counts        programme.CohortCounts
	journeys      map[string]programme.Journey
	filter        programme.JourneyFilter
	messages      []programme.Message
	moves         []programme.Move
	commands      map[string]programme.Command
	applyErr      error
	effect        programme.Effect
	abandonErr    error
	applied       func(*programme.Command) // what the workflow did while the caller gave up
	tasks         []programme.Task
	operations    map[string]programme.Operation
	launchErr     error
	launches      int
	releases      []string
	assigned      []string
	by, staff     []string // what was changed, and who is said to have done it; who is on the list of staff
	releaseErr    error
	codes         []programme.LateCode
	imported      []programme.Participant
	importErr     error
	dryRun        bool
	coaches       []programme.Coach
	slots         []programme.Slot
	match         programme.MatchReport
	release       programme.Release // of its preview, where there is another than one offer
	lines         []programme.RescheduleLine
	matched       string // what was asked of the match, and by whom
	kept          map[string]*keptRequest
	updates       int
	answers       []programme.ResearchAnswer
}

type keptRequest struct {
	hash  string
	saved *programme.SavedResponse
}

func (s *fakeStore) Now(context.Context) time.Time { return s.clock.Programme(s.now()) }

func (s *fakeStore) Outcomes(context.Context, string) (programme.Outcomes, error) {
	flagship, err := programme.BlueprintNamed("flagship")
	return programme.OutcomesOf(s.answers, programme.Counting{At: s.now()}, flagship.FollowingSurveys()...), err
}

func (s *fakeStore) Clock(context.Context) (programme.Clock, error) { return s.clock, nil }

func (s *fakeStore) SetClock(_ context.Context, c programme.Clock) error {
	if s.clockSet && (s.clock.Day != c.Day || !s.clock.Start.Equal(c.Start)) {
		return programme.ErrConflict
	}
	if !s.clockSet {
		s.clock, s.clockSet = c, true
	}
	return nil
}

func (s *fakeStore) CreateCohort(_ context.Context, c programme.Cohort) error {
	s.by = append(s.by, "create "+c.By)
	if had, ok := s.cohorts[c.Name]; ok {
		if fmt.Sprint(had.Blueprint, had.StartsOn, had.Route, had.Places, had.Owner) != fmt.Sprint(c.Blueprint, c.StartsOn, c.Route, c.Places, c.Owner) {
			return programme.ErrConflict
		}
		return nil
	}
	c.Version = 1
	s.cohorts[c.Name] = c
	return nil
}

func (s *fakeStore) Cohort(_ context.Context, name string) (programme.Cohort, error) {
	c, ok := s.cohorts[name]
	if !ok {
		return c, programme.ErrNotFound
	}
	return c, nil
}

func (s *fakeStore) Cohorts(_ context.Context, after string, limit int) ([]programme.Cohort, string, error) {
	var names []string
	for name := range s.cohorts {
		if name > after {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	next := ""
	if len(names) > limit {
		names, next = names[:limit], names[limit-1]
	}
	var found []programme.Cohort
	for _, name := range names {
		found = append(found, s.cohorts[name])
	}
	return found, next, nil
}

func (s *fakeStore) ChangeCohort(_ context.Context, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64) error {
	s.by = append(s.by, "change "+c.By)
	if s.cohorts[c.Name].Version != ifVersion {
		return programme.ErrConflict
	}
	c.Version++
	s.updates++
	s.sittings = sittings
	s.cohorts[c.Name] = c
	return nil
}

func (s *fakeStore) Sittings(_ context.Context, cohort string) ([]programme.Sitting, error) {
	if _, known := s.cohorts[cohort]; !known {
		return nil, programme.ErrNotFound
	}
	return s.sittings["residential-1"], nil
}

func (s *fakeStore) Places(context.Context, string) ([]programme.Place, error) { return s.places, nil }

func (s *fakeStore) Reschedule(_ context.Context, order programme.Reschedule) (programme.Operation, error) {
	if _, known := s.cohorts[order.Cohort]; !known {
		return programme.Operation{}, programme.ErrNotFound
	}
	s.rescheduled = append(s.rescheduled, order)
	return programme.Operation{ID: order.ID, Kind: "reschedule", Cohort: order.Cohort, State: s.rescheduling, Total: 3}, s.rescheduleErr
}

func (s *fakeStore) CohortCounts(context.Context, string) (programme.CohortCounts, error) {
	return s.counts, nil
}

func (s *fakeStore) ImportParticipants(_ context.Context, _ string, rows []programme.Participant, dryRun bool, _ string) (programme.ImportReport, error) {
	if s.importErr != nil {
		return programme.ImportReport{}, s.importErr
	}
	s.dryRun = dryRun
	if !dryRun {
		s.imported = append(s.imported, rows...)
	}
	report := programme.ImportReport{New: len(rows)}
	for _, row := range rows {
		report.Rows = append(report.Rows, programme.ImportRow{Row: row.Row, Result: "new"})
	}
	return report, nil
}

func (s *fakeStore) Launch(_ context.Context, cohort, _ string, _ time.Time) (programme.Operation, error) {
	if s.launchErr != nil {
		return programme.Operation{}, s.launchErr
	}
	s.launches++
	return programme.Operation{ID: fmt.Sprintf("op-%d", s.launches), Kind: "launch", Cohort: cohort, State: "running", Total: 7}, nil
}

func (s *fakeStore) Journey(_ context.Context, ref string) (programme.Journey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.journeys[ref]
	if !ok {
		return j, programme.ErrNotFound
	}
	return j, nil
}

func (s *fakeStore) Journeys(_ context.Context, f programme.JourneyFilter, after string, limit int) ([]programme.Journey, string, error) {
	s.filter = f
	var found []programme.Journey
	for _, ref := range slices.Sorted(keys(s.journeys)) {
		if ref > after {
			found = append(found, s.journeys[ref])
		}
	}
	if len(found) > limit {
		return found[:limit], found[limit-1].Ref, nil
	}
	return found, "", nil
}

func (s *fakeStore) Messages(_ context.Context, ref, _ string, _ int) ([]programme.Message, string, error) {
	var found []programme.Message
	for _, m := range s.messages {
		if m.Ref == ref {
			m.Text, m.HTML = "", ""
			found = append(found, m)
		}
	}
	return found, "", nil
}

func (s *fakeStore) Message(_ context.Context, key string) (programme.Message, error) {
	for _, m := range s.messages {
		if m.Key == key {
			return m, nil
		}
	}
	return programme.Message{}, programme.ErrNotFound
}

func (s *fakeStore) Moves(_ context.Context, ref string, after int64, limit int) ([]programme.Move, int64, error) {
	var found []programme.Move
	for _, m := range s.moves {
		if m.Ref == ref && m.ID > after {
			found = append(found, m)
		}
	}
	if len(found) > limit {
		return found[:limit], found[limit-1].ID, nil
	}
	return found, 0, nil
}

func (s *fakeStore) RecordCommand(_ context.Context, c programme.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[c.ID] = c
	return nil
}

func (s *fakeStore) Command(_ context.Context, id string) (programme.Command, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.commands[id]
	if !ok {
		return c, programme.ErrNotFound
	}
	return c, nil
}

func (s *fakeStore) AbandonCommand(ctx context.Context, id string) (bool, error) {
	if s.abandonErr != nil {
		return false, s.abandonErr
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.commands[id]
	if s.applied != nil {
		s.applied(&c)
	}
	if c.State == programme.CommandRecorded {
		c.State = programme.CommandAbandoned
	}
	s.commands[id] = c
	return c.State == programme.CommandAbandoned, nil
}

func (s *fakeStore) Apply(_ context.Context, _, id string, _ time.Time, _ programme.Order) (programme.Effect, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.commands[id]
	if s.applyErr != nil {
		c.State = programme.CommandRefused
		s.commands[id] = c
		return programme.Effect{}, s.applyErr
	}
	effect := s.effect
	c.State, c.Outcome = programme.CommandApplied, &effect
	s.commands[id] = c
	return effect, nil
}

// NoteAttendance goes as an order does: the tests of all commands look at what comes of it.
func (s *fakeStore) NoteAttendance(ctx context.Context, _, id string, _ time.Time, _ programme.Order) (programme.Effect, error) {
	s.noted++
	return s.runs.Order(ctx, s.commands[id])
}

func (s *fakeStore) Tasks(_ context.Context, f programme.TaskFilter, after int64, limit int) ([]programme.Task, int64, error) {
	var found []programme.Task
	for _, t := range s.tasks {
		if t.ID > after && (!f.Open || t.Done.IsZero()) && (f.Ref == "" || f.Ref == t.Ref) {
			found = append(found, t)
		}
	}
	if len(found) > limit {
		return found[:limit], found[limit-1].ID, nil
	}
	return found, 0, nil
}

func (s *fakeStore) FinishTask(_ context.Context, id int64, by, note string, at time.Time) error {
	switch i := slices.IndexFunc(s.tasks, func(t programme.Task) bool { return t.ID == id }); {
	case i < 0:
		return programme.ErrNotFound
	case s.tasks[i].Decides && note == "":
		return programme.Refuse("note", "Say what was decided.")
	case s.tasks[i].Done.IsZero():
		s.tasks[i].Done, s.tasks[i].DoneBy, s.tasks[i].Note = at, by, note
	}
	return nil
}

func (s *fakeStore) Operation(_ context.Context, id string) (programme.Operation, error) {
	op, ok := s.operations[id]
	if !ok {
		return op, programme.ErrNotFound
	}
	return op, nil
}

func (s *fakeStore) TokenRole(_ context.Context, hash string) (string, string, programme.TokenKind, error) {
	if s.tokenErr != nil {
		return "", "", "", s.tokenErr
	}
	role, ok := s.tokens[hash]
	if !ok {
		return "", "", "", programme.ErrNotFound
	}
	return "desk-" + role, role, s.kind, nil
}

func (s *fakeStore) BeginIdempotent(_ context.Context, caller, route, key, bodyHash string) (*programme.SavedResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.Join([]string{caller, route, key}, "|")
	had, ok := s.kept[id]
	switch {
	case !ok:
		s.kept[id] = &keptRequest{hash: bodyHash}
		return nil, nil
	case had.hash != bodyHash:
		return nil, programme.Refuse("Idempotency-Key", "another request")
	case had.saved == nil:
		return nil, programme.ErrConflict
	}
	return had.saved, nil
}

func (s *fakeStore) FinishIdempotent(_ context.Context, caller, route, key string, response programme.SavedResponse) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[strings.Join([]string{caller, route, key}, "|")].saved = &response
	return nil
}

func (s *fakeStore) DropIdempotent(_ context.Context, caller, route, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, strings.Join([]string{caller, route, key}, "|"))
	return nil
}

// fakeJourneys are the running workflows.
type fakeJourneys struct {
	effect  programme.Effect
	err     error
	during  func(programme.Command)
	ordered []programme.Command
}

func (f *fakeJourneys) Order(_ context.Context, c programme.Command) (programme.Effect, error) {
	f.ordered = append(f.ordered, c)
	if f.during != nil {
		f.during(c)
	}
	return f.effect, f.err
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
