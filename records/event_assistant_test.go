package records

import (
	"errors"
	"fmt"
	"testing"

	"fairlead/programme"
)

// assisted lets a leader have an assistant who may do something, with residential-2 open and the leader's needs known.
func (b *bundle) assisted(t *testing.T, ref string, may programme.AssistantMay) programme.AskPlan {
	t.Helper()
	b.goTo("2027-05-10 06:00")
	must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error {
		id := t.j.AssistantID
		if id == "" {
			person, err := upsertPerson(t.tx, programme.Person{Name: "Sam Field", Email: "sam." + ref + "@service.example"}, t.now)
			if err != nil {
				return err
			}
			id = person.ID
		}
		if err := t.setAssistant(id, may); err != nil {
			return err
		}
		return t.saveNeeds(programme.Answers{"dietary": {"vegan"}, "arrival": {"train"}, "room_night_before": {"no"}, "access_needs": {"step-free access"}}, "participant")
	}))
	return b.openStage(t, ref, "residential-2")
}

// says is what an assistant answers about the place at residential-2.
func (b *bundle) says(ref string, change bool, answers programme.Answers) (programme.SubmitResult, error) {
	return b.Submit(b.ctx, programme.Submission{Ask: programme.AskID(ref, "residential-2", 1), Ref: ref, Form: programme.FormEventPlace, By: actorAssistant,
		Change: change, Answers: answers, At: b.Now(b.ctx)})
}

func ofPlace(place string, more ...string) programme.Answers {
	answers := programme.Answers{"place": {place}}
	for i := 0; i < len(more); i += 2 {
		answers[more[i]] = []string{more[i+1]}
	}
	return answers
}

// An assistant's answer is the leader's: the ladder stops at once, the leader gets the entry for the diary, and the records
// say who gave it. What of travel is not the assistant's to say is not even read; access needs stay the leader's.
func TestAnAssistantConfirmsAPlace(t *testing.T) {
	for _, may := range []programme.AssistantMay{programme.AssistantDates, programme.AssistantNeeds} {
		t.Run(string(may), func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				ref := b.atEvents(t, 4, 1, nil)[0]
				plan := b.assisted(t, ref, may)
				b.send(t, plan.Mails[0])
				b.goTo("2027-05-12 10:00")
				given := ofPlace(programme.PlaceConfirm, "dietary", "halal", "arrival", "car", "room_night_before", "yes", "access_needs", "nothing")
				result, err := b.says(ref, false, given)
				must(t, err)
				if again, err := b.says(ref, false, given); err != nil || !again.Already || again.ID != result.ID {
					t.Errorf("again: %+v, %v", again, err)
				}
				kept, err := b.Answers(b.ctx, plan.Ask)
				must(t, err)
				if kept.By != "assistant" || kept.Answers.Get("place") != programme.PlaceConfirm || kept.Answers.Get("access_needs") != "" {
					t.Errorf("kept %+v", kept)
				}
				if place := b.placeAt(t, ref, "residential-2"); place.State != programme.PlaceConfirmed || !place.Entry {
					t.Errorf("place %+v", place)
				}
				for _, mail := range plan.Mails[1:] {
					if m := b.message(t, mail.Key); m.State != programme.MessageNotSent || m.Reason != programme.NotSentAnswered {
						t.Errorf("%s is %s %s", mail.Key, m.State, m.Reason)
					}
				}
				confirmed := b.lines(t, ref, programme.MsgEventConfirmed)
				if len(confirmed) != 1 || b.send(t, programme.PlannedMail{Key: confirmed[0].Key, At: confirmed[0].At}).To.Email != "leader0@service.example" {
					t.Errorf("confirmed to %+v", confirmed)
				}
				needs, _, err := b.Needs(b.ctx, ref)
				must(t, err)
				want := "vegan train no"
				if may == programme.AssistantNeeds {
					want = "halal car yes"
				}
				if got := fmt.Sprint(needs.Get("dietary"), " ", needs.Get("arrival"), " ", needs.Get("room_night_before")); got != want || needs.Get("access_needs") != "step-free access" {
					t.Errorf("needs %v", needs)
				}
				if n := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND stage = 'residential-2' AND actor = 'assistant'", ref); n == 0 {
					t.Error("the history does not say who answered")
				}
				if end := b.closed(t, ref, "residential-2"); end.State != programme.StageOpen {
					t.Errorf("it goes on as %+v", end)
				}
				b.sound(t)
			})
		})
	}
}

