package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"
)

const (
	scorerID = "00112233445566778899aabbccddeeff"
	secondID = "ffeeddccbbaa99887766554433221100"
	gone     = "P-AAAAAA" // an application of somebody else
)

// fakeScoring is one application in the hands of jo and of another selector, in memory.
type fakeScoring struct {
	own       programme.Assignment
	other     programme.Assignment
	late      bool
	more      []programme.Assignment // jo's besides
	selectors []programme.Selector
	short     []programme.TooFewSelectors
	add       int
	did       []string
}

func someScoring() fakeScoring {
	return fakeScoring{add: 2, short: []programme.TooFewSelectors{{Ref: other, Has: 1, Wanted: 2, Own: 1, Declared: 1}},
		own: programme.Assignment{Cohort: cohort, Ref: ref, Selector: programme.Selector{ID: scorerID, Email: "jo"}, State: programme.AssignmentOpen, Since: at("2027-01-04"),
			Due: at("2027-02-19"), Version: 3, Name: mark + "name", Organisation: mark + "organisation",
			Scores: programme.Answers{"role": {"3"}, "why": {"4"}, "why_note": {mark + "ownnote"}, "challenge": {"5"}}},
		other: programme.Assignment{Cohort: cohort, Ref: ref, Selector: programme.Selector{ID: secondID, Email: "ruth@centre.example"}, State: programme.AssignmentScored, Done: at("2027-02-01"),
			Scores: programme.Answers{"role": {"1"}, "why": {"5"}, "why_note": {mark + "theirnote"}, "challenge": {"2"}}},
		selectors: []programme.Selector{{ID: scorerID, StaffID: staffID, Email: "jo@centre.example", Organisations: []string{"The Centre"}, Assigned: 3, Scored: 1, Declared: 1},
			{ID: "selector/x", StaffID: "fedcba9876543210", Email: "new@centre.example"}}}
}

func (f *fakeStore) Selectors(context.Context) ([]programme.Selector, error) {
	return f.scoring.selectors, f.ask()
}

func (f *fakeStore) NameOrganisations(_ context.Context, id, _ string, names []string, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	list, err := programme.ReadOrganisations(strings.Join(names, ";"))
	if err != nil {
		return err
	}
	if f.refuse != nil {
		return f.refuse
	}
	f.scoring.did = append(f.scoring.did, fmt.Sprint("organisations ", id, " ", list, " ", by, " ", reason))
	return f.ask()
}

func (f *fakeStore) Scoring(ctx context.Context, name string) (programme.Scoring, error) {
	if _, err := f.Cohort(ctx, name); err != nil {
		return programme.Scoring{}, err
	}
	s := programme.Scoring{Each: 2, Selectors: f.scoring.selectors}
	for _, j := range f.journeys {
		if j.State == programme.UnderReview {
			s.Applications = append(s.Applications, programme.ScoredApplication{Ref: j.Ref, Name: mark + "name", Organisation: mark + "organisation", Assigned: 2, Scored: 1, Due: at("2027-02-11"), Late: f.scoring.late},
				programme.ScoredApplication{Ref: other})
		}
	}
	return s, f.ask()
}

func (f *fakeStore) Assign(ctx context.Context, name string, each int, by string, dryRun bool, _ time.Time) (programme.Assignments, error) {
	if err := programme.CheckSelectorsEach(each); err != nil {
		return programme.Assignments{}, err
	}
	scoring, err := f.Scoring(ctx, name)
	result := programme.Assignments{Scoring: scoring}
	result.Add, result.Short, result.Load = make([]programme.Assigned, f.scoring.add), f.scoring.short, map[string]int{scorerID: 5}
	if !dryRun {
		f.scoring.did = append(f.scoring.did, fmt.Sprint("assign ", name, " ", each, " ", by))
		f.scoring.add = 0
	}
	return result, err
}

func (f *fakeStore) Scores(_ context.Context, of string) ([]programme.Assignment, error) {
	if of != ref {
		return nil, f.ask()
	}
	return []programme.Assignment{f.scoring.own, f.scoring.other}, f.ask()
}

func (f *fakeStore) ReopenScores(_ context.Context, of, id, reason, note, by string, _ time.Time) error {
	f.scoring.did = append(f.scoring.did, strings.Join([]string{"reopen", of, id, reason, note, by}, " "))
	return f.refuse
}

// mine reports whether the application is in the hands of somebody and under review.
func (f *fakeStore) mine(name, of string) bool {
	return name == "jo" && of == ref && f.scoring.own.State != programme.AssignmentConflict
}

func (f *fakeStore) AssignedTo(_ context.Context, name string) ([]programme.Assignment, error) {
	if !f.mine(name, ref) {
		return nil, f.ask()
	}
	return append([]programme.Assignment{f.scoring.own}, f.scoring.more...), f.ask()
}

func (f *fakeStore) ScoringSheet(_ context.Context, name, of string) (programme.ScoringSheet, error) {
	if err := f.ask(); err != nil || !f.mine(name, of) {
		return programme.ScoringSheet{}, programme.ErrNotFound
	}
	sheet := programme.ScoringSheet{Assignment: f.scoring.own, Answers: programme.Answers{"why": {mark + "why"}, "challenge": {mark + "challenge"}, "phone": {mark + "phone"}, "gender": {mark + "never"}}}
	if sheet.State == programme.AssignmentScored {
		sheet.Others = []programme.Assignment{f.scoring.other}
	}
	return sheet, nil
}

func (f *fakeStore) SaveScores(_ context.Context, name, of string, scores programme.Answers, version int64, _ time.Time) (int64, error) {
	scores = programme.ScoringForm().Clean(scores, "")
	if faults := programme.ScoringForm().CheckDraft(scores, ""); len(faults) > 0 {
		return 0, &programme.Invalid{Faults: faults}
	}
	switch {
	case !f.mine(name, of):
		return 0, programme.ErrNotFound
	case f.scoring.own.State != programme.AssignmentOpen:
		return 0, programme.ErrFormClosed
	case fmt.Sprint(f.scoring.own.Scores) == fmt.Sprint(scores):
		return f.scoring.own.Version, f.ask()
	case f.scoring.own.Version != version:
		return 0, programme.ErrConflict
	}
	f.scoring.own.Scores = scores
	f.scoring.own.Version++
	return f.scoring.own.Version, f.ask()
}

func (f *fakeStore) SubmitScores(_ context.Context, name, of string, version int64, at time.Time) error {
	switch {
	case !f.mine(name, of):
		return programme.ErrNotFound
	case f.scoring.own.State == programme.AssignmentScored:
		return nil
	case f.scoring.own.Version != version:
		return programme.ErrConflict
	}
	if faults := programme.ScoringForm().Check(f.scoring.own.Scores, ""); len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	f.scoring.own.State, f.scoring.own.Done = programme.AssignmentScored, at
	f.scoring.did = append(f.scoring.did, "scored "+of+" "+name)
	return f.ask()
}

func (f *fakeStore) DeclareConflict(_ context.Context, name, of, note string, _ time.Time) error {
	if err := programme.CheckConflictNote(note); err != nil {
		return err
	}
	switch {
	case name != "jo" || of != ref:
		return programme.ErrNotFound
	case f.scoring.own.State == programme.AssignmentScored:
		return programme.ErrFormClosed
	case f.scoring.own.State == programme.AssignmentOpen:
		f.scoring.did = append(f.scoring.did, "conflict "+of+" "+note)
	}
	f.scoring.own.State = programme.AssignmentConflict
	return f.ask()
}
