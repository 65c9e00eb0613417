package programme

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// afterwards is long after the answers of these tests, which are of no month.
var afterwards = time.Date(2029, 1, 1, 12, 0, 0, 0, time.UTC)

// asked are the answers of people to one question, person by person.
func asked(survey, question string, given ...string) []ResearchAnswer {
	var answers []ResearchAnswer
	for i, answer := range given {
		answers = append(answers, ResearchAnswer{Pseudonym: fmt.Sprint("r", i), Survey: survey, Question: question, Answer: answer})
	}
	return answers
}

func measureOf(t *testing.T, o Outcomes, name string) Measure {
	t.Helper()
	i := slices.IndexFunc(o.Measures, func(m Measure) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("no measure %s", name)
	}
	return o.Measures[i]
}

// Worked by hand. Before: 4 4 5 5 6 6 7 7 8 8, mean 60/10 = 6, squares 2·(4+1+0+1+4) = 20, SD √(20/9) = 1.4907.
// After: one more each, but two more for the last: 5 5 6 6 7 7 8 8 9 10, mean 71/10 = 7.1; distances
// −2.1 −2.1 −1.1 −1.1 −.1 −.1 .9 .9 1.9 2.9, squares 2·(4.41+1.21+.01+.81)+3.61+8.41 = 24.9, SD √(24.9/9) = 1.6633.
// Change: nine times 1 and once 2, mean 1.1, squares 9·.01+.81 = .9, SD √(.9/9) = .3162.
func TestOutcomes(t *testing.T) {
	answers := append(asked(Baseline, "satisfied", "4", "4", "5", "5", "6", "6", "7", "7", "8", "8", "0", SkipAnswer),
		asked(Closing, "satisfied", "5", "5", "6", "6", "7", "7", "8", "8", "9", "10")...)
	answers = append(answers, asked(Closing, "happy", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1")...)
	o := OutcomesOf(answers, Counting{At: afterwards})
	if o.Baseline != 12 || o.Closing != 10 || len(o.Measures) != 11 {
		t.Errorf("%d before, %d after, %d measures", o.Baseline, o.Closing, len(o.Measures))
	}
	m := measureOf(t, o, "satisfied")
	if m.N != 10 || m.From != 0 || m.To != 10 || m.Local || m.Text == "" {
		t.Errorf("%+v", m)
	}
	for _, c := range []struct {
		name     string
		is       Spread
		mean, sd float64
	}{{"before", m.Before, 6, 1.4907}, {"after", m.After, 7.1, 1.6633}, {"change", m.Change, 1.1, 0.3162}} {
		if math.Abs(c.is.Mean-c.mean) > 1e-9 || math.Abs(c.is.SD-c.sd) > 5e-5 {
			t.Errorf("%s: %+v", c.name, c.is)
		}
	}
	if m := measureOf(t, o, "happy"); m.N != 0 || m.After != (Spread{}) {
		t.Errorf("nobody answered this before, and it is shown: %+v", m)
	}
}

// Nine are too few, however many others answered once or would rather not say.
func TestOutcomesOfTooFewAreNotShown(t *testing.T) {
	answers := append(asked(Baseline, "adaptive", "1", "2", "3", "4", "5", "1", "2", "3", "4", SkipAnswer, "5"),
		asked(Closing, "adaptive", "1", "2", "3", "4", "5", "1", "2", "3", "4", "5")...)
	o := OutcomesOf(answers, Counting{At: afterwards})
	if m := measureOf(t, o, "adaptive"); m.N != 0 || m.Before != (Spread{}) || m.After != (Spread{}) || m.Change != (Spread{}) {
		t.Errorf("of nine people this is shown: %+v", m)
	}
	if o := OutcomesOf(answers[:9], Counting{At: afterwards}); o.Baseline != 0 {
		t.Errorf("%d answered", o.Baseline)
	}
}

// The order of the answers, and so the order in which anybody gave them, cannot be seen in the outcomes.
func TestOutcomesDoNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var answers []ResearchAnswer
		n := 8 + random.IntN(20)
		for _, survey := range []string{Baseline, Closing} {
			for person := range n {
				answers = append(answers, ResearchAnswer{Pseudonym: strconv.Itoa(person), Survey: survey, Question: "happy", Answer: strconv.Itoa(random.IntN(11))})
			}
		}
		o := OutcomesOf(answers, Counting{At: afterwards})
		random.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
		if again := OutcomesOf(answers, Counting{At: afterwards}); !slices.Equal(o.Measures, again.Measures) {
			t.Fatalf("%+v, then %+v", o, again)
		}
		m := measureOf(t, o, "happy")
		if (m.N == 0) != (n < SmallestGroup) || math.Abs(m.Before.Mean+m.Change.Mean-m.After.Mean) > 1e-9 || m.Before.SD < 0 {
			t.Fatalf("of %d people: %+v", n, m)
		}
	}
}

