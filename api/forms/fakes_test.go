package forms_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"fairlead/programme"
)

// records is a Store by hand: one journey, and what happens to it.
type records struct {
	ownLife

	mu       sync.Mutex
	now      time.Time
	journey  programme.Journey
	cohort   programme.Cohort
	links    map[string]programme.Link // by hash
	dead     map[string]error          // links that are none any more, by hash
	visits   map[string]visit
	drafts   map[string]map[string]programme.Draft
	answers  map[string]programme.Submission
	places   []programme.Place
	dates    []programme.DateLine // instead of the usual ones
	sittings []programme.Sitting  // that have room
	needs    programme.Answers
	frozen   bool
	full     string // a sitting whose last place somebody takes between reading and answering
	writes   int    // calls that change something
	submits  int    // answers that took effect
	report   *programme.Report
	opened   bool // by the coach
	consents []programme.Consent
	assisted []programme.Assisted // leaders of the same assistant
	asked    []string             // addresses that want a new link
	off      bool                 // the leader turned optional mail off
	coach    *programme.Coach
	free     []programme.Slot
	booked   *programme.Slot
	former   *programme.CoachLeader // whom the coach coaches no more
	asks     int                    // how often another coach was asked for
	until    time.Time              // of a session, where another than usual
	series   []programme.SlotSeries
	logged   []string
	illegal  string                               // why orders about sessions are refused, or empty
	rival    func(*records, programme.Submission) // answers from another device in the instant in which this answer comes
	fail     error                                // of every writing call
	failRead error
}

// ownLife is what a leader did with what is theirs.
type ownLife struct {
	left      string            // what a leader said who left
	details   programme.Details // as last changed
	private   string
	overtakes func(*records) // what the first of two clicks at one time does
	overtaken bool           // somebody else changes the journey between reading and changing
}

type visit struct{ part, person string }

func (r *records) Now(context.Context) time.Time { return r.now }

func (r *records) Redeem(_ context.Context, token programme.Token, _ time.Time) (programme.Link, error) {
	if err := r.dead[token.Hash()]; err != nil {
		return programme.Link{}, err
	}
	link, known := r.links[token.Hash()]
	if !known {
		return link, fmt.Errorf("redeem: %w", programme.ErrLinkUnknown)
	}
	return link, r.failRead
}

func (r *records) Subscribed(_ context.Context, token programme.Token) (bool, error) {
	if err := r.dead[token.Hash()]; err != nil {
		return false, err
	}
	if r.links[token.Hash()].Purpose != programme.LinkUnsubscribe {
		return false, fmt.Errorf("subscribed: %w", programme.ErrLinkUnknown)
	}
	return !r.off, r.failRead
}

func (r *records) Subscribe(ctx context.Context, token programme.Token, on bool, _ time.Time) error {
	if _, err := r.Subscribed(ctx, token); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail == nil && r.off == on {
		r.off = !on
		r.writes++
	}
	return r.fail
}

func (r *records) StartVisit(_ context.Context, token, v programme.Token, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	link := r.links[token.Hash()]
	part := "participant"
	if link.Purpose == programme.LinkAssistant {
		part = "assistant"
	}
	if link.Purpose == programme.LinkCoach {
		part = "coach"
	}
	r.visits[v.Hash()] = visit{part, link.PersonID}
	return r.fail
}

func (r *records) Visit(_ context.Context, v programme.Token, wanted string) (string, string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, alive := r.visits[v.Hash()]
	switch {
	case !alive:
		return "", "", fmt.Errorf("visit: %w", programme.ErrLinkExpired)
	case wanted != ref && known.part == "assistant":
		return "", known.person, fmt.Errorf("visit: %w", programme.ErrForbidden)
	case wanted != ref && !(known.part == "coach" && wanted == "C-222222"), wanted == ref && known.part == "coach":
		return "", "", fmt.Errorf("visit: %w", programme.ErrNotFound)
	}
	return known.part, known.person, r.failRead
}

