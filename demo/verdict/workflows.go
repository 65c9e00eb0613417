package verdict

import "strings"

// workflows: no workflow failed, none of the cohort's journeys is left running, and everybody who was invited had one.
func (j *judge) workflows() {
	if len(j.in.Histories) == 0 {
		return
	}
	cohort := "journey/" + j.in.Expected.Cohort + "/"
	known := map[string]bool{}
	for _, h := range j.in.Histories {
		known[h.WorkflowID] = true
		switch status := normal(h.Status); {
		case status == "completed", status == "canceled", status == "continuedasnew":
		case status == "running" && !strings.HasPrefix(h.WorkflowID, cohort):
			// a cohort's own workflow lives on, and so does a journey that was deferred into another year
		case status == "running":
			j.fault(h.WorkflowID, "The %s workflow is still running.", h.Type)
		default:
			j.fault(h.WorkflowID, "The %s workflow ended %s.", h.Type, h.Status)
		}
	}
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil || journey.State == "not_needed" || journey.State == "reserve" {
			continue
		}
		if !known[cohort+p.Ref] {
			j.fault(cohort+p.Ref, "The journey has no workflow.")
		}
	}
}

// normal brings the ways a status is written to one: "WORKFLOW_EXECUTION_STATUS_TIMED_OUT" and "TimedOut" are the same.
func normal(status string) string {
	status = strings.TrimPrefix(strings.ToLower(status), "workflow_execution_status_")
	status = strings.NewReplacer("_", "", " ", "").Replace(status)
	if status == "cancelled" {
		return "canceled"
	}
	return status
}
