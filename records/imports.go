package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// ImportParticipants takes the rows of a spreadsheet into a cohort, all or none; dryRun only tells what it would do.
// A row is its person by reference, else by address whatever its case, else by being the very row imported before (its
// address may have been changed since). The row imported last for a person, again, changes nothing, whatever staff or
// the leader have changed since. New people become reserve. Until a year has begun the spreadsheet is the whole truth;
// after that an empty cell of a telephone, assistant, group or priority leaves what is known. *Invalid names every row
// that cannot be taken, and refuses more people than places in a cohort of confirmed people.
func (s *Store) ImportParticipants(ctx context.Context, cohort string, rows []programme.Participant, dryRun bool, actor string) (programme.ImportReport, error) {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return programme.ImportReport{}, err
	}
	for try := 1; ; try++ {
		report, err := s.importOnce(ctx, cohort, rows, dryRun, actor, now)
		if !errors.Is(err, programme.ErrConflict) || try == attempts {
			return report, err
		}
		// Another import has just written the same person: now it is somebody known.
	}
}

func (s *Store) importOnce(ctx context.Context, cohort string, rows []programme.Participant, dryRun bool, actor string, now time.Time) (programme.ImportReport, error) {
	var report programme.ImportReport
	err := s.tx(ctx, func(tx *gorm.DB) error {
		row, err := lockCohort(tx, cohort)
		if err != nil {
			return err
		}
		in := &importing{cohort: cohortFromRow(row), now: now, actor: actor}
		if err := in.load(tx, rows); err != nil {
			return err
		}
		for _, row := range rows {
			in.take(row)
		}
		in.checkPlaces()
		if len(in.faults) > 0 {
			return &programme.Invalid{Faults: in.faults}
		}
		if !dryRun {
			if err := in.write(tx, s); err != nil {
				return err
			}
			if err := s.auditImport(tx, programme.AuditPeopleTaken, cohort, actor, in.report); err != nil {
				return err
			}
		}
		report = in.report
		return nil
	})
	return report, err
}

// importing is one import on its way: what is known, and what becomes of it.
type importing struct {
	cohort programme.Cohort
	now    time.Time
	actor  string

	people   map[string]*personRow  // by id
	byEmail  map[string]*personRow  // by folded address
	journeys map[string]*journeyRow // by reference
	byPerson map[string]*journeyRow // by the leader's id
	byHash   map[string]*journeyRow // by the row last imported
	begun    map[string]bool        // people by id whose year has begun, in any cohort
	leaders  map[string]bool        // folded addresses of leaders in this file
	position int                    // of the last journey

	seen       map[*journeyRow]int // row of the file that was this journey
	newPeople  []*personRow
	newOnes    []*journeyRow
	newReports []int           // lines of the report that still need the reference of newOnes
	altered    map[string]bool // people by id, new ones among them
	updated    []*journeyRow
	changed    []string // references of those updated that now differ
	report     programme.ImportReport
	faults     []programme.Fault
}

// take works out what one row changes.
func (in *importing) take(row programme.Participant) {
	hash := rowHash(row)
	journey := in.find(row, hash)
	if journey == nil {
		if row.Ref != "" {
			in.fault(row, "ref", "This cohort has no participant with this reference. Leave the cell empty for a new person.")
			return
		}
		in.add(row, hash)
		return
	}
	if before, twice := in.seen[journey]; twice {
		in.fault(row, "", fmt.Sprintf("This is the same person as row %d.", before))
		return
	}
	in.seen[journey] = row.Row
	var columns []string
	result := "unchanged"
	if journey.ImportHash != hash {
		var changed bool
		if columns, changed = in.update(journey, row); changed {
			result = "changed"
			in.changed = append(in.changed, journey.Ref)
		}
		journey.ImportHash = hash
		in.updated = append(in.updated, journey)
	}
	in.tell(row, journey.Ref, result)
	in.report.Rows[len(in.report.Rows)-1].Columns = columns
}

// find is the journey a row means, nil where it is a new person's.
func (in *importing) find(row programme.Participant, hash string) *journeyRow {
	if row.Ref != "" {
		return in.journeys[row.Ref]
	}
	if person := in.byEmail[foldEmail(row.Email)]; person != nil {
		if journey := in.byPerson[person.ID]; journey != nil {
			return journey
		}
	}
	return in.byHash[hash]
}

// add makes a new journey of a row, and its people where they are new.
func (in *importing) add(row programme.Participant, hash string) {
	leader := in.person(row.Email)
	in.name(leader, row)
	in.position++
	journey := &journeyRow{Cohort: in.cohort.Name, PersonID: leader.ID, State: string(programme.Reserve),
		Position: in.position, ImportHash: hash, CreatedAt: in.now, Version: 1}
	in.byPerson[leader.ID] = journey
	in.seen[journey] = row.Row
	in.details(journey, row)
	in.newOnes = append(in.newOnes, journey)
	in.newReports = append(in.newReports, len(in.report.Rows))
	in.tell(row, "", "new")
}

