package programme

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// LongestSubject is how many characters the subject of a mail that staff write may have: longer ones are cut in lists of mail.
const LongestSubject = 40

// CheckTeamMessage says what is wrong with a mail that staff write.
func CheckTeamMessage(subject, text string) (faults []Fault) {
	switch {
	case strings.TrimSpace(subject) == "":
		faults = append(faults, Fault{Field: "subject", Text: "Write the subject."})
	case utf8.RuneCountInString(subject) > LongestSubject:
		faults = append(faults, Fault{Field: "subject", Text: "Write at most 40 characters."})
	case strings.ContainsFunc(subject, unicode.IsControl):
		faults = append(faults, Fault{Field: "subject", Text: "Write the subject on one line."})
	}
	switch {
	case strings.TrimSpace(text) == "":
		faults = append(faults, Fault{Field: "text", Text: "Write the message."})
	case utf8.RuneCountInString(text) > LongestOpening:
		faults = append(faults, Fault{Field: "text", Text: "Write at most 2,000 characters."})
	}
	return faults
}
