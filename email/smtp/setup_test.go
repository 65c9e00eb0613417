package smtp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/programme"
)

// began is when the tests' clock starts.
var began = time.Date(2027, 2, 4, 9, 0, 0, 0, time.UTC)

// clock is real time for the sender, moved by the test.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time           { return began.Add(time.Duration(c.passed.Load())) }
func (c *clock) advance(by time.Duration) { c.passed.Add(int64(by)) }

// newSender is a sender to the relay at the address, closed with the test.
func newSender(t testing.TB, address string, change ...func(*Options)) *Sender {
	t.Helper()
	opts := Options{URL: address, From: "programme@example.org", FromName: "Leadership programme", Timeout: 10 * time.Second,
		PublicURL: "https://fairlead.example.org", Now: (&clock{}).now}
	for _, f := range change {
		f(&opts)
	}
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

const mailKey = "2027-spring/P-7F3K2Q/onboarding/onboarding/1.1.0"

func letter() Envelope {
	return Envelope{
		To:      mail.Address{Name: "Dr Helen Nguyen", Address: "helen.nguyen@example.org"},
		ReplyTo: "people@example.org", Subject: "Fill in your onboarding form by 11 February [P-7F3K2Q]",
		Text: "Dear Dr Helen Nguyen,\n\nplease go to https://fairlead.example.org/l/secret\n.\n..\n",
		HTML: "<p>Dear Dr Helen Nguyen,</p>\n<p>ünïcödé</p>\n",
		Date: time.Date(2027, 7, 1, 8, 17, 0, 0, time.UTC), MessageID: programme.MessageID(mailKey, "fairlead.example.org"),
		References: "<first@fairlead.example.org>", Keys: []string{mailKey, "2027-spring/P-7F3K2Q/-/year-dates/1.1.0"},
		Rule: programme.RuleScheduled,
	}
}

// bulky is a mail that no buffer holds.
func bulky() Envelope {
	e := letter()
	e.HTML = strings.Repeat("<p>a paragraph of many in a very long mail</p>\n", 400_000)
	return e
}

// certificate is one that nobody vouches for, and the pool of roots that does.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
