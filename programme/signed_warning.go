package programme

import "time"

// SignedWarning is a warning of Check about a cohort's year that staff have looked at and let stand. It is known by a key
// that names stage and date: where those change, it is another warning and not signed off.
type SignedWarning struct {
	Key    string    // see Fault.SignedAs
	Reason string    // in the words of whoever signed
	By     string    // "staff:<name>"
	At     time.Time // real
}

// SignedAs is the key under which a warning is signed off: its words with the stage by its code, as they were once shown too,
// so that neither another title nor an older record asks staff again.
func (f Fault) SignedAs() string {
	if f.Key != "" {
		return f.Key
	}
	return f.Text
}

// Unsigned are the warnings that nobody has signed off.
func Unsigned(warnings []Fault, signed []SignedWarning) []Fault {
	known := map[string]bool{}
	for _, s := range signed {
		known[s.Key] = true
	}
	var open []Fault
	for _, w := range warnings {
		if !known[w.SignedAs()] {
			open = append(open, w)
		}
	}
	return open
}
