package rest

import (
	"mime"
	"strconv"
	"strings"

	"fairlead/api"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// negotiate refuses, before anything is carried out, a request that cannot take JSON for an answer or whose body is of a
// type that the operation does not read.
func (a *API) negotiate(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	if !admitsJSON(c.Request.Header.Values("Accept")) {
		api.Refuse(c, api.NewProblem(api.NotAcceptable, "The answer is JSON: let the header Accept admit application/json."))
		return
	}
	if body := ctx.Operation().RequestBody; body != nil && c.Request.ContentLength != 0 {
		media, _, err := mime.ParseMediaType(ctx.Header("Content-Type"))
		if _, known := body.Content[media]; err != nil || !known {
			api.Refuse(c, api.NewProblem(api.UnsupportedMedia, "Send the body as "+strings.Join(mediaTypes(body), " or ")+" and say so in the header Content-Type."))
			return
		}
	}
	next(ctx)
}

// mediaTypes are the types a body may have, JSON first.
func mediaTypes(body *huma.RequestBody) []string {
	types := []string{}
	if body.Content["application/json"] != nil {
		types = append(types, "application/json")
	}
	for media := range body.Content {
		if media != "application/json" {
			types = append(types, media)
		}
	}
	return types
}

// admitsJSON reads RFC 9110's Accept: none admits everything, and a weight of 0 forbids.
func admitsJSON(headers []string) bool {
	if len(headers) == 0 {
		return true
	}
	for _, wanted := range strings.Split(strings.Join(headers, ","), ",") {
		media, parameters, _ := strings.Cut(wanted, ";")
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "", "*/*", "application/*", "application/json", "application/problem+json":
			if weight(parameters) > 0 {
				return true
			}
		}
	}
	return false
}

func weight(parameters string) float64 {
	for _, parameter := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 1
			}
			return q
		}
	}
	return 1
}
