package programme

// Costs is what becomes of the costs of an event that a leader missed, recorded with the decision how to catch up.
type Costs string

// The employer pays them back, or the centre lets them go; empty: nobody has decided.
const (
	CostsRecovered Costs = "recovered"
	CostsWaived    Costs = "waived"
)

// costs judges what an order says of costs: only those do that settle a missed event.
func (o Order) costs(stage StageView, known bool) error {
	switch o.Name {
	case CmdRecordAttendance, CmdChangeSitting, CmdSkip:
	default:
		return Refuse("costs", "Costs are recorded with the decision on a missed event: record-attendance, change-sitting or skip.")
	}
	switch {
	case o.Costs != CostsRecovered && o.Costs != CostsWaived:
		return Refuse("costs", "Say what becomes of the costs: recovered or waived.")
	case known && stage.Kind != KindEvent:
		return Refuse("costs", "Only an event that was missed has costs to decide upon.")
	}
	return nil
}
