package programme

import "strconv"

// sheetColumn is one column of a spreadsheet whose rows are of one kind.
type sheetColumn[Row any] struct {
	name     string
	optional bool   // the whole column may be missing
	needed   string // sentence for an empty cell; empty where a cell may be
	limit    int    // characters
	lines    bool   // may hold line breaks
	phone    bool   // may begin with +
	check    func(value string) (kept, fault string)
	get      func(p Row) string
	set      func(p *Row, value string)
}

// participantColumns are the columns of a cohort's spreadsheet in the order in which they are written.
var participantColumns = []sheetColumn[Participant]{
	{name: "ref", optional: true, limit: 40, check: checkRef,
		get: func(p Participant) string { return p.Ref }, set: func(p *Participant, v string) { p.Ref = v }},
	{name: "title", limit: 40,
		get: func(p Participant) string { return p.Title }, set: func(p *Participant, v string) { p.Title = v }},
	{name: "given_name", limit: 100,
		get: func(p Participant) string { return p.GivenName }, set: func(p *Participant, v string) { p.GivenName = v }},
	{name: "family_name", limit: 100,
		get: func(p Participant) string { return p.FamilyName }, set: func(p *Participant, v string) { p.FamilyName = v }},
	{name: "email", limit: 254, needed: "Give the leader's e-mail address.", check: checkAddress,
		get: func(p Participant) string { return p.Email }, set: func(p *Participant, v string) { p.Email = v }},
	{name: "job_title", limit: 200, lines: true, needed: "Give the leader's job title.",
		get: func(p Participant) string { return p.Role.JobTitle }, set: func(p *Participant, v string) { p.Role.JobTitle = v }},
	{name: "organisation", limit: 200, lines: true, needed: "Give the leader's organisation.",
		get: func(p Participant) string { return p.Role.Organisation }, set: func(p *Participant, v string) { p.Role.Organisation = v }},
	{name: "sector", limit: 60, needed: "Give the sector.", check: oneOf("sector", Sectors()),
		get: func(p Participant) string { return p.Role.Sector }, set: func(p *Participant, v string) { p.Role.Sector = v }},
	{name: "region", limit: 60, needed: "Give the region.", check: oneOf("region", Regions()),
		get: func(p Participant) string { return p.Role.Region }, set: func(p *Participant, v string) { p.Role.Region = v }},
	{name: "role_started", limit: 20, needed: "Give the month in which the leader began this role, as 2026-09.", check: checkMonth,
		get: func(p Participant) string { return p.Role.RoleStarted }, set: func(p *Participant, v string) { p.Role.RoleStarted = v }},
	{name: "assistant_name", limit: 100,
		get: func(p Participant) string { return p.AssistantName }, set: func(p *Participant, v string) { p.AssistantName = v }},
	{name: "assistant_email", limit: 254, check: checkAddress,
		get: func(p Participant) string { return p.AssistantEmail }, set: func(p *Participant, v string) { p.AssistantEmail = v }},
	{name: "group", optional: true, limit: 60,
		get: func(p Participant) string { return p.Group }, set: func(p *Participant, v string) { p.Group = v }},
	{name: "priority", optional: true, limit: 20, check: checkPriority, get: priorityText,
		set: func(p *Participant, v string) { p.Priority, _ = strconv.Atoi(v) }}, // checked before
	{name: "phone", optional: true, limit: 60, phone: true, check: checkPhone,
		get: func(p Participant) string { return p.Phone }, set: func(p *Participant, v string) { p.Phone = v }},
	{name: "assistant_phone", optional: true, limit: 60, phone: true, check: checkPhone,
		get: func(p Participant) string { return p.AssistantPhone }, set: func(p *Participant, v string) { p.AssistantPhone = v }},
}
