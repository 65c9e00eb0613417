package rest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"
)

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func autumn() map[string]any {
	return map[string]any{"name": "2027-autumn", "blueprint": "essentials", "starts_on": "2027-09-06", "route": "invitation", "places": 100, "owner": "owner@centre.example"}
}

func with(change map[string]any) string {
	body := autumn()
	for name, value := range change {
		if value == nil {
			delete(body, name)
		} else {
			body[name] = value
		}
	}
	return text(body)
}

func TestCreateCohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.as(coordinator, "POST", "/cohorts", with(nil)).want(http.StatusCreated)
	var c cohort
	made.into(&c)
	if c.Name != "2027-autumn" || c.State != "draft" || c.Clock != nil || c.Places != 100 || c.Title != "Essentials" || c.LaunchedAt != nil {
		t.Errorf("%+v", c)
	}
	if made.header.Get("Location") != Base+"/cohorts/2027-autumn" || made.header.Get("ETag") != `"1"` {
		t.Errorf("%v", made.header)
	}
	b.as(coordinator, "POST", "/cohorts", with(nil)).want(http.StatusOK)
	b.as(coordinator, "POST", "/cohorts", with(map[string]any{"places": 99})).want(http.StatusConflict).kind(api.Conflict)
	// The same again is fine when its start is past.
	later := time.Date(2028, 1, 1, 12, 0, 0, 0, time.UTC)
	b.store.now = func() time.Time { return later }
	b.as(coordinator, "POST", "/cohorts", with(nil)).want(http.StatusOK)
}

func TestCohortsThatAreRefused(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change map[string]any
		at     string
	}{
		{"capitals", map[string]any{"name": "Spring"}, "#/name"},
		{"spaces", map[string]any{"name": "a b"}, "#/name"},
		{"slash", map[string]any{"name": "a/b"}, "#/name"},
		{"double hyphen", map[string]any{"name": "a--b"}, "#/name"},
		{"no name", map[string]any{"name": nil}, "#/name"},
		{"unknown blueprint", map[string]any{"blueprint": marker}, "#/blueprint"},
		{"a Tuesday", map[string]any{"starts_on": "2027-09-07"}, "#/starts_on"},
		{"no date", map[string]any{"starts_on": "autumn"}, "#/starts_on"},
		{"past", map[string]any{"starts_on": "2026-11-09"}, "#/starts_on"},
		{"unknown route", map[string]any{"route": marker}, "#/route"},
		{"no places", map[string]any{"places": 0}, "#/places"},
		{"half a place", map[string]any{"places": 1.5}, "#/places"},
		{"no owner", map[string]any{"owner": nil}, "#/owner"},
		{"owner without address", map[string]any{"owner": marker}, "#/owner"},
		{"deputy without address", map[string]any{"deputy": marker}, "#/deputy"},
		{"contact without address", map[string]any{"contact": "a@b.c, d@e.f"}, "#/contact"},
		{"signatory of two lines", map[string]any{"signatory": "A\nBcc: x"}, "#/signatory"},
		{"a clock", map[string]any{"clock": map[string]any{"day": "1s", "start": "2026-08-31T05:00:00Z"}}, "#/clock"},
		{"unknown field", map[string]any{"colour": marker}, "#/colour"},
		{"unknown field that is a value", map[string]any{marker + "@example.org": 1}, "#"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.as(coordinator, "POST", "/cohorts", with(c.change)).want(http.StatusUnprocessableEntity).kind(api.InvalidInput).pointsAt(c.at)
			if len(b.store.cohorts) != 2 || b.store.clockSet {
				t.Error("something was changed")
			}
		})
	}
	t.Run("all faults at once", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		got := b.as(coordinator, "POST", "/cohorts", with(map[string]any{"name": "X Y", "blueprint": "x", "starts_on": "2027-09-07"}))
		got.pointsAt("#/name").pointsAt("#/blueprint").pointsAt("#/starts_on")
		if !strings.Contains(got.body, "essentials") {
			t.Error("the refusal does not say what there is")
		}
	})
	t.Run("the head of the centre owns what nobody else does", func(t *testing.T) {
		t.Parallel()
		b := setup(t, func(o *Options) { o.HeadOfCentre = "head@centre.example" })
		b.as(coordinator, "POST", "/cohorts", with(map[string]any{"owner": nil})).want(http.StatusCreated)
		if got := b.store.cohorts["2027-autumn"].Owner; got != "head@centre.example" {
			t.Errorf("owned by %q", got)
		}
	})
}

