package programme

import "slices"

// OwnerWarnings names every owner and deputy of a cohort, or of one of its stages, who is not among these addresses of staff:
// tasks are put to them that they cannot sign in to do. It refuses nobody, for owners also hear by mail. Where no list of staff
// is kept there are none. The fields are places in the cohort's document.
func OwnerWarnings(b Blueprint, c Cohort, staff []string) (warnings []Fault) {
	judge := func(address, field, who string) {
		if address != "" && len(staff) > 0 && !slices.Contains(staff, FoldEmail(address)) {
			warnings = append(warnings, Fault{Field: field, Text: "The " + who + " is not on the list of staff: tasks wait on somebody who cannot sign in to do them. " +
				"Ask an administrator to add the address, or name somebody else."})
		}
	}
	judge(c.Owner, "owner", "owner")
	judge(c.Deputy, "deputy", "deputy")
	for _, s := range b.In(c).Stages {
		own := c.Overrides[s.Name]
		judge(own.Owner, "/overrides/"+s.Name+"/owner", "owner of “"+s.Title+"”")
		judge(own.Deputy, "/overrides/"+s.Name+"/deputy", "deputy of “"+s.Title+"”")
	}
	return warnings
}
