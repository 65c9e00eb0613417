package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

const (
	atWork = "leader0@service.example"
	atHome = "helen@home.example"
)

// withPrivate answers a leader's onboarding with a private address; empty: without one.
func (b *bundle) withPrivate(t *testing.T, blueprint, address string) string {
	t.Helper()
	c := testCohort(spring, programme.RouteConfirmed, 3)
	c.Blueprint = blueprint
	ref := b.launchCohort(t, c, people(1))[0]
	b.goTo("2026-11-23 12:00")
	answers := onboarding()
	if address != "" {
		answers["private_email"] = []string{address}
	}
	b.answered(t, ref, "onboarding", answers)
	// What began the year has gone.
	must(t, b.writer.Exec("UPDATE messages SET state = 'not_sent' WHERE state = 'planned'").Error)
	return ref
}

// toWhom sends a mail and tells to which address it went, and what it said.
func (b *bundle) toWhom(t *testing.T, mail programme.PlannedMail) string {
	t.Helper()
	job := b.send(t, mail)
	var said []string
	for _, item := range job.Items {
		said = append(said, item.Message)
	}
	return job.To.Email + " " + strings.Join(said, " ")
}

func TestWhatGoesToThePrivateAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "questionnaire", " Helen@home.example ")
		check := func(mail programme.PlannedMail, want string) {
			t.Helper()
			if got := b.toWhom(t, mail); got != want {
				t.Errorf("%s went to %s", mail.Key, got)
			}
		}
		b.goTo("2027-01-11 06:00")
		asked := b.openStage(t, ref, questionnaire)
		check(asked.Mails[0], "Helen@home.example psychometrics")
		effect := b.ordered(t, programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: questionnaire, Until: programme.Date{Year: 2027, Month: 2, Day: 12}})
		for _, m := range b.lines(t, ref, programme.MsgDateChanged) {
			check(programme.PlannedMail{Key: m.Key, At: m.At}, "Helen@home.example date-changed")
		}
		check(effect.Plans[0].Mails[slices.IndexFunc(effect.Plans[0].Mails, func(m programme.PlannedMail) bool {
			return strings.Contains(m.Key, programme.MsgPsychometricsReminder)
		})], "Helen@home.example psychometrics-reminder")
		b.submit(t, asked.Ask, all("3"))
		check(b.closed(t, ref, questionnaire).Mails[0], "Helen@home.example psychometrics-done")
		b.goTo("2027-11-15 06:00")
		survey1 := b.openStage(t, ref, "closing-survey")
		check(survey1.Mails[0], "Helen@home.example survey")
		check(survey1.Mails[1], "Helen@home.example survey-reminder")
		b.submit(t, survey1.Ask, survey("3"))
		check(b.closed(t, ref, "closing-survey").Mails[0], "Helen@home.example survey-done")
		b.goTo("2027-12-06 06:00")
		network := b.openStage(t, ref, "alumni")
		check(network.Mails[0], atWork+" alumni")
		b.submit(t, network.Ask, alumni())
		check(b.closed(t, ref, "alumni").Mails[0], atWork+" alumni-welcome")

		// It stands nowhere in clear, and nobody is shown it.
		for _, m := range b.lines(t, ref, programme.MsgSurvey) {
			if m := b.message(t, m.Key); strings.Contains(strings.ToLower(m.Text+m.Subject+m.Key), atHome) {
				t.Errorf("the ledger shows it: %+v", m)
			}
		}
		var box []byte
		must(t, b.db.Raw("SELECT address_enc FROM private_addresses").Row().Scan(&box))
		if strings.Contains(strings.ToLower(string(box)), "home.example") {
			t.Error("it is kept in clear")
		}
		if found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Query: "home"}, "", 5); err != nil || len(found) != 0 {
			t.Errorf("staff find %d by it, %v", len(found), err)
		}
		b.sound(t)
	})
}

