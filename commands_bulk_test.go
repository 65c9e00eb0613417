package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// manyAtOnce holds a whole cohort from the console: what was shown is ordered by the second click, the workers carry it out
// through every journey's workflow, and each has an order of its own in its history. One who is held already stays so.
func manyAtOnce(w *town) {
	jar, _ := cookiejar.New(nil) // never fails without options
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	post := func(path string, form url.Values) (string, string) {
		w.t.Helper()
		answer, err := client.PostForm(w.url+path, form)
		if err != nil {
			w.t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		page, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			w.t.Fatalf("%s: %d, %v\n%s", path, answer.StatusCode, err, page)
		}
		return string(page), answer.Request.URL.Path
	}
	hidden := func(page, name string) string {
		w.t.Helper()
		found := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)
		if found == nil {
			w.t.Fatalf("no field %s in\n%s", name, page)
		}
		return found[1]
	}
	var list struct{ Items []journeyDoc }
	w.must(http.MethodGet, "/journeys?cohort=many", nil, &list)
	w.eventually("the survey of everybody is open", time.Minute, func() bool {
		w.must(http.MethodGet, "/journeys?cohort=many&stage="+survey, nil, &list)
		return len(list.Items) == 6
	})
	w.order(list.Items[0].Ref, "hold", with{"reason": "leave"})

	post("/console/sign-in", url.Values{"token": {w.token}})
	order := url.Values{"reason": {"operational_demand"}, "note": {"The venue is closed"}, "step": {"check"}}
	page, _ := post("/console/cohorts/many/bulk/hold", order)
	if !strings.Contains(page, "<dt>Will be done for</dt><dd>5</dd>") || !strings.Contains(page, "<dt>Is so already for</dt><dd>1</dd>") || !strings.Contains(page, "Will not go: held") {
		w.t.Errorf("the preview is\n%s", page)
	}
	order.Set("step", "give")
	order.Set("order", hidden(page, "order"))
	order.Set("shown", hidden(page, "shown"))
	_, at := post("/console/cohorts/many/bulk/hold", order)
	if _, again := post("/console/cohorts/many/bulk/hold", order); again != at {
		w.t.Errorf("the second click went to %s, the first to %s", again, at)
	}
	w.eventually("everybody is held", time.Minute, func() bool {
		var op struct {
			State               string
			Total, Done, Failed int
		}
		w.must(http.MethodGet, "/operations/"+at[strings.LastIndex(at, "/")+1:], nil, &op)
		return op.State == "done" && op.Total == 6 && op.Done == 6 && op.Failed == 0
	})
	for n, one := range list.Items {
		held := w.ordered(one.Ref, "hold")
		if j := w.journey(one.Ref); j.State != "on_hold" || len(held) != 1 || n > 0 && (held[0].Reason != "operational_demand" || held[0].Note != "The venue is closed") {
			w.t.Errorf("%s is %s after %+v", one.Ref, j.State, held)
		}
	}
}
