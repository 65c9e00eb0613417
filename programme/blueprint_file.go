package programme

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// maxBlueprintBytes caps a blueprint's file; the flagship has 5 KB.
const maxBlueprintBytes = 64 << 10

//go:embed blueprints/*.yaml
var blueprintFiles embed.FS

// forTests are further blueprints, in a build for tests alone; what ships has none.
var forTests [][]byte

// shipped are the blueprints in the program, in the order staff read them. One that does not hold stops the program at
// the first use, and a test before that.
var shipped = sync.OnceValue(func() []Blueprint {
	var texts [][]byte
	for _, name := range []string{"flagship", "residentials", "essentials", "questionnaire", "coached", "single-survey"} {
		text, err := blueprintFiles.ReadFile("blueprints/" + name + ".yaml")
		if err != nil {
			panic(err) // impossible: the files are embedded
		}
		texts = append(texts, text)
	}
	var all []Blueprint
	for i, text := range append(texts, forTests...) {
		b, faults := ParseBlueprint(text)
		if len(faults) > 0 {
			panic(fmt.Sprintf("blueprint %d, line %d: %s", i+1, faults[0].Line, faults[0].Text))
		}
		all = append(all, b)
	}
	return all
})

// Blueprints are the shapes of a year that ship with the program.
func Blueprints() []Blueprint {
	all := slices.Clone(shipped())
	for i := range all {
		all[i].Stages = slices.Clone(all[i].Stages)
	}
	return all
}

// BlueprintNamed finds a shipped blueprint; an unknown name is ErrNotFound.
func BlueprintNamed(name string) (Blueprint, error) {
	for _, b := range Blueprints() {
		if b.Name == name {
			return b, nil
		}
	}
	return Blueprint{}, fmt.Errorf("blueprint %q: %w", name, ErrNotFound)
}

// ParseBlueprint reads a blueprint from its YAML text and judges all of it that needs no cohort. Every fault names its
// line; with faults the blueprint is of no use.
func ParseBlueprint(text []byte) (Blueprint, []Fault) {
	if len(text) > maxBlueprintBytes {
		return Blueprint{}, []Fault{{Text: "The file is over 64 KB, which no blueprint needs."}}
	}
	var root yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return Blueprint{}, []Fault{{Text: "The file is empty."}}
	} else if err != nil {
		return Blueprint{}, yamlFaults(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Blueprint{}, []Fault{{Text: "The file holds more than one document. Keep one blueprint to a file, without “---” between parts."}}
	}
	var b Blueprint
	strict := yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	var faults []Fault
	if err := strict.Decode(&b); err != nil {
		faults = yamlFaults(err)
	}
	b.Source = string(text)
	b.placeLines(&root)
	faults = append(faults, b.faults(faults, false)...)
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(x, y Fault) int { return x.Line - y.Line })
		return Blueprint{}, faults
	}
	return b, nil
}

// placeLines notes where the stages and all settings stand in the file.
func (b *Blueprint) placeLines(root *yaml.Node) {
	if len(root.Content) == 0 {
		return
	}
	b.lines = map[string]int{}
	eachField(root.Content[0], func(key, value *yaml.Node) {
		b.lines[key.Value] = key.Line
		if key.Value != "stages" || value.Kind != yaml.SequenceNode {
			return
		}
		for i, stage := range value.Content {
			if i >= len(b.Stages) {
				return
			}
			b.Stages[i].Line = stage.Line
			b.Stages[i].lines = map[string]int{}
			eachField(stage, func(key, value *yaml.Node) {
				b.Stages[i].lines[key.Value] = key.Line
				eachField(value, func(inner, _ *yaml.Node) {
					b.Stages[i].lines[key.Value+"."+inner.Value] = inner.Line
				})
			})
		}
	})
}

func eachField(node *yaml.Node, see func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		see(node.Content[i], node.Content[i+1])
	}
}

// What the YAML library says, recognised so that it can be said in a coordinator's words.
var (
	yamlLine      = regexp.MustCompile(`^(?:yaml: )?(?:\w+ error: )?line (\d+): (.*)$`)
	yamlUnknown   = regexp.MustCompile(`^field (.+) not found in type`)
	yamlDuplicate = regexp.MustCompile(`^mapping key "(.+)" already defined at line (\d+)`)
	yamlType      = regexp.MustCompile("^cannot unmarshal .* into (.+)$")
)

func yamlFaults(err error) []Fault {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		line, said := splitYAMLLine(err.Error())
		return []Fault{{Line: line, Text: "From here on the file cannot be read as YAML (" + said + "). Look at the indentation, the colons and the quotation marks."}}
	}
	faults := make([]Fault, len(typed.Errors))
	for i, text := range typed.Errors {
		line, said := splitYAMLLine(text)
		faults[i] = Fault{Line: line, Text: yamlSentence(said)}
	}
	return faults
}

func splitYAMLLine(text string) (int, string) {
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1]) // digits by the pattern
		return line, m[2]
	}
	return 0, strings.TrimPrefix(text, "yaml: ")
}

func yamlSentence(said string) string {
	if m := yamlUnknown.FindStringSubmatch(said); m != nil {
		return "There is no setting called “" + m[1] + "” here."
	}
	if m := yamlDuplicate.FindStringSubmatch(said); m != nil {
		return "“" + m[1] + "” is set twice; the first is in line " + m[2] + "."
	}
	if m := yamlType.FindStringSubmatch(said); m != nil {
		switch {
		case m[1] == "int":
			return "A whole number is needed here."
		case m[1] == "bool":
			return "Write true or false here."
		case m[1] == "[]int":
			return "A list of whole numbers is needed here, such as [7, 3, 1]."
		case strings.HasPrefix(m[1], "[]"):
			return "A list is needed here: each entry begins with “- ”."
		case m[1] == "string" || strings.HasSuffix(m[1], "Kind"):
			return "A text is needed here."
		}
		return "Settings with their names are needed here, each “name: value”."
	}
	return "This cannot be understood (" + said + ")."
}
