package cast

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (f *fake) rest(mux *http.ServeMux) {
	handle := func(pattern string, do func(*http.Request, map[string]any) (int, any)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if r.Header.Get("Authorization") != "Bearer staff-token" {
				f.fail(w, http.StatusUnauthorized, "no token")
				return
			}
			key := r.Header.Get("Idempotency-Key")
			if saved, again := f.keys[key]; again && key != "" {
				_, _ = w.Write(saved)
				return
			}
			var body map[string]any
			if r.Header.Get("Content-Type") == "application/json" {
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					f.fail(w, http.StatusBadRequest, "no JSON")
					return
				}
			}
			status, answer := do(r, body)
			if status >= 300 {
				f.fail(w, status, fmt.Sprint(answer))
				return
			}
			text, _ := json.Marshal(answer)
			if key != "" {
				f.keys[key] = text
			}
			if status == http.StatusAccepted {
				w.Header().Set("Location", "/api/v1/operations/op-1")
			}
			w.Header().Set("ETag", strconv.Itoa(f.version))
			w.WriteHeader(status)
			_, _ = w.Write(text)
		})
	}
	handle("POST /api/v1/cohorts", f.createCohort)
	handle("GET /api/v1/cohorts/{c}", func(*http.Request, map[string]any) (int, any) { return 200, f.cohort() })
	handle("PATCH /api/v1/cohorts/{c}", func(r *http.Request, body map[string]any) (int, any) {
		if f.version++; r.Header.Get("If-Match") != strconv.Itoa(f.version-1) || f.version == 1 {
			return http.StatusPreconditionFailed, "changed" // once, to see it read again
		}
		f.places = int(body["places"].(float64))
		return 200, f.cohort()
	})
	handle("POST /api/v1/cohorts/{c}/participants", f.importPeople)
	handle("POST /api/v1/cohorts/{c}/launch", func(r *http.Request, _ map[string]any) (int, any) {
		people := 0
		for _, j := range f.journeys {
			if j.cohort == r.PathValue("c") {
				people++
			}
		}
		if people == 0 {
			return 422, "nobody would be invited"
		}
		f.launched[r.PathValue("c")] = true
		return http.StatusAccepted, map[string]any{"started": 1}
	})
	handle("GET /api/v1/tasks", func(r *http.Request, _ map[string]any) (int, any) {
		items := []map[string]string{}
		if stage, open := f.tasks[r.URL.Query().Get("ref")]; open {
			items = append(items, map[string]string{"code": "mail_refused", "stage": stage})
		}
		return 200, map[string]any{"items": items}
	})
	handle("GET /api/v1/journeys/{ref}", func(r *http.Request, _ map[string]any) (int, any) {
		return 200, f.journey(f.journeys[r.PathValue("ref")])
	})
	handle("GET /api/v1/journeys/{ref}/{part}", func(r *http.Request, _ map[string]any) (int, any) {
		return 200, map[string]any{"items": []any{map[string]any{"ref": r.PathValue("ref"), "part": r.PathValue("part")}}}
	})
	handle("GET /api/v1/operations/{id}", func(*http.Request, map[string]any) (int, any) {
		f.orders++
		return 200, map[string]any{"state": map[bool]string{true: "running", false: "done"}[f.orders%2 == 1]}
	})
	handle("POST /api/v1/journeys/{ref}/{command}", f.order)
}

func (f *fake) createCohort(_ *http.Request, body map[string]any) (int, any) {
	if clock, ok := body["clock"].(map[string]any); ok {
		f.clock.Day, _ = time.ParseDuration(clock["day"].(string))
		f.clock.Start, _ = time.Parse(time.RFC3339, clock["start"].(string))
		f.clock.Began = time.Now().Truncate(time.Millisecond)
		f.startsOn, _ = time.ParseInLocation("2006-01-02", body["starts_on"].(string), london)
		f.places = int(body["places"].(float64))
	}
	return 201, f.cohort()
}

func (f *fake) cohort() any {
	states := map[string]int{}
	for _, j := range f.journeys {
		if j.cohort == "2027-spring" {
			states[j.state]++
		}
	}
	return map[string]any{"now": f.now(), "counts": map[string]any{"by_state": states},
		"clock": map[string]any{"day": f.clock.Day.String(), "start": f.clock.Start, "began": f.clock.Began}}
}

func (f *fake) journey(j *fakeJourney) any {
	var stages []map[string]any
	for _, s := range j.stages {
		stages = append(stages, map[string]any{"name": s.name, "state": s.state})
	}
	return map[string]any{"ref": j.ref, "state": j.state, "continues": j.continues, "stages": stages}
}

