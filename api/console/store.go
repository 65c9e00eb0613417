package console

import (
	"context"
	"time"

	"fairlead/programme"
)

// Store is everything the console asks of the records.
type Store interface {
	Overviews
	Coaching
	Journeys
	Notes
	Bulk
	Tasks
	Events
	Applications
	Selecting
	Warnings
	Imports
	Reschedules
	Operations
	Staff
	People
}

// Overviews tell where the programme stands.
type Overviews interface {
	// Now is programme time now.
	Now(ctx context.Context) time.Time
	// Cohort is ErrNotFound where there is none.
	Cohort(ctx context.Context, name string) (programme.Cohort, error)
	Cohorts(ctx context.Context, after string, limit int) ([]programme.Cohort, string, error)
	CohortCounts(ctx context.Context, name string) (programme.CohortCounts, error)
	// CountsOfCohorts are the counts of a page of cohorts, by name.
	CountsOfCohorts(ctx context.Context, names []string) (map[string]programme.CohortCounts, error)
	// Waits tell who waits on whom in all cohorts, overdue first.
	Waits(ctx context.Context) ([]programme.Wait, error)
	// Outgoing are the lines of the ledger that are planned between two moments, by cohort and message.
	Outgoing(ctx context.Context, from, to time.Time) ([]programme.Outgoing, error)
	// Ledger lists lines of a cohort's ledger without bodies; *programme.Invalid where after is no cursor of it.
	Ledger(ctx context.Context, filter programme.LedgerFilter, after string, limit int) ([]programme.Message, string, error)
	// Parked lists what is parked, in all cohorts; *programme.Invalid where after is no cursor of it.
	Parked(ctx context.Context, after string, limit int) ([]programme.Parked, string, error)
	// Late tells what should have been done by now and is not.
	Late(ctx context.Context) ([]programme.Late, error)
	// Figures are a cohort's year in numbers, ErrNotFound where there is no such cohort.
	Figures(ctx context.Context, name string) (programme.Figures, error)
	// Outcomes are the answers to the surveys alone; a cohort that is not known has none.
	Outcomes(ctx context.Context, cohort string) (programme.Outcomes, error)
	// AttendanceRegister lists by reference who has or had a place at an event.
	AttendanceRegister(ctx context.Context, name, after string, limit int) ([]programme.AttendanceLine, string, error)
}

// Warnings about a cohort's year are signed off before its launch.
type Warnings interface {
	// SignWarnings is *programme.Invalid without a reason, or where a warning is none of the year any more.
	SignWarnings(ctx context.Context, cohort string, keys []string, by, reason string) error
	SignedWarnings(ctx context.Context, cohort string) ([]programme.SignedWarning, error)
}

// Coaching is who coaches in a cohort, and whom. An unknown cohort is ErrNotFound.
type Coaching interface {
	Coaches(ctx context.Context, cohort string) ([]programme.Coach, error)
	// Matches are the leaders with the coaches they have now.
	Matches(ctx context.Context, cohort string) ([]programme.Pair, error)
	// MatchCohort finds coaches for all who have none; dryRun only tells the pairs.
	MatchCohort(ctx context.Context, cohort string, dryRun bool, actor string) (programme.MatchReport, error)
	// CoachLeaves gives each of a coach's leaders another, or a task; a repeat goes on where it stopped.
	CoachLeaves(ctx context.Context, cohort, coach, reason, note, actor string) (programme.MatchReport, error)
	// Slots are a coach's times to come; ErrNotFound where the cohort has no such coach.
	Slots(ctx context.Context, cohort, coach string, at time.Time) ([]programme.Slot, error)
	// PublishSlots adds a series, all of it or none: *programme.Invalid.
	PublishSlots(ctx context.Context, cohort, coach string, series programme.SlotSeries, actor string, at time.Time) ([]programme.Slot, error)
	// RemoveSlot takes a free time back; *programme.Illegal where it is booked.
	RemoveSlot(ctx context.Context, cohort, coach, slot, actor string, at time.Time) ([]programme.Slot, error)
}

// Journeys are participations with their mails and history. An unknown reference or key is ErrNotFound.
type Journeys interface {
	Journey(ctx context.Context, ref string) (programme.Journey, error)
	Journeys(ctx context.Context, filter programme.JourneyFilter, after string, limit int) ([]programme.Journey, string, error)
	// Groups are the residential groups of a cohort's leaders, in order.
	Groups(ctx context.Context, cohort string) ([]string, error)
	// SealSearch makes a word for addresses of what is searched for; OpenSearch is what it stands for, ErrNotFound where
	// it is none of ours.
	SealSearch(ctx context.Context, text string) (string, error)
	OpenSearch(ctx context.Context, word string) (string, error)
	// Messages lists the ledger without bodies; *programme.Invalid where after is no cursor of it.
	Messages(ctx context.Context, ref, after string, limit int) ([]programme.Message, string, error)
	// Message is one line of the ledger with its mail as it went out, private links masked.
	Message(ctx context.Context, key string) (programme.Message, error)
	// Places are the leader's places at the events of the year, in its order.
	Places(ctx context.Context, ref string) ([]programme.Place, error)
	Moves(ctx context.Context, ref string, after int64, limit int) ([]programme.Move, int64, error)
	// SittingsWithRoom are the other dates of an event that a leader could still have.
	SittingsWithRoom(ctx context.Context, ref, stage string) ([]programme.Sitting, error)
	// Command is one order with what became of it.
	Command(ctx context.Context, id string) (programme.Command, error)
}

