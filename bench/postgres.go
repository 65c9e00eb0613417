package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// errNoPostgres says that the machine has no PostgreSQL to measure.
var errNoPostgres = errors.New("no PostgreSQL on this machine")

// postgres is a PostgreSQL server of our own on a Unix socket, in a folder that goes with it.
type postgres struct {
	folder string
	daemon *exec.Cmd
	hold   io.Closer // the server ends when this closes, however we end
}

// startPostgres makes a cluster in a new folder and runs it. It writes to disk as a careful server does not, so that what is
// measured is the queries.
func startPostgres(ctx context.Context) (*postgres, error) {
	initdb, err := findPostgres("initdb")
	if err != nil {
		return nil, err
	}
	program, err := findPostgres("postgres")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("/tmp", "pgbench") // short: a socket's path may hold 107 bytes
	if err != nil {
		return nil, err
	}
	p := &postgres{folder: folder}
	as, err := unprivileged(folder)
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	data := filepath.Join(folder, "data")
	cluster := exec.CommandContext(ctx, initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	cluster.Dir, cluster.SysProcAttr = folder, as
	if out, err := cluster.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), p.stop())
	}
	// A shell holds the server: it ends it at the end of its input, which comes even when we are killed.
	const hold = `"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server`
	p.daemon = exec.Command("/bin/sh", "-c", hold, "sh", program, "-D", data, "-F", "-k", folder, "-c", "listen_addresses=",
		"-c", "full_page_writes=off", "-c", "max_wal_size=1GB", "-c", "autovacuum_naptime=1s") // statistics soon after the rows
	p.daemon.Dir, p.daemon.SysProcAttr = folder, as
	if err := p.await(); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	for _, database := range []string{"records", "keys"} {
		if err := p.create(ctx, database); err != nil {
			return nil, errors.Join(err, p.stop())
		}
	}
	return p, nil
}

// await starts the server and returns when it accepts connections.
func (p *postgres) await() error {
	hold, err := p.daemon.StdinPipe()
	if err != nil {
		return err
	}
	log, err := p.daemon.StderrPipe()
	if err != nil {
		return err
	}
	if err := p.daemon.Start(); err != nil {
		return err
	}
	p.hold = hold
	var seen []string
	for lines := bufio.NewScanner(log); lines.Scan(); {
		seen = append(seen, lines.Text())
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return nil
		}
	}
	return fmt.Errorf("postgres ended: %s", strings.Join(seen, "\n"))
}

func (p *postgres) create(ctx context.Context, database string) error {
	psql, err := findPostgres("psql")
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, psql, p.url("postgres"), "-qc", "CREATE DATABASE "+database).CombinedOutput()
	if err != nil {
		return fmt.Errorf("create the database %s: %w: %s", database, err, out)
	}
	return nil
}

// url is the address of a database of this server.
func (p *postgres) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + p.folder
}

// stop ends the server and removes its folder.
func (p *postgres) stop() error {
	if p.hold != nil {
		_ = p.hold.Close()
		_ = p.daemon.Wait() // it was told to quit, and says so
	}
	return os.RemoveAll(p.folder)
}

// unprivileged is how PostgreSQL, which refuses root, is run: as the account postgres where we are root. It gives that
// account the folder.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{Setpgid: true}, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: it refuses root, and there is no account postgres", errNoPostgres)
	}
	uid, _ := strconv.ParseUint(who.Uid, 10, 32) // a number on every system that has root
	gid, _ := strconv.ParseUint(who.Gid, 10, 32)
	as := &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return as, os.Chown(folder, int(uid), int(gid))
}

// findPostgres looks for a program of PostgreSQL on the path, then where distributions keep it, the newest version first.
func findPostgres(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
	if len(found) == 0 {
		return "", errNoPostgres
	}
	return slices.Max(found), nil
}
