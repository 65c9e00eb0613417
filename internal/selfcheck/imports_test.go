package selfcheck

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "fairlead/"

// layer is what the code of a folder may import of Fairlead, and why no more.
type layer struct {
	may []string // folders; "*" is all
	why string
}

// layers is the table of the manual, "The folders". Tests may import more, except in the folders that judge the program
// from outside.
var layers = map[string]layer{
	".": {[]string{"*"}, "the main package wires everything"},

	"programme":  {nil, "programme is the language and its rules: plain Go, to be read and tested without anything else"},
	"faults":     {nil, "faults is a switch for tests, below everything"},
	"config":     {nil, "config knows settings and nothing of what they set"},
	"records":    {[]string{"programme", "faults"}, "records turn rows into the language and know nobody else"},
	"email":      {[]string{"programme"}, "email writes mails from the language alone"},
	"email/smtp": {[]string{"programme", "email", "faults"}, "email/smtp sends what email wrote"},

	"activities": {[]string{"programme", "email", "faults"},
		"activities declare small interfaces for storage and sending, and never see records or email/smtp"},
	"workflows": {[]string{"programme", "activities", "faults"},
		"workflows decide and wait; what touches the world is an activity, named through the package activities"},

	"api":         {[]string{"programme", "faults", "api/assets"}, "api declares the interfaces it needs, so that its tests need neither a database nor Temporal"},
	"api/rest":    {[]string{"programme", "api", "api/assets", "faults"}, "api declares the interfaces it needs, so that its tests need neither a database nor Temporal"},
	"api/forms":   {[]string{"programme", "api", "api/assets", "faults"}, "api declares the interfaces it needs, so that its tests need neither a database nor Temporal"},
	"api/console": {[]string{"programme", "api", "api/assets", "faults"}, "api declares the interfaces it needs, so that its tests need neither a database nor Temporal"},
	"api/assets":  {nil, "assets are files and their addresses: every page loads them, and they know no page"},

	"worker": {[]string{"programme", "activities", "workflows"}, "worker registers workflows and activities; main gives it the rest"},

	"demo/supervisor": {nil, "the supervisor runs processes and knows nothing of what they do"},
	"demo/cast":       {nil, "the cast acts as people can: a shared type could carry a mistake into its judgement"},
	"demo/verdict":    {nil, "the verdict is independent of the program: a shared rule could carry the mistake it looks for"},
	"demo/sink":       {nil, "the sink is what the verdict trusts: it is a mail server and nothing of Fairlead"},

	"internal/browsertest":  {[]string{"api/assets"}, "it shows pages to a browser, for tests of any package"},
	"email/smtp/smtptest":   {nil, "it is a relay that misbehaves on cue, for tests of any package"},
	"internal/postgrestest": {nil, "it starts a database, for tests of any package"},
	"internal/selfcheck":    {[]string{"config"}, "the checks read the repository"},
	"bench":                 {[]string{"*"}, "the benchmarks wire what they measure"},
}

// outside are the folders whose tests import nothing of the rest of Fairlead either.
var outside = []string{"demo/cast", "demo/verdict", "demo/sink"}

// forTests are packages that only tests and benchmarks may import.
var forTests = []string{"email/smtp/smtptest", "internal/postgrestest", "internal/browsertest"}

func TestImportsFollowTheTableOfFolders(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		rule, known := layers[s.folder]
		if !known {
			t.Errorf("%s: no rule says what %s may import: add it to the table in the manual and here", s.path, s.folder)
			continue
		}
		for _, spec := range s.syntax.Imports {
			folder, ours := strings.CutPrefix(imported(spec), module)
			if !ours || folder == s.folder {
				continue
			}
			switch {
			case s.test && !slices.Contains(outside, s.folder):
			case !s.test && slices.Contains(forTests, folder) && s.folder != "bench":
				t.Errorf("%s imports %s, which is for tests alone", s.position(spec), folder)
			case !slices.Contains(rule.may, folder) && !slices.Contains(rule.may, "*"):
				t.Errorf("%s: %s must not import %s: %s", s.position(spec), s.folder, folder, rule.why)
			}
		}
	}
}

// home is where a library may be imported: by code, and by tests besides.
type home struct {
	code  []string
	tests []string
	why   string
}

