package main

import (
	"fmt"
	"net"
	"net/netip"
)

// loopback is where the services that only talk to each other listen.
var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// addresses is where each part listens, with every port known.
type addresses struct {
	frontend, ui, metrics     netip.AddrPort // metrics may be invalid: none
	history, matching, worker netip.AddrPort
}

// choose replaces every port 0 by a free one, so that several servers run side by side, and refuses a port that is
// taken while it can still say so in a sentence: the server itself would abort in the middle of its start.
func choose(s settings) (addresses, error) {
	internal := netip.AddrPortFrom(loopback, 0)
	at := addresses{frontend: s.listen, ui: s.ui, metrics: s.metrics, history: internal, matching: internal, worker: internal}
	for _, part := range []struct {
		name    string
		address *netip.AddrPort
	}{
		{"--listen", &at.frontend}, {"--ui", &at.ui}, {"--metrics", &at.metrics},
		{"history", &at.history}, {"matching", &at.matching}, {"worker", &at.worker},
	} {
		if !part.address.IsValid() {
			continue
		}
		free, err := freePort(*part.address)
		if err != nil {
			return addresses{}, fmt.Errorf("%s %s: %w; end the program that holds the port, or choose another port", part.name, part.address, err)
		}
		*part.address = free
	}
	return at, nil
}

// freePort finds a port on which the server can listen in a moment, or confirms the one that was asked for.
//
// The server opens its own listeners and cannot be handed one. To keep the kernel from giving a found port to somebody
// else in between, one connection to it is closed from the listening side: that leaves the port in TIME_WAIT, where it
// is not handed out for port 0 but can still be opened by number.
func freePort(address netip.AddrPort) (netip.AddrPort, error) {
	listener, err := net.Listen("tcp", address.String())
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer listener.Close()
	if address.Port() != 0 {
		return address, nil
	}

	free := netip.AddrPortFrom(address.Addr(), listener.Addr().(*net.TCPAddr).AddrPort().Port())
	client, err := net.Dial("tcp", dialable(free).String())
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		return netip.AddrPort{}, err
	}
	return free, server.Close()
}

// dialable is the address under which this machine reaches a listener: "every interface" is no place to connect to.
func dialable(listens netip.AddrPort) netip.AddrPort {
	switch addr := listens.Addr(); {
	case !addr.IsUnspecified():
		return listens
	case addr.Is4():
		return netip.AddrPortFrom(loopback, listens.Port())
	default:
		return netip.AddrPortFrom(netip.IPv6Loopback(), listens.Port())
	}
}
