package console

import (
	"testing"
	"time"

	"fairlead/programme"
)

// TestMoveRows: the stages that the end of a journey cancels share a line; what differs in anything, or belongs to the
// journey itself, keeps its own.
func TestMoveRows(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	move := func(stage, to, reason string, after time.Duration) programme.Move {
		return programme.Move{At: at.Add(after), Stage: stage, From: "not_open", To: to, What: "withdraw", Actor: "staff:1", Reason: reason}
	}
	moves := []programme.Move{move("", "withdrawn", "workload", 0), move("a", "cancelled", "workload", 0), move("b", "cancelled", "workload", 0),
		move("c", "cancelled", "workload", 0), move("d", "cancelled", "health", 0), move("e", "cancelled", "health", time.Second), move("f", "done", "health", time.Second)}
	rows := moveRows(moves, map[string]string{"a": "Survey", "b": "Alumni", "c": "Coaching", "d": "D", "e": "E", "f": "F"}, member{})
	var stages []string
	for _, row := range rows {
		stages = append(stages, row.Stage)
	}
	want := []string{"", "Survey, Alumni, Coaching", "D", "E", "F"}
	if len(stages) != len(want) {
		t.Fatalf("%q", stages)
	}
	for n := range want {
		if stages[n] != want[n] {
			t.Errorf("line %d is of %q, not %q", n, stages[n], want[n])
		}
	}
}
