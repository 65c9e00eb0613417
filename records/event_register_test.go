package records

import (
	"errors"
	"slices"
	"testing"

	"fairlead/programme"
)

// mark notes one leader on the register of residential 1.
func (b *bundle) mark(t *testing.T, ref string, status programme.Attendance) programme.AttendanceResult {
	t.Helper()
	results, err := b.RecordAttendances(b.ctx, spring, "residential-1", "main", []programme.AttendanceMark{{Ref: ref, Status: status}}, "staff:kim")
	must(t, err)
	return results[0]
}

// A wrong tick is put right by the same register: who was not there after all is absent as anybody else, and who was there
// after all has the place and the survey.
func TestAWrongTickIsPutRight(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		ref := refs[0]
		for _, ref := range refs {
			b.goTo("2027-01-04 06:00")
			b.openStage(t, ref, "residential-1")
		}
		b.goTo("2027-03-01 10:00")
		b.mark(t, ref, programme.Attended)
		if stage := b.stageOf(t, ref, "residential-1"); stage.State != programme.StageDone {
			t.Fatalf("stage %+v", stage)
		}
		b.goTo("2027-03-01 10:02")
		if result := b.mark(t, ref, programme.Absent); !result.Changed || result.Refused != "" {
			t.Fatalf("put right: %+v", result)
		}
		effect := b.lastEffect(t, ref)
		opens := slices.IndexFunc(effect.Openings, func(o programme.Opening) bool { return o.Stage == "residential-1" && o.Round == 2 })
		stops := slices.IndexFunc(effect.Ends, func(e programme.StageEnd) bool {
			return e.Stage == "residential-1-survey" && e.State == programme.StageNotOpen
		})
		if opens < 0 || stops < 0 || len(effect.Mails) != 1 || b.message(t, effect.Mails[0].Key).Message != programme.MsgAbsenceAlert {
			t.Errorf("effect %+v", effect)
		}
		plan, place := b.openStage(t, ref, "residential-1"), b.placeAt(t, ref, "residential-1")
		if plan.Part != programme.PartAttendance || plan.Round != 2 || plan.Owner != programme.OwnerStaff || place.State != programme.PlaceAbsent || b.taken(t, "residential-1", "main") != 2 {
			t.Errorf("then %+v of %+v", plan, place)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-1 catch_up"}) {
			t.Errorf("tasks %v", tasks)
		}
		b.sound(t)
		if result := b.mark(t, ref, programme.Absent); result.Changed {
			t.Error("a repeat changes something")
		}
		// And back.
		b.goTo("2027-03-01 10:05")
		if result := b.mark(t, ref, programme.Attended); !result.Changed {
			t.Fatalf("and back: %+v", result)
		}
		effect = b.lastEffect(t, ref)
		if len(effect.Ends) != 1 || effect.Ends[0].State != programme.StageDone || len(effect.Openings) != 1 || effect.Openings[0].Stage != "residential-1-survey" {
			t.Errorf("effect %+v", effect)
		}
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("tasks %v", tasks)
		}
		b.sound(t)
		// Days later the survey has been asked: it is asked no more of who was not there.
		b.goTo("2027-03-09 06:00")
		survey := b.openStage(t, ref, "residential-1-survey")
		if asked := b.send(t, survey.Mails[0]); !asked.Items[0].LooksBack {
			t.Errorf("the survey on a residential asks %+v", asked.Items[0])
		}
		b.mark(t, ref, programme.Absent)
		if again := b.openStage(t, ref, "residential-1-survey"); again.State != programme.AskCancelled || b.stageOf(t, ref, "residential-1-survey").State != programme.StageSkipped {
			t.Errorf("the survey is %+v, was %+v", again, survey)
		}
		b.sound(t)
		// Who was excused beforehand has no place to have missed.
		b.openStage(t, refs[1], "opening-event")
		b.openStage(t, refs[1], "residential-2")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: refs[1], Stage: "residential-2", Status: "excused"})
		b.goTo("2027-07-06 10:00")
		var illegal *programme.Illegal
		if _, err := b.order(programme.Command{Name: programme.CmdRecordAttendance, Ref: refs[1], Stage: "residential-2", Status: "absent"}); !errors.As(err, &illegal) {
			t.Errorf("excused before: %v", err)
		}
		b.sound(t)
	})
}

// The year goes on waiting for an event that turns out not to be decided.
func TestAWrongTickOnTheLastDayHoldsTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-11-09 10:00")
		for _, stage := range []string{"onboarding", "opening-event", "residential-1", "residential-2", "residential-3", "closing-survey"} {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage})
		}
		b.openStage(t, ref, "closing-event")
		came := programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "closing-event", Status: "attended"}
		if effect := b.ordered(t, came); len(effect.Openings) != 1 || effect.Openings[0].Stage != "alumni" {
			t.Fatalf("effect %+v", effect)
		}
		wrong := came
		wrong.Status = "absent"
		effect := b.ordered(t, wrong)
		if !slices.ContainsFunc(effect.Ends, func(e programme.StageEnd) bool { return e.Stage == "alumni" && e.State == programme.StageNotOpen }) {
			t.Errorf("effect %+v", effect)
		}
		if effect := b.ordered(t, came); len(effect.Openings) != 1 || effect.Openings[0].Stage != "alumni" {
			t.Errorf("and back: %+v", effect)
		}
		b.sound(t)
	})
}

