package programme

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// SmallestGroup is the size below which no group is shown in any table (programme.md, Surveys and research).
const SmallestGroup = 10

// ResearchAnswer is one answer to a questionnaire as research sees it: under a pseudonym, to a question.
type ResearchAnswer struct {
	Pseudonym string
	Survey    string // Baseline, Closing, or the name of a survey that comes after the year
	Question  string
	Answer    string // a step of the scale, or SkipAnswer
	Month     string // in which it was given, see ResearchMonth
}

// Outcomes sets a cohort's answers before the year against those after it.
//
// Everything is worked out over the same people, those who gave a number both times: the mean of a larger group beside it
// would give away the answers of the few by whom the two differ. For the same reason a comparison whose people differ from
// those of one before it by fewer than SmallestGroup says only what they answered later, which is said nowhere else.
type Outcomes struct {
	Baseline int // who answered before, 0 where they are fewer than SmallestGroup
	Closing  int // who answered after, likewise
	Measures []Measure
	Later    []LaterOutcomes // in the order of the surveys
	Feedback []Feedback      // likewise
}

// Feedback is what was answered to a survey that looks back on one event. It stands alone: of its measures Before and Change
// are empty.
type Feedback struct {
	Survey   string // residential-1-survey
	Title    string
	Answered int // 0 where they are fewer than SmallestGroup
	Measures []Measure
}

// LaterOutcomes sets a cohort's answers before the year against those to one survey that came months after it.
type LaterOutcomes struct {
	Survey   string // survey-6-months
	Title    string
	Answered int // 0 where they are fewer than SmallestGroup
	Measures []Measure
}

// Measure is one question of both questionnaires. N is 0, and all else empty, where fewer than SmallestGroup gave a number
// both times. Before and Change are empty too where the later answers stand Alone.
type Measure struct {
	Name     string
	Text     string
	Local    bool // the centre's own question, compared with nobody else's
	From, To int  // the ends of the scale
	N        int
	Alone    bool
	Before   Spread
	After    Spread
	Change   Spread // of each person, after less before
}

// Spread is the mean of some numbers and their sample standard deviation, the root of the sum of squared distances from
// the mean divided by n − 1.
type Spread struct {
	Mean float64
	SD   float64
}

// FollowingSurveys are the surveys that follow an event, in order: at once to look back on it, or months after it.
func (b Blueprint) FollowingSurveys() []BlueprintStage {
	return slices.DeleteFunc(slices.Clone(b.Stages), func(s BlueprintStage) bool { return s.Kind != KindSurvey || s.Follows == "" })
}

// OutcomesOf works out the outcomes of one cohort from all its answers, in whatever order they come. following are its
// FollowingSurveys.
func OutcomesOf(answers []ResearchAnswer, counting Counting, following ...BlueprintStage) Outcomes {
	people := map[string]map[string]bool{}
	numbers := map[string]map[string]map[string]given{} // by question, survey and pseudonym
	for _, a := range answers {
		inner(people, a.Survey)[a.Pseudonym] = true
		if n, err := strconv.Atoi(a.Answer); err == nil {
			inner(inner(numbers, a.Question), a.Survey)[a.Pseudonym] = given{float64(n), a.Month}
		}
	}
	o := Outcomes{Baseline: shownCount(len(people[Baseline])), Closing: shownCount(len(people[Closing]))}
	for _, s := range following {
		if !s.Later() {
			o.Feedback = append(o.Feedback, counting.feedback(s, len(people[s.SurveyName()]), numbers))
			continue
		}
		o.Later = append(o.Later, LaterOutcomes{Survey: s.SurveyName(), Title: s.Title, Answered: shownCount(len(people[s.SurveyName()]))})
	}
	for _, group := range []QuestionGroup{wellbeing(), leadership()} {
		for _, question := range group.Questions {
			of := numbers[question.Name]
			shown := comparisons{counting: counting, before: of[Baseline]}
			m := Measure{Name: question.Name, Text: question.Text, Local: group.Local, From: group.From, To: group.To}
			o.Measures = append(o.Measures, shown.compare(m, Closing, of[Closing]))
			for i := range o.Later {
				o.Later[i].Measures = append(o.Later[i].Measures, shown.compare(m, o.Later[i].Survey, of[o.Later[i].Survey]))
			}
		}
	}
	return o
}

// feedback works out one survey that looks back on an event.
func (c Counting) feedback(s BlueprintStage, answered int, numbers map[string]map[string]map[string]given) Feedback {
	f := Feedback{Survey: s.SurveyName(), Title: s.Title, Answered: shownCount(answered)}
	asked, _ := QuestionnaireNamed(FormOf(s)) // checked with the blueprint
	for _, group := range asked.Groups {
		for _, question := range group.Questions {
			m := Measure{Name: question.Name, Text: question.Text, Local: group.Local, From: group.From, To: group.To}
			gave, in := numbers[question.Name][f.Survey], map[string]string{}
			for person, answer := range gave {
				in[person] = answer.month
			}
			var said []float64
			for person := range c.counted(f.Survey, in) {
				said = append(said, gave[person].n)
			}
			if len(said) >= SmallestGroup {
				m.N, m.Alone, m.After = len(said), true, spreadOf(said)
			}
			f.Measures = append(f.Measures, m)
		}
	}
	return f
}

func inner[K cmp.Ordered, V any](outer map[string]map[K]V, key string) map[K]V {
	if outer[key] == nil {
		outer[key] = map[K]V{}
	}
	return outer[key]
}

func shownCount(n int) int {
	if n < SmallestGroup {
		return 0
	}
	return n
}

// given is a number that somebody gave, and the month.
type given struct {
	n     float64
	month string
}

// comparisons are those of one question, with the people of each that is shown.
type comparisons struct {
	counting Counting
	before   map[string]given
	shown    []map[string]bool
}

// compare fills in the numbers of those who gave one both times, unless they are too few; the later ones alone where too few
// of them differ from those of a comparison that is shown already.
func (c *comparisons) compare(m Measure, survey string, after map[string]given) Measure {
	in := map[string]string{}
	for person, was := range c.before {
		if is, gave := after[person]; gave {
			in[person] = max(was.month, is.month)
		}
	}
	both := c.counting.counted(survey, in)
	if len(both) < SmallestGroup {
		return m
	}
	var was, is, change []float64
	for person := range both {
		before, since := c.before[person].n, after[person].n
		was, is, change = append(was, before), append(is, since), append(change, since-before)
	}
	m.N, m.After = len(both), spreadOf(is)
	if m.Alone = slices.ContainsFunc(c.shown, func(other map[string]bool) bool { return tooAlike(both, other) }); m.Alone {
		return m
	}
	c.shown = append(c.shown, both)
	m.Before, m.Change = spreadOf(was), spreadOf(change)
	return m
}

// tooAlike reports whether two groups differ by so few people that what is said of both says something of these few.
func tooAlike(one, other map[string]bool) bool {
	apart := 0
	for person := range one {
		if _, in := other[person]; !in {
			apart++
		}
	}
	apart += len(other) - (len(one) - apart)
	return apart > 0 && apart < SmallestGroup
}

// spreadOf adds the numbers in rising order, so that the same ones always give the same sum.
func spreadOf(numbers []float64) Spread {
	slices.Sort(numbers)
	n, sum, squares := float64(len(numbers)), 0.0, 0.0
	for _, x := range numbers {
		sum += x
	}
	mean := sum / n
	for _, x := range numbers {
		squares += (x - mean) * (x - mean)
	}
	return Spread{Mean: mean, SD: math.Sqrt(squares / (n - 1))}
}
