package records

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"
)

// Waits tell who waits on whom in all cohorts: a line for each cohort, stage and owner, what is overdue most first, then
// what has waited longest. Journeys on hold wait on nobody, and what waits on the calendar needs nobody: both are left out.
func (s *Store) Waits(ctx context.Context) ([]programme.Wait, error) {
	type group struct {
		Cohort, Name, WaitingOn string
		N, Overdue              int
		Since                   oldest
	}
	var cohorts []cohortRow
	if err := s.read(ctx).Find(&cohorts).Error; err != nil {
		return nil, edge(err)
	}
	known := map[string]programme.Cohort{}
	for _, row := range cohorts {
		known[row.Name] = cohortFromRow(row)
	}
	var list []programme.Wait
	err := eachGroup(s.read(ctx).Raw(`SELECT cohort, name, waiting_on, COUNT(*) AS n, SUM(CASE WHEN overdue THEN 1 ELSE 0 END) AS overdue,
		MIN(since) AS since FROM stages WHERE state = 'open' AND waiting_on NOT IN ('', 'calendar')
		AND ref NOT IN (SELECT ref FROM journeys WHERE state = 'on_hold') GROUP BY cohort, name, waiting_on`),
		func(g group) {
			owner, _ := ownersOf(known[g.Cohort], g.Name)
			list = append(list, programme.Wait{Cohort: g.Cohort, Stage: g.Name, On: programme.Owner(g.WaitingOn), Staff: owner, Open: g.N,
				Overdue: g.Overdue, Since: g.Since.UTC()})
		})
	slices.SortFunc(list, func(a, b programme.Wait) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), a.Since.Compare(b.Since), cmp.Compare(a.Cohort, b.Cohort), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.On, b.On))
	})
	return list, err
}

// oldest is the least of a column of moments, which SQLite hands over as the text it keeps.
type oldest struct{ time.Time }

// Value is the moment itself; gorm asks for it wherever there is a Scan.
func (o oldest) Value() (driver.Value, error) { return o.Time, nil }

// Scan reads a moment as either database gives it; none is the zero time.
func (o *oldest) Scan(from any) (err error) {
	switch at := from.(type) {
	case nil:
	case time.Time:
		o.Time = at
	case string:
		o.Time, err = time.Parse("2006-01-02 15:04:05.999999999-07:00", at)
	default:
		err = fmt.Errorf("a moment as %T", from)
	}
	return err
}

// Outgoing are the lines that are planned between two moments, by cohort and message; also those whose moment has passed
// where from is zero.
func (s *Store) Outgoing(ctx context.Context, from, to time.Time) ([]programme.Outgoing, error) {
	var list []programme.Outgoing
	q := s.read(ctx).Raw(`SELECT cohort, message, COUNT(*) AS lines, COUNT(DISTINCT person_id) AS people FROM messages
		WHERE state = 'planned' AND at >= ? AND at < ? GROUP BY cohort, message ORDER BY cohort, message`, from, to)
	return list, edge(q.Scan(&list).Error)
}

// Ledger lists lines of a cohort's ledger without bodies, by their moment, from the cursor after on, at most limit; next
// is empty at the end. *programme.Invalid where after is no cursor of it.
func (s *Store) Ledger(ctx context.Context, f programme.LedgerFilter, after string, limit int) (list []programme.Message, next string, err error) {
	q := s.read(ctx).Omit("subject_enc", "text_enc", "html_enc", "calendar_enc", "token_enc").Where("cohort = ?", f.Cohort)
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", f.To)
	}
	for column, value := range map[string]string{"message": f.Message, "state": string(f.State), "reason": f.Reason, "ref": f.Ref} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	return pageOfLedger(q, after, limit)
}
