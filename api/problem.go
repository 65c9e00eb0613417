package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"fairlead/programme"
)

// ProblemKind names one kind of refusal. The address of its page, /problems/<kind>, is the `type` of every problem
// document of that kind, and never changes.
type ProblemKind string

// The kinds of refusal, in the order of their status.
const (
	BadRequest           ProblemKind = "bad-request"
	NotSignedIn          ProblemKind = "not-signed-in"
	NotAllowed           ProblemKind = "not-allowed"
	CrossOrigin          ProblemKind = "cross-origin"
	NotFound             ProblemKind = "not-found"
	MethodNotAllowed     ProblemKind = "method-not-allowed"
	NotAcceptable        ProblemKind = "not-acceptable"
	TooSlow              ProblemKind = "too-slow"
	Conflict             ProblemKind = "conflict"
	NotLegalNow          ProblemKind = "not-legal-now"
	NoPlaceLeft          ProblemKind = "no-place-left"
	InFlight             ProblemKind = "in-flight"
	Gone                 ProblemKind = "gone"
	Changed              ProblemKind = "changed"
	TooLarge             ProblemKind = "too-large"
	UnsupportedMedia     ProblemKind = "unsupported-media-type"
	InvalidInput         ProblemKind = "invalid"
	KeyReused            ProblemKind = "idempotency-key-reused"
	PreconditionRequired ProblemKind = "precondition-required"
	TooManyRequests      ProblemKind = "too-many-requests"
	Internal             ProblemKind = "internal"
	Unavailable          ProblemKind = "unavailable"
)

// kindInfo is what the page of a kind says.
type kindInfo struct {
	Kind    ProblemKind
	Status  int
	Title   string
	Meaning string
}

// catalogue holds every kind once.
var catalogue = []kindInfo{
	{BadRequest, 400, "The request cannot be read", "The body or an address is not written as it must be: JSON that ends too early, or a body that is missing. Nothing was changed."},
	{NotSignedIn, 401, "Nobody is signed in", "Send a token in the header Authorization, as Bearer and the token. A token that has ended or was revoked counts as none. `fairlead token create` makes one."},
	{NotAllowed, 403, "Not allowed for this role", "The token's role may not do this. The page /docs names the roles of every operation."},
	{CrossOrigin, 403, "The request came from another site", "A browser sent this from a page of another site. Open the page here and send it again."},
	{NotFound, 404, "There is nothing here", "The address, or the thing it names, is not known. References are written like P-7F3K2Q."},
	{MethodNotAllowed, 405, "The method is not possible here", "The address exists, but not for this method. The header Allow lists those that are."},
	{NotAcceptable, 406, "The answer cannot be given in that form", "The API answers in JSON alone. Leave the header Accept out, or let it admit application/json."},
	{TooSlow, 408, "The request took too long to arrive", "The body did not arrive in time. Nothing was changed: send it again."},
	{Conflict, 409, "It is there already, and different", "Something of this name exists and is not the same, or somebody changed it in the same moment. Read it again before you decide."},
	{NotLegalNow, 409, "Not possible in this state", "The command is not legal in the state the journey or stage is in. The member `state` names that state. Nothing was changed."},
	{NoPlaceLeft, 409, "No place is left", "Every place of the cohort is held. Nothing was changed."},
	{InFlight, 409, "The first request is still running", "A request with this Idempotency-Key has not finished. Ask again in a few seconds for its answer."},
	{Gone, 410, "It is closed", "The form or link has ended. Nothing was changed."},
	{Changed, 412, "Somebody else changed this first", "The header If-Match names an older version. Read it again, look at what changed, and send your change with the new ETag."},
	{TooLarge, 413, "The request is too large", "The body is larger than this address takes: 10 MB for a spreadsheet, 1 MB elsewhere. Nothing was changed."},
	{UnsupportedMedia, 415, "The body has the wrong type", "Name the type of the body in the header Content-Type: application/json, or text/csv where the page /docs says so."},
	{InvalidInput, 422, "Something has to be put right", "The request was understood but cannot be carried out as it is. Every fault is listed in `errors`, with the place it is in: `pointer` in a JSON body, `parameter` in the address or a header, `row` and `column` in a spreadsheet. Nothing was changed."},
	{KeyReused, 422, "The Idempotency-Key belongs to another request", "The key was sent before with another body or address. Use a new key for every new request."},
	{PreconditionRequired, 428, "Say which version you are changing", "Send the ETag of what you read in the header If-Match, so that nobody's change is overwritten unseen."},
	{TooManyRequests, 429, "Too many requests", "This was asked too often from one network. The header Retry-After says how many seconds to wait."},
	{Internal, 500, "Something went wrong here", "The fault is ours. It has been noted under the number of the request. Repeating a command is safe: one whose effect already holds changes nothing."},
	{Unavailable, 503, "A part of the system cannot be reached just now", "Nothing was changed and nothing will happen later. Send it again after the seconds that Retry-After gives."},
}

