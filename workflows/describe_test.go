package workflows

import (
	"strings"
	"testing"
	"time"

	sdkpb "go.temporal.io/api/sdk/v1"

	"fairlead/programme"
)

// plain takes from details what is there for the eye alone.
var plain = strings.NewReplacer(":\u00a0 |", " |", "\u00a0", " ")

// The pickers of the Temporal UI say of every handler what it does; so do the details of every stage.
func TestEveryStageDescribesItsHandlers(t *testing.T) {
	t.Parallel()
	for kind, name := range map[programme.Kind]string{programme.KindSelection: TypeSelection, programme.KindOnboarding: TypeOnboarding,
		programme.KindPsychometrics: TypePsychometrics, programme.KindSurvey: TypeSurvey, programme.KindEvent: TypeEvent, programme.KindAlumni: TypeAlumni} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if stageDetails(kind) == stageDetails("") {
				t.Error("nothing says what a stage of this kind does")
			}
			env, w := setup(t)
			w.plans["one"] = surveyPlan("one")
			in := surveyInput("one")
			in.Kind = kind
			var told sdkpb.WorkflowMetadata
			ask := func() string {
				value, err := env.QueryWorkflow("__temporal_workflow_metadata")
				if err == nil {
					err = value.Get(&told)
				}
				if err != nil {
					t.Error(err)
				}
				return told.GetCurrentDetails()
			}
			during := ""
			env.RegisterDelayedCallback(func() { during = ask() }, 5*time.Hour)
			env.ExecuteWorkflow(name, in)
			if after := ask(); !contains(after, "nobody: it has ended") || !contains(after, "lapsed") {
				t.Errorf("afterwards the details say\n%s", after)
			}
			described := map[string]string{}
			for _, group := range [][]*sdkpb.WorkflowInteractionDefinition{told.GetDefinition().GetQueryDefinitions(),
				told.GetDefinition().GetSignalDefinitions(), told.GetDefinition().GetUpdateDefinitions()} {
				for _, one := range group {
					described[one.GetName()] = one.GetDescription()
				}
			}
			for _, handler := range []string{QueryExplain, SignalFormSubmitted, SignalChanged, SignalPoke, "retry", "skip"} {
				if described[handler] == "" {
					t.Errorf("%s has no description", handler)
				}
			}
			for _, part := range []string{"| Waiting on | participant |", "| Until | Thu 25 Mar 2027", "| Next | send survey-reminder", stageDetails(kind),
				"(http://console.example/console/journeys/P-AAAAAA)", "(http://runbooks.example/stuck-journey)"} {
				if !contains(plain.Replace(during), part) {
					t.Errorf("the details lack %q:\n%s", part, during)
				}
			}
		})
	}
}
