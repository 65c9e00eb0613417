package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// coachRow is one coach of a cohort. Load is changed by conditional updates alone: see takeCoach.
type coachRow struct {
	Ref           string `gorm:"primaryKey"`
	Cohort        string
	PersonID      string
	Region        string
	Background    string
	Accreditation string
	Capacity      int
	Load          int
	OffersOnline  bool
	Organisations string
	LeftAt        *time.Time
	CreatedAt     time.Time
}

func (coachRow) TableName() string { return "coaches" }

func coachFromRow(r coachRow, p personRow) (programme.Coach, error) {
	c := programme.Coach{Ref: r.Ref, Name: p.Name, Email: p.Email, Region: r.Region, Background: r.Background, Accreditation: r.Accreditation,
		Capacity: r.Capacity, OffersOnline: r.OffersOnline, Load: r.Load, Left: r.LeftAt != nil}
	if err := json.Unmarshal([]byte(r.Organisations), &c.Organisations); err != nil {
		return c, fmt.Errorf("organisations of a coach: %w", err)
	}
	return c, nil
}

// take gives the row what a spreadsheet says of the coach.
func (r *coachRow) take(c programme.Coach) error {
	organisations := c.Organisations
	if organisations == nil {
		organisations = []string{}
	}
	text, err := json.Marshal(organisations)
	r.Region, r.Background, r.Accreditation, r.Capacity = c.Region, c.Background, c.Accreditation, c.Capacity
	r.OffersOnline, r.Organisations = c.OffersOnline, string(text)
	return err
}

// Coaches are the coaches of a cohort by reference, those who have left among them.
func (s *Store) Coaches(ctx context.Context, cohort string) ([]programme.Coach, error) {
	if err := s.read(ctx).Take(&cohortRow{}, "name = ?", cohort).Error; err != nil {
		return nil, edge(err)
	}
	list, err := coachesOf(s.read(ctx), cohort)
	return list, edge(err)
}

func coachesOf(tx *gorm.DB, cohort string) ([]programme.Coach, error) {
	var rows []coachRow
	if err := tx.Where("cohort = ?", cohort).Order("ref").Find(&rows).Error; err != nil {
		return nil, err
	}
	var people []personRow
	if err := tx.Where("id IN (SELECT person_id FROM coaches WHERE cohort = ?)", cohort).Find(&people).Error; err != nil {
		return nil, err
	}
	byID := map[string]personRow{}
	for _, p := range people {
		byID[p.ID] = p
	}
	list := make([]programme.Coach, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = coachFromRow(row, byID[row.PersonID]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// coach is one coach of a cohort with their person; gorm.ErrRecordNotFound where the cohort has none of that reference.
func coachIn(tx *gorm.DB, cohort, ref string) (row coachRow, person personRow, err error) {
	if err = tx.Take(&row, "ref = ? AND cohort = ?", ref, cohort).Error; err == nil {
		err = tx.Take(&person, "id = ?", row.PersonID).Error
	}
	return row, person, err
}

// ImportCoaches takes the rows of a spreadsheet of coaches into a cohort, all or none; dryRun only tells what it would
// do. A row is its coach by reference, else by address whatever its case. The same rows again change nothing, but that a coach
// who was taken out of the cohort since comes back, with a line of the audit log; leaders who have another coach since then keep
// that one. *Invalid names every row that cannot be taken: an unknown reference, an address that is another coach's, a capacity
// below the leaders the coach has already. A coach who now belongs to the organisation of a leader of theirs becomes a task.
func (s *Store) ImportCoaches(ctx context.Context, cohort string, rows []programme.Coach, dryRun bool, actor string) (programme.ImportReport, error) {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return programme.ImportReport{}, err
	}
	var report programme.ImportReport
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := lockCohort(tx, cohort); err != nil {
			return err
		}
		in := &importingCoaches{s: s, tx: tx, cohort: cohort, now: now, dry: dryRun, seen: map[string]int{}}
		for _, row := range rows {
			if err := in.take(row); err != nil {
				return err
			}
		}
		if len(in.faults) > 0 {
			return &programme.Invalid{Faults: in.faults}
		}
		report = in.report
		if dryRun {
			return nil
		}
		for _, coach := range in.back {
			if err := s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditCoachBack, Subject: cohort, Detail: coach}); err != nil {
				return err
			}
		}
		return s.auditImport(tx, programme.AuditCoachesTaken, cohort, actor, report)
	})
	return report, err
}

// importingCoaches is one import of coaches on its way. What it has written goes with the transaction where a later row
// has a fault.
type importingCoaches struct {
	s      *Store
	tx     *gorm.DB
	cohort string
	now    time.Time
	dry    bool
	seen   map[string]int // row of the file that was this coach
	back   []string       // references of those who come back
	report programme.ImportReport
	faults []programme.Fault
}

func (in *importingCoaches) fault(row programme.Coach, column, format string, args ...any) error {
	in.faults = append(in.faults, programme.Fault{Row: row.Row, Column: column, Text: fmt.Sprintf(format, args...)})
	return nil
}

func (in *importingCoaches) tell(row programme.Coach, ref, result string, count *int) {
	*count++
	in.report.Rows = append(in.report.Rows, programme.ImportRow{Row: row.Row, Ref: ref, Result: result})
}

