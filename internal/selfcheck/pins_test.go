package selfcheck

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// pins are the versions the manual on dependencies chose, section 2, for all that a first import may ask for. A pin that
// nobody imports yet is no requirement yet.
var pins = map[string]string{
	"github.com/gin-gonic/gin":                      "v1.12.0",
	"github.com/danielgtaylor/huma/v2":              "v2.39.1",
	"go.temporal.io/sdk":                            "v1.50.0",
	"go.temporal.io/sdk/contrib/envconfig":          "v1.0.2",
	"go.temporal.io/sdk/contrib/opentelemetry":      "v0.8.1",
	"gorm.io/gorm":                                  "v1.31.2",
	"gorm.io/driver/postgres":                       "v1.6.3",
	"github.com/jackc/pgx/v5":                       "v5.11.0",
	"github.com/glebarez/sqlite":                    "v1.11.0",
	"github.com/glebarez/go-sqlite":                 "v1.23.0",
	"github.com/pressly/goose/v3":                   "v3.29.0",
	"github.com/wneessen/go-mail":                   "v0.8.1",
	"github.com/emersion/go-smtp":                   "v0.25.1",
	"github.com/arran4/golang-ical":                 "v0.3.4",
	"github.com/rickar/cal/v2":                      "v2.1.31",
	"github.com/coreos/go-oidc/v3":                  "v3.21.0",
	"github.com/alexedwards/scs/v2":                 "v2.9.0",
	"golang.org/x/time":                             "v0.16.0",
	"github.com/caarlos0/env/v11":                   "v11.4.2",
	"github.com/spf13/cobra":                        "v1.10.2",
	"github.com/schollz/progressbar/v3":             "v3.19.1",
	"github.com/prometheus/client_golang":           "v1.25.0",
	"go.opentelemetry.io/otel/exporters/prometheus": "v0.69.0",
	"github.com/yuin/goldmark":                      "v1.8.7",
	"go.yaml.in/yaml/v3":                            "v3.0.5",
	"pgregory.net/rapid":                            "v1.3.0",
	"github.com/google/go-cmp":                      "v0.7.0",
	"go.uber.org/goleak":                            "v1.3.0",
	"github.com/chromedp/chromedp":                  "v0.23.0",
}

// companions are modules that come with a pinned one and whose names our code uses too: no choice of ours, but fixed.
var companions = map[string]string{
	"go.temporal.io/api":          "v1.63.5",  // the SDK's own types
	"google.golang.org/protobuf":  "v1.36.12", // of those types
	"google.golang.org/grpc":      "v1.84.0",  // of the SDK's services
	"github.com/google/uuid":      "v1.6.0",   // with the SDK
	"golang.org/x/oauth2":         "v0.37.0",  // with go-oidc
	"golang.org/x/net":            "v0.61.0",  // with gin; its html package reads pages
	"golang.org/x/text":           "v0.43.0",  // with gin; it takes accents off the words of a search
	"github.com/stretchr/testify": "v1.12.1",  // with the SDK's test environment
	"github.com/chromedp/cdproto": "v0.159.0", // with chromedp
}

// goVersion is the one that builds everything.
const goVersion = "1.26.8"

// gomod is a go.mod as `go mod edit -json` shows it.
type gomod struct {
	Go        string
	Toolchain string
	Require   []struct {
		Path, Version string
		Indirect      bool
	}
	Replace, Exclude []any
	Tool             []struct{ Path string }
}

func readMod(t *testing.T, folder string) gomod {
	t.Helper()
	var mod gomod
	out := command(t, folder, "go", "mod", "edit", "-json", "go.mod")
	if err := json.Unmarshal([]byte(out), &mod); err != nil {
		t.Fatal(err)
	}
	return mod
}

func (m gomod) version(module string) string {
	for _, r := range m.Require {
		if r.Path == module {
			return r.Version
		}
	}
	return "none"
}

func TestEveryModuleNeedsTheSameGo(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{".", "tools", "deploy/temporal"} {
		mod := readMod(t, folder)
		if mod.Go != goVersion {
			t.Errorf("%s asks for Go %s, not %s", filepath.Join(folder, "go.mod"), mod.Go, goVersion)
		}
		if mod.Toolchain != "" {
			t.Errorf("%s has a toolchain line, which makes Go fetch another version: take it out", filepath.Join(folder, "go.mod"))
		}
		if len(mod.Replace) > 0 || len(mod.Exclude) > 0 {
			t.Errorf("%s replaces or excludes modules: a pin says the same and is compared", filepath.Join(folder, "go.mod"))
		}
	}
}

func TestPinsOfTheMainModule(t *testing.T) {
	t.Parallel()
	mod := readMod(t, ".")
	expected := map[string]string{}
	for _, table := range []map[string]string{pins, companions} {
		for module, version := range table {
			expected[module] = version
		}
	}
	used := map[string]bool{}
	for _, s := range sources(t) {
		for _, spec := range s.syntax.Imports {
			name := imported(spec)
			if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				continue
			}
			of := ""
			for _, r := range mod.Require {
				if under(name, r.Path) && len(r.Path) > len(of) {
					of = r.Path
				}
			}
			if of == "" {
				t.Errorf("%s imports %s, which go.mod does not require: go get it at its pinned version", s.position(spec), name)
			}
			used[of] = true
		}
	}
	var remarks []string
	for _, r := range mod.Require {
		want, known := expected[r.Path]
		switch {
		case used[r.Path] && !known:
			t.Errorf("%s is imported and has no pin: choose its version, write down why, and add it here", r.Path)
		case used[r.Path] && r.Indirect:
			remarks = append(remarks, r.Path)
		case !used[r.Path] && !r.Indirect:
			t.Errorf("%s is required in go.mod and imported nowhere: take it out", r.Path)
		}
		if known && r.Version != want {
			t.Errorf("%s is at %s and pinned at %s: run go get %s@%s, or move the pin when the tests stay green", r.Path, r.Version, want, r.Path, want)
		}
	}
	if len(remarks) > 0 {
		t.Errorf("go.mod calls these indirect although they are imported, take the remark away: %s", strings.Join(remarks, " "))
	}
}

// The nested modules: the checks, and the local Temporal server, whose last pin no version list offers.
func TestPinsOfTheNestedModules(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]map[string]string{
		"tools": {
			"go.temporal.io/sdk/contrib/tools/workflowcheck": "v0.6.0",
			"honnef.co/go/tools":                             "v0.8.2",
		},
		"deploy/temporal": {
			"go.temporal.io/server":              "v1.32.0",
			"github.com/temporalio/ui-server/v2": "v2.54.1",
			"go.temporal.io/auto-scaled-workers": "v0.2.0-1.32.0.158.0",
			"go.temporal.io/sdk":                 pins["go.temporal.io/sdk"],
		},
	} {
		mod := readMod(t, folder)
		for module, version := range want {
			if got := mod.version(module); got != version {
				t.Errorf("%s requires %s at %s and not at %s, its pin", filepath.Join(folder, "go.mod"), module, got, version)
			}
		}
	}
	if main := readMod(t, "."); len(main.Tool) > 0 {
		t.Errorf("go.mod has a tool line for %s: checks belong to tools/go.mod, so that what ships does not depend on them", main.Tool[0].Path)
	}
	if mod := readMod(t, "."); mod.version("go.temporal.io/server") != "none" {
		t.Error("the main module requires the Temporal server: it speaks to it over the network only")
	}
}
