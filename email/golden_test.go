package email

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden mails anew")

// TestGoldenMails compares every mail, text and HTML, with what somebody has read and found good.
func TestGoldenMails(t *testing.T) {
	jobs := map[string]programme.MailJob{merged: sampleMerged(), "survey-after-the-year": sampleOptional(programme.MsgSurvey),
		"merged-coach": sampleForMany(programme.MsgCoachingLog, programme.MsgCoachingLog, programme.MsgCoachLeaders), "merged-assistant": sampleForMany(programme.MsgAssistantWelcome, programme.MsgAssistantWelcome)}
	for _, message := range Messages() {
		jobs[message] = Sample(message)
	}
	for name, job := range jobs {
		t.Run(name, func(t *testing.T) {
			got, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, name+".txt", "Subject: "+got.Subject+"\n\n"+got.Text)
			compareGolden(t, name+".html", got.HTML)
			if got.Calendar != "" {
				compareGolden(t, name+".ics", got.Calendar)
				readCalendar(t, []byte(got.Calendar))
			}
			checkMail(t, got)
		})
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run go test ./email -update, then read what it wrote", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-golden +now):\n%s", name, diff)
	}
}

// TestEveryMessageIsWritten holds the Msg list of package programme, the structs, the templates and the golden mails
// to one another.
func TestEveryMessageIsWritten(t *testing.T) {
	want := messageList(t)
	if diff := cmp.Diff(want, Messages()); diff != "" {
		t.Errorf("programme's Msg list and this package differ (-programme +email):\n%s", diff)
	}
	for _, dir := range []string{"templates", "testdata/golden"} {
		found, err := filepath.Glob(dir + "/*")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, file := range found {
			names = append(names, filepath.Base(file))
		}
		var files []string
		for _, message := range append([]string{merged}, want...) {
			files = append(files, message+".txt", message+".html")
		}
		if dir == "templates" {
			files = append(files, "layout.txt", "layout.html")
		} else {
			files = append(files, "merged-coach.txt", "merged-coach.html", "merged-assistant.txt", "merged-assistant.html", "survey-after-the-year.txt", "survey-after-the-year.html", "coaching-booked.ics", "coaching-cancelled.ics", "coaching-moved.ics", "event-cancelled.ics", "event-confirmed.ics", "event-moved.ics")
		}
		slices.Sort(files)
		slices.Sort(names)
		if diff := cmp.Diff(files, names); diff != "" {
			t.Errorf("%s (-wanted +there):\n%s", dir, diff)
		}
	}
	versions := map[string]string{}
	for _, message := range want {
		v := Version(message)
		if len(v) != 8 || versions[v] != "" {
			t.Errorf("the version of %s is %q, like that of %q", message, v, versions[v])
		}
		versions[v] = message
	}
}

// messageList reads the values of all Msg constants from the source of package programme.
func messageList(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../programme/message.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Msg") {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, value)
		}
		return true
	})
	slices.Sort(list)
	return list
}
