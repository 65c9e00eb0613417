package records

import (
	"slices"
	"strings"
	"testing"

	"fairlead/programme"

	"gorm.io/gorm"
)

// found are the references of all pages of a filter.
func (b *bundle) found(t *testing.T, f programme.JourneyFilter, limit int) []string {
	t.Helper()
	var refs []string
	for after := ""; ; {
		list, next, err := b.Journeys(b.ctx, f, after, limit)
		must(t, err)
		if len(list) > limit {
			t.Fatalf("a page holds %d journeys, at most %d were asked for", len(list), limit)
		}
		for _, j := range list {
			refs = append(refs, j.Ref)
		}
		if after = next; next == "" {
			return refs
		}
	}
}

func TestJourneysByFilter(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 3)))
		rows := people(6)
		rows[0].GivenName, rows[0].FamilyName = "Siân", "O'Neill-Ngũgĩ"
		rows[1].Role.Organisation = "Companies House"
		refs := b.imports(t, "spring", rows)
		other := b.imported(t, testCohort("autumn", programme.RouteConfirmed, 6), 2)
		op, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		if running, _, err := b.RunningJourneys(b.ctx, "spring", "", 10); err != nil || len(running) != 0 {
			t.Errorf("before any start is confirmed running are %v, %v", running, err)
		}
		must(t, b.ConfirmStarts(b.ctx, op.ID, refs[:3]))
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			for i, owner := range []string{"participant", "staff", "staff"} {
				err := tx.Exec(`UPDATE stages SET state = 'open', waiting_on = ?, overdue = ? WHERE ref = ? AND name = 'selection'`,
					owner, i == 2, refs[i]).Error
				if err != nil {
					return err
				}
			}
			return nil
		}))
		yes, no := true, false
		pick := func(from []string, indices ...int) []string {
			var list []string
			for _, i := range indices {
				list = append(list, from[i])
			}
			return list
		}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			for ref, group := range map[string]string{refs[1]: "North", refs[4]: "north", refs[2]: "East", other[0]: "West"} {
				if err := tx.Exec("UPDATE journeys SET grp = ? WHERE ref = ?", group, ref).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		if groups, err := b.Groups(b.ctx, "spring"); err != nil || len(groups) != 2 || groups[0] != "East" || !strings.EqualFold(groups[1], "North") {
			t.Errorf("the groups are %q, %v", groups, err)
		}
		if groups, err := b.Groups(b.ctx, "winter"); err != nil || len(groups) != 0 {
			t.Errorf("the groups of no cohort are %q, %v", groups, err)
		}
		all := append(slices.Clone(refs), other...)
		cases := map[string]struct {
			filter programme.JourneyFilter
			want   []string
		}{
			"nothing":             {programme.JourneyFilter{}, all},
			"cohort":              {programme.JourneyFilter{Cohort: "autumn"}, other},
			"state":               {programme.JourneyFilter{State: programme.Invited}, refs[:3]},
			"cohort and state":    {programme.JourneyFilter{Cohort: "spring", State: programme.Reserve}, refs[3:]},
			"stage":               {programme.JourneyFilter{Stage: "selection"}, refs[:3]},
			"a stage not open":    {programme.JourneyFilter{Stage: "alumni"}, nil},
			"owner":               {programme.JourneyFilter{WaitingOn: programme.OwnerStaff}, refs[1:3]},
			"overdue":             {programme.JourneyFilter{Overdue: &yes}, refs[2:3]},
			"not overdue":         {programme.JourneyFilter{Cohort: "spring", Overdue: &no}, pick(refs, 0, 1, 3, 4, 5)},
			"staff, not overdue":  {programme.JourneyFilter{WaitingOn: programme.OwnerStaff, Overdue: &no}, refs[1:2]},
			"a name":              {programme.JourneyFilter{Query: "SIÂN oneill"}, refs[:1]},
			"part of a name":      {programme.JourneyFilter{Query: "ngũ"}, refs[:1]},
			"an organisation":     {programme.JourneyFilter{Query: "house comp"}, refs[1:2]},
			"an address":          {programme.JourneyFilter{Query: "Leader4@service.example", Cohort: "spring"}, refs[4:5]},
			"a reference":         {programme.JourneyFilter{Query: strings.ToLower(refs[5])}, refs[5:6]},
			"a group":             {programme.JourneyFilter{Cohort: "spring", Group: "North"}, pick(refs, 1, 4)},
			"a group that waits":  {programme.JourneyFilter{Group: "east", WaitingOn: programme.OwnerStaff}, refs[2:3]},
			"no such group":       {programme.JourneyFilter{Cohort: "spring", Group: "West"}, nil},
			"two filters at odds": {programme.JourneyFilter{Query: "siân", State: programme.Reserve}, nil},
			"nobody":              {programme.JourneyFilter{Query: "zzz"}, nil},
		}
		for name, c := range cases {
			want := slices.Clone(c.want)
			slices.Sort(want)
			for _, limit := range []int{1, 3, 100} {
				if got := b.found(t, c.filter, limit); !slices.Equal(got, want) {
					t.Errorf("%s by %d: %v, want %v", name, limit, got, want)
				}
			}
		}
		running, next, err := b.RunningJourneys(b.ctx, "spring", "", 2)
		must(t, err)
		want := slices.Clone(refs[:3])
		slices.Sort(want)
		if !slices.Equal(running, want[:2]) || next != want[1] {
			t.Errorf("running are %v, then %s; want the first two of %v", running, next, want)
		}
		if running, next, err = b.RunningJourneys(b.ctx, "spring", next, 2); err != nil || !slices.Equal(running, want[2:]) || next != "" {
			t.Errorf("then running are %v, %q, %v", running, next, err)
		}
		if _, err := b.Journey(b.ctx, "P-ZZZZZZ"); !isNotFound(err) {
			t.Errorf("a journey that is none: %v, want ErrNotFound", err)
		}
	})
}

// Whoever changes names has the words written anew.
func TestWordsFollowNames(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.imported(t, testCohort("spring", programme.RouteInvitation, 3), 2)
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			p, err := upsertPerson(tx, programme.Person{Title: "Dr", FamilyName: "Married", Email: "LEADER0@service.example"}, begins)
			if p.Name != "Dr Given0 Married" {
				t.Errorf("she is now called %q", p.Name)
			}
			return err
		}))
		if got := b.found(t, programme.JourneyFilter{Query: "married"}, 10); !slices.Equal(got, refs[:1]) {
			t.Errorf("the new name finds %v, want %v", got, refs[:1])
		}
		if got := b.found(t, programme.JourneyFilter{Query: "family0"}, 10); got != nil {
			t.Errorf("the old name finds %v", got)
		}
	})
}

func TestReferencesAreNew(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, err := newRefs(b.read(b.ctx), 1200)
		must(t, err)
		seen := map[string]bool{}
		for _, ref := range refs {
			if seen[ref] || len(ref) != 8 || ref[:2] != "P-" || strings.ContainsAny(ref[2:], "ILOU") {
				t.Fatalf("%q is no new reference", ref)
			}
			seen[ref] = true
		}
		if len(seen) != 1200 {
			t.Errorf("%d references", len(seen))
		}
	})
}
