package records

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"fairlead/programme"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrationFiles embed.FS

// Migration is one step of the database's shape.
type Migration struct {
	Store   string // "records" or "keys"
	Version int64
	Name    string    // of the file
	Applied time.Time // real time, zero while pending
}

// migrations is one database with the folder that shapes it: FOLDER/DIALECT in the program.
type migrations struct {
	db      *sql.DB
	dialect dialect
	folder  string
	table   string
}

// Where goose notes what it did.
const (
	recordsTable = "goose_db_version"
	keysTable    = "goose_keys_version"
)

// Migrate brings both databases to the version of this program, with the words by which journeys are found. Several processes
// may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.main.up(ctx); err != nil {
		return fmt.Errorf("migrate the records: %w", err)
	}
	if err := s.keys.migrations().up(ctx); err != nil {
		return fmt.Errorf("migrate the store of keys: %w", err)
	}
	if err := s.foldWords(ctx, wordsAtOnce); err != nil {
		return fmt.Errorf("fold the words that journeys are found by: %w", err)
	}
	return nil
}

// MigrationStatus lists every migration of both databases in order, applied or pending.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	var all []Migration
	for _, m := range []struct {
		store string
		of    migrations
	}{{"records", s.main}, {"keys", s.keys.migrations()}} {
		provider, err := m.of.provider()
		if err != nil {
			return nil, err
		}
		status, err := provider.Status(ctx)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", programme.ErrUnavailable, err)
		}
		for _, one := range status {
			all = append(all, Migration{Store: m.store, Version: one.Source.Version, Name: one.Source.Path,
				Applied: one.AppliedAt.UTC()})
		}
	}
	return all, nil
}

func (m migrations) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, m.folder+"/"+string(m.dialect))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithTableName(m.table)}
	if m.dialect == dialectPostgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, err
		}
		return goose.NewProvider(goose.DialectPostgres, m.db, files, append(options, goose.WithSessionLocker(locker))...)
	}
	return goose.NewProvider(goose.DialectSQLite3, m.db, files, options...)
}

// up applies what is pending. PostgreSQL has a lock for it. On SQLite the first of two processes wins, and the second
// fails on what the first has just made: it looks again and finds nothing left to do.
func (m migrations) up(ctx context.Context) error {
	var err error
	for try := 1; try <= attempts; try++ {
		var provider *goose.Provider
		if provider, err = m.provider(); err != nil {
			return err
		}
		if _, err = provider.Up(ctx); err == nil || m.dialect == dialectPostgres {
			return err
		}
	}
	return err
}
