package main

import (
	"strconv"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"fairlead/programme"
)

// cost is what histories say was spent, and what it was spent for.
type cost struct {
	actions int // the unit in which Temporal Cloud is paid; see count
	events  int
	answers int // forms that were answered, answers that were changed, sessions booked and logged, attendances noted
	fired   int // timers that came to their end
	orders  int // updates: what staff ordered besides the register, which belongs to every year
}

func (c *cost) add(other cost) {
	c.actions += other.actions
	c.events += other.events
	c.answers += other.answers
	c.fired += other.fired
	c.orders += other.orders
}

// count counts one history. An action is a start, a continue-as-new, a timer started, an attempt of an activity, a signal, an
// update, an upsert of search attributes or memo, a cancel of another workflow; the start of a child is two; all markers of
// one workflow task are one. Attributes given at a start, timers that fire or are cancelled and the ends of activities are
// free. What leaves no event is not in a history and not here: queries and refused updates.
func count(events []*historypb.HistoryEvent) cost {
	c := cost{events: len(events)}
	answers := map[string]bool{}
	marked := map[int64]bool{} // workflow tasks with a marker
	for _, event := range events {
		switch event.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			started := event.GetWorkflowExecutionStartedEventAttributes()
			// A child is paid by its parent, a continuation where the run before it ended.
			if started.GetParentWorkflowExecution() == nil && started.GetContinuedExecutionRunId() == "" {
				c.actions++
			}
		case enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
			c.actions += 2
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED: // one event for all attempts, with the number of the last
			c.actions += int(event.GetActivityTaskStartedEventAttributes().GetAttempt())
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			c.actions++
			signal := event.GetWorkflowExecutionSignaledEventAttributes()
			var body []byte
			for _, payload := range signal.GetInput().GetPayloads() {
				body = append(body, payload.GetData()...)
			}
			switch answer := answerOf(signal.GetSignalName(), body); answer {
			case "":
			case "{}": // a session was booked, moved, cancelled or logged: the records know which
				answers[strconv.FormatInt(event.GetEventId(), 10)] = true
			default:
				answers[answer] = true
			}
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			c.actions++
			request := event.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest()
			if request.GetInput().GetName() == string(programme.CmdRecordAttendance) {
				answers["register/"+request.GetMeta().GetUpdateId()] = true
			} else {
				c.orders++
			}
		case enumspb.EVENT_TYPE_TIMER_STARTED,
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
			enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
			enumspb.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED,
			enumspb.EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED,
			enumspb.EVENT_TYPE_NEXUS_OPERATION_SCHEDULED:
			c.actions++
		case enumspb.EVENT_TYPE_MARKER_RECORDED:
			if task := event.GetMarkerRecordedEventAttributes().GetWorkflowTaskCompletedEventId(); !marked[task] {
				marked[task] = true
				c.actions++
			}
		case enumspb.EVENT_TYPE_TIMER_FIRED:
			c.fired++
		}
	}
	c.answers = len(answers)
	return c
}
