package records

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// expires runs the deletions at a moment and says what went.
func (b *bundle) expires(t *testing.T, at time.Time) map[string]int64 {
	t.Helper()
	b.clock.set(at)
	gone, err := b.DeleteExpired(b.ctx)
	must(t, err)
	counts := map[string]int64{}
	for _, e := range gone {
		counts[e.What] = e.N
	}
	return counts
}

// Two years after a journey has ended what was answered, noted and mailed in it is gone, also where nobody got a place; who
// took part, how it went and what others still go through stays.
func TestAnswersAreDeletedTwoYearsAfterTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 1)
		early := b.applied(t, 1)[0]
		b.send(t, programme.PlannedMail{Key: b.lines(t, early, programme.MsgApplicationReceived)[0].Key, At: b.clock.Now()})
		refs := b.reviewed(t, 4)
		if refs[0] != early {
			t.Fatal("another application of the same person")
		}
		rejected, withdrawn, offered, waiting := refs[0], refs[1], refs[2], refs[3]
		b.decided(t, rejected, programme.DecideReject)
		b.decided(t, offered, programme.DecideOffer)
		b.decided(t, waiting, programme.DecideWaitlist)
		b.released(t)
		ended := b.clock.Now()
		b.clock.set(ended.Add(48 * time.Hour))
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: withdrawn, Note: "by telephone"})
		kept := func(ref string) int {
			n := 0
			for _, table := range []string{"submissions WHERE ref = ?", "moves WHERE note_enc IS NOT NULL AND ref = ?",
				"commands WHERE personal_enc IS NOT NULL AND ref = ?", "messages WHERE text_enc IS NOT NULL AND ref = ?",
				"decisions WHERE release_note_enc IS NOT NULL AND ref = ?"} {
				n += b.count(t, "SELECT COUNT(*) FROM "+table, ref)
			}
			return n
		}
		for i, ref := range refs {
			if kept(ref) == 0 {
				t.Fatalf("of %d nothing is kept that could be deleted", i)
			}
		}
		mails := func() int {
			return b.count(t, "SELECT COUNT(*) FROM messages WHERE text_enc IS NOT NULL AND message = ?", programme.MsgApplyVerify)
		}
		if mails() == 0 {
			t.Fatal("no mail was sent")
		}
		if gone := b.expires(t, ended.AddDate(2, 0, 0).Add(-time.Hour)); gone["journeys"] != 0 || kept(rejected) == 0 {
			t.Errorf("an hour before: %v", gone)
		}
		if gone := b.expires(t, ended.AddDate(2, 0, 0).Add(time.Hour)); gone["journeys"] != 1 || kept(rejected) != 0 || kept(withdrawn) == 0 {
			t.Errorf("%v, %d and %d", gone, kept(rejected), kept(withdrawn))
		}
		if gone := b.expires(t, ended.AddDate(2, 0, 3)); gone["journeys"] != 1 || kept(withdrawn) != 0 {
			t.Errorf("two days later: %v", gone)
		}
		if gone := b.expires(t, ended.AddDate(2, 0, 4)); len(gone) != 0 {
			t.Errorf("again: %v", gone)
		}
		if mails() != 0 {
			t.Error("the mails before the application are kept")
		}
		if kept(offered) == 0 || kept(waiting) == 0 {
			t.Error("what has not ended was deleted")
		}
		if !b.did(t, rejected, moveAnswersDeleted) || b.stateOf(t, rejected) != programme.Rejected {
			t.Error("the history does not say it")
		}
		if a, err := b.Applicant(b.ctx, rejected); err != nil || len(a.Answers) != 0 || a.Decision != programme.DecideReject {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// An address that was given to apply and led to nothing is deleted with all that is known of it.
func TestAddressesThatNeverApplied(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		ref := b.begun(t, 0)
		b.verified(t, applicant(1), "")
		b.clock.set(b.clock.Now().Add(20 * 24 * time.Hour))
		b.verified(t, applicant(2), "")
		last := b.clock.Now()
		b.goTo("2026-07-10 10:00")
		code := b.lateCode(t, "2026-08-25")
		b.goTo("2026-07-12 10:00")
		must(t, ignore(b.RequestApplication(b.ctx, spring, applicant(3), code, b.Now(b.ctx))))
		known := func() (list []string) {
			must(t, b.db.Model(&personRow{}).Where("email LIKE 'applicant%'").Order("email").Pluck("email", &list).Error)
			return list
		}
		if got := b.expires(t, last.Add(30*24*time.Hour-time.Minute))["addresses that never applied"]; got != 1 || len(known()) != 3 {
			t.Errorf("%d, left %v", got, known())
		}
		if got := b.expires(t, last.Add(60*24*time.Hour))["addresses that never applied"]; got != 2 || fmt.Sprint(known()) != "["+applicant(0)+"]" {
			t.Errorf("%d, left %v", got, known())
		}
		if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE person_id NOT IN (SELECT id FROM people)") +
			b.count(t, "SELECT COUNT(*) FROM links WHERE person_id NOT IN (SELECT id FROM people)"); n != 0 {
			t.Errorf("%d rows of nobody", n)
		}
		var keys int64
		must(t, b.Store.keys.db.reads.Raw("SELECT COUNT(*) FROM person_keys WHERE person_id NOT LIKE 'late-code/%'").Scan(&keys).Error)
		if keys != 1 {
			t.Errorf("%d keys of one person", keys)
		}
		if _, _, err := b.LateCodes(b.ctx, spring, "", 10); err != nil {
			t.Error(err)
		}
		b.journeyOf(t, ref)
	})
}

