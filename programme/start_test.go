package programme

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStagesOfAYearAreLines(t *testing.T) {
	t.Parallel()
	stages := []StageStart{{Name: "residential-1", Kind: KindEvent, State: StageDone}, {Name: "alumni", Kind: KindAlumni}}
	text, err := json.Marshal(stages)
	if err != nil || string(text) != `["residential-1 event done","alumni alumni"]` {
		t.Errorf("%s, %v", text, err)
	}
	for _, written := range []string{string(text), `[{"name":"residential-1","kind":"event","state":"done"},{"name":"alumni","kind":"alumni"}]`} {
		var read []StageStart
		if err := json.Unmarshal([]byte(written), &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(stages, read); diff != "" {
			t.Error(diff)
		}
	}
	if err := json.Unmarshal([]byte(`[7]`), &stages); err == nil {
		t.Error("a number is a stage")
	}
}