// Mails to the two addresses are never one, and still a person gets one scheduled mail a day: the private one waits.
func TestThePrivateMailOfADayWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", atHome)
		b.goTo("2027-11-19 06:00") // a Friday
		survey1, network := b.openStage(t, ref, "closing-survey"), b.openStage(t, ref, "alumni")
		if !survey1.Mails[0].At.Equal(network.Mails[0].At) {
			t.Fatalf("%v, %v", survey1.Mails[0], network.Mails[0])
		}
		claim := b.claim(t, survey1.Mails[0]) // it comes first, and makes way
		if claim.Outcome != programme.ClaimReplanned || programme.DateOf(claim.At).String() != "2027-11-22" {
			t.Fatalf("claim %+v", claim)
		}
		if got := b.toWhom(t, network.Mails[0]); got != atWork+" alumni" {
			t.Errorf("on Friday: %s", got)
		}
		if again := b.claim(t, survey1.Mails[0]); again.Outcome != programme.ClaimReplanned || !again.At.Equal(claim.At) {
			t.Errorf("again: %+v", again)
		}
		if got := b.toWhom(t, programme.PlannedMail{Key: survey1.Mails[0].Key, At: claim.At}); got != atHome+" survey" {
			t.Errorf("on Monday: %s", got)
		}
		if days := b.count(t, "SELECT COUNT(*) FROM mail_days WHERE day >= '2027-11-01'"); days != 2 {
			t.Errorf("%d days with mail", days)
		}
		b.sound(t)
	})
}

// A private mail that has the day keeps it: what turns up for the other address goes on the next working day.
func TestTheUsualMailAfterAPrivateOne(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", atHome)
		b.goTo("2027-11-19 06:00")
		survey1 := b.openStage(t, ref, "closing-survey")
		if got := b.toWhom(t, survey1.Mails[0]); got != atHome+" survey" {
			t.Errorf("on Friday: %s", got)
		}
		b.goTo("2027-11-19 06:00")
		network := b.openStage(t, ref, "alumni")
		claim := b.claim(t, network.Mails[0])
		if claim.Outcome != programme.ClaimReplanned || programme.DateOf(claim.At).String() != "2027-11-22" {
			t.Fatalf("claim %+v", claim)
		}
		if got := b.toWhom(t, programme.PlannedMail{Key: network.Mails[0].Key, At: claim.At}); got != atWork+" alumni" {
			t.Errorf("on Monday: %s", got)
		}
	})
}

// Two private matters of a day are one mail; a stale line that nobody sends holds up nothing; and where the usual address
// refuses mail, the private one does not wait for it.
func TestPrivateMattersAreOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "questionnaire", atHome)
		b.goTo("2027-11-15 06:00")
		questions, survey1 := b.openStage(t, ref, questionnaire), b.openStage(t, ref, "closing-survey")
		stale := b.openStage(t, ref, "alumni").Mails[0]
		must(t, b.writer.Exec("UPDATE messages SET at = ? WHERE key = ?", london("2027-11-12 09:30"), stale.Key).Error)
		if got := b.toWhom(t, questions.Mails[0]); got != atHome+" psychometrics survey" {
			t.Errorf("one mail: %s", got)
		}
		if claim := b.claim(t, survey1.Mails[0]); claim.Outcome != programme.ClaimMerged {
			t.Errorf("the other: %+v", claim)
		}
		if m := b.message(t, stale.Key); m.State != programme.MessagePlanned {
			t.Errorf("the usual line %+v", m)
		}
		must(t, b.writer.Exec("UPDATE people SET suppressed = 'refused' WHERE email = ?", atWork).Error)
		reminder := survey1.Mails[1]
		must(t, b.writer.Exec("UPDATE messages SET at = ? WHERE key = ?", reminder.At, stale.Key).Error)
		if got := b.toWhom(t, reminder); got != atHome+" survey-reminder psychometrics-reminder" {
			t.Errorf("with a usual address that refuses: %s", got)
		}
	})
}