// Rows that serve the running of the program go when they have served.
func TestRowsThatHaveServed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.joins(t, "ada@centre.example", "admin")
		b.signsIn(t, "ada@centre.example")
		must(t, ignore(b.CreateSignIn(b.ctx, "admin", "admin", begins.Add(time.Hour))))
		must(t, ignore(b.MakeToken(b.ctx, programme.APIToken{ID: "t1", Name: "reports", Role: "ops", Kind: programme.TokenLive}, by, "for reports")))
		must(t, b.EndToken(b.ctx, "t1", by, "no reports"))
		must(t, ignore(b.BeginIdempotent(b.ctx, "token", "POST /cohorts", "key", "hash")))
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		var link programme.Token
		for _, item := range b.send(t, plan.Mails[0]).Items {
			link = item.Link
		}
		must(t, b.StartVisit(b.ctx, link, programme.NewToken(), b.Now(b.ctx)))
		began := b.clock.Now()
		tables := []string{"sign_ins", "staff_sessions", "visits", "visit_grants", "idempotency", "mail_days", "links", "api_tokens", "audit_log"}
		rows := func() map[string]int {
			counts := map[string]int{}
			for _, table := range tables {
				counts[table] = b.count(t, "SELECT COUNT(*) FROM "+table)
			}
			return counts
		}
		for table, n := range rows() {
			if n == 0 {
				t.Errorf("%s is empty", table)
			}
		}
		b.expires(t, began.Add(13*time.Hour))
		if got := rows(); got["sign_ins"]+got["staff_sessions"]+got["visits"]+got["visit_grants"]+got["idempotency"] != 0 || got["mail_days"] == 0 || got["links"] == 0 {
			t.Errorf("the next day: %v", got)
		}
		b.expires(t, began.Add(91*24*time.Hour))
		if got := rows(); got["mail_days"] != 0 || got["links"] == 0 || got["api_tokens"] == 0 {
			t.Errorf("after three months: %v", got)
		}
		logged := b.log(t)
		b.expires(t, begins.Add(366*24*time.Hour))
		if slices.ContainsFunc(b.log(t), func(line string) bool { return line == logged[1] }) || len(b.log(t)) < len(logged)-1 {
			t.Errorf("a year later the log says %q", b.log(t))
		}
		if got := rows(); got["api_tokens"] != 0 {
			t.Errorf("a year later: %v", got)
		}
		b.expires(t, plan.Limit.Add(366*24*time.Hour))
		if n := b.count(t, "SELECT COUNT(*) FROM links WHERE ask = ?", plan.Ask); n != 0 {
			t.Errorf("a year after the form closed %d of its links are there", n)
		}
		b.expires(t, begins.Add(731*24*time.Hour))
		if slices.Contains(b.log(t), logged[0]) {
			t.Errorf("two years later the log says %q", b.log(t))
		}
	})
}
