package records

import (
	"strings"

	"fairlead/programme"
)

// broken are the questions to the records that have to find nothing after any move.
var broken = map[string]string{
	"dates are overbooked": `SELECT COUNT(*) FROM sittings WHERE taken > capacity`,
	"dates count other places than there are": `SELECT COUNT(*) FROM sittings s WHERE s.cohort = '` + spring + `' AND s.taken <>
		(SELECT COUNT(*) FROM event_places p WHERE p.cohort = s.cohort AND p.stage = s.stage AND p.sitting = s.name AND p.counted)`,
	"coaches have two sessions at once": `SELECT COUNT(*) FROM coach_slots a JOIN coach_slots b ON a.coach = b.coach AND a.id < b.id
		AND a.state = 'booked' AND b.state = 'booked' AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`,
	"coaches have more leaders than room": `SELECT COUNT(*) FROM coaches WHERE load > capacity`,
	"leaders have a time to come of a coach who is not theirs": `SELECT COUNT(*) FROM coach_slots s WHERE s.state = 'booked' AND s.starts_at > ? AND NOT EXISTS
		(SELECT 1 FROM coach_matches m WHERE m.ref = s.ref AND m.coach = s.coach AND m.ended_at IS NULL)`,
	"leaders have two coaches": `SELECT COUNT(*) FROM (SELECT ref FROM coach_matches WHERE ended_at IS NULL GROUP BY ref HAVING COUNT(*) > 1) twice`,
	"waits have no owner or no limit": `SELECT COUNT(*) FROM stages s JOIN journeys j ON j.ref = s.ref
		WHERE s.state = 'open' AND j.state IN ('enrolled', 'offered', 'applying', 'submitted', 'under_review') AND (s.waiting_on = '' OR s.limit_at IS NULL)`,
	"stages are open in a journey that has ended": `SELECT COUNT(*) FROM stages s JOIN journeys j ON j.ref = s.ref
		WHERE s.state = 'open' AND j.state IN ('declined', 'rejected', 'lapsed', 'withdrawn', 'deferred', 'not_needed')`,
	"journeys with places have no place held for them": `SELECT COUNT(*) FROM journeys WHERE state IN ('offered', 'enrolled', 'completed') AND NOT place_held AND cohort = '` + spring + `'`,
}

// looks checks what has to hold after every move.
func (r *randomYear) looks(n int) {
	r.t.Helper()
	for what, sql := range broken {
		var now []any
		if strings.Contains(sql, "?") {
			now = []any{r.clock.Now()}
		}
		if found := r.count(r.t, sql, now...); found > 0 {
			r.t.Errorf("%d %s", found, what)
		}
	}
	if held := r.count(r.t, "SELECT COUNT(*) FROM journeys WHERE place_held AND cohort = ?", spring); held > randomPlaces {
		r.t.Errorf("%d people hold %d places", held, randomPlaces)
	}
	r.freeOnResidentials()
	if n%20 == 0 {
		r.loads(r.t)
		r.sound(r.t)
	}
}

// followed reports whether all that was ordered has reached the leaders: until then their places are not where they will be.
func (r *randomYear) followed() bool {
	return r.count(r.t, `SELECT COUNT(*) FROM event_places p JOIN sittings s ON s.cohort = p.cohort AND s.stage = p.stage AND s.name = p.sitting
		WHERE p.followed < s.sequence`) == 0
}

// away are the days that a leader spends on residentials.
func (r *randomYear) away(ref string) map[programme.Date]string {
	days := map[programme.Date]string{}
	places, err := r.Places(r.ctx, ref)
	must(r.t, err)
	for _, place := range places {
		s := place.Sitting
		gone := place.State == programme.PlaceReleased || place.Cannot || s.Online || s.State == programme.SittingCancelled
		if gone || !strings.HasPrefix(place.Stage, "residential-") {
			continue
		}
		for day := programme.DateOf(s.Starts); !programme.DateOf(s.Ends).Before(day); day = day.AddDays(1) {
			days[day] = place.Stage
		}
	}
	return days
}

