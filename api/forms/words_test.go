package forms

import (
	"testing"
	"time"

	"fairlead/programme"
)

func TestMomentsInLondonWords(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]time.Time{
		"Thursday 11 February 2027 at 5pm":   programme.Date{Year: 2027, Month: 2, Day: 11}.At(17, 0),
		"Thursday 1 July 2027 at 9:30am":     time.Date(2027, 7, 1, 8, 30, 0, 0, time.UTC), // British Summer Time
		"Sunday 28 March 2027 at midnight":   time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC),
		"Sunday 31 October 2027 at midday":   time.Date(2027, 10, 31, 12, 0, 0, 0, time.UTC),
		"Friday 1 January 2027 at 12:05am":   time.Date(2027, 1, 1, 0, 5, 0, 0, time.UTC),
		"Saturday 1 January 2028 at 12:45pm": time.Date(2028, 1, 1, 12, 45, 0, 0, time.UTC),
	} {
		if got := moment(at); got != want {
			t.Errorf("%v reads %q, want %q", at, got, want)
		}
	}
	from := programme.Date{Year: 2027, Month: 2, Day: 2}.At(9, 30)
	if got := span(from, from.Add(7*time.Hour)); got != "Tuesday 2 February 2027, 9:30am to 4:30pm" {
		t.Errorf("a day reads %q", got)
	}
	if got := span(from, from); got != "Tuesday 2 February 2027 at 9:30am" {
		t.Errorf("a deadline reads %q", got)
	}
	if month("2026-09") != "September 2026" || month("soon") != "soon" {
		t.Error("months")
	}
}

// Every page is made with its zero data: a field a template asks for that its page lacks stops here.
func TestEveryTemplateTakesItsPage(t *testing.T) {
	t.Parallel()
	pages := map[string]aPage{
		"explain.html": &explainPage{}, "visit_over.html": &visitOverPage{}, "link.html": &linkPage{}, "new_link.html": &newLinkPage{}, "new_link_sent.html": &newLinkSentPage{},
		"invitation.html": &invitationPage{}, "onboarding.html": &onboardingPage{}, "onboarding_section.html": &sectionPage{},
		"onboarding_saved.html": &savedPage{}, "onboarding_check.html": &checkPage{}, "survey.html": &surveyPage{}, "alumni.html": &alumniPage{},
		"done.html": &donePage{}, "event.html": &eventPage{}, "year.html": &yearPage{}, "certificate.html": &certificatePage{}, "assistant.html": &assistantPage{},
		"assistant_done.html": &assistantDonePage{}, "assistant_event.html": &assistantEventPage{}, "privacy.html": &privacyPage{},
		"apply.html": &applyPage{}, "apply_sent.html": &applySentPage{}, "application.html": &applicationPage{}, "withdraw.html": &takeBackPage{},
		"psychometrics.html": &questionnairePage{}, "psychometrics_page.html": &itemsPage{}, "psychometrics_check.html": &questionnaireCheckPage{},
		"report.html": &reportPage{}, "details.html": &detailsPage{}, "detail.html": &detailPage{}, "leave.html": &leavePage{},
		"consents.html": &consentsPage{}, "consent_withdraw.html": &withdrawPage{},
		"coaching.html": &coachingPage{}, "coaching_another.html": &anotherCoachPage{}, "coach.html": &coachPage{},
		"accessibility.html": &accessibilityPage{}, "formats.html": &formatsPage{}, "front.html": &frontPage{}, "cookies.html": &cookiesPage{},
	}
	for name, template := range templates {
		if pages[name] == nil {
			t.Errorf("%s has no page", name)
			continue
		}
		if err := template.ExecuteTemplate(discard{}, "layout", pages[name]); err != nil {
			t.Error(err)
		}
	}
	if len(templates) != len(pages) {
		t.Errorf("%d templates, %d pages", len(templates), len(pages))
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
