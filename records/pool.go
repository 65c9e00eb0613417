package records

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// utcPool hands every moment to the database in UTC and in whole milliseconds. On SQLite moments are text, written as
// "2027-03-01 09:00:00.5+00:00": with one zone such texts sort as the moments do ('+' sorts before '.', which sorts
// before the digits), with two they would not. On PostgreSQL it keeps both dialects to the same precision.
type utcPool struct{ *sql.DB }

// PrepareContext is refused: arguments of prepared statements would bypass the pool.
func (utcPool) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, gorm.ErrNotImplemented
}

// ExecContext runs a statement.
func (p utcPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.DB.ExecContext(ctx, query, inUTC(args)...)
}

// QueryContext runs a query.
func (p utcPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.DB.QueryContext(ctx, query, inUTC(args)...)
}

// QueryRowContext runs a query for one row.
func (p utcPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.DB.QueryRowContext(ctx, query, inUTC(args)...)
}

// BeginTx begins a transaction with the same manners.
func (p utcPool) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.DB.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &utcTx{tx}, nil
}

// GetDBConn is the pool beneath.
func (p utcPool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// utcTx is a transaction of a utcPool.
type utcTx struct{ *sql.Tx }

// PrepareContext is refused, as on the pool.
func (*utcTx) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, gorm.ErrNotImplemented
}

// ExecContext runs a statement.
func (t *utcTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(ctx, query, inUTC(args)...)
}

// QueryContext runs a query.
func (t *utcTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.Tx.QueryContext(ctx, query, inUTC(args)...)
}

// QueryRowContext runs a query for one row.
func (t *utcTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.Tx.QueryRowContext(ctx, query, inUTC(args)...)
}

// inUTC copies the arguments with every moment in UTC and whole milliseconds.
func inUTC(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch moment := arg.(type) {
		case time.Time:
			out[i] = moment.UTC().Truncate(time.Millisecond)
		case *time.Time:
			if moment == nil {
				out[i] = nil
			} else {
				out[i] = moment.UTC().Truncate(time.Millisecond)
			}
		default:
			out[i] = arg
		}
	}
	return out
}
