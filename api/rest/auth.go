package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// caller is who sent a request.
type caller struct {
	name string // of the token
	role role
	key  string // names the token and its role without giving it away: the scope of idempotency keys
}

// actor is the caller as histories name them.
func (c caller) actor() string { return "staff:" + c.name }

type callerKey struct{}

// callerOf is who sent the request that ctx belongs to. Every call has passed authorise.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// maxToken is far above the length of any token made here.
const maxToken = 512

// authorise lets a request pass whose token has a role that the table of access names for the operation. It comes before
// anything of the request is read.
func (a *API) authorise(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	secret, ok := bearer(ctx.Header("Authorization"))
	if !ok {
		api.Refuse(c, unauthorised("Send a token in the header Authorization: Bearer, a space, and the token."))
		return
	}
	hash := programme.TokenFrom(secret).Hash()
	name, text, kind, err := a.o.Store.TokenRole(ctx.Context(), hash)
	switch {
	case errors.Is(err, programme.ErrNotFound):
		a.o.Log.WarnContext(ctx.Context(), "a token was refused", "operation", ctx.Operation().OperationID, "request", api.RequestID(ctx.Context()))
		api.Refuse(c, unauthorised("The token is not known, has ended or was revoked."))
		return
	case err != nil:
		api.Fail(c, err)
		return
	}
	who := caller{name: name, role: role(text), key: text + ":" + hash[:32]}
	if !slices.Contains(access[ctx.Operation().OperationID], who.role) {
		a.o.Log.WarnContext(ctx.Context(), "access was denied", "operation", ctx.Operation().OperationID,
			"token", hash[:12], "role", text, "request", api.RequestID(ctx.Context()))
		api.Refuse(c, api.NewProblem(api.NotAllowed, "The token's role may not do this; /docs names the roles that may."))
		return
	}
	if kind == programme.TokenTest && !changesNothing(ctx) {
		api.Refuse(c, api.NewProblem(api.NotAllowed, "This is a test token: it reads, and tries out with dry_run=true what has a dry run."))
		return
	}
	next(huma.WithValue(ctx, callerKey{}, who))
}

// changesNothing reports whether a request reads, or asks an operation that knows dry runs for one.
func changesNothing(ctx huma.Context) bool {
	if ctx.Method() == http.MethodGet || ctx.Method() == http.MethodHead {
		return true
	}
	dry := slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == "dry_run" })
	return dry && ctx.Query("dry_run") == "true"
}

func unauthorised(detail string) *api.Problem {
	return api.NewProblem(api.NotSignedIn, detail).With("WWW-Authenticate", `Bearer realm="Fairlead"`)
}

// bearer reads RFC 6750's header; the scheme's case does not matter.
func bearer(header string) (string, bool) {
	scheme, secret, _ := strings.Cut(header, " ")
	secret = strings.TrimSpace(secret)
	ok := strings.EqualFold(scheme, "Bearer") && secret != "" && len(secret) <= maxToken
	return secret, ok
}