// homes gives every library one home. The longest path that fits decides; a library that is in no line is refused.
var homes = map[string]home{
	"gorm.io":                             {code: []string{"records"}, why: "records alone know how rows are stored"},
	"github.com/glebarez":                 {code: []string{"records"}, why: "records alone know the database drivers"},
	"github.com/pressly/goose":            {code: []string{"records"}, why: "records alone shape the database"},
	"github.com/jackc/pgx":                {code: []string{"records", "internal/postgrestest"}, why: "records alone know the database drivers"},
	"github.com/rickar/cal":               {code: []string{"programme"}, why: "working days have one home, programme/holidays.go"},
	"go.yaml.in/yaml":                     {code: []string{"programme"}, tests: []string{"."}, why: "blueprints are read in programme"},
	"github.com/arran4/golang-ical":       {code: []string{"email"}, why: "calendar files are written in email, with its traps"},
	"github.com/yuin/goldmark":            {code: []string{"email"}, why: "mail text is rendered in email"},
	"github.com/wneessen/go-mail":         {code: []string{"email/smtp"}, why: "email/smtp alone says how an attempt to send ended"},
	"github.com/emersion/go-smtp":         {code: []string{"demo/sink", "bench"}, tests: []string{"email/smtp", "."}, why: "Fairlead sends mail and takes none: a mail server is for the demo and for tests"},
	"github.com/gin-gonic/gin":            {code: []string{".", "api", "api/rest", "api/forms", "api/console"}, tests: []string{"records"}, why: "pages and calls live in api; the records count what they send"},
	"github.com/danielgtaylor/huma":       {code: []string{"api/rest"}, why: "api/rest alone knows huma"},
	"github.com/coreos/go-oidc":           {code: []string{"api/console"}, why: "staff sign in at the console"},
	"golang.org/x/oauth2":                 {code: []string{"api/console"}, why: "it is beneath go-oidc, where staff sign in"},
	"github.com/google/uuid":              {code: []string{"api/rest"}, why: "api/rest makes the ids of commands, which Temporal wants unique; every other id is made in programme and records"},
	"golang.org/x/text/unicode/norm":      {code: []string{"records"}, why: "the records fold the words that journeys are found by"},
	"golang.org/x/time":                   {code: []string{"api"}, why: "rates are limited at the edge"},
	"golang.org/x/net/html":               {code: []string{"demo/cast", "internal/browsertest"}, tests: []string{"api/forms", "api/console", "email", "."}, why: "only a reader of pages parses HTML"},
	"github.com/prometheus/client_golang": {code: []string{".", "api"}, tests: []string{"api/rest", "api/forms", "api/console"}, why: "metrics are registered in main and served by api"},
	"github.com/spf13/cobra":              {code: []string{"."}, why: "main reads the command line"},
	"github.com/caarlos0/env":             {code: []string{"config"}, why: "config reads the settings, once"},

	"go.temporal.io": {code: []string{".", "workflows", "activities", "worker", "bench"},
		why: "the rest of Fairlead talks to running journeys through workflows.Client"},
	"go.temporal.io/sdk/testsuite": {tests: []string{"workflows", "activities", "worker", "."}, why: "it pulls testify into what imports it"},
	"google.golang.org/protobuf":   {code: []string{".", "worker", "bench"}, tests: []string{"workflows", "."}, why: "only what reads Temporal's own messages needs it"},
	"google.golang.org/grpc":       {code: []string{".", "worker", "bench"}, tests: []string{"workflows", "."}, why: "only what talks to Temporal's own services needs it"},

	"pgregory.net/rapid":          {tests: []string{"*"}, why: "it draws examples for tests"},
	"github.com/google/go-cmp":    {tests: []string{"*"}, why: "it compares in tests"},
	"go.uber.org/goleak":          {tests: []string{"*"}, why: "it looks for leaks in tests"},
	"github.com/chromedp":         {code: []string{"internal/browsertest"}, tests: []string{"*"}, why: "it drives a browser in tests"},
	"github.com/stretchr/testify": {tests: []string{"workflows"}, why: "the SDK's test environment asks for its mocks; nothing else does"},
}

func TestEveryLibraryHasOneHome(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, spec := range s.syntax.Imports {
			name := imported(spec)
			if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				continue // the standard library, or our own
			}
			rule, known := homeOf(name)
			switch {
			case !known:
				t.Errorf("%s imports %s, which has no home: name one here, with its reason, and its pin in pins_test.go", s.position(spec), name)
			case slices.Contains(rule.code, s.folder):
			case s.test && (slices.Contains(rule.tests, s.folder) || slices.Contains(rule.tests, "*")):
			default:
				t.Errorf("%s must not import %s: %s", s.position(spec), name, rule.why)
			}
		}
	}
}

func homeOf(library string) (best home, known bool) {
	longest := 0
	for prefix, rule := range homes {
		if under(library, prefix) && len(prefix) > longest {
			best, longest = rule, len(prefix)
		}
	}
	return best, longest > 0
}

// vague are names that collect what belongs elsewhere.
var vague = []string{"utils", "util", "common", "helpers", "helper", "types", "misc", "shared", "lib"}

func TestFoldersAreNamedForTheirSubject(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, part := range strings.Split(s.folder, "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: a folder called %s has no subject: put the code where it belongs", s.path, part)
			}
		}
	}
}

func imported(spec *ast.ImportSpec) string {
	name, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	return name
}
