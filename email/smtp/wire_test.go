package smtp

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"fairlead/email"
	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// sink is a real SMTP server that keeps what it gets.
type sink struct {
	mu    sync.Mutex
	mails []string
	from  []string
	to    []string
	tls   int // mails that came through TLS
}

type session struct {
	sink *sink
	conn *gosmtp.Conn
}

func (s *sink) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	return &session{s, c}, nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, opts *gosmtp.MailOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if opts.UTF8 {
		from += " SMTPUTF8"
	}
	s.sink.from = append(s.sink.from, from)
	return nil
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.to = append(s.sink.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.mails = append(s.sink.mails, string(text))
	if _, secure := s.conn.TLSConnectionState(); secure {
		s.sink.tls++
	}
	return err
}

// serve runs the sink; with implicit every connection begins with TLS, else it is offered where there is a certificate.
func serve(t testing.TB, cert *tls.Certificate, implicit bool) (*sink, string) {
	t.Helper()
	backend := &sink{}
	server := gosmtp.NewServer(backend)
	server.EnableSMTPUTF8 = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if cert != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
	}
	server.ErrorLog = silent{}
	if implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return backend, address
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func TestOnTheWire(t *testing.T) {
	t.Parallel()
	backend, address := serve(t, nil, false)
	s := newSender(t, "smtp://"+address)
	result, err := s.Send(context.Background(), letter())
	if err != nil || result.Class != programme.MailSent || result.Code != 250 {
		t.Fatalf("%+v, %v", result, err)
	}
	if _, err := s.Send(context.Background(), letter()); err != nil {
		t.Fatal(err)
	}
	if backend.mails[0] != backend.mails[1] {
		t.Errorf("a second attempt is another mail:\n%s", cmp.Diff(backend.mails[0], backend.mails[1]))
	}
	if backend.from[0] != "programme@example.org" || backend.to[0] != "helen.nguyen@example.org" {
		t.Errorf("the envelope is from %q to %q", backend.from[0], backend.to[0])
	}
	m, err := mail.ReadMessage(strings.NewReader(backend.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	boundary := ""
	if kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type")); err != nil || kind != "multipart/alternative" {
		t.Errorf("the content type is %q", m.Header.Get("Content-Type"))
	} else {
		boundary = params["boundary"]
	}
	delete(m.Header, "Content-Type")
	if diff := cmp.Diff(mail.Header{
		"From":                     {`"Leadership programme" <programme@example.org>`},
		"To":                       {`"Dr Helen Nguyen" <helen.nguyen@example.org>`},
		"Reply-To":                 {"<people@example.org>"},
		"Subject":                  {"Fill in your onboarding form by 11 February [P-7F3K2Q]"},
		"Date":                     {"Thu, 01 Jul 2027 09:17:00 +0100"},
		"Message-Id":               {"<8fd11d12cef3ac1cfd5e9700f49192ab@fairlead.example.org>"},
		"References":               {"<first@fairlead.example.org>"},
		"X-Fairlead-Key":           {mailKey + ", 2027-spring/P-7F3K2Q/-/year-dates/1.1.0"},
		"X-Fairlead-Rule":          {"scheduled"},
		"Auto-Submitted":           {"auto-generated"},
		"X-Auto-Response-Suppress": {"All"},
		"Mime-Version":             {"1.0"},
	}, m.Header); diff != "" {
		t.Errorf("the headers differ (-want +got):\n%s", diff)
	}
	parts := multipart.NewReader(m.Body, boundary)
	for _, want := range []struct{ kind, body string }{
		{"text/plain; charset=UTF-8", letter().Text}, {"text/html; charset=UTF-8", letter().HTML},
	} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(body), "\r\n", "\n"); got != want.body || part.Header.Get("Content-Type") != want.kind {
			t.Errorf("%s: %q, want %s: %q", part.Header.Get("Content-Type"), got, want.kind, want.body)
		}
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("there are more than two parts: %v", err)
	}
	for _, line := range strings.Split(backend.mails[0], "\r\n") {
		if len(line) > 78 || strings.Contains(line, "\n") {
			t.Errorf("a line of %d characters: %q", len(line), line)
		}
	}
}

