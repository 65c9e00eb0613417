package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Rule is why a mail may go at its moment; it stands in the header X-Fairlead-Rule.
type Rule string

// Scheduled mail keeps to working mornings and to one a person a day; the others answer an act of somebody.
const (
	RuleScheduled Rule = "scheduled" // planned: 09:00 to 10:00 London on a working day, at the person's minute
	RuleReply     Rule = "reply"     // answers what the person just did, at any hour
	RuleStaff     Rule = "staff"     // staff triggered it: at once from 08:00 to 18:00 on working days
	RuleUrgent    Rule = "urgent"    // news about the next 48 hours
	RuleAlert     Rule = "alert"     // to staff
)

// MessageState is the fate of one line of the ledger.
type MessageState string

// A line is planned; then it is claimed and sending; then it was sent (itself or merged into another), perhaps sent,
// refused for good, or not sent for a reason.
const (
	MessagePlanned     MessageState = "planned"
	MessageSending     MessageState = "sending"
	MessageSent        MessageState = "sent"
	MessageMerged      MessageState = "merged"
	MessagePerhapsSent MessageState = "perhaps_sent"
	MessageFailed      MessageState = "failed"
	MessageNotSent     MessageState = "not_sent"
)

// Reasons why a line was not sent.
const (
	NotSentAnswered   = "answered"
	NotSentTooClose   = "too_close"
	NotSentHeld       = "held"
	NotSentWithdrawn  = "withdrawn"
	NotSentDeferred   = "deferred"
	NotSentReplanned  = "replanned"
	NotSentMissed     = "missed"
	NotSentSuppressed = "suppressed"
	NotSentSkipped    = "skipped"
	NotSentLapsed     = "lapsed"
	NotSentReplaced   = "replaced" // a newer mail says the same
	NotSentSameDay    = "same_day" // a later rung of the same ladder falls on that day
	NotSentEnded      = "ended"    // the journey ended before
	// A line that waits: staff have not set yet how to join.
	WaitsForLink  = "link_missing"
	WaitsForVenue = "venue_missing"
	// WaitsForCoach: nobody coaches the leader yet. A request waits for that, reminders do not go.
	WaitsForCoach = "coach_missing"
	// NotSentUnsubscribed: its reader has turned optional mail off.
	NotSentUnsubscribed = "unsubscribed"
)

// OwnOpenings are the messages whose opening paragraph a cohort may write itself: those that are planned, to leaders and
// their assistants. Replies say what was just done and stay as they are.
func OwnOpenings() []string {
	return []string{MsgInvitation, MsgInvitationReminder, MsgInvitationAssistant, MsgApplicationReminder, MsgApplicationWaitlisted, MsgApplicationRejected,
		MsgApplicationNotNeeded, MsgOffer, MsgOfferReminder, MsgYearDates, MsgOnboarding, MsgOnboardingReminder, MsgAssistantWelcome, MsgPsychometrics,
		MsgPsychometricsReminder, MsgEventPlace, MsgEventPlaceReminder, MsgEventJoining, MsgEventTomorrow, MsgCoaching, MsgCoachingReminder,
		MsgCoachingTomorrow, MsgSurvey, MsgSurveyReminder, MsgAlumni, MsgAlumniReminder}
}

// LongestOpening is how many characters an opening paragraph may have.
const LongestOpening = 2000

// NotSentReasons are all reasons why a line is not sent, in the order staff look for them.
func NotSentReasons() []string {
	return []string{NotSentAnswered, NotSentTooClose, NotSentHeld, NotSentWithdrawn, NotSentDeferred, NotSentReplanned, NotSentMissed, NotSentSuppressed,
		NotSentSkipped, NotSentLapsed, NotSentReplaced, NotSentSameDay, NotSentEnded, NotSentUnsubscribed}
}

// MessageKey is the identity of one mail for all time: journey / stage / message / round.plan.rung. Its Message-ID
// derives from it, so every attempt carries the same one. A mail without a stage has "-" in its place.
func MessageKey(cohort, ref, stage, message string, round, plan, rung int) string {
	return messageKey(cohort, ref, stage, message,
		strconv.Itoa(round)+"."+strconv.Itoa(plan)+"."+strconv.Itoa(rung))
}

// ReplyKey is the key of a mail that answers one act: the row id of the submission or command stands for the rung.
func ReplyKey(cohort, ref, stage, message, row string) string {
	return messageKey(cohort, ref, stage, message, row)
}

