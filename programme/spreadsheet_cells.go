package programme

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// take judges a cell and puts its value into the row; the answer is what is wrong, or empty.
func (c sheetColumn[Row]) take(p *Row, cell string) string {
	value := withoutOverrides.Replace(strings.TrimFunc(plainCell(strings.TrimFunc(cell, stray)), stray))
	switch {
	case strings.ContainsRune(cell, utf8.RuneError):
		return "The cell holds a character that was lost when the file was saved. " + saveAsCSV
	case !(c.phone && phoneLike(value)) && runsAsFormula(cell):
		return "The cell begins like a formula, with one of = + - @ or a tab. Write it without, or with an apostrophe before it."
	case !c.lines && strings.ContainsFunc(cell, breaksLine):
		return "The cell holds a line break. Write it on one line."
	case strings.ContainsFunc(value, invisible):
		return "The cell holds an invisible control character. Type it anew."
	case value == "":
		return c.needed
	case utf8.RuneCountInString(value) > c.limit:
		return fmt.Sprintf("The cell is too long: %d characters at most.", c.limit)
	}
	if c.lines {
		value = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(value)
	}
	if c.check != nil {
		kept, fault := c.check(value)
		if fault != "" {
			return fault
		}
		value = kept
	}
	c.set(p, value)
	return ""
}

// runsAsFormula reports whether a spreadsheet would run a cell, also where only spaces stand before the sign.
func runsAsFormula(cell string) bool {
	return beginsFormula(cell) || beginsFormula(strings.TrimFunc(cell, stray))
}

func breaksLine(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

func invisible(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' }

func checkRef(value string) (string, string) {
	if ref := strings.ToUpper(value); ValidRef(ref) {
		return ref, ""
	}
	return "", "This is no reference. Leave it empty for somebody new; Fairlead gives one."
}

func checkAddress(value string) (string, string) {
	if strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", "An e-mail address here has no accents and no other letters than a to z."
	}
	if !AddressLike(value) {
		return "", "This is no e-mail address. Write one address alone, such as name@organisation.example."
	}
	return value, ""
}

func oneOf(word string, known []string) func(string) (string, string) {
	return func(value string) (string, string) {
		for _, k := range known {
			if strings.EqualFold(k, value) {
				return k, ""
			}
		}
		return "", "There is no such " + word + ". Choose one of " + strings.Join(known, ", ") + "."
	}
}

func checkMonth(value string) (string, string) {
	if _, err := time.Parse("2006-01", value); err != nil || value < "1950-01" || value > "2100-12" {
		return "", "This is no month. Write it as 2026-09."
	}
	return value, ""
}

func checkPriority(value string) (string, string) {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 1_000_000 {
		return "", "Priority is a whole number, 1 for who is invited first."
	}
	return value, ""
}

func priorityText(p Participant) string {
	if p.Priority < 1 {
		return ""
	}
	return strconv.Itoa(p.Priority)
}

func checkPhone(value string) (string, string) {
	if !phoneLike(value) {
		return "", "This is no telephone number. Write digits, with + for the country and spaces as you like."
	}
	return value, ""
}
