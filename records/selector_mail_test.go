package records

import (
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// selectorLines are the planned and past lines of the ledger to selectors, by their moment.
func (b *bundle) selectorLines(t *testing.T) []messageRow {
	t.Helper()
	var rows []messageRow
	must(t, b.db.Where("recipient = ?", toSelector).Order("at, message").Find(&rows).Error)
	return rows
}

func mailOf(row messageRow) programme.PlannedMail {
	return programme.PlannedMail{Key: row.Key, At: row.At.UTC()}
}

// Eight assignments make one mail; one more that comes before it goes makes none; reminders three and one working days
// before what is due say what is left then, and none goes once all scores are in.
func TestMailsToSelectors(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 9)
		refs := b.reviewed(t, 9)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[8], Reason: "illness"})
		b.selecting(t, 1)
		b.goTo("2026-07-10 10:00")
		b.assigned(t, 1)
		lines := b.selectorLines(t)
		if len(lines) != 3 || lines[0].Message != programme.MsgSelectorAssigned || lines[0].Ref != "" || lines[0].Rule != string(programme.RuleScheduled) {
			t.Fatalf("%+v", lines)
		}
		for i, day := range []string{"2026-07-13", "2026-08-21", "2026-08-25"} {
			if at := lines[i].At.In(programme.London); at.Format("2006-01-02") != day || at.Hour() != 9 {
				t.Errorf("%s goes %s", lines[i].Message, at)
			}
		}
		for _, row := range lines {
			if !b.promisedToCohort(t, row.Key) {
				t.Errorf("the cohort is not told of %s", row.Key)
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[8], Reason: "other", Missed: "skip"})
		b.assigned(t, 1)
		if again := b.selectorLines(t); len(again) != 3 {
			t.Errorf("another assignment planned another mail: %+v", again)
		}
		job := b.send(t, mailOf(lines[0]))
		if len(job.Items) != 1 || job.Items[0].Count != 9 || !job.Items[0].Due.Equal(london("2026-08-26 17:00")) || job.To.Email != scorer(0) || !job.Items[0].Link.IsZero() {
			t.Errorf("%+v", job)
		}
		for _, ref := range refs[:7] {
			b.scored(t, scorer(0), ref)
		}
		if job := b.send(t, mailOf(lines[1])); job.Items[0].Count != 2 || job.Items[0].Message != programme.MsgSelectorReminder {
			t.Errorf("%+v", job)
		}
		b.scored(t, scorer(0), refs[7])
		b.scored(t, scorer(0), refs[8])
		if claim := b.claim(t, mailOf(lines[2])); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentAnswered {
			t.Errorf("%+v", claim)
		}
	})
}

func (b *bundle) promisedToCohort(t *testing.T, key string) bool {
	t.Helper()
	for _, row := range b.outboxOf(t, programme.CohortID(spring), signalMail) {
		if strings.Contains(string(row.Body), key) {
			return true
		}
	}
	return false
}

// What is missed is not made up for once it is staff's; who is removed hears nothing; whose scores are opened again is asked
// anew.
func TestMailsToSelectorsThatDoNotGo(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, first, _ := b.inTwoHands(t)
		var asked, reminders []messageRow
		for _, row := range b.selectorLines(t) {
			if row.Message == programme.MsgSelectorAssigned {
				asked = append(asked, row)
			} else {
				reminders = append(reminders, row)
			}
		}
		if len(asked) != 2 || len(reminders) != 4 {
			t.Fatalf("%d requests, %d reminders", len(asked), len(reminders))
		}
		list, err := b.Selectors(b.ctx)
		must(t, err)
		must(t, b.RemoveStaff(b.ctx, list[1].StaffID, "staff:kim", "left"))
		went := 0
		for _, row := range asked {
			if claim := b.claim(t, mailOf(row)); claim.Outcome == programme.ClaimSend {
				went++
				if claim.Job.To.Email != first {
					t.Errorf("it went to %s", claim.Job.To.Email)
				}
			}
		}
		if went != 1 {
			t.Errorf("%d requests went", went)
		}
		b.clock.set(b.clock.Now().Add(time.Hour))
		b.scored(t, first, ref)
		err = b.ReopenScores(b.ctx, ref, list[0].ID, "other", "", "staff:kim", b.Now(b.ctx))
		must(t, err)
		var again int64
		must(t, b.db.Model(&messageRow{}).Where("message = ? AND person_id = ? AND state = 'planned'", programme.MsgSelectorAssigned, list[0].ID).Count(&again).Error)
		if again != 1 {
			t.Errorf("%d mails ask anew", again)
		}
		b.goTo("2026-08-27 09:00")
		for _, row := range reminders {
			claim := b.claim(t, mailOf(row))
			if claim.Outcome == programme.ClaimReplanned {
				claim = b.claim(t, programme.PlannedMail{Key: row.Key, At: claim.At})
			}
			want := programme.NotSentMissed
			if row.PersonID != list[0].ID {
				want = programme.NotSentAnswered
			}
			if claim.Outcome != programme.ClaimNotSent || claim.Reason != want {
				t.Errorf("a reminder after what it reminds of was due: %+v", claim)
			}
		}
	})
}

// Of what falls on one day in one cohort one line goes, the request before a reminder; what a mail carried that did not go is
// the cohort's to send again.
func TestMailsToSelectorsOfOneDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.opened(t, 3)
		b.reviewed(t, 1)
		b.selecting(t, 1)
		b.goTo("2026-07-10 10:00")
		b.assigned(t, 1)
		lines := b.selectorLines(t)
		must(t, b.writer.Model(&messageRow{}).Where("recipient = ?", toSelector).Update("at", lines[0].At).Error)
		if job := b.send(t, mailOf(lines[0])); len(job.Items) != 1 || job.Items[0].Message != programme.MsgSelectorAssigned {
			t.Errorf("%+v", job.Items)
		}
		for _, row := range b.selectorLines(t) {
			if row.Message == programme.MsgSelectorReminder && (row.State != string(programme.MessageNotSent) || row.Reason != programme.NotSentSameDay) {
				t.Errorf("%s is %s: %s", row.Key, row.State, row.Reason)
			}
		}
		before := len(b.outboxOf(t, programme.CohortID(spring), signalMail))
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error { return b.planAgain(tx, b.Now(b.ctx), lines[1]) }))
		if after := len(b.outboxOf(t, programme.CohortID(spring), signalMail)); after != before+1 {
			t.Errorf("%d mails were promised to the cohort, %d before", after, before)
		}
	})
}
