package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/cookiejar"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// leader is somebody of a scripted story: reads the mail at the sink, follows its links and sends the forms. Its methods
// return errors, so that many can act at once.
type leader struct {
	s      *system
	box    string // folder of the sink
	email  string
	ref    string
	rounds map[string]int // of stages that were opened again
	client *http.Client
}

func newLeader(s *system, box, email, ref string) *leader {
	jar, _ := cookiejar.New(nil) // fails never without options
	return &leader{s: s, box: box, email: email, ref: ref, rounds: map[string]int{}, client: &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// until waits for a condition, looking again and again.
func until(what string, within time.Duration, holds func() bool) error {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	look := time.NewTicker(40 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			return fmt.Errorf("waited %s in vain: %s", within, what)
		case <-look.C:
		}
	}
	return nil
}

// patience is how long a story waits for anything. A recording, whose year is slower, has more.
var patience = time.Minute

// request is the newest mail to the leader that asks for a stage in its present round, and at which place.
func (l *leader) request(stage string) (found sink.Mail, at int) {
	mails, _ := sink.Index(l.box) // a line that is just being written shows the next time
	for _, m := range slices.Backward(mails) {
		at := slices.IndexFunc(m.Keys, func(key string) bool {
			parts := strings.Split(key, "/") // cohort, reference, stage, message, round.plan.rung
			return len(parts) == 5 && parts[1] == l.ref && parts[2] == stage && strings.HasPrefix(parts[4], fmt.Sprint(max(l.rounds[stage], 1), "."))
		})
		if strings.EqualFold(m.To, l.email) && at >= 0 {
			return m, at
		}
	}
	return found, -1
}

// asked waits until a mail asks for a stage.
func (l *leader) asked(stage string) error {
	return until(l.ref+" is asked for "+stage, patience, func() bool { _, at := l.request(stage); return at >= 0 })
}

var linkInMail = regexp.MustCompile(`https?://[^\s<>"]+/l/[A-Za-z0-9_-]+`)

// follow opens the link to a stage and leaves its page before the leader. A link may have been replaced by that of a mail
// that came meanwhile: then that one is followed.
func (l *leader) follow(stage string) error {
	if err := l.asked(stage); err != nil {
		return err
	}
	var last error
	err := until("a link leads to "+stage, 10*time.Second, func() bool { last = l.tryLink(stage); return last == nil })
	return errors.Join(err, last)
}

func (l *leader) tryLink(stage string) error {
	m, at := l.request(stage)
	raw, err := sink.Raw(l.box, m.ID)
	if err != nil {
		return err
	}
	links := linkInMail.FindAllString(textOfMail(raw), -1)
	links = slices.Compact(links)
	if len(links) == 0 {
		return fmt.Errorf("%s: no link in mail %s (%v)", l.ref, m.ID, m.Keys)
	}
	link := links[min(at, len(links)-1)]
	if status, _, err := l.send(http.MethodGet, link, nil); err != nil || status != http.StatusOK {
		return fmt.Errorf("%s opens the link to %s in mail %s (%v): %d %v", l.ref, stage, m.ID, m.Keys, status, err)
	}
	status, to, err := l.send(http.MethodPost, link, url.Values{})
	if err != nil || status != http.StatusSeeOther {
		return fmt.Errorf("%s follows the link to %s: %d %v", l.ref, stage, status, err)
	}
	if !strings.HasPrefix(to, "/year/"+l.ref+"/"+stage) {
		return fmt.Errorf("%s: the link to %s leads to %s", l.ref, stage, to)
	}
	return nil
}

// fill sends one form; path is beneath the leader's year.
func (l *leader) fill(path string, values url.Values) error {
	status, _, err := l.send(http.MethodPost, l.s.url+"/year/"+l.ref+"/"+path, values)
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		return fmt.Errorf("%s fills %s: %w", l.ref, path, err)
	}
	return nil
}

func (l *leader) send(method, address string, values url.Values) (status int, to string, err error) {
	var body io.Reader
	if values != nil {
		body = strings.NewReader(values.Encode())
	}
	request, err := http.NewRequest(method, address, body)
	if err != nil {
		return 0, "", err
	}
	if values != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := l.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header.Get("Location"), nil
}

// answer follows the link to a stage and answers it, with these values in place of the usual ones.
func (l *leader) answer(stage string, instead url.Values) error {
	if err := l.follow(stage); err != nil {
		return err
	}
	with := func(values url.Values) url.Values { maps.Copy(values, instead); return values }
	switch stage {
	case "selection":
		return l.fill(stage, with(url.Values{"answer": {"accept"}}))
	case "closing-survey", "survey-1-month", "survey-2-months":
		return l.fill(stage, with(surveyAnswers()))
	case "psychometrics":
		for page := range 5 {
			if err := l.fill(fmt.Sprint(stage, "/page-", page+1), with(itemAnswers(10*page+1, 10*page+10))); err != nil {
				return err
			}
		}
		return l.fill(stage+"/check", url.Values{})
	case "alumni":
		return l.fill(stage, with(url.Values{"certificate_name": {"A Leader"}, "directory": {"yes"}, "show": {"name", "sector"},
			"interests": {"national"}, "news": {"no"}}))
	}
	for _, section := range onboardingSections() {
		if err := l.fill(stage+"/"+section.name, with(section.values)); err != nil {
			return err
		}
	}
	return l.fill(stage+"/check", url.Values{})
}

