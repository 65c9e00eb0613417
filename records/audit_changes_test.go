package records

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// Every change that staff make to a cohort leaves exactly one line in the audit log, in the transaction that makes it; what
// changed nothing, was only tried or was refused leaves none. Orders to journeys are checked wherever a test gives one, see
// bundle.order.
func TestEveryChangeIsAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const kim = "staff:kim"
		b.goTo("2026-06-01 06:00")
		left := func(what string, want string, act func() error) {
			t.Helper()
			before := len(b.log(t))
			err := act()
			got := b.log(t)[before:]
			refused := strings.HasPrefix(want, "refused")
			if (err != nil) != refused || want == "" && len(got) != 0 || refused && len(got) != 0 {
				t.Errorf("%s: %v, left %q", what, err, got)
			}
			if want != "" && !refused && fmt.Sprint(got) != "["+want+"]" {
				t.Errorf("%s left %q, want %q", what, got, want)
			}
		}
		c := testCohort(spring, programme.RouteApplication, 3)
		c.Blueprint, c.By = "flagship", kim
		left("create", kim+" | cohort_created | 2027-spring | application, flagship | ", func() error { return b.CreateCohort(b.ctx, c) })
		left("create again", "", func() error { return b.CreateCohort(b.ctx, c) })
		other := c
		other.Places = 4
		left("create another", "refused", func() error { return b.CreateCohort(b.ctx, other) })
		change := func(places int, version int64) func() error {
			return func() error {
				c, err := b.Cohort(b.ctx, spring)
				must(t, err)
				c.By, c.Places = kim, places
				return b.ChangeCohort(b.ctx, c, nil, c.Version+version)
			}
		}
		left("change", kim+" | cohort_changed | 2027-spring | places | ", change(5, 0))
		left("change nothing", "", change(5, 0))
		left("change what changed", "refused", change(6, 1))
		left("too few places", "refused", change(0, 0))
		launch := func() error { return ignore(b.Launch(b.ctx, spring, kim, b.Now(b.ctx))) }
		left("launch", kim+" | cohort_launched | 2027-spring | 0 started | ", launch)
		left("launch again", "", launch)

		rows := coaches(2, 3)
		coachesIn := func(dry bool) func() error {
			return func() error { return ignore(b.ImportCoaches(b.ctx, spring, rows, dry, kim)) }
		}
		left("coaches, dry", "", coachesIn(true))
		left("coaches", kim+" | coaches_imported | 2027-spring | 2 new, 0 changed | ", coachesIn(false))
		left("coaches again", "", coachesIn(false))
		known, err := b.Coaches(b.ctx, spring)
		must(t, err)
		coach := known[0].Ref
		series := programme.SlotSeries{First: london("2027-02-01 10:00"), EveryDays: 1, Count: 2, Minutes: 60}
		publish := func(actor string) func() error {
			return func() error { return ignore(b.PublishSlots(b.ctx, spring, coach, series, actor, b.Now(b.ctx))) }
		}
		left("times", kim+" | coach_times_published | 2027-spring | "+coach+", 2 times | ", publish(kim))
		left("times again", "", publish(kim))
		series.First = london("2027-02-08 10:00")
		left("a coach's own times", "", publish(toCoach))
		slots, err := b.Slots(b.ctx, spring, coach, b.Now(b.ctx))
		must(t, err)
		remove := func() error { return ignore(b.RemoveSlot(b.ctx, spring, coach, slots[0].ID, kim, b.Now(b.ctx))) }
		left("take a time back", kim+" | coach_time_removed | 2027-spring | "+coach+" | ", remove)
		left("take it back again", "", remove)
		left("times of nobody", "refused", func() error { return ignore(b.RemoveSlot(b.ctx, spring, "C-222222", slots[1].ID, kim, b.Now(b.ctx))) })

		people := people(2)
		peopleIn := func(dry bool) func() error {
			return func() error { return ignore(b.ImportParticipants(b.ctx, spring, people, dry, kim)) }
		}
		left("people, dry", "", peopleIn(true))
		left("people", kim+" | participants_imported | 2027-spring | 2 new, 0 changed | ", peopleIn(false))
		left("people again", "", peopleIn(false))
		people[0].Ref = "P-222222"
		left("people nobody knows", "refused", peopleIn(false))

		ref := b.begun(t, 0)
		b.submit(t, programme.AskID(ref, "selection", 1), application())
		lateCode := func(day string) func() error {
			return func() error {
				return ignore(b.IssueLateCode(b.ctx, spring, "", programme.DateOf(london(day+" 12:00")), "was in hospital", kim, b.Now(b.ctx)))
			}
		}
		left("late code", kim+" | late_code_issued | 2027-spring | until 2026-08-03 | ", lateCode("2026-08-03"))
		left("late code of the past", "refused", lateCode("2026-05-03"))
		b.goTo("2026-07-09 17:00")
		b.due(t, ref)
		release := func(dry bool, reason string) func() error {
			return func() error {
				return ignore(b.Release(b.ctx, spring, programme.ReleaseOrder{Reason: reason, Note: "a note", Actor: kim, DryRun: dry}, b.Now(b.ctx)))
			}
		}
		left("release nothing", "", release(false, "other"))
		b.decided(t, ref, programme.DecideOffer)
		left("release, dry", "", release(true, "other"))
		left("release for no reason", "refused", release(false, "whim"))
		left("release", kim+" | decisions_released | 2027-spring | 1 decisions | other", release(false, "other"))
		left("release again", "", release(false, "other"))
		must(t, ignore(b.CohortRound(b.ctx, spring, b.Now(b.ctx))))
		b.submit(t, b.openStage(t, ref, "selection").Ask, accept())
		b.closed(t, ref, "selection")

		match := func(dry bool) func() error {
			return func() error { return ignore(b.MatchCohort(b.ctx, spring, dry, kim)) }
		}
		left("match, dry", "", match(true))
		left("match", kim+" | coaches_matched | 2027-spring |  | ", match(false))
		left("match again", "", match(false))
		leaves := func(coach string) func() error {
			return func() error { return ignore(b.CoachLeaves(b.ctx, spring, coach, "other", "", kim)) }
		}
		left("a coach leaves", kim+" | coach_left | 2027-spring | "+coach+" | other", leaves(coach))
		left("the coach leaves again", "", leaves(coach))
		left("nobody leaves", "refused", leaves("C-222222"))

		sitting := b.placeAt(t, ref, "opening-event").Sitting
		reschedule := func(name string) func() error {
			return func() error {
				return ignore(b.Reschedule(b.ctx, programme.Reschedule{Cohort: spring, Stage: "opening-event", Sitting: name, Starts: sitting.Starts.AddDate(0, 0, 1),
					Reason: "programme_change", Actor: kim}))
			}
		}
		left("reschedule", kim+" | event_rescheduled | 2027-spring/opening-event/"+sitting.Name+" |  | programme_change", reschedule(sitting.Name))
		left("reschedule again", "", reschedule(sitting.Name))
		left("reschedule what is not there", "refused", reschedule("elsewhere"))

		b.raise(t, spring, ref, taskNoCoach, b.Now(b.ctx))
		tasks, _, err := b.Tasks(b.ctx, programme.TaskFilter{Cohort: spring, Open: true}, 0, 100)
		must(t, err)
		task := tasks[len(tasks)-1]
		finish := func(id int64) func() error {
			return func() error { return b.FinishTask(b.ctx, id, kim, "she called", b.Now(b.ctx)) }
		}
		left("finish a task", kim+" | task_done | "+ref+" | "+task.Code+" | ", finish(task.ID))
		left("finish it again", "", finish(task.ID))
		left("finish no task", "refused", finish(9999))

		left("an order", kim+" | hold | "+ref+" |  | illness", func() error {
			return ignore(b.order(programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "illness", Note: "her doctor called"}))
		})
		left("the order again", "", func() error {
			return ignore(b.order(programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "illness"}))
		})
		left("an order that is not possible", "refused", func() error {
			return ignore(b.order(programme.Command{Name: programme.CmdRetry, Ref: ref, Reason: "illness"}))
		})
		for _, line := range b.log(t) {
			for _, personal := range []string{"service.example", "Amara", "Given0", "doctor", "called", "hospital"} {
				if strings.Contains(line, personal) {
					t.Errorf("the audit log names somebody or something: %s", line)
				}
			}
		}
	})
}

// A register leaves a line for each leader whose attendance it noted, and none for what was noted already.
func TestARegisterIsAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, twoDates(4, 4))
		b.goTo("2027-02-01 06:00")
		for _, ref := range refs {
			b.openStage(t, ref, "residential-1")
		}
		place := b.placeAt(t, refs[0], "residential-1").Sitting
		b.clock.set(place.Starts.Add(time.Hour))
		var marks []programme.AttendanceMark
		for _, ref := range refs {
			if b.placeAt(t, ref, "residential-1").Sitting.Name == place.Name {
				marks = append(marks, programme.AttendanceMark{Ref: ref, Status: programme.Attended})
			}
		}
		for try := range 2 {
			before := len(b.log(t))
			must(t, ignore(b.RecordAttendances(b.ctx, spring, "residential-1", place.Name, marks, "staff:kim")))
			got := b.log(t)[before:]
			if want := len(marks) * (1 - try); len(got) != want || want > 0 && got[0] != "staff:kim | record-attendance | "+marks[0].Ref+" | residential-1 | new_information" {
				t.Errorf("the register left %q, want %d", got, want)
			}
		}
	})
}
