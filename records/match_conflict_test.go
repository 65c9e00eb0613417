package records

import (
	"fmt"
	"slices"
	"testing"

	"fairlead/programme"
)

// A leader comes to belong to the organisation of their coach, by whichever door: from that moment the coach sees no report
// and the leader cannot agree to it, staff have a task, and with another coach both go on.
func TestALeaderComesToTheOrganisationOfTheCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		trust, own, other := "the coach’s  TRUST", "helen@trust.example", "helen@elsewhere.example"
		command := func(c programme.Command) func(ref string) error {
			return func(ref string) error {
				c.Ref = ref
				return ignore(b.order(c))
			}
		}
		imported := func(organisation string) func(string) error {
			return func(string) error {
				rows := people(2)[:1]
				rows[0].Email, rows[0].Role.Organisation = other, organisation
				rows[0].GivenName, rows[0].FamilyName = "Helen0", "Nguyen"
				return ignore(b.ImportParticipants(b.ctx, spring, rows, false, "staff:ada"))
			}
		}
		refs, _ := b.withQuestionnaire(t, "coached-questionnaire", "yes", "yes")
		ref := refs[0]
		rows := coaches(2, 4)
		rows[0].Organisations, rows[0].Email = []string{"The Coach’s Trust"}, "coach@trust.example"
		coachRefs := b.importCoaches(t, rows)
		b.answered(t, ref, questionnaire, all("4"))
		organisation := onboarding().Get("organisation")
		for _, door := range []struct {
			what     string
			into, as func(ref string) error // into the conflict, and out of it
		}{
			{"by telephone", command(programme.Command{Name: programme.CmdChangeDetails, Details: programme.Details{Organisation: &trust}}),
				command(programme.Command{Name: programme.CmdChangeDetails, Details: programme.Details{Organisation: &organisation}})},
			{"by address", command(programme.Command{Name: programme.CmdChangeEmail, Email: own}), command(programme.Command{Name: programme.CmdChangeEmail, Email: other})},
			{"by the list of coaches", func(string) error {
				rows[0].Organisations = append(rows[0].Organisations, organisation)
				return ignore(b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada"))
			}, func(string) error {
				rows[0].Organisations = rows[0].Organisations[:1]
				return ignore(b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada"))
			}},
			{"by the list of participants", imported(trust), imported(organisation)},
		} {
			must(t, b.takesEffect(programme.Command{Name: programme.CmdChangeCoach, Ref: ref, Coach: coachRefs[0]}))
			must(t, b.AgreeToCoach(b.ctx, ref))
			if seen := b.sees(t, ref, coachRefs); seen != "[0]" {
				t.Fatalf("%s: at first seen by %s", door.what, seen)
			}
			must(t, door.into(ref))
			if seen := b.sees(t, ref, coachRefs); seen != "[]" {
				t.Errorf("%s: seen by %s", door.what, seen)
			}
			if err := b.AgreeToCoach(b.ctx, ref); !isIllegal(err) {
				t.Errorf("%s: agreed to show it: %v", door.what, err)
			}
			if tasks := b.openTasks(t, ref); !slices.Contains(tasks, taskCoachConflict) {
				t.Errorf("%s: tasks %v", door.what, tasks)
			}
			must(t, b.takesEffect(programme.Command{Name: programme.CmdChangeCoach, Ref: ref}))
			must(t, b.AgreeToCoach(b.ctx, ref))
			if seen, tasks := b.sees(t, ref, coachRefs), b.openTasks(t, ref); seen != "[1]" || slices.Contains(tasks, taskCoachConflict) {
				t.Errorf("%s: with another coach seen by %s, tasks %v", door.what, seen, tasks)
			}
			must(t, door.as(ref))
		}
		// What was a mistake and is put right leaves no task, and the leader agrees anew.
		must(t, b.takesEffect(programme.Command{Name: programme.CmdChangeCoach, Ref: ref, Coach: coachRefs[0]}))
		must(t, b.AgreeToCoach(b.ctx, ref))
		must(t, command(programme.Command{Name: programme.CmdChangeDetails, Details: programme.Details{Organisation: &trust}})(ref))
		if !slices.Contains(b.openTasks(t, ref), taskCoachConflict) {
			t.Error("no task")
		}
		must(t, command(programme.Command{Name: programme.CmdChangeDetails, Details: programme.Details{Organisation: &organisation}})(ref))
		if tasks := b.openTasks(t, ref); slices.Contains(tasks, taskCoachConflict) {
			t.Errorf("put right: %v", tasks)
		}
		must(t, b.AgreeToCoach(b.ctx, ref))
		if seen := b.sees(t, ref, coachRefs); seen != "[0]" {
			t.Errorf("put right: seen by %s", seen)
		}
		b.loads(t)
		b.sound(t)
	})
}

// The same by the page, while the form can be changed; and who says so in the first answer agrees to nothing.
func TestALeaderSaysTheOrganisationOfTheCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := coaches(2, 2)
		rows[0].Organisations = []string{"The Trust"}
		rows[0].Capacity = 3
		refs, coachRefs := b.coached(t, 3, rows)
		b.goTo("2026-11-23 06:00")
		answers := onboarding()
		answers["consent_psychometrics"], answers["consent_coach_report"] = []string{"yes"}, []string{"yes"}
		for _, ref := range refs {
			b.openStage(t, ref, "onboarding")
			must(t, b.takesEffect(programme.Command{Name: programme.CmdChangeCoach, Ref: ref, Coach: coachRefs[0]}))
		}
		told := givenFor()
		told["organisation"] = []string{"THE TRUST"}
		b.ordered(t, programme.Command{Name: programme.CmdAnswerFor, Ref: refs[2], Stage: "onboarding", GivenBy: "her assistant", How: "telephone", Answers: told})
		if tasks := b.openTasks(t, refs[2]); !slices.Contains(tasks, taskCoachConflict) {
			t.Errorf("by telephone: %v", tasks)
		}
		answers["organisation"] = []string{"the trust"}
		b.submit(t, programme.AskID(refs[0], "onboarding", 1), answers)
		answers["organisation"] = []string{"Elsewhere"}
		b.submit(t, programme.AskID(refs[1], "onboarding", 1), answers)
		if got := b.consents(t, refs[0]) + b.consents(t, refs[1]); got != "[{psychometrics true} {coach_report false}][{psychometrics true} {coach_report true}]" {
			t.Errorf("at first: %s", got)
		}
		answers["organisation"] = []string{"The  Trust"}
		must(t, ignore(b.Submit(b.ctx, programme.Submission{Ask: programme.AskID(refs[1], "onboarding", 1), Ref: refs[1], Form: programme.FormOnboarding,
			Answers: answers, Change: true})))
		for _, ref := range refs[:2] {
			if got := b.consents(t, ref); got != "[{psychometrics true} {coach_report false}]" || !slices.Contains(b.openTasks(t, ref), taskCoachConflict) {
				t.Errorf("%s, tasks %v", got, b.openTasks(t, ref))
			}
		}
		if n := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what = 'consent coach_report' AND to_state = 'ended' AND actor = 'programme'", refs[1]); n != 1 {
			t.Errorf("the history says it %d times", n)
		}
	})
}

// takesEffect gives an order that must take effect.
func (b *bundle) takesEffect(c programme.Command) error {
	effect, err := b.order(c)
	if err == nil && !effect.Changed {
		err = fmt.Errorf("%s changed nothing", c.Name)
	}
	return err
}