// Each address refuses for itself.
func TestAPrivateAddressThatRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", atHome)
		b.goTo("2027-11-15 06:00")
		survey1 := b.openStage(t, ref, "closing-survey")
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		j := b.journeyOf(t, ref)
		if j.Person.Suppressed != "" || j.Person.PrivateSuppressed != "refused" || b.stageOf(t, ref, "closing-survey").Attention != "mail_refused" {
			t.Fatalf("journey %+v", j)
		}
		if claim := b.claim(t, survey1.Mails[1]); claim.Outcome != programme.ClaimParked {
			t.Errorf("the next private mail: %+v", claim)
		}
		b.goTo("2027-12-06 06:00")
		network := b.openStage(t, ref, "alumni")
		if got := b.toWhom(t, network.Mails[0]); got != atWork+" alumni" {
			t.Errorf("the other address: %s", got)
		}
		// A change of the usual address neither frees nor touches the private one.
		b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "new@service.example"})
		if got := b.journeyOf(t, ref).Person.PrivateSuppressed; got != "refused" {
			t.Errorf("after change-email: %q", got)
		}
		if claim := b.claim(t, survey1.Mails[1]); claim.Outcome != programme.ClaimParked {
			t.Errorf("after change-email: %+v", claim)
		}
		// Staff mend the address that refused.
		effect := b.ordered(t, programme.Command{Name: programme.CmdCorrect, Ref: ref, Stage: "closing-survey", Email: "helen.new@home.example"})
		if got := b.journeyOf(t, ref).Person; got.Email != "new@service.example" || got.PrivateSuppressed != "" || len(effect.Plans) != 1 {
			t.Fatalf("person %+v, effect %+v", got, effect)
		}
		if got := b.toWhom(t, effect.Plans[0].Mails[0]); got != "helen.new@home.example survey" {
			t.Errorf("after correct: %s", got)
		}
	})
}

// A new usual address kills every link; what is open at the private address is asked there again, the rest at the new one.
func TestChangeEmailBesideAPrivateAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", atHome)
		b.goTo("2027-11-18 06:00")
		survey1 := b.openStage(t, ref, "closing-survey")
		old := b.send(t, survey1.Mails[0]).Items[0].Link
		b.goTo("2027-11-19 06:00")
		network := b.openStage(t, ref, "alumni")
		b.send(t, network.Mails[0])
		b.goTo("2027-11-19 14:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "new@service.example"})
		if _, err := b.Redeem(b.ctx, old, b.clock.Now()); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("the old link: %v", err)
		}
		job := b.send(t, effect.Mails[0])
		if open := job.Items[0].Open; job.To.Email != "new@service.example" || len(open) != 1 || open[0].Stage != "alumni" {
			t.Errorf("%+v", job)
		}
		again := effect.Plans[slices.IndexFunc(effect.Plans, func(p programme.AskPlan) bool { return p.Ask == survey1.Ask })]
		private := b.send(t, again.Mails[0])
		if private.To.Email != atHome || private.Items[0].Message != programme.MsgSurvey {
			t.Errorf("%+v", private)
		}
		if link, err := b.Redeem(b.ctx, private.Items[0].Link, b.clock.Now()); err != nil || link.Ask != survey1.Ask {
			t.Errorf("link %+v, %v", link, err)
		}
		b.sound(t)
	})
}

// The address is given, changed and withdrawn with the form, by the leader alone; each mail goes where it then says.
func TestGivingAndWithdrawingThePrivateAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		c := testCohort(spring, programme.RouteConfirmed, 3)
		ref := b.launchCohort(t, c, people(1))[0]
		b.goTo("2026-11-23 12:00")
		plan := b.openStage(t, ref, "onboarding")
		send := func(address string, change bool) error {
			answers := onboarding()
			if address != "" {
				answers["private_email"] = []string{address}
			}
			_, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: answers, Change: change, At: b.clock.Now()})
			b.clock.set(b.clock.Now().Add(1e9))
			return err
		}
		kept := func() string {
			t.Helper()
			var address string
			must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error {
				box, _, err := t.s.privateMailbox(t.tx, t.leader)
				address = box.address
				return err
			}))
			return address
		}
		for _, bad := range []string{"nonsense", "Helen <h@home.example>", "SAM.field@police.example"} {
			if err := send(bad, false); !isInvalid(err) || kept() != "" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for _, step := range []struct{ given, kept string }{{atHome, atHome}, {"other@home.example", "other@home.example"}, {"", ""},
			{atHome, atHome}, {"Leader0@service.example", ""}, {atHome, atHome}} {
			if err := send(step.given, step.given != atHome || kept() != ""); err != nil && step.given != atHome {
				t.Fatal(err)
			} else if err := send(step.given, true); err != nil {
				t.Fatal(err)
			}
			if got := kept(); got != step.kept {
				t.Errorf("given %q: kept %q", step.given, got)
			}
		}
		// Staff who take the answers down by telephone withdraw nothing.
		b.closed(t, ref, "onboarding")
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding"})
		b.openStage(t, ref, "onboarding")
		form, err := programme.FormNamed(programme.FormOnboarding)
		must(t, err)
		answers := programme.Answers{}
		for _, section := range form.Sections {
			if section.Kept() {
				for name, values := range form.Clean(onboarding(), section.Name) {
					answers[name] = values
				}
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "onboarding", GivenBy: "the leader", How: "telephone", Answers: answers})
		if got := kept(); got != atHome {
			t.Errorf("after answer-for: %q", got)
		}
	})
}

