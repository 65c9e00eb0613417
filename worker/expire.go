package worker

import (
	"context"
	"log/slog"
	"time"

	"fairlead/programme"
)

// Expiry deletes what nobody has a reason to keep any more, over all cohorts, and says what went.
type Expiry interface {
	DeleteExpired(ctx context.Context) ([]programme.Expired, error)
}

// expireEvery is how often the deletions of Expiry run; on a fast clock, where a day is seconds, once a minute.
const expireEvery = 24 * time.Hour

// expire has the deletions run at once and then daily, until ctx is done. Every worker does it: what one has deleted
// another does not find. A failure waits for the next time.
func expire(ctx context.Context, from Expiry, every time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		gone, err := from.DeleteExpired(ctx)
		if err != nil && ctx.Err() == nil {
			log.Warn("what has had its time could not be deleted", "error", err)
		}
		for _, e := range gone {
			log.Info("deleted what has had its time", "what", e.What, "n", e.N)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
