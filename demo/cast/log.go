package cast

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Act is one thing somebody did over HTTP: one line of the log. It names nobody: people are numbers and references.
type Act struct {
	Sent      time.Time `json:"sent"`     // real time
	Answered  time.Time `json:"answered"` // real time; where nothing came back, the moment of giving up
	At        time.Time `json:"at"`       // programme time of Sent
	Done      time.Time `json:"done"`     // programme time of Answered
	Person    int       `json:"person"`   // number in the cast, 0 for staff's own business
	Ref       string    `json:"ref,omitempty"`
	Act       string    `json:"act"` // open, press, section, answer, change, assistant, page, old-link, new-link, unsubscribe, move-session, cancel-session, log-session, decide, or staff's command
	Stage     string    `json:"stage,omitempty"`
	Round     int       `json:"round,omitempty"`
	Sitting   string    `json:"sitting,omitempty"`
	Answer    string    `json:"answer,omitempty"` // accept or decline; of an event confirm, another or cannot, of its register what was noted
	Slot      string    `json:"slot,omitempty"`   // the published time that was chosen for a session
	Coach     string    `json:"coach,omitempty"`  // of a pair, a change of it, or a look at a report
	Costs     string    `json:"costs,omitempty"`  // of an event that was missed: recovered
	Method    string    `json:"method"`
	Path      string    `json:"path"` // secrets masked
	Status    int       `json:"status"`
	Confirmed bool      `json:"confirmed"` // its effect was seen: a done page, or the command's answer
	Into      string    `json:"into,omitempty"`
	Message   string    `json:"message,omitempty"`
	Missed    string    `json:"missed,omitempty"`
	Failure   string    `json:"failure,omitempty"` // why nothing came back; it was tried again
	Problem   string    `json:"problem,omitempty"` // the person gave up, and why
}

// actLog is the append-only log.
type actLog struct {
	mu     sync.Mutex
	file   *os.File
	lines  int
	gaveUp []string
}

func openLog(path string) (*actLog, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the cast's folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the cast's log: %w", err)
	}
	return &actLog{file: f}, nil
}

func (l *actLog) add(a Act) {
	line, err := json.Marshal(a)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		_, err = l.file.Write(append(line, '\n'))
	}
	l.lines++
	if a.Problem != "" {
		l.gaveUp = append(l.gaveUp, fmt.Sprintf("person %d, %s %s: %s", a.Person, a.Act, a.Stage, a.Problem))
	}
	if err != nil {
		l.gaveUp = append(l.gaveUp, "the log cannot be written: "+err.Error())
	}
}

func (l *actLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines
}

func (l *actLog) problems() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.gaveUp...)
}

func (l *actLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.file.Close()
}

func writeJSON(path string, v any) error {
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o600)
}
