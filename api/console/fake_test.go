package console

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"fairlead/programme"
)

// fakeStore is the records in memory. It counts what is asked of it.
type fakeStore struct {
	now        time.Time
	cohorts    []programme.Cohort
	counts     map[string]programme.CohortCounts
	effects    programme.CohortEffects
	looked     int // at the effects
	journeys   []programme.Journey
	messages   []programme.Message
	moves      []programme.Move
	tasks      []programme.Task
	coaches    []programme.Coach
	releasable []programme.Released // where another than one offer
	pairs      []programme.Pair
	match      programme.MatchReport
	slots      []programme.Slot
	tokens     map[string]member // by hash
	signIns    map[string]signIn // by hash
	sessions   map[string]member // by hash
	browsers   []string          // of the sign-ins
	events     fakeEvents
	people     fakePeople
	scoring    fakeScoring
	figures    programme.Figures
	attendance []programme.AttendanceLine
	waits      []programme.Wait
	outgoing   []programme.Outgoing
	parked     []programme.Parked
	late       []programme.Late
	ledger     programme.LedgerFilter // of the last page of the ledger
	mu         sync.Mutex
	asked      int
	filter     programme.JourneyFilter // of the last list of journeys
	decision   programme.Decision
	codes      []programme.LateCode
	ordered    []string // commands and releases
	refuse     error    // of orders and releases
	noCohort   error    // what reading a cohort answers with
	broken     error    // what every reading answers with, sessions apart
	room       []programme.Sitting
	given      map[string]programme.Command // by the order's id
	orders     int
	preview    programme.Preview
	previewed  programme.Command
	bulk       map[string]programme.BulkOrder
	unasked    map[string]bool  // whose request has not gone
	refuses    map[string]error // previews, by reference
	previews   int
	operation  programme.Operation
	lines      []programme.BulkLine
	notes      []programme.Note
	noted      map[string]bool // by the form's word
}

type signIn struct {
	who     member
	expires time.Time
	used    bool
}

func (f *fakeStore) ask() error { f.asked++; return f.broken }

func (f *fakeStore) Now(context.Context) time.Time { return f.now }

func (f *fakeStore) Cohort(_ context.Context, name string) (programme.Cohort, error) {
	for _, c := range f.cohorts {
		if c.Name == name {
			if f.noCohort != nil {
				return programme.Cohort{}, f.noCohort
			}
			return c, f.ask()
		}
	}
	f.asked++
	return programme.Cohort{}, programme.ErrNotFound
}

func (f *fakeStore) Cohorts(_ context.Context, after string, limit int) ([]programme.Cohort, string, error) {
	list, more := page(f.cohorts, limit, func(c programme.Cohort) bool { return c.Name > after })
	if more {
		return list, list[limit-1].Name, f.ask()
	}
	return list, "", f.ask()
}

func (f *fakeStore) CohortCounts(_ context.Context, name string) (programme.CohortCounts, error) {
	return f.counted(name), f.ask()
}

func (f *fakeStore) CountsOfCohorts(_ context.Context, names []string) (map[string]programme.CohortCounts, error) {
	all := map[string]programme.CohortCounts{}
	for _, name := range names {
		all[name] = f.counted(name)
	}
	return all, f.ask()
}

// counted are a cohort's counts, with its open tasks as they are.
func (f *fakeStore) counted(name string) programme.CohortCounts {
	counts := f.counts[name]
	for _, task := range f.tasks {
		if task.Cohort == name && task.Done.IsZero() {
			counts.Tasks++
		}
	}
	return counts
}

func (f *fakeStore) Coaches(_ context.Context, name string) ([]programme.Coach, error) {
	if !slices.ContainsFunc(f.cohorts, func(c programme.Cohort) bool { return c.Name == name }) {
		return nil, programme.ErrNotFound
	}
	return f.coaches, f.ask()
}

func (f *fakeStore) Matches(context.Context, string) ([]programme.Pair, error) {
	return f.pairs, f.ask()
}

func (f *fakeStore) Journey(_ context.Context, ref string) (programme.Journey, error) {
	for _, j := range f.journeys {
		if j.Ref == ref {
			return j, f.ask()
		}
	}
	f.asked++
	return programme.Journey{}, programme.ErrNotFound
}

func (f *fakeStore) Journeys(_ context.Context, filter programme.JourneyFilter, after string, limit int) ([]programme.Journey, string, error) {
	f.filter = filter
	list, more := page(f.journeys, limit, func(j programme.Journey) bool {
		return j.Ref > after && j.Cohort == filter.Cohort && (filter.State == "" || j.State == filter.State)
	})
	if more {
		return list, list[limit-1].Ref, f.ask()
	}
	return list, "", f.ask()
}

