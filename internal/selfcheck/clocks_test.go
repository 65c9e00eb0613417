package selfcheck

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// realClocks may ask the machine what time it is, for the reason given.
var realClocks = map[string]string{
	"parts.go": "the one clock of the program, realNow: everything else is given it",
	"bench":    "it measures",
}

// measuring are tests that look at the clock of the machine, for the reason given; never to decide what is due.
var measuring = map[string]string{
	"api/console/csv_test.go": "how long a connection may take is judged by the clock of the machine",
	"demo/cast":               "the cast lives on real time, and so do the fakes it plays against",
	"records/imports_test.go": "it reports how long an import of 10,000 rows takes",
}

func TestClocksAreGivenNotTaken(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for call, name := range calls(s, "time") {
			switch name {
			case "Now", "Since", "Until":
				if argued(s, realClocks) || (s.test && argued(s, measuring)) {
					continue
				}
				if s.test && s.folder == "." {
					continue // the stories run real processes and must know when they took too long
				}
				t.Errorf("%s: time.%s is forbidden: take now func() time.Time from whoever wires this, so that a fast clock and a test decide what time it is", s.position(call), name)
			case "Sleep":
				t.Errorf("%s: time.Sleep is forbidden: wait for what you wait for, or for a timer beside ctx.Done()", s.position(call))
			}
		}
	}
}

// beginnings may begin a context below main, for the reason given. Tests take t.Context or their own.
var beginnings = map[string]string{
	"main.go":               "main begins the one context, which ends with a signal",
	"bench":                 "a program of its own: it begins where main does",
	"internal/postgrestest": "it is for tests alone: a database is dropped after the test's own context has ended",
}

func TestContextsComeFromMain(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || argued(s, beginnings) {
			continue
		}
		for call, name := range calls(s, "context") {
			if slices.Contains([]string{"Background", "TO" + "DO"}, name) {
				t.Errorf("%s: context.%s invents a context below main: take ctx as the first parameter", s.position(call), name)
			}
		}
	}
}

// argued reports whether a file, or its folder, is on an argued list.
func argued(s source, list map[string]string) bool {
	_, file := list[s.path]
	_, folder := list[s.folder]
	return file || folder
}

// Lists of exceptions shrink too: one that nobody needs any more is a hole.
func TestExceptionsAreStillNeeded(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	for _, s := range sources(t) {
		for _, name := range calls(s, "time") {
			if slices.Contains([]string{"Now", "Since", "Until"}, name) {
				needed["clock "+s.path], needed["clock "+s.folder] = true, true
			}
		}
		for _, name := range calls(s, "context") {
			if name == "Background" {
				needed["context "+s.path], needed["context "+s.folder] = true, true
			}
		}
	}
	for kind, list := range map[string][]map[string]string{"clock": {realClocks, measuring}, "context": {beginnings}} {
		for _, exceptions := range list {
			for where, why := range exceptions {
				if !needed[kind+" "+where] {
					t.Errorf("the exception for %s (%s) is not needed any more: take it out", where, why)
				}
			}
		}
	}
}

// calls are the uses of a standard package's names in a file, called or taken as values.
func calls(s source, library string) map[ast.Node]string {
	local := ""
	for _, spec := range s.syntax.Imports {
		if imported(spec) != library {
			continue
		}
		local = library[strings.LastIndex(library, "/")+1:]
		if spec.Name != nil {
			local = spec.Name.Name
		}
	}
	found := map[ast.Node]string{}
	if local == "" {
		return found
	}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if base, ok := selector.X.(*ast.Ident); ok && base.Name == local {
			found[selector] = selector.Sel.Name
		}
		return true
	})
	return found
}
