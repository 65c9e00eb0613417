package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync/atomic"
	"time"

	gosmtp "github.com/emersion/go-smtp"
)

// relay is a mail server that takes everything over STARTTLS and keeps nothing.
type relay struct {
	server      *gosmtp.Server
	address     string
	roots       *x509.CertPool
	connections atomic.Int64
	taken       atomic.Int64
	plain       atomic.Int64 // mails that came without TLS
}

func startRelay() (*relay, error) {
	certificate, roots, err := selfSigned()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{address: listener.Addr().String(), roots: roots}
	r.server = gosmtp.NewServer(r)
	r.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	r.server.ErrorLog = quiet{}
	go func() { _ = r.server.Serve(listener) }() // ends with stop
	return r, nil
}

func (r *relay) stop() { _ = r.server.Close() }

// NewSession counts a connection. STARTTLS begins a second session on the same one, which is not counted.
func (r *relay) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	_, secure := c.TLSConnectionState()
	if !secure {
		r.connections.Add(1)
	}
	return &exchange{relay: r, secure: secure}, nil
}

// exchange takes the mails of one connection.
type exchange struct {
	relay  *relay
	secure bool
}

// Mail takes any sender.
func (*exchange) Mail(string, *gosmtp.MailOptions) error { return nil }

// Rcpt takes any recipient.
func (*exchange) Rcpt(string, *gosmtp.RcptOptions) error { return nil }

// Data reads the mail and forgets it.
func (e *exchange) Data(text io.Reader) error {
	if n, err := io.Copy(io.Discard, text); err != nil || n == 0 {
		return errors.Join(err, errNothing)
	}
	if !e.secure {
		e.relay.plain.Add(1)
	}
	e.relay.taken.Add(1)
	return nil
}

// Reset has nothing to forget.
func (*exchange) Reset() {}

// Logout has nothing to end.
func (*exchange) Logout() error { return nil }

// quiet keeps the relay from talking to the terminal.
type quiet struct{}

// Printf says nothing: what fails is seen by the sender.
func (quiet) Printf(string, ...any) {}

// Println says nothing: what fails is seen by the sender.
func (quiet) Println(...any) {}

// selfSigned is a certificate for 127.0.0.1, made in memory, and the roots that trust it.
func selfSigned() (tls.Certificate, *x509.CertPool, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048) // what most relays present
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}
