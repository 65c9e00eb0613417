package records

import (
	"context"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// How long rows are kept that serve the running of the program alone, in real time; docs/retention.md says why.
const (
	signInKept  = 24 * time.Hour       // a one-time link that was used or has expired
	outboxKept  = 90 * 24 * time.Hour  // a signal that was delivered
	mailDayKept = 90 * 24 * time.Hour  // whose mail of the day was claimed
	tokenKept   = 365 * 24 * time.Hour // an API token that has ended
	linkKept    = 365 * 24 * time.Hour // programme time: a private link that has expired, so that it can say so
)

// expiredAPage is how many journeys, and how many people, one round sees to.
const expiredAPage = 100

// DeleteExpired deletes, over all cohorts, what nobody has a reason to keep any more, and says what and how much. The audit
// log says it too. Whatever is left for a later round is deleted then.
func (s *Store) DeleteExpired(ctx context.Context) ([]programme.Expired, error) {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return nil, err
	}
	answers, err := s.expireAnswers(ctx, now)
	if err != nil {
		return nil, err
	}
	keys, err := s.expireResearchKeys(ctx, now)
	if err != nil {
		return nil, err
	}
	if err := s.mixLatestSurveyAnswers(ctx, now); err != nil {
		return nil, err
	}
	addresses, err := s.expireAddresses(ctx, now)
	if err != nil {
		return nil, err
	}
	rows, err := s.expireRows(ctx, now)
	all := slices.DeleteFunc(append(rows, answers, keys, addresses), func(e programme.Expired) bool { return e.N == 0 })
	return all, err
}

// expireRows deletes the rows that have an end of their own.
func (s *Store) expireRows(ctx context.Context, now time.Time) (done []programme.Expired, err error) {
	real := s.realNow()
	kinds := []struct {
		what, sql string
		given     []any
	}{
		{"sign-in links", "DELETE FROM sign_ins WHERE expires_real <= ? OR used_real <= ?", []any{real.Add(-signInKept), real.Add(-signInKept)}},
		{"sessions of staff", "DELETE FROM staff_sessions WHERE expires_real <= ? OR seen_real <= ?", []any{real, real.Add(-sessionIdle)}},
		{"visits", "DELETE FROM visits WHERE expires_real <= ?", []any{real}},
		{"what visits opened", "DELETE FROM visit_grants WHERE visit NOT IN (SELECT hash FROM visits)", nil},
		{"saved answers of the API", "DELETE FROM idempotency WHERE created_real <= ?", []any{real.Add(-idempotencyKept)}},
		{"delivered signals", "DELETE FROM outbox WHERE done_real <= ?", []any{real.Add(-outboxKept)}},
		{"days of mail", "DELETE FROM mail_days WHERE claimed_real <= ?", []any{real.Add(-mailDayKept)}},
		{"expired links", "DELETE FROM links WHERE expires_at <= ?", []any{now.Add(-linkKept)}},
		{"mails of no journey", "UPDATE messages SET " + noBody + " WHERE ref = '' AND created_at <= ? AND text_enc IS NOT NULL",
			[]any{now.AddDate(-programme.AnswersKeptYears, 0, 0)}},
		{"ended API tokens", "DELETE FROM api_tokens WHERE revoked_real <= ? OR expires_real <= ?", []any{real.Add(-tokenKept), real.Add(-tokenKept)}},
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		done = nil
		for _, kind := range kinds {
			gone := tx.Exec(kind.sql, kind.given...)
			if gone.Error != nil {
				return gone.Error
			}
			done = append(done, programme.Expired{What: kind.what, N: gone.RowsAffected})
		}
		logged, err := s.expireAudit(tx)
		done = append(done, logged)
		return err
	})
	return done, err
}
