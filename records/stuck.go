package records

import (
	"context"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Parked lists what is parked, by reference and then by stage, the journey itself first, from the cursor after on, at
// most limit; next is empty at the end. *programme.Invalid where after is no cursor of it.
func (s *Store) Parked(ctx context.Context, after string, limit int) (list []programme.Parked, next string, err error) {
	ref, stage, ok := strings.Cut(after, "/")
	if after != "" && !ok {
		return nil, "", programme.Refuse("after", "This is no page of this list.")
	}
	var rows []struct {
		Cohort, Ref, Stage, Code string
		Since                    oldest
	}
	err = s.read(ctx).Raw(`SELECT * FROM (
			SELECT cohort, ref, '' AS stage, attention AS code, NULL AS since FROM journeys WHERE attention <> '' AND ref >= ?
			UNION ALL SELECT cohort, ref, name, attention, since FROM stages WHERE attention <> '' AND ref >= ?) p
		WHERE (ref, stage) > (?, ?) ORDER BY ref, stage LIMIT ?`, ref, ref, ref, stage, limit+1).Scan(&rows).Error
	if err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Ref + "/" + rows[limit-1].Stage
	}
	for _, row := range rows {
		since := row.Since.Time
		if !since.IsZero() {
			since = since.UTC()
		}
		list = append(list, programme.Parked{Cohort: row.Cohort, Ref: row.Ref, Stage: row.Stage, Code: row.Code, Since: since})
	}
	return list, next, nil
}

// How long something may be late before it counts as stuck, in real time: longer than a restart of everything takes.
const (
	lateAfter     = 15 * time.Minute
	lateAfterFast = time.Minute // on a fast clock
	lateOperation = 24 * time.Hour
	lateNamed     = 20 // how many references one kind names
)

// Late tells what should have been done by now and is not, a line for each kind that there is. It reads the records alone
// and so sees what is wrong also while Temporal is away.
func (s *Store) Late(ctx context.Context) ([]programme.Late, error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return nil, err
	}
	wait := lateAfter
	if clock.Fast() {
		wait = lateAfterFast
	}
	real := s.realNow()
	before := clock.Programme(real.Add(-wait))
	asks := s.read(ctx).Table("asks").Where(`state = 'open' AND NOT held AND kind <> 'event' AND limit_at < ?`, before).
		Where(`ref IN (SELECT ref FROM stages WHERE state = 'open' AND due < ?)`, before)
	var list []programme.Late
	for _, kind := range []struct {
		what, named string
		query       *gorm.DB
	}{
		{programme.LateLimit, "ref", asks},
		{programme.LateMail, "ref", s.read(ctx).Table("messages").Where("state = 'planned' AND at < ?", before)},
		{programme.LateSignal, "workflow_id", s.read(ctx).Table("outbox").Where("done_real IS NULL AND created_real < ?", real.Add(-wait))},
		{programme.LateOperation, "id", s.read(ctx).Table("operations").Where("state = 'running' AND created_real < ?", real.Add(-lateOperation))},
	} {
		late := programme.Late{What: kind.what}
		var refs []string
		if err := kind.query.Distinct(kind.named).Order(kind.named).Limit(lateNamed + 1).Scan(&refs).Error; err != nil {
			return nil, edge(err)
		}
		late.Count, late.Refs = len(refs), refs[:min(len(refs), lateNamed)]
		if late.Count > 0 {
			list = append(list, late)
		}
	}
	return list, nil
}
