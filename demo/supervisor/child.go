package supervisor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// restartAfter is the pause before a child that died is started again.
const restartAfter = 200 * time.Millisecond

// endWithin is how long a child may take to end when it is asked to.
const endWithin = 30 * time.Second

// child is one supervised process: it is started, its first line of output says that it is ready and where, and it is
// started again when it dies. It watches its standard input and ends with us, even when we are killed.
type child struct {
	name    string
	command func(last map[string]any) *exec.Cmd // last is what it reported when it was ready, nil at first
	log     io.Writer
	report  func(name string, pid int, ready map[string]any)
	slog    *slog.Logger

	mu      sync.Mutex
	process *exec.Cmd
	stdin   io.WriteCloser
}

// start runs the child until ctx is done; ready is closed when it has reported ready for the first time. An error comes
// back only when it cannot be started at all, or ends before it was ever ready.
func (c *child) start(ctx context.Context) (ready chan struct{}, done chan error) {
	ready, done = make(chan struct{}), make(chan error, 1)
	go func() {
		var last map[string]any
		for first := true; ; first = false {
			reported, err := c.run(ctx, last, func(r map[string]any) {
				last = r
				if first {
					close(ready)
				}
			})
			if ctx.Err() != nil {
				done <- nil
				return
			}
			if first && !reported {
				done <- fmt.Errorf("%s ended before it was ready: %w", c.name, err)
				return
			}
			c.slog.Warn("a process died and is started again", "process", c.name)
			select {
			case <-ctx.Done():
				done <- nil
				return
			case <-time.After(restartAfter):
			}
			first = false
		}
	}()
	return ready, done
}

// run starts the process once and waits for its end.
func (c *child) run(ctx context.Context, last map[string]any, onReady func(map[string]any)) (reported bool, err error) {
	command := c.command(last)
	command.Stderr = c.log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C in the terminal reaches the supervisor alone
	stdin, err := command.StdinPipe()
	if err != nil {
		return false, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := command.Start(); err != nil {
		return false, err
	}
	c.mu.Lock()
	c.process, c.stdin = command, stdin
	c.mu.Unlock()
	ended := make(chan struct{})
	stopped := make(chan struct{})
	go func() { // ask it to end when we are to end
		defer close(stopped)
		select {
		case <-ctx.Done():
			c.end(command, stdin, ended)
		case <-ended:
		}
	}()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var message map[string]any
		if json.Unmarshal(lines.Bytes(), &message) == nil && message["ready"] == true {
			reported = true
			c.report(c.name, command.Process.Pid, message)
			onReady(message)
			onReady = func(map[string]any) {}
			continue
		}
		_, _ = fmt.Fprintln(c.log, lines.Text())
	}
	err = command.Wait()
	close(ended)
	<-stopped
	if err == nil {
		err = errors.New("it ended by itself")
	}
	return reported, err
}

// end asks a process to stop, and kills it where it does not.
func (c *child) end(command *exec.Cmd, stdin io.Closer, ended chan struct{}) {
	_ = command.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(endWithin):
		_ = command.Process.Kill()
	}
	_ = stdin.Close()
}
