package worker

import (
	"context"
	"log/slog"
	"time"
)

// sweeping has a sweep done once every so often until ctx is done; said is what the log says of one that failed.
func sweeping(ctx context.Context, every time.Duration, log *slog.Logger, said string, sweep func(context.Context) error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := sweep(ctx); err != nil && ctx.Err() == nil {
				log.Warn(said, "error", err)
			}
		}
	}
}
