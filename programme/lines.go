package programme

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// What stands in histories over and over is written in a line each: a run of a journey begins with some twenty stages and a dozen
// openings, and everything that runs with the clock. All were objects at first, and are still read as such.

var errLine = errors.New("this line is not whole")

// line reads a line of JSON into its words, or an object into what it was at first.
func line(text []byte, object any) (words []string, err error) {
	var line string
	if json.Unmarshal(text, &line) == nil {
		return strings.Fields(line), nil
	}
	return nil, json.Unmarshal(text, object)
}

// MarshalText writes "residential-1 event done".
func (s StageStart) MarshalText() ([]byte, error) {
	return []byte(strings.TrimSpace(s.Name + " " + string(s.Kind) + " " + string(s.State))), nil
}

// UnmarshalJSON reads the line, or an object.
func (s *StageStart) UnmarshalJSON(text []byte) error {
	type object StageStart
	words, err := line(text, (*object)(s))
	if words == nil || err != nil {
		return err
	}
	words = append(words, "", "")
	*s = StageStart{Name: words[0], Kind: Kind(words[1]), State: StageState(words[2])}
	return nil
}

// MarshalText writes "coaching-2 coaching 2027-03-30T05:00:00Z 2027-04-22T16:00:00Z", and the round where it is not the first. A
// kind that is not said is a dash.
func (o Opening) MarshalText() ([]byte, error) {
	kind := string(o.Kind)
	if kind == "" {
		kind = "-"
	}
	text := o.Stage + " " + kind + " " + o.At.Format(time.RFC3339Nano) + " " + o.Due.Format(time.RFC3339Nano)
	if o.Round != 0 {
		text += " " + strconv.Itoa(o.Round)
	}
	return []byte(text), nil
}

// UnmarshalJSON reads the line, or an object.
func (o *Opening) UnmarshalJSON(text []byte) error {
	type object Opening
	words, err := line(text, (*object)(o))
	if words == nil || err != nil {
		return err
	}
	if len(words) != 4 && len(words) != 5 {
		return errLine
	}
	*o = Opening{Stage: words[0], Kind: Kind(strings.TrimPrefix(words[1], "-"))}
	if o.At, err = time.Parse(time.RFC3339Nano, words[2]); err != nil {
		return err
	}
	if o.Due, err = time.Parse(time.RFC3339Nano, words[3]); err == nil && len(words) == 5 {
		o.Round, err = strconv.Atoi(words[4])
	}
	return err
}

// MarshalText writes "coaching-log/1.2.2 2027-11-05T09:28:00Z".
func (m PlannedMail) MarshalText() ([]byte, error) {
	return []byte(m.Key + " " + m.At.Format(time.RFC3339Nano)), nil
}

// UnmarshalJSON reads the line, or an object.
func (m *PlannedMail) UnmarshalJSON(text []byte) error {
	type object PlannedMail
	words, err := line(text, (*object)(m))
	if words == nil || err != nil {
		return err
	}
	last := len(words) - 1
	if last < 1 {
		return errLine
	}
	m.Key = strings.Join(words[:last], " ")
	m.At, err = time.Parse(time.RFC3339Nano, words[last])
	return err
}

// MarshalText writes "1.5s 2026-09-07T05:00:00Z 2026-11-22T08:42:13.493Z"; of the real clock there is nothing to say.
func (c Clock) MarshalText() ([]byte, error) {
	if c == (Clock{}) {
		return nil, nil
	}
	return []byte(c.Day.String() + " " + c.Start.Format(time.RFC3339Nano) + " " + c.Began.Format(time.RFC3339Nano)), nil
}

// UnmarshalJSON reads the line, or an object.
func (c *Clock) UnmarshalJSON(text []byte) error {
	type object Clock
	words, err := line(text, (*object)(c))
	if len(words) == 0 || err != nil {
		return err
	}
	if len(words) != 3 {
		return errLine
	}
	if c.Day, err = time.ParseDuration(words[0]); err != nil {
		return err
	}
	if c.Start, err = time.Parse(time.RFC3339Nano, words[1]); err == nil {
		c.Began, err = time.Parse(time.RFC3339Nano, words[2])
	}
	return err
}
