package cast

import (
	"slices"
	"strings"
	"time"
)

// Expected is what the cast knows of itself at the end: who they were, and how each journey has to have ended.
type Expected struct {
	Cohort      string    `json:"cohort"`
	Route       string    `json:"route"`
	Places      int       `json:"places"`
	LastJoining time.Time `json:"last_joining"` // until when freed places are filled again, programme time
	People      []Person  `json:"people"`
	Sittings    []Sitting `json:"sittings,omitempty"` // of the events, as they stood in the end
	Staff       []string  `json:"staff"`              // who may be alerted
	Coaches     []string  `json:"coaches,omitempty"`  // their addresses
	Bench       []Coach   `json:"bench,omitempty"`    // the same with what a match has to heed
}

// Person is one participant and what the character calls for.
type Person struct {
	Number     int               `json:"number"`
	Ref        string            `json:"ref"`
	Character  string            `json:"character"`
	End        string            `json:"end"`
	Stages     map[string]string `json:"stages,omitempty"`
	Emails     []string          `json:"emails"`
	Assistants []string          `json:"assistants,omitempty"`
	// Private is the address that the leader gave for report and surveys, empty where none was given.
	Private string `json:"private,omitempty"`
	// AssistantWelcome says that onboarding was answered with an assistant who may do something.
	AssistantWelcome bool   `json:"assistant_welcome,omitempty"`
	Phone            string `json:"phone,omitempty"`
	// Shares says that the leader's coach may see the report, as onboarding was answered.
	Shares bool `json:"shares,omitempty"`
	// Organisation is where the leader works at first, Moved where they work from the change of their details on.
	Organisation string `json:"organisation,omitempty"`
	Moved        string `json:"moved,omitempty"`
	// NoQuestionnaire says that the leader never agreed to the questionnaire: no mail may speak of it.
	NoQuestionnaire bool `json:"no_questionnaire,omitempty"`
}

// expected sums up what everybody's character calls for, given who was invited at all.
func (p *play) expected() Expected {
	n := shares(p.o.Participants)
	e := Expected{Cohort: p.year.cohort, Route: p.o.Route, Places: n.places + n.late, LastJoining: p.year.joinBy, Sittings: p.dates(), Staff: []string{owner, deputy}}
	if p.o.Route == byApplication {
		e.Places = offers(p.people)
	}
	for _, one := range p.people {
		e.People = append(e.People, one.expected(p.year.questions))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for email := range p.coaches {
		e.Coaches = append(e.Coaches, email)
	}
	slices.Sort(e.Coaches)
	e.Bench = p.bench
	return e
}

// expected is what one's character calls for; questions says that the year has a questionnaire.
func (one *person) expected(questions bool) Person {
	one.mu.Lock()
	defer one.mu.Unlock()
	e := Person{Number: one.number, Ref: one.ref, Character: one.character.name, End: one.character.end, Emails: one.emails,
		NoQuestionnaire: one.mind() == refuses || one.character.name == absent}
	if one.privately {
		e.Private = one.private
	}
	e.Shares, e.Organisation, e.Moved = one.shares, one.row.organisation, one.moved
	for _, email := range []string{one.row.assistantEmail, one.helper.email} {
		if email != "" && (len(e.Assistants) == 0 || !strings.EqualFold(e.Assistants[0], email)) {
			e.Assistants = append(e.Assistants, email)
		}
	}
	if one.entry.name != "" {
		e.Character = one.entry.name
		if one.entry.end != "completed" {
			e.End = one.entry.end
			return e
		}
		e.Character += ", then " + one.character.name
	}
	if !one.wrote && one.character.name != refused {
		e.End = "not_needed" // no mail ever came: no place did
	}
	if e.End != "completed" {
		return e
	}
	e.Stages = map[string]string{selection: "done", onboarding: "done", survey: "done", alumni: "done"}
	if questions {
		e.Stages[psychometrics] = "done"
		if mind := one.mind(); mind == refuses || mind == leaves || one.character.name == absent {
			e.Stages[psychometrics] = "skipped"
		}
	}
	if one.events {
		for _, stage := range events {
			e.Stages[stage] = "done"
		}
	}
	for stage, end := range one.ends {
		e.Stages[stage] = end
	}
	if one.character.name == absent {
		e.Stages[onboarding], e.Stages[survey], e.Stages[alumni] = "lapsed", "lapsed", "lapsed"
		return e
	}
	e.AssistantWelcome = one.helperSent
	for _, a := range one.asks {
		if a.stage == onboarding && a.ref == one.ref && a.answered {
			e.Phone = one.phone
		}
	}
	return e
}