func TestClocks(t *testing.T) {
	t.Parallel()
	fast := func(o *Options) { o.FastClock = true }
	ticking := func(day, start string) map[string]any {
		return map[string]any{"clock": map[string]any{"day": day, "start": start}, "starts_on": "2027-03-01"}
	}
	b := setup(t, fast)
	var c cohort
	b.as(coordinator, "POST", "/cohorts", with(ticking("1.5s", "2026-08-31T05:00:00Z"))).want(http.StatusCreated).into(&c)
	if c.Clock == nil || c.Clock.Day != "1.5s" || !c.Clock.Start.Equal(time.Date(2026, 8, 31, 5, 0, 0, 0, time.UTC)) || c.Clock.Began == nil {
		t.Errorf("%+v", c.Clock)
	}
	b.as(coordinator, "POST", "/cohorts", with(ticking("1.5s", "2026-08-31T05:00:00Z"))).want(http.StatusOK)
	second := ticking("1.5s", "2026-08-31T05:00:00Z")
	second["name"] = "second"
	b.as(coordinator, "POST", "/cohorts", with(second)).want(http.StatusCreated)
	other := ticking("2s", "2026-08-31T05:00:00Z")
	other["name"] = "other"
	b.as(coordinator, "POST", "/cohorts", with(other)).want(http.StatusConflict)
	other = map[string]any{"name": "third", "starts_on": "2027-03-01"}
	b.as(coordinator, "POST", "/cohorts", with(other)).want(http.StatusCreated) // without a clock: the one there is

	b = setup(t, fast)
	b.as(coordinator, "POST", "/cohorts", with(nil)).want(http.StatusCreated) // settles the real clock
	late := ticking("1s", "2026-08-31T05:00:00Z")
	late["name"] = "late"
	b.as(coordinator, "POST", "/cohorts", with(late)).want(http.StatusConflict)

	for at, bad := range map[string]map[string]any{
		"#/clock/day":   ticking("fast", "2026-08-31T05:00:00Z"),
		"#/clock/start": ticking("1s", "autumn"),
		"#/starts_on":   ticking("1s", "2028-08-31T05:00:00Z"), // past on that clock
	} {
		b = setup(t, fast)
		b.as(coordinator, "POST", "/cohorts", with(bad)).want(http.StatusUnprocessableEntity).pointsAt(at)
		if b.store.clockSet {
			t.Errorf("%s: a refused cohort set the clock", at)
		}
	}
}

func TestShowCohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.counts = programme.CohortCounts{ByState: map[programme.JourneyState]int{"enrolled": 40, "withdrawn": 12, "deferred": 3},
		ByStage: map[string]map[programme.StageState]int{"onboarding": {"open": 20, "done": 20}}, Overdue: 3, Mails: map[programme.MessageState]int{"sent": 200}}
	got := b.as(coordinator, "GET", "/cohorts/2027-spring", "").want(http.StatusOK)
	var c cohort
	got.into(&c)
	if got.header.Get("ETag") != `"3"` || c.Version != 3 || c.Now == nil || *c.PlacesHeld != 12 || c.Owner != "owner@centre.example" ||
		c.Counts.ByState["deferred"] != 3 || *c.Counts.Overdue != 3 || c.Counts.Mails["sent"] != 200 {
		t.Errorf("%s", got.body)
	}
	if !strings.Contains(got.body, `"faults":[]`) || !strings.Contains(got.body, `"clock":null`) || !strings.Contains(got.body, `"launched_at":null`) {
		t.Errorf("nulls are missing: %s", got.body)
	}
	got = b.as(researcher, "GET", "/cohorts/2027-spring", "").want(http.StatusOK)
	c = cohort{}
	got.into(&c)
	// deferred is below ten; withdrawn goes too, or it could be worked out.
	if !maps.Equal(c.Counts.ByState, map[string]int{"enrolled": 40}) || c.Counts.ByStage["onboarding"]["open"] != 20 {
		t.Errorf("a researcher sees %s", got.body)
	}
	if c.PlacesHeld != nil || strings.Contains(got.body, "@") || c.Counts.Overdue != nil || c.Counts.Suppressed != 10 {
		t.Errorf("a researcher sees %s", got.body)
	}
	var all list[cohort]
	b.as(researcher, "GET", "/cohorts", "").want(http.StatusOK).into(&all)
	if len(all.Items) != 2 || all.Items[0].Owner != "" || all.Items[0].Counts != nil {
		t.Errorf("%+v", all.Items)
	}
}

func TestChangeCohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	change := func(body, ifMatch string) *answer {
		return b.as(coordinator, "PATCH", "/cohorts/2027-spring", body, "If-Match", ifMatch)
	}
	b.as(coordinator, "PATCH", "/cohorts/2027-spring", `{"owner":"new@centre.example"}`).want(http.StatusPreconditionRequired).kind(api.PreconditionRequired)
	if got := change(`{"owner":"new@centre.example"}`, `"2"`).want(http.StatusPreconditionFailed).kind(api.Changed); got.header.Get("ETag") != `"3"` {
		t.Error("the current ETag is not told")
	}
	change(`{"owner":"new@centre.example"}`, `W/"3"`).want(http.StatusPreconditionFailed) // strong tags only
	got := change(`{"owner":"new@centre.example","signatory":"Dr Head","contact":"help@centre.example","openings":{"onboarding":"Welcome."},
		"overrides":{"onboarding":{"due_week":-12,"ladder":[7,2],"owner":"other@centre.example"}}}`, `"1", "3"`).want(http.StatusOK)
	var c cohort
	got.into(&c)
	if got.header.Get("ETag") != `"4"` || c.Owner != "new@centre.example" || c.Openings["onboarding"] != "Welcome." || *c.Overrides["onboarding"].DueWeek != -12 {
		t.Errorf("%s", got.body)
	}
	got = change(`{"openings":{"onboarding":""},"overrides":{"onboarding":{}},"places":40}`, `*`).want(http.StatusOK)
	c = cohort{}
	got.into(&c)
	if len(c.Openings) != 0 || len(c.Overrides) != 0 || c.Places != 40 || c.Owner != "new@centre.example" {
		t.Errorf("%s", got.body)
	}
	before := b.store.updates
	for at, body := range map[string]string{
		"#/owner":                     `{"owner":"` + marker + `"}`,
		"#/deputy":                    `{"deputy":"x"}`,
		"#/openings":                  `{"openings":{"` + marker + `":"x"}}`,
		"#/overrides":                 `{"overrides":{"residential-1":{"due_week":1}}}`,
		"#/overrides/onboarding":      `{"overrides":{"onboarding":{"due_week":-20}}}`,
		"#/overrides/alumni/owner":    `{"overrides":{"alumni":{"owner":"` + marker + `"}}}`,
		"#/overrides/alumni/due_week": `{"overrides":{"alumni":{"due_week":"soon"}}}`,
		"#/starts_on":                 `{"starts_on":"2027-03-08"}`,
		"#/places":                    `{"places":0}`,
	} {
		change(body, `*`).want(http.StatusUnprocessableEntity).kind(api.InvalidInput).pointsAt(at)
	}
	if b.store.updates != before {
		t.Error("a refused change was written")
	}
}

