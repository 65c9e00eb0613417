package email

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"fairlead/programme"
)

func TestRevealAndMask(t *testing.T) {
	job := sampleMerged()
	mail, err := Compose(job, publicURL+"/")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(mail.Text+mail.HTML, "secret-") {
		t.Fatal("the written mail holds a token")
	}
	shown := Reveal(mail, Links(job), feedOf(job), programme.Token{}, publicURL+"/")
	for _, part := range []string{shown.Text, shown.HTML} {
		for _, want := range []string{publicURL + "/l/secret-onboarding", publicURL + "/l/secret-survey-reminder", publicURL + "/calendar/secret-feed.ics"} {
			if !strings.Contains(part, want) {
				t.Errorf("%s is missing", want)
			}
		}
		if strings.Contains(part, "{{") {
			t.Error("a placeholder is left")
		}
	}
	masked := Mask(mail)
	if !strings.Contains(masked.Text, "…/l/••••") || !strings.Contains(masked.HTML, `href="…/l/••••"`) || !strings.Contains(masked.Text, "…/calendar/••••.ics") {
		t.Error("the masked form is not shown")
	}
	if strings.Contains(masked.Text+masked.HTML, "{{") {
		t.Error("a placeholder is left in the masked form")
	}
	lost := Reveal(mail, nil, programme.Token{}, programme.Token{}, publicURL)
	if !strings.Contains(lost.Text, publicURL+"/new-link") || strings.Contains(lost.Text, "/l/") {
		t.Error("a link that is not known must lead to the page that sends a new one")
	}
}

func TestLinksOfListedThings(t *testing.T) {
	job := Sample(programme.MsgNewLink)
	job.Items[0].Open[1].Key = "" // the records named none: the stage does
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	shown := Reveal(mail, Links(job), programme.Token{}, programme.Token{}, publicURL)
	for _, want := range []string{"/l/secret-onboarding", "/l/secret-survey"} {
		if !strings.Contains(shown.Text, want) {
			t.Errorf("%s is missing in:\n%s", want, shown.Text)
		}
	}
}

