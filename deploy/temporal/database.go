package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// retention is how long closed workflows can be read: the year of a programme and a month to look back. The server's
// own 24 hours would delete the stages of a year that is still running. It applies to a namespace at its creation;
// `fairlead` sets it again at every boot, for a namespace that somebody else has created.
const retention = 400 * 24 * time.Hour

// storage is how the server opens the file.
//
// WAL with synchronous "normal" gives two to three times the workflow starts of SQLite's defaults. A killed process
// loses nothing; a power cut may lose the last moments before it, and never breaks the file. The server keeps one
// connection for all its services, so they queue instead of meeting "database is locked".
func storage(file string) *config.SQL {
	return &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: uriPath(file),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
		},
	}
}

// uriPath escapes what SQLite would read as the syntax of a URI: the server puts the name into one unescaped.
func uriPath(file string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
}

// prepare makes the file ready for the server: folder, schema and namespace, each only when missing.
func prepare(ctx context.Context, s settings) (*config.SQL, error) {
	if err := os.MkdirAll(filepath.Dir(s.database), 0o700); err != nil {
		return nil, err
	}
	if err := createSchema(ctx, s.database); err != nil {
		return nil, fmt.Errorf("database %s: %w", s.database, err)
	}

	store := storage(s.database)
	namespace, err := sqlite.NewNamespaceConfig(clusterName, s.namespace, false, nil)
	if err != nil {
		return nil, err
	}
	namespace.Detail.Config.Retention = durationpb.New(retention)
	return store, sqlite.CreateNamespaces(store, namespace)
}

// createSchema sets up the tables of an empty file, in one transaction: a process that is killed in the middle leaves
// an empty file and not one that can never start again. A file with foreign tables is refused rather than mixed up.
func createSchema(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", "file:"+uriPath(file)+"?mode=rwc&_pragma=journal_mode=wal&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	var tables, ours int
	err = tx.QueryRowContext(ctx, `SELECT count(*), count(CASE name WHEN 'executions_visibility' THEN 1 END)
		FROM sqlite_master WHERE type = 'table'`).Scan(&tables, &ours)
	switch {
	case err != nil:
		return err
	case ours > 0:
		return nil
	case tables > 0:
		return errors.New("this file belongs to another program; choose another one with --db")
	}
	if err := sqlite.SetupSchemaOnDB(schemaTx{tx: tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// fold moves the write-ahead log into the file, so that after an orderly end the file alone is a complete copy of the
// data. After a kill the next start does it.
func fold(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", "file:"+uriPath(file)+"?mode=rw")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// schemaTx is the part of the server's administrative database that its schema setup uses, within one transaction.
type schemaTx struct {
	sqlplugin.AdminDB // nil: nothing else may be called
	tx                *sql.Tx
}

// Exec runs one statement of the schema.
func (s schemaTx) Exec(statement string, args ...any) error {
	_, err := s.tx.Exec(statement, args...)
	return err
}
