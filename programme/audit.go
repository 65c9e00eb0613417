package programme

import "time"

// AuditAction is what somebody of the staff did: about who may come in, with lists of leaders' names or needs, to a cohort, or,
// under the name of the command, to a journey.
type AuditAction string

// What the audit log knows of who came and went, and who let whom do what.
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
)

// What it knows of who looked at leaders' names or needs or took them away, and of what the programme deleted in its time.
const (
	AuditExported           AuditAction = "audit_log_exported"
	AuditPackOpened         AuditAction = "venue_pack_opened"
	AuditPackExported       AuditAction = "venue_pack_exported"
	AuditAttendanceExported AuditAction = "attendance_exported"
	AuditExpired            AuditAction = "expired_deleted"
	AuditJourneysExported   AuditAction = "journeys_exported"
)

// What it knows of changes to a cohort. Those to a journey are there under the names of Commands; their notes are not.
const (
	AuditCohortCreated AuditAction = "cohort_created"
	AuditCohortChanged AuditAction = "cohort_changed"
	AuditLaunched      AuditAction = "cohort_launched"
	AuditPeopleTaken   AuditAction = "participants_imported"
	AuditCoachesTaken  AuditAction = "coaches_imported"
	AuditMatched       AuditAction = "coaches_matched"
	AuditCoachLeft     AuditAction = "coach_left"
	AuditCoachBack     AuditAction = "coach_came_back"
	AuditTimesAdded    AuditAction = "coach_times_published"
	AuditTimeRemoved   AuditAction = "coach_time_removed"
	AuditRescheduled   AuditAction = "event_rescheduled"
	AuditReleased      AuditAction = "decisions_released"
	AuditLateCode      AuditAction = "late_code_issued"
	AuditTaskDone      AuditAction = "task_done"
	AuditWarningSigned AuditAction = "warning_signed_off"
	AuditOrganisations AuditAction = "organisations_named" // to which a selector belongs
	AuditAssigned      AuditAction = "applications_assigned"
	AuditScored        AuditAction = "scores_sent"
	AuditConflict      AuditAction = "conflict_declared"
	AuditScoresOpened  AuditAction = "scores_reopened"
	AuditNoted         AuditAction = "note_added"
)

// AuditActions lists them in the order in which staff choose from them.
func AuditActions() []AuditAction {
	actions := []AuditAction{AuditSignedIn, AuditRefused, AuditSignedOut, AuditSessionEnded, AuditStaffAdded, AuditRoleChanged, AuditStaffRemoved,
		AuditTokenMade, AuditTokenEnded, AuditExported, AuditPackOpened, AuditPackExported, AuditAttendanceExported, AuditJourneysExported, AuditExpired,
		AuditCohortCreated, AuditCohortChanged, AuditLaunched, AuditPeopleTaken, AuditCoachesTaken, AuditMatched, AuditCoachLeft, AuditCoachBack,
		AuditTimesAdded, AuditTimeRemoved, AuditRescheduled, AuditReleased, AuditLateCode, AuditTaskDone, AuditWarningSigned, AuditOrganisations,
		AuditAssigned, AuditScored, AuditConflict, AuditScoresOpened, AuditNoted}
	for _, command := range Commands() {
		actions = append(actions, AuditAction(command))
	}
	return actions
}

// AuditEntry is one line of the audit log, which is only ever added to. It names staff and no leader: journeys are references.
type AuditEntry struct {
	ID      int64
	At      time.Time // real
	Actor   string    // who did it: "staff:<name>", ActorCommandLine, or empty where nobody was known
	Action  AuditAction
	Subject string // about whom, as Actor, or which cohort, sitting or journey; empty: about nobody
	Detail  string // what exactly, in codes: "coordinator to admin"
	Reason  string // in the actor's words; of a change to a cohort or a journey its code
}

// AuditFilter chooses from the audit log; what is empty chooses nothing out.
type AuditFilter struct {
	Actor   string
	Subject string
	Action  AuditAction
}
