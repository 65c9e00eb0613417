package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

const (
	idempotencyHeader = "Idempotency-Key"
	maxKey            = 255
	// replayHeader tells a client that the answer is an older one.
	replayHeader = "Idempotent-Replay"
)

// once makes a POST with an Idempotency-Key happen once: the first answer of a request that was carried out is kept and
// given again. Refusals are not kept, so a mended request may use its key again.
func (a *API) once(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(idempotencyHeader)
	if ctx.Method() != http.MethodPost || key == "" {
		next(ctx)
		return
	}
	c := humagin.Unwrap(ctx)
	if !soundKey(key) {
		p := api.NewProblem(api.InvalidInput, "The header Idempotency-Key cannot be used.")
		p.Errors = []api.ProblemError{{Parameter: idempotencyHeader, Detail: "Write 1 to 255 letters, digits or signs, without spaces."}}
		api.Refuse(c, p)
		return
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		api.Refuse(c, unreadable(err))
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))

	who, route := callerOf(ctx.Context()).key, ctx.Method()+" "+ctx.Operation().Path
	saved, err := a.o.Store.BeginIdempotent(ctx.Context(), who, route, key, requestHash(c.Request, body))
	var other *programme.Invalid
	switch {
	case errors.As(err, &other):
		api.Refuse(c, api.NewProblem(api.KeyReused, "This key was sent before with another request."))
		return
	case errors.Is(err, programme.ErrConflict):
		api.Refuse(c, api.NewProblem(api.InFlight, "The first request with this key has not finished.").With("Retry-After", "2"))
		return
	case err != nil:
		api.Fail(c, err)
		return
	case saved != nil:
		replay(c, *saved)
		return
	}
	a.keepAnswer(ctx, c, who, route, key, next)
}

// keepAnswer runs the request, keeps its answer if it was carried out, and only then sends it: whoever has read an answer
// gets the same one again.
func (a *API) keepAnswer(ctx huma.Context, c *gin.Context, who, route, key string, next func(huma.Context)) {
	real := c.Writer
	held := &heldWriter{ResponseWriter: real, status: http.StatusOK}
	c.Writer = held
	done := false
	// What was begun is ended even where the client has gone.
	work := context.WithoutCancel(ctx.Context())
	defer func() {
		c.Writer = real
		if !done { // a panic: the last resort of the edge answers
			a.drop(work, who, route, key)
		}
	}()
	next(ctx)
	done = true
	if held.status < 200 || held.status > 299 {
		a.drop(work, who, route, key)
	} else if err := a.o.Store.FinishIdempotent(work, who, route, key, programme.SavedResponse{
		Status: held.status, ContentType: real.Header().Get("Content-Type"), Location: real.Header().Get("Location"), Body: held.body.Bytes(),
	}); err != nil {
		a.o.Log.ErrorContext(work, "the answer to an Idempotency-Key could not be kept", "error", err, "request", api.RequestID(work))
	}
	real.WriteHeader(held.status)
	_, _ = real.Write(held.body.Bytes()) // the client has gone: a repeat gets the kept answer
}

func (a *API) drop(ctx context.Context, who, route, key string) {
	if err := a.o.Store.DropIdempotent(ctx, who, route, key); err != nil {
		a.o.Log.ErrorContext(ctx, "an Idempotency-Key could not be freed", "error", err, "request", api.RequestID(ctx))
	}
}

func replay(c *gin.Context, saved programme.SavedResponse) {
	if saved.Location != "" {
		c.Header("Location", saved.Location)
	}
	c.Header(replayHeader, "true")
	c.Data(saved.Status, saved.ContentType, saved.Body)
	c.Abort()
}

// requestHash tells one request from another beneath a route: its address, its type and its body.
func requestHash(r *http.Request, body []byte) string {
	sum := sha256.New()
	for _, part := range []string{r.URL.Path, r.URL.RawQuery, r.Header.Get("Content-Type")} {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}

func soundKey(key string) bool {
	if len(key) > maxKey {
		return false
	}
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' {
			return false
		}
	}
	return true
}

// heldWriter holds an answer back until it is known whether it is kept.
type heldWriter struct {
	gin.ResponseWriter
	status  int
	written bool
	body    bytes.Buffer
}

// WriteHeader notes the status.
func (w *heldWriter) WriteHeader(status int) { w.status = status }

// WriteHeaderNow sends nothing yet.
func (w *heldWriter) WriteHeaderNow() { w.written = true }

// Write holds the bytes.
func (w *heldWriter) Write(b []byte) (int, error) {
	w.written = true
	return w.body.Write(b)
}

// WriteString holds the text.
func (w *heldWriter) WriteString(s string) (int, error) {
	w.written = true
	return w.body.WriteString(s)
}

// Status is the status noted so far.
func (w *heldWriter) Status() int { return w.status }

// Size is how many bytes are held.
func (w *heldWriter) Size() int { return w.body.Len() }

// Written reports whether there is an answer.
func (w *heldWriter) Written() bool { return w.written }

// Unwrap gives the writer beneath, for deadlines.
func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
