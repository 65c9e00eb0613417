package smtp

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// relay is where mail goes, and how.
type relay struct {
	host        string
	port        int
	user        string
	password    string
	implicitTLS bool // TLS from the first byte (RFC 8314)
	requireTLS  bool
}

var dottedName = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]*$`)

// parseRelay reads the address of a relay. Its errors never quote it.
func parseRelay(address string) (relay, error) {
	const form = "write it as smtp://user:password@host:port"
	u, err := url.Parse(address)
	if err != nil {
		return relay{}, errors.New("the address of the mail relay cannot be read: " + form + ", with special characters of the password percent-encoded")
	}
	r := relay{host: u.Hostname(), user: u.User.Username()}
	r.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		if r.port = 25; r.user != "" {
			r.port = 587
		}
	case "smtps":
		r.port, r.implicitTLS, r.requireTLS = 465, true, true
	default:
		return relay{}, errors.New("the address of the mail relay begins with neither smtp:// nor smtps://: " + form)
	}
	if r.host == "" || (u.Path != "" && u.Path != "/") {
		return relay{}, errors.New("the address of the mail relay names no host: " + form)
	}
	if u.Port() != "" {
		if r.port, err = strconv.Atoi(u.Port()); err != nil || r.port < 1 || r.port > 65535 {
			return relay{}, errors.New("the port of the mail relay is not between 1 and 65535")
		}
	}
	for key, values := range u.Query() {
		switch value := strings.Join(values, ","); {
		case key == "tls" && value == "required":
			r.requireTLS = true
		case key == "tls" && value == "opportunistic" && !r.implicitTLS:
		default:
			return relay{}, fmt.Errorf("the address of the mail relay has an option that is not known: %s; there are tls=required and tls=opportunistic", key)
		}
	}
	return r, nil
}

// loopback reports whether a host is this machine: nobody listens in between.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
