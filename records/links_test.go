package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

func TestALinkLivesUntilANewerMailBringsAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		link := func(job programme.MailJob) programme.Token {
			for _, item := range job.Items {
				if item.Stage == "onboarding" {
					return item.Link
				}
			}
			return programme.Token{}
		}
		redeem := func(token programme.Token) error {
			_, err := b.Redeem(b.ctx, token, b.Now(b.ctx))
			return err
		}
		first := link(b.send(t, plan.Mails[0]))
		must(t, redeem(first))
		if n := b.count(t, "SELECT COUNT(*) FROM links WHERE hash LIKE ?", "%"+first.Reveal()+"%"); n != 0 {
			t.Error("the token itself is kept")
		}
		// The reminder is on its way: until it has gone the older link is all the leader has.
		job := b.begin(t, plan.Mails[1])
		must(t, redeem(first))
		b.finish(t, job.Key, programme.MailSent, false)
		if err := redeem(first); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("the older: %v", err)
		}
		second := link(job)
		must(t, redeem(second))
		// Answered or not, it opens the ask until the limit.
		b.submit(t, plan.Ask, onboarding())
		b.closed(t, ref, "onboarding")
		must(t, redeem(second))
		b.clock.set(plan.Limit)
		if err := redeem(second); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("at the limit: %v", err)
		}
		if err := redeem(programme.NewToken()); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("forged: %v", err)
		}
	})
}

func TestVisits(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 2)
		b.goTo("2026-11-23 06:00")
		job := b.send(t, b.openStage(t, refs[0], "onboarding").Mails[0])
		token, visit := job.Items[0].Link, programme.NewToken()
		if _, _, err := b.Visit(b.ctx, visit, refs[0]); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("no visit: %v", err)
		}
		if err := b.StartVisit(b.ctx, programme.NewToken(), visit, b.clock.Now()); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("forged: %v", err)
		}
		for range 2 {
			must(t, b.StartVisit(b.ctx, token, visit, b.clock.Now()))
		}
		part, person, err := b.Visit(b.ctx, visit, refs[0])
		if err != nil || part != "participant" || person != b.journeyOf(t, refs[0]).Person.ID {
			t.Errorf("visit %s %s, %v", part, person, err)
		}
		if _, _, err := b.Visit(b.ctx, visit, refs[1]); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("somebody else's journey: %v", err)
		}
		b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: refs[0], Email: "new@service.example"})
		if _, _, err := b.Visit(b.ctx, visit, refs[0]); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("after a change of address: %v", err)
		}
		if err := b.StartVisit(b.ctx, token, visit, b.clock.Now()); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("the old link: %v", err)
		}
		// Half a day later the browser has to come by a link again.
		fresh := programme.NewToken()
		b.goTo("2026-11-24 06:00")
		job = b.send(t, b.openStage(t, refs[1], "onboarding").Mails[0])
		must(t, b.StartVisit(b.ctx, job.Items[0].Link, fresh, b.clock.Now()))
		b.clock.set(b.clock.Now().Add(visitLife))
		if _, _, err := b.Visit(b.ctx, fresh, refs[1]); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("half a day later: %v", err)
		}
	})
}

func TestTheAssistantsLink(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		end := b.answered(t, ref, "onboarding", onboarding())
		job := b.send(t, end.Mails[1])
		token, visit := job.Items[0].Link, programme.NewToken()
		if job.To.Email != "sam.field@police.example" || job.Items[0].Leader != "Dr Helen Nguyen" {
			t.Errorf("job %+v", job)
		}
		if dates := job.Items[0].Dates; len(dates) == 0 || slices.ContainsFunc(dates, func(d programme.DateLine) bool { return d.Kind == programme.KindSurvey }) {
			t.Errorf("the assistant's dates: %+v", dates)
		}
		must(t, b.StartVisit(b.ctx, token, visit, b.clock.Now()))
		if part, _, err := b.Visit(b.ctx, visit, ref); err != nil || part != "assistant" {
			t.Errorf("visit %s, %v", part, err)
		}
		nothing := "nothing"
		b.ordered(t, programme.Command{Name: programme.CmdChangeDetails, Ref: ref, Details: programme.Details{AssistantMay: &nothing}})
		for _, gone := range []string{ref, "P-AAAAAA"} { // alike, so that nothing tells what there is
			if _, person, err := b.Visit(b.ctx, visit, gone); !errors.Is(err, programme.ErrForbidden) || person != job.To.ID {
				t.Errorf("after the leader said no, at %s: %s, %v", gone, person, err)
			}
		}
		if _, err := b.Redeem(b.ctx, token, b.clock.Now()); !errors.Is(err, programme.ErrLinkReplaced) && !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("the link: %v", err)
		}
	})
}

