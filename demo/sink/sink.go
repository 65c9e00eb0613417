// Package sink is the mailbox of the demo: a real SMTP server that keeps every mail it accepts as it came over the wire.
// Nothing it takes leaves the machine. It is durable before it says 250, and it survives its own restart.
//
// Under its folder lie <id>.eml (one per accepted mail), index.jsonl (one line per accepted mail, append-only) and
// data.jsonl (one line per DATA that was begun, and how it ended). It imports nothing of Fairlead.
package sink

import (
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Options say where the sink listens and where it keeps its mail. Dir and Now are required.
type Options struct {
	Addr    string           // host:port; empty means 127.0.0.1 on a free port
	Dir     string           // folder of the mail, usually DIR/mail; made when missing
	Now     func() time.Time // real time
	Trouble Trouble          // what goes wrong on purpose; the zero Trouble is a sink that works
}

// Sink is a running SMTP sink.
type Sink struct {
	options  Options
	box      *box
	trouble  *troubled
	server   *smtp.Server
	listener net.Listener
	served   chan struct{}
	closed   chan struct{}
	close    sync.Once

	connections atomic.Int64
}

// Start opens the folder, takes up what an earlier run left there, and listens. Close ends it.
func Start(options Options) (*Sink, error) {
	if options.Addr == "" {
		options.Addr = "127.0.0.1:0"
	}
	box, err := openBox(options.Dir)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", options.Addr)
	if err != nil {
		_ = box.close()
		return nil, fmt.Errorf("the mail sink cannot listen on %s: %w", options.Addr, err)
	}
	s := &Sink{options: options, box: box, trouble: newTroubled(options.Trouble, options.Now()),
		listener: listener, served: make(chan struct{}), closed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.connections.Add(1)
		return &session{sink: s, conn: c}, nil
	}))
	s.server.Domain = "sink.fairlead.invalid"
	s.server.EnableSMTPUTF8 = true
	s.server.MaxMessageBytes = 25 << 20
	s.server.MaxRecipients = 50
	s.server.ErrorLog = log.New(io.Discard, "", 0) // a client that is killed is no error here
	go func() {
		defer close(s.served)
		_ = s.server.Serve(listener)
	}()
	return s, nil
}

// Addr is the host:port it listens on.
func (s *Sink) Addr() string { return s.listener.Addr().String() }

// Dir is the folder of the mail.
func (s *Sink) Dir() string { return s.options.Dir }

// Close stops listening, breaks open connections and closes the files.
func (s *Sink) Close() error {
	var err error
	s.close.Do(func() {
		close(s.closed)
		err = s.server.Close()
		<-s.served
		if e := s.box.close(); err == nil {
			err = e
		}
	})
	return err
}

// List is every accepted mail to an address, whatever its case, in the order of receipt; an empty address means all.
func (s *Sink) List(to string) []Mail { return s.box.list(to) }

// Raw is a mail as it came over the wire. An id that is not known is an error that wraps fs.ErrNotExist.
func (s *Sink) Raw(id string) ([]byte, error) { return Raw(s.options.Dir, id) }

// Arrival is closed when the next mail has been accepted: take it, look at List, then wait for it.
func (s *Sink) Arrival() <-chan struct{} { return s.box.arrival() }

// Connections is how many SMTP connections were greeted since Start.
func (s *Sink) Connections() int { return int(s.connections.Load()) }

// Count is how many mails lie in the folder.
func (s *Sink) Count() int { return s.box.count() }
