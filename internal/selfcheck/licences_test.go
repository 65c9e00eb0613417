package selfcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// linked is one module of which something ends in a program.
type linked struct{ path, version, folder string }

// modulesOf lists the modules behind some packages of a module of the repository.
func modulesOf(t *testing.T, folder string, args ...string) []linked {
	t.Helper()
	args = append([]string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"}, args...)
	lines := strings.Split(command(t, folder, "go", args...), "\n")
	slices.Sort(lines)
	var list []linked
	for _, line := range slices.Compact(lines) {
		if parts := strings.Split(line, "\t"); len(parts) == 3 {
			list = append(list, linked{parts[0], parts[1], parts[2]})
		}
	}
	if len(list) == 0 {
		t.Fatal("no module was listed: the check is broken")
	}
	return list
}

// The licences that ship, and the one that only tests may use.
var (
	shippable = []string{"MIT", "BSD", "Apache-2.0", "ISC"}
	testable  = append([]string{"MPL-2.0"}, shippable...)
)

// withoutFile are modules whose text carries no licence of its own, with what is known of them.
var withoutFile = map[string]string{
	"github.com/nexus-rpc/nexus-proto-annotations": "generated protobuf descriptors that Temporal's own API types (MIT) import; its repository publishes no licence text, and nothing can be built without it",
	"github.com/cactus/go-statsd-client/statsd":    "the repository has its MIT licence one folder above the published module; the Temporal server alone imports it",
}

// onlyTemporal are licences that the local Temporal server links and Fairlead does not.
var onlyTemporal = map[string]string{
	"github.com/go-sql-driver/mysql": "MPL-2.0: the stock server imports all its database plugins; its files are unchanged, and the program fairlead links none of it",
}

func TestLicencesOfWhatShips(t *testing.T) {
	t.Parallel()
	for _, m := range modulesOf(t, ".", ".") {
		m.check(t, shippable, nil)
	}
}

func TestLicencesOfWhatTestsUse(t *testing.T) {
	t.Parallel()
	for _, m := range modulesOf(t, ".", "-test", "./...") {
		m.check(t, testable, nil)
	}
}

func TestLicencesOfTheLocalTemporalServer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: the licences of the local Temporal server, whose modules may have to be fetched first, are not checked with -short")
	}
	for _, m := range modulesOf(t, "deploy/temporal", ".") {
		m.check(t, shippable, onlyTemporal)
	}
}

func (m linked) check(t *testing.T, allowed []string, except map[string]string) {
	t.Helper()
	found := m.licences(t)
	if len(found) == 0 {
		if withoutFile[m.path] == "" {
			t.Errorf("%s %s has no licence text that is recognised: read it, and argue an exception or leave the module out", m.path, m.version)
		}
		return
	}
	for _, licence := range found {
		if slices.Contains(allowed, licence) || except[m.path] != "" {
			continue
		}
		t.Errorf("%s %s is under %s: only %s may be used here", m.path, m.version, licence, strings.Join(allowed, ", "))
	}
}

// licenceFile is the name of a module's own licence; LICENSE-3RD-PARTY and the like describe what is vendored in it.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)(\.(txt|md))?$`)

// licences names what the module's own licence files say, "unknown" for a text that is not recognised.
func (m linked) licences(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(m.folder)
	if err != nil {
		t.Errorf("%s %s is not in the module cache: run go mod download", m.path, m.version)
		return []string{"unknown"}
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, classify(string(text)))
	}
	return found
}

// classify recognises a licence by the sentence that makes it what it is. The strict ones come first: a text that grants
// under one licence and mentions a stricter one counts as the stricter.
func classify(text string) string {
	words := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, one := range []struct{ name, sentence string }{
		{"MPL-2.0", "mozilla public license"}, // it names the GNU licences as secondary ones
		{"AGPL", "gnu affero general public license"},
		{"LGPL", "gnu lesser general public license"},
		{"GPL", "gnu general public license"},
		{"SSPL", "server side public license"},
		{"BUSL", "business source license"},
		{"Elastic", "elastic license"},
		{"CC", "creative commons"},
		{"Apache-2.0", "apache license version 2.0"},
		{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"BSD", "redistribution and use in source and binary forms"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
		{"ISC", "permission to use, copy, modify, and distribute this software for any purpose"},
	} {
		if strings.Contains(words, one.sentence) {
			return one.name
		}
	}
	return "unknown"
}

func TestLicenceTextsAreRecognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"MIT License\n\nPermission is hereby granted, free of charge, to any\nperson obtaining a copy of":       "MIT",
		"Redistribution and use in source and binary forms, with or without\nmodification":                      "BSD",
		"                                 Apache License\n                           Version 2.0, January 2004": "Apache-2.0",
		"Mozilla Public License Version 2.0": "MPL-2.0",
		"MIT text. Permission is hereby granted, free of charge, to any person obtaining a copy. Parts: GNU Lesser General Public License": "LGPL",
		"All rights reserved.": "unknown",
	} {
		if got := classify(text); got != want {
			t.Errorf("%q is taken for %s, not %s", text, got, want)
		}
	}
}
