package records

import (
	"context"
	"fmt"
	"time"
)

// checks are what must hold in the records whatever happened, each with the words for what is wrong. Every query gives
// the references or names for which it does not hold.
var checks = []struct{ wrong, sql string }{
	{"counts other places than its journeys hold",
		`SELECT name FROM cohorts c WHERE places_held <> (SELECT COUNT(*) FROM journeys j WHERE j.cohort = c.name AND j.place_held)`},
	{"holds no place although its state needs one",
		`SELECT ref FROM journeys WHERE NOT place_held AND state IN ('invited', 'offered', 'enrolled', 'completed')`},
	{"still holds a place although it has ended without",
		`SELECT ref FROM journeys WHERE place_held AND state IN ('reserve', 'declined', 'rejected', 'lapsed', 'withdrawn', 'deferred', 'not_needed')`},
	{"is on hold without the state to return to",
		`SELECT ref FROM journeys WHERE (state = 'on_hold') <> (held_state <> '')`},
	{"has no stages",
		`SELECT ref FROM journeys j WHERE NOT EXISTS (SELECT 1 FROM stages s WHERE s.ref = j.ref)`},
	{"has an open stage without an open ask",
		`SELECT DISTINCT s.ref FROM stages s WHERE s.state = 'open' AND NOT EXISTS
			(SELECT 1 FROM asks a WHERE a.ref = s.ref AND a.stage = s.name AND a.round = s.round AND a.state IN ('open', 'answered'))`},
	{"has an open ask although the stage has ended",
		`SELECT DISTINCT a.ref FROM asks a JOIN stages s ON s.ref = a.ref AND s.name = a.stage
			WHERE a.state = 'open' AND s.state IN ('done', 'lapsed', 'skipped', 'cancelled')`},
	{"has an open stage although the journey has ended",
		`SELECT DISTINCT s.ref FROM stages s JOIN journeys j ON j.ref = s.ref WHERE s.state = 'open'
			AND j.state IN ('completed', 'declined', 'rejected', 'lapsed', 'withdrawn', 'deferred', 'not_needed')
			AND NOT (j.state = 'completed' AND s.kind = 'survey')`}, // one that comes after the year
	{"has an open stage that waits on nobody, or without limit",
		`SELECT DISTINCT ref FROM stages WHERE state = 'open' AND (waiting_on = '' OR since IS NULL OR limit_at IS NULL)`},
	{"has an answered ask without its answer",
		`SELECT DISTINCT a.ref FROM asks a WHERE a.state = 'answered' AND a.form <> '' AND a.part <> 'attendance' AND a.kind <> 'coaching' AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.ask = a.id)`},
	{"counts other places than its leaders hold",
		`SELECT cohort || '/' || stage || '/' || name FROM sittings s WHERE taken <> (SELECT COUNT(*) FROM event_places p
			WHERE p.cohort = s.cohort AND p.stage = s.stage AND p.sitting = s.name AND p.counted)`},
	{"has a place that counts for nobody, or one that counts for a leader who gave it up",
		`SELECT DISTINCT ref FROM event_places WHERE counted <> (state IN ('held', 'confirmed', 'attended', 'absent')) AND state <> 'excused'`},
	{"counts other leaders than it is matched with",
		`SELECT ref FROM coaches c WHERE load <> (SELECT COUNT(*) FROM coach_matches m WHERE m.coach = c.ref AND m.ended_at IS NULL)`},
	{"waits for a session that has no time",
		`SELECT DISTINCT s.ref FROM stages s WHERE s.state = 'open' AND s.part = 'held' AND s.kind = 'coaching' AND NOT EXISTS
			(SELECT 1 FROM coach_slots c WHERE c.ref = s.ref AND c.stage = s.name AND c.state IN ('booked', 'held'))`},
	{"has a time for a session that is still to be booked, or is over",
		`SELECT DISTINCT c.ref FROM coach_slots c JOIN stages s ON s.ref = c.ref AND s.name = c.stage
			WHERE c.state = 'booked' AND (s.part <> 'held' OR s.state <> 'open')`},
	{"is to meet a coach who is another's",
		`SELECT DISTINCT c.ref FROM coach_slots c WHERE c.state = 'booked' AND c.starts_at > COALESCE((SELECT MAX(ended_at) FROM coach_matches m
			WHERE m.ref = c.ref AND m.coach = c.coach), c.starts_at) AND NOT EXISTS
			(SELECT 1 FROM coach_matches m WHERE m.ref = c.ref AND m.coach = c.coach AND m.ended_at IS NULL)`},
	{"has a mail still planned for an ask that is over",
		`SELECT DISTINCT m.ref FROM messages m JOIN asks a ON a.id = m.ask WHERE m.state = 'planned' AND a.state <> 'open'`},
}

// mostNamed is how many references one finding names.
const mostNamed = 20

// Doctor checks the records against themselves, at any moment. Each finding is a sentence with references; none means
// that all is well.
func (s *Store) Doctor(ctx context.Context) ([]string, error) {
	var findings []string
	for _, check := range checks {
		var names []string
		err := s.read(ctx).Raw(check.sql+" ORDER BY 1 LIMIT ?", mostNamed+1).Scan(&names).Error
		if err != nil {
			return nil, edge(err)
		}
		for i, name := range names {
			if i == mostNamed {
				findings = append(findings, "… and more of which one "+check.wrong)
				break
			}
			findings = append(findings, fmt.Sprintf("%s %s", name, check.wrong))
		}
	}
	return findings, nil
}

// StuckOperations names the operations that have gone on for more than a day of real time, as sentences: their journeys
// wait to be started. The next round of the cohort's workflow takes them up again, so a poke to it may be all they need.
func (s *Store) StuckOperations(ctx context.Context) ([]string, error) {
	var rows []operationRow
	err := s.read(ctx).Where("state = 'running' AND created_real < ?", s.realNow().Add(-24*time.Hour)).
		Order("created_real").Limit(mostNamed).Find(&rows).Error
	var findings []string
	for _, row := range rows {
		findings = append(findings, fmt.Sprintf("%s (%s of %s) has been running for more than a day, %d of %d done",
			row.ID, row.Kind, row.Cohort, row.Done, row.Total))
	}
	return findings, edge(err)
}
