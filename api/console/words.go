package console

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"
)

// moment is a time in London as staff read it: "Thu 11 Feb 2027, 17:00". The zero time is empty.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(programme.London).Format("Mon 2 Jan 2006, 15:04")
}

// span is from when to when: one day with two times, or two moments.
func span(from, to time.Time) string {
	if programme.DateOf(from) == programme.DateOf(to) {
		return moment(from) + " to " + to.In(programme.London).Format("15:04")
	}
	return moment(from) + " to " + moment(to)
}

// day is a date: "Thu 11 Feb 2027".
func day(d programme.Date) string { return d.At(12, 0).In(programme.London).Format("Mon 2 Jan 2006") }

// word makes a code readable: on_hold becomes "On hold", invitation-reminder "Invitation reminder".
func word[T ~string](code T) string {
	text := strings.NewReplacer("_", " ", "-", " ").Replace(string(code))
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// atLeast is a count that may have ended early: "12" or "50 or more".
func atLeast(n int, more bool) string {
	if more {
		return strconv.Itoa(n) + " or more"
	}
	return strconv.Itoa(n)
}

var (
	reference  = regexp.MustCompile(`^P-[0-9A-Z]{6}$`)
	cohortName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
)

func cohortPath(name string) string { return "/console/cohorts/" + url.PathEscape(name) }

func journeyPath(ref string) string { return "/console/journeys/" + url.PathEscape(ref) }

func taskPath(id int64) string { return tasksPath + "/" + strconv.FormatInt(id, 10) }

// messagePath is the page of one line of the ledger, beneath the journey that its key names.
func messagePath(key string) string {
	return journeyPath(keyRef(key)) + "/message?" + url.Values{"key": {key}}.Encode()
}

// keyRef is the reference in a message's key, cohort/ref/stage/message/…, empty where it is no such key.
func keyRef(key string) string {
	parts := strings.Split(key, "/")
	if len(parts) < 5 {
		return ""
	}
	return parts[1]
}

// temporalURL is a workflow's page in the Temporal UI, latest run first; empty where no UI is known.
func (s *Console) temporalURL(workflowID string) string {
	if s.TemporalUI == "" {
		return ""
	}
	return s.TemporalUI + "/namespaces/" + url.PathEscape(s.Namespace) + "/workflows/" + url.PathEscape(workflowID)
}

// lower makes a word fit into a sentence.
func lower(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// givenID is how an order is named in addresses.
var givenID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func isNotFound(err error) bool { return errors.Is(err, programme.ErrNotFound) }
