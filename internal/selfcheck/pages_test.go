package selfcheck

import (
	"go/ast"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fairlead/config"
)

// The README's table of settings stands between these marks.
const (
	settingsBegin = "<!-- settings -->\n"
	settingsEnd   = "<!-- /settings -->"
)

func TestTheReadmeListsEverySetting(t *testing.T) {
	t.Parallel()
	text := read(t, "README.md")
	before, rest, begins := strings.Cut(text, settingsBegin)
	got, after, ends := strings.Cut(rest, settingsEnd)
	if !begins || !ends {
		t.Fatalf("README.md has no place for the settings: put %s and %s around their table", strings.TrimSpace(settingsBegin), settingsEnd)
	}
	want := "\n" + config.Table() + "\n"
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(before+settingsBegin+want+settingsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the table of settings in README.md differs from config.Settings: run go test ./internal/selfcheck -run Readme -update\n%s",
		firstDifference(got, want))
}

// firstDifference shows the first line in which two texts part.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return "README: " + x + "\nconfig: " + y
		}
	}
	return ""
}

// headings are what a person on call looks for in a runbook, in this order, below its title.
var headings = []string{"\n**Symptom.** ", "\n**Check.** ", "\n**Repair.** ", "\n**It worked when.** "}

func TestEveryParkedCodeHasARunbook(t *testing.T) {
	t.Parallel()
	wanted := map[string]bool{}
	for _, code := range parkedCodes(t) {
		name := "parked-" + strings.ReplaceAll(code, "_", "-") + ".md"
		wanted[name] = true
		if _, err := os.Stat(filepath.Join(root, "docs/runbooks", name)); err != nil {
			t.Errorf("work is parked with the code %s and there is no docs/runbooks/%s: say how it is seen, checked, repaired and known to be well", code, name)
		}
	}
	entries, err := os.ReadDir(filepath.Join(root, "docs/runbooks"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "parked-") && !wanted[entry.Name()] {
			t.Errorf("docs/runbooks/%s belongs to no code in workflows/attributes.go: nobody will be led to it", entry.Name())
		}
		text := read(t, "docs/runbooks/"+entry.Name())
		title, _, _ := strings.Cut(text, "\n")
		if !strings.HasPrefix(title, "# ") {
			t.Errorf("docs/runbooks/%s begins with no title", entry.Name())
		}
		from := 0
		for _, heading := range headings {
			at := strings.Index(text[from:], heading)
			if at < 0 {
				t.Errorf("docs/runbooks/%s lacks %q, or has it out of order: every runbook has the same five parts", entry.Name(), strings.TrimSpace(heading))
				continue
			}
			from += at + len(heading)
		}
	}
}

// parkedCodes are the values of the constants Parked… in the package workflows.
func parkedCodes(t *testing.T) []string {
	t.Helper()
	var codes []string
	for _, s := range sources(t) {
		if s.folder != "workflows" || s.test {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != len(spec.Names) {
				return true
			}
			for i, name := range spec.Names {
				literal, isText := spec.Values[i].(*ast.BasicLit)
				if isText && strings.HasPrefix(name.Name, "Parked") {
					code, _ := strconv.Unquote(literal.Value) // the parser has checked it
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	if len(codes) == 0 {
		t.Fatal("no code of parked work was found: the check is broken")
	}
	return codes
}
