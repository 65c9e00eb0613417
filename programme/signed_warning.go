package programme

import "time"

// SignedWarning is a warning of Check about a cohort's year that staff have looked at and let stand. It is known by its
// words, which name stage and date: where those change, it is another warning and not signed off.
type SignedWarning struct {
	Text   string
	Reason string    // in the words of whoever signed
	By     string    // "staff:<name>"
	At     time.Time // real
}

// Unsigned are the warnings that nobody has signed off.
func Unsigned(warnings []Fault, signed []SignedWarning) []Fault {
	known := map[string]bool{}
	for _, s := range signed {
		known[s.Text] = true
	}
	var open []Fault
	for _, w := range warnings {
		if !known[w.Text] {
			open = append(open, w)
		}
	}
	return open
}
