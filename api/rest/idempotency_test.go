package rest

import (
	"net/http"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	const path = "/journeys/" + ref + "/hold"
	b := setup(t)
	b.journeys.effect = programme.Effect{Changed: true}
	hold := func(r role, path, body, key string) *answer {
		return b.as(r, "POST", path, body, idempotencyHeader, key)
	}

	first := hold(coordinator, path, happy["hold"], "k1").want(http.StatusOK)
	again := hold(coordinator, path, happy["hold"], "k1").want(http.StatusOK)
	if again.body != first.body || again.header.Get(replayHeader) != "true" || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
		t.Errorf("the replay is another: %s", again.body)
	}
	if len(b.journeys.ordered) != 1 {
		t.Errorf("ordered %d times", len(b.journeys.ordered))
	}

	// Another body, another journey and another query are other requests.
	hold(coordinator, path, `{"reason":"leave"}`, "k1").want(http.StatusUnprocessableEntity).kind(api.KeyReused)
	hold(coordinator, "/journeys/P-OTHER2/hold", happy["hold"], "k1").want(http.StatusUnprocessableEntity).kind(api.KeyReused)
	// Another caller, another call and another key are not the same.
	hold(admin, path, happy["hold"], "k1").want(http.StatusOK)
	hold(coordinator, "/journeys/"+ref+"/withdraw", happy["hold"], "k1").want(http.StatusOK)
	hold(coordinator, path, happy["hold"], "k2").want(http.StatusOK)
	if len(b.journeys.ordered) != 4 {
		t.Errorf("ordered %d times", len(b.journeys.ordered))
	}
}

func TestRefusalsFreeTheirKey(t *testing.T) {
	t.Parallel()
	const path = "/journeys/" + ref + "/hold"
	b := setup(t)
	send := func(body string) *answer { return b.as(coordinator, "POST", path, body, idempotencyHeader, "k") }
	send(`{"reason":"` + marker + `"}`).want(http.StatusUnprocessableEntity).kind(api.InvalidInput)
	b.journeys.err = programme.ErrUnavailable
	send(happy["hold"]).want(http.StatusServiceUnavailable)
	b.journeys.err = &programme.Illegal{What: "hold", State: "withdrawn"}
	send(happy["hold"]).want(http.StatusConflict).kind(api.NotLegalNow)
	b.journeys.err = nil
	b.journeys.during = func(programme.Command) { panic(marker) }
	send(happy["hold"]).want(http.StatusInternalServerError).kind(api.Internal)
	b.journeys.during = nil
	if len(b.store.kept) != 0 {
		t.Error("a refusal was kept")
	}
	send(happy["hold"]).want(http.StatusOK)
	if strings.Contains(b.log.String(), marker) {
		t.Error("the log holds what the panic said")
	}
}

func TestKeysInFlightAndUnsound(t *testing.T) {
	t.Parallel()
	const path = "/journeys/" + ref + "/hold"
	b := setup(t)
	b.journeys.during = func(programme.Command) {
		b.journeys.during = nil
		got := b.as(coordinator, "POST", path, happy["hold"], idempotencyHeader, "k").want(http.StatusConflict).kind(api.InFlight)
		if got.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	b.as(coordinator, "POST", path, happy["hold"], idempotencyHeader, "k").want(http.StatusOK)
	for _, key := range []string{"a b", "é", strings.Repeat("x", 256)} {
		b.as(coordinator, "POST", path, happy["hold"], idempotencyHeader, key).want(http.StatusUnprocessableEntity).pointsAt("?" + idempotencyHeader)
	}
	b.as(coordinator, "POST", path, happy["hold"], idempotencyHeader, strings.Repeat("x", 255)).want(http.StatusOK)
}

func TestKeysOnEveryPost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for path, body := range map[string]string{"/cohorts": with(nil), "/cohorts/2027-spring/launch": "", "/tasks/5/done": "", "/cohorts/2027-spring/participants": `[{}]`} {
		first := b.as(coordinator, "POST", path, body, idempotencyHeader, "k")
		again := b.as(coordinator, "POST", path, body, idempotencyHeader, "k")
		if kept := first.status < 300; (again.header.Get(replayHeader) == "true") != kept || again.status != first.status {
			t.Errorf("%s: %d, then %d", path, first.status, again.status)
		}
		if again.header.Get("Location") != first.header.Get("Location") {
			t.Errorf("%s: the replay has another Location", path)
		}
	}
	if b.store.launches != 1 {
		t.Errorf("launched %d times", b.store.launches)
	}
}