// sentTwice sends a mail in two attempts, which have to be the same to the byte, and returns it as it arrived.
func sentTwice(t *testing.T, s *Sender, backend *sink, e Envelope) *mail.Message {
	t.Helper()
	for range 2 {
		if _, err := s.Send(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	sent := backend.mails[len(backend.mails)-2:]
	if sent[0] != sent[1] {
		t.Errorf("a second attempt is another mail:\n%s", cmp.Diff(sent[0], sent[1]))
	}
	m, err := mail.ReadMessage(strings.NewReader(sent[0]))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Optional mail carries the pair by which mail programs turn it off (RFC 8058, section 3.1), whole whatever its length and
// the same in every attempt; other mail carries neither.
func TestUnsubscribeOnTheWire(t *testing.T) {
	t.Parallel()
	backend, address := serve(t, nil, false)
	s := newSender(t, "smtp://"+address)
	for _, exit := range []string{"", "https://leaders.example.org/unsubscribe/" + strings.Repeat("aB3-_", 9), "http://127.0.0.1:8080/unsubscribe/token"} {
		e := letter()
		e.Unsubscribe = exit
		m := sentTwice(t, s, backend, e)
		want := [2][]string{}
		if exit != "" {
			want = [2][]string{{"<" + exit + ">"}, {"List-Unsubscribe=One-Click"}}
		}
		if got := [2][]string{m.Header["List-Unsubscribe"], m.Header["List-Unsubscribe-Post"]}; !cmp.Equal(got, want) {
			t.Errorf("%q goes as %q", exit, got)
		}
	}
}

// TestCalendarOnTheWire: the entry is the last alternative, with its method beside its type, and the same in every attempt.
func TestCalendarOnTheWire(t *testing.T) {
	t.Parallel()
	backend, address := serve(t, nil, false)
	s := newSender(t, "smtp://"+address)
	start := time.Date(2027, 7, 5, 7, 0, 0, 0, time.UTC)
	for _, method := range []string{programme.MethodRequest, programme.MethodCancel} {
		e := letter()
		e.Calendar = email.CalendarPart(method, email.Entry{UID: "a@fairlead.invalid", Title: "Residential 2, the Ünïcödé one", From: start, To: start.Add(time.Hour)},
			"programme@example.org", e.To.Address, e.Date)
		m := sentTwice(t, s, backend, e)
		kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		if err != nil || kind != "multipart/alternative" {
			t.Fatalf("the content type is %q", m.Header.Get("Content-Type"))
		}
		var kinds []string
		var body []byte
		for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, part.Header.Get("Content-Type")+" in "+part.Header.Get("Content-Transfer-Encoding"))
			if body, err = io.ReadAll(part); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"text/plain; charset=UTF-8 in quoted-printable", "text/html; charset=UTF-8 in quoted-printable",
			"text/calendar; method=" + strings.ToUpper(method) + "; charset=UTF-8 in base64"}, kinds); diff != "" {
			t.Errorf("the parts differ (-want +got):\n%s", diff)
		}
		if got, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(body), "\r\n", "")); err != nil || string(got) != e.Calendar {
			t.Errorf("the entry came as %q, %v", got, err)
		}
	}
}

// TestHostileHeaders puts into every field of a header what could become a header of its own, or a line without end.
func TestHostileHeaders(t *testing.T) {
	t.Parallel()
	backend, address := serve(t, nil, false)
	for name, value := range map[string]string{
		"line breaks": "Helen\r\nBcc: everybody@example.org\n\nBody", "markup": `<b>"Helen" & \co</b>`,
		"200 letters": strings.Repeat("Ünïcödé ", 25), "one long word": strings.Repeat("ü", 200), "bad bytes": "a\xff\x00b",
	} {
		s := newSender(t, "smtp://"+address, func(o *Options) { o.FromName = value })
		e := letter()
		e.To.Name, e.Subject, e.ReplyTo = value, value, value
		if _, err := s.Send(context.Background(), e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := backend.mails[len(backend.mails)-1]
		m, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m.Header.Get("Bcc") != "" || m.Header.Get("Reply-To") != "" {
			t.Errorf("%s: a header got in: %v", name, m.Header)
		}
		want := oneLine(value)
		to, err := m.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Name != want || to[0].Address != letter().To.Address {
			t.Errorf("%s: To is %v, %v", name, to, err)
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || subject != want {
			t.Errorf("%s: the subject is %q, %v", name, subject, err)
		}
		head, _, _ := strings.Cut(text, "\r\n\r\n")
		for _, line := range strings.Split(head, "\r\n") {
			if len(line) > 998 {
				t.Errorf("%s: a line of %d", name, len(line))
			}
		}
	}
}

func TestInternationalAddress(t *testing.T) {
	t.Parallel()
	backend, address := serve(t, nil, false)
	s := newSender(t, "smtp://"+address)
	e := letter()
	e.To.Address = "jürgen@example.org"
	for _, one := range []Envelope{letter(), e, letter()} {
		if _, err := s.Send(context.Background(), one); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"programme@example.org", "programme@example.org SMTPUTF8", "programme@example.org"}, backend.from); diff != "" {
		t.Error(diff)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t)
	trusting := func(o *Options) { o.TLS = &tls.Config{RootCAs: roots} }
	for _, c := range []struct {
		name, scheme, query string
		offered             bool
		change              func(*Options)
		class               programme.MailClass
		secure              int
	}{
		{"not offered", "smtp", "", false, nil, programme.MailSent, 0},
		{"offered by this machine", "smtp", "", true, nil, programme.MailSent, 1},
		{"required, not offered", "smtp", "?tls=required", false, nil, programme.MailTemporary, 0},
		{"required, not vouched for", "smtp", "?tls=required", true, nil, programme.MailTemporary, 0},
		{"required", "smtp", "?tls=required", true, trusting, programme.MailSent, 1},
		{"from the first byte, not vouched for", "smtps", "", true, nil, programme.MailTemporary, 0},
		{"from the first byte", "smtps", "", true, trusting, programme.MailSent, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var offer *tls.Certificate
			if c.offered {
				offer = &cert
			}
			backend, address := serve(t, offer, c.scheme == "smtps")
			changes := []func(*Options){}
			if c.change != nil {
				changes = append(changes, c.change)
			}
			result, err := newSender(t, c.scheme+"://"+address+c.query, changes...).Send(context.Background(), letter())
			if result.Class != c.class || backend.tls != c.secure {
				t.Errorf("%+v, %v, %d through TLS", result, err, backend.tls)
			}
		})
	}
}
