package rest

import (
	"context"
	"time"

	"fairlead/programme"
)

// Store is everything the API asks of the records, each part beside the calls that need it.
type Store interface {
	Clocks
	Cohorts
	Coaching
	JourneyRecords
	Commands
	Tasks
	Operations
	Applications
	Selecting
	Tokens
	Idempotency
}

// Clocks tell programme time.
type Clocks interface {
	// Now is programme time now.
	Now(ctx context.Context) time.Time
	// Clock is the clock of the data folder, the zero Clock where none was chosen yet.
	Clock(ctx context.Context) (programme.Clock, error)
	// SetClock chooses the clock once for all; another than the chosen one is ErrConflict.
	SetClock(ctx context.Context, c programme.Clock) error
}

// Cohorts are kept and launched.
type Cohorts interface {
	// CreateCohort is without effect where the same cohort exists, and ErrConflict where a different one does.
	CreateCohort(ctx context.Context, c programme.Cohort) error
	// Cohort is ErrNotFound where there is none.
	Cohort(ctx context.Context, name string) (programme.Cohort, error)
	Cohorts(ctx context.Context, after string, limit int) ([]programme.Cohort, string, error)
	// ChangeCohort also sets the dates of some events, by stage; *programme.Invalid names every fault. It is ErrConflict where
	// the cohort is no longer of that version.
	ChangeCohort(ctx context.Context, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64) error
	// CohortEffects says what that would do besides, or refuses it likewise, and changes nothing.
	CohortEffects(ctx context.Context, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64) (programme.CohortEffects, error)
	// Sittings are the dates of the cohort's events.
	Sittings(ctx context.Context, cohort string) ([]programme.Sitting, error)
	// Reschedule moves, cancels or puts online one date of an event; its leaders follow.
	Reschedule(ctx context.Context, order programme.Reschedule) (programme.Operation, error)
	// RescheduleEffects says what a reschedule would change for each leader.
	RescheduleEffects(ctx context.Context, order programme.Reschedule) ([]programme.RescheduleLine, error)
	CohortCounts(ctx context.Context, name string) (programme.CohortCounts, error)
	// Outcomes is what the cohort's answers after the year say against those before it.
	Outcomes(ctx context.Context, name string) (programme.Outcomes, error)
	// ImportParticipants takes all rows or none; *programme.Invalid names every fault by its row.
	ImportParticipants(ctx context.Context, cohort string, rows []programme.Participant, dryRun bool, actor string) (programme.ImportReport, error)
	// Launch starts everybody who was not started yet; *programme.Invalid where the cohort cannot be launched.
	Launch(ctx context.Context, cohort, actor string, at time.Time) (programme.Operation, error)
}

// Coaching is who coaches in a cohort, and whom. An unknown cohort or coach is ErrNotFound.
type Coaching interface {
	// ImportCoaches takes all rows or none; *programme.Invalid names every fault by its row.
	ImportCoaches(ctx context.Context, cohort string, rows []programme.Coach, dryRun bool, actor string) (programme.ImportReport, error)
	// MatchCohort finds coaches for those who have a place and no coach.
	MatchCohort(ctx context.Context, cohort string, dryRun bool, actor string) (programme.MatchReport, error)
	// Matches are the leaders of a cohort who have a coach, by reference, with the reasons.
	Matches(ctx context.Context, cohort string) ([]programme.Pair, error)
	// PublishSlots adds a series of times, all or none, and lists those to come: *programme.Invalid, *programme.Illegal.
	PublishSlots(ctx context.Context, cohort, coach string, series programme.SlotSeries, actor string, at time.Time) ([]programme.Slot, error)
	// RemoveSlot takes a free time back and lists those to come: *programme.Illegal where it is booked.
	RemoveSlot(ctx context.Context, cohort, coach, slot, actor string, at time.Time) ([]programme.Slot, error)
	Slots(ctx context.Context, cohort, coach string, at time.Time) ([]programme.Slot, error)
	// CoachLeaves gives the leaders of a coach who leaves another.
	CoachLeaves(ctx context.Context, cohort, coach, reason, note, actor string) (programme.MatchReport, error)
}

// JourneyRecords are what is known of journeys. An unknown reference is ErrNotFound.
type JourneyRecords interface {
	Journey(ctx context.Context, ref string) (programme.Journey, error)
	Journeys(ctx context.Context, filter programme.JourneyFilter, after string, limit int) ([]programme.Journey, string, error)
	// Places are the leader's places at the events of the year.
	Places(ctx context.Context, ref string) ([]programme.Place, error)
	Messages(ctx context.Context, ref, after string, limit int) ([]programme.Message, string, error)
	// Message is one line of the ledger with its body.
	Message(ctx context.Context, key string) (programme.Message, error)
	Moves(ctx context.Context, ref string, after int64, limit int) ([]programme.Move, int64, error)
}

// Commands are staff's orders in the records.
type Commands interface {
	RecordCommand(ctx context.Context, c programme.Command) error
	Command(ctx context.Context, id string) (programme.Command, error)
	// AbandonCommand makes sure that a recorded command never takes effect; false where it already did, or was refused.
	AbandonCommand(ctx context.Context, id string) (bool, error)
	// Apply carries a recorded command out, once.
	Apply(ctx context.Context, ref, id string, at time.Time, order programme.Order) (programme.Effect, error)
	// Preview says what a command would do, and does nothing: *programme.Illegal and *programme.Invalid as Apply.
	Preview(ctx context.Context, c programme.Command) (programme.Preview, error)
	// NoteAttendance carries out a recorded command that notes what was seen at an event, and lets the workflows know.
	NoteAttendance(ctx context.Context, ref, id string, at time.Time, order programme.Order) (programme.Effect, error)
}

// Tasks wait on staff.
type Tasks interface {
	Tasks(ctx context.Context, filter programme.TaskFilter, after int64, limit int) ([]programme.Task, int64, error)
	// FinishTask is without effect where the task is done already; ErrNotFound where there is none.
	FinishTask(ctx context.Context, id int64, by, note string, at time.Time) error
}

// Operations are bulk work that goes on.
type Operations interface {
	Operation(ctx context.Context, id string) (programme.Operation, error)
}

// Tokens say who calls. An unknown, ended or revoked token is ErrNotFound.
type Tokens interface {
	TokenRole(ctx context.Context, hash string) (name, role string, kind programme.TokenKind, err error)
}

// Idempotency keeps the first answer to a request that carries a key, for 24 hours at least.
type Idempotency interface {
	// BeginIdempotent returns the saved answer; nil where this request is the first and the caller goes on. ErrConflict
	// means that the first is still running, *programme.Invalid that the key belongs to another body.
	BeginIdempotent(ctx context.Context, caller, route, key, bodyHash string) (*programme.SavedResponse, error)
	FinishIdempotent(ctx context.Context, caller, route, key string, response programme.SavedResponse) error
	// DropIdempotent forgets a request that was not carried out.
	DropIdempotent(ctx context.Context, caller, route, key string) error
}

// Journeys are the running workflows.
type Journeys interface {
	// Order sends a command and waits for its effect. ErrUnavailable: nobody accepted it in time. ErrPending: accepted,
	// not finished. ErrNotFound: no such journey runs. *programme.Illegal and *programme.Invalid: refused.
	Order(ctx context.Context, command programme.Command) (programme.Effect, error)
}