func messageKey(cohort, ref, stage, message, last string) string {
	if ref == "" {
		ref = "-"
	}
	if stage == "" {
		stage = "-"
	}
	return cohort + "/" + ref + "/" + stage + "/" + message + "/" + last
}

// MessageID is the Message-ID that belongs to a key, with its angle brackets. It is written into the ledger before the
// first attempt and never changes afterwards, whatever becomes of the settings.
func MessageID(key, host string) string {
	if host == "" {
		host = "fairlead.invalid"
	}
	sum := sha256.Sum256([]byte(key))
	return "<" + hex.EncodeToString(sum[:16]) + "@" + host + ">"
}

// The messages Fairlead writes. Each has a struct and a pair of templates in package email, and a line in the golden
// test there.
const (
	MsgInvitation            = "invitation"             // scheduled: you are invited, please answer by
	MsgInvitationReminder    = "invitation-reminder"    // scheduled
	MsgInvitationAssistant   = "invitation-assistant"   // scheduled, to the assistant with the second rung: dates, no link
	MsgInvitationAccepted    = "invitation-accepted"    // reply: you have a place
	MsgInvitationDeclined    = "invitation-declined"    // reply
	MsgYearDates             = "year-dates"             // reply to whoever took a place, else scheduled: the year's dates and the private feed
	MsgOnboarding            = "onboarding"             // scheduled
	MsgOnboardingReminder    = "onboarding-reminder"    // scheduled
	MsgOnboardingDone        = "onboarding-done"        // reply
	MsgAssistantWelcome      = "assistant-welcome"      // scheduled, to the assistant, with a link of their own
	MsgSurvey                = "survey"                 // scheduled
	MsgSurveyReminder        = "survey-reminder"        // scheduled
	MsgSurveyDone            = "survey-done"            // reply
	MsgAlumni                = "alumni"                 // scheduled: certificate and directory
	MsgAlumniReminder        = "alumni-reminder"        // scheduled
	MsgAlumniWelcome         = "alumni-welcome"         // reply: welcome to the network
	MsgAnswerChanged         = "answer-changed"         // reply: she used Change on an answer already given
	MsgNewLink               = "new-link"               // reply: lists what is open with fresh links
	MsgDateChanged           = "date-changed"           // staff: extended, the new date is
	MsgTeamMessage           = "team-message"           // staff: what staff wrote, to one leader or many
	MsgWithdrawn             = "withdrawn"              // staff
	MsgDeferred              = "deferred"               // staff: you go on in another cohort
	MsgEmailChanged          = "email-changed"          // staff: to the new address, all that is open with fresh links
	MsgAnswerRecorded        = "answer-recorded"        // staff: we noted the answer you gave by telephone
	MsgApplyVerify           = "apply-verify"           // reply, to an address that wants to apply: the link to begin
	MsgApplicationReminder   = "application-reminder"   // scheduled: finish your application
	MsgApplicationReceived   = "application-received"   // reply: your application is in
	MsgApplicationWithdrawn  = "application-withdrawn"  // reply: the applicant took it back
	MsgApplicationWaitlisted = "application-waitlisted" // staff
	MsgApplicationRejected   = "application-rejected"   // staff
	MsgApplicationNotNeeded  = "application-not-needed" // staff: no place came by the last joining day
	MsgOffer                 = "offer"                  // staff: a place is offered, please answer by
	MsgOfferReminder         = "offer-reminder"         // scheduled
	MsgEventPlace            = "event-place"            // scheduled: please confirm your place at an event
	MsgEventPlaceReminder    = "event-place-reminder"   // scheduled
	MsgEventConfirmed        = "event-confirmed"        // reply or staff: you have the place; carries the calendar entry
	MsgEventJoining          = "event-joining"          // scheduled: venue, times, sessions
	MsgEventTomorrow         = "event-tomorrow"         // scheduled, on the last working day before
	MsgEventMoved            = "event-moved"            // staff or urgent: other dates or another place; carries the calendar entry
	MsgEventCancelled        = "event-cancelled"        // staff, urgent or reply: takes the calendar entry away
	MsgAbsenceAlert          = "absence-alert"          // alert, to the owner of the stage: somebody did not come

	MsgCoaching          = "coaching"           // scheduled: book your session, and with whom
	MsgCoachingReminder  = "coaching-reminder"  // scheduled
	MsgCoachingBooked    = "coaching-booked"    // reply, with an entry for the diary
	MsgCoachingMoved     = "coaching-moved"     // reply; the entry follows
	MsgCoachingCancelled = "coaching-cancelled" // reply; the entry goes
	MsgCoachingOver      = "coaching-over"      // reply: a session was not held, and there is no time left to book it again
	MsgCoachingTomorrow  = "coaching-tomorrow"  // scheduled, the working day before the session
	MsgCoachingLog       = "coaching-log"       // scheduled, to the coach, two working days after the session: please log it
	MsgCoachBooking      = "coach-booking"      // reply, to the coach: booked, moved or cancelled
	MsgCoachChanged      = "coach-changed"      // staff, or reply where the leader asked: you have another coach
	MsgCoachLeaders      = "coach-leaders"      // scheduled, to the coach: you have a leader, with the way to the coach's page

	MsgSelectorAssigned = "selector-assigned" // scheduled, to a selector: applications to score, by when
	MsgSelectorReminder = "selector-reminder" // scheduled, to a selector: what is left

	MsgTasksWaiting = "tasks-waiting" // alert, to the head of the centre: waits of three working days
)

