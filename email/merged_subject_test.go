package email

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// TestSubjectsOfSeveral: whoever does the same for many leaders reads in the subject what to do, how often and, where there is a
// date, by when; anybody else what comes first, by when, and how much more there is.
func TestSubjectsOfSeveral(t *testing.T) {
	t.Parallel()
	const (
		log, meet, booked = programme.MsgCoachingLog, programme.MsgCoachLeaders, programme.MsgCoaching
		confirm, keep     = programme.MsgAssistantWelcome, programme.MsgInvitationAssistant
		score, scoreAgain = programme.MsgSelectorAssigned, programme.MsgSelectorReminder
		dates, survey     = programme.MsgYearDates, programme.MsgSurvey
	)
	times := func(n int, message string) []string { return slices.Repeat([]string{message}, n) }
	due := func(days int) func(*programme.MailItem) {
		return func(item *programme.MailItem) { item.Due = london(2027, time.September, days, 17, 0) }
	}
	for _, one := range []struct {
		want     string
		messages []string
		change   func(*programme.MailItem)
	}{
		{"Log 8 coaching sessions", times(8, log), nil},
		{"Meet your 3 new leaders", times(3, meet), nil},
		{"Log 1 session, meet 2 new leaders", append(times(2, meet), log), nil},
		{"Log 12 sessions, meet 1 new leader", append(times(12, log), meet), nil},
		{"Confirm dates of 3 leaders", times(3, confirm), nil},
		{"Confirm dates of 12 leaders by 23 September", times(12, confirm), due(23)},
		{"Keep dates free for 2 leaders", times(2, keep), due(23)},
		{"Dates of 3 leaders: confirm 2, keep 1 free", append(times(2, confirm), keep), nil},
		{"Score 16 applications by 26 August", []string{score, scoreAgain}, nil},
		{"Log 1 session, meet 1 new leader", []string{log, meet}, nil},
		{"By 11 February: closing survey and 1 more", []string{log, survey}, nil},
		{"By 11 February: book coaching and 2 more", []string{dates, booked, log}, nil},
		{"The dates of your year and 1 more", []string{dates, confirm}, nil},
		{"You look after the dates of… and 2 more", []string{confirm, keep, dates}, func(item *programme.MailItem) { item.Leader = "Professor Dame Alexandra Featherstone" }},
		{"By 11 February: survey and 1 more", []string{dates, survey}, func(item *programme.MailItem) { item.Title = "Survey after residential 1" }},
	} {
		job := sampleForMany(one.messages...)
		for i := range job.Items {
			if one.change != nil {
				one.change(&job.Items[i])
			}
		}
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		if mail.Subject != one.want+" [2027-spring]" {
			t.Errorf("%s: the subject is %q", one.want, mail.Subject)
		}
	}
}

// Whatever is asked first, and in the longest month, the subject says how much more there is.
func TestSubjectsOfSeveralAreWhole(t *testing.T) {
	t.Parallel()
	for _, message := range Messages() {
		item := sampleItem(message)
		if item.Due.IsZero() || item.Title == "" {
			continue
		}
		item.Due = london(2027, time.September, 23, 17, 0)
		for _, title := range []string{item.Title, "Survey after residential 1", "Residential 3 of the emergency services"} {
			item.Title = title
			job := Sample(programme.MsgYearDates)
			for range 11 {
				job.Items = append(job.Items, item)
			}
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(mail.Subject, " and 11 more [P-7F3K2Q]") && !strings.HasPrefix(mail.Subject, "Do 12 things: ") {
				t.Errorf("%s: %q", message, mail.Subject)
			}
		}
	}
}