func (f *fake) importPeople(r *http.Request, _ map[string]any) (int, any) {
	rows, err := csv.NewReader(r.Body).ReadAll()
	if err != nil || len(rows) < 2 || !strings.HasSuffix(rows[0][0], "title") {
		return 422, "no spreadsheet"
	}
	var report []map[string]any
	for i, row := range rows[1:] {
		priority, _ := strconv.Atoi(row[11])
		j := f.add(r.PathValue("c"), row[1], row[3], row[10], priority)
		report = append(report, map[string]any{"row": i + 2, "ref": j.ref, "result": "new"})
	}
	return 200, map[string]any{"new": len(report), "rows": report}
}

// order obeys a command as far as the cast can tell.
func (f *fake) order(r *http.Request, body map[string]any) (int, any) {
	j, command := f.journeys[r.PathValue("ref")], r.PathValue("command")
	if j == nil || body["reason"] == "" || body["reason"] == nil {
		return 422, "who, and why?"
	}
	name, _ := body["stage"].(string)
	s := j.stage(name)
	if j.ended() {
		return http.StatusConflict, j.state
	}
	f.commands[command]++
	now, row := f.now(), fmt.Sprint("cmd", f.mails)
	switch command {
	case "hold":
		j.heldState, j.state, j.heldFrom = j.state, "on_hold", now
	case "resume":
		j.state = j.heldState
		for _, s := range j.stages {
			if s.state == "open" {
				s.due, s.limit, s.sent = s.due.Add(now.Sub(j.heldFrom)), s.limit.Add(now.Sub(j.heldFrom)), len(s.rungs)
			}
		}
	case "withdraw":
		f.mail(j, j.email, []string{j.key("-", "withdrawn", row)}, nil)
		j.state = "withdrawn"
	case "defer":
		next := f.add(body["cohort"].(string), j.given, j.email, j.assistant, 0)
		next.state, next.continues, j.state = "enrolled", j.ref, "deferred"
		next.stages[0].state = "skipped"
		f.mail(j, j.email, []string{j.key("-", "deferred", row)}, nil)
		return 200, map[string]any{"changed": true, "into": next.ref}
	case "extend":
		until, err := time.ParseInLocation("2006-01-02", body["until"].(string), london)
		if err != nil || s.state != "open" || !until.After(s.due) {
			return 422, "until"
		}
		if f.commands["extend"] == 1 {
			return 422, "that is a bank holiday"
		}
		s.due, s.limit = until, until.AddDate(0, 0, 30)
		f.mail(j, j.email, []string{j.key(s.name, "date-changed", row)}, nil)
	case "skip":
		if s.state != "open" && s.state != "not_open" {
			return http.StatusConflict, s.state
		}
		s.state = "skipped"
	case "reopen":
		s.state = "not_open"
	case "resend":
		s = j.stage(body["message"].(string))
		f.mail(j, j.email, []string{f.asking(j, s) + ".1"}, nil)
	case "answer-for":
		answers := body["answers"].(map[string]any)
		if s.state == "done" {
			return http.StatusConflict, "done"
		}
		if s.kind == "onboarding" && (answers["privacy_read"] == nil || answers["satisfied"] != nil) {
			return 422, "answers"
		}
		j.agrees = j.agrees || fmt.Sprint(answers["consent_psychometrics"]) == "[yes]"
		f.answered(j, s, "answer-recorded")
		if f.commands[command] == 1 {
			return http.StatusAccepted, map[string]any{}
		}
	case "change-email":
		f.readdress(j, body["email"].(string), row)
	case "retry":
		if f.tasks[j.ref] == "" || f.commands[command] == 1 {
			return http.StatusConflict, "nothing is parked yet"
		}
	case "correct":
		if f.commands[command] == 1 {
			return http.StatusConflict, "nothing is parked just now"
		}
		delete(f.tasks, j.ref)
		f.readdress(j, body["email"].(string), row)
	case "change-details":
		j.job = body["details"].(map[string]any)["job_title"].(string)
	}
	return 200, map[string]any{"changed": true, "journey": f.journey(j)}
}

// readdress changes the address: every link dies, and one mail lists all that is open.
func (f *fake) readdress(j *fakeJourney, email, row string) {
	j.email = email
	for token, link := range f.links {
		if link.ref == j.ref && link.part != "feed" && link.part != "assistant" {
			f.links[token] = fakeLink{part: "dead"}
		}
	}
	f.mail(j, j.email, []string{j.key("-", "email-changed", row)}, nil)
}

// answered closes a stage and confirms it.
func (f *fake) answered(j *fakeJourney, s *fakeStage, confirmation string) {
	s.state = "done"
	if s.kind == "selection" && j.state == "invited" {
		j.state = "enrolled"
	}
	f.mail(j, j.email, []string{j.key(s.name, confirmation, fmt.Sprint("row", f.mails))}, nil)
	if s.kind == "onboarding" && j.may != "" && j.may != "nothing" && j.assistant != "" {
		f.mail(j, j.assistant, []string{j.key("-", "assistant-welcome", "1.1.0")}, nil)
	}
}