// update applies a row to a journey that exists; it reports whether that changed anything, and which columns.
func (in *importing) update(journey *journeyRow, row programme.Participant) (columns []string, changed bool) {
	leader := in.people[journey.PersonID]
	before, person, assistant := *journey, *leader, in.assistantOf(journey)
	if address := foldEmail(row.Email); address != leader.EmailFolded {
		switch {
		case in.begun[leader.ID]:
			in.fault(row, "email", "This person's year has begun. Change the address with the command change-email.")
		case in.byEmail[address] != nil:
			in.fault(row, "email", "This address belongs to somebody else.")
		default:
			leader.Email, leader.EmailFolded = strings.TrimSpace(row.Email), address
			in.byEmail[address] = leader
		}
	}
	in.name(leader, row)
	in.details(journey, row)
	in.note(leader, person)
	if before == *journey && person == *leader && assistant == in.assistantOf(journey) {
		return nil, false
	}
	columns = changedColumns(before, *journey)
	columns = append(columns, changedOf("", person, *leader)...)
	columns = append(columns, changedOf("assistant_", assistant, in.assistantOf(journey))...)
	journey.Version++
	return columns, true
}

func (in *importing) assistantOf(journey *journeyRow) personRow {
	if assistant := in.people[journey.AssistantID]; assistant != nil {
		return *assistant
	}
	return personRow{}
}

// name gives a leader the names of a row.
func (in *importing) name(leader *personRow, row programme.Participant) {
	before := *leader
	leader.Title, leader.GivenName, leader.FamilyName = row.Title, row.GivenName, row.FamilyName
	leader.Name = addressedAs(programme.Person{Title: row.Title, GivenName: row.GivenName, FamilyName: row.FamilyName})
	takeIfSet(&leader.Phone, row.Phone)
	in.note(leader, before)
}

// details gives a journey what a row says of post, group, priority and assistant.
func (in *importing) details(journey *journeyRow, row programme.Participant) {
	journey.JobTitle, journey.Organisation = row.Role.JobTitle, row.Role.Organisation
	journey.Sector, journey.Region, journey.RoleStarted = row.Role.Sector, row.Role.Region, row.Role.RoleStarted
	if row.Group != "" || !journey.Started {
		journey.Group = row.Group
	}
	if row.Priority != 0 || !journey.Started {
		journey.Priority = row.Priority
	}
	in.assist(journey, row)
}

// assist gives a journey the assistant of a row. Of an assistant's names and telephone in one file the last count; the
// names of somebody who is a leader too are the leader's.
func (in *importing) assist(journey *journeyRow, row programme.Participant) {
	if row.AssistantEmail == "" {
		if !journey.Started {
			journey.AssistantID, journey.AssistantMay = "", ""
		}
		return
	}
	assistant := in.person(row.AssistantEmail)
	if journey.AssistantID != assistant.ID {
		journey.AssistantID, journey.AssistantMay = assistant.ID, "" // what the leader allowed was another's
	}
	if in.leaders[assistant.EmailFolded] || in.byPerson[assistant.ID] != nil || assistant.GivenName+assistant.FamilyName != "" {
		return
	}
	before := *assistant
	takeIfSet(&assistant.Name, row.AssistantName)
	takeIfSet(&assistant.Phone, row.AssistantPhone)
	in.note(assistant, before)
}

// person is the person with an address; a new one where nobody has it.
func (in *importing) person(email string) *personRow {
	if known := in.byEmail[foldEmail(email)]; known != nil {
		return known
	}
	fresh := newPersonRow(programme.Person{Email: email}, in.now)
	in.newPeople = append(in.newPeople, &fresh)
	in.people[fresh.ID], in.byEmail[fresh.EmailFolded] = &fresh, &fresh
	return &fresh
}

// note remembers that a person differs from before.
func (in *importing) note(person *personRow, before personRow) {
	if *person != before {
		in.altered[person.ID] = true
	}
}

// checkPlaces refuses more confirmed people than places.
func (in *importing) checkPlaces() {
	if in.cohort.Route != programme.RouteConfirmed {
		return
	}
	count := len(in.newOnes)
	for _, journey := range in.journeys {
		if !programme.JourneyState(journey.State).Ended() {
			count++
		}
	}
	if count > in.cohort.Places {
		in.faults = append(in.faults, programme.Fault{Text: fmt.Sprintf("The cohort has %d places, and with this file it "+
			"would have %d people. Take out %d, or raise the number of places.", in.cohort.Places, count, count-in.cohort.Places)})
	}
}

func (in *importing) fault(row programme.Participant, column, text string) {
	in.faults = append(in.faults, programme.Fault{Row: row.Row, Column: column, Text: text})
}

func (in *importing) tell(row programme.Participant, ref, result string) {
	in.report.Rows = append(in.report.Rows, programme.ImportRow{Row: row.Row, Ref: ref, Result: result})
	switch result {
	case "new":
		in.report.New++
	case "changed":
		in.report.Changed++
	default:
		in.report.Unchanged++
	}
}

// rowHash recognises a row that was imported before. The reference is left out: exports have it, first lists have not.
func rowHash(p programme.Participant) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.Title, p.GivenName, p.FamilyName, foldEmail(p.Email), p.Phone,
		p.Role.JobTitle, p.Role.Organisation, p.Role.Sector, p.Role.Region, p.Role.RoleStarted, p.AssistantName,
		foldEmail(p.AssistantEmail), p.AssistantPhone, p.Group, strconv.Itoa(p.Priority)}, "\x1f")))
	return hex.EncodeToString(sum[:16])
}
