package email

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	subjectLimit = 60  // characters of a subject line that phones show
	valueLimit   = 300 // characters of one personal value; longer ones are cut
	lineWidth    = 72  // columns of the text part
)

// clean makes a value that somebody typed fit for a line of a mail: valid UTF-8, one line, single spaces, no control
// characters and none that turn the direction of writing, and no placeholder of ours.
func clean(value string) string {
	value = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "\ufffd"))
	return cut(strings.Join(strings.Fields(disarm(value)), " "), valueLimit)
}

// disarm breaks anything that looks like one of our placeholders.
func disarm(value string) string {
	for strings.Contains(value, "{{") {
		value = strings.ReplaceAll(value, "{{", "{ {")
	}
	return value
}

// cut shortens a value to a number of characters, at the end of a word where one is near, and marks the cut.
func cut(value string, limit int) string {
	if utf8.RuneCountInString(value) <= limit {
		return value
	}
	runes := []rune(value)[:max(limit-1, 0)]
	for i := len(runes) - 1; i > len(runes)*2/3; i-- {
		if runes[i] == ' ' {
			runes = runes[:i]
			break
		}
	}
	return strings.TrimRight(string(runes), " ,.:;-") + "…"
}

// subjectLine is the action first and then the stem, which is the same for all mails of a journey: its reference.
func subjectLine(action, stem string) string {
	if stem == "" {
		return cut(action, subjectLimit)
	}
	stem = " [" + cut(stem, subjectLimit/2) + "]"
	return cut(action, subjectLimit-utf8.RuneCountInString(stem)) + stem
}

// lowerFirst is a title in the middle of a sentence: "Closing survey" becomes "closing survey", "ONS survey" stays.
func lowerFirst(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	second, _ := utf8.DecodeRuneInString(title[size:])
	if unicode.IsUpper(second) {
		return title
	}
	return string(unicode.ToLower(first)) + title[size:]
}

// upperFirst is a title at the beginning of a sentence.
func upperFirst(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	if size == 0 {
		return title
	}
	return string(unicode.ToUpper(first)) + title[size:]
}

// withArticle is the title of an event in the middle of a sentence: "the opening event". One that has a number, like
// "residential 1", or brings a word of its own, like "your summer school", goes without.
func withArticle(title string) string {
	words := strings.Fields(title)
	switch strings.ToLower(words[0]) {
	case "the", "a", "an", "our", "your":
		return title
	}
	if last, _ := utf8.DecodeLastRuneInString(title); unicode.IsDigit(last) {
		return title
	}
	return "the " + title
}

var (
	listMark   = regexp.MustCompile(`^\s*(?:-|\d+\.) `)
	blankLines = regexp.MustCompile(`\n{3,}`)
)

// wrap folds the long lines of a text at spaces and gives the lines of a list item a hanging indent. A word that is
// longer than a line, an address say, stays whole.
func wrap(text string) string {
	var out strings.Builder
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		line = strings.TrimRight(line, " \t")
		hang := strings.Repeat(" ", len(listMark.FindString(line)))
		column := 0
		for i, word := range strings.Fields(line) {
			width := utf8.RuneCountInString(word)
			switch {
			case i == 0:
				lead := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
				out.WriteString(lead)
				column = len(lead)
			case column+1+width > lineWidth:
				out.WriteString("\n" + hang)
				column = len(hang)
			default:
				out.WriteByte(' ')
				column++
			}
			out.WriteString(word)
			column += width
		}
		out.WriteByte('\n')
	}
	return strings.Trim(blankLines.ReplaceAllString(out.String(), "\n\n"), "\n") + "\n"
}
