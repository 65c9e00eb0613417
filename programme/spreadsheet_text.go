package programme

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// windows1252 are the characters that this encoding has in place of the control characters from 0x80 to 0x9F; 0 marks
// the five bytes it does not use.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ'}

const saveAsCSV = "In your spreadsheet choose “Save as” and the format “CSV UTF-8”."

// spreadsheetText is the text of a CSV file: UTF-8 with or without byte order mark, else Windows-1252. Anything else is
// refused with the reason.
func spreadsheetText(data []byte, what string) (string, []Fault) {
	refuse := func(text string) (string, []Fault) { return "", []Fault{{Text: text}} }
	switch {
	case len(data) > maxSpreadsheetBytes:
		return refuse("The file is over 10 MB. Split it, or remove what is no " + what + ".")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return refuse("This is a spreadsheet program's own format, not CSV. " + saveAsCSV)
	case isUTF16(data):
		return refuse("The file is UTF-16 (“Unicode text”). " + saveAsCSV)
	}
	marked := bytes.HasPrefix(data, []byte("\ufeff"))
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	accented, broken := 0, 0
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			accented++
		}
		rest = rest[size:]
	}
	if marked || accented > broken {
		return refuse("The file is UTF-8 but damaged: some characters are cut in two. " + saveAsCSV)
	}
	var text strings.Builder
	text.Grow(len(data) + broken)
	for _, b := range data {
		r := rune(b)
		if 0x80 <= b && b <= 0x9f {
			if r = windows1252[b-0x80]; r == 0 {
				return refuse("The characters of the file are neither UTF-8 nor Windows-1252. " + saveAsCSV)
			}
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

// isUTF16 recognises UTF-16 (and UTF-32) by its mark, or by every other byte of the beginning being zero.
func isUTF16(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return true
	}
	zeros := [2]int{}
	head := data[:min(len(data), 1000)]
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	return half > 1 && (zeros[0] > half*3/4 || zeros[1] > half*3/4)
}

// formulaStarts begin a cell that a spreadsheet may run as a formula.
const formulaStarts = "=+-@\t\r"

func beginsFormula(text string) bool {
	return text != "" && strings.IndexByte(formulaStarts, text[0]) >= 0
}

// escapeCell makes a value safe to open in a spreadsheet: an apostrophe before what would be run, and one more before
// what looks escaped already. plainCell takes it back.
func escapeCell(value string) string {
	if beginsFormula(strings.TrimLeft(value, "'")) {
		return "'" + value
	}
	return value
}

// plainCell is the value of a cell: without the apostrophe that escapeCell puts there.
func plainCell(cell string) string {
	if value, escaped := strings.CutPrefix(cell, "'"); escaped && beginsFormula(strings.TrimLeft(value, "'")) {
		return value
	}
	return cell
}