// Places beyond what the blueprint says an event has room for are refused; fewer are not, although they are still too many.
func TestMorePlacesThanTheYearHasRoomFor(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) {
		o.Blueprints = func() []programme.Blueprint {
			year, err := programme.BlueprintNamed("residentials")
			if err != nil {
				panic(err)
			}
			year.Stages = slices.Clone(year.Stages)
			for i, stage := range year.Stages {
				if stage.Event != nil {
					event := *stage.Event
					event.Capacity = 35
					year.Stages[i].Event = &event
				}
			}
			return []programme.Blueprint{year}
		}
	})
	c := b.store.cohorts["2027-spring"]
	c.Blueprint = "residentials"
	c.Route = programme.RouteConfirmed
	b.store.cohorts[c.Name] = c
	change := func(places string) *answer {
		return b.as(coordinator, "PATCH", "/cohorts/2027-spring", `{"places":`+places+`}`, "If-Match", "*")
	}
	change("35").want(http.StatusOK)
	if got := change("36").want(http.StatusUnprocessableEntity).pointsAt("#/places"); !strings.Contains(got.body, "has room for 35, but the cohort has 36 places") {
		t.Errorf("%s", got.body)
	}
	c.Places = 50
	b.store.cohorts[c.Name] = c
	change("45").want(http.StatusOK)
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got := b.as(coordinator, "POST", "/cohorts/2027-spring/launch", "").want(http.StatusAccepted)
	var out struct {
		Operation operation
		Started   int
	}
	got.into(&out)
	if out.Started != 7 || out.Operation.State != "running" || got.header.Get("Location") != Base+"/operations/op-1" {
		t.Errorf("%s", got.body)
	}
	b.store.launchErr = programme.Refuse("participants", "The cohort has no participants yet.")
	empty := b.as(coordinator, "POST", "/cohorts/2027-spring/launch", "").want(http.StatusUnprocessableEntity).problem()
	if empty.Errors[0].Pointer != "" || empty.Errors[0].Detail == "" {
		t.Errorf("a call without a body is refused at %q", empty.Errors[0].Pointer)
	}
	week := -20
	c := b.store.cohorts["2027-spring"]
	c.Overrides = map[string]programme.StageOverride{"onboarding": {DueWeek: &week}}
	b.store.cohorts["2027-spring"] = c
	if got := b.as(coordinator, "POST", "/cohorts/2027-spring/launch", "").want(http.StatusUnprocessableEntity); len(got.problem().Errors) == 0 {
		t.Error("a faulty cohort is refused without a fault")
	}
	if b.store.launches != 1 {
		t.Error("a faulty cohort was launched")
	}
}

func TestBlueprints(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var all list[BlueprintSummary]
	b.as(researcher, "GET", "/blueprints", "").want(http.StatusOK).into(&all)
	if len(all.Items) < 3 || all.Items[0].Name != "flagship" || !all.Items[0].Runnable || len(all.Items[0].Missing) > 0 {
		t.Errorf("%+v", all.Items)
	}
	var one blueprint
	b.as(coordinator, "GET", "/blueprints/flagship?starts_on=2027-03-01", "").want(http.StatusOK).into(&one)
	for _, s := range one.Stages {
		if s.OpensAt == nil || s.Due == nil || s.Limit == nil {
			t.Errorf("%s has no dates", s.Name)
		}
		if s.Kind == programme.KindEvent && (s.Event == nil || s.Event.StartsAt == nil) {
			t.Errorf("%s has no times", s.Name)
		}
		if s.Name == "selection" && !s.OpensAt.Equal(programme.Date{Year: 2026, Month: 9, Day: 7}.At(6, 0)) {
			t.Errorf("selection opens %s", s.OpensAt)
		}
	}
	if one.LastJoins == nil || len(one.Faults) != 0 {
		t.Errorf("%+v", one.Faults)
	}
	one = blueprint{}
	b.as(coordinator, "GET", "/blueprints/essentials", "").want(http.StatusOK).into(&one)
	if one.Stages[0].OpensAt != nil || one.LastJoins != nil {
		t.Error("dates without a start")
	}
	b.as(coordinator, "GET", "/blueprints/essentials?starts_on=2027-03-02", "").want(http.StatusUnprocessableEntity).pointsAt("?starts_on")
	b.as(coordinator, "GET", "/blueprints/essentials?starts_on="+marker, "").want(http.StatusUnprocessableEntity).pointsAt("?starts_on")
	b.as(coordinator, "GET", "/blueprints/essentials?colour=1", "").want(http.StatusUnprocessableEntity).pointsAt("?colour")
	b.as(coordinator, "GET", "/blueprints/essentials?"+marker+"%40example.org=1", "").want(http.StatusUnprocessableEntity)
}