// Surveys after the year are set against the baseline as the closing one is; one whose people are nearly those of another
// would say something of the few by whom they differ.
func TestOutcomesAfterTheYear(t *testing.T) {
	var surveys []BlueprintStage
	for _, months := range []int{6, 12} {
		name := fmt.Sprintf("survey-%d-months", months)
		surveys = append(surveys, BlueprintStage{Name: name, Kind: KindSurvey, Title: name, Follows: "closing-event", MonthsAfter: months, Survey: Closing})
	}
	given := func(n int, answer string) []string { return slices.Repeat([]string{answer}, n) }
	for _, c := range []struct {
		name                 string
		closing, six, twelve int    // so many of the thirty who answered before answered later, the first ones
		shown                [3]int // negative: the later answers alone
	}{
		{"nobody yet", 30, 0, 0, [3]int{30, 0, 0}},
		{"the same people", 30, 30, 30, [3]int{30, 30, 30}},
		{"nine are too few", 9, 9, 9, [3]int{0, 0, 0}},
		{"ten fewer", 30, 20, 10, [3]int{30, 20, 10}},
		{"nine fewer", 30, 21, 20, [3]int{30, -21, 20}},
		{"one fewer than half a year on", 30, 20, 19, [3]int{30, 20, -19}},
		{"one more than half a year on", 30, 19, 20, [3]int{30, 19, -20}},
		{"nobody at the end", 0, 12, 12, [3]int{0, 12, 12}},
	} {
		answers := append(asked(Baseline, "happy", given(30, "4")...), asked(Closing, "happy", given(c.closing, "6")...)...)
		answers = append(answers, asked("survey-6-months", "happy", given(c.six, "7")...)...)
		answers = append(answers, asked("survey-12-months", "happy", given(c.twelve, "8")...)...)
		o := OutcomesOf(answers, Counting{At: afterwards}, surveys...)
		if len(o.Later) != 2 || o.Later[0].Survey != "survey-6-months" || o.Later[0].Answered != shownCount(c.six) || o.Later[1].Answered != shownCount(c.twelve) {
			t.Fatalf("%s: %+v", c.name, o.Later)
		}
		for i, measures := range [][]Measure{o.Measures, o.Later[0].Measures, o.Later[1].Measures} {
			m := measureOf(t, Outcomes{Measures: measures}, "happy")
			want := Measure{Name: m.Name, Text: m.Text, To: 10}
			if c.shown[i] > 0 {
				after := float64(6 + i)
				want.N, want.Before, want.After, want.Change = c.shown[i], Spread{Mean: 4}, Spread{Mean: after}, Spread{Mean: after - 4}
			} else if c.shown[i] < 0 {
				want.N, want.Alone, want.After = -c.shown[i], true, Spread{Mean: float64(6 + i)}
			}
			if m != want || m.Text == "" {
				t.Errorf("%s, comparison %d: %+v, want %+v", c.name, i, m, want)
			}
		}
	}
}

// Whoever keeps what was shown yesterday learns nothing of one person from what is shown today: nothing is shown while a
// survey is open, and then people come to be counted ten at a time.
func TestOutcomesGrowByGroups(t *testing.T) {
	var answers []ResearchAnswer
	gives := func(n int, month string) {
		for range n {
			person := fmt.Sprint("p", len(answers))
			answers = append(answers, ResearchAnswer{Pseudonym: person, Survey: Baseline, Question: "happy", Answer: "4", Month: "2026-11"},
				ResearchAnswer{Pseudonym: person, Survey: Closing, Question: "happy", Answer: strconv.Itoa(len(answers) % 11), Month: month})
		}
	}
	gives(12, "2027-10")
	gives(5, "2027-11")
	gives(4, "2027-12")
	gives(7, "2028-01")
	closes := map[string]time.Time{Closing: time.Date(2027, 11, 25, 17, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		at   time.Time
		open int // while nothing is known of when the survey closes
		n    int
	}{
		{time.Date(2027, 10, 31, 12, 0, 0, 0, time.UTC), 0, 0},
		{time.Date(2027, 11, 1, 0, 0, 0, 0, time.UTC), 12, 0},
		{time.Date(2027, 11, 30, 23, 59, 0, 0, time.UTC), 12, 0},
		{time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC), 12, 17}, // five would be too few by themselves
		{time.Date(2028, 1, 15, 12, 0, 0, 0, time.UTC), 12, 17},
		{time.Date(2028, 2, 1, 12, 0, 0, 0, time.UTC), 28, 28},
	} {
		for _, known := range []struct {
			closes map[string]time.Time
			n      int
		}{{nil, c.open}, {closes, c.n}} {
			o := OutcomesOf(answers, Counting{At: c.at, Closes: known.closes})
			if m := measureOf(t, o, "happy"); m.N != known.n || o.Closing != 28 {
				t.Errorf("%s, closing %v: %d of %d people, want %d", c.at, known.closes, m.N, o.Closing, known.n)
			}
		}
	}
}

