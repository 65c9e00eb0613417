package console

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"fairlead/programme"
)

// Every page that changes something is in the audit log under a name that can be chosen there; the records test that each
// change leaves one line. A new one has to be named here.
func TestEveryChangeHasItsNameInTheAuditLog(t *testing.T) {
	t.Parallel()
	named := map[string]programme.AuditAction{
		signInPath: programme.AuditSignedIn, "/console/sign-in/:token": programme.AuditSignedIn, "/console/sign-out": programme.AuditSignedOut,
		"/console/cohorts/:cohort/events/:stage/:sitting/register":            programme.AuditAction(programme.CmdRecordAttendance),
		"/console/applications/:ref/decision":                                 programme.AuditAction(programme.CmdDecide),
		"/console/cohorts/:cohort/release":                                    programme.AuditReleased,
		"/console/cohorts/:cohort/late-codes":                                 programme.AuditLateCode,
		"/console/tasks/:task/done":                                           programme.AuditTaskDone,
		"/console/sessions/:session/end":                                      programme.AuditSessionEnded,
		"/console/sessions/end-others":                                        programme.AuditSessionEnded,
		newCohortPath:                                                         programme.AuditCohortCreated,
		"/console/cohorts/:cohort/set-up/dates":                               programme.AuditWarningSigned,
		"/console/cohorts/:cohort/set-up/dates/:stage":                        programme.AuditCohortChanged,
		"/console/cohorts/:cohort/set-up/settings":                            programme.AuditCohortChanged,
		"/console/cohorts/:cohort/set-up/sittings/:stage":                     programme.AuditCohortChanged,
		"/console/cohorts/:cohort/set-up/sittings/:stage/:sitting":            programme.AuditCohortChanged,
		"/console/cohorts/:cohort/set-up/sittings/:stage/:sitting/reschedule": programme.AuditRescheduled,
		"/console/cohorts/:cohort/set-up/people":                              programme.AuditPeopleTaken,
		"/console/cohorts/:cohort/set-up/coaches":                             programme.AuditCoachesTaken,
		"/console/cohorts/:cohort/set-up/messages/:message":                   programme.AuditCohortChanged,
		"/console/cohorts/:cohort/set-up/launch":                              programme.AuditLaunched,
		"/console/cohorts/:cohort/match":                                      programme.AuditMatched,
		"/console/cohorts/:cohort/coaches/:coach/times":                       programme.AuditTimesAdded,
		"/console/cohorts/:cohort/coaches/:coach/times/:slot/remove":          programme.AuditTimeRemoved,
		"/console/cohorts/:cohort/coaches/:coach/leave":                       programme.AuditCoachLeft,
		"/console/people/add":                                                 programme.AuditStaffAdded,
		"/console/people/staff/:staff/role":                                   programme.AuditRoleChanged,
		"/console/people/staff/:staff/remove":                                 programme.AuditStaffRemoved,
		"/console/people/staff/:staff/end-sessions":                           programme.AuditSessionEnded,
		"/console/people/sessions/:session/end":                               programme.AuditSessionEnded,
		"/console/people/tokens/make":                                         programme.AuditTokenMade,
		"/console/people/tokens/end/:id":                                      programme.AuditTokenEnded,
		auditPath + ".csv":                                                    programme.AuditExported,
	}
	for path, action := range map[string]programme.AuditAction{"/console/cohorts/:cohort/assign": programme.AuditAssigned, "/console/selectors/:staff": programme.AuditOrganisations,
		"/console/applications/:ref/reopen/:selector": programme.AuditScoresOpened, "/console/scoring/:ref/scores": programme.AuditScored, "/console/scoring/:ref/check": programme.AuditScored,
		"/console/scoring/:ref/conflict": programme.AuditConflict, "/console/journeys/:ref/notes": programme.AuditNoted} {
		named[path] = action
	}
	for _, command := range programme.Commands() { // each on one journey, and some on many
		for _, path := range []string{"/console/journeys/:ref/", "/console/cohorts/:cohort/bulk/"} {
			path += string(command)
			if slices.ContainsFunc((&Console{}).routes(), func(one route) bool { return one.method == http.MethodPost && one.path == path }) {
				named[path] = programme.AuditAction(command)
			}
		}
	}
	for _, one := range (&Console{}).routes() {
		if one.method == http.MethodGet || one.path == "/console/cohorts/:cohort/filter" { // which changes nothing, but keeps names out of addresses
			continue
		}
		action, has := named[one.path]
		if !has || !slices.Contains(programme.AuditActions(), action) {
			t.Errorf("%s %s: nothing says what the audit log calls it", one.method, one.path)
		}
		delete(named, one.path)
	}
	if len(named) > 0 {
		t.Errorf("named and not there: %v", named)
	}
}

// TestTheLogOfACohortThatCannotBeRead: records that do not answer are said, and not taken for a cohort that there is not.
func TestTheLogOfACohortThatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	b.page(auditOf(cohort), http.StatusOK)
	b.page(auditOf("no-such"), http.StatusNotFound)
	b.store.noCohort = programme.ErrUnavailable
	if answer := b.get(auditOf(cohort)); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d", answer.StatusCode)
	}
	if answer := b.do(http.MethodPost, auditPath+".csv", url.Values{"subject": {cohort}, "reason": {"asked for"}}); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("as a spreadsheet %d", answer.StatusCode)
	}
}
