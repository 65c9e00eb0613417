package rest

import (
	"fairlead/programme"
)

type counts struct {
	ByState    map[string]int            `json:"by_state" doc:"Journeys by state"`
	ByStage    map[string]map[string]int `json:"by_stage" doc:"Journeys by stage and its state"`
	Overdue    *int                      `json:"overdue,omitempty" doc:"Open stages past their due date"`
	Parked     *int                      `json:"parked,omitempty" doc:"Journeys with something that needs a person"`
	OnHold     *int                      `json:"on_hold,omitempty"`
	Mails      map[string]int            `json:"mails,omitzero" doc:"Lines of the ledger by state"`
	Suppressed int                       `json:"suppressed_below,omitempty" doc:"For a researcher: groups smaller than this are left out"`
}

// countsOf shows a cohort's counts. A researcher sees no group below ten, nor one that could be worked out from the
// others.
func countsOf(c programme.CohortCounts, who role) *counts {
	shown := &counts{ByState: plain(c.ByState), ByStage: map[string]map[string]int{}}
	for stage, states := range c.ByStage {
		shown.ByStage[stage] = plain(states)
	}
	if who != researcher {
		shown.Overdue, shown.Parked, shown.OnHold, shown.Mails = &c.Overdue, &c.Parked, &c.OnHold, plain(c.Mails)
		return shown
	}
	shown.Suppressed = programme.SmallestGroup
	suppress(shown.ByState)
	for _, states := range shown.ByStage {
		suppress(states)
	}
	return shown
}

// suppress leaves out the groups below ten. Where that leaves out one alone, the total known elsewhere would give it
// away, so the next smallest goes as well.
func suppress(groups map[string]int) {
	gone := 0
	for name, n := range groups {
		switch {
		case n == 0:
			delete(groups, name)
		case n < programme.SmallestGroup:
			delete(groups, name)
			gone++
		}
	}
	if gone != 1 || len(groups) == 0 {
		return
	}
	next := ""
	for name, n := range groups {
		if next == "" || n < groups[next] || n == groups[next] && name < next {
			next = name
		}
	}
	delete(groups, next)
}

func plain[K ~string](groups map[K]int) map[string]int {
	shown := make(map[string]int, len(groups))
	for name, n := range groups {
		shown[string(name)] = n
	}
	return shown
}
