// Package smtptest is a mail relay for tests that misbehaves on cue: it answers at every phase of an exchange as a
// script tells it, drops the connection or says nothing. It speaks plain SMTP on a port of 127.0.0.1 and nothing else.
package smtptest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// Phase is a moment at which the relay speaks.
type Phase string

// The phases in the order of an exchange. Text is the mail's text before its final dot, End is the answer to the dot.
const (
	Greeting Phase = "greeting"
	Hello    Phase = "EHLO"
	StartTLS Phase = "STARTTLS" // offered only where the script has it
	Auth     Phase = "AUTH"     // offered only where the script has it
	Mail     Phase = "MAIL"
	Rcpt     Phase = "RCPT"
	Data     Phase = "DATA"
	Text     Phase = "text"
	End      Phase = "end"
	Reset    Phase = "RSET"
	Quit     Phase = "QUIT"
)

// What a script says besides plain answers such as "451 4.3.0 later".
const (
	OK   = ""     // the usual answer
	Drop = "drop" // close the connection
	Hang = "hang" // say nothing and read nothing any more
)

// Script lists the answers of each phase in turn, over all connections; the last one is repeated.
type Script map[Phase][]string

// Letter is a mail whose final dot arrived.
type Letter struct {
	To     string
	Text   string // headers and body as they went over the wire
	Answer string // what the relay said, or Drop or Hang
}

// Server is the relay. Its methods can be called while it runs.
type Server struct {
	listener net.Listener
	stopped  chan struct{}

	mu          sync.Mutex
	script      Script
	connections int
	commands    []string
	letters     []Letter
	open        map[net.Conn]bool
	running     sync.WaitGroup
}

// Start runs a relay until the test ends.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{listener: listener, stopped: make(chan struct{}), script: Script{}, open: map[net.Conn]bool{}}
	for phase, answers := range script {
		s.Say(phase, answers...)
	}
	t.Cleanup(s.Close)
	s.running.Add(1)
	go s.accept()
	return s
}

// URL is the relay's address as a setting.
func (s *Server) URL() string { return "smtp://" + s.listener.Addr().String() }

// Say changes what the relay answers at a phase from now on.
func (s *Server) Say(phase Phase, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script[phase] = append([]string{}, answers...)
}

// Connections counts those that were accepted.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Commands are the lines of all clients in the order of their arrival, without the mails' text.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.commands...)
}

// Letters are the mails whose final dot arrived, taken or not.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter{}, s.letters...)
}

// DropAll closes every connection, as a relay does that is restarted.
func (s *Server) DropAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		_ = conn.Close()
	}
}

// Close stops the relay: new connections are refused. It can be called again.
func (s *Server) Close() {
	if s.listener.Close() == nil {
		close(s.stopped)
	}
	s.DropAll()
	s.running.Wait()
}

func (s *Server) accept() {
	defer s.running.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.connections++
		s.open[conn] = true
		s.mu.Unlock()
		s.running.Add(1)
		go func() {
			defer s.running.Done()
			s.serve(conn, bufio.NewReader(conn))
			_ = conn.Close()
			s.mu.Lock()
			delete(s.open, conn)
			s.mu.Unlock()
		}()
	}
}

// next is the answer of a phase; known reports whether the script has the phase at all.
func (s *Server) next(phase Phase, usual string) (answer string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answers := s.script[phase]
	if len(answers) == 0 {
		return usual, false
	}
	if answer = answers[0]; len(answers) > 1 {
		s.script[phase] = answers[1:]
	}
	if answer == OK {
		answer = usual
	}
	return answer, true
}

// say gives an answer and reports whether the exchange goes on.
func (s *Server) say(conn net.Conn, answer string) bool {
	switch answer {
	case Drop:
		return false
	case Hang:
		<-s.stopped
		return false
	}
	_, err := conn.Write([]byte(answer + "\r\n"))
	return err == nil
}

// habits are what a relay without a script answers to a command.
var habits = map[string]struct {
	phase  Phase
	answer string
}{
	"HELO": {Hello, "250 relay.test"}, "MAIL": {Mail, "250 2.1.0 Ok"}, "RCPT": {Rcpt, "250 2.1.5 Ok"}, "RSET": {Reset, "250 2.0.0 Ok"},
	"AUTH": {Auth, "235 2.7.0 Ok"}, "STAR": {StartTLS, "220 2.0.0 Go on"}, "QUIT": {Quit, "221 2.0.0 Bye"}, "NOOP": {"NOOP", "250 2.0.0 Ok"},
	"DATA": {Data, "354 Go on"},
}

func (s *Server) serve(conn net.Conn, r *bufio.Reader) {
	if answer, _ := s.next(Greeting, "220 relay.test ESMTP"); !s.say(conn, answer) {
		return
	}
	to := ""
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, line)
		s.mu.Unlock()
		verb := strings.ToUpper(line[:min(4, len(line))])
		if verb == "EHLO" {
			if answer, _ := s.next(Hello, s.features()); !s.say(conn, answer) {
				return
			}
			continue
		}
		command, known := habits[verb]
		if !known {
			command.answer = "500 5.5.2 What?"
		}
		if verb == "RCPT" {
			to = line[len("RCPT TO:"):]
		}
		answer, _ := s.next(command.phase, command.answer)
		if !s.say(conn, answer) || verb == "QUIT" {
			return
		}
		if verb == "DATA" && strings.HasPrefix(answer, "354") && !s.take(conn, r, to) {
			return
		}
	}
}

// take reads a mail to its final dot and answers.
func (s *Server) take(conn net.Conn, r *bufio.Reader, to string) bool {
	if answer, scripted := s.next(Text, OK); scripted && answer != OK && !s.say(conn, answer) {
		return false
	}
	var text strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	number := len(s.letters) + 1
	s.mu.Unlock()
	answer, _ := s.next(End, fmt.Sprintf("250 2.0.0 Ok: queued as Q%06d", number))
	s.mu.Lock()
	s.letters = append(s.letters, Letter{To: to, Text: text.String(), Answer: answer})
	s.mu.Unlock()
	return s.say(conn, answer)
}

// features is the answer to EHLO: what the script has is offered.
func (s *Server) features() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := "250-relay.test\r\n250-8BITMIME\r\n"
	if s.script[StartTLS] != nil {
		lines += "250-STARTTLS\r\n"
	}
	if s.script[Auth] != nil {
		lines += "250-AUTH PLAIN LOGIN\r\n"
	}
	return lines + "250 ENHANCEDSTATUSCODES"
}
