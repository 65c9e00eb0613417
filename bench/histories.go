package main

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"fairlead/programme"
	"fairlead/workflows"
)

// leaderYear is what everything that ran for one leader, or for a cohort, has cost.
type leaderYear struct {
	ref       string
	state     string // the journey's, as its workflow returned it
	workflows int
	cost
	mails int // that reached the sink
	bytes int // of the histories, as the server counts them
	open  int // most bytes in the histories of workflows that were open at one moment
	steps []step
}

// perNeed is the actions for each thing the year could not do without.
func (y *leaderYear) perNeed() float64 {
	return float64(y.actions) / float64(max(1, y.mails+y.answers+y.fired))
}

// String is the year in a line.
func (y *leaderYear) String() string {
	return fmt.Sprintf("%d actions for %d mails, %d answers, %d timers: %.2f ×; %d events, %.1f KB, at most %.1f KB open, in %d workflows",
		y.actions, y.mails, y.answers, y.fired, y.perNeed(), y.events, float64(y.bytes)/1000, float64(y.open)/1000, y.workflows)
}

// step is one event's part in how much history is open: its size when it comes, or all of its workflow's when that ends.
type step struct {
	at    time.Time
	bytes int
}

// readYears exports every history of the namespace and counts it for its leader or its cohort.
func readYears(ctx context.Context, c client.Client) (leaders, cohorts []*leaderYear, err error) {
	years := map[string]*leaderYear{}
	var page []byte
	for {
		answer, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 200, NextPageToken: page})
		if err != nil {
			return nil, nil, err
		}
		for _, w := range answer.GetExecutions() {
			id := w.GetExecution().GetWorkflowId()
			parts := strings.Split(id, "/") // cohort/NAME, journey/COHORT/REF, journey/COHORT/REF/STAGE
			owner := strings.Join(parts[:min(len(parts), 3)], "/")
			if years[owner] == nil {
				years[owner] = &leaderYear{ref: parts[min(len(parts), 3)-1]}
			}
			if err := years[owner].add(ctx, c, w); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", id, err)
			}
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			break
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(years)) {
		years[owner].settle()
		if strings.HasPrefix(owner, "cohort/") {
			cohorts = append(cohorts, years[owner])
		} else {
			leaders = append(leaders, years[owner])
		}
	}
	return leaders, cohorts, nil
}

// add counts one workflow.
func (y *leaderYear) add(ctx context.Context, c client.Client, w *workflowpb.WorkflowExecutionInfo) error {
	y.workflows++
	var events []*historypb.HistoryEvent
	each := c.GetWorkflowHistory(ctx, w.GetExecution().GetWorkflowId(), w.GetExecution().GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for each.HasNext() {
		event, err := each.Next()
		if err != nil {
			return err
		}
		events = append(events, event)
	}
	y.cost.add(count(events))
	own := 0
	for _, event := range events {
		size := proto.Size(event)
		own += size
		y.steps = append(y.steps, step{event.GetEventTime().AsTime(), size})
	}
	y.bytes += max(own, int(w.GetHistorySizeBytes()))
	if w.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING && len(events) > 0 {
		last := events[len(events)-1]
		y.steps = append(y.steps, step{last.GetEventTime().AsTime(), -own})
		if ended := last.GetWorkflowExecutionCompletedEventAttributes(); ended != nil && w.GetType().GetName() == workflows.TypeJourney {
			return converter.GetDefaultDataConverter().FromPayloads(ended.GetResult(), &y.state)
		}
	}
	return nil
}

// settle finds the moment at which most was open.
func (y *leaderYear) settle() {
	slices.SortStableFunc(y.steps, func(a, b step) int { return a.at.Compare(b.at) })
	now := 0
	for _, s := range y.steps {
		now += s.bytes
		y.open = max(y.open, now)
	}
}

// mailsByLeader counts the mails at the sink by the reference in their leading key; a repeat under the same Message-ID
// is the same mail.
func mailsByLeader(folder string) (map[string]int, error) {
	sent, seen := map[string]int{}, map[string]bool{}
	err := eachMail(folder, func(header mail.Header) error {
		id := header.Get("Message-Id")
		key, _, _ := strings.Cut(header.Get("X-Fairlead-Key"), ",")
		if parts := strings.Split(key, "/"); len(parts) >= 3 && !seen[id] {
			seen[id] = true
			sent[parts[1]]++
		}
		return nil
	})
	if err == nil && len(sent) == 0 {
		err = fmt.Errorf("no mail lies in %s: %w", folder, errNothing)
	}
	return sent, err
}

// answerOf is what makes an answer this one and no repeat, or empty where a signal brings none: a first answer comes as
// its submission's id, a change of one as the confirmation to be sent.
func answerOf(signal string, body []byte) string {
	switch {
	case signal == workflows.SignalFormSubmitted:
		return string(body)
	case signal == workflows.SignalMail && strings.Contains(string(body), "/"+programme.MsgAnswerChanged+"/"):
		return string(body)
	}
	return ""
}
