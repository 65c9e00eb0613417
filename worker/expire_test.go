package worker

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fairlead/programme"
)

// expiring counts the rounds and fails in the second.
type expiring struct{ rounds int }

func (e *expiring) DeleteExpired(context.Context) ([]programme.Expired, error) {
	e.rounds++
	if e.rounds == 2 {
		return nil, errors.New("the database is away")
	}
	return []programme.Expired{{What: "visits", N: int64(e.rounds)}}, nil
}

// The deletions run at once and daily, and one that fails is followed by the next.
func TestExpireDaily(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		ctx, stop := context.WithCancel(t.Context())
		from, ended := &expiring{}, make(chan struct{})
		go func() { defer close(ended); expire(ctx, from, expireEvery, slog.New(slog.NewTextHandler(&said, nil))) }()
		<-time.After(2*24*time.Hour + time.Second)
		synctest.Wait()
		stop()
		<-ended
		if from.rounds != 3 || !strings.Contains(said.String(), "what=visits n=3") || !strings.Contains(said.String(), "could not be deleted") {
			t.Errorf("%d rounds: %s", from.rounds, said.String())
		}
	})
}
