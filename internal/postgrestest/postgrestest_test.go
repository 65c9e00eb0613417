package postgrestest

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

func TestCloneCopiesWhatPrepareLeft(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	prepared := 0
	prepare := func(url string) error {
		prepared++
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "CREATE TABLE leaders (n INT); INSERT INTO leaders VALUES (1)")
		_ = conn.Close(ctx)
		return err
	}
	for range 2 {
		conn, err := pgx.Connect(ctx, Clone(t, "leaders", prepare))
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := conn.QueryRow(ctx, "SELECT COUNT(*) FROM leaders").Scan(&n); err != nil || n != 1 {
			t.Errorf("the copy holds %d rows (%v), want its own one", n, err)
		}
		if _, err := conn.Exec(ctx, "INSERT INTO leaders VALUES (2)"); err != nil {
			t.Error(err)
		}
		_ = conn.Close(ctx)
	}
	if prepared != 1 {
		t.Errorf("prepared %d times, want once", prepared)
	}
}

func TestURLIsEmpty(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var n int
	err = conn.QueryRow(ctx, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("a fresh database holds %d tables (%v)", n, err)
	}
}