// TestEveryLinkIsShown: a link that was issued has killed the older ones, so a mail that left it out would lock its
// reader out.
func TestEveryLinkIsShown(t *testing.T) {
	without := map[string]bool{programme.MsgInvitationAssistant: true, programme.MsgWithdrawn: true, programme.MsgTeamMessage: true, programme.MsgDeferred: true,
		programme.MsgTasksWaiting: true, programme.MsgAbsenceAlert: true, programme.MsgApplicationWithdrawn: true, programme.MsgApplicationRejected: true,
		programme.MsgApplicationNotNeeded: true, programme.MsgSelectorAssigned: true, programme.MsgSelectorReminder: true}
	for _, message := range Messages() {
		job := Sample(message)
		job.Items[0].Link = secret("one")
		for _, items := range [][]programme.MailItem{job.Items, append(job.Items, sampleItem(programme.MsgSurveyDone))} {
			job.Items = items
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			shown := placeholder(job.Items[0].Key)
			if got := strings.Contains(mail.Text, shown) && strings.Contains(mail.HTML, `href="`+shown+`"`); got == without[message] {
				t.Errorf("%s among %d: link shown %v", message, len(items), got)
			}
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	good := Sample(programme.MsgSurvey)
	for name, spoil := range map[string]func(*programme.MailJob, *string){
		"no item":         func(j *programme.MailJob, _ *string) { j.Items = nil },
		"unknown message": func(j *programme.MailJob, _ *string) { j.Items[0].Message = "newsletter" },
		"key with markup": func(j *programme.MailJob, _ *string) { j.Items[0].Key = `a"><b` },
		"no address":      func(_ *programme.MailJob, u *string) { *u = "" },
		"a file address":  func(_ *programme.MailJob, u *string) { *u = "file:///etc" },
		"a query":         func(_ *programme.MailJob, u *string) { *u = "https://example.org/?a=b" },
	} {
		job, address := good, publicURL
		job.Items = append([]programme.MailItem{}, good.Items...)
		spoil(&job, &address)
		if _, err := Compose(job, address); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	prepared := programme.Rendered{Subject: "as before"}
	good.Prepared = &prepared
	if got, err := Compose(good, publicURL); err != nil || got != prepared {
		t.Errorf("a repeat must be the same mail: %v, %v", got, err)
	}
}

func TestOwnOpeningReplacesOurs(t *testing.T) {
	job := Sample(programme.MsgInvitation)
	job.Items[0].Opening = "A word from [our chair](https://example.org/chair)."
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(mail.Text, "A word from our chair (https://example.org/chair).") || strings.Contains(mail.Text, "delighted") {
		t.Errorf("the text is not as staff wrote it:\n%s", mail.Text)
	}
	if !strings.Contains(mail.HTML, `<a href="https://example.org/chair"`) || strings.Contains(mail.HTML, "delighted") {
		t.Error("the HTML is not as staff wrote it")
	}
}

func TestMergedForAnAssistantOfTwoLeaders(t *testing.T) {
	job := Sample(programme.MsgInvitationAssistant)
	other := job.Items[0]
	other.Key, other.Leader = "2027-spring/P-SECOND/selection/invitation-assistant/1.1.2", "Sir Ian Blake"
	job.Items = append(job.Items, other)
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, mail)
	for _, want := range []string{"1. Dates to keep free for Dr Helen Nguyen", "2. Dates to keep free for Sir Ian Blake", "assistant of leaders"} {
		if !strings.Contains(mail.Text, want) {
			t.Errorf("%q is missing in:\n%s", want, mail.Text)
		}
	}
}

func TestEnvelope(t *testing.T) {
	job := Sample(programme.MsgOnboarding)
	job.References, job.MessageID = "<first@example.org>", "<own@example.org>"
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	e := NewEnvelope(job, mail, publicURL)
	if e.To.Address != job.To.Email || e.ReplyTo != job.Contact || e.MessageID != job.MessageID ||
		e.References != job.References || !e.Date.Equal(job.Date) || !strings.Contains(e.HTML, "/l/secret-onboarding") {
		t.Error("the envelope is not that of the job")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if printed := fmt.Sprintf(verb, e); printed != "mail "+job.Key {
			t.Errorf("%s prints %q", verb, printed)
		}
	}
	job.References = e.MessageID
	if NewEnvelope(job, mail, publicURL).References != "" {
		t.Error("the first mail refers to itself")
	}
}

func TestMissingTemplateIsNamed(t *testing.T) {
	source := fstest.MapFS{
		"templates/layout.txt": {Data: []byte("x")}, "templates/layout.html": {Data: []byte("x")},
		"templates/survey.txt":  {Data: []byte(`{{define "subject"}}{{end}}`)},
		"templates/alumni.html": {Data: []byte(`{{define "body"}}{{end}}`)},
	}
	_, err := parse(source, []string{"survey", "alumni"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`templates/survey.txt: add {{define "title"}}`, "templates/alumni.txt"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

// TestWhyByPlace: nobody without a place is said to take part.
func TestWhyByPlace(t *testing.T) {
	for state, want := range map[programme.JourneyState]string{
		programme.Submitted: "because you applied for a place", programme.UnderReview: "because you applied for a place",
		programme.Waitlisted: "because you applied for a place", programme.Offered: "because you applied for a place",
		programme.Invited: "because you have been invited", programme.Enrolled: "because you take part", programme.Completed: "because you take part"} {
		for _, message := range []string{programme.MsgAnswerChanged, programme.MsgAnswerRecorded, programme.MsgDateChanged} {
			job := Sample(message)
			job.Items[0].State = state
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, mail)
			for _, part := range []string{mail.Text, mail.HTML} {
				if said := strings.Join(strings.Fields(part), " "); !strings.Contains(said, want) || strings.Count(said, "You got this email") != 1 {
					t.Errorf("%s to somebody %s:\n%s", message, state, said)
				}
			}
		}
	}
}

// TestMergedInOrder: the things of a mail come by their dates, news first, and the subject names the first of them.
func TestMergedInOrder(t *testing.T) {
	asked := func(due int) programme.MailItem {
		item := sampleItem(programme.MsgOnboarding)
		item.Due = london(2027, 9, due, 17, 0)
		return item
	}
	event := func(message string, day int) programme.MailItem {
		item := sampleItem(message)
		item.Title, item.Event.Starts, item.Event.Ends = "Closing event", london(2027, 9, day, 9, 30), london(2027, 9, day, 16, 0)
		return item
	}
	session := sampleItem(programme.MsgCoachingTomorrow)
	session.Session.Starts = london(2027, 9, 26, 10, 0)
	news, gone := sampleItem(programme.MsgYearDates), event(programme.MsgEventCancelled, 1)
	for _, one := range []struct {
		about, subject string
		items, order   []programme.MailItem
	}{
		{"an event before what is asked", "27 September: the closing event and 1 more [P-7F3K2Q]",
			[]programme.MailItem{asked(30), event(programme.MsgEventTomorrow, 27)}, []programme.MailItem{event(programme.MsgEventTomorrow, 27), asked(30)}},
		{"what is asked before an event", "By 23 September: onboarding and 1 more [P-7F3K2Q]",
			[]programme.MailItem{event(programme.MsgEventJoining, 27), asked(23)}, []programme.MailItem{asked(23), event(programme.MsgEventJoining, 27)}},
		{"a session before all else", "26 September: coaching session and 3 more [P-7F3K2Q]",
			[]programme.MailItem{asked(30), event(programme.MsgEventJoining, 27), session, news}, []programme.MailItem{news, session, event(programme.MsgEventJoining, 27), asked(30)}},
		{"an event that is not to be", "By 23 September: onboarding and 1 more [P-7F3K2Q]",
			[]programme.MailItem{asked(23), gone}, []programme.MailItem{gone, asked(23)}},
	} {
		job := Sample(programme.MsgYearDates)
		job.Items = one.items
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		if mail.Subject != one.subject {
			t.Errorf("%s: the subject is %q", one.about, mail.Subject)
		}
		at := 0
		for i, item := range one.order {
			alone, err := prepare(job, item, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Index(mail.Text, fmt.Sprintf("%d. %s\n", i+1, alone.base().Title))
			if found < at {
				t.Errorf("%s: %s does not stand at %d:\n%s", one.about, item.Message, i+1, mail.Text)
			}
			at = found
		}
	}
}
