// Package selfcheck holds the checks that the repository makes of itself: who may import whom, the pins, the licences,
// the comments, and the pages that must stay in step with the code. Each refusal says in a sentence what to do.
package selfcheck

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the README's table of settings anew")

// root is the folder of the main module.
const root = "../.."

// source is one parsed Go file of the main module.
type source struct {
	path   string // from the root, with slashes
	folder string // "records"; "." is the main package
	test   bool
	syntax *ast.File
	at     *token.FileSet
	lines  int
}

// position is a place in the file, for a sentence.
func (s source) position(node ast.Node) string {
	at := s.at.Position(node.Pos())
	return s.path + ":" + strconv.Itoa(at.Line)
}

var parsed = sync.OnceValues(func() ([]source, error) {
	var list []source
	err := walk(func(name string) error {
		if path.Ext(name) != ".go" || nested(name) {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		at := token.NewFileSet()
		file, err := parser.ParseFile(at, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		list = append(list, source{path: name, folder: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			syntax: file, at: at, lines: strings.Count(string(text), "\n")})
		return nil
	})
	return list, err
})

// sources are all Go files of the main module, tests included.
func sources(t *testing.T) []source {
	t.Helper()
	list, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 100 {
		t.Fatalf("only %d Go files were found: the walk is broken", len(list))
	}
	return list
}

// walk visits every file of the repository by its path from the root. What git ignores or a build leaves is no part of it.
func walk(visit func(name string) error) error {
	return filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() {
			switch name {
			case ".git", ".claude", "bin", "fairlead-data":
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(name) {
		case ".test", ".out":
			return nil
		}
		return visit(name)
	})
}

// nested reports whether a file belongs to a module of its own within the repository.
func nested(name string) bool {
	return strings.HasPrefix(name, "deploy/temporal/") || strings.HasPrefix(name, "tools/")
}

// under reports whether a folder or import path is base or lies beneath it.
func under(name, base string) bool { return name == base || strings.HasPrefix(name, base+"/") }

// command runs a program in a folder of the repository and returns what it wrote.
func command(t *testing.T, folder string, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = filepath.Join(root, folder)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, complaint.String())
	}
	return string(out)
}

// read is the text of a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