// lastEffect is the effect that the register promised the journey last.
func (b *bundle) lastEffect(t *testing.T, ref string) programme.Effect {
	t.Helper()
	var id string
	must(t, b.db.Raw("SELECT id FROM commands WHERE ref = ? AND state = 'applied' ORDER BY at DESC, created_real DESC, done_real DESC LIMIT 1", ref).Scan(&id).Error)
	command, err := b.Command(b.ctx, id)
	must(t, err)
	return *command.Outcome
}

// Who came is told to the stage alone, which asks the records how it ended; where its workflow is gone, to the journey.
func TestWhoCameIsToldToTheStage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.needsOfTwo(t)
		for _, ref := range refs {
			b.goTo("2027-01-04 06:00")
			b.openStage(t, ref, "residential-1")
		}
		must(t, b.SetAttention(b.ctx, refs[1], "residential-1", "stage_lost", b.clock.Now()))
		now := b.goTo("2027-03-01 10:00")
		for i, ref := range refs {
			if ends, err := b.StageEnds(b.ctx, ref, []string{"residential-1"}); err != nil || len(ends) > 0 {
				t.Errorf("ended already: %+v, %v", ends, err)
			}
			c := programme.Command{ID: "note-" + ref, Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "attended",
				Reason: "new_information", Actor: "staff:kim", At: now}
			must(t, b.RecordCommand(b.ctx, c))
			effect, err := b.NoteAttendance(b.ctx, ref, c.ID, now, programme.Order{ID: c.ID, Name: c.Name, Stage: c.Stage, Status: c.Status, Reason: c.Reason})
			if err != nil || !effect.Changed || len(effect.Ends) != 1 {
				t.Fatalf("%+v, %v", effect, err)
			}
			stage := len(b.outboxOf(t, programme.StageID(spring, ref, "residential-1"), signalFormSubmitted))
			journey := len(b.outboxOf(t, programme.JourneyID(spring, ref), signalReplanned))
			if stage != 1-i || journey != i {
				t.Errorf("%d signals to the stage, %d to the journey", stage, journey)
			}
			closed := b.closed(t, ref, "residential-1")
			ends, err := b.StageEnds(b.ctx, ref, []string{"residential-1", "onboarding", "closing-survey"})
			must(t, err)
			if !slices.ContainsFunc(ends, func(end programme.StageEnd) bool {
				return end.Stage == closed.Stage && end.Outcome == "attended" && len(end.Openings) == len(closed.Openings)
			}) || slices.ContainsFunc(ends, func(end programme.StageEnd) bool { return end.Stage == "closing-survey" }) {
				t.Errorf("ends %+v, closed %+v", ends, closed)
			}
			if repeated, err := b.NoteAttendance(b.ctx, ref, c.ID, now, programme.Order{ID: c.ID, Name: c.Name}); err != nil || !repeated.Changed {
				t.Errorf("a repeat: %+v, %v", repeated, err)
			}
		}
		b.sound(t)
	})
}

// Two people take the register: what the second ticked upon an older state changes no mark of the first's, and nothing of the
// rest is lost.
func TestTwoTakeTheRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 3, nil)
		b.goTo("2027-01-04 06:00")
		for _, ref := range refs {
			b.openStage(t, ref, "residential-1")
		}
		b.goTo("2027-03-01 10:00")
		nothing, attended := programme.Attendance(""), programme.Attended
		takes := func(actor string, marks ...programme.AttendanceMark) []programme.AttendanceResult {
			results, err := b.RecordAttendances(b.ctx, spring, "residential-1", "main", marks, actor)
			must(t, err)
			return results
		}
		mark := func(i int, status programme.Attendance, shown *programme.Attendance) programme.AttendanceMark {
			return programme.AttendanceMark{Ref: refs[i], Status: status, Shown: shown}
		}
		takes("staff:jo", mark(0, attended, &nothing))
		late := []programme.AttendanceMark{mark(0, programme.Absent, &nothing), mark(1, attended, &nothing), mark(2, programme.Absent, &nothing)}
		for range 2 { // sent twice it says the same
			results := takes("staff:kim", late...)
			if results[0].Changed || results[0].Meanwhile != attended || results[0].By != "staff:jo" || results[0].Refused == "" {
				t.Errorf("of the mark of jo: %+v", results[0])
			}
			if results[1].Refused != "" || results[2].Refused != "" {
				t.Errorf("of the others: %+v", results[1:])
			}
		}
		register, err := b.Register(b.ctx, spring, "residential-1", "main")
		must(t, err)
		stands := map[string]programme.Attendance{}
		for _, row := range register.Rows {
			stands[row.Ref] = row.Status
		}
		if stands[refs[0]] != attended || stands[refs[1]] != attended || stands[refs[2]] != programme.Absent {
			t.Errorf("the register says %v", stands)
		}
		// What a page showed and nobody ticked is no mark; one's own may be put right, and the other's once it was seen.
		if results := takes("staff:kim", mark(2, attended, &attended)); results[0].Changed || results[0].Refused != "" {
			t.Errorf("an old tick: %+v", results[0])
		}
		if results := takes("staff:kim", mark(2, programme.Excused, &nothing)); !results[0].Changed {
			t.Errorf("one's own: %+v", results[0])
		}
		if results := takes("staff:kim", mark(0, programme.Absent, &attended)); !results[0].Changed {
			t.Errorf("what was seen: %+v", results[0])
		}
		if results := takes("staff:jo", programme.AttendanceMark{Ref: refs[1], Status: programme.Excused}); !results[0].Changed {
			t.Errorf("whatever stands: %+v", results[0])
		}
		b.sound(t)
	})
}
