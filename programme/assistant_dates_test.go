package programme

import (
	"slices"
	"testing"
)

// What a leader may refuse in private is on nobody's list of their dates, so that no list lacks it.
func TestDatesForAssistant(t *testing.T) {
	lines := []DateLine{{Stage: "onboarding", Kind: KindOnboarding}, {Stage: "psychometrics", Kind: KindPsychometrics}, {Stage: "coaching-1", Kind: KindCoaching},
		{Stage: "residential-1", Kind: KindEvent}, {Stage: "closing-survey", Kind: KindSurvey}, {Stage: "alumni", Kind: KindAlumni}}
	names := func(lines []DateLine) (names []string) {
		for _, line := range lines {
			names = append(names, line.Stage)
		}
		return names
	}
	want := []string{"onboarding", "coaching-1", "residential-1", "alumni"}
	for message, want := range map[string][]string{MsgAssistantWelcome: want, MsgInvitationAssistant: want, MsgYearDates: names(lines)} {
		if got := names((Blueprint{}).DatesIn(message, "", lines)); !slices.Equal(got, want) {
			t.Errorf("%s lists %v", message, got)
		}
	}
}
