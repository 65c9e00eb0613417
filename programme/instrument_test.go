package programme

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func ipip(t *testing.T) Instrument {
	t.Helper()
	in, err := InstrumentNamed("ipip-50")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// The keys as the International Personality Item Pool publishes them, reversed items with a minus.
func TestKeysOfIPIP50(t *testing.T) {
	t.Parallel()
	in := ipip(t)
	keys := map[string]string{}
	for _, item := range in.Items {
		sign := ""
		if item.Reversed() {
			sign = "-"
		}
		keys[item.Scale] = strings.TrimSpace(keys[item.Scale] + " " + sign + strconv.Itoa(item.Number))
	}
	for scale, want := range map[string]string{
		"extraversion":        "1 -6 11 -16 21 -26 31 -36 41 -46",
		"agreeableness":       "-2 7 -12 17 -22 27 -32 37 42 47",
		"conscientiousness":   "3 -8 13 -18 23 -28 33 -38 43 48",
		"emotional-stability": "-4 9 -14 19 -24 -29 -34 -39 -44 -49",
		"intellect":           "5 -10 15 -20 25 -30 35 40 45 50",
	} {
		if keys[scale] != want {
			t.Errorf("%s has the items %s", scale, keys[scale])
		}
	}
	if len(keys) != 5 || len(in.Scales) != 5 || in.Licence == "" || !strings.HasPrefix(in.Source, "https://ipip.ori.org/") {
		t.Errorf("%d scales, licence %q, source %q", len(keys), in.Licence, in.Source)
	}
	if _, err := InstrumentNamed("mood"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown instrument: %v", err)
	}
}

// Examples worked by hand. given are the answers to the scale's ten items in their order, "-" for one left out.
func TestScoresWorkedByHand(t *testing.T) {
	t.Parallel()
	in := ipip(t)
	for _, c := range []struct {
		scale, given string
		working      string
		sum          int
		answered     int
	}{
		{"extraversion", "5 1 4 2 3 3 4 2 5 1", "5 + (6−1) + 4 + (6−2) + 3 + (6−3) + 4 + (6−2) + 5 + (6−1) = 42", 42, 10},
		{"extraversion", "5 1 4 2 3 3 4 2 5 -", "5 + 5 + 4 + 4 + 3 + 3 + 4 + 4 + 5 = 37; 37 × 10/9 = 41.11, so 41", 41, 9},
		{"extraversion", "- 1 5 1 5 2 4 2 4 1", "5 + 5 + 5 + 5 + 4 + 4 + 4 + 4 + 5 = 41; 41 × 10/9 = 45.56, so 46", 46, 9},
		{"extraversion", "5 1 4 2 skip 3 4 2 5 1", "42 without the 3 of item 21 is 39; 39 × 10/9 = 43.33, so 43", 43, 9},
		{"extraversion", "- 1 4 2 3 3 4 2 5 -", "two are missing: not scored", 0, 8},
		{"extraversion", "5 1 4 2 3 3 4 2 5 6", "6 is no step of the scale, so it is missing: as without it, 41", 41, 9},
		{"emotional-stability", "1 1 1 1 1 1 1 1 1 1", "eight reversed items 8 × (6−1) = 40, items 9 and 19 add 1 each: 42", 42, 10},
		{"emotional-stability", "5 1 5 1 5 5 5 5 5 5", "8 × (6−5) = 8, and 1 + 1: the least there is, 10", 10, 10},
		{"agreeableness", "2 4 1 5 2 3 3 4 4 5", "(6−2) + 4 + (6−1) + 5 + (6−2) + 3 + (6−3) + 4 + 4 + 5 = 41", 41, 10},
		{"conscientiousness", "4 2 5 1 3 4 5 1 4 4", "4 + (6−2) + 5 + (6−1) + 3 + (6−4) + 5 + (6−1) + 4 + 4 = 41", 41, 10},
		{"intellect", "5 1 5 1 5 1 5 5 5 -", "nine times 5 is 45; 45 × 10/9 = 50, the most there is", 50, 9},
		{"intellect", "- - - - - - - - - -", "nothing was answered", 0, 0},
	} {
		given, answers := strings.Fields(c.given), Answers{}
		for _, item := range in.Items {
			if item.Scale == c.scale {
				if given[0] != "-" {
					answers[item.Field()] = given[:1]
				}
				given = given[1:]
			}
		}
		for _, score := range in.Score(answers) {
			want := ScaleScore{Scale: score.Scale}
			if score.Scale == c.scale {
				want = ScaleScore{Scale: c.scale, Sum: c.sum, Scored: c.answered > 8, Answered: c.answered}
			}
			if score != want {
				t.Errorf("%s\nscored %+v, want %+v", c.working, score, want)
			}
		}
		if in.Answered(answers) != c.answered {
			t.Errorf("%s: %d answered", c.working, in.Answered(answers))
		}
	}
}

// What holds whatever is answered.
func TestScoresWhateverIsAnswered(t *testing.T) {
	t.Parallel()
	in := ipip(t)
	luck := rand.New(rand.NewPCG(5, 50))
	same := Answers{}
	for _, item := range in.Items {
		same[item.Field()] = []string{"3"}
	}
	for _, score := range in.Score(same) {
		if score.Sum != 30 {
			t.Errorf("the middle of every answer is not the middle of %+v", score)
		}
	}
	for range 500 {
		answers, mirrored := Answers{}, Answers{}
		for _, item := range in.Items {
			if luck.IntN(25) == 0 {
				continue
			}
			step := 1 + luck.IntN(5)
			answers[item.Field()], mirrored[item.Field()] = []string{strconv.Itoa(step)}, []string{strconv.Itoa(6 - step)}
		}
		scores, mirror := in.Score(answers), in.Score(mirrored)
		for n, score := range scores {
			if score.Scored != (score.Answered >= 9) || score.Scored && (score.Sum < ScoreFrom || score.Sum > ScoreTo) || !score.Scored && score.Sum != 0 {
				t.Fatalf("%+v", score)
			}
			// Answered the other way round, every scale lies as far on the other side of the middle.
			if score.Scored && score.Sum+mirror[n].Sum != 60 {
				t.Fatalf("%+v mirrored is %+v", score, mirror[n])
			}
		}
		// An item that stands for the mean of the other nine leaves the sum where it was, but for the rounding.
		item := in.Items[luck.IntN(len(in.Items))]
		whole, short := scores, Answers{}
		for name, values := range answers {
			if name != item.Field() {
				short[name] = values
			}
		}
		for n, score := range in.Score(short) {
			if whole[n].Answered == 10 && score.Scored && (score.Sum-whole[n].Sum > 5 || whole[n].Sum-score.Sum > 5) {
				t.Fatalf("one item less moves %+v to %+v", whole[n], score)
			}
		}
	}
}

func TestInstrumentsThatAreRefused(t *testing.T) {
	t.Parallel()
	text, err := instrumentFiles.ReadFile("instruments/ipip-50.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"no licence":            {`"licence": "Public domain (International Personality Item Pool)"`, `"licence": ""`},
		"no such setting":       {`"version": "1"`, `"version": "1", "norms": []`},
		"four answers":          {`"Moderately inaccurate",`, ``},
		"a key that is none":    {`"key": "+"`, `"key": "?"`},
		"an item twice":         {`"number": 2,`, `"number": 1,`},
		"an item without words": {`"Am the life of the party"`, `" "`},
		"a scale of nine items": {"\"text\": \"Am the life of the party\",\n   \"scale\": \"extraversion\"", "\"text\": \"Am the life of the party\",\n   \"scale\": \"intellect\""},
		"a scale too many":      {"\"text\": \"Am the life of the party\",\n   \"scale\": \"extraversion\"", "\"text\": \"Am the life of the party\",\n   \"scale\": \"humour\""},
		"no pages":              {`"items_a_page": 10`, `"items_a_page": 0`},
		"no explanation":        {`"title": "Intellect"`, `"title": ""`},
	} {
		wrong := strings.Replace(string(text), c[0], c[1], 1)
		if wrong == string(text) {
			t.Fatalf("%s: %q is not there", name, c[0])
		}
		if _, err := parseInstrument([]byte(wrong)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestInstrumentAsForm(t *testing.T) {
	t.Parallel()
	form, err := FormNamed("ipip-50")
	if err != nil || len(form.Sections) != 5 {
		t.Fatalf("%d pages, %v", len(form.Sections), err)
	}
	for _, page := range form.Sections {
		if len(page.Fields) != 10 || !page.Sealed || page.Kept() {
			t.Errorf("%s has %d items, sealed %v", page.Name, len(page.Fields), page.Sealed)
		}
		for _, field := range page.Fields {
			if len(field.Options) != 6 || field.Required {
				t.Errorf("%s: %d answers, required %v", field.Name, len(field.Options), field.Required)
			}
		}
	}
	if faults := form.Check(Answers{"item-1": {"5"}, "item-50": {SkipAnswer}}, ""); len(faults) > 0 {
		t.Errorf("every item may be left out: %v", faults)
	}
	if faults := form.Check(Answers{"item-1": {"6"}}, "page-1"); len(faults) != 1 || faults[0].Field != "item-1" {
		t.Errorf("a step that is none: %v", faults)
	}
	for _, answers := range []Answers{nil, {"item-1": {"5"}}} {
		if faults := form.CheckGivenFor(answers); len(faults) != 1 || !strings.Contains(faults[0].Text, "leader alone") {
			t.Errorf("staff may answer it with %v: %v", answers, faults)
		}
	}
	supplier, err := FormNamed(FormSupplier)
	if err != nil || len(supplier.CheckGivenFor(nil)) > 0 || len(supplier.Check(nil, "")) == 0 {
		t.Errorf("staff say that a supplier's questionnaire is done, nobody else: %v", err)
	}
}
