package records

import (
	"context"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// moveAnswersDeleted is what the history says of it.
const moveAnswersDeleted = "answers-deleted"

// expireAnswers deletes what was answered, noted and mailed in journeys that ended long enough ago, of those who completed
// their year and of those who never had a place alike.
func (s *Store) expireAnswers(ctx context.Context, now time.Time) (done programme.Expired, err error) {
	done.What = "journeys"
	var refs []string
	err = endedBefore(s.read(ctx), now.AddDate(-programme.AnswersKeptYears, 0, 0)).
		Where("NOT EXISTS (SELECT 1 FROM moves m WHERE m.ref = j.ref AND m.what = ?)", moveAnswersDeleted).
		Order("j.ref").Limit(expiredAPage).Pluck("j.ref", &refs).Error
	for _, ref := range refs {
		if err == nil {
			err = s.onJourney(ctx, ref, now, (*turn).forgetAnswers)
			done.N++
		}
	}
	return done, edge(err)
}

// noBody takes away what a mail said, and leaves that it was sent.
const noBody = "subject_enc = NULL, text_enc = NULL, html_enc = NULL, calendar_enc = NULL, address_enc = NULL, token_enc = NULL"

// forgetAnswers deletes what one journey keeps besides who took part and how it went. The report is the leader's, until the
// consent to it is withdrawn; survey answers are nobody's; what a member shows the network is theirs to end.
func (t *turn) forgetAnswers() error {
	for _, sql := range []string{
		"DELETE FROM submissions WHERE ref = ? AND ask NOT IN (SELECT id FROM asks WHERE asks.ref = submissions.ref AND kind = 'alumni')",
		"DELETE FROM notes WHERE ref = ?",
		"UPDATE assignments SET scores_enc = NULL, note_enc = NULL WHERE ref = ?",
		"DELETE FROM drafts WHERE ask LIKE ? || '/%'",
		"DELETE FROM needs WHERE ref = ?",
		"DELETE FROM coaching_preferences WHERE ref = ?",
		"DELETE FROM feeds WHERE ref = ?",
		"UPDATE commands SET personal_enc = NULL WHERE ref = ?",
		"UPDATE moves SET note_enc = NULL WHERE ref = ?",
		"UPDATE tasks SET note_enc = NULL WHERE ref = ?",
		"UPDATE event_places SET note_enc = NULL WHERE ref = ?",
		"UPDATE decisions SET release_note_enc = NULL WHERE ref = ?",
		"UPDATE messages SET " + noBody + " WHERE ref = ?",
	} {
		if err := t.tx.Exec(sql, t.j.Ref).Error; err != nil {
			return err
		}
	}
	return t.move("", t.j.State, t.j.State, moveAnswersDeleted)
}

// expireAddresses deletes the addresses that were given to apply and never used: of people of whom nothing else is known.
func (s *Store) expireAddresses(ctx context.Context, now time.Time) (done programme.Expired, err error) {
	done.What = "addresses that never applied"
	var people []string
	err = s.read(ctx).Table("people p").Where("p.created_at <= ?", now.Add(-programme.UnusedAddressKept)).
		Where("EXISTS (SELECT 1 FROM messages m WHERE m.person_id = p.id)").Where(onlyVerified, programme.MsgApplyVerify, now.Add(-programme.UnusedAddressKept)).
		Order("p.id").Limit(expiredAPage).Pluck("p.id", &people).Error
	for _, person := range people {
		if err != nil {
			break
		}
		err = s.tx(ctx, func(tx *gorm.DB) error {
			gone := tx.Exec("DELETE FROM people AS p WHERE p.id = ? AND "+onlyVerified, person, programme.MsgApplyVerify, now.Add(-programme.UnusedAddressKept))
			if gone.Error != nil || gone.RowsAffected == 0 {
				return gone.Error
			}
			done.N++
			for _, table := range []string{"messages", "links", "mail_days"} {
				if err := tx.Exec("DELETE FROM "+table+" WHERE person_id = ?", person).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = s.keys.destroy(ctx, person)
		}
	}
	return done, edge(err)
}

// onlyVerified chooses people p who are known by nothing but mails to verify their address, all of them old.
const onlyVerified = `NOT EXISTS (SELECT 1 FROM journeys WHERE person_id = p.id OR assistant_id = p.id)
	AND NOT EXISTS (SELECT 1 FROM coaches WHERE person_id = p.id)
	AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.person_id = p.id AND (m.message <> ? OR m.created_at > ?))`