// Another date, while it has room; changed until the freeze, as the leader could.
func TestAnAssistantAsksForAnotherDate(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := map[string][]programme.Sitting{"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 3), date("b", "B", "2027-07-19 08:00", "2027-07-21 16:00", 1)}}
		refs := b.atEvents(t, 4, 3, dates)
		first, last := refs[0], refs[2] // both of a; the one place of b is taken
		b.assisted(t, first, programme.AssistantDates)
		b.assisted(t, last, programme.AssistantDates)
		if _, err := b.says(first, false, ofPlace(programme.PlaceAnother, "sitting", "b")); !isInvalid(err) {
			t.Errorf("a full date: %v", err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[1]})
		must(t, ignore(b.says(first, false, ofPlace(programme.PlaceAnother, "sitting", "b"))))
		if place := b.placeAt(t, first, "residential-2"); place.Sitting.Name != "b" || place.State != programme.PlaceConfirmed {
			t.Errorf("place %+v", place)
		}
		must(t, ignore(b.says(first, true, ofPlace(programme.PlaceAnother, "sitting", "a"))))
		if mails := b.lines(t, first, programme.MsgAnswerChanged); len(mails) != 0 {
			t.Errorf("the leader is told of a change that the assistant made: %+v", mails)
		}
		freeze := b.placeAt(t, first, "residential-2").Freeze
		b.clock.set(freeze)
		if _, err := b.says(first, true, ofPlace(programme.PlaceAnother, "sitting", "b")); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the freeze: %v", err)
		}
		if a, c := b.taken(t, "residential-2", "a"), b.taken(t, "residential-2", "b"); a != 2 || c != 0 {
			t.Errorf("taken: %d and %d", a, c)
		}
		b.sound(t)
	})
}

// What is not the assistant's to say, or not any more, is refused whole.
func TestWhatAnAssistantCannotSay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		plan := b.assisted(t, ref, programme.AssistantNeeds)
		untouched := func(why string, err error, refused bool) {
			t.Helper()
			if place := b.placeAt(t, ref, "residential-2"); !refused || place.State != programme.PlaceHeld {
				t.Errorf("%s: %v, place %+v", why, err, place)
			}
		}
		_, err := b.says(ref, false, ofPlace(programme.PlaceCannot))
		untouched("no date will do", err, isInvalid(err))
		_, err = b.says(ref, false, ofPlace(programme.PlaceConfirm, "arrival", "car"))
		untouched("half of the travel", err, isInvalid(err))
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.setAssistant(t.j.AssistantID, programme.AssistantNothing) }))
		_, err = b.says(ref, false, ofPlace(programme.PlaceConfirm))
		untouched("allowed nothing any more", err, errors.Is(err, programme.ErrFormClosed))
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error { return t.setAssistant("", programme.AssistantNothing) }))
		_, err = b.says(ref, false, ofPlace(programme.PlaceConfirm))
		untouched("no assistant any more", err, errors.Is(err, programme.ErrFormClosed))
		b.assisted(t, ref, programme.AssistantDates)
		b.submit(t, plan.Ask, ofPlace(programme.PlaceCannot))
		_, err = b.says(ref, true, ofPlace(programme.PlaceConfirm))
		untouched("the leader said that no date will do", err, errors.Is(err, programme.ErrFormClosed))
		// No other form is an assistant's.
		b.goTo("2026-11-23 06:00")
		other := b.openStage(t, ref, "onboarding")
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: other.Ask, By: actorAssistant, Answers: withPlaces(programme.PlaceConfirm), At: b.Now(b.ctx)}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("onboarding: %v", err)
		}
		b.sound(t)
	})
}
