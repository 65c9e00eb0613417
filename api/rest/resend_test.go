package rest

import (
	"net/http"
	"testing"

	"fairlead/programme"
)

// A mail is named by its message or key, or by the stage that asked; one of them it must be.
func TestResendByStage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready("resend")
	b.journeys.effect = programme.Effect{Changed: true}
	path := "/journeys/" + ref + "/resend"
	b.as(coordinator, "POST", path, `{"reason":"leader_asked","stage":"onboarding"}`).want(http.StatusOK)
	if c := b.journeys.ordered[0]; c.Stage != "onboarding" || c.Message != "" {
		t.Errorf("it ordered %+v", c)
	}
	b.as(coordinator, "POST", path, `{"reason":"leader_asked"}`).want(http.StatusUnprocessableEntity)
	if len(b.journeys.ordered) != 1 {
		t.Error("it ordered a mail that nobody named")
	}
}
