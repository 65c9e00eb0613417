package selfcheck

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			said[s.folder] = said[s.folder] || s.syntax.Doc.Text() != ""
		}
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment: say above its package line what it is for", folder)
		}
	}
}

func TestEveryExportedNameHasAComment(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, declaration := range s.syntax.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc.Text() == "" {
					t.Errorf("%s: %s has no comment: say what it means to the programme, with units, zones and errors", s.position(d), d.Name.Name)
				}
			case *ast.GenDecl:
				uncommented(d, func(name *ast.Ident) {
					t.Errorf("%s: %s has no comment: say what it means to the programme", s.position(name), name.Name)
				})
			}
		}
	}
}

// uncommented visits the exported types, constants and variables of a declaration that neither have a comment nor stand
// in a commented group.
func uncommented(d *ast.GenDecl, visit func(*ast.Ident)) {
	grouped := d.Doc.Text() != ""
	for _, spec := range d.Specs {
		switch one := spec.(type) {
		case *ast.TypeSpec:
			// A group's comment serves constants and variables; a type needs its own, unless it stands alone.
			alone := grouped && len(d.Specs) == 1
			if one.Name.IsExported() && !alone && one.Doc.Text() == "" && one.Comment.Text() == "" {
				visit(one.Name)
			}
		case *ast.ValueSpec:
			for _, name := range one.Names {
				if name.IsExported() && !grouped && one.Doc.Text() == "" && one.Comment.Text() == "" {
					visit(name)
				}
			}
		}
	}
}

// exportedReceiver reports whether a function's receiver, if it has one, can be seen from outside.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.Ident:
			return k.IsExported()
		default:
			return true
		}
	}
}

// tooLong is where a file stops being one subject.
const tooLong = 400

func TestFilesStayShort(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.lines > tooLong {
			t.Errorf("%s has %d lines: over %d a file holds more than one subject, split it by subject", s.path, s.lines, tooLong)
		}
	}
}

// The words are put together here so that this file does not hold them.
var (
	leftOver = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "HA" + "CK"}, "|") + `)\b`)
	// machine is a folder that exists on one machine only.
	machine = regexp.MustCompile(`(?:^|[^\w./-])(/(?:ro` + `ot|wo` + `rk|ho` + `me/[a-z]\w*|Us` + `ers/[A-Za-z]\w*)/[/\w.-]*)`)
	// registry is a host that modules or packages are fetched from: which one is the machine's business.
	registry = regexp.MustCompile(`(?i)\b(proxy\.go` + `lang\.org|sum\.go` + `lang\.org|goproxy\.\w+|registry\.n` + `pmjs\.org|pypi\.or` + `g|[\w.-]*\bartif` + `actory[\w.-]*|[\w-]+\.pkg\.d` + `ev)\b`)
)

func TestNothingIsLeftForLater(t *testing.T) {
	t.Parallel()
	eachLine(t, func(name string, number int, line string) {
		if word := leftOver.FindString(line); word != "" && !strings.Contains(line, "context."+word) {
			t.Errorf("%s:%d: %s: do it now, or open an issue and leave the code whole", name, number, word)
		}
	})
}

func TestNoMachineIsNamed(t *testing.T) {
	t.Parallel()
	eachLine(t, func(name string, number int, line string) {
		if found := machine.FindStringSubmatch(line); found != nil {
			t.Errorf("%s:%d names %s, a folder of one machine: use a path from the repository, or a temporary one", name, number, found[1])
		}
		if host := registry.FindString(line); host != "" {
			t.Errorf("%s:%d names the registry %s: where modules come from is the machine's business", name, number, host)
		}
	})
}

// eachLine visits every line of every text in the repository, nested modules included; sums are not read.
func eachLine(t *testing.T, visit func(name string, number int, line string)) {
	t.Helper()
	err := walk(func(name string) error {
		if strings.HasSuffix(name, "go.sum") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !utf8.Valid(text) {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			visit(name, i+1, line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
