// Package rest is Fairlead's REST API: JSON under /api/v1, described by /openapi.json and readable at /docs. It reads the
// records, orders commands from running journeys, and alone knows huma.
package rest

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// Base is the address beneath which every call lives.
const Base = "/api/v1"

// Options are what the REST API needs to do its work.
type Options struct {
	Store    Store
	Journeys Journeys
	// Blueprints are the shapes a year can take, in the order staff read them.
	Blueprints func() []programme.Blueprint
	// Calendar knows the working days of the centre.
	Calendar programme.Calendar
	// FastClock allows a cohort to bring a clock of its own pace. Never in a centre's real use.
	FastClock bool
	// HeadOfCentre owns a cohort that names no owner; empty: every cohort names one.
	HeadOfCentre string
	// TemporalUI is the address of the Temporal UI; empty: no links into it.
	TemporalUI string
	// Namespace is Temporal's.
	Namespace string
	// Now is real time.
	Now func() time.Time
	// Log takes what went wrong, without personal data.
	Log *slog.Logger
}

// API is the REST API as a part of the edge.
type API struct{ o Options }

// New makes the REST API.
func New(o Options) *API {
	o.TemporalUI = strings.TrimSuffix(o.TemporalUI, "/")
	return &API{o: o}
}

// BodyCaps are the routes whose body may be larger than elsewhere, for api.Options.
func BodyCaps() map[string]int64 {
	return map[string]int64{Base + "/cohorts/:cohort/participants": maxSpreadsheet, Base + "/cohorts/:cohort/coaches": maxSpreadsheet}
}

// Register hangs every call, the OpenAPI document and its page into the router.
func (a *API) Register(r gin.IRouter) {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Fairlead",
				Version:     "1",
				Description: "Everything staff and their programs can do with cohorts and journeys. Moments are programme time, in UTC.",
			},
			Servers: []*huma.Server{{URL: Base}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "A token of `fairlead token create`; its role decides what it may do."},
				},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		Formats:                      huma.DefaultFormats,
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		// Huma's own pages load scripts from elsewhere: see docs.go.
		OpenAPIPath: "", DocsPath: "", SchemasPath: "",
	}
	// The engine is only asked for by huma's own tests: this API is served by the edge.
	calls := humagin.NewWithGroup(nil, r.Group(Base), config)
	calls.UseMiddleware(a.authorise, a.negotiate, a.once)
	a.blueprintCalls(calls)
	a.cohortCalls(calls)
	a.outcomeCalls(calls)
	a.sittingCalls(calls)
	a.participantCalls(calls)
	a.coachingCalls(calls)
	a.coachingSlotCalls(calls)
	a.journeyCalls(calls)
	a.ledgerCalls(calls)
	a.commandCalls(calls)
	a.applicationCalls(calls)
	a.scoringCalls(calls)
	a.taskCalls(calls)
	a.operationCalls(calls)
	registerDocument(r, calls.OpenAPI())
}

// serve registers one call. Its roles stand in the table of access; its errors become problem documents.
func serve[I, O any](a *API, calls huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	roles, known := access[op.OperationID]
	if !known {
		panic("rest: no roles for the operation " + op.OperationID)
	}
	op.Extensions = map[string]any{"x-roles": roles}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotAcceptable)
	if op.Method == http.MethodPost {
		op.Errors = append(op.Errors, http.StatusConflict)
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header", Schema: &huma.Schema{Type: "string", MaxLength: new(maxKey)},
			Description: "Your own name for this request: a repeat within 24 hours gets the first answer and does nothing.",
		})
	}
	huma.Register(calls, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// problem turns an error into the document the client gets, and logs what nobody expected.
func (a *API) problem(ctx context.Context, operation string, err error) error {
	p := api.Explain(err)
	p.Instance = instance(ctx)
	if p.Kind() == api.Internal {
		a.o.Log.ErrorContext(ctx, "a call failed", "operation", operation, "error", err, "request", api.RequestID(ctx))
	}
	return p
}

func instance(ctx context.Context) string {
	if id := api.RequestID(ctx); id != "" {
		return "urn:fairlead:request:" + id
	}
	return ""
}

// moment is a time as the API shows it: UTC, null where there is none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
