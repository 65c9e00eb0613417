package cast

import "testing"

// TestResidentialsAreFoundDifferent: the figures of a demo show answers that differ, and how somebody finds a residential
// changes nothing of what they do.
func TestResidentialsAreFoundDifferent(t *testing.T) {
	t.Parallel()
	given := map[string]map[string]bool{}
	for n := range 40 {
		one := &person{luck: draw(1, n), mood: draw(2, n)}
		says, next := one.toSurvey(), one.luck.Uint64()
		other := &person{luck: draw(1, n), mood: draw(3, n)}
		if other.toSurvey(); other.luck.Uint64() != next {
			t.Errorf("person %d does something else in another mood", n)
		}
		for _, name := range []string{"worth_the_time", "learned", "will_use", "met_others", "sessions", "arrangements"} {
			if given[name] == nil {
				given[name] = map[string]bool{}
			}
			given[name][says[name][0]] = true
		}
	}
	for name, values := range given {
		if len(values) < 3 || values["1"] {
			t.Errorf("%s is answered with %v", name, values)
		}
	}
}
