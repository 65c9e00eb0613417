package programme

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every reason there is can be looked for.
func TestNotSentReasons(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "message.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "NotSent") {
			return true
		}
		reason, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if found++; err != nil || !slices.Contains(NotSentReasons(), reason) {
			t.Errorf("%s is not among the reasons", spec.Names[0].Name)
		}
		return true
	})
	if found != len(NotSentReasons()) || found < 10 {
		t.Errorf("%d reasons stand in the file, %d in the list", found, len(NotSentReasons()))
	}
}