// A private address given or withdrawn between two attempts: a mail whose sending began to the office stays there, with
// all it carries; one that was on its way home goes to the office once there is no other address.
func TestThePrivateAddressBetweenTwoAttempts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", "")
		set := func(address string) {
			must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error {
				if address == "" {
					return t.tx.Where("person_id = ?", t.leader.ID).Delete(&privateAddressRow{}).Error
				}
				return t.setPrivateAddress(address)
			}))
		}
		b.goTo("2027-11-15 06:00")
		survey1, network := b.openStage(t, ref, "closing-survey"), b.openStage(t, ref, "alumni")
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailTemporary, false)
		set(atHome)
		again := b.claim(t, survey1.Mails[0])
		if again.Outcome != programme.ClaimSend || again.Job.To.Email != atWork || !slices.Equal(again.Job.Keys, job.Keys) {
			t.Fatalf("again: %+v", again)
		}
		must(t, b.BeginAttempt(b.ctx, job.Key, *again.Job.Prepared))
		b.finish(t, job.Key, programme.MailSent, false)
		if m := b.message(t, network.Mails[0].Key); m.State != programme.MessageMerged {
			t.Errorf("carried %+v", m)
		}
		reminder := b.begin(t, survey1.Mails[1])
		b.finish(t, reminder.Key, programme.MailTemporary, false)
		set("")
		if again := b.claim(t, survey1.Mails[1]); reminder.To.Email != atHome || again.Job.To.Email != atWork || again.Job.Prepared != nil {
			t.Errorf("first to %s, again: %+v", reminder.To.Email, again)
		}
		b.finish(t, reminder.Key, programme.MailTemporary, false)
		// The home address refuses for good what was meant for it, after it was changed: the mail goes to the new one.
		set(atHome)
		b.submit(t, survey1.Ask, survey("3"))
		last := b.begin(t, b.closed(t, ref, "closing-survey").Mails[0])
		set("other@home.example")
		b.finish(t, last.Key, programme.MailPermanent, true)
		if m := b.message(t, last.Key); m.State != programme.MessagePlanned || b.journeyOf(t, ref).Person.PrivateSuppressed != "" {
			t.Errorf("line %+v", m)
		}
		b.sound(t)
	})
}

// Also the surveys after the year go there, and are asked there again when the usual address changes.
func TestSurveysAfterTheYearGoToThePrivateAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.completed(t, 1)[0]
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.setPrivateAddress(atHome) }))
		b.clock.set(toCome[0].At)
		plan := b.openStage(t, ref, sixMonths)
		if job := b.send(t, plan.Mails[0]); job.To.Email != atHome {
			t.Errorf("sent to %s", job.To.Email)
		}
		b.clock.set(b.clock.Now().Add(time.Hour))
		effect := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "new@service.example"})
		again := effect.Plans[slices.IndexFunc(effect.Plans, func(p programme.AskPlan) bool { return p.Ask == plan.Ask })].Mails[0]
		if job := b.send(t, again); job.To.Email != atHome || job.Items[0].Link.IsZero() {
			t.Errorf("asked again at %s", job.To.Email)
		}
	})
}
