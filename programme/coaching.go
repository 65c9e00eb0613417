package programme

import (
	"slices"
	"strconv"
	"strings"
)

// Coach is one row of a cohort's spreadsheet of coaches, checked and cleaned, and later the coach as the records know
// them.
type Coach struct {
	Row           int // row in the file, the header being 1
	Ref           string
	Name          string
	Email         string
	Region        string // one of Regions
	Background    string // one of Sectors: where the coach worked
	Accreditation string
	Capacity      int // leaders at most
	OffersOnline  bool
	Organisations []string // those whose leaders the coach must not be matched with
	Load          int      // leaders matched with the coach now
	Left          bool     // the coach works with the cohort no more
}

// maxCoachLeaders is how many leaders one coach can have at most.
const maxCoachLeaders = 200

// ReadCoaches reads a cohort's spreadsheet of coaches, by the rules of ReadParticipants.
func ReadCoaches(data []byte) ([]Coach, []Fault) {
	return readSheet(data, sheetKind[Coach]{
		columns: coachColumns, what: "coach", who: "coach",
		begin: func(row int) Coach { return Coach{Row: row} },
		whole: func(*sheetReader[Coach], int, Coach, map[string]bool) {},
		keys:  func(c Coach) (email, ref string) { return c.Email, c.Ref },
	})
}

// coachColumns are the columns of the spreadsheet of coaches.
var coachColumns = []sheetColumn[Coach]{
	{name: "ref", optional: true, limit: 40, check: checkCoachRef,
		get: func(c Coach) string { return c.Ref }, set: func(c *Coach, v string) { c.Ref = v }},
	{name: "name", limit: 100, needed: "Give the coach's name.",
		get: func(c Coach) string { return c.Name }, set: func(c *Coach, v string) { c.Name = v }},
	{name: "email", limit: 254, needed: "Give the coach's e-mail address.", check: checkAddress,
		get: func(c Coach) string { return c.Email }, set: func(c *Coach, v string) { c.Email = v }},
	{name: "region", limit: 60, needed: "Give the region.", check: oneOf("region", Regions()),
		get: func(c Coach) string { return c.Region }, set: func(c *Coach, v string) { c.Region = v }},
	{name: "background_sector", limit: 60, needed: "Give the sector in which the coach worked.", check: oneOf("sector", Sectors()),
		get: func(c Coach) string { return c.Background }, set: func(c *Coach, v string) { c.Background = v }},
	{name: "accreditation", limit: 100,
		get: func(c Coach) string { return c.Accreditation }, set: func(c *Coach, v string) { c.Accreditation = v }},
	{name: "capacity", limit: 10, needed: "Say how many leaders the coach can have.", check: checkCapacity,
		get: func(c Coach) string { return strconv.Itoa(c.Capacity) },
		set: func(c *Coach, v string) { c.Capacity, _ = strconv.Atoi(v) }}, // checked before
	{name: "offers_online", limit: 10, needed: "Say whether the coach also meets online: yes or no.", check: checkYesNo,
		get: func(c Coach) string { return yesNo(c.OffersOnline) }, set: func(c *Coach, v string) { c.OffersOnline = v == Yes }},
	{name: "organisations", optional: true, limit: 2000,
		get: func(c Coach) string { return strings.Join(c.Organisations, "; ") },
		set: func(c *Coach, v string) { c.Organisations = splitOrganisations(v) }},
}

func checkCoachRef(value string) (string, string) {
	if ref := strings.ToUpper(value); ValidCoachRef(ref) {
		return ref, ""
	}
	return "", "This is no reference of a coach. Leave it empty for somebody new; Fairlead gives one."
}

func checkCapacity(value string) (string, string) {
	if n, err := strconv.Atoi(value); err != nil || n < 0 || n > maxCoachLeaders {
		return "", "Capacity is a whole number of leaders from 0 to 200."
	}
	return value, ""
}

func checkYesNo(value string) (string, string) {
	if lower := strings.ToLower(value); lower == Yes || lower == No {
		return lower, ""
	}
	return "", "Write yes or no."
}

func yesNo(yes bool) string {
	if yes {
		return Yes
	}
	return No
}

// splitOrganisations are the organisations of a cell, each once.
func splitOrganisations(cell string) []string {
	var list []string
	for part := range strings.SplitSeq(cell, ";") {
		name := strings.Join(strings.Fields(part), " ")
		same := func(other string) bool { return foldName(other) == foldName(name) }
		if name != "" && !slices.ContainsFunc(list, same) {
			list = append(list, name)
		}
	}
	return list
}

// foldName is the name of an organisation as it is compared: whatever its case and spaces.
func foldName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
