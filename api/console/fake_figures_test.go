package console

import (
	"context"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"
)

func (f *fakeStore) Figures(_ context.Context, wanted string) (programme.Figures, error) {
	if wanted != f.figures.Cohort {
		f.asked++
		return programme.Figures{}, programme.ErrNotFound
	}
	return f.figures, f.ask()
}

func (f *fakeStore) Outcomes(context.Context, string) (programme.Outcomes, error) {
	return f.figures.Outcomes, f.ask()
}

func (f *fakeStore) AttendanceRegister(_ context.Context, _, after string, limit int) ([]programme.AttendanceLine, string, error) {
	list := slices.DeleteFunc(slices.Clone(f.attendance), func(l programme.AttendanceLine) bool { return l.Ref <= after })
	if len(list) > limit {
		return list[:limit], list[limit-1].Ref, f.ask()
	}
	return list, "", f.ask()
}

// yearsFigures are of a cohort in whose year twelve people answered one question twice.
func yearsFigures() programme.Figures {
	var answers []programme.ResearchAnswer
	for person := range 12 {
		for survey, step := range map[string]string{programme.Baseline: "4", programme.Closing: string(rune('4' + person%3))} {
			answers = append(answers, programme.ResearchAnswer{Pseudonym: string(rune('a' + person)), Survey: survey, Question: "happy", Answer: step})
		}
	}
	flagship, err := programme.BlueprintNamed("flagship")
	if err != nil {
		panic(err)
	}
	later := flagship.LaterSurveys()
	for person := range 12 {
		answers = append(answers, programme.ResearchAnswer{Pseudonym: string(rune('a' + person)), Survey: later[0].SurveyName(), Question: "happy", Answer: "7"})
	}
	following := flagship.FollowingSurveys()
	for person := range 12 {
		answers = append(answers, programme.ResearchAnswer{Pseudonym: string(rune('a' + person)), Survey: following[0].SurveyName(), Question: "learned", Answer: "4"})
	}
	return programme.Figures{Cohort: cohort, Places: 100, Asked: 120, Accepted: 90,
		Withdrew: 2, ByState: map[programme.JourneyState]int{programme.Completed: 45, programme.Enrolled: 40, programme.OnHold: 2, programme.Withdrawn: 3, programme.Declined: 25},
		Events: []programme.EventFigures{{Stage: "opening-event", Title: "Opening event", Expected: 88},
			{Stage: "residential-1", Title: "Residential 1", Attended: 82, Absent: 3, Excused: 2, Expected: 1, Recovered: 2}},
		Outcomes: programme.OutcomesOf(answers, programme.Counting{At: time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)}, following...)}
}

// yearsAttendance is one leader more than is read at a time.
func yearsAttendance() []programme.AttendanceLine {
	list := []programme.AttendanceLine{{Ref: "P-000000", Name: mark + "name", Organisation: "=" + mark + "org", State: programme.Completed,
		Places: map[string]programme.PlaceState{"opening-event": programme.PlaceAttended, "residential-1": programme.PlaceReleased}},
		{Ref: "P-000001", Name: mark + "name", Organisation: "=" + mark + "org", State: programme.Completed,
			Places: map[string]programme.PlaceState{"opening-event": programme.PlaceAttended, "residential-1": programme.PlaceAbsent},
			Costs:  map[string]programme.Costs{"residential-1": programme.CostsRecovered}}}
	for i := range attendanceAtOnce - 1 {
		list = append(list, programme.AttendanceLine{Ref: "P-1" + strconv.Itoa(10000+i), State: programme.Enrolled})
	}
	return list
}