// However answers come over a year, what is shown of a question changes by ten people or not at all.
func TestOutcomesNeverGrowByFew(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var answers []ResearchAnswer
		for person := range 5 + random.IntN(60) {
			for _, survey := range []string{Baseline, Closing} {
				if random.IntN(5) > 0 {
					answers = append(answers, ResearchAnswer{Pseudonym: strconv.Itoa(person), Survey: survey, Question: "happy",
						Answer: strconv.Itoa(random.IntN(11)), Month: fmt.Sprintf("2027-%02d", 1+random.IntN(12))})
				}
			}
		}
		var before Measure
		for day := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 2029; day = day.AddDate(0, 0, 5) {
			so := day.Format("2006-01")
			given := slices.DeleteFunc(slices.Clone(answers), func(a ResearchAnswer) bool { return a.Month > so })
			m := measureOf(t, OutcomesOf(given, Counting{At: day, Closes: map[string]time.Time{Closing: time.Date(2027, 6, 1, 12, 0, 0, 0, time.UTC)}}), "happy")
			if grown := m.N - before.N; grown != 0 && grown < SmallestGroup || grown == 0 && before.N > 0 && m != before {
				t.Fatalf("on %s: %+v, before %+v", so, m, before)
			}
			before = m
		}
	}
}

// What is said of an event stands alone, under the rules of all outcomes: not while its survey is open, and of ten at least.
func TestOutcomesOfEvents(t *testing.T) {
	flagship, err := BlueprintNamed("flagship")
	if err != nil {
		t.Fatal(err)
	}
	var answers []ResearchAnswer
	for i, month := range slices.Concat(slices.Repeat([]string{"2027-03"}, 11), slices.Repeat([]string{"2027-04"}, 3)) {
		answers = append(answers, ResearchAnswer{Pseudonym: fmt.Sprint("r", i), Survey: "residential-1-survey", Question: "learned", Answer: strconv.Itoa(3 + i%2), Month: month},
			ResearchAnswer{Pseudonym: fmt.Sprint("r", i), Survey: "residential-1-survey", Question: "sessions", Answer: SkipAnswer, Month: month})
	}
	closes := map[string]time.Time{"residential-1-survey": time.Date(2027, 4, 2, 16, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		at time.Time
		n  int
	}{{time.Date(2027, 4, 30, 12, 0, 0, 0, time.UTC), 0}, {time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC), 14}} {
		o := OutcomesOf(answers, Counting{At: c.at, Closes: closes}, flagship.FollowingSurveys()...)
		if len(o.Feedback) != 3 || len(o.Later) != 2 || o.Feedback[0].Title != "Survey on residential 1" || o.Feedback[0].Answered != 14 || o.Feedback[1].Answered != 0 || len(o.Feedback[0].Measures) != 6 {
			t.Fatalf("%+v", o.Feedback)
		}
		for _, m := range o.Feedback[0].Measures {
			want := Measure{Name: m.Name, Text: m.Text, Local: true, From: 1, To: 5}
			if m.Name == "learned" && c.n > 0 { // seven of 3 and seven of 4: squares 14 · 0.25
				want.N, want.Alone, want.After = c.n, true, Spread{Mean: 3.5, SD: math.Sqrt(3.5 / 13)}
			}
			if m != want {
				t.Errorf("on %s: %+v, want %+v", c.at, m, want)
			}
		}
	}
	if o := OutcomesOf(answers[:18], Counting{At: afterwards}, flagship.FollowingSurveys()...); o.Feedback[0].Answered != 0 || o.Feedback[0].Measures[1] != (Measure{Name: "learned", Text: o.Feedback[0].Measures[1].Text, Local: true, From: 1, To: 5}) {
		t.Errorf("of nine people: %+v", o.Feedback[0])
	}
}
