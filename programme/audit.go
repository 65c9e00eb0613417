package programme

import "time"

// AuditAction is what somebody did about who may come in, or which list of leaders' names or needs they looked at.
type AuditAction string

// What the audit log knows: who came and went, who let whom do what, and who took leaders' names or needs away.
const (
	AuditSignedIn     AuditAction = "signed_in"
	AuditRefused      AuditAction = "sign_in_refused"
	AuditSignedOut    AuditAction = "signed_out"
	AuditSessionEnded AuditAction = "session_ended"
	AuditStaffAdded   AuditAction = "staff_added"
	AuditRoleChanged  AuditAction = "role_changed"
	AuditStaffRemoved AuditAction = "staff_removed"
	AuditTokenMade    AuditAction = "token_made"
	AuditTokenEnded   AuditAction = "token_ended"
	AuditExported     AuditAction = "audit_log_exported"

	AuditPackOpened         AuditAction = "venue_pack_opened"
	AuditPackExported       AuditAction = "venue_pack_exported"
	AuditAttendanceExported AuditAction = "attendance_exported"
	AuditJourneysExported   AuditAction = "journeys_exported"

	AuditWarningSigned AuditAction = "warning_signed_off"
)

// AuditActions lists them in the order in which staff choose from them.
func AuditActions() []AuditAction {
	return []AuditAction{AuditSignedIn, AuditRefused, AuditSignedOut, AuditSessionEnded, AuditStaffAdded, AuditRoleChanged,
		AuditStaffRemoved, AuditTokenMade, AuditTokenEnded, AuditExported, AuditPackOpened, AuditPackExported, AuditAttendanceExported, AuditJourneysExported, AuditWarningSigned}
}

// AuditEntry is one line of the audit log, which is only ever added to. It names staff and no leader.
type AuditEntry struct {
	ID      int64
	At      time.Time // real
	Actor   string    // who did it: "staff:<name>", ActorCommandLine, or empty where nobody was known
	Action  AuditAction
	Subject string // about whom, as Actor, or which cohort or sitting; empty: about nobody
	Detail  string // what exactly, in codes: "coordinator to admin"
	Reason  string // in the actor's words
}

// AuditFilter chooses from the audit log; what is empty chooses nothing out.
type AuditFilter struct {
	Actor   string
	Subject string
	Action  AuditAction
}
