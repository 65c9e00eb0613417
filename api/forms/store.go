package forms

import (
	"context"
	"time"

	"fairlead/programme"
)

// Store is what the pages need of the records. Every method may also fail with programme.ErrUnavailable; times are
// programme time.
type Store interface {
	// Now is programme time.
	Now(ctx context.Context) time.Time

	// Redeem looks a private link up without any effect: ErrLinkUnknown, ErrLinkExpired or ErrLinkReplaced.
	Redeem(ctx context.Context, token programme.Token, at time.Time) (programme.Link, error)
	// StartVisit lets the browser that holds visit in where the link leads. Errors as Redeem.
	StartVisit(ctx context.Context, token, visit programme.Token, at time.Time) error
	// Visit tells who a browser is to a journey: part is "participant", "assistant" or, where ref is a
	// coach's, "coach". A visit that is unknown, over or
	// older than a change of address is ErrLinkExpired; a living one that has no business with ref is ErrNotFound, an
	// assistant's ErrForbidden with personID.
	Visit(ctx context.Context, visit programme.Token, ref string) (part, personID string, err error)
	// Assisted are the leaders whose diary a person keeps now, as they allow, each with the dates of the year.
	Assisted(ctx context.Context, person string) ([]programme.Assisted, error)
	// RequestNewLink plans a mail with fresh links where the address is known and was not sent three within the hour. Its
	// result never tells which.
	RequestNewLink(ctx context.Context, email string, at time.Time) (outbox []string, err error)

	// Subscribed reports whether the holder of a link in optional mail gets such mail, without any effect; Subscribe turns it
	// off or on, and once more changes nothing. ErrLinkUnknown for any other token, ErrLinkReplaced.
	Subscribed(ctx context.Context, token programme.Token) (bool, error)
	Subscribe(ctx context.Context, token programme.Token, on bool, at time.Time) error

	// Journey is one participation with its stages, leader and assistant; ErrNotFound.
	Journey(ctx context.Context, ref string) (programme.Journey, error)
	// Dates are the dates of the leader's year in order; ErrNotFound.
	Dates(ctx context.Context, ref string) ([]programme.DateLine, error)
	// Cohort is the year it belongs to; ErrNotFound.
	Cohort(ctx context.Context, name string) (programme.Cohort, error)

	// Places are the leader's places at the events of the year, in its order; those given up included.
	Places(ctx context.Context, ref string) ([]programme.Place, error)
	// SittingsWithRoom are the other dates of an event that have a place left and have not begun.
	SittingsWithRoom(ctx context.Context, ref, stage string) ([]programme.Sitting, error)
	// Needs are what is known of the leader's needs by field of the form, whoever gave them; frozen: a venue has its list,
	// so they cannot be changed now.
	Needs(ctx context.Context, ref string) (needs programme.Answers, frozen bool, err error)

	// Drafts are the sections saved on the way to an answer, by section; deleted once it is sent.
	Drafts(ctx context.Context, ask string) (map[string]programme.Draft, error)
	// SaveDraft saves one section. ErrFormClosed and ErrStageNotOpen where nothing is asked any more.
	SaveDraft(ctx context.Context, ask, section string, answers programme.Answers, complete bool, at time.Time) error
	// Submit answers the ask, or changes the answer: *Invalid, ErrFormClosed, ErrStageNotOpen, ErrFull, *Illegal. Only one
	// of many identical calls has an effect; the others get its result with Already set, and with Differs where they say
	// something else. An assistant's answer has
	// programme.AssistantAsk for its ask, no stage, and needs only where the leader allows it; it may be given again. A change
	// of onboarding comes without survey and equality answers: those stay as they were. An event whose place another form
	// confirmed, or that was kept without an answer, takes a change too until the freeze, under the ask of its first part.
	Submit(ctx context.Context, s programme.Submission) (programme.SubmitResult, error)
	// Answers is the latest answer to an ask, without its survey and equality answers; ErrNotFound before the first.
	Answers(ctx context.Context, ask string) (programme.Submission, error)

	// ApplicationDates are when a cohort takes applications; ErrNotFound where it takes none.
	ApplicationDates(ctx context.Context, cohort string) (programme.ApplicationDates, error)
	// RequestApplication plans a mail by which an address is verified; code is a late code, or empty. ErrStageNotOpen,
	// ErrFormClosed, *Invalid for a code that opens nothing. Its result never tells whether the address is known.
	RequestApplication(ctx context.Context, cohort, email, code string, at time.Time) (outbox []string, err error)
	// BeginApplication makes the application of whoever followed such a link, once, and lets the browser that holds visit
	// in. Errors as Redeem, and ErrFormClosed.
	BeginApplication(ctx context.Context, token, visit programme.Token, at time.Time) (ref string, outbox []string, err error)
	// Applicant is one application with its answers; ErrNotFound.
	Applicant(ctx context.Context, ref string) (programme.Applicant, error)
	// WithdrawApplication takes an application back; *Illegal where that is not possible any more.
	WithdrawApplication(ctx context.Context, ref string, at time.Time) (outbox []string, err error)
	// LeaveProgramme gives up the place of a leader who does not want to go on; *Illegal where there is none.
	LeaveProgramme(ctx context.Context, ref, note string, at time.Time) (outbox []string, err error)
	// ChangeOwnDetails puts the leader's details right, and their private address where it is given; seen is the journey's
	// version that was shown: *Illegal with programme.StateChanged of another, *Invalid.
	ChangeOwnDetails(ctx context.Context, ref string, details programme.Details, private *string, seen int64, at time.Time) (outbox []string, err error)
	// PrivateAddress is where the leader wants the questionnaire, the report and the surveys, or empty; ErrNotFound.
	PrivateAddress(ctx context.Context, ref string) (string, error)
	// Report is what the leader's answers to the questionnaire say; ErrNotFound where there is none, or none any more.
	Report(ctx context.Context, ref string) (programme.Report, error)
	// Consents are what the leader said of the questionnaire and of the coach; none before onboarding asked.
	Consents(ctx context.Context, ref string) ([]programme.Consent, error)
	// AgreeToCoach lets the leader's present coach see the report.
	AgreeToCoach(ctx context.Context, ref string) error
	// WithdrawConsent takes a consent back with all that follows; one that was not given changes nothing.
	WithdrawConsent(ctx context.Context, ref, purpose string) (outbox []string, err error)
	// CoachOf is the coach a leader has; ErrNotFound.
	CoachOf(ctx context.Context, ref string) (programme.Coach, error)
	// AskForAnotherCoach is *programme.Illegal where it was asked before or there is no other.
	AskForAnotherCoach(ctx context.Context, ref string, at time.Time) error
	// MayAskForAnotherCoach reports whether the leader has not asked for another coach yet.
	MayAskForAnotherCoach(ctx context.Context, ref string) (bool, error)
	// CoachingSession is one session with the times the leader can have; ErrNotFound.
	CoachingSession(ctx context.Context, ref, stage string) (programme.CoachingSession, error)
	// BookSession books or moves, CancelSession gives the time back, LogSession says what became of it: *Invalid, *Illegal,
	// ErrFormClosed, ErrStageNotOpen, ErrNotFound. The same order again changes nothing.
	BookSession(ctx context.Context, order programme.SessionOrder) (programme.SubmitResult, error)
	CancelSession(ctx context.Context, order programme.SessionOrder) (programme.SubmitResult, error)
	LogSession(ctx context.Context, order programme.SessionOrder, became programme.SlotState) (programme.SubmitResult, error)
	// CoachPage is what a coach sees; ErrNotFound.
	CoachPage(ctx context.Context, coach string) (programme.CoachPage, error)
	// CoachReport is the report of a leader for the coach they have, where they agree to that now; else ErrNotFound.
	CoachReport(ctx context.Context, coach, ref string, at time.Time) (programme.SharedReport, error)
	// PublishSlots adds a series of times, all or none: *Invalid, *Illegal, ErrNotFound.
	PublishSlots(ctx context.Context, cohort, coach string, series programme.SlotSeries, actor string, at time.Time) ([]programme.Slot, error)
	// RemoveSlot takes a free time back: *Illegal where it is booked.
	RemoveSlot(ctx context.Context, cohort, coach, slot, actor string, at time.Time) ([]programme.Slot, error)

	// Feed tells whose calendar a private feed address is; ErrLinkUnknown.
	Feed(ctx context.Context, token programme.Token) (ref string, err error)
	// FeedToken is the secret part of a journey's feed address, made on first use.
	FeedToken(ctx context.Context, ref string) (programme.Token, error)
}

// Notify tells the workflows of what was just committed. It is a courtesy: the relay does it again, so it has no error.
type Notify interface {
	Deliver(ctx context.Context, outboxIDs []string)
}

// Calendar writes a journey's dates as text/calendar, UTF-8: the private feed of all, and the entry of one stage with the UID
// it has there and in mails. ErrNotFound where the journey is not known, or the stage has no date to meet at.
type Calendar interface {
	CalendarFeed(ctx context.Context, ref string) ([]byte, error)
	CalendarEntry(ctx context.Context, ref, stage string) ([]byte, error)
}

// The parts a visitor may have in a journey.
const (
	partParticipant = "participant"
	partAssistant   = "assistant"
	partCoach       = "coach" // of a page of their own, see coach.go
)
