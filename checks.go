package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/client"

	"fairlead/api"
	"fairlead/records"
	"fairlead/worker"
)

// checks are what both processes need to be ready.
func checks(store *records.Store, temporal client.Client, namespace string) []api.Check {
	return []api.Check{
		{Name: "database", Run: func(ctx context.Context) (string, error) { return "", store.Ping(ctx) }},
		{Name: "migrations", Run: func(ctx context.Context) (string, error) {
			pending, err := store.MigrationStatus(ctx)
			if err != nil {
				return "", err
			}
			for _, m := range pending {
				if m.Applied.IsZero() {
					return "run fairlead migrate", errors.New("a migration is not applied")
				}
			}
			return "", nil
		}},
		{Name: "temporal", Run: func(ctx context.Context) (string, error) {
			missing, err := worker.MissingAttributes(ctx, temporal, namespace)
			if err == nil && len(missing) > 0 {
				return "search attributes are missing: a worker registers them", errors.New("search attributes are missing")
			}
			return "", err
		}},
	}
}

// mailbox shows the mails of the sink under /dev.
type mailbox struct{ handler http.Handler }

// Register adds the three routes.
func (m mailbox) Register(r gin.IRouter) {
	for _, path := range []string{"/dev/mail", "/dev/mail.json", "/dev/mail/:file"} {
		r.GET(path, gin.WrapH(m.handler))
		r.HEAD(path, gin.WrapH(m.handler))
	}
}
