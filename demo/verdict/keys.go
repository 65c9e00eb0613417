package verdict

import (
	"strconv"
	"strings"
)

// Key is a message key taken apart: cohort / reference / stage / message / last, where last is round.plan.rung, with a
// count behind it for a mail that staff had sent again, or the row of the act that a mail answers.
type Key struct {
	Text    string
	Cohort  string
	Ref     string // "-" for a mail that concerns no journey
	Stage   string // "-" for a mail that concerns no stage
	Message string
	Round   int // 0 where the last part is no round.plan.rung
	Plan    int
	Rung    int
}

// ParseKey takes a key apart; false means that it is none.
func ParseKey(text string) (Key, bool) {
	parts := strings.Split(text, "/")
	if len(parts) != 5 {
		return Key{}, false
	}
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, " \t") {
			return Key{}, false
		}
	}
	k := Key{Text: text, Cohort: parts[0], Ref: parts[1], Stage: parts[2], Message: parts[3]}
	numbers := strings.Split(parts[4], ".")
	if len(numbers) >= 3 {
		var n [3]int
		for i := range n {
			var err error
			if n[i], err = strconv.Atoi(numbers[i]); err != nil {
				return k, true
			}
		}
		k.Round, k.Plan, k.Rung = n[0], n[1], n[2]
	}
	return k, true
}
