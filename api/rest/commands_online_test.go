package rest

import (
	"net/http"
	"testing"

	"fairlead/programme"
)

// Nobody eats, travels or sleeps where an event is held online: staff can give what the leader needs to take part alone.
func TestAnswersAboutAnEventOnline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready("answer-for")
	b.store.places = []programme.Place{{Stage: "residential-1", State: programme.PlaceHeld, Sitting: programme.Sitting{Online: true}}}
	b.as(coordinator, "POST", "/journeys/"+ref+"/answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"dietary":["vegan"]},"given_by":"x","how":"telephone"}`).
		want(http.StatusUnprocessableEntity).pointsAt("#/answers/dietary")
	b.as(coordinator, "POST", "/journeys/"+ref+"/answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"access_needs":"captions"},"given_by":"x","how":"telephone"}`).want(http.StatusOK)
	if c := b.journeys.ordered[0]; c.Answers.Get("access_needs") != "captions" {
		t.Errorf("%+v", c)
	}
}
