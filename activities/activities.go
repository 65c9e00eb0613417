// Package activities is what touches the world for the workflows: the records and the mail. Each activity may run more
// than once and does its work once. It takes and returns references, codes, keys and dates alone; whatever is personal
// is looked up inside and stays inside, because Temporal keeps every argument, result and error for years.
package activities

import (
	"context"
	"time"

	"fairlead/programme"
)

// Records is what the activities need of the records, the referee of every race (design.md, Records as the referee).
// Moments called at are programme time.
type Records interface {
	Clock(ctx context.Context) (programme.Clock, error)

	OpenStage(ctx context.Context, cohort, ref, stage string, at time.Time) (programme.AskPlan, error)
	Overdue(ctx context.Context, ask string, plan int, at time.Time) (programme.AskPlan, error)
	Lapse(ctx context.Context, ask string, plan int, at time.Time) (programme.StageEnd, bool, error)
	CloseStage(ctx context.Context, ref, stage string, at time.Time) (programme.StageEnd, error)
	// Begun are the lines about a stage whose sending was begun and not finished, its ladder left out.
	Begun(ctx context.Context, ref, stage string) ([]programme.PlannedMail, error)
	// PassOn promises lines of the ledger to their journey, which sends them.
	PassOn(ctx context.Context, mails []programme.PlannedMail) error
	// StageEnds are the ends of those of a journey's stages that have ended.
	StageEnds(ctx context.Context, ref string, stages []string) ([]programme.StageEnd, error)
	SetAttention(ctx context.Context, ref, stage, code string, at time.Time) error

	Apply(ctx context.Context, ref, commandID string, at time.Time, order programme.Order) (programme.Effect, error)

	Claim(ctx context.Context, key string, at, real time.Time) (programme.Claim, error)
	BeginAttempt(ctx context.Context, key string, mail programme.Rendered) error
	FinishAttempt(ctx context.Context, key string, attempt programme.MailAttempt) error

	LaunchPage(ctx context.Context, op string, limit int) ([]programme.JourneyStart, error)
	ConfirmStarts(ctx context.Context, op string, refs []string) error
	CohortRound(ctx context.Context, cohort string, at time.Time) (programme.CohortRound, error)

	RunningJourneys(ctx context.Context, cohort, after string, limit int) (refs []string, next string, err error)
	RecordReplan(ctx context.Context, op, cohort, ref, stage string) (id string, err error)
	// Following are the journeys that an operation carries a changed sitting to, each with its order.
	Following(ctx context.Context, op, after string, limit int) (orders []programme.Following, next string, err error)
	AdvanceOperation(ctx context.Context, op string, n int, finish bool) error
}

// Mailer writes and sends one mail. It alone sees addresses and links in clear.
type Mailer interface {
	// Compose writes the mail of a job; an error means that the job itself cannot be written, ever.
	Compose(job programme.MailJob) (programme.Rendered, error)
	// Send sends it and says how the attempt ended. ctx ends the attempt only before the mail's text went out.
	Send(ctx context.Context, job programme.MailJob, mail programme.Rendered) programme.MailAttempt
}

// Starter reaches the workflows of journeys. It starts one; one that runs or ran already is no error.
type Starter interface {
	StartJourney(ctx context.Context, start programme.JourneyStart) error
	// Replanned tells a running journey what a change of its cohort's dates did to it; id makes a repeat harmless. A
	// journey that runs no more needs no news.
	Replanned(ctx context.Context, cohort, ref, id string, effect programme.Effect) error
	// StageEnded tells a journey how a stage ended that was opened by an earlier run of it; a run hears of the stages that it
	// opened itself by the server. An end without a state is that of a workflow which was ended by hand.
	StageEnded(ctx context.Context, cohort, ref, opened string, end programme.StageEnd) error
	// StagesGone are those of a journey's stages whose workflow does not run.
	StagesGone(ctx context.Context, cohort, ref string, stages []string) ([]string, error)
}

// Activities holds what the activities need. Its methods are registered with Temporal under their own names.
type Activities struct {
	Records  Records
	Mailer   Mailer
	Starter  Starter
	RealNow  func() time.Time // real time; programme time follows from the records' clock
	Backoffs Backoffs
	Metrics  Metrics
	// AtOnce reports whether one more mail may go outside the mail queue at this moment; nil: always.
	AtOnce func() bool
	// Quick reports whether the relay took the last mail readily; nil: always. A step of a workflow waits for no other.
	Quick func() bool
}

// Backoffs are the waits between attempts to send one mail, on real time.
type Backoffs struct {
	First time.Duration // after the first failure; doubles from there
	Most  time.Duration // never longer than this
	For   time.Duration // give up after this long
}

// Metrics counts mails by how their attempts ended, for alerts.
type Metrics interface {
	MailAttempt(class programme.MailClass)
	Parked(code string)
}

// StageCall names one stage of one journey and the planned moment of the act.
type StageCall struct {
	Cohort string    `json:"cohort"`
	Ref    string    `json:"ref"`
	Stage  string    `json:"stage"`
	At     time.Time `json:"at"`
	// Alone says that no journey takes what the stage leaves: it is a survey after the year.
	Alone bool `json:"alone,omitempty"`
	// Again says that an attempt was made before of which nobody knows how far it came.
	Again bool `json:"again,omitempty"`
	// Opened is the run of the journey that opened the stage; empty where that needs no word of its end.
	Opened string `json:"opened,omitempty"`
}

// AskCall names one plan of one ask and the planned moment of the act.
type AskCall struct {
	Ask  string    `json:"ask"`
	Plan int       `json:"plan"`
	At   time.Time `json:"at"`
	// Cohort, Ref and Opened are set where the journey may have to hear of the stage's end, as in a StageCall.
	Cohort string `json:"cohort,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Opened string `json:"opened,omitempty"`
}

// at is the moment the rules take as now for an act planned for planned.
func (a *Activities) at(ctx context.Context, planned time.Time) (time.Time, error) {
	clock, err := a.Records.Clock(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return clock.At(planned, a.RealNow()), nil
}
