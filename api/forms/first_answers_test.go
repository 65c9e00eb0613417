package forms_test

import (
	"maps"
	"net/url"
	"testing"

	"fairlead/programme"
)

// answersFirst lets another device answer the same ask in the instant in which the next answer comes.
func (b *bundle) answersFirst(change func(programme.Answers)) {
	b.records.rival = func(r *records, s programme.Submission) {
		s.ID, s.Answers = "rival-0001-abcd", maps.Clone(s.Answers)
		change(s.Answers)
		r.answers[s.Ask] = s
		delete(r.drafts, s.Ask)
		for i := range r.places {
			if s.Answers.Get("place") == programme.PlaceConfirm {
				r.places[i].State = programme.PlaceConfirmed
			}
		}
	}
}

func otherwise(name, value string) func(programme.Answers) {
	return func(a programme.Answers) { a[name] = []string{value} }
}

// Of two first answers in one instant the second comes back with what was typed, or says that it changed nothing; the same
// answer twice is one.
func TestOfTwoFirstAnswersTheSecondIsTold(t *testing.T) {
	t.Parallel()
	event := placeAnswer("confirm")
	event.Set("arrival", "car")
	for name, c := range map[string]struct {
		open   func(b *bundle) *browser
		path   string
		form   url.Values
		rival  func(programme.Answers)
		status int
		says   []string
		typed  map[string]string
		done   string
	}{
		"alumni": {func(b *bundle) *browser { b.open("alumni"); return b.leader() }, alumni, alumniAnswers(), otherwise("certificate_name", "H. N."), 409,
			[]string{"Error: ", "You had answered already. Look at what you have typed and save it if it is right", "Save my change"}, map[string]string{"certificate_name": alumniAnswers().Get("certificate_name")}, alumni + "/done"},
		"event": {func(b *bundle) *browser { b.open("residential-1"); b.withPlace(programme.PlaceHeld); return b.leader() }, residential, event, otherwise("place", "cannot"), 409,
			[]string{"You had answered already.", "Save my change"}, map[string]string{"place": "confirm", "arrival": "car"}, residential + "/done"},
		"event, by the assistant": {func(b *bundle) *browser {
			b.open("residential-1")
			b.withPlace(programme.PlaceHeld)
			return b.assistant(programme.AssistantDates)
		}, residential, fields("place", "another", "sitting", "b"), func(a programme.Answers) { a["place"] = []string{"confirm"}; delete(a, "sitting") }, 409,
			[]string{"Error: ", "This was answered after you opened the page."}, map[string]string{"place": "another", "sitting": "b"}, residential},
		"event, by leader and assistant alike": {func(b *bundle) *browser {
			b.open("residential-1")
			b.withPlace(programme.PlaceHeld)
			return b.assistant(programme.AssistantDates)
		}, residential, fields("place", "confirm"), otherwise("dietary", "vegan"), 303, nil, nil, residential},
		"invitation": {func(b *bundle) *browser { b.open("selection"); return b.leader() }, selection, fields("answer", "accept"),
			func(a programme.Answers) { a["answer"], a["decline_reason"] = []string{"decline"}, []string{"timing"} }, 410,
			[]string{"You had answered already", "What you have just sent has changed nothing.", "See your answer"}, nil, selection + "/done"},
		"questionnaire": {func(b *bundle) *browser {
			b.asksQuestionnaire()
			b.leader().post(questionnaire+"/page-1", items(1, 10, "4"))
			return b.leader()
		}, questionnaire + "/check", fields(), otherwise("item-1", "2"), 410, []string{"You had answered already", "What you have just sent has changed nothing."}, nil, questionnaire + "/done"},
		"onboarding": {func(b *bundle) *browser { b.open("onboarding"); b.leader().fillIn(); return b.leader() }, onboarding + "/check", fields(), otherwise("access_needs", "Nothing"), 409,
			[]string{"Error: What you need", "You had answered already. Look at what you have typed and save it if it is right", "Save my change"}, map[string]string{"access_needs": "Step-free access"}, onboarding + "/done"},
		"onboarding, two sections": {func(b *bundle) *browser { b.open("onboarding"); b.leader().fillIn(); return b.leader() }, onboarding + "/check", fields(),
			func(a programme.Answers) {
				a["job_title"], a["coach_where"] = []string{"Director"}, []string{"in_person"}
			}, 409,
			[]string{"You had answered already.", "“Your coach” differs, too. There you had typed “Where you meet: Online”"}, map[string]string{"job_title": "Chief Executive"}, onboarding + "/done"},
		"onboarding, what is kept apart": {func(b *bundle) *browser { b.open("onboarding"); b.leader().fillIn(); return b.leader() }, onboarding + "/check", fields(), otherwise("happy", "0"), 409,
			[]string{"You had answered already", "What you have just sent has changed nothing.", "See your consents"}, nil, onboarding + "/done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			who := c.open(b)
			b.answersFirst(c.rival)
			page := who.post(c.path, c.form).is(c.status, c.says...)
			for field, want := range c.typed {
				if held := values(page.body)[field]; len(held) != 1 || held[0] != want {
					t.Errorf("%s came back as %q, not %q", field, held, want)
				}
			}
			if b.records.submits != 0 || len(b.workflows.delivered) != 0 {
				t.Errorf("%d answers, delivered %v", b.records.submits, b.workflows.delivered)
			}

			b = setup(t)
			who = c.open(b)
			b.answersFirst(func(programme.Answers) {})
			who.post(c.path, c.form).leads(c.done)
		})
	}
}

// A survey's answers cannot be shown again: of two the last holds, and the page says that it is a change.
func TestOfTwoFirstSurveysTheSecondHolds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("closing-survey")
	b.answersFirst(otherwise("happy", "0"))
	me := b.leader()
	me.post(closing, surveyAnswers()).leads(closing + "/done")
	if sent := b.records.answers["P-7F3K2Q/closing-survey/1"]; !sent.Change || sent.Answers.Get("happy") != "10" {
		t.Errorf("sent %+v", sent)
	}
	me.get(closing+"/done").is(200, "Your change is saved")
}

// An application that came second is looked at as a change of the one that was sent.
func TestOfTwoFirstApplicationsTheSecondIsTold(t *testing.T) {
	t.Parallel()
	b, me := applicant(t)
	for _, section := range []string{"about", "role", "organisation", "why", "challenge"} {
		me.post(selection+"/"+section, url.Values(application(section))).leads(selection)
	}
	b.answersFirst(func(a programme.Answers) {
		a["why"] = []string{"Other words."}
		b.records.journey.State, b.records.journey.Stages[0].Part = programme.Submitted, programme.PartReview
	})
	page := me.post(selection+"/check", fields()).is(409, "You had answered already.", "Save my change")
	if held := values(page.body)["why"]; len(held) != 1 || held[0] != "To lead across services." {
		t.Errorf("came back with %q", held)
	}
	me.post(selection+"/why", fields("why", "To lead across services.")).leads(selection + "/done")
	if sent := b.records.answers[ref+"/selection/1"]; !sent.Change || sent.Answers.Get("why") != "To lead across services." {
		t.Errorf("changed to %+v", sent)
	}
}