// The messages of psychometrics.
const (
	MsgPsychometrics         = "psychometrics"          // scheduled: the questionnaire for the leader's own development
	MsgPsychometricsReminder = "psychometrics-reminder" // scheduled
	MsgPsychometricsDone     = "psychometrics-done"     // reply: the way to the report, without a word of it
)

// Message is one line of the ledger: a mail that was sent, is planned, or was not sent, and why.
type Message struct {
	Key             string
	Cohort          string
	Ref             string
	Stage           string
	Ask             string // what it asks for, or empty
	Message         string // one of the Msg names
	Rule            Rule
	At              time.Time // planned moment
	State           MessageState
	Reason          string // why not sent, or the class of the failure
	MergedInto      string // key of the mail that carried this line
	MessageID       string
	TemplateVersion string
	To              string // "participant", "assistant", "coach" or "staff": whom, not where
	Attempts        int
	Sent            time.Time // programme moment, zero until then
	ServerReply     string    // code and queue id, never the text
	MayRepeat       bool      // an attempt ended without an answer, a copy is possible
	Subject         string    // empty until it went out
	Text            string    // body as it went out, link masked; empty in lists
	HTML            string
}

// ClaimOutcome says what became of a planned line when its moment came.
type ClaimOutcome string

// Only ClaimSend leaves something to do.
const (
	ClaimSend      ClaimOutcome = "send"      // the mail is the caller's to send
	ClaimSent      ClaimOutcome = "sent"      // it went out before (this is a repeat)
	ClaimMerged    ClaimOutcome = "merged"    // another mail of the person's day carries it
	ClaimNotSent   ClaimOutcome = "not_sent"  // answered, held, withdrawn, missed, …
	ClaimReplanned ClaimOutcome = "replanned" // goes at a later moment, Claim.At
	ClaimParked    ClaimOutcome = "parked"    // the address refuses mail; staff must act
)

// Claim is the answer of the records to "may this mail go now?".
type Claim struct {
	Outcome ClaimOutcome
	Reason  string
	At      time.Time // the new moment of a replanned line
	Due     time.Time // new due and limit where a request left so late that they moved, else zero
	Limit   time.Time
	Job     *MailJob // set for ClaimSend only; holds personal data and never leaves the activity
}

// MailJob is everything needed to write one mail. It holds personal data: it lives inside one activity.
type MailJob struct {
	Key        string   // the leading key: the Message-ID derives from it
	Keys       []string // all keys the mail carries, the leading one first
	Rule       Rule
	Date       time.Time // Date header
	To         Person
	MessageID  string // with its angle brackets; the same for every attempt
	References string // Message-ID of the journey's first mail, empty for that mail itself
	Cohort     string
	Ref        string
	Signatory  string // from the cohort's settings
	Contact    string // address people read, also Reply-To
	From       string // address the mail goes from, which is the organiser of a calendar entry; empty: no entry goes with it
	Items      []MailItem
	// Prepared is the mail as an earlier attempt wrote it, so that a repeat is the same mail; nil on the first attempt.
	Prepared *Rendered
	Repeat   bool // an earlier attempt may have got through
}

