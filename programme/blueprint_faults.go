//go:build faults

package programme

import _ "embed"

// shortYear is the essentials in twelve weeks, for demo years that tests play by the dozen.
//
//go:embed testdata/short-year.yaml
var shortYear []byte

// shortQuestionnaire is the same with a questionnaire.
//
//go:embed testdata/short-questionnaire.yaml
var shortQuestionnaire []byte

// shortAfterwards is the end of a year with the surveys after it.
//
//go:embed testdata/short-afterwards.yaml
var shortAfterwards []byte

func init() { forTests = append(forTests, shortYear, shortQuestionnaire, shortAfterwards) }
