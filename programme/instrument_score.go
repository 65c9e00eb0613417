package programme

import (
	"strconv"
	"time"
)

// A scale of ten items, each answered in one of five steps, has a sum from ScoreFrom to ScoreTo.
const (
	answerSteps = 5
	itemsAScale = 10
	ScoreFrom   = itemsAScale
	ScoreTo     = itemsAScale * answerSteps
)

// ScaleScore is what somebody's answers say on one scale. It is for the leader's development and decides nothing.
type ScaleScore struct {
	Scale    string `json:"scale"`
	Sum      int    `json:"sum,omitempty"` // ScoreFrom to ScoreTo; 0 where it is not scored
	Scored   bool   `json:"scored"`        // false: more than one of the scale's items has no answer
	Answered int    `json:"answered"`      // items of the scale with an answer
}

// Report is what a questionnaire says about the one who answered it.
type Report struct {
	Instrument string // its id
	Version    string // of the instrument that was answered
	At         time.Time
	Scores     []ScaleScore // in the instrument's order
}

// SharedReport is a report as the leader's coach sees it, with whose it is.
type SharedReport struct {
	Leader string
	Report Report
}

// Score adds up the answers per scale, in the order of the scales: 1 to 5 an item, a reversed item counting 6 minus its
// answer. With one item of a scale missing the mean of the other nine stands in for it, so the sum is theirs times 10/9,
// rounded to the nearest whole number; a half, which nine items cannot make, would go up. With more missing the scale is
// not scored. An item left out, or answered with what is no step of the scale, is missing.
func (in Instrument) Score(answers Answers) []ScaleScore {
	scores := make([]ScaleScore, len(in.Scales))
	for n, scale := range in.Scales {
		sum, answered := 0, 0
		for _, item := range in.Items {
			step, err := strconv.Atoi(answers.Get(item.Field()))
			if item.Scale != scale.Name || err != nil || step < 1 || step > answerSteps {
				continue
			}
			if item.Reversed() {
				step = answerSteps + 1 - step
			}
			sum, answered = sum+step, answered+1
		}
		scores[n] = ScaleScore{Scale: scale.Name, Answered: answered, Scored: answered >= itemsAScale-1}
		switch answered {
		case itemsAScale:
			scores[n].Sum = sum
		case itemsAScale - 1:
			scores[n].Sum = (2*sum*itemsAScale + itemsAScale - 1) / (2 * (itemsAScale - 1))
		}
	}
	return scores
}

// Answered is how many of the instrument's items have an answer.
func (in Instrument) Answered(answers Answers) int {
	n := 0
	for _, score := range in.Score(answers) {
		n += score.Answered
	}
	return n
}
