package rest

import (
	"net/http"
	"testing"

	"fairlead/programme"
)

// What becomes of the costs of a missed event goes with the decision on it, and stands with the place.
func TestCostsOfAMissedEvent(t *testing.T) {
	t.Parallel()
	for command, body := range map[string]string{
		"record-attendance": `{"reason":"illness","stage":"residential-1","status":"excused","costs":"recovered"}`,
		"change-sitting":    `{"reason":"illness","stage":"residential-1","sitting":"b","costs":"recovered"}`,
		"skip":              `{"reason":"illness","stage":"residential-1","costs":"recovered"}`,
	} {
		b := setup(t)
		b.store.places = []programme.Place{{Stage: "residential-1", State: programme.PlaceExcused, Costs: programme.CostsRecovered}}
		b.as(coordinator, "POST", "/journeys/"+ref+"/"+command, body).want(http.StatusOK)
		if len(b.journeys.ordered) != 1 || b.journeys.ordered[0].Costs != programme.CostsRecovered || orderOf(b.journeys.ordered[0]).Costs != programme.CostsRecovered {
			t.Errorf("%s: %+v", command, b.journeys.ordered)
		}
		var got journey
		b.as(ops, "GET", "/journeys/"+ref, "").want(http.StatusOK).into(&got)
		if got.Places[0].Costs != programme.CostsRecovered {
			t.Errorf("%+v", got.Places)
		}
	}
	b := setup(t)
	b.as(coordinator, "POST", "/journeys/"+ref+"/record-attendance", `{"reason":"illness","stage":"residential-1","status":"absent","costs":"shared"}`).
		want(http.StatusUnprocessableEntity).pointsAt("#/costs")
	b.as(coordinator, "POST", "/journeys/"+ref+"/skip", `{"reason":"illness","stage":"alumni","costs":"waived"}`).
		want(http.StatusUnprocessableEntity).pointsAt("#/costs")
	b.as(coordinator, "POST", "/journeys/"+ref+"/hold", `{"reason":"illness","costs":"waived"}`).want(http.StatusUnprocessableEntity).pointsAt("#/costs")
	if len(b.store.commands) != 0 {
		t.Error("a refused order left a row")
	}
}