// freeOnResidentials checks that nobody has a session on a day of a residential.
func (r *randomYear) freeOnResidentials() {
	var booked []slotRow
	must(r.t, r.db.Where("state = 'booked' AND starts_at > ?", r.clock.Now()).Find(&booked).Error)
	if len(booked) == 0 || !r.followed() {
		return
	}
	for _, slot := range booked {
		if stage := r.away(slot.Ref)[programme.DateOf(slot.StartsAt)]; stage != "" {
			r.t.Errorf("%s has %s on %s, a day of %s", slot.Ref, slot.Stage, programme.DateOf(slot.StartsAt), stage)
		}
	}
}

// mailed looks at a mail that goes: of those that are scheduled a person gets one a day, and none on a residential.
func (r *randomYear) mailed(job programme.MailJob) {
	if job.Rule != programme.RuleScheduled {
		return
	}
	day := programme.DateOf(job.Date)
	slot := job.To.ID + " " + day.String()
	if other := r.days[slot]; other != "" {
		r.t.Errorf("%s and %s went on %s", other, job.Key, day)
	}
	r.days[slot] = job.Key
	if job.Ref == "" || r.message(r.t, job.Key).To != toParticipant {
		return
	}
	if stage := r.away(job.Ref)[day]; stage != "" && r.followed() {
		r.t.Errorf("%s went on %s, a day of %s", job.Key, day, stage)
	}
}

// ends lets the year come to its end: what is on its way arrives, who was on hold goes on, and staff decide what is left to
// them. Then everybody's diary has exactly what is to come, and every journey ends.
func (r *randomYear) ends() {
	r.t.Helper()
	r.delivers(r.t)
	for _, ref := range r.refs() {
		if err := r.commands(programme.Command{Name: programme.CmdResume, Ref: ref, Missed: "skip"}); r.race(err) != nil {
			r.t.Fatal(err)
		}
	}
	r.delivers(r.t)
	r.until(r.t, r.clock.Now().AddDate(0, 0, 5))
	r.agrees(r.t, r.refs())
	r.leftBehind()
	for range 40 {
		r.until(r.t, r.clock.Now().AddDate(0, 0, 14))
		r.settle()
		r.looks(1)
	}
	for _, ref := range r.refs() {
		if j := r.journeyOf(r.t, ref); !j.State.Ended() {
			r.t.Errorf("%s is lost: %s, %+v, tasks %v", ref, j.State, j.Stages, r.openTasks(r.t, ref))
		}
	}
	r.agrees(r.t, r.refs())
	r.loads(r.t)
	r.sound(r.t)
	r.t.Logf("%d mails, %v", r.mails, r.states(r.t, r.refs()))
}

// leftBehind checks that no diary at an address that was changed keeps what is to come.
func (r *randomYear) leftBehind() {
	current := map[string]bool{}
	for _, ref := range r.refs() {
		current[strings.ToLower(r.addressOf(r.t, ref))] = true
	}
	for id, last := range r.entries {
		address, _, _ := strings.Cut(id, " ")
		if !current[address] && last.Method == programme.MethodRequest && last.Starts.After(r.clock.Now()) {
			r.t.Errorf("the diary at an address that was changed keeps %s: %+v", id, last)
		}
	}
}

// settle is staff deciding what waits for them: who was at an event that is over, and that what nobody did is left out.
func (r *randomYear) settle() {
	for _, ref := range r.refs() {
		if r.stateOf(r.t, ref) == programme.UnderReview {
			must(r.t, r.race(r.commands(programme.Command{Name: programme.CmdDecide, Ref: ref, Decision: programme.DecideReject, Reason: "other"})))
			must(r.t, r.race(ignore(r.Release(r.ctx, spring, programme.ReleaseOrder{Reason: "other", Actor: "staff:kim"}, r.Now(r.ctx)))))
		}
		for _, s := range r.journeyOf(r.t, ref).Stages {
			if s.State == programme.StageOpen && s.WaitingOn == programme.OwnerStaff && s.Kind != programme.KindSelection {
				must(r.t, r.race(r.commands(programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: s.Name})))
			}
		}
		tasks, _, err := r.Tasks(r.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 100)
		must(r.t, err)
		for _, task := range tasks {
			must(r.t, r.race(r.FinishTask(r.ctx, task.ID, "staff:kim", "It stays as it is.", r.Now(r.ctx))))
		}
	}
	r.delivers(r.t)
}
