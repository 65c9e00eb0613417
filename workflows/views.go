package workflows

import (
	"net/url"

	"fairlead/programme"
)

// View is a filter of the workflow list in the Temporal UI that ops open with one click.
type View struct {
	Name  string
	Query string // tests CloseTime and not the status, so that a workflow that the server has paused is found too
}

// Views are the stock views, in the order ops look at them. What is due waits on staff from then on, so that is the one
// owner for whom anything can be overdue.
func Views() []View {
	return []View{
		{"Parked", `CloseTime IS NULL AND Attention IS NOT NULL`},
		{"Overdue, waits on staff", `CloseTime IS NULL AND Overdue = true AND WaitingOn = "` + string(programme.OwnerStaff) + `"`},
		{"On hold", `CloseTime IS NULL AND OnHold = true`},
		{"Failing code", `CloseTime IS NULL AND TemporalReportedProblems IS NOT NULL`},
	}
}

// Address is where the Temporal UI shows the view, and keeps it under its name.
func (v View) Address(ui, namespace string) string {
	return ui + "/namespaces/" + url.PathEscape(namespace) + "/workflows?" + url.Values{"query": {v.Query}, "savedQuery": {v.Name}}.Encode()
}
