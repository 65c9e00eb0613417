package rest

import (
	"context"
	"math"
	"net/http"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

type outcomes struct {
	Cohort          string     `json:"cohort"`
	SuppressedBelow int        `json:"suppressed_below" doc:"No figure is shown for fewer people than this"`
	Answered        answered   `json:"answered"`
	Measures        []measure  `json:"measures" doc:"Every question of both questionnaires, in their order"`
	Later           []later    `json:"later" doc:"The surveys that come after the year, each against the baseline, in their order"`
	Feedback        []feedback `json:"feedback" doc:"The surveys that look back on an event, in their order"`
}

type feedback struct {
	Survey   string            `json:"survey" example:"residential-1-survey"`
	Title    string            `json:"title"`
	Answered *int              `json:"answered" doc:"People who answered it; null where they are too few"`
	Measures []feedbackMeasure `json:"measures"`
}

type feedbackMeasure struct {
	Name   string  `json:"name" example:"learned"`
	Text   string  `json:"text" doc:"The question"`
	From   int     `json:"from" doc:"The lower end of the scale"`
	To     int     `json:"to" doc:"The upper end of the scale"`
	N      *int    `json:"n" doc:"People who gave a number, as far as their month has come; null, as what follows, where they are too few"`
	Answer *spread `json:"answer"`
}

type later struct {
	Survey   string         `json:"survey" example:"survey-6-months"`
	Title    string         `json:"title"`
	Answered *int           `json:"answered" doc:"People who answered it; null where they are too few"`
	Measures []laterMeasure `json:"measures"`
}

type laterMeasure struct {
	Name   string  `json:"name" example:"satisfied"`
	Text   string  `json:"text" doc:"The question"`
	N      *int    `json:"n" doc:"People who gave a number both times, as far as their month has come; null, as all that follows, where they are too few"`
	Before *spread `json:"baseline" doc:"Null, as the change, where these people differ by too few from those of a comparison before it"`
	After  *spread `json:"later"`
	Change *spread `json:"change" doc:"Of each person, later less baseline"`
}

type answered struct {
	Baseline *int `json:"baseline" doc:"People who answered before the year; null where they are too few"`
	Closing  *int `json:"closing" doc:"People who answered after the year; null where they are too few"`
}

type measure struct {
	Name   string  `json:"name" example:"satisfied"`
	Text   string  `json:"text" doc:"The question"`
	Local  bool    `json:"local" doc:"The centre's own question, of no published instrument"`
	From   int     `json:"from" doc:"The lower end of the scale"`
	To     int     `json:"to" doc:"The upper end of the scale"`
	N      *int    `json:"n" doc:"People who gave a number both times, as far as their month has come; null, as all that follows, where they are too few"`
	Before *spread `json:"baseline"`
	After  *spread `json:"closing"`
	Change *spread `json:"change" doc:"Of each person, closing less baseline"`
}

type spread struct {
	Mean float64 `json:"mean" doc:"To two decimals"`
	SD   float64 `json:"sd" doc:"Sample standard deviation, to two decimals"`
}

type outcomesOutput struct{ Body outcomes }

func (a *API) outcomeCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "get-outcomes", Method: http.MethodGet, Path: "/cohorts/{cohort}/outcomes", Tags: []string{"Cohorts"},
		Summary: "Compare the answers after a cohort's year with those before it",
		Description: "At the end of the year, and in each survey that comes after it. Every figure is of the same people, those who gave a number both times. " +
			"Answers are kept under a research pseudonym; nothing is shown of fewer than ten people. They are compared from the end of the month in which the survey closes, " +
			"and later ones by whole months and ten people at once, so that what is shown from day to day says nothing of one person.",
		Errors: []int{http.StatusNotFound}}, a.getOutcomes)
}

func (a *API) getOutcomes(ctx context.Context, in *CohortPath) (*outcomesOutput, error) {
	if _, err := a.o.Store.Cohort(ctx, in.Cohort); err != nil {
		return nil, err
	}
	found, err := a.o.Store.Outcomes(ctx, in.Cohort)
	if err != nil {
		return nil, err
	}
	shown := outcomes{Cohort: in.Cohort, SuppressedBelow: programme.SmallestGroup, Measures: []measure{}, Later: []later{}, Feedback: []feedback{},
		Answered: answered{Baseline: unlessNone(found.Baseline), Closing: unlessNone(found.Closing)}}
	for _, m := range found.Measures {
		line := measure{Name: m.Name, Text: m.Text, Local: m.Local, From: m.From, To: m.To, N: unlessNone(m.N)}
		if m.N > 0 {
			line.Before, line.After, line.Change = spreadOf(m.Before), spreadOf(m.After), spreadOf(m.Change)
		}
		shown.Measures = append(shown.Measures, line)
	}
	for _, survey := range found.Later {
		shown.Later = append(shown.Later, laterOf(survey))
	}
	for _, survey := range found.Feedback {
		shown.Feedback = append(shown.Feedback, feedbackOf(survey))
	}
	return &outcomesOutput{Body: shown}, nil
}

func feedbackOf(survey programme.Feedback) feedback {
	shown := feedback{Survey: survey.Survey, Title: survey.Title, Answered: unlessNone(survey.Answered), Measures: []feedbackMeasure{}}
	for _, m := range survey.Measures {
		line := feedbackMeasure{Name: m.Name, Text: m.Text, From: m.From, To: m.To, N: unlessNone(m.N)}
		if m.N > 0 {
			line.Answer = spreadOf(m.After)
		}
		shown.Measures = append(shown.Measures, line)
	}
	return shown
}

func laterOf(survey programme.LaterOutcomes) later {
	shown := later{Survey: survey.Survey, Title: survey.Title, Answered: unlessNone(survey.Answered), Measures: []laterMeasure{}}
	for _, m := range survey.Measures {
		line := laterMeasure{Name: m.Name, Text: m.Text, N: unlessNone(m.N)}
		if m.N > 0 {
			line.After = spreadOf(m.After)
		}
		if m.N > 0 && !m.Alone {
			line.Before, line.Change = spreadOf(m.Before), spreadOf(m.Change)
		}
		shown.Measures = append(shown.Measures, line)
	}
	return shown
}

func unlessNone(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func spreadOf(s programme.Spread) *spread {
	hundredth := func(x float64) float64 { return math.Round(x*100) / 100 }
	return &spread{Mean: hundredth(s.Mean), SD: hundredth(s.SD)}
}