// itemAnswers answers the statements from one number to another.
func itemAnswers(from, to int) url.Values {
	answers := url.Values{}
	for n := from; n <= to; n++ {
		answers.Set(fmt.Sprint("item-", n), "4")
	}
	return answers
}

func surveyAnswers() url.Values {
	answers := url.Values{}
	for _, name := range []string{"satisfied", "worthwhile", "happy", "anxious", "adaptive", "connected", "questioning", "purposeful",
		"ethical", "across_organisations", "productivity"} {
		answers.Set(name, "4")
	}
	return answers
}

type formSection struct {
	name   string
	values url.Values
}

func onboardingSections() []formSection {
	return []formSection{
		{"profile", url.Values{"given_name": {"Given"}, "family_name": {"Family"}, "job_title": {"Chief Executive"}, "organisation": {"Organisation"},
			"sector": {"Healthcare"}, "region": {"London"}, "role_started": {"2026-01"}}},
		{"assistant", url.Values{"has_assistant": {"no"}}},
		{"privacy", url.Values{"privacy_read": {"yes"}, "consent_psychometrics": {"yes"}, "consent_coach_report": {"no"}}},
		{"needs", url.Values{"dietary": {"vegetarian"}, "arrival": {"train"}, "room_night_before": {"yes"}}},
		{"coaching", url.Values{"coach_background": {"either"}, "coach_where": {"online"}}},
		{"monitoring", url.Values{"age_band": {"45_54"}}},
		{"survey", surveyAnswers()},
	}
}

// seenJourney is the part of a journey that stories look at.
type seenJourney struct {
	Ref       string `json:"ref"`
	State     string `json:"state"`
	Attention string `json:"attention"`
	Stages    []struct {
		Name        string    `json:"name"`
		State       string    `json:"state"`
		WaitingOn   string    `json:"waiting_on"`
		Since       time.Time `json:"since"`
		Due         time.Time `json:"due"`
		Limit       time.Time `json:"limit"`
		Overdue     bool      `json:"overdue"`
		Attention   string    `json:"attention"`
		TemporalURL string    `json:"temporal_url"`
	} `json:"stages"`
}

// stage is one stage in short: its state, "overdue" or what is parked.
func (j seenJourney) stage(name string) string {
	for _, s := range j.Stages {
		switch {
		case s.Name != name:
		case s.Attention != "":
			return s.Attention
		case s.Overdue:
			return "overdue"
		default:
			return s.State
		}
	}
	return ""
}

func (s *system) journey(ref string) (seen seenJourney, err error) {
	status, body, err := s.try(http.MethodGet, "/journeys/"+ref, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("journey %s: %d", ref, status)
	}
	return seen, errors.Join(err, json.Unmarshal(body, &seen))
}

// reaches waits until the journey is in one of these states.
func (l *leader) reaches(states ...string) error {
	return until(fmt.Sprint(l.ref, " is ", states), patience, func() bool {
		seen, err := l.s.journey(l.ref)
		return err == nil && slices.Contains(states, seen.State)
	})
}

// stageIs waits until a stage of the journey is so; see seenJourney.stage.
func (l *leader) stageIs(name, state string) error {
	return until(fmt.Sprint(name, " of ", l.ref, " is ", state), patience, func() bool {
		seen, err := l.s.journey(l.ref)
		return err == nil && seen.stage(name) == state
	})
}

// order gives a command over REST.
func (l *leader) order(command programme.CommandName, body map[string]any) error {
	if body["reason"] == nil {
		body["reason"] = "leader_asked"
	}
	status, answer, err := l.s.try(http.MethodPost, "/journeys/"+l.ref+"/"+string(command), body)
	if err == nil && status > 299 {
		err = fmt.Errorf("%d %s", status, answer)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", command, l.ref, err)
	}
	return nil
}

// insist gives a command until it is taken: what the records know already the journey learns a moment later.
func (l *leader) insist(command programme.CommandName, body map[string]any) error {
	var last error
	err := until("an order is taken", 10*time.Second, func() bool { last = l.order(command, body); return last == nil })
	return errors.Join(err, last)
}

// importLeaders imports a spreadsheet and returns a leader for each row, in its order.
func (s *system) importLeaders(t *testing.T, cohort, box, spreadsheet string, emails []string) []*leader {
	t.Helper()
	var report struct {
		Rows []struct {
			Ref string `json:"ref"`
		} `json:"rows"`
	}
	s.must(http.MethodPost, "/cohorts/"+cohort+"/participants", spreadsheet, &report)
	if len(report.Rows) != len(emails) {
		t.Fatalf("%d rows were imported, want %d", len(report.Rows), len(emails))
	}
	var all []*leader
	for i, row := range report.Rows {
		all = append(all, newLeader(s, box, emails[i], row.Ref))
	}
	return all
}

// textOfMail is the plain text of a mail, decoded.
func textOfMail(raw []byte) string {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	return textOfPart(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
}

func textOfPart(contentType, encoding string, body io.Reader) string {
	kind, params, _ := mime.ParseMediaType(contentType)
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return ""
			}
			if text := textOfPart(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); text != "" {
				return text
			}
		}
	}
	if kind != "text/plain" {
		return ""
	}
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(body) // what a broken mail still gives is read
	return string(text)
}
