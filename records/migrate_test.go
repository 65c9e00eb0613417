package records

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"

	"fairlead/internal/postgrestest"
)

var update = flag.Bool("update", false, "write golden files anew")

// Released migrations are never edited: goose keeps no checksums, so the hashes of all files are kept here.
func TestReleasedMigrationsAreUnchanged(t *testing.T) {
	t.Parallel()
	golden := filepath.Join("testdata", "migrations.sha256")
	var lines []string
	err := fs.WalkDir(migrationFiles, "migrations", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrationFiles, name)
		sum := sha256.Sum256(text)
		lines = append(lines, hex.EncodeToString(sum[:])+"  "+name)
		return err
	})
	must(t, err)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		must(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if got != string(want) {
		t.Errorf("migrations differ from those released: write a new one instead of editing. Where a file is new, "+
			"run go test ./records -run Released -update.\n got:\n%s\nwant:\n%s", got, want)
	}
}

// Both dialects have the same migrations with rising numbers, and the same tables, columns and indices.
func TestDialectsAreTwins(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"migrations", "migrations/keys"} {
		names := map[string][]string{}
		for _, dialect := range []dialect{dialectSQLite, dialectPostgres} {
			entries, err := fs.ReadDir(migrationFiles, path.Join(folder, string(dialect)))
			must(t, err)
			for i, entry := range entries {
				if want := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(entry.Name(), want) {
					t.Errorf("%s/%s/%s: its number should be %s", folder, dialect, entry.Name(), want)
				}
				text, err := fs.ReadFile(migrationFiles, path.Join(folder, string(dialect), entry.Name()))
				must(t, err)
				names[entry.Name()] = append(names[entry.Name()], neutral(string(text)))
			}
		}
		for name, texts := range names {
			if len(texts) != 2 {
				t.Errorf("%s/%s exists in one dialect only", folder, name)
			} else if texts[0] != texts[1] {
				t.Errorf("%s/%s: the dialects differ in more than their types", folder, name)
			}
		}
	}
}

// neutral takes out of a migration what the dialects have different words for.
func neutral(sql string) string {
	for from, to := range map[string]string{
		`TIMESTAMPTZ`: `DATETIME`, `BYTEA`: `BLOB`, ` COLLATE "C"`: ``,
		`BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY`: `INTEGER PRIMARY KEY AUTOINCREMENT`,
	} {
		sql = strings.ReplaceAll(sql, from, to)
	}
	sql = regexp.MustCompile(`--[^\n]*`).ReplaceAllString(sql, "")
	return strings.Join(strings.Fields(sql), " ")
}

func TestMigrateTwiceAtOnceAndAgain(t *testing.T) {
	t.Parallel()
	urls := map[string]func(t *testing.T) (string, string){
		"sqlite": func(t *testing.T) (string, string) {
			dir := t.TempDir()
			return "sqlite:" + dir + "/records ?.db", "sqlite:" + dir + "/keys.db"
		},
		"postgres": func(t *testing.T) (string, string) { return postgrestest.URL(t), postgrestest.URL(t) },
	}
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bundle{}
			b.url, b.keys = url(t)
			b.open(t)
			status, err := b.MigrationStatus(b.ctx)
			must(t, err)
			if len(status) < 2 || !status[0].Applied.IsZero() {
				t.Fatalf("before: %v, want everything pending", status)
			}
			var wait sync.WaitGroup
			for _, s := range []*Store{b.Store, b.another(t), b.another(t)} {
				wait.Add(1)
				go func() {
					defer wait.Done()
					if err := s.Migrate(b.ctx); err != nil {
						t.Error(err)
					}
				}()
			}
			wait.Wait()
			must(t, b.Migrate(b.ctx))
			status, err = b.MigrationStatus(b.ctx)
			must(t, err)
			var stores []string
			for _, m := range status {
				stores = append(stores, m.Store)
				if m.Applied.IsZero() {
					t.Errorf("%s %d is still pending", m.Store, m.Version)
				}
			}
			sort.Strings(stores)
			if stores[0] != "keys" || stores[len(stores)-1] != "records" {
				t.Errorf("the status names %v, want records and keys", stores)
			}
			must(t, b.Ping(b.ctx))
		})
	}
}
