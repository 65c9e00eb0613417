package programme

import (
	"strings"
	"testing"
)

// TestOwnersWhoAreNoStaff: whoever a stage waits on has to be able to sign in, whatever the case of the address. Where no list of
// staff is kept, nothing is known of anybody.
func TestOwnersWhoAreNoStaff(t *testing.T) {
	t.Parallel()
	staff := []string{"ann@centre.example", "bob@centre.example"}
	for name, one := range map[string]struct {
		change func(*Cohort)
		staff  []string
		want   map[string]string // texts by field
	}{
		"all known":         {func(c *Cohort) { c.Deputy = "Bob@Centre.example " }, staff, nil},
		"no deputy":         {func(*Cohort) {}, staff, nil},
		"no list":           {func(c *Cohort) { c.Owner = "zoe@centre.example" }, nil, nil},
		"an unknown owner":  {func(c *Cohort) { c.Owner = "zoe@centre.example" }, staff, map[string]string{"owner": "The owner is not on the list of staff"}},
		"an unknown deputy": {func(c *Cohort) { c.Deputy = "zoe@centre.example" }, staff, map[string]string{"deputy": "The deputy is not"}},
		"of one stage alone": {func(c *Cohort) {
			c.Overrides = map[string]StageOverride{"onboarding": {Owner: "zoe@x.example", Deputy: "ann@centre.example"}, "alumni": {Deputy: "zoe@x.example"}}
		},
			staff, map[string]string{"/overrides/onboarding/owner": "The owner of “Getting ready” is not", "/overrides/alumni/deputy": "The deputy of “Joining the network” is not"}},
	} {
		b, c := flagshipCohort(t, RouteInvitation)
		c.Owner = "ann@centre.example"
		one.change(&c)
		found := OwnerWarnings(b, c, one.staff)
		if len(found) != len(one.want) {
			t.Errorf("%s: %+v", name, found)
		}
		for _, f := range found {
			if !strings.HasPrefix(f.Text, one.want[f.Field]) || strings.Contains(f.Text, "@") {
				t.Errorf("%s: %s %s", name, f.Field, f.Text)
			}
		}
	}
}
