package records

import "strconv"

// changedColumns are the columns of a spreadsheet whose values a journey has anew.
func changedColumns(before, after journeyRow) []string {
	return differing([][3]string{{"job_title", before.JobTitle, after.JobTitle}, {"organisation", before.Organisation, after.Organisation},
		{"sector", before.Sector, after.Sector}, {"region", before.Region, after.Region}, {"role_started", before.RoleStarted, after.RoleStarted},
		{"group", before.Group, after.Group}, {"priority", strconv.Itoa(before.Priority), strconv.Itoa(after.Priority)}})
}

// changedOf are the columns of a person, the leader or the assistant by the names of their columns.
func changedOf(prefix string, before, after personRow) []string {
	lines := [][3]string{{prefix + "email", before.EmailFolded, after.EmailFolded}, {prefix + "phone", before.Phone, after.Phone}}
	if prefix != "" {
		return differing(append(lines, [3]string{prefix + "name", before.Name, after.Name}))
	}
	return differing(append(lines, [3]string{"title", before.Title, after.Title}, [3]string{"given_name", before.GivenName, after.GivenName},
		[3]string{"family_name", before.FamilyName, after.FamilyName}))
}

func differing(lines [][3]string) (names []string) {
	for _, line := range lines {
		if line[1] != line[2] {
			names = append(names, line[0])
		}
	}
	return names
}
