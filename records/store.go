package records

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Options are what the records have to know of the centre.
type Options struct {
	// HeadOfCentre is the address that is told of waits of three working days; empty: nobody is told.
	HeadOfCentre string
	// PrivacyNotice is the version of the privacy notice that consents refer to.
	PrivacyNotice string
	// MinimumNotice is how many working days anybody has to answer, however late they were asked; 0 means 5.
	MinimumNotice int
	// MailHost is the right side of every Message-ID: the domain of the sender's address.
	MailHost string
	// Blueprints finds a blueprint by its name, ErrNotFound where there is none.
	Blueprints func(name string) (programme.Blueprint, error)
	// Calendar knows the working days of the centre.
	Calendar programme.Calendar
}

// Store is the records. It is safe for use by many goroutines, and many processes may hold one on the same database.
type Store struct {
	// db is for reading alone: on SQLite its connections refuse to write. Everything that writes goes through tx.
	db     *gorm.DB
	writer *gorm.DB
	keys   *keyStore
	ends   []func() error // closes, in reverse order of opening

	dialect dialect
	main    migrations
	now     func() time.Time
	opts    Options

	clockMu sync.Mutex
	clock   *programme.Clock // nil until it was read; a clock never changes once set
}

// Open connects to the records at databaseURL and to the store of keys at keysURL, each "sqlite:PATH" or "postgres://…".
// now gives real time. It changes nothing in either database: Migrate does. The two must not be the same database,
// so that no dump holds both. A database that cannot be reached is ErrUnavailable.
func Open(ctx context.Context, databaseURL, keysURL string, now func() time.Time, opts Options) (*Store, error) {
	if databaseURL == keysURL {
		return nil, errors.New("records and keys must lie in different databases: set FAIRLEAD_KEYS_URL")
	}
	if opts.MinimumNotice == 0 {
		opts.MinimumNotice = programme.MinimumNotice
	}
	s := &Store{now: now, opts: opts}
	main, err := openDatabase(ctx, databaseURL)
	if err != nil {
		return nil, fmt.Errorf("open the records: %w", err)
	}
	s.ends = append(s.ends, main.close)
	s.db, s.writer, s.dialect = main.reads, main.writes, main.dialect
	s.main = migrations{db: main.raw, dialect: main.dialect, folder: "migrations", table: recordsTable}

	keys, err := openDatabase(ctx, keysURL)
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open the store of keys: %w", err)
	}
	s.ends = append(s.ends, keys.close)
	s.keys = newKeyStore(keys)
	return s, nil
}

// Close ends every connection.
func (s *Store) Close() error {
	var all []error
	for i := len(s.ends) - 1; i >= 0; i-- {
		all = append(all, s.ends[i]())
	}
	s.ends = nil
	return errors.Join(all...)
}

// Ping reports whether both databases answer; ErrUnavailable where one does not.
func (s *Store) Ping(ctx context.Context) error {
	for _, db := range []*gorm.DB{s.db, s.keys.db.reads} {
		if err := db.WithContext(ctx).Exec("SELECT 1").Error; err != nil {
			return fmt.Errorf("%w: %w", programme.ErrUnavailable, err)
		}
	}
	return nil
}

// realNow is the real moment in UTC, whole milliseconds: what both dialects keep.
func (s *Store) realNow() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// read starts a query outside any transaction.
func (s *Store) read(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }

// tx runs work in one transaction and translates its error at the edge. Where the database gave up for a reason that
// passes (a deadlock, a lost race between serialised transactions, a lock that was held too long) it runs work again,
// so work must do nothing but use tx: no mail, no Temporal, no append to what the last attempt collected. Never call
// tx within tx: SQLite has one writer, and it would wait for itself.
func (s *Store) tx(ctx context.Context, work func(tx *gorm.DB) error) error {
	return runTx(ctx, s.writer, work)
}

// attempts is how often a transaction is tried that fails for a reason that passes.
const attempts = 6

func runTx(ctx context.Context, db *gorm.DB, work func(tx *gorm.DB) error) error {
	for try := 1; ; try++ {
		err := db.WithContext(ctx).Transaction(work)
		if err == nil || try == attempts || !passes(err) {
			return edge(err)
		}
		select {
		case <-ctx.Done():
			return edge(err)
		case <-time.After(time.Duration(try*try) * 5 * time.Millisecond):
		}
	}
}

// edge translates an error of the database into the kinds the program knows, by code and never by text. Errors of
// package programme pass unchanged.
func edge(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("%w: %w", programme.ErrNotFound, err)
	case errors.Is(err, gorm.ErrDuplicatedKey), errors.Is(err, gorm.ErrForeignKeyViolated):
		return fmt.Errorf("%w: %w", programme.ErrConflict, err)
	case unreachable(err), passes(err):
		return fmt.Errorf("%w: %w", programme.ErrUnavailable, err)
	}
	return err
}

// isMissing reports whether a query found no row.
func isMissing(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// maybe is the column of a moment that may be missing: NULL for the zero time.
func maybe(moment time.Time) *time.Time {
	if moment.IsZero() {
		return nil
	}
	moment = moment.UTC().Truncate(time.Millisecond)
	return &moment
}

// orZero is the moment in a column that may be NULL.
func orZero(column *time.Time) time.Time {
	if column == nil {
		return time.Time{}
	}
	return column.UTC()
}
