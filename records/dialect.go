package records

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fairlead/programme"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// dialect is the SQL a database speaks; it is also the name of its folder of migrations.
type dialect string

const (
	dialectSQLite   dialect = "sqlite"
	dialectPostgres dialect = "postgres"
)

// database is one open database. On PostgreSQL reads and writes share a pool. SQLite has one writer at a time: writes go
// through one connection, reads through others, which in WAL mode neither wait for it nor disturb it.
type database struct {
	dialect dialect
	reads   *gorm.DB
	writes  *gorm.DB
	raw     *sql.DB // the writing pool, for migrations
	close   func() error
}

// openDatabase opens "sqlite:PATH" or "postgres://…".
func openDatabase(ctx context.Context, where string) (*database, error) {
	scheme, rest, _ := strings.Cut(where, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(strings.TrimPrefix(rest, "//"))
	case "postgres", "postgresql":
		return openPostgres(ctx, where)
	}
	return nil, errors.New("the address of a database begins with sqlite: or postgres://")
}

// readers is how many connections read SQLite at once.
const readers = 4

func openSQLite(path string) (*database, error) {
	if path == "" {
		return nil, errors.New("sqlite: needs a path")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Made here and not by the driver, so that nobody else on the machine can read it.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	// What is deleted is overwritten, or a key that was destroyed could still be read in the file.
	name := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"
	writes, err := sql.Open(sqlite.DriverName, name+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	writes.SetMaxOpenConns(1)
	reads, err := sql.Open(sqlite.DriverName, name+"&_pragma=query_only(1)")
	if err != nil {
		_ = writes.Close()
		return nil, err
	}
	reads.SetMaxOpenConns(readers)
	reads.SetMaxIdleConns(readers)

	d := &database{dialect: dialectSQLite, raw: writes}
	d.close = func() error { return errors.Join(reads.Close(), writes.Close()) }
	// The writer first: it turns the journal to WAL, which a reader may not.
	if d.writes, err = openGorm(&sqlite.Dialector{Conn: utcPool{writes}}); err == nil {
		d.reads, err = openGorm(&sqlite.Dialector{Conn: utcPool{reads}})
	}
	if err != nil {
		_ = d.close()
		return nil, err
	}
	return d, nil
}

func openPostgres(ctx context.Context, where string) (*database, error) {
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, errors.New("the address of the PostgreSQL database cannot be read") // its text may hold a password
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}))
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("%w: %w", programme.ErrUnavailable, err)
	}
	db, err := openGorm(postgres.New(postgres.Config{Conn: utcPool{pool}}))
	if err != nil {
		_ = pool.Close()
		return nil, err
	}
	return &database{dialect: dialectPostgres, reads: db, writes: db, raw: pool, close: pool.Close}, nil
}

// openGorm opens gorm without its log, which would print people's data, and without a transaction of its own around each
// statement: tx is that.
func openGorm(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard,
	})
}

// passes reports whether a transaction failed for a reason that passes, so that running it again may succeed.
func passes(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03"
	}
	var lite *gosqlite.Error
	if errors.As(err, &lite) {
		primary := lite.Code() & 0xff
		return primary == 5 || primary == 6 // SQLITE_BUSY, SQLITE_LOCKED
	}
	return false
}

// unreachable reports whether the database could not be reached, is starting or is going down.
func unreachable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P") || pg.Code == "53300"
	}
	var lite *gosqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case 10, 13, 14: // SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
