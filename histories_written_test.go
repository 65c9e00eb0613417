//go:build record

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// write records the history of a workflow, one event a line: that of its last run under the name, and those of the runs
// before it with a number, counted backwards.
func (r *recording) write(t *testing.T, id, name string) {
	t.Helper()
	for run, n := "", 0; run != "" || n == 0; n++ {
		history, err := historyOf(context.Background(), r.temporal, id, run)
		if err != nil {
			t.Error(err)
			return
		}
		file := name
		if n > 0 {
			file += "-" + strconv.Itoa(n)
		}
		r.writeRun(t, history, file)
		run = history.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
	}
}

func (r *recording) writeRun(t *testing.T, history *historypb.History, name string) {
	t.Helper()
	var lines []string
	for _, event := range history.GetEvents() {
		line, err := protojson.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		line = anonymous(t, line)
		for _, secret := range secretsIn(line) {
			t.Errorf("%s holds %q: %s", name, secret, line)
		}
		lines = append(lines, string(line))
	}
	text := "{\"events\":[\n" + strings.Join(lines, ",\n") + "\n]}\n"
	if err := os.MkdirAll(recordedHistories, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(recordedHistories, name+".json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%-32s %4d events %7d bytes", name, len(lines), len(text))
}

// noise are fields that no replay needs. The size of a history is none: by it a journey decides to go on in a fresh run.
var noise = []string{"taskId", "requestId", "workerVersion", "meteringMetadata", "parentWorkflowNamespaceId"}

// anonymous takes from an event what names the machine it was recorded on, who worked and the sticky queue of a worker,
// and what only makes it longer.
func anonymous(t *testing.T, line []byte) []byte {
	t.Helper()
	var event any
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&event); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			for _, name := range noise {
				delete(v, name)
			}
			if _, ok := v["identity"]; ok {
				v["identity"] = "fairlead"
			}
			if v["kind"] == "TASK_QUEUE_KIND_STICKY" {
				v["name"] = "fairlead-sticky"
			}
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(event)
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// people of the recording, addresses of any kind, and this machine's name must not be in a recorded history.
var personal = regexp.MustCompile(`@|Given\d|Family\d|Organisation \d|Chief Executive`)

// secretsIn lists what of an event must not be in the repository, also where a payload holds it in base64.
func secretsIn(line []byte) []string {
	texts := []string{string(line)}
	for _, data := range regexp.MustCompile(`"data":"([^"]*)"`).FindAllSubmatch(line, -1) {
		if plain, err := base64.StdEncoding.DecodeString(string(data[1])); err == nil {
			texts = append(texts, string(plain))
		}
	}
	host, _ := os.Hostname()
	var found []string
	for _, text := range texts {
		found = append(found, personal.FindAllString(text, -1)...)
		if len(host) > 3 && strings.Contains(text, host) {
			found = append(found, host)
		}
	}
	return found
}
