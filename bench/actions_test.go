package main

import (
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	updatepb "go.temporal.io/api/update/v1"
)

// Every kind of event that costs, once or more, beside those that are free.
func TestCount(t *testing.T) {
	t.Parallel()
	parent := &commonpb.WorkflowExecution{WorkflowId: "journey/2027-spring/P-7F3K2Q"}
	for name, c := range map[string]struct {
		events []*historypb.HistoryEvent
		want   cost
	}{
		"nothing":                 {nil, cost{}},
		"a start by itself":       {[]*historypb.HistoryEvent{started(nil, "")}, cost{actions: 1, events: 1}},
		"a start as a child":      {[]*historypb.HistoryEvent{started(parent, "")}, cost{events: 1}},
		"a start as the next run": {[]*historypb.HistoryEvent{started(nil, "run")}, cost{events: 1}},
		"a child":                 {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED)}, cost{actions: 2, events: 1}},
		"an activity of three attempts": {[]*historypb.HistoryEvent{
			plain(enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), attempts(3), plain(enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)}, cost{actions: 3, events: 3}},
		"a timer that fires":          {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_TIMER_STARTED), plain(enumspb.EVENT_TYPE_TIMER_FIRED)}, cost{actions: 1, events: 2, fired: 1}},
		"a timer that is stopped":     {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_TIMER_STARTED), plain(enumspb.EVENT_TYPE_TIMER_CANCELED)}, cost{actions: 1, events: 2}},
		"workflow tasks":              {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), plain(enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED), plain(enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)}, cost{events: 3}},
		"an upsert and a memo":        {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES), plain(enumspb.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED)}, cost{actions: 2, events: 2}},
		"the same answer twice":       {[]*historypb.HistoryEvent{signaled("form-submitted", `{"submission":"s1"}`), signaled("form-submitted", `{"submission":"s1"}`)}, cost{actions: 2, events: 2, answers: 1}},
		"an answer and its change":    {[]*historypb.HistoryEvent{signaled("form-submitted", `{"submission":"s1"}`), signaled("mail", `{"key":"2027-spring/P-7F3K2Q/onboarding/answer-changed/s2"}`)}, cost{actions: 2, events: 2, answers: 2}},
		"a signal that is no answer":  {[]*historypb.HistoryEvent{signaled("mail", `{"key":"2027-spring/P-7F3K2Q/-/new-link/1"}`), signaled("poke", ``)}, cost{actions: 2, events: 2}},
		"an order of staff":           {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED), plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)}, cost{actions: 1, events: 2, orders: 1}},
		"the register":                {[]*historypb.HistoryEvent{ordered("record-attendance", "c1"), ordered("record-attendance", "c2"), ordered("extend", "c3")}, cost{actions: 3, events: 3, answers: 2, orders: 1}},
		"a session booked and logged": {[]*historypb.HistoryEvent{at(5, signaled("form-submitted", `{}`)), at(9, signaled("form-submitted", `{}`))}, cost{actions: 2, events: 2, answers: 2}},
		"three markers of two tasks":  {[]*historypb.HistoryEvent{marker(4), marker(4), marker(8)}, cost{actions: 2, events: 3}},
		"the end as the next run":     {[]*historypb.HistoryEvent{plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW)}, cost{actions: 1, events: 1}},
	} {
		if got := count(c.events); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func plain(kind enumspb.EventType) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: kind}
}

func started(parent *commonpb.WorkflowExecution, after string) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
		Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{
			WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{ParentWorkflowExecution: parent, ContinuedExecutionRunId: after}}}
}

func attempts(n int32) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED,
		Attributes: &historypb.HistoryEvent_ActivityTaskStartedEventAttributes{
			ActivityTaskStartedEventAttributes: &historypb.ActivityTaskStartedEventAttributes{Attempt: n}}}
}

func signaled(name, body string) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
		Attributes: &historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
			WorkflowExecutionSignaledEventAttributes: &historypb.WorkflowExecutionSignaledEventAttributes{SignalName: name,
				Input: &commonpb.Payloads{Payloads: []*commonpb.Payload{{Data: []byte(body)}}}}}}
}

func ordered(name, id string) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
		Attributes: &historypb.HistoryEvent_WorkflowExecutionUpdateAcceptedEventAttributes{
			WorkflowExecutionUpdateAcceptedEventAttributes: &historypb.WorkflowExecutionUpdateAcceptedEventAttributes{
				AcceptedRequest: &updatepb.Request{Meta: &updatepb.Meta{UpdateId: id}, Input: &updatepb.Input{Name: name}}}}}
}

func at(id int64, event *historypb.HistoryEvent) *historypb.HistoryEvent {
	event.EventId = id
	return event
}

func marker(task int64) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_MARKER_RECORDED,
		Attributes: &historypb.HistoryEvent_MarkerRecordedEventAttributes{
			MarkerRecordedEventAttributes: &historypb.MarkerRecordedEventAttributes{WorkflowTaskCompletedEventId: task}}}
}