func (f *fakeStore) Groups(_ context.Context, cohort string) ([]string, error) {
	var groups []string
	for _, j := range f.journeys {
		if j.Cohort == cohort && j.Group != "" {
			groups = append(groups, j.Group)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups), f.ask()
}

func (f *fakeStore) Messages(_ context.Context, ref, after string, limit int) ([]programme.Message, string, error) {
	if after == "bad" {
		return nil, "", programme.Refuse("cursor", "This is no cursor of this list.")
	}
	list, more := page(f.messages, limit, func(m programme.Message) bool { return m.Ref == ref && m.Key > after })
	for i := range list {
		list[i].Subject, list[i].Text, list[i].HTML = "", "", ""
	}
	if more {
		return list, list[limit-1].Key, f.ask()
	}
	return list, "", f.ask()
}

func (f *fakeStore) Message(_ context.Context, key string) (programme.Message, error) {
	for _, m := range f.messages {
		if m.Key == key {
			return m, f.ask()
		}
	}
	f.asked++
	return programme.Message{}, programme.ErrNotFound
}

func (f *fakeStore) Moves(_ context.Context, ref string, after int64, limit int) ([]programme.Move, int64, error) {
	list, more := page(f.moves, limit, func(m programme.Move) bool { return m.Ref == ref && m.ID > after })
	if more {
		return list, list[limit-1].ID, f.ask()
	}
	return list, 0, f.ask()
}

func (f *fakeStore) Tasks(_ context.Context, filter programme.TaskFilter, after int64, limit int) ([]programme.Task, int64, error) {
	list, more := page(f.tasks, limit, func(t programme.Task) bool {
		return t.ID > after && (filter.Cohort == "" || t.Cohort == filter.Cohort) && (filter.Ref == "" || t.Ref == filter.Ref) &&
			(!filter.Open || t.Done.IsZero()) && (filter.Owner == "" || t.Owner == filter.Owner || t.Deputy == filter.Owner)
	})
	if more {
		return list, list[limit-1].ID, f.ask()
	}
	return list, 0, f.ask()
}

func (f *fakeStore) FinishTask(_ context.Context, id int64, by, note string, at time.Time) error {
	for i, t := range f.tasks {
		if t.ID == id && t.Done.IsZero() {
			f.tasks[i].Done, f.tasks[i].DoneBy, f.tasks[i].Note = at, by, note
		}
	}
	return f.ask()
}

func (f *fakeStore) Applicant(_ context.Context, ref string) (programme.Applicant, error) {
	for _, j := range f.journeys {
		if j.Ref == ref {
			a := programme.Applicant{Journey: j, Submitted: f.now, Deadline: f.now, Reference: "0001ABCD", Decision: f.decision,
				Answers: programme.Answers{"why": {mark + "why"}, "challenge": {mark + "challenge"}, "gender": {mark + "never"}}}
			return a, f.ask()
		}
	}
	f.asked++
	return programme.Applicant{}, programme.ErrNotFound
}

func (f *fakeStore) Applicants(ctx context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error) {
	if _, err := f.Cohort(ctx, cohort); err != nil {
		return nil, "", err
	}
	list, next, err := f.Journeys(context.Background(), programme.JourneyFilter{Cohort: cohort, State: state}, after, limit)
	var found []programme.Applicant
	for _, j := range list {
		found = append(found, programme.Applicant{Journey: j, Submitted: f.now, Decision: f.decision, Decided: f.now})
	}
	return found, next, err
}

func (f *fakeStore) WaitingList(ctx context.Context, cohort, after string, limit int) ([]programme.Applicant, string, error) {
	list, next, err := f.Applicants(ctx, cohort, programme.Waitlisted, after, limit)
	slices.SortFunc(list, func(x, y programme.Applicant) int { return -strings.Compare(x.Journey.Ref, y.Journey.Ref) })
	for i := range list {
		list[i].Place = i + 1
	}
	return list, next, err
}

func (f *fakeStore) Release(ctx context.Context, cohort string, order programme.ReleaseOrder, _ time.Time) (programme.Release, error) {
	if _, err := f.Cohort(ctx, cohort); err != nil {
		return programme.Release{}, err
	}
	if f.refuse != nil {
		return programme.Release{}, f.refuse
	}
	r := programme.Release{Free: 3, People: []programme.Released{{Ref: ref, Name: mark + "name", Decision: programme.DecideOffer, Message: programme.MsgOffer}}}
	if f.releasable != nil {
		r = programme.Release{Free: len(f.releasable), People: f.releasable}
	}
	if order.Seen != "" && order.Seen != r.Shows() {
		return programme.Release{}, &programme.Illegal{What: "release", State: programme.StateChanged, Why: "Look again."}
	}
	if !order.DryRun {
		f.ordered = append(f.ordered, strings.TrimSpace(cohort+" "+order.Reason+" "+order.Note+" "+order.Actor+" "+strings.Join(order.Refs, " ")))
		r.Operation.Total = 1
	}
	return r, f.ask()
}

func (f *fakeStore) IssueLateCode(ctx context.Context, cohort, id string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error) {
	if _, err := f.Cohort(ctx, cohort); err != nil {
		return programme.LateCode{}, err
	}
	if slices.ContainsFunc(f.codes, func(c programme.LateCode) bool { return c.ID == id }) {
		return programme.LateCode{}, programme.ErrConflict
	}
	if !at.Before(expires.At(17, 0)) {
		return programme.LateCode{}, programme.Refuse("expires_on", "Choose a day that is still to come.")
	}
	f.codes = append(f.codes, programme.LateCode{ID: id, Expires: expires.At(17, 0), Note: note, IssuedBy: actor, Issued: at})
	issued := f.codes[0]
	issued.Code = "K7M2QX9PRT"
	return issued, f.ask()
}

func (f *fakeStore) LateCodes(ctx context.Context, cohort, _ string, _ int) ([]programme.LateCode, string, error) {
	if _, err := f.Cohort(ctx, cohort); err != nil {
		return nil, "", err
	}
	return f.codes, "", f.ask()
}

func (f *fakeStore) Give(_ context.Context, c programme.Command) error {
	if f.refuse != nil {
		return f.refuse
	}
	if i := slices.IndexFunc(f.journeys, func(j programme.Journey) bool { return j.Ref == c.Ref && c.IfVersion != 0 && c.IfVersion != j.Version }); i >= 0 {
		return &programme.Illegal{What: string(c.Name), State: programme.StateChanged, Why: "Look again."}
	}
	f.ordered = append(f.ordered, string(c.Name)+" "+c.Ref+" "+string(c.Decision)+" "+c.Reason+" "+c.Note+" "+c.Actor)
	return nil
}

func (f *fakeStore) SittingsWithRoom(context.Context, string, string) ([]programme.Sitting, error) {
	return f.room, f.ask()
}

func (f *fakeStore) Command(_ context.Context, id string) (programme.Command, error) {
	c, known := f.given[id]
	if !known {
		return c, programme.ErrNotFound
	}
	return c, f.ask()
}

func (f *fakeStore) SealSearch(_ context.Context, text string) (string, error) {
	return strings.ToUpper(hex.EncodeToString([]byte(text))), nil
}

func (f *fakeStore) OpenSearch(_ context.Context, word string) (string, error) {
	text, err := hex.DecodeString(word)
	if err != nil {
		return "", programme.ErrNotFound
	}
	return string(text), nil
}

func (f *fakeStore) OrderMany(_ context.Context, order programme.BulkOrder) (programme.Operation, error) {
	if f.refuse != nil {
		return programme.Operation{}, f.refuse
	}
	if f.bulk == nil {
		f.bulk = map[string]programme.BulkOrder{}
	}
	f.bulk[order.ID] = order
	return programme.Operation{ID: order.ID}, f.ask()
}

// Remindable are, unless a test says otherwise, all whose stage is open.
func (f *fakeStore) Remindable(_ context.Context, _, stage string) (map[string]bool, error) {
	remindable := map[string]bool{}
	for _, j := range f.journeys {
		for _, s := range j.Stages {
			remindable[j.Ref] = remindable[j.Ref] || s.Name == stage && s.State == programme.StageOpen && !f.unasked[j.Ref]
		}
	}
	return remindable, f.ask()
}

func (f *fakeStore) BulkLines(_ context.Context, _, after string, limit int) ([]programme.BulkLine, string, error) {
	list, more := page(f.lines, limit, func(l programme.BulkLine) bool { return l.Ref > after })
	if more {
		return list, list[limit-1].Ref, f.ask()
	}
	return list, "", f.ask()
}

func (f *fakeStore) Notes(_ context.Context, ref string, before int64, limit int) ([]programme.Note, int64, error) {
	newest := slices.Clone(f.notes)
	slices.Reverse(newest)
	list, more := page(newest, limit, func(n programme.Note) bool { return n.Ref == ref && (before == 0 || n.ID < before) })
	if more {
		return list, list[limit-1].ID, f.ask()
	}
	return list, 0, f.ask()
}

func (f *fakeStore) AddNote(ctx context.Context, ref, once, author, text string) error {
	if _, err := f.Journey(ctx, ref); err != nil {
		return err
	}
	switch {
	case text == "":
		return programme.Refuse("note", "Write the note.")
	case len([]rune(text)) > longestNote:
		return programme.Refuse("note", "Write at most 2,000 characters.")
	case !f.noted[once]:
		f.noted = map[string]bool{once: true}
		f.notes = append(f.notes, programme.Note{ID: int64(len(f.notes) + 1), Ref: ref, Author: author, Text: text, At: f.now})
	}
	return f.ask()
}
