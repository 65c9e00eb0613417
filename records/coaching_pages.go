package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// CoachingSession is what the page of one session shows: whom the leader meets, the time that is booked, and the coach's
// free times that this leader can have. ErrNotFound where the journey has no such session.
func (s *Store) CoachingSession(ctx context.Context, ref, stage string) (programme.CoachingSession, error) {
	var session programme.CoachingSession
	j, err := s.Journey(ctx, ref)
	if err != nil {
		return session, err
	}
	for _, known := range j.Stages {
		if known.Name == stage && known.Kind == programme.KindCoaching {
			session.Stage = known
		}
	}
	if session.Stage.Name == "" {
		return session, fmt.Errorf("coaching session: %w", programme.ErrNotFound)
	}
	db, now := s.read(ctx), s.Now(ctx)
	var first askRow
	if err := db.Where("id = ?", programme.AskID(ref, stage, session.Stage.Round)).Limit(1).Find(&first).Error; err != nil {
		return session, edge(err)
	}
	session.Until = first.LimitAt.UTC()
	sessions, err := sessionsOf(db, ref)
	if err != nil {
		return session, edge(err)
	}
	if slot, has := sessions[stage]; has {
		booked := slotFromRow(slot)
		session.Booked = &booked
	}
	session.Coach, err = s.CoachOf(ctx, ref)
	if errors.Is(err, programme.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.HasCoach = true
	asked, err := askedForCoach(db, ref)
	if err != nil {
		return session, edge(err)
	}
	session.MayAskOnce = !asked
	cohort, year, err := s.yearOfJourney(db, j.Cohort, ref)
	if err != nil {
		return session, edge(err)
	}
	rows, err := timesFrom(db, session.Coach.Ref, now)
	for _, row := range rows {
		slot := slotFromRow(row)
		event := year.EventDuring(cohort, slot.Starts, slot.Ends())
		if slot.State == programme.SlotFree && programme.SlotFits(slot.Starts, now, session.Until, true, residentialDays(year, cohort), event) == "" {
			session.Free = append(session.Free, slot)
		}
	}
	return session, edge(err)
}

// CoachPage is what a coach sees: their leaders with the sessions, and their free times to come. Of a report it says only
// that the leader shows it. ErrNotFound where there is no such coach.
func (s *Store) CoachPage(ctx context.Context, coach string) (programme.CoachPage, error) {
	var page programme.CoachPage
	db, now := s.read(ctx), s.Now(ctx)
	var row coachRow
	if err := db.Take(&row, "ref = ?", coach).Error; err != nil {
		return page, edge(err)
	}
	var person personRow
	if err := db.Take(&person, "id = ?", row.PersonID).Error; err != nil {
		return page, edge(err)
	}
	var err error
	page.Cohort = row.Cohort
	if page.Coach, err = coachFromRow(row, person); err != nil {
		return page, err
	}
	var matches []matchRow
	if err := db.Where("coach = ? AND ended_at IS NULL", coach).Order("ref").Find(&matches).Error; err != nil {
		return page, edge(err)
	}
	if page.Leaders, err = s.coachLeaders(db, matches); err != nil {
		return page, edge(err)
	}
	former, err := s.formerLeaders(db, coach, now)
	if err != nil {
		return page, err
	}
	page.Leaders = append(page.Leaders, former...)
	rows, err := timesFrom(db, coach, now)
	for _, row := range rows {
		if row.State == string(programme.SlotFree) && row.StartsAt.After(now) {
			page.Slots = append(page.Slots, slotFromRow(row))
		}
	}
	return page, edge(err)
}

// coachLeaders are the leaders of some matches of one coach, all in a few queries.
func (s *Store) coachLeaders(db *gorm.DB, matches []matchRow) ([]programme.CoachLeader, error) {
	refs, by := make([]string, len(matches)), map[string]matchRow{}
	for i, match := range matches {
		refs[i], by[match.Ref] = match.Ref, match
	}
	var rows []journeyRow
	if err := db.Where("ref IN ?", refs).Order("ref").Find(&rows).Error; err != nil {
		return nil, err
	}
	journeys, err := s.journeysFromRows(db, rows)
	if err != nil {
		return nil, err
	}
	shown, err := showReports(db, refs)
	if err != nil {
		return nil, err
	}
	var opened []moveRow
	if err := db.Select("ref", "at").Where("ref IN ? AND what = ?", refs, moveReportOpened).Find(&opened).Error; err != nil {
		return nil, err
	}
	saw := map[string]bool{}
	for _, move := range opened {
		saw[move.Ref] = saw[move.Ref] || !move.At.Before(by[move.Ref].Since)
	}
	sessions, err := sessionsOfAll(db, refs)
	if err != nil {
		return nil, err
	}
	list := make([]programme.CoachLeader, len(journeys))
	for i, j := range journeys {
		list[i] = programme.CoachLeader{Ref: j.Ref, Name: j.Person.Name, Email: j.Person.Email, JobTitle: j.Role.JobTitle, Organisation: j.Role.Organisation,
			Report: shown[j.Ref], ReportClosed: saw[j.Ref] && !shown[j.Ref]}
		for _, stage := range j.Stages {
			if stage.Kind != programme.KindCoaching {
				continue
			}
			session := programme.CoachSession{Stage: stage.Name, Title: stage.Title, State: stage.State}
			slot, has := sessions[j.Ref][stage.Name]
			switch booked := slotFromRow(slot); {
			case has && slot.Coach == by[j.Ref].Coach:
				session.Booked = &booked
			case has && booked.State == programme.SlotBooked:
				session.Elsewhere = true
			}
			list[i].Sessions = append(list[i].Sessions, session)
		}
	}
	return list, nil
}

// formerLeaders are those whom a coach has met and coaches no more, each with what is still to be logged.
func (s *Store) formerLeaders(db *gorm.DB, coach string, now time.Time) (leaders []programme.CoachLeader, err error) {
	var slots []slotRow
	err = db.Where("coach = ? AND state = ? AND starts_at <= ?", coach, string(programme.SlotBooked), now).
		Where("ref NOT IN (SELECT ref FROM coach_matches WHERE coach = ? AND ended_at IS NULL)", coach).Order("ref, starts_at").Find(&slots).Error
	if err != nil {
		return nil, edge(err)
	}
	var refs []string
	for _, slot := range slots {
		refs = append(refs, slot.Ref)
	}
	var rows []journeyRow
	if err := db.Where("ref IN ?", refs).Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	journeys, err := s.journeysFromRows(db, rows)
	if err != nil {
		return nil, edge(err)
	}
	by := map[string]programme.Journey{}
	for _, j := range journeys {
		by[j.Ref] = j
	}
	for _, slot := range slots {
		j := by[slot.Ref]
		if last := len(leaders) - 1; last < 0 || leaders[last].Ref != j.Ref {
			leaders = append(leaders, programme.CoachLeader{Ref: j.Ref, Name: j.Person.Name, Former: true})
		}
		booked, leader := slotFromRow(slot), &leaders[len(leaders)-1]
		for _, stage := range j.Stages {
			if stage.Name == slot.Stage {
				leader.Sessions = append(leader.Sessions, programme.CoachSession{Stage: stage.Name, Title: stage.Title, State: stage.State, Booked: &booked})
			}
		}
	}
	return leaders, nil
}