func (r *records) Journey(_ context.Context, wanted string) (programme.Journey, error) {
	if wanted != ref {
		return programme.Journey{}, programme.ErrNotFound
	}
	return r.journey, nil
}

func (r *records) Cohort(context.Context, string) (programme.Cohort, error) { return r.cohort, nil }

func (r *records) Places(context.Context, string) ([]programme.Place, error) { return r.places, nil }

func (r *records) SittingsWithRoom(context.Context, string, string) ([]programme.Sitting, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sittings), nil
}

func (r *records) Needs(context.Context, string) (programme.Answers, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.needs), r.frozen, nil
}

func (r *records) Drafts(_ context.Context, ask string) (map[string]programme.Draft, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.drafts[ask]), nil
}

func (r *records) SaveDraft(_ context.Context, ask, section string, a programme.Answers, complete bool, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.writes++
	if r.drafts[ask] == nil {
		r.drafts[ask] = map[string]programme.Draft{}
	}
	r.drafts[ask][section] = programme.Draft{Answers: a, Complete: complete}
	return nil
}

func (r *records) Submit(_ context.Context, s programme.Submission) (programme.SubmitResult, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return programme.SubmitResult{}, r.fail
	}
	if r.rival != nil {
		r.rival(r, s)
		r.rival = nil
	}
	if before, answered := r.answers[s.Ask]; answered && !s.Change {
		return programme.SubmitResult{ID: before.ID, Already: true, Differs: !maps.EqualFunc(before.Answers, s.Answers, slices.Equal)}, nil
	}
	if wanted := s.Answers.Get("sitting"); s.Form == programme.FormEventPlace && wanted != "" && wanted == r.full {
		r.sittings = slices.DeleteFunc(r.sittings, func(one programme.Sitting) bool { return one.Name == wanted })
		return programme.SubmitResult{}, programme.Refuse("sitting", "Somebody has just taken the last place on this date.")
	}
	r.writes++
	r.submits++
	s.ID = fmt.Sprintf("submission-%04d-abcd", r.submits)
	r.answers[s.Ask] = s
	delete(r.drafts, s.Ask)
	return programme.SubmitResult{ID: s.ID, Outbox: []string{"outbox-" + s.ID}, Changed: s.Change}, nil
}

func (r *records) Answers(_ context.Context, ask string) (programme.Submission, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, known := r.answers[ask]
	if !known {
		return s, fmt.Errorf("answers: %w", programme.ErrNotFound)
	}
	return s, nil
}

func (r *records) Report(_ context.Context, wanted string) (programme.Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.report == nil || wanted != ref {
		return programme.Report{}, fmt.Errorf("report: %w", programme.ErrNotFound)
	}
	return *r.report, r.failRead
}

func (r *records) Consents(context.Context, string) ([]programme.Consent, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.consents), r.failRead
}

func (r *records) AgreeToCoach(context.Context, string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.consents {
		if r.consents[i].Purpose == programme.ConsentCoachReport && !r.consents[i].Given {
			r.consents[i] = programme.Consent{Purpose: programme.ConsentCoachReport, Given: true}
			r.writes++
		}
	}
	return r.fail
}

func (r *records) WithdrawConsent(_ context.Context, _, purpose string) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return nil, r.fail
	}
	for i := range r.consents {
		if r.consents[i].Purpose == purpose && r.consents[i].Given {
			r.consents[i].Given, r.consents[i].Ended, r.consents[i].Taken = false, r.now, true
			r.writes++
		}
	}
	if purpose == programme.ConsentPsychometrics {
		r.report = nil
	}
	return []string{"outbox-" + purpose}, nil
}

func (r *records) LeaveProgramme(_ context.Context, _, note string, _ time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.fail != nil:
		return nil, r.fail
	case r.journey.State == programme.Withdrawn:
		return nil, nil
	case r.journey.State != programme.Enrolled && r.journey.State != programme.OnHold:
		return nil, &programme.Illegal{What: "leave", State: string(r.journey.State), Why: "There is no place on the programme that could be given up."}
	}
	r.journey.State, r.left = programme.Withdrawn, note
	r.writes++
	return []string{"outbox-left"}, nil
}