// MailItem is one thing a mail says: most mails have one, a merged mail lists several.
type MailItem struct {
	Key     string
	Message string // one of the Msg names
	Stage   string
	Title   string // the stage's title for people
	Rung    int
	Due     time.Time
	Limit   time.Time
	Link    Token  // empty where the mail has no link
	Leader  string // the leader's name, for mails to the assistant
	// Opening is the cohort's own opening paragraph for this message, or empty.
	Opening string
	Dates   []DateLine // the year's dates, or the dates an assistant sees
	Feed    Token      // of the private calendar feed, for year-dates
	Open    []MailItem // for new-link and email-changed: all that is open, each with its link
	Cohort  string     // for deferred: the cohort in which it goes on
	Count   int        // for tasks-waiting: how many
	Ref     string     // reference to quote
	// State is where the journey stands, beneath a hold; empty for mail about none.
	State JourneyState
	// Event is the leader's sitting, for mails about an event; nil for others.
	Event *EventItem
	// Supplier is the address of a questionnaire that a supplier of the centre's holds, or empty.
	Supplier string
	// Session is the coaching session a mail is about; nil for others.
	Session *MailSession
	// Later says that the mail is about a survey that comes after the year.
	Later bool
	// LooksBack says that the mail is about a survey that asks about one residential.
	LooksBack bool
	// Unsubscribe opens the page on which the reader turns optional mail off; empty for all other mail.
	Unsubscribe Token
}

// MailSession is the coaching session that a mail is about.
type MailSession struct {
	Coach    string // the coach's name
	Email    string // the coach's address
	Starts   time.Time
	Minutes  int
	Online   bool
	Sequence int    // of the entry for the diary
	What     string // booked, moved or cancelled; SessionPlaced where it keeps its time and they meet elsewhere
	// Elsewhere says that the session stays, but the mail goes to an address that is the leader's no more.
	Elsewhere bool
	Consent   bool // a consent to show the report ended with the former coach
	Again     bool // the leader was given a time before, and it came to nothing
	// Why the time that the mail is about was given up, empty where it was not.
	Why GivenUp
	// Next is the coach with whom the mail of a cancellation asks to choose another time, empty where it does not ask;
	// Seeking says that another coach has still to be found.
	Next    string
	Seeking bool
	Over    bool // there is no time left to book it again
	Needed  bool // it is of the compulsory days
}

// SessionPlaced is what became of a session that keeps its time, and is online now or not any more.
const SessionPlaced = "placed"

// EventItem is what a mail says of a leader's place at an event; the event's title is the item's.
type EventItem struct {
	Starts    time.Time
	Ends      time.Time
	Night     bool // the night before belongs to it
	NightOff  bool // it has changed, and has no night before though the blueprint gives it one
	Venue     string
	Address   string
	Online    bool
	JoinURL   string
	Sessions  []Session
	UID       string // of the calendar entry
	Sequence  int    // of the calendar entry
	Method    string // what the mail does to the calendar: MethodRequest, MethodCancel, or empty
	Confirmed bool
	Freeze    time.Time // until when needs can be changed
	CatchUp   bool      // it makes up for a sitting that was missed
	// Moved says that the times have changed, so that a confirmation given before is void; else the place or the way to
	// join has.
	Moved bool
	// Asks says that the mail's link leads to the form that asks to confirm the place; else it leads to "Your year".
	Asks bool
}

// What a mail does to a calendar (RFC 5546).
const (
	MethodRequest = "request"
	MethodCancel  = "cancel"
)

// DateLine is one date of the year, for mails and "Your year".
type DateLine struct {
	Stage string
	Kind  Kind
	Title string
	From  time.Time
	To    time.Time // equal to From for a deadline
	// Book says that by the deadline a time is to be booked, not that all is done: a coaching session has none yet.
	Book  bool
	Where string // venue or "online", or empty
	// Choice is of how many dates this is one, as long as nobody knows which the leader gets; 0 where it is the leader's.
	Choice int
	// UID is that of the calendar entry of an event at which the leader has a place, empty for others; Sequence that of such an
	// entry or of a coaching session's.
	UID      string
	Sequence int
}

// Rendered is one mail as it goes out, with every link replaced by its placeholder: a stored mail never opens a door.
type Rendered struct {
	Subject string
	Text    string
	HTML    string
	// Calendar is the entry that the mail brings, changes or takes away, as an iCalendar object; empty where there is none.
	Calendar string
	Version  string // of the template
}

// MailClass is how an attempt to send ended (dependencies.md, 4.3).
type MailClass string

// The classes of an attempt.
const (
	MailSent          MailClass = "sent"
	MailTemporary     MailClass = "temporary"
	MailPermanent     MailClass = "permanent"
	MailAmbiguous     MailClass = "ambiguous"
	MailConfiguration MailClass = "configuration"
)

// MailAttempt is the end of one attempt, for the ledger.
type MailAttempt struct {
	Class   MailClass
	Code    int    // SMTP code, 0 for the network
	QueueID string // what the server called it
	At      time.Time
	GaveUp  bool // no further attempt follows
}
