package records

import (
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
)

// A command that was accepted can be watched like bulk work, under its own id.
func TestCommandsAreOperations(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for _, c := range []struct {
			state  programme.CommandState
			want   string
			done   int
			failed int
		}{
			{programme.CommandRecorded, "running", 0, 0},
			{programme.CommandApplied, "done", 1, 0},
			{programme.CommandRefused, "failed", 0, 1},
			{programme.CommandAbandoned, "failed", 0, 1},
		} {
			id := "cmd-" + string(c.state)
			var finished *time.Time
			if c.state != programme.CommandRecorded {
				finished = maybe(begins.Add(time.Second))
			}
			must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
				return tx.Exec(`INSERT INTO commands (id, name, cohort, ref, reason, actor, codes, state, at, created_real, done_real)
					VALUES (?, 'hold', 'spring', 'P-7F3K2Q', 'leave', 'staff:ada', '{}', ?, ?, ?, ?)`,
					id, string(c.state), begins, begins, finished).Error
			}))
			got, err := b.Operation(b.ctx, id)
			must(t, err)
			want := programme.Operation{ID: id, Kind: "command", Cohort: "spring", Ref: "P-7F3K2Q", State: c.want, Total: 1,
				Done: c.done, Failed: c.failed, Created: begins, Finished: orZero(finished)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.state, diff)
			}
		}
		if _, err := b.Operation(b.ctx, "none"); !isNotFound(err) {
			t.Errorf("an operation that is none: %v, want ErrNotFound", err)
		}
	})
}
