package postgrestest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"syscall"
)

// server is one running PostgreSQL.
type server struct {
	folder   string // data and socket
	process  *os.Process
	ended    chan struct{} // closed when the process has ended
	creating sync.Mutex
}

// start finds PostgreSQL, makes a cluster in a new folder and runs it. Nothing of it is synced to disk: it lives as long
// as the tests.
func start() (*server, error) {
	initdb, err := find("initdb")
	if err != nil {
		return nil, err
	}
	postgres, err := find("postgres")
	if err != nil {
		return nil, err
	}
	who, err := account()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("/tmp", "pgtest") // short: a socket's path may hold 107 bytes
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder, ended: make(chan struct{})}
	if err := who.own(folder); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	data := filepath.Join(folder, "data")
	cluster := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	cluster.Dir, cluster.SysProcAttr = folder, who.attributes()
	if out, err := cluster.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(folder))
	}
	daemon := exec.Command(postgres, "-D", data, "-F", "-k", folder, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "full_page_writes=off", "-c", "max_wal_size=256MB")
	daemon.Dir, daemon.SysProcAttr = folder, who.attributes()
	if err := s.await(daemon); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// await starts the server and returns when it accepts connections.
func (s *server) await(daemon *exec.Cmd) error {
	log, err := daemon.StderrPipe()
	if err != nil {
		return err
	}
	ready := make(chan error, 1)
	go func() {
		// The death of this thread would end the server (see attributes), so the goroutine keeps it to itself.
		runtime.LockOSThread()
		defer close(s.ended)
		if err := daemon.Start(); err != nil {
			ready <- err
			return
		}
		s.process = daemon.Process
		var seen []string
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			seen = append(seen, lines.Text())
			if strings.Contains(lines.Text(), "ready to accept connections") {
				ready <- nil
				break
			}
		}
		_, _ = io.Copy(io.Discard, log)
		_ = daemon.Wait()
		select {
		case ready <- fmt.Errorf("postgres ended: %s", strings.Join(seen, "\n")):
		default:
		}
	}()
	return <-ready
}

// stop ends the server at once and removes its folder.
func (s *server) stop() {
	_ = s.process.Signal(syscall.SIGQUIT)
	<-s.ended
	_ = os.RemoveAll(s.folder)
}

// find looks for a program of PostgreSQL on the path, then where distributions keep it, the newest version first.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
	sort.Strings(found)
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	return "", fmt.Errorf("%s was not found on the path nor under /usr/lib/postgresql", program)
}
