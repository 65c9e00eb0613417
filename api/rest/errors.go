package rest

import (
	"errors"
	"net"
	"net/http"
	"regexp"
	"strings"

	"fairlead/api"

	"github.com/danielgtaylor/huma/v2"
)

// Huma makes its refusals through two package variables, and documents an array as one that may be null unless told
// otherwise. Both are set once, before any API exists. What huma would say of a rejected value never reaches a client:
// every sentence below is from a closed list.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return refusal(status, message, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		p := refusal(status, message, errs)
		p.Instance = instance(ctx.Context())
		return p
	}
}

// refusal is what huma refuses by itself, in our words.
func refusal(status int, message string, errs []error) *api.Problem {
	for _, err := range errs {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return api.Explain(err)
		}
	}
	switch status {
	case http.StatusBadRequest:
		if message == "request body is required" {
			return api.NewProblem(api.BadRequest, "Send a body: this call does not work without one.")
		}
		return api.NewProblem(api.BadRequest, "The body is not sound JSON.")
	case http.StatusRequestTimeout:
		return api.NewProblem(api.TooSlow, "")
	case http.StatusRequestEntityTooLarge:
		return api.NewProblem(api.TooLarge, "")
	case http.StatusNotAcceptable:
		return api.NewProblem(api.NotAcceptable, "")
	case http.StatusUnsupportedMediaType:
		return api.NewProblem(api.UnsupportedMedia, "")
	case http.StatusUnprocessableEntity:
		p := api.NewProblem(api.InvalidInput, "The request does not have the shape that /docs describes.")
		for _, err := range errs {
			p.Errors = append(p.Errors, faultOf(err))
		}
		return p
	}
	return api.NewProblem(api.Internal, "The fault is ours and has been noted.")
}

// unreadable is the refusal of a body that did not arrive whole.
func unreadable(err error) *api.Problem {
	var tooLarge *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &tooLarge):
		return api.Explain(err)
	case errors.As(err, &slow) && slow.Timeout():
		return api.NewProblem(api.TooSlow, "")
	}
	return api.NewProblem(api.BadRequest, "The body did not arrive whole.")
}

// sentences are what huma's checks mean, by the words they begin with. A group in the pattern is text of the schema,
// which is ours; whatever is not here becomes the last sentence.
var sentences = []struct {
	pattern *regexp.Regexp
	says    string
}{
	{regexp.MustCompile(`^expected required property (\w+) to be present$`), "This is missing."},
	{regexp.MustCompile(`^required \w+ parameter is missing$`), "This is missing."},
	{regexp.MustCompile(`^unexpected property$`), "There is no such field."},
	{regexp.MustCompile(`^unknown query parameter$`), "There is no such parameter."},
	{regexp.MustCompile(`^expected string$`), "Write text, in quotes."},
	{regexp.MustCompile(`^(expected boolean|invalid boolean)`), "Write true or false."},
	{regexp.MustCompile(`^(expected integer|invalid integer)`), "Write a whole number."},
	{regexp.MustCompile(`^(expected number|invalid float)$`), "Write a number."},
	{regexp.MustCompile(`^expected array$`), "Write a list."},
	{regexp.MustCompile(`^expected object$`), "Write an object."},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "Choose one of: $1."},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "Write a number of at least $1."},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "Write a number of at most $1."},
	{regexp.MustCompile(`^expected length >= 1$`), "This must not be empty."},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "Write at most $1 characters."},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "Give at most $1."},
	{regexp.MustCompile(`^expected string to be RFC 3339 date-time$`), "Write a moment like 2026-08-31T05:00:00Z."},
	{regexp.MustCompile(`^expected string to be RFC 3339 date$`), "Write a date like 2027-03-01."},
	{regexp.MustCompile(`^expected value to match`), "Write text, or a list of texts."},
}

const otherwise = "This cannot be used as it is."

func faultOf(err error) api.ProblemError {
	var detail huma.ErrorDetailer
	if !errors.As(err, &detail) {
		return api.ProblemError{Detail: otherwise}
	}
	found := detail.ErrorDetail()
	fault := api.ProblemError{Detail: otherwise}
	steps := whereabouts(found.Location)
	for _, sentence := range sentences {
		groups := sentence.pattern.FindStringSubmatch(found.Message)
		if groups == nil {
			continue
		}
		fault.Detail = sentence.says
		if len(groups) > 1 {
			fault.Detail = strings.ReplaceAll(sentence.says, "$1", groups[1])
		}
		if strings.HasPrefix(found.Message, "expected required property") {
			steps = append(steps, groups[1])
		}
		break
	}
	switch {
	case len(steps) == 0:
	case steps[0] == "body":
		fault.Pointer = "#"
		if len(steps) > 1 {
			fault.Pointer += "/" + strings.Join(steps[1:], "/")
		}
	case len(steps) > 1:
		fault.Parameter = steps[1]
	}
	return fault
}

// step is a name as fields and stages have them: what a client made up goes no further.
var step = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$|^\d{1,5}$`)

// whereabouts takes huma's path ("body.overrides.alumni.ladder[0]") apart, up to the first name that cannot be ours.
func whereabouts(location string) []string {
	var steps []string
	for _, name := range strings.FieldsFunc(location, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if !step.MatchString(name) {
			break
		}
		steps = append(steps, name)
	}
	return steps
}

// refuseParameter is a fault of a parameter that only the handler can see.
func refuseParameter(name, detail string) error {
	p := api.NewProblem(api.InvalidInput, "One thing has to be put right.")
	p.Errors = []api.ProblemError{{Parameter: name, Detail: detail}}
	return p
}
