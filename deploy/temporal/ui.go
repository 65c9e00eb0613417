package main

import (
	"net/netip"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's own web interface, served from this binary.
func webUI(at addresses, namespace string) *server.Server {
	return server.NewServer(server_options.WithConfigProvider(&config.Config{
		Host:                urlHost(at.ui.Addr()),
		Port:                int(at.ui.Port()),
		TemporalGRPCAddress: dialable(at.frontend).String(),
		DefaultNamespace:    namespace,
		EnableUI:            true,
		// Local addresses have no https, and a browser would drop the cookie that its forms need.
		CORS: config.CORS{CookieInsecure: true},
		// No calls to the outside that nobody asked for.
		DisableNewsFetch: true,
		HideLogs:         true,
	}))
}

// urlHost writes an address as it stands in front of ":port".
func urlHost(addr netip.Addr) string {
	if addr.Is6() {
		return "[" + addr.String() + "]"
	}
	return addr.String()
}
