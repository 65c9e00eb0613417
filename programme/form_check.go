package programme

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Check judges the answers to one section, or to the whole form where section is empty; no faults means they may be
// kept. It forgives stray spaces. Optional sections may be left empty. An unknown section is a fault.
func (f Form) Check(answers Answers, section string) []Fault {
	return f.check(answers, section, false)
}

// CheckDraft judges a section that is put aside unfinished: what is there must be sound, what is missing may be.
func (f Form) CheckDraft(answers Answers, section string) []Fault {
	return f.check(answers, section, true)
}

// CheckGivenFor judges answers that staff took down for somebody by telephone or letter: questionnaires and equality
// monitoring are not theirs to answer and are not missed. Unknown fields are faults.
func (f Form) CheckGivenFor(answers Answers) []Fault {
	var faults []Fault
	if slices.ContainsFunc(f.Sections, func(s Section) bool { return s.Sealed }) {
		return []Fault{{Text: "This questionnaire is answered by the leader alone."}}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		section, known := f.sectionOf(name)
		switch {
		case !known:
			faults = append(faults, Fault{Field: name, Text: "This form has no such field."})
		case !section.Kept():
			faults = append(faults, Fault{Field: name, Text: "Only the leader can answer this."})
		}
	}
	for _, s := range f.Sections {
		if s.Kept() {
			faults = append(faults, s.check(f.Clean(answers, s.Name), false)...)
		}
	}
	return faults
}

func (f Form) check(answers Answers, section string, unfinished bool) []Fault {
	var faults []Fault
	found := false
	for _, s := range f.Sections {
		if section != "" && s.Name != section {
			continue
		}
		found = true
		faults = append(faults, s.check(f.Clean(answers, s.Name), unfinished)...)
	}
	if !found {
		faults = append(faults, Fault{Text: "This form has no such section."})
	}
	return faults
}

func (f Form) sectionOf(field string) (Section, bool) {
	for _, s := range f.Sections {
		for _, known := range s.Fields {
			if known.Name == field {
				return s, true
			}
		}
	}
	return Section{}, false
}

func (s Section) check(clean Answers, unfinished bool) []Fault {
	if s.Optional && len(clean) == 0 {
		return nil
	}
	var faults []Fault
	for _, field := range s.Fields {
		if !field.Asked(clean) {
			continue
		}
		if text := field.fault(clean[field.Name], unfinished); text != "" {
			faults = append(faults, Fault{Field: field.Name, Text: text})
		}
	}
	return faults
}

// fault is the sentence for what is wrong with a field's cleaned values, or empty.
func (f Field) fault(values []string, unfinished bool) string {
	if len(values) == 0 {
		if f.Required && !unfinished {
			return f.Missing
		}
		return ""
	}
	if len(f.Options) > 0 {
		return f.choiceFault(values)
	}
	value := values[0]
	if !utf8.ValidString(value) || strings.IndexFunc(value, f.forbidden) >= 0 {
		return f.Named() + " must not contain control characters"
	}
	if limit := f.Limit(); utf8.RuneCountInString(value) > limit {
		return fmt.Sprintf("%s must be %s characters or fewer", f.Named(), thousands(limit))
	}
	switch f.Kind {
	case FieldEmail:
		if !AddressLike(value) {
			return f.Wrong
		}
	case FieldPhone:
		if !phoneLike(value) {
			return f.Wrong
		}
	case FieldMonth:
		if _, err := time.Parse("2006-01", value); err != nil || value < "1950-01" {
			return f.Wrong
		}
		if latest, err := time.Parse("2006-01", f.Latest); err == nil && value > f.Latest {
			return "Enter a month no later than " + latest.Format("January 2006") + ". A new post may be announced up to a year ahead"
		}
	}
	return ""
}

func (f Field) choiceFault(values []string) string {
	for _, value := range values {
		option, known := f.Option(value)
		if !known {
			return "Choose one of the answers shown for “" + f.Named() + "”"
		}
		if option.Alone && len(values) > 1 {
			return "Choose “" + option.Label + "” alone, or take it away"
		}
	}
	return ""
}

// Limit is how many characters an answer in words may have.
func (f Field) Limit() int {
	switch {
	case f.Max > 0:
		return f.Max
	case f.Kind == FieldLongText:
		return 2000
	}
	return 200
}

func (f Field) forbidden(r rune) bool {
	return unicode.IsControl(r) && !(f.Kind == FieldLongText && (r == '\n' || r == '\t'))
}

// AddressLike reports whether mail can be sent there at all: one bare address with a domain that has a dot.
func AddressLike(value string) bool {
	address, err := mail.ParseAddress(value)
	if err != nil || address.Address != value || address.Name != "" {
		return false
	}
	local, domain, _ := strings.Cut(value, "@")
	return len(local) <= 64 && len(value) <= 254 && !strings.ContainsAny(value, "\"<>()[]\\,;: ") &&
		strings.Contains(strings.Trim(domain, "."), ".") && strings.Trim(domain, ".-") == domain
}

// phoneLike reports whether a value could be dialled: 7 to 20 digits, with the signs people put between them and an
// extension.
func phoneLike(value string) bool {
	digits := 0
	for i, r := range value {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" ()-./ext", r):
		default:
			return false
		}
	}
	return digits >= 7 && digits <= 20
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