func (r *records) ChangeOwnDetails(_ context.Context, _ string, d programme.Details, private *string, seen int64, _ time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return nil, r.fail
	}
	if r.overtakes != nil {
		r.overtakes(r)
		return nil, &programme.Illegal{What: "change details", State: programme.StateChanged}
	}
	if r.overtaken || seen != r.journey.Version {
		return nil, &programme.Illegal{What: "change details", State: programme.StateChanged}
	}
	r.writes++
	r.details = d
	if private != nil {
		r.private = *private
	}
	if d.AssistantEmail != nil && *d.AssistantEmail != "" {
		r.journey.Assistant = &programme.Person{Name: *d.AssistantName, Email: *d.AssistantEmail, Phone: *d.AssistantPhone}
		r.journey.AssistantMay = programme.AssistantMay(*d.AssistantMay)
	}
	if d.JobTitle != nil {
		r.journey.Role.JobTitle = *d.JobTitle
	}
	return []string{"outbox-details"}, nil
}

func (r *records) PrivateAddress(context.Context, string) (string, error) {
	return r.private, r.failRead
}

func (r *records) Dates(context.Context, string) ([]programme.DateLine, error) {
	if r.dates != nil {
		return r.dates, nil
	}
	monday := programme.Date{Year: 2027, Month: 3, Day: 1}
	return []programme.DateLine{
		{Kind: programme.KindEvent, Title: "Residential 1", From: monday.AddDays(-1).At(16, 0), To: monday.AddDays(4).At(13, 0), Where: "Windsor"},
		{Kind: programme.KindPsychometrics, Title: "Psychometric questionnaire", From: at("2027-02-11"), To: at("2027-02-11")},
		{Kind: programme.KindSurvey, Title: "Closing survey", From: at("2027-11-11"), To: at("2027-11-11")},
		{Kind: programme.KindAlumni, Title: "Joining the network", From: at("2027-12-09"), To: at("2027-12-09")},
	}, nil
}

func (r *records) ApplicationDates(_ context.Context, cohort string) (programme.ApplicationDates, error) {
	if r.cohort.Route != programme.RouteApplication || cohort != r.cohort.Name {
		return programme.ApplicationDates{}, programme.ErrNotFound
	}
	return programme.ApplicationDates{Opens: programme.Date{Year: 2026, Month: 6, Day: 1}.At(6, 0), Closes: at("2026-07-09")}, nil
}

func (r *records) RequestApplication(_ context.Context, cohort, email, code string, now time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.fail != nil:
		return nil, r.fail
	case code != "" && code != "K7M2QX9PRT":
		return nil, programme.Refuse("code", "We do not know this code.")
	case code == "" && !now.Before(at("2026-07-09")):
		return nil, programme.ErrFormClosed
	}
	r.asked = append(r.asked, cohort+" "+email+" "+code)
	return []string{"outbox-verify"}, nil
}

func (r *records) BeginApplication(_ context.Context, token, v programme.Token, _ time.Time) (string, []string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return "", nil, r.fail
	}
	r.writes++
	r.visits[v.Hash()] = visit{"participant", r.links[token.Hash()].PersonID}
	return ref, []string{"outbox-begin"}, nil
}

func (r *records) Applicant(_ context.Context, wanted string) (programme.Applicant, error) {
	if wanted != ref {
		return programme.Applicant{}, programme.ErrNotFound
	}
	a := programme.Applicant{Journey: r.journey, Deadline: at("2026-07-09"), Decision: programme.DecideReject} // quiet
	if s, sent := r.answers[ref+"/selection/1"]; sent {
		a.Submitted, a.Answers, a.Reference = s.At, s.Answers, programme.Reference(s.ID)
	}
	return a, nil
}

func (r *records) WithdrawApplication(context.Context, string, time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return nil, r.fail
	}
	r.writes++
	r.journey.State, r.journey.Stages[0].State = programme.Withdrawn, programme.StageCancelled
	return []string{"outbox-withdrawn"}, nil
}