// Problem is one refusal as an RFC 9457 problem document. It names what is wrong and where, never the value that was
// sent.
type Problem struct {
	Type     string         `json:"type" doc:"Address of the page that explains this kind of problem" example:"/problems/invalid"`
	Title    string         `json:"title" doc:"The kind of problem in a few words"`
	Status   int            `json:"status" doc:"The HTTP status" example:"422"`
	Detail   string         `json:"detail,omitempty" doc:"What happened this time and what to do"`
	Instance string         `json:"instance,omitempty" doc:"The number of the request, to quote when you ask for help"`
	State    string         `json:"state,omitempty" doc:"The state that forbids a command"`
	Errors   []ProblemError `json:"errors,omitempty" doc:"Every fault of the input"`

	header http.Header
}

// ProblemError is one fault of an input and where it is.
type ProblemError struct {
	Detail    string `json:"detail" doc:"What is wrong and what to do"`
	Pointer   string `json:"pointer,omitempty" doc:"JSON pointer into the body" example:"#/starts_on"`
	Parameter string `json:"parameter,omitempty" doc:"Parameter of the address, or header" example:"limit"`
	Row       int    `json:"row,omitempty" doc:"Row of a spreadsheet, the header being row 1"`
	Column    string `json:"column,omitempty" doc:"Column of a spreadsheet"`
	Line      int    `json:"line,omitempty" doc:"Line of the blueprint"`
}

// NewProblem is a problem of a kind, with a sentence about this occurrence. A kind that is not in the catalogue counts
// as Internal.
func NewProblem(kind ProblemKind, detail string) *Problem {
	info := infoOf(kind)
	return &Problem{Type: "/problems/" + string(info.Kind), Title: info.Title, Status: info.Status, Detail: detail}
}

func infoOf(kind ProblemKind) kindInfo {
	for _, info := range catalogue {
		if info.Kind == kind {
			return info
		}
	}
	return infoOf(Internal)
}

// Kind is the kind the problem is of.
func (p *Problem) Kind() ProblemKind { return ProblemKind(strings.TrimPrefix(p.Type, "/problems/")) }

// Error is the sentence about this occurrence, or the kind's where there is none.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Detail
}

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that belong to the answer, Retry-After say.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is that of problem documents.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// With adds a header to the answer.
func (p *Problem) With(name, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// retryAfter is how many seconds a caller is asked to wait when a part of the system cannot be reached.
const retryAfter = 5

// Explain turns an error into the one problem it is. It is the only place where kinds of error become statuses. What
// the program does not expect is Internal, without a word of the error's text: log that apart.
func Explain(err error) *Problem {
	var problem *Problem
	var invalid *programme.Invalid
	var illegal *programme.Illegal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &problem):
		copied := *problem
		return &copied
	case errors.As(err, &invalid):
		return invalidProblem(invalid)
	case errors.As(err, &illegal):
		p := NewProblem(NotLegalNow, illegal.Error())
		p.State = illegal.State
		return p
	case errors.As(err, &tooLarge):
		return NewProblem(TooLarge, "Send at most "+strconv.FormatInt(tooLarge.Limit>>20, 10)+" MB.")
	case errors.Is(err, programme.ErrNotFound), errors.Is(err, programme.ErrLinkUnknown):
		return NewProblem(NotFound, "Nothing of that name or reference is known here.")
	case errors.Is(err, programme.ErrFull):
		return NewProblem(NoPlaceLeft, "Every place is held. Raise the number of places, or wait until one comes free.")
	case errors.Is(err, programme.ErrStageNotOpen):
		return NewProblem(NotLegalNow, "The stage is not open.")
	case errors.Is(err, programme.ErrFormClosed), errors.Is(err, programme.ErrLinkExpired), errors.Is(err, programme.ErrLinkReplaced):
		return NewProblem(Gone, "The form or link has ended.")
	case errors.Is(err, programme.ErrGone):
		return NewProblem(Gone, "It was deleted as promised.")
	case errors.Is(err, programme.ErrForbidden):
		return NewProblem(NotAllowed, "The role you are signed in with may not do this.")
	case errors.Is(err, programme.ErrConflict):
		return NewProblem(Conflict, "Something of that name is there already and differs, or somebody changed it in the same moment.")
	case errors.Is(err, programme.ErrUnavailable):
		return NewProblem(Unavailable, "Nothing was changed. Try again in a few seconds.").With("Retry-After", strconv.Itoa(retryAfter))
	}
	return NewProblem(Internal, "The fault is ours and has been noted.")
}

func invalidProblem(invalid *programme.Invalid) *Problem {
	detail := "One thing has to be put right."
	if n := len(invalid.Faults); n != 1 {
		detail = strconv.Itoa(n) + " things have to be put right."
	}
	p := NewProblem(InvalidInput, detail)
	for _, f := range invalid.Faults {
		p.Errors = append(p.Errors, ProblemError{Detail: f.Text, Pointer: Pointer(f.Field), Row: f.Row, Column: f.Column, Line: f.Line})
	}
	return p
}

// Pointer is the JSON pointer of a field: "owner" and "/owner" both become "#/owner", and no field stays empty.
func Pointer(field string) string {
	switch {
	case field == "":
		return ""
	case strings.HasPrefix(field, "/"):
		return "#" + field
	}
	return "#/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
}

// WriteProblem answers with a problem document.
func WriteProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(p) // the client has gone: nobody is left to tell
}
