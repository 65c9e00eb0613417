package rest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"fairlead/api/assets"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

//go:embed docs.html
var docsSource string

var docsPage = template.Must(template.New("docs").Funcs(template.FuncMap{"asset": assets.URL}).Parse(docsSource))

// registerDocument serves the OpenAPI document and a page that says the same to people. Both are made once, when every
// call is known; the page needs no script and loads nothing from elsewhere.
func registerDocument(r gin.IRouter, document *huma.OpenAPI) {
	text, err := json.Marshal(document)
	if err != nil {
		panic(fmt.Sprintf("rest: the OpenAPI document cannot be written: %v", err)) // a fault of the program, seen at the first start
	}
	var page bytes.Buffer
	if err := docsPage.Execute(&page, docsOf(document)); err != nil {
		panic(fmt.Sprintf("rest: the page of the API cannot be written: %v", err))
	}
	r.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", text) })
	r.GET("/docs", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", page.Bytes()) })
}

// docs is the OpenAPI document as the page shows it.
type docs struct {
	Base        string
	Description string
	Groups      []docsGroup
	Shapes      []docsTable
}

type docsGroup struct {
	Name  string
	Calls []docsCall
}

type docsCall struct {
	ID, Method, Path, Summary, Description string
	Roles                                  string
	Tables                                 []docsTable // parameters and bodies
	Answers                                []docsAnswer
}

type docsTable struct {
	ID, Title string
	Fields    []docsField
}

type docsAnswer struct {
	Status, Description string
	docsType
}

type docsField struct {
	Name            string
	Needed, Meaning string
	docsType
}

// docsType is a type in words and the shape at its end, which has a table of its own.
type docsType struct {
	Type  string
	Shape string
}

// methods in the order people read them.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPatch}

func docsOf(document *huma.OpenAPI) docs {
	shown := docs{Base: Base, Description: document.Info.Description}
	groups := map[string]*docsGroup{}
	var order []string
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		item := document.Paths[path]
		for i, op := range []*huma.Operation{item.Get, item.Post, item.Patch} {
			if op == nil {
				continue
			}
			tag := op.Tags[0]
			if groups[tag] == nil {
				groups[tag] = &docsGroup{Name: tag}
				order = append(order, tag)
			}
			groups[tag].Calls = append(groups[tag].Calls, docsOfCall(document, methods[i], path, op))
		}
	}
	slices.Sort(order)
	for _, tag := range order {
		shown.Groups = append(shown.Groups, *groups[tag])
	}
	shapes := document.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		shown.Shapes = append(shown.Shapes, docsTable{ID: name, Title: name, Fields: fieldsOf(document, shapes[name])})
	}
	return shown
}

func docsOfCall(document *huma.OpenAPI, method, path string, op *huma.Operation) docsCall {
	call := docsCall{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description}
	if allowed, ok := op.Extensions["x-roles"].([]role); ok {
		names := make([]string, len(allowed))
		for i, one := range allowed {
			names[i] = string(one)
		}
		call.Roles = strings.Join(names, ", ")
	}
	parameters := docsTable{Title: "Parameters"}
	for _, p := range op.Parameters {
		parameters.Fields = append(parameters.Fields, docsField{Name: p.Name, Needed: needed(p.Required),
			Meaning: meaning(p.Description, p.Schema), docsType: docsType{Type: typeOf(p.Schema).Type + ", in the " + p.In}})
	}
	if len(parameters.Fields) > 0 {
		call.Tables = append(call.Tables, parameters)
	}
	if op.RequestBody != nil {
		for _, media := range mediaTypes(op.RequestBody) {
			if fields := fieldsOf(document, op.RequestBody.Content[media].Schema); len(fields) > 0 {
				call.Tables = append(call.Tables, docsTable{Title: "Body, " + media, Fields: fields})
			}
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		response := op.Responses[status]
		for _, media := range slices.Sorted(maps.Keys(response.Content)) {
			call.Answers = append(call.Answers, docsAnswer{status, response.Description, typeOf(response.Content[media].Schema)})
		}
	}
	return call
}

// fieldsOf lists the fields of a shape, or of what a list repeats.
func fieldsOf(document *huma.OpenAPI, s *huma.Schema) []docsField {
	for s != nil && (s.Ref != "" || s.Type == huma.TypeArray) {
		if s.Ref != "" {
			s = document.Components.Schemas.SchemaFromRef(s.Ref)
		} else {
			s = s.Items
		}
	}
	if s == nil {
		return nil
	}
	var fields []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		own := s.Properties[name]
		fields = append(fields, docsField{Name: name, Needed: needed(slices.Contains(s.Required, name)), Meaning: meaning("", own), docsType: typeOf(own)})
	}
	return fields
}

func typeOf(s *huma.Schema) docsType {
	within := func(words string, inner *huma.Schema) docsType {
		t := typeOf(inner)
		return docsType{strings.TrimSpace(words + " " + t.Type), t.Shape}
	}
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		return docsType{Shape: s.Ref[strings.LastIndex(s.Ref, "/")+1:]}
	case len(s.OneOf) > 0:
		words := make([]string, len(s.OneOf))
		for i, one := range s.OneOf {
			words[i] = typeOf(one).Type
		}
		return docsType{Type: strings.Join(words, " or ")}
	case s.Type == huma.TypeArray:
		return within("list of", s.Items)
	case s.Format == "date" || s.Format == "date-time":
		return docsType{Type: s.Format}
	}
	if inner, ok := s.AdditionalProperties.(*huma.Schema); ok {
		return within("object, by name:", inner)
	}
	return docsType{Type: s.Type}
}

func meaning(own string, s *huma.Schema) string {
	if s == nil {
		return own
	}
	if own == "" {
		own = s.Description
	}
	if len(s.Enum) > 0 {
		names := make([]string, len(s.Enum))
		for i, one := range s.Enum {
			names[i] = fmt.Sprint(one)
		}
		own = strings.TrimPrefix(own+". One of: "+strings.Join(names, ", "), ". ")
	}
	if len(s.Examples) > 0 {
		own = strings.TrimPrefix(own+fmt.Sprintf(". For example %v", s.Examples[0]), ". ")
	}
	return own
}

func needed(required bool) string {
	if required {
		return "always"
	}
	return ""
}
