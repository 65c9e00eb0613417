package rest

import (
	"net/http"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

func TestTheDatesOfEventsCanBeSetAndRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := `{"sittings":{"residential-1":[{"name":"a","group":"A","starts_at":"2027-02-28T16:00:00Z","ends_at":"2027-03-05T13:00:00Z",
		"venue":" Elm House ","capacity":33,"minimum":10,"sessions":[{"starts_at":"2027-03-01T09:00:00Z","title":"Robots","speaker":"Prof. Ada Field"}]}]}}`
	b.as(coordinator, "PATCH", "/cohorts/2027-spring", body, "If-Match", `"3"`).want(http.StatusOK)
	set := b.store.sittings["residential-1"]
	if len(set) != 1 || set[0].Venue != "Elm House" || set[0].Capacity != 33 || set[0].Sessions[0].Speaker != "Prof. Ada Field" || set[0].Group != "A" {
		t.Fatalf("%+v", set)
	}
	var shown list[sitting]
	b.as(ops, "GET", "/cohorts/2027-spring/sittings", "").want(http.StatusOK).into(&shown)
	if len(shown.Items) != 1 || shown.Items[0].Name != "a" || !shown.Items[0].Starts.Equal(set[0].Starts) || shown.Items[0].State != "planned" {
		t.Errorf("%+v", shown.Items)
	}
	b.as(researcher, "GET", "/cohorts/2027-spring/sittings", "").want(http.StatusForbidden)
	b.as(coordinator, "GET", "/cohorts/nowhere/sittings", "").want(http.StatusNotFound)
	b.as(coordinator, "PATCH", "/cohorts/2027-spring", strings.Replace(body, `"capacity":33`, `"capacity":0`, 1), "If-Match", `"4"`).want(http.StatusUnprocessableEntity)
}

// A date that leaders could not find is said before the launch, and not afterwards: then it is a task.
func TestTheCheckBeforeTheLaunchSaysWhatDatesLack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.store.cohorts["2027-spring"]
	c.Blueprint = "residentials"
	b.store.cohorts["2027-spring"] = c
	b.store.sittings = map[string][]programme.Sitting{"residential-1": {{Cohort: c.Name, Stage: "residential-1", Name: "a", Capacity: 33,
		Starts: programme.Date{Year: 2027, Month: 2, Day: 28}.At(16, 0), Ends: programme.Date{Year: 2027, Month: 3, Day: 5}.At(13, 0)}}}
	const says = "Residential 1, date “a” on Sunday 28 February 2027: no venue is set yet."
	if got := b.as(coordinator, "GET", "/cohorts/2027-spring", "").want(http.StatusOK); !strings.Contains(got.body, says) {
		t.Errorf("before the launch it says %s", got.body)
	}
	c.Launched = programme.Date{Year: 2026, Month: 9, Day: 1}.At(9, 0)
	b.store.cohorts["2027-spring"] = c
	if got := b.as(coordinator, "GET", "/cohorts/2027-spring", "").want(http.StatusOK); strings.Contains(got.body, says) {
		t.Errorf("after the launch it still says %s", got.body)
	}
}

func TestAJourneyShowsItsPlaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	starts := programme.Date{Year: 2027, Month: 2, Day: 28}.At(16, 0)
	b.store.places = []programme.Place{{Stage: "residential-1", Sitting: programme.Sitting{Name: "a", Starts: starts, Ends: starts.AddDate(0, 0, 5)},
		State: programme.PlaceConfirmed, UID: "u1", Sequence: 2, Entry: true, Freeze: starts.AddDate(0, 0, -20)}}
	var got journey
	b.as(ops, "GET", "/journeys/"+ref, "").want(http.StatusOK).into(&got)
	if len(got.Places) != 1 || got.Places[0].Sitting != "a" || got.Places[0].State != programme.PlaceConfirmed || got.Places[0].Sequence != 2 ||
		!got.Places[0].Starts.Equal(starts) || got.Places[0].Confirmed != nil {
		t.Errorf("%+v", got.Places)
	}
}

func TestReschedule(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const path = "/cohorts/2027-spring/reschedule"
	body := `{"stage":"residential-2","sitting":"a","starts_at":"2027-07-12T07:00:00Z","night_before":false,"reason":"programme_change","note":"` + marker + `"}`
	var got rescheduled
	b.as(coordinator, "POST", path+"?dry_run=true", body).want(http.StatusOK).into(&got)
	if !got.Changed || len(got.Leaders) != 1 || !got.Leaders[0].Confirm || got.Leaders[0].Entry != "updated" || got.Operation != nil || len(b.store.rescheduled) != 0 {
		t.Errorf("a dry run: %+v", got)
	}
	b.store.rescheduling = operationRunning
	answered := b.as(coordinator, "POST", path, body).want(http.StatusAccepted)
	answered.into(&got)
	order := b.store.rescheduled[0]
	if !got.Changed || got.Operation.Total != 3 || order.Note != marker || order.Actor != "staff:desk-coordinator" || order.Stage != "residential-2" ||
		order.Starts.IsZero() || !order.Ends.IsZero() || order.Night == nil || *order.Night || answered.header.Get("Location") != Base+"/operations/"+order.ID {
		t.Errorf("%+v of %+v", got, order)
	}
	b.store.rescheduling = operationDone
	b.as(coordinator, "POST", path, `{"stage":"residential-2","cancel":true,"reason":"programme_change"}`).want(http.StatusOK).into(&got)
	if got.Changed || !b.store.rescheduled[1].Cancel {
		t.Errorf("what holds already: %+v", got)
	}
	b.store.rescheduleErr = &programme.Illegal{What: "reschedule", State: "a has begun", Why: "An event moves until it begins."}
	b.as(coordinator, "POST", path, body).want(http.StatusConflict).kind(api.NotLegalNow)
	b.store.rescheduleErr = programme.Refuse("starts_at", "It would start in the past.")
	b.as(coordinator, "POST", path, body).want(http.StatusUnprocessableEntity).pointsAt("#/starts_at")
	b.store.rescheduleErr = programme.ErrConflict
	b.as(coordinator, "POST", path, body).want(http.StatusPreconditionFailed).kind(api.Changed)
	b.as(ops, "POST", path, body).want(http.StatusForbidden)
}
