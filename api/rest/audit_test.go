package rest

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// auditedAs is what the audit log calls what each call changes; the records test that each leaves one line. A new call that
// changes something has to be named here.
func auditedAs() map[string]programme.AuditAction {
	named := map[string]programme.AuditAction{"create-cohort": programme.AuditCohortCreated, "change-cohort": programme.AuditCohortChanged,
		"launch-cohort": programme.AuditLaunched, "import-participants": programme.AuditPeopleTaken, "import-coaches": programme.AuditCoachesTaken,
		"match-coaches": programme.AuditMatched, "coach-leaves": programme.AuditCoachLeft, "publish-slots": programme.AuditTimesAdded,
		"remove-slot": programme.AuditTimeRemoved, "reschedule": programme.AuditRescheduled, "release-decisions": programme.AuditReleased,
		"issue-late-code": programme.AuditLateCode, "finish-task": programme.AuditTaskDone, "assign-applications": programme.AuditAssigned}
	for _, command := range programme.Commands() {
		named[orderID(command)] = programme.AuditAction(command)
	}
	return named
}

// Every call that changes something is in the audit log under a name that can be chosen there.
func TestEveryChangeHasItsNameInTheAuditLog(t *testing.T) {
	t.Parallel()
	named := auditedAs()
	for path, calls := range setup(t).document().Paths {
		for method, call := range calls {
			if method == "get" {
				continue
			}
			if action, has := named[call.OperationID]; !has || !slices.Contains(programme.AuditActions(), action) {
				t.Errorf("%s %s (%s): nothing says what the audit log calls it", method, path, call.OperationID)
			}
			delete(named, call.OperationID)
		}
	}
	if len(named) > 0 {
		t.Errorf("named and not there: %v", named)
	}
}

// Whoever calls is who the audit log names: also of a cohort, its coaches and their times.
func TestTheAuditLogLearnsWhoCalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const spring = "/cohorts/2027-spring"
	b.as(coordinator, "POST", "/cohorts", `{"name":"2029-spring","blueprint":"essentials","starts_on":"2029-03-05","route":"invitation","places":10,"owner":"o@centre.example"}`)
	b.as(coordinator, "PATCH", spring, `{"places":31}`, "If-Match", "*")
	b.as(coordinator, "POST", spring+"/coaches", coachColumns+"Abena Darko,abena@coaches.example,London,Healthcare,EMCC,7,no\n", "Content-Type", "text/csv")
	b.as(coordinator, "POST", spring+"/coaches/C-222222/slots", `{"first":"2027-02-01T10:00:00Z","every_days":7,"count":2,"minutes":60,"online":true}`)
	b.as(coordinator, "POST", spring+"/coaches/C-222222/slots/slot-1/remove", "")
	const who = "staff:desk-coordinator"
	want := []string{"create " + who, "change " + who, "coaches " + who, "publish " + who, "remove " + who}
	if !slices.Equal(b.store.by, want) {
		t.Errorf("the records heard of %q, want %q", b.store.by, want)
	}
}
