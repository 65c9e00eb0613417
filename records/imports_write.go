package records

import (
	"strings"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// load reads everybody whom the rows may mean.
func (in *importing) load(tx *gorm.DB, rows []programme.Participant) error {
	in.people, in.byEmail = map[string]*personRow{}, map[string]*personRow{}
	in.journeys, in.byPerson, in.byHash = map[string]*journeyRow{}, map[string]*journeyRow{}, map[string]*journeyRow{}
	in.begun, in.leaders, in.altered = map[string]bool{}, map[string]bool{}, map[string]bool{}
	in.seen = map[*journeyRow]int{}

	var journeys []journeyRow
	if err := tx.Where("cohort = ?", in.cohort.Name).Find(&journeys).Error; err != nil {
		return err
	}
	var ids, addresses []string
	for i := range journeys {
		j := &journeys[i]
		in.journeys[j.Ref], in.byPerson[j.PersonID] = j, j
		if j.ImportHash != "" {
			in.byHash[j.ImportHash] = j
		}
		in.position = max(in.position, j.Position)
		ids = append(ids, j.PersonID)
		if j.AssistantID != "" {
			ids = append(ids, j.AssistantID)
		}
	}
	for _, row := range rows {
		in.leaders[foldEmail(row.Email)] = true
		addresses = append(addresses, foldEmail(row.Email))
		if row.AssistantEmail != "" {
			addresses = append(addresses, foldEmail(row.AssistantEmail))
		}
	}
	if err := in.loadPeople(tx, "id", ids); err != nil {
		return err
	}
	if err := in.loadPeople(tx, "email_folded", addresses); err != nil {
		return err
	}
	return in.loadBegun(tx)
}

func (in *importing) loadPeople(tx *gorm.DB, column string, values []string) error {
	for part := range chunks(values, 500) {
		var people []personRow
		if err := tx.Where(column+" IN ?", part).Find(&people).Error; err != nil {
			return err
		}
		for i := range people {
			if p := &people[i]; in.people[p.ID] == nil {
				in.people[p.ID], in.byEmail[p.EmailFolded] = p, p
			}
		}
	}
	return nil
}

// loadBegun notes whose year has begun in any cohort: their address is changed by command alone.
func (in *importing) loadBegun(tx *gorm.DB) error {
	var ids []string
	for id := range in.people {
		ids = append(ids, id)
	}
	for part := range chunks(ids, 500) {
		var begun []string
		err := tx.Model(&journeyRow{}).Where("person_id IN ? AND started = ?", part, true).Pluck("person_id", &begun).Error
		if err != nil {
			return err
		}
		for _, id := range begun {
			in.begun[id] = true
		}
	}
	return nil
}

// write writes what take worked out, in batches.
func (in *importing) write(tx *gorm.DB, s *Store) error {
	fresh := make([]personRow, len(in.newPeople))
	for i, p := range in.newPeople {
		fresh[i] = *p
		delete(in.altered, p.ID)
	}
	if err := insertMany(tx, fresh); err != nil {
		return err
	}
	var altered []personRow
	for id := range in.altered {
		altered = append(altered, *in.people[id])
	}
	err := insertMany(onSame(tx, "id", "email", "email_folded", "title", "given_name", "family_name", "name", "phone"), altered)
	if err != nil {
		return err
	}
	refs, err := newRefs(tx, len(in.newOnes))
	if err != nil {
		return err
	}
	created := make([]journeyRow, len(refs))
	for i, ref := range refs {
		in.newOnes[i].Ref = ref
		created[i] = *in.newOnes[i]
		in.report.Rows[in.newReports[i]].Ref = ref
	}
	if err := insertMany(tx, created); err != nil {
		return err
	}
	if err := s.insertStages(tx, in.cohort, refs...); err != nil {
		return err
	}
	updated := make([]journeyRow, len(in.updated))
	for i, j := range in.updated {
		updated[i] = *j
	}
	err = insertMany(onSame(tx, "ref", "job_title", "organisation", "sector", "region", "role_started", "grp", "priority",
		"assistant_id", "assistant_may", "import_hash", "version"), updated)
	if err != nil {
		return err
	}
	if err := indexJourneys(tx, append(refs, in.changed...)...); err != nil {
		return err
	}
	for part := range chunks(in.changed, 500) {
		if err := s.checkConflicts(tx, "ref IN ?", part, in.now); err != nil {
			return err
		}
	}
	return in.recordMoves(tx, s, refs)
}

func (in *importing) recordMoves(tx *gorm.DB, s *Store, created []string) error {
	move := programme.Move{What: "import", Actor: in.actor, At: in.now}
	for part := range chunks(created, 500) {
		if err := s.moveMany(tx, move, "''", "ref IN ?", part); err != nil {
			return err
		}
	}
	for part := range chunks(in.changed, 500) {
		if err := s.moveMany(tx, move, "state", "ref IN ?", part); err != nil {
			return err
		}
	}
	return nil
}

// onSame updates the named columns of the rows that are there already, by their key.
func onSame(tx *gorm.DB, key string, columns ...string) *gorm.DB {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: key}}, DoUpdates: clause.AssignmentColumns(columns)})
}

// moveMany records one move of every journey that where selects, to the state it has now; from is the SQL of the state it
// came from. It is addMove for many, without a note.
func (s *Store) moveMany(tx *gorm.DB, m programme.Move, from, where string, args ...any) error {
	moment := "?"
	if s.dialect == dialectPostgres {
		moment = "CAST(? AS TIMESTAMPTZ)" // a bare value in a SELECT would be text
	}
	columns := strings.Join([]string{"cohort", "ref", "''", from, "state", "?", "?", "?", moment}, ", ")
	return tx.Exec(`INSERT INTO moves (cohort, ref, stage, from_state, to_state, what, actor, reason, at) SELECT `+
		columns+` FROM journeys WHERE `+where, append([]any{m.What, m.Actor, m.Reason, m.At}, args...)...).Error
}
