package records

import (
	"errors"
	"slices"
	"testing"

	"fairlead/programme"
)

func TestWhoLeavesGivesEveryPlaceBack(t *testing.T) {
	for _, leave := range []programme.Command{{Name: programme.CmdWithdraw}, {Name: programme.CmdDefer, Into: autumn}} {
		t.Run(string(leave.Name), func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				b.autumn(t, 5)
				ref := b.atEvents(t, 4, 1, nil)[0]
				b.goTo("2026-11-23 06:00")
				b.submit(t, b.openStage(t, ref, "onboarding").Ask, withPlaces(programme.PlaceConfirm))
				b.closed(t, ref, "onboarding")
				b.goTo("2026-12-09 10:00")
				leave.Ref = ref
				effect := b.ordered(t, leave)
				if n := b.count(t, "SELECT SUM(taken) FROM sittings WHERE cohort = ?", spring); n != 0 {
					t.Errorf("%d places are still taken", n)
				}
				told := b.lines(t, ref, programme.MsgEventCancelled)
				if len(told) != 2 { // the two events she had confirmed
					t.Fatalf("told %+v", told)
				}
				for _, mail := range told {
					if !slices.ContainsFunc(effect.Mails, func(m programme.PlannedMail) bool { return m.Key == mail.Key }) {
						t.Errorf("nobody sends %s", mail.Key)
					}
					item := b.send(t, programme.PlannedMail{Key: mail.Key, At: mail.At}).Items[0]
					if item.Event.Method != programme.MethodCancel || item.Event.Sequence != 1 {
						t.Errorf("the mail says %+v", item.Event)
					}
					if !item.State.Left() || !item.Link.IsZero() {
						t.Errorf("who has left is written to as %q, with a link %v", item.State, !item.Link.IsZero())
					}
				}
				b.sound(t)
			})
		})
	}
}

func TestCalendarEntriesFollowToANewAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		for i, ref := range refs {
			b.confirmsSecond(t, ref)
			if i == 1 {
				must(t, b.writer.Exec(`UPDATE people SET suppressed = 'refused' WHERE email = ?`, "leader1@service.example").Error)
			}
		}
		b.goTo("2027-05-12 11:00")
		for i, ref := range refs {
			place := b.placeAt(t, ref, "residential-2")
			effect := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: []string{"new0@service.example", "new1@service.example"}[i]})
			to := map[string]string{}
			for _, mail := range effect.Mails {
				job := b.send(t, mail)
				if event := job.Items[0].Event; event != nil {
					to[event.Method] = job.To.Email
					if event.UID != place.UID || event.Sequence != place.Sequence {
						t.Errorf("entry %+v", event)
					}
				}
			}
			want := map[string]string{"request": "new0@service.example", "cancel": "leader0@service.example"}
			if i == 1 { // the old address refuses mail
				want = map[string]string{"request": "new1@service.example"}
			}
			if len(to) != len(want) || to["request"] != want["request"] || to["cancel"] != want["cancel"] {
				t.Errorf("entries went to %v, want %v", to, want)
			}
		}
		b.sound(t)
	})
}

func TestNewsOfTomorrowsEventGoesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		now := b.goTo("2027-07-03 20:00") // a Saturday evening, 36 hours before
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Starts: london("2027-08-16 08:00")})
		told := b.lines(t, ref, programme.MsgEventMoved)
		if len(told) != 1 || told[0].Rule != programme.RuleUrgent || !told[0].At.Equal(now) {
			t.Errorf("told %+v", told)
		}
		b.sound(t)
	})
}

// A mail that was planned for a day onto which a residential has moved since goes when the leader is back.
func TestNothingGoesOnTheDaysOfAMovedResidential(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-05-10 06:00")
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "residential-3"})
		b.goTo("2027-10-25 06:00")
		plan := b.openStage(t, ref, "closing-survey")
		must(t, b.writer.Exec(`UPDATE sittings SET starts_at = ?, ends_at = ? WHERE stage = 'residential-2'`, london("2027-10-25 08:00"), london("2027-10-27 16:00")).Error)
		claim := b.claim(t, plan.Mails[0])
		if claim.Outcome != programme.ClaimReplanned || programme.DateOf(claim.At).String() != "2027-10-28" {
			t.Errorf("the request %s goes %+v", plan.Mails[0].At, claim)
		}
	})
}

// A stage that was skipped and is opened again takes a place again.
func TestAnEventThatIsReopened(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.confirmsSecond(t, ref)
		b.goTo("2027-05-11 11:00")
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "residential-2"})
		if place := b.placeAt(t, ref, "residential-2"); place.State != programme.PlaceReleased || b.taken(t, "residential-2", "main") != 0 {
			t.Errorf("skipped, %+v", place)
		}
		effect := b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "residential-2"})
		if len(effect.Openings) != 1 || effect.Openings[0].Round != 2 {
			t.Errorf("effect %+v", effect)
		}
		plan := b.openStage(t, ref, "residential-2")
		if plan.Part != "" || plan.Round != 2 || len(plan.Mails) == 0 || b.taken(t, "residential-2", "main") != 1 {
			t.Errorf("reopened, %+v", plan)
		}
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "residential-2", GivenBy: "Sam", How: "telephone",
			Answers: programme.Answers{"place": {programme.PlaceConfirm}}})
		b.closed(t, ref, "residential-2")
		place := b.placeAt(t, ref, "residential-2")
		if place.State != programme.PlaceConfirmed || place.Sequence != 2 { // request, cancel, request
			t.Errorf("confirmed again, %+v", place)
		}
		if plan := b.openStage(t, ref, "residential-2"); plan.Part != programme.PartAttendance || plan.Round != 2 {
			t.Errorf("then %+v", plan)
		}
		b.sound(t)
	})
}

// Who is on hold before they have a place in the cohort gets none at an event: what ends their application would leave it open.
func TestAnApplicantOnHoldGetsNoDate(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.goTo("2026-06-01 06:00")
		c := testCohort(spring, programme.RouteApplication, 2)
		c.Blueprint = "flagship"
		must(t, b.CreateCohort(b.ctx, c))
		must(t, ignore(b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))))
		refs := b.reviewed(t, 2)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[0], Reason: "illness"})
		for _, ref := range refs {
			_, err := b.order(programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-1", Sitting: programme.MainSitting})
			var illegal *programme.Illegal
			if !errors.As(err, &illegal) || b.count(t, "SELECT COUNT(*) FROM event_places WHERE ref = ?", ref) != 0 {
				t.Errorf("%s: %v", ref, err)
			}
		}
	})
}
