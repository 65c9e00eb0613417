package programme

import (
	"errors"
	"testing"
)

// Costs go with the three decisions on a missed event, and with nothing else.
func TestCostsOfAMissedEvent(t *testing.T) {
	t.Parallel()
	view := func(kind Kind) JourneyView {
		return JourneyView{State: Enrolled, Stages: map[string]StageView{"stage": {State: StageOpen, Kind: kind}}}
	}
	for _, command := range Commands() {
		for _, kind := range []Kind{KindEvent, KindSurvey} {
			for _, costs := range []Costs{CostsRecovered, CostsWaived, "shared"} {
				order := Order{Name: command, Stage: "stage", Status: "excused", Sitting: "b", Costs: costs}
				takes := (command == CmdRecordAttendance || command == CmdChangeSitting || command == CmdSkip) && kind == KindEvent && costs != "shared"
				err := Legal(order, view(kind))
				var invalid *Invalid
				if takes && err != nil {
					t.Errorf("%s of a %s, %s: %v", command, kind, costs, err)
				}
				if held := view(kind).Holds(order); !takes && !held && (!errors.As(err, &invalid) || invalid.Faults[0].Field != "costs") {
					t.Errorf("%s of a %s, %s: %v", command, kind, costs, err)
				}
			}
		}
	}
}
