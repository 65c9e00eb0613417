package programme

import (
	"crypto/rand"
	"strings"
)

// refAlphabet leaves out what is mistaken for something else when read aloud or written by hand: I, L, O, U, 0 and 1.
const (
	refAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	refPrefix   = "P-"
	coachPrefix = "C-"
	refLength   = 6
)

// NewRef draws a reference for one participation, such as P-7F3K2Q. It tells nothing of the person and is one of
// 729 million: whoever stores it must draw again should it be taken.
func NewRef() string { return drawRef(refPrefix) }

// NewCoachRef draws a reference for one coach of a cohort, such as C-7F3K2Q, in the same manner.
func NewCoachRef() string { return drawRef(coachPrefix) }

func drawRef(prefix string) string {
	ref := []byte(prefix)
	var random [16]byte
	for {
		_, _ = rand.Read(random[:]) // never fails, see crypto/rand
		for _, b := range random {
			if int(b) >= 256/len(refAlphabet)*len(refAlphabet) {
				continue // would favour the first letters
			}
			ref = append(ref, refAlphabet[int(b)%len(refAlphabet)])
			if len(ref) == len(prefix)+refLength {
				return string(ref)
			}
		}
	}
}

// ValidRef reports whether a text has the form of a reference; whether there is such a journey the records know.
func ValidRef(text string) bool { return validRef(text, refPrefix) }

// ValidCoachRef reports whether a text has the form of a coach's reference.
func ValidCoachRef(text string) bool { return validRef(text, coachPrefix) }

func validRef(text, prefix string) bool {
	letters, found := strings.CutPrefix(text, prefix)
	return found && len(letters) == refLength && strings.Trim(letters, refAlphabet) == ""
}
