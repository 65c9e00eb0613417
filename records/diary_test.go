package records

import (
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// entry is what a leader's diary has of an event or a session after the last mail about it.
type entry struct {
	Method   string
	Sequence int
	Starts   time.Time
	Online   bool
}

// diary plays the workflows and the worker: what is due is done and sent, and the leaders' diaries follow what was sent.
type diary struct {
	*bundle
	entries map[string]entry  // by address, then UID, or reference and stage of a session: see in
	told    map[string]string // the last thing said of each
	keys    map[string]bool   // the lines that went
	waiting map[string]bool   // lines that wait for the end of a hold
	mails   int
	// coming are the stages to open, by reference and stage, where the journeys' workflows are played too; nil: the test opens
	// them itself. watch, where there is one, looks at every mail that goes.
	coming map[string]programme.Opening
	known  map[string]programme.StageState // what the workflow of a journey knows of its stages, likewise
	watch  func(programme.MailJob)
}

func (b *bundle) diary() *diary {
	return &diary{bundle: b, entries: map[string]entry{}, told: map[string]string{}, keys: map[string]bool{}}
}

// until does and sends everything that is due by a moment, each at its own.
func (d *diary) until(t *testing.T, to time.Time) {
	t.Helper()
	d.waiting = map[string]bool{}
	round := d.round(t)
	for {
		next, act := to, func() {}
		if !round.Next.IsZero() && round.Next.After(d.clock.Now()) && round.Next.Before(next) {
			next, act = round.Next, func() { round = d.round(t) }
		}
		if at, lapse := d.nextAsk(t, next); lapse != nil {
			next, act = at, lapse
		}
		if opening, ref := d.nextOpening(t, next); ref != "" {
			next, act = opening.At, func() { d.opens(t, ref, opening) }
		}
		if mail, found := d.nextMail(t, next); found {
			next, act = mail.At, func() { d.sends(t, mail) }
		}
		if next.After(d.clock.Now()) {
			d.clock.set(next)
		}
		act()
		if next.Equal(to) {
			_, lapse := d.nextAsk(t, to)
			if _, ref := d.nextOpening(t, to); lapse == nil && ref == "" {
				if _, found := d.nextMail(t, to); !found {
					return
				}
			}
		}
	}
}

// round is the cohort's round; the operations it finds have reached their journeys.
func (d *diary) round(t *testing.T) programme.CohortRound {
	t.Helper()
	for {
		round, err := d.CohortRound(d.ctx, spring, d.clock.Now())
		must(t, err)
		if round.Launch == "" {
			return round
		}
		if d.coming == nil {
			must(t, d.AdvanceOperation(d.ctx, round.Launch, 0, true))
			continue
		}
		d.starts(t, round.Launch)
	}
}

// nextMail is the first line of the ledger that is due by a moment.
func (d *diary) nextMail(t *testing.T, by time.Time) (programme.PlannedMail, bool) {
	t.Helper()
	var rows []messageRow
	must(t, d.db.Select("key", "at").Where("state = ? AND at <= ?", string(programme.MessagePlanned), by).Order("at, id").Find(&rows).Error)
	for _, row := range rows {
		if !d.waiting[row.Key] {
			return programme.PlannedMail{Key: row.Key, At: row.At.UTC()}, true
		}
	}
	return programme.PlannedMail{}, false
}

// nextAsk is what the workflow of a stage does first by a moment: hand over to staff, or end the ask at its limit.
func (d *diary) nextAsk(t *testing.T, by time.Time) (at time.Time, act func()) {
	t.Helper()
	var rows []askRow
	must(t, d.db.Where("state = ? AND held = ? AND due <= ?", string(programme.AskOpen), false, by).Order("id").Find(&rows).Error)
	for _, row := range rows {
		if row.Owner == string(programme.OwnerStaff) && row.LimitAt.After(by) && programme.Kind(row.Kind) != programme.KindSelection {
			continue // staff have it until its limit
		}
		plan := d.openStage(t, row.Ref, row.Stage)
		moment := plan.Grace
		if moment.IsZero() || plan.Limit.Before(moment) {
			moment = plan.Limit
		}
		if plan.Ask != row.ID || plan.Held || moment.After(by) || act != nil && !moment.Before(at) {
			continue
		}
		at, act = moment, func() {
			if moment.Equal(plan.Limit) {
				end, _, err := d.Lapse(d.ctx, plan.Ask, plan.Plan, d.clock.Now())
				must(t, err)
				d.ended(t, row.Ref, end)
				return
			}
			must(t, ignore(d.Overdue(d.ctx, plan.Ask, plan.Plan, d.clock.Now())))
		}
	}
	return at, act
}

// sends sends one mail, where it still may go.
func (d *diary) sends(t *testing.T, mail programme.PlannedMail) {
	t.Helper()
	claim, err := d.Claim(d.ctx, mail.Key, mail.At, d.clock.Now())
	must(t, err)
	if claim.Outcome != programme.ClaimSend {
		d.waiting[mail.Key] = claim.Outcome == programme.ClaimNotSent // planned still, it waits for the end of a hold
		return
	}
	must(t, d.BeginAttempt(d.ctx, claim.Job.Key, rendered(*claim.Job)))
	d.finish(t, claim.Job.Key, programme.MailSent, false)
	d.mails++
	if d.watch != nil {
		d.watch(*claim.Job)
	}
	for _, key := range claim.Job.Keys {
		if d.keys[key] {
			t.Errorf("%s went twice", key)
		}
		d.keys[key] = true
	}
	for _, item := range claim.Job.Items {
		d.reads(t, claim.Job.To.Email, claim.Job.Ref, item)
	}
}

// in is where the diary at an address has an entry.
func in(address, id string) string { return strings.ToLower(address) + " " + id }

// addressOf is where a leader is written to.
func (d *diary) addressOf(t *testing.T, ref string) string {
	t.Helper()
	return d.journeyOf(t, ref).Person.Email
}

// reads lets the diary follow what one mail says.
func (d *diary) reads(t *testing.T, address, ref string, item programme.MailItem) {
	t.Helper()
	id, now := "", entry{}
	switch {
	case item.Event != nil && item.Event.Method != "":
		id = item.Event.UID
		now = entry{item.Event.Method, item.Event.Sequence, item.Event.Starts, item.Event.Online}
	case item.Session == nil:
		return
	case item.Message == programme.MsgCoachingBooked || item.Message == programme.MsgCoachingMoved:
		id, now = ref+" "+item.Stage, entry{programme.MethodRequest, item.Session.Sequence, item.Session.Starts, item.Session.Online}
	case item.Message == programme.MsgCoachingCancelled:
		id, now = ref+" "+item.Stage, entry{programme.MethodCancel, item.Session.Sequence, item.Session.Starts, item.Session.Online}
	default:
		return
	}
	uid := id
	id = in(address, id)
	last, had := d.entries[id]
	if had && now.Sequence < last.Sequence {
		t.Errorf("%s of %s: the sequence falls from %d to %d", item.Message, id, last.Sequence, now.Sequence)
	}
	// The diary at an address that was changed is told that the entry has gone, which lives on as it is at the new one.
	gone := now.Method == programme.MethodCancel && !strings.EqualFold(address, d.addressOf(t, ref))
	if had && now.Sequence == last.Sequence && now != last && !gone && !d.follows(t, uid) {
		t.Errorf("%s of %s: sequence %d was %+v and is %+v", item.Message, id, now.Sequence, last, now)
	}
	said := item.Message
	if item.Event != nil && item.Event.Moved {
		said += " of the times"
	}
	// A confirmation answers whoever confirmed, the leader or staff, though the other has before.
	if had && now == last && d.told[id] == said && said != programme.MsgEventConfirmed {
		t.Errorf("%s of %s is told twice: %+v", said, id, now)
	}
	if !had && now.Method == programme.MethodCancel {
		t.Errorf("%s takes away what %s never had", item.Message, id)
	}
	d.entries[id], d.told[id] = now, said
}

// follows reports whether the date of a place has changed and the place is still to follow: a reply then says the new date
// already, and what brings it by a new sequence is on its way.
func (d *diary) follows(t *testing.T, uid string) bool {
	t.Helper()
	return d.count(t, `SELECT COUNT(*) FROM event_places p JOIN sittings s ON s.cohort = p.cohort AND s.stage = p.stage AND s.name = p.sitting
		WHERE p.uid = ? AND p.followed < s.sequence`, uid) > 0
}

// agrees checks that the diary of each leader has the events and sessions to come as the records have them, and no other.
func (d *diary) agrees(t *testing.T, refs []string) {
	t.Helper()
	now := d.clock.Now()
	for _, ref := range refs {
		address := d.addressOf(t, ref)
		places, err := d.Places(d.ctx, ref)
		must(t, err)
		for _, place := range places {
			last, had := d.entries[in(address, place.UID)]
			want := entry{programme.MethodRequest, place.Sequence, place.Sitting.Starts, place.Sitting.Online}
			switch live := had && last.Method == programme.MethodRequest; {
			case place.Entry && place.Sitting.Starts.After(now) && last != want:
				t.Errorf("%s: her diary has %s as %+v, her place is %+v", ref, place.Stage, last, want)
			case !place.Entry && live && last.Starts.After(now):
				t.Errorf("%s: her diary keeps %s as %+v, she has the place %+v", ref, place.Stage, last, place)
			}
		}
		slots, err := sessionsToCome(d.db, now, ref)
		must(t, err)
		booked := map[string]time.Time{}
		for _, slot := range slots {
			booked[ref+" "+slot.Stage] = slot.StartsAt.UTC()
		}
		for _, stage := range d.journeyOf(t, ref).Stages {
			id := ref + " " + stage.Name
			last := d.entries[in(address, id)]
			if last.Method == programme.MethodRequest && last.Starts.After(now) && !last.Starts.Equal(booked[id]) ||
				!booked[id].IsZero() && !(last.Method == programme.MethodRequest && last.Starts.Equal(booked[id])) {
				t.Errorf("%s: her diary has %+v, the session is at %s", id, last, booked[id])
			}
		}
	}
}
