// Package postgrestest gives tests a real PostgreSQL: one server for a test process, on a Unix socket in a folder of its
// own, and a fresh database for each test. It is for tests alone.
//
// A package that uses it ends the server in its TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }
//
// On Linux the server also ends when the test process is killed.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

var (
	mu        sync.Mutex
	running   *server
	failed    error // why no server could be started, once it was tried
	databases int
	templates = map[string]*template{}
)

// template is a database that is prepared once and then cloned.
type template struct {
	once sync.Once
	name string
	err  error
}

// Run runs the tests of a package and ends the server after them.
func Run(m *testing.M) int {
	code := m.Run()
	mu.Lock()
	defer mu.Unlock()
	if running != nil {
		running.stop()
		running = nil
	}
	return code
}

// URL is the address of a fresh, empty database, which goes when the test ends. Where the machine has no PostgreSQL, or
// with -short, the test is skipped and says so.
func URL(t testing.TB) string {
	t.Helper()
	return fresh(t, need(t), "template1")
}

// Clone is the address of a fresh copy of a database that prepare filled once for the whole process, under a name of the
// caller's. prepare closes its connections before it returns.
func Clone(t testing.TB, name string, prepare func(url string) error) string {
	t.Helper()
	s := need(t)
	mu.Lock()
	from := templates[name]
	if from == nil {
		from = &template{name: "template_" + name}
		templates[name] = from
	}
	mu.Unlock()
	from.once.Do(func() {
		if from.err = s.create(from.name, "template1"); from.err == nil {
			from.err = prepare(s.url(from.name))
		}
	})
	if from.err != nil {
		t.Fatalf("prepare the database %s: %v", name, from.err)
	}
	return fresh(t, s, from.name)
}

// need is the running server; it starts it at first.
func need(t testing.TB) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: PostgreSQL is not tested with -short")
	}
	mu.Lock()
	defer mu.Unlock()
	if running == nil && failed == nil {
		running, failed = start()
	}
	if failed != nil {
		if os.Getenv("FAIRLEAD_TEST_ALL") != "" { // set where nothing may be skipped
			t.Fatalf("PostgreSQL cannot be tested: %v", failed)
		}
		t.Skipf("SKIPPED: PostgreSQL is not tested: %v", failed)
	}
	return running
}

func fresh(t testing.TB, s *server, from string) string {
	t.Helper()
	mu.Lock()
	databases++
	name := fmt.Sprintf("test_%d", databases)
	mu.Unlock()
	if err := s.create(name, from); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Logf("drop the database: %v", err)
		}
	})
	return s.url(name)
}

// create makes a database as a copy of another. Copies of one database are made one after the other.
func (s *server) create(name, from string) error {
	s.creating.Lock()
	defer s.creating.Unlock()
	return s.run("CREATE DATABASE " + name + " TEMPLATE " + from)
}

// run does one thing in the maintenance database.
func (s *server) run(sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// url is the address of a database of this server.
func (s *server) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + s.folder
}
