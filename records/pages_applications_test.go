package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// applicationPages fills a cohort to which n people applied, with n selectors, and tells the pages it has.
func (b *bundle) applicationPages(t *testing.T, n int) []visited {
	t.Helper()
	b.opened(t, n+2)
	for range n {
		b.lateCode(t, "2026-08-01")
	}
	refs := b.reviewed(t, n)
	selectors := b.selecting(t, 2)
	b.goTo("2026-07-10 10:00")
	b.assigned(t, 2)
	for i, ref := range refs {
		b.scored(t, scorer(1), ref)
		if i > 0 {
			b.scored(t, scorer(0), ref)
		}
	}
	session := b.signsIn(t, scorer(0))
	selector := &routed{cookie: staffCookie(session)}
	selector.add("/console", "", true)
	selector.add("/console/scoring/:ref", "", false, ":ref", refs[0])
	selector.add("/console/scoring/:ref", "", false, ":ref", refs[1]) // with what the others scored
	selector.add("/console/scoring/:ref/scores", "", false, ":ref", refs[0])
	selector.add("/console/scoring/:ref/check", "", false, ":ref", refs[0])
	selector.add("/console/scoring/:ref/conflict", "", false, ":ref", refs[0])
	for _, ref := range refs[1:] {
		b.decided(t, ref, programme.DecideOffer)
	}
	for i := range n {
		b.joins(t, scorer(i+2), roleSelector)
	}
	staffed := b.staffed(t, "coordinator")
	cohort := "/console/cohorts/:cohort"
	for _, page := range []string{"", "/applications", "/scoring", "/assign", "/release", "/late-codes"} {
		staffed.add(cohort+page, "", true, ":cohort", spring)
	}
	staffed.add(cohort+"/assign", "?each=3", true, ":cohort", spring)
	staffed.add("/console/applications/:ref", "", false, ":ref", refs[0])
	staffed.add("/console/applications/:ref/reopen/:selector", "", false, ":ref", refs[0], ":selector", selectors[0].ID)
	staffed.add("/console/selectors", "", true)
	staffed.add("/console/selectors/:staff", "", false, ":staff", selectors[0].StaffID)
	applicant := &routed{cookie: b.visitCookie(t, refs[0], programme.LinkApplication)}
	applicant.add("/application/:ref", "", false, ":ref", refs[0])
	applicant.add("/application/:ref/withdraw", "", false, ":ref", refs[0])
	applicant.add("/year/:ref", "", false, ":ref", refs[0])
	applicant.add("/apply/:cohort", "", false, ":cohort", spring)
	client := b.client(t)
	for _, page := range []string{"applications", "scoring", "late-codes"} {
		client.add("/api/v1/cohorts/:cohort/"+page, "", true, ":cohort", spring)
	}
	return slices.Concat(selector.list, staffed.list, applicant.list, client.list)
}

// matchPages fills a year whose n leaders have no coach yet and tells the page it is about.
func (b *bundle) matchPages(t *testing.T, n int) []visited {
	t.Helper()
	refs, _ := b.coached(t, n, coaches(2, n))
	b.goTo("2026-11-23 12:00")
	for _, ref := range refs {
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, onboarding())
	}
	staffed := b.staffed(t, "coordinator")
	staffed.add("/console/cohorts/:cohort/match", "", true, ":cohort", spring)
	return staffed.list
}

// completedPages fills a year that n leaders have completed and tells the pages it has.
func (b *bundle) completedPages(t *testing.T, n int) []visited {
	t.Helper()
	refs, _, job := b.sixMonthsOn(t, n)
	leader := &routed{cookie: b.visitCookie(t, refs[0], programme.LinkAsk)}
	leader.add("/year/:ref", "", false, ":ref", refs[0])
	leader.add("/year/:ref/certificate", "", false, ":ref", refs[0])
	leader.add("/year/:ref/:stage", "", false, ":ref", refs[0], ":stage", "alumni")
	leader.add("/year/:ref/:stage", "", false, ":ref", refs[0], ":stage", sixMonths)
	leader.add("/unsubscribe/:token", "", false, ":token", job.Items[0].Unsubscribe.Reveal())
	return leader.list
}
