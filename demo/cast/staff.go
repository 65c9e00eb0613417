package cast

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// staff are the people at the centre: they use the REST API, one thing at a time for each journey.
type staff struct {
	play   *play
	client *http.Client
}

// The addresses of the centre.
const (
	owner     = "programme.office@centre.example"
	deputy    = "deputy.office@centre.example"
	contact   = "programme@centre.example"
	signatory = "The programme team"
)

// call is one request to the API.
type call struct {
	method, path string
	body         any    // JSON; a []byte goes as CSV
	ifMatch      string // for PATCH
}

// answered is what came back.
type answered struct {
	status   int
	body     []byte
	location string
	etag     string
}

// base is where the API's calls lie.
const base = "/api/v1"

// do sends a call until it is answered by something else than "later": like people at a desk, staff repeat what got no
// answer, under the same Idempotency-Key, so that it happens once. Every request is a line of the log; the last one is
// returned with the answer, and settle may complete it before it is written.
func (s *staff) do(ctx context.Context, act Act, c call, settle func(*Act, answered)) (answered, error) {
	act.Method, act.Path = c.method, c.path
	key := s.key(act, c)
	giveUp, busy := s.play.o.Now().Add(s.play.o.Patience), 0
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		act.Sent = s.play.o.Now()
		got, later, err := s.send(ctx, c, key)
		act.Answered = s.play.o.Now()
		act.At, act.Done = s.play.clock.Programme(act.Sent), s.play.clock.Programme(act.Answered)
		act.Status, act.Failure, act.Confirmed = got.status, "", err == nil && got.status < 300 && got.status != http.StatusAccepted
		if err != nil {
			act.Failure = plain(err)
		}
		if later && got.status == http.StatusConflict {
			// Whoever took the order may have died over it; nobody waits for ever for an answer to the old form.
			if busy++; busy == 3 {
				key, busy = s.key(act, c), 0
			}
		}
		if !later {
			if settle != nil {
				settle(&act, got)
			}
			s.play.log.add(act)
			return got, nil
		}
		if ctx.Err() != nil {
			s.play.log.add(act)
			return got, ctx.Err()
		}
		if act.Answered.After(giveUp) {
			act.Problem = fmt.Sprintf("no answer for %s (status %d)", s.play.o.Patience, got.status)
			s.play.log.add(act)
			return got, errors.New(act.Problem)
		}
		s.play.log.add(act)
		if err := pause(ctx, wait); err != nil {
			return got, err
		}
	}
}

// key names an order, so that repeating it does nothing; only orders have one.
func (s *staff) key(act Act, c call) string {
	if c.method != http.MethodPost {
		return ""
	}
	return fmt.Sprintf("cast-%d-%s-%s", act.Person, act.Act, strconv.FormatInt(s.play.o.Now().UnixNano(), 36))
}

// send sends a call once; later says that it should be sent again.
func (s *staff) send(ctx context.Context, c call, key string) (got answered, later bool, err error) {
	body, kind := []byte(nil), "application/json"
	switch b := c.body.(type) {
	case nil:
	case []byte:
		body, kind = b, "text/csv"
	default:
		if body, err = json.Marshal(b); err != nil {
			return got, false, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, c.method, s.play.o.API+c.path, bytes.NewReader(body))
	if err != nil {
		return got, false, err
	}
	request.Header.Set("Authorization", "Bearer "+s.play.o.Token)
	request.Header.Set("Accept", "application/json, application/problem+json")
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if c.ifMatch != "" {
		request.Header.Set("If-Match", c.ifMatch)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return got, true, err
	}
	defer response.Body.Close()
	got = answered{status: response.StatusCode, location: response.Header.Get("Location"), etag: response.Header.Get("ETag")}
	if got.body, err = io.ReadAll(io.LimitReader(response.Body, most)); err != nil {
		return got, true, err
	}
	inFlight := got.status == http.StatusConflict && response.Header.Get("Retry-After") != ""
	return got, got.status >= 500 || got.status == http.StatusTooManyRequests || inFlight, nil
}

// must is do for what the demo cannot go on without.
func (s *staff) must(ctx context.Context, act Act, c call) (answered, error) {
	got, err := s.do(ctx, act, c, func(a *Act, got answered) {
		a.Confirmed = got.status < 300
		if !a.Confirmed {
			a.Problem = refusal(got)
		}
	})
	if err == nil && got.status >= 300 {
		err = fmt.Errorf("staff: %s %s: %s", c.method, c.path, refusal(got))
	}
	return got, err
}

// refusal is what a problem document says, in a line. It never repeats a personal value, and so may be logged.
func refusal(got answered) string {
	var problem struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Errors []struct {
			Pointer string `json:"pointer"`
			Detail  string `json:"detail"`
		} `json:"errors"`
	}
	text := fmt.Sprintf("status %d", got.status)
	if json.Unmarshal(got.body, &problem) != nil {
		return text
	}
	for _, part := range []string{problem.Title, problem.Detail} {
		if part != "" {
			text += ", " + part
		}
	}
	for _, e := range problem.Errors {
		text += "; " + strings.TrimSpace(e.Pointer+" "+e.Detail)
	}
	return text
}

// cohort is what GET /cohorts/{cohort} says, as far as the cast asks.
type cohort struct {
	Now   time.Time `json:"now"`
	Clock *struct {
		Day   string    `json:"day"`
		Start time.Time `json:"start"`
		Began time.Time `json:"began"`
	} `json:"clock"`
	Counts struct {
		ByState map[string]int            `json:"by_state"`
		ByStage map[string]map[string]int `json:"by_stage"`
		Parked  int                       `json:"parked"`
	} `json:"counts"`
}

// endings are the states in which a journey has ended.
var endings = []string{"completed", "declined", "rejected", "lapsed", "withdrawn", "deferred", "not_needed"}

// laterSurveys are the surveys that come months after the year, to those who completed it.
var laterSurveys = []string{"survey-6-months", "survey-12-months"}

// over reports whether all of so many journeys have ended, and nothing is asked of anybody after that.
func (c cohort) over(participants int) bool {
	ended := 0
	for _, state := range endings {
		ended += c.Counts.ByState[state]
	}
	for _, survey := range laterSurveys {
		if c.Counts.ByStage[survey]["not_open"]+c.Counts.ByStage[survey]["open"] > 0 {
			return false
		}
	}
	return ended >= participants
}

// look reads the cohort's counts.
func (s *staff) look(ctx context.Context) (cohort, error) {
	var c cohort
	got, err := s.must(ctx, Act{Act: "look"}, call{method: http.MethodGet, path: base + "/cohorts/" + s.play.year.cohort})
	if err == nil {
		err = json.Unmarshal(got.body, &c)
	}
	return c, err
}