// take puts one row into effect.
func (in *importingCoaches) take(row programme.Coach) error {
	person, err := personByEmail(in.tx, row.Email)
	if err != nil && !isMissing(err) {
		return err
	}
	known, err := in.find(row, person)
	switch {
	case isMissing(err) && row.Ref != "":
		return in.fault(row, "ref", "This cohort has no coach with this reference. Leave the cell empty for a new coach.")
	case isMissing(err):
		return in.add(row)
	case err != nil:
		return err
	}
	if before, twice := in.seen[known.Ref]; twice {
		return in.fault(row, "", "This is the same coach as row %d.", before)
	}
	in.seen[known.Ref] = row.Row
	return in.update(row, known, person)
}

// find is the coach that a row means; gorm.ErrRecordNotFound where it is a new one's.
func (in *importingCoaches) find(row programme.Coach, person personRow) (known coachRow, err error) {
	if row.Ref != "" {
		return known, in.tx.Take(&known, "ref = ? AND cohort = ?", row.Ref, in.cohort).Error
	}
	return known, in.tx.Take(&known, "cohort = ? AND person_id = ?", in.cohort, person.ID).Error
}

func (in *importingCoaches) add(row programme.Coach) error {
	if in.dry {
		in.tell(row, "", "new", &in.report.New)
		return nil
	}
	person, err := in.person(row)
	if err != nil {
		return err
	}
	fresh := coachRow{Ref: programme.NewCoachRef(), Cohort: in.cohort, PersonID: person.ID, CreatedAt: in.now}
	if err := fresh.take(row); err != nil {
		return err
	}
	in.seen[fresh.Ref] = row.Row
	in.tell(row, fresh.Ref, "new", &in.report.New)
	return in.tx.Create(&fresh).Error
}

// person is the coach's person, with the name of the row; somebody who is a leader too keeps the leader's names.
func (in *importingCoaches) person(row programme.Coach) (personRow, error) {
	wanted := programme.Person{Name: row.Name, Email: row.Email}
	if known, err := personByEmail(in.tx, row.Email); err == nil && known.GivenName+known.FamilyName != "" {
		return known, nil
	}
	return upsertPerson(in.tx, wanted, in.now)
}

func (in *importingCoaches) update(row programme.Coach, known coachRow, person personRow) error {
	after := known
	if err := after.take(row); err != nil {
		return err
	}
	if after.Capacity < known.Load {
		return in.fault(row, "capacity", "This coach has %d leaders already. Give some of them another coach first, or keep the capacity.", known.Load)
	}
	var other coachRow
	err := in.tx.Take(&other, "cohort = ? AND person_id = ? AND ref <> ?", in.cohort, person.ID, known.Ref).Error
	if err == nil {
		return in.fault(row, "email", "This address belongs to another coach of the cohort.")
	}
	if !isMissing(err) {
		return err
	}
	renamed := person.Name != row.Name && person.GivenName+person.FamilyName == ""
	switch {
	case known.LeftAt != nil:
		after.LeftAt, in.back = nil, append(in.back, known.Ref)
		in.tell(row, known.Ref, "comes_back", &in.report.Changed)
	case after == known && person.ID == known.PersonID && !renamed && person.Email == row.Email:
		in.tell(row, known.Ref, "unchanged", &in.report.Unchanged)
		return nil
	default:
		in.tell(row, known.Ref, "changed", &in.report.Changed)
	}
	if in.dry {
		return nil
	}
	if person, err = in.person(row); err != nil {
		return err
	}
	after.PersonID = person.ID
	return in.save(after, known)
}

func (in *importingCoaches) save(after, known coachRow) error {
	err := once(in.tx.Model(&coachRow{}).Where("ref = ? AND load <= ?", after.Ref, after.Capacity).Updates(map[string]any{
		"person_id": after.PersonID, "region": after.Region, "background": after.Background, "accreditation": after.Accreditation,
		"capacity": after.Capacity, "offers_online": after.OffersOnline, "organisations": after.Organisations, "left_at": after.LeftAt}))
	if errors.Is(err, programme.ErrConflict) {
		return fmt.Errorf("%w: the coach was given a leader this very moment", programme.ErrConflict)
	}
	if err != nil || reflect.DeepEqual(after.Organisations, known.Organisations) && after.PersonID == known.PersonID {
		return err
	}
	if after.PersonID != known.PersonID {
		if err := in.readdress(after, known); err != nil {
			return err
		}
	}
	return in.s.checkConflicts(in.tx, "coach = ?", after.Ref, in.now)
}

// readdress lets what is still to be sent to a coach go to the new address; links sent to the old one are dead.
func (in *importingCoaches) readdress(after, known coachRow) error {
	err := in.tx.Model(&messageRow{}).Where("cohort = ? AND person_id = ? AND recipient = ? AND state IN ?", after.Cohort, known.PersonID, toCoach,
		[]string{string(programme.MessagePlanned), string(programme.MessageFailed)}).Update("person_id", after.PersonID).Error
	if err != nil {
		return err
	}
	return in.tx.Model(&linkRow{}).Where("ref = ? AND purpose = ?", after.Ref, string(programme.LinkCoach)).Update("replaced", true).Error
}