// TestAnAssistantOfSeveralLeaders: by the link about one leader an assistant comes to all who let them keep the diary, as long as
// they do, and to nobody else.
func TestAnAssistantOfSeveralLeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 4)
		b.goTo("2026-11-23 12:00")
		job := b.send(t, b.answered(t, refs[0], "onboarding", onboarding()).Mails[1])
		b.answered(t, refs[1], "onboarding", onboarding())
		silent := onboarding()
		silent["assistant_may"] = []string{"nothing"}
		b.answered(t, refs[2], "onboarding", silent)
		assistant, visit := job.To, programme.NewToken()
		must(t, b.StartVisit(b.ctx, job.Items[0].Link, visit, b.clock.Now()))
		sees := func() (seen []string) {
			t.Helper()
			for _, ref := range refs {
				part, person, err := b.Visit(b.ctx, visit, ref)
				switch {
				case err == nil && part == "assistant" && person == assistant.ID:
					seen = append(seen, ref)
				case !errors.Is(err, programme.ErrForbidden) && !errors.Is(err, programme.ErrLinkExpired):
					t.Errorf("%s: %s %s, %v", ref, part, person, err)
				}
			}
			return seen
		}
		if seen := sees(); len(seen) != 2 || seen[0] != refs[0] || seen[1] != refs[1] {
			t.Errorf("sees %v of %v", seen, refs)
		}
		listed, err := b.Assisted(b.ctx, assistant.ID)
		if err != nil || len(listed) != 2 {
			t.Fatalf("listed %v, %v", listed, err)
		}
		for _, one := range listed {
			dates, err := b.Dates(b.ctx, one.Ref)
			must(t, err)
			if !slices.Contains(sees(), one.Ref) || one.Leader != "Dr Helen Nguyen" || one.May != programme.AssistantNeeds || len(dates) == 0 || !slices.Equal(one.Dates, dates) {
				t.Errorf("%+v, whose dates are %v", one, dates)
			}
		}
		nothing := "nothing"
		b.ordered(t, programme.Command{Name: programme.CmdChangeDetails, Ref: refs[1], Details: programme.Details{AssistantMay: &nothing}})
		if seen := sees(); len(seen) != 1 || seen[0] != refs[0] {
			t.Errorf("after one leader said no: %v", seen)
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]})
		if seen := sees(); len(seen) > 0 {
			t.Errorf("after the other left: %v", seen)
		}
		must(t, b.writer.Exec("UPDATE people SET link_epoch = link_epoch + 1 WHERE id = ?", assistant.ID).Error)
		for _, ref := range append(refs, "P-222222") {
			if _, _, err := b.Visit(b.ctx, visit, ref); !errors.Is(err, programme.ErrLinkExpired) {
				t.Errorf("%s by a link to an address that has changed: %v", ref, err)
			}
		}
	})
}

func TestNewLinks(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2027-11-15 12:00")
		survey, alumni := b.openStage(t, ref, "closing-survey"), b.openStage(t, ref, "alumni")
		ask := func(address string) []string {
			t.Helper()
			outbox, err := b.RequestNewLink(b.ctx, address, b.clock.Now())
			must(t, err)
			return outbox
		}
		if rows := ask("nobody@service.example"); len(rows) > 0 {
			t.Errorf("an unknown address: %v", rows)
		}
		for range 3 {
			if rows := ask("LEADER0@service.example "); len(rows) != 1 {
				t.Fatalf("promised %v", rows)
			}
		}
		if rows := ask("leader0@service.example"); len(rows) > 0 {
			t.Errorf("a fourth within the hour: %v", rows)
		}
		lines := b.lines(t, ref, programme.MsgNewLink)
		if len(lines) != 3 || lines[0].Rule != programme.RuleReply || len(b.outboxOf(t, programme.JourneyID(spring, ref), "mail")) != 3 {
			t.Fatalf("lines %+v", lines)
		}
		b.clock.set(b.clock.Now().Add(time.Hour))
		if rows := ask("leader0@service.example"); len(rows) != 1 {
			t.Errorf("an hour later: %v", rows)
		}
		job := b.send(t, programme.PlannedMail{Key: lines[0].Key, At: lines[0].At})
		open := job.Items[0].Open
		if len(open) != 2 || open[0].Title != "Closing survey" && open[1].Title != "Closing survey" || job.Items[0].Link.IsZero() {
			t.Fatalf("open %+v", open)
		}
		for _, thing := range open {
			link, err := b.Redeem(b.ctx, thing.Link, b.clock.Now())
			if err != nil || link.Ask != survey.Ask && link.Ask != alumni.Ask || thing.Due.IsZero() {
				t.Errorf("%+v: %+v, %v", thing, link, err)
			}
		}
	})
}

func TestTheFeedKeepsItsToken(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		first, err := b.FeedToken(b.ctx, ref)
		must(t, err)
		second, err := b.FeedToken(b.ctx, ref)
		must(t, err)
		if found, err := b.Feed(b.ctx, second); err != nil || found != ref || first.Reveal() != second.Reveal() {
			t.Errorf("feed of %s, %v", found, err)
		}
		if _, err := b.Feed(b.ctx, programme.NewToken()); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("forged: %v", err)
		}
		if _, err := b.FeedToken(b.ctx, "P-XXXXXX"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("nobody's: %v", err)
		}
	})
}

func TestOutbox(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		result := b.submit(t, b.openStage(t, ref, "onboarding").Ask, onboarding())
		pending := func(age time.Duration) int {
			rows, err := b.PendingOutbox(b.ctx, b.clock.Now().Add(-age), 100)
			must(t, err)
			return len(rows)
		}
		before := pending(-time.Second)
		if n := pending(2 * time.Second); n != before-1 {
			t.Errorf("%d older than two seconds, of %d", n, before)
		}
		must(t, b.MarkOutbox(b.ctx, result.Outbox[0], "delivered"))
		must(t, b.MarkOutbox(b.ctx, result.Outbox[0], "absorbed"))
		if n := pending(-time.Second); n != before-1 {
			t.Errorf("%d after the mark", n)
		}
		if row, err := b.OutboxRow(b.ctx, result.Outbox[0]); err != nil || row.Signal != "form-submitted" {
			t.Errorf("row %+v, %v", row, err)
		}
		if err := b.MarkOutbox(b.ctx, "nothing", "delivered"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("unknown row: %v", err)
		}
	})
}
