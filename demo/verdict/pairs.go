package verdict

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// readings are what staff read of who coaches whom, each in one go, in time.
func (j *judge) readings() (all [][]Act) {
	at := map[string]int{}
	for _, a := range j.in.Acts {
		if a.Act != ActPair {
			continue
		}
		if _, known := at[a.Answer]; !known {
			at[a.Answer] = len(all)
			all = append(all, nil)
		}
		all[at[a.Answer]] = append(all[at[a.Answer]], a)
	}
	return all
}

// pairs: whenever staff look, no coach has more leaders than room, none of an organisation or a mail domain of their own, and
// none at all once they have left; and whoever asked for another coach, or for whom staff chose one, has another, or that one.
func (j *judge) pairs() {
	bench, left := map[string]Coach{}, map[string]Act{}
	for _, c := range j.in.Expected.Bench {
		bench[c.Ref] = c
	}
	for _, a := range j.in.Acts {
		if a.Act == ActCoachLeave && a.Status < 300 && a.Status > 0 {
			left[a.Coach] = a
		}
	}
	for _, reading := range j.readings() {
		load := map[string]int{}
		for _, a := range reading {
			load[a.Coach]++
			c, known := bench[a.Coach]
			gone, has := left[a.Coach]
			switch {
			case !known:
				j.fault(a.Ref, "The leader has a coach whom staff never brought.")
				continue
			case has && gone.Answered.Before(a.Sent):
				j.fault(a.Ref, "The leader is still with a coach who had left.")
			case j.belongs(a, c):
				j.fault(a.Ref, "The leader is with a coach of their own organisation.")
			}
			if load[a.Coach] == c.Capacity+1 {
				j.fault(a.Coach, "A coach with room for %d has more leaders.", c.Capacity)
			}
		}
	}
	for _, a := range j.confirmed("", ActAnother, "change-coach") {
		before, after := j.coachAt(a.Ref, a.Sent), j.coachAfter(a.Ref, j.begun(a).Answered)
		switch {
		case before == "" || after == "":
		case a.Coach != "" && after != a.Coach:
			j.fault(a.Ref, "Staff chose a coach, and the leader has another.")
		case a.Coach == "" && after == before:
			j.fault(a.Ref, "The leader was given another coach, and has the one they had.")
		}
	}
}

// belongs reports whether a leader and a coach are of one organisation or mail domain when they are read to be a pair. After
// a change staff hear of the conflict and have some time to mend it.
func (j *judge) belongs(a Act, c Coach) bool {
	p := j.people[a.Ref]
	if p == nil {
		return false
	}
	for _, email := range p.Emails {
		if _, domain, _ := strings.Cut(lower(email), "@"); domain != "" && strings.HasSuffix(lower(c.Email), "@"+domain) {
			return true
		}
	}
	works := p.Organisation
	for _, change := range j.confirmed(a.Ref, "change-details") {
		if p.Moved != "" && change.Answered.Before(a.Sent) {
			works = p.Moved
		}
	}
	told := j.confirmed(a.Ref, "change-coach")
	return c.Organisation != "" && works == c.Organisation && len(told) > 0 && told[len(told)-1].Answered.Before(a.Sent)
}

// coachAt is the coach whom staff last read a leader to have before a real moment, empty where they had not looked.
func (j *judge) coachAt(ref string, by time.Time) (coach string) {
	for _, a := range j.in.Acts {
		if a.Act == ActPair && a.Ref == ref && a.Sent.Before(by) {
			coach = a.Coach
		}
	}
	return coach
}

// coachAfter is the coach whom staff first read a leader to have after a real moment.
func (j *judge) coachAfter(ref string, from time.Time) string {
	for _, a := range j.in.Acts {
		if a.Act == ActPair && a.Ref == ref && a.Sent.After(from) {
			return a.Coach
		}
	}
	return ""
}

// sharedReports: a coach sees the report of a leader who agreed that this coach sees it, and of nobody else: not of one who never
// did, has withdrawn it since, or agreed for the coach before.
func (j *judge) sharedReports() {
	for _, seen := range j.confirmed("", ActReport) {
		p := j.people[seen.Ref]
		if p == nil {
			continue
		}
		agreed, said := Act{}, false
		for _, a := range j.in.Acts {
			if a.Ref != seen.Ref || !a.Confirmed || !a.Sent.Before(seen.Answered) {
				continue
			}
			s := j.journeys[seen.Ref].stage(a.Stage)
			switch {
			case p.Shares && s != nil && s.Kind == "onboarding" && (a.Act == ActAnswer || a.Act == ActAnswerFor), a.Act == ActShare:
				agreed, said = a, true
			case a.Act == ActWithdrawConsent && a.Answered.Before(seen.Sent):
				said = false
			}
		}
		if !said {
			j.fault(seen.Ref, "A coach saw a report that was not, or no longer, to be shown.")
			continue
		}
		changed := slices.ContainsFunc(j.in.Acts, func(a Act) bool {
			return a.Act == ActPair && a.Ref == seen.Ref && a.Coach != seen.Coach && a.Sent.After(agreed.Answered) && a.Sent.Before(seen.Sent)
		})
		if had := j.coachAt(seen.Ref, agreed.Sent); changed || had != "" && had != seen.Coach {
			j.fault(seen.Ref, "A coach saw a report that was shared with another coach.")
		}
	}
}

// costs: what an employer is to pay for a residential that was missed stands in the records, and in the figures for the advisory
// board.
func (j *judge) costs() {
	recovered := map[string]map[string]bool{}
	for _, a := range j.confirmed("", "record-attendance") {
		if a.Costs != "recovered" {
			continue
		}
		if recovered[a.Stage] == nil {
			recovered[a.Stage] = map[string]bool{}
		}
		recovered[a.Stage][a.Ref] = true
		journey := j.journeys[a.Ref]
		kept := journey != nil && slices.ContainsFunc(journey.Places, func(p Place) bool { return p.Stage == a.Stage && p.Costs == "recovered" })
		if !kept {
			j.fault(a.Ref, "The costs of %s were to be recovered, and the records do not say so.", a.Stage)
		}
	}
	for _, a := range j.confirmed("", ActFigures) {
		n := 0
		for ref := range recovered[a.Stage] {
			if journey := j.journeys[ref]; journey != nil && journey.Cohort == j.in.Expected.Cohort {
				n++
			}
		}
		if a.Answer != strconv.Itoa(n) {
			j.fault(j.in.Expected.Cohort, "The figures say that the costs of %s were recovered %s times, of %d.", a.Stage, a.Answer, n)
		}
	}
}
