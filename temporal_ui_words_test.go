package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.temporal.io/api/serviceerror"

	"fairlead/programme"
)

func (o *ops) everythingExplainsItself(t *testing.T) {
	t.Helper()
	described := map[string]bool{}
	for _, seen := range o.allWorkflows(t) {
		info := seen.GetWorkflowExecutionInfo()
		id, kind := info.GetExecution().GetWorkflowId(), info.GetType().GetName()
		words := seen.GetExecutionConfig().GetUserMetadata()
		began := info.GetFirstRunId() == info.GetExecution().GetRunId() // a fresh run cannot be given a summary
		if began && len(words.GetSummary().GetData()) <= 2 {
			t.Errorf("%s has no summary", id)
		}
		if began && info.GetParentExecution() == nil && len(words.GetDetails().GetData()) <= 2 { // a stage says it in what it shows
			t.Errorf("%s has no details", id)
		}
		history, err := historyOf(o.ctx, o.c, id, info.GetExecution().GetRunId())
		if err != nil {
			t.Fatal(err)
		}
		if silent := unexplained(history); len(silent) > 0 {
			t.Errorf("%s: no summary on %v", id, silent)
		}
		if !described[kind] {
			described[kind] = true
			o.handlersAreDescribed(t, id, kind)
		}
	}
	for _, kind := range []string{"Cohort", "Journey", "Selection", "Onboarding", "Survey"} {
		if !described[kind] {
			t.Errorf("no %s has run", kind)
		}
	}
}

// handlersAreDescribed reads back the pickers of the UI.
func (o *ops) handlersAreDescribed(t *testing.T, id, kind string) {
	t.Helper()
	told, err := o.metadata(id)
	var none *serviceerror.NotFound
	if err != nil && !errors.As(err, &none) {
		t.Error(err)
		return
	}
	has := map[string]bool{}
	for _, group := range [][]string{{"query "}, {"signal "}, {"update "}} {
		list := told.GetDefinition().GetQueryDefinitions()
		switch group[0] {
		case "signal ":
			list = told.GetDefinition().GetSignalDefinitions()
		case "update ":
			list = told.GetDefinition().GetUpdateDefinitions()
		}
		for _, one := range list {
			has[group[0]+one.GetName()] = true
			if one.GetDescription() == "" && !strings.HasPrefix(one.GetName(), "__") {
				t.Errorf("%s: the %s%s has no description", kind, group[0], one.GetName())
			}
		}
	}
	want := []string{"query explain", "signal poke"}
	switch kind {
	case "Cohort":
		want = append(want, "signal launch", "signal place-freed", "signal tasks-changed", "signal mail")
	case "Journey":
		want = append(want, "signal mail", "signal stage-parked")
		for _, command := range programme.Commands() {
			want = append(want, "update "+string(command))
		}
	default:
		want = append(want, "signal form-submitted", "signal changed", "update retry", "update skip")
	}
	for _, name := range want {
		if !has[name] {
			t.Errorf("%s: no %s", kind, name)
		}
	}
}

// Every code under which something can be parked has its runbook, by the name that the details link to.
func TestEveryParkedCodeHasItsRunbook(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("workflows/attributes.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Parked\w+ += "(\w+)"`).FindAllSubmatch(source, -1)
	if len(codes) < 5 {
		t.Errorf("only %d codes are declared", len(codes))
	}
	for _, code := range codes {
		name := "parked-" + strings.ReplaceAll(string(code[1]), "_", "-") + ".md"
		if _, err := os.Stat(filepath.Join("docs/runbooks", name)); err != nil {
			t.Errorf("docs/runbooks/%s is missing", name)
		}
	}
}
