package programme

import (
	"strings"
	"time"
	"unicode"
)

// Clean keeps of the answers what the section (or, where empty, the form) asks: unknown fields and fields that are not
// asked go, spaces at the ends go, months are brought to YYYY-MM. It judges nothing and does not change its argument.
func (f Form) Clean(answers Answers, section string) Answers {
	clean := Answers{}
	for _, s := range f.Sections {
		if section != "" && s.Name != section {
			continue
		}
		for _, field := range s.Fields {
			if values := field.clean(answers[field.Name]); len(values) > 0 {
				clean[field.Name] = values
			}
		}
		for _, field := range s.Fields {
			if !field.Asked(clean) {
				delete(clean, field.Name)
			}
		}
	}
	return clean
}

func (f Field) clean(values []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, value := range values {
		value = withoutOverrides.Replace(value)
		switch f.Kind {
		case FieldLongText:
			value = strings.TrimFunc(strings.ReplaceAll(value, "\r\n", "\n"), stray)
		case FieldMonth:
			value = tidyMonth(oneLine(value))
		case FieldEmail:
			value = strings.Join(strings.FieldsFunc(value, stray), "")
		default:
			value = oneLine(value)
		}
		if value == "" || seen[value] {
			continue
		}
		seen[value] = true
		kept = append(kept, value)
		if f.Kind != FieldCheckboxes {
			break
		}
	}
	return kept
}

// oneLine trims a value and makes every run of spaces inside it one.
func oneLine(value string) string { return strings.Join(strings.FieldsFunc(value, stray), " ") }

// withoutOverrides drops the signs that turn the writing of whatever follows them on a page, which no name needs: a script that
// runs from right to left does so by itself.
var withoutOverrides = strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")

// stray are the spaces people never meant: also the hard, the zero-width and the byte-order ones that copying brings.
func stray(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060'
}

// tidyMonth brings the ways people write a month to YYYY-MM and leaves anything else as it is.
func tidyMonth(value string) string {
	written := strings.NewReplacer("/", " ", ".", " ", "-", " ").Replace(value)
	for _, layout := range []string{"2006 1", "1 2006", "January 2006", "Jan 2006", "2006 January", "2006 Jan"} {
		if t, err := time.Parse(layout, written); err == nil {
			return t.Format("2006-01")
		}
	}
	return value
}