// Events are a cohort's sittings, and who is at them. An unknown cohort, stage or sitting is ErrNotFound.
type Events interface {
	// Sittings are in the order of the year.
	Sittings(ctx context.Context, cohort string) ([]programme.Sitting, error)
	// Sitting is one of them with the places at it.
	Sitting(ctx context.Context, cohort, stage, name string) (programme.Sitting, []programme.PlaceSummary, error)
	// VenuePack is *programme.Illegal before needs are frozen or where there is no venue, and ErrGone after the event.
	VenuePack(ctx context.Context, cohort, stage, name string) (programme.VenuePack, error)
	Register(ctx context.Context, cohort, stage, name string) (programme.Register, error)
	// RecordAttendances notes every mark that can be noted and says what became of each. A mark that is noted already
	// changes nothing.
	RecordAttendances(ctx context.Context, cohort, stage, name string, marks []programme.AttendanceMark, actor string) ([]programme.AttendanceResult, error)
}

// Tasks wait on staff.
type Tasks interface {
	// Tasks lists by rising id, from the id after on.
	Tasks(ctx context.Context, filter programme.TaskFilter, after int64, limit int) ([]programme.Task, int64, error)
	// FinishTask is without effect where the task is done already; ErrNotFound where there is none.
	FinishTask(ctx context.Context, id int64, by, note string, at time.Time) error
}

// Staff say who looks. A browser is named in plain words, for the list of sessions.
type Staff interface {
	// SignIn begins a session for whoever holds the API token with the hash; ErrNotFound where it is unknown, over, revoked
	// or for tests.
	SignIn(ctx context.Context, tokenHash, browser string) (session programme.Token, role string, err error)
	// SignInStaff begins a session for whoever the identity provider says has the address; ErrNotFound where the address
	// has no role.
	SignInStaff(ctx context.Context, email, browser string) (session programme.Token, role string, err error)
	// UseSignIn turns a one-time link's token into a session, once: ErrLinkUnknown, ErrLinkExpired, or ErrLinkReplaced
	// where it was used.
	UseSignIn(ctx context.Context, token programme.Token, browser string) (session programme.Token, err error)
	// StaffSession is whose session it is and the role they have now; ErrNotFound where it is over.
	StaffSession(ctx context.Context, session programme.Token) (name, role string, err error)
	// OwnSessions are the sessions of whoever holds one, that one among them.
	OwnSessions(ctx context.Context, own programme.Token) ([]programme.StaffSession, error)
	SignOut(ctx context.Context, session programme.Token) error
	// NoteRefusedSignIn writes into the audit log that somebody was not let in, and why as a code.
	NoteRefusedSignIn(ctx context.Context, by programme.SignedInBy, why string) error
}

// People are who may come in, and the log of who let them. Every change is *programme.Invalid where no reason is given.
type People interface {
	StaffList(ctx context.Context) ([]programme.Staff, error)
	// StaffAddresses are the addresses of everybody with a role.
	StaffAddresses(ctx context.Context) ([]string, error)
	// AddStaff is *programme.Invalid where the address has another role already.
	AddStaff(ctx context.Context, email, role, by, reason string) (programme.Staff, error)
	// ChangeStaffRole is ErrConflict where the role is no longer the one that was seen, and *programme.Illegal where
	// nobody would be left who administers.
	ChangeStaffRole(ctx context.Context, id, was, role, by, reason string) error
	// RemoveStaff ends their sessions too; *programme.Illegal as above.
	RemoveStaff(ctx context.Context, id, by, reason string) error
	StaffSessions(ctx context.Context, own programme.Token) ([]programme.StaffSession, error)
	EndSessions(ctx context.Context, ids []string, by, reason string) error
	// Tokens lists the ended ones too.
	Tokens(ctx context.Context) ([]programme.APIToken, error)
	// MakeToken is ErrConflict where one was made under the id.
	MakeToken(ctx context.Context, t programme.APIToken, by, reason string) (programme.Token, error)
	EndToken(ctx context.Context, id, by, reason string) error
	// AuditLog is newest first, from before an id on, 0 for the newest.
	AuditLog(ctx context.Context, filter programme.AuditFilter, before int64, limit int) ([]programme.AuditEntry, int64, error)
	AuditPeople(ctx context.Context) ([]string, error)
	NoteExport(ctx context.Context, by, reason string) error
	// NoteSeen writes into the audit log that somebody looked at names or needs, or took them away; which is a cohort or a
	// sitting.
	NoteSeen(ctx context.Context, by string, action programme.AuditAction, which string) error
}
