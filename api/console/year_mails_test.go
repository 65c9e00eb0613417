package console

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestEveryMailOfAYear(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("route", "invitation", "starts_on", "2028-03-06")
	page := y.page(mailsPath(cohort), http.StatusOK, "scheduled mails, and never more than", "Invitation reminder", "while it is unanswered", "Event tomorrow", "to those who came to “Residential 1”",
		"when the invitation is accepted", "on the working day before the session", "Assistant", "to those who agreed to it")
	links := regexp.MustCompile(`href="(mails/preview\?[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 60 {
		t.Fatalf("%d mails", len(links))
	}
	prompt := regexp.MustCompile(`gets <strong>(\d+)</strong>`).FindStringSubmatch(page)
	if n, err := strconv.Atoi(prompt[1]); err != nil || n < 15 || n > 30 {
		t.Errorf("a prompt leader gets %s scheduled mails", prompt[1])
	}
	for _, link := range links {
		mail := y.page(setupPath(cohort)+"/"+inTag(` href="`+link[1]+`"`, "href"), http.StatusOK, "Mail as it would read", "As it would go out", "Sample")
		silent(t, link[1], mail, "{{link", "<no value>")
	}
	y.page(mailsPath(cohort)+"/preview?on=2028-03-06", http.StatusNotFound)
	y.page(mailsPath(cohort)+"/preview?message=survey-done&stage=nothing", http.StatusNotFound)
}

// TestEveryMailReads: whatever the shape of the year and the way in, every mail of the list can be read.
func TestEveryMailReads(t *testing.T) {
	t.Parallel()
	for _, year := range programme.Blueprints() {
		for _, route := range []programme.Route{programme.RouteInvitation, programme.RouteApplication, programme.RouteConfirmed} {
			selection, chooses := year.Selecting()
			if !chooses && route != programme.RouteConfirmed || selection.Application == nil && route == programme.RouteApplication {
				continue
			}
			t.Run(year.Name+" by "+string(route), func(t *testing.T) {
				t.Parallel()
				y := withRecords(t)
				y.created("route", string(route), "starts_on", "2028-03-06", "blueprint", year.Name)
				page := y.page(mailsPath(cohort), http.StatusOK, "scheduled mails")
				if route == programme.RouteApplication {
					says(t, year.Name, page, "Application reminder", "to those who are offered a place", "Offer reminder")
				}
				links := regexp.MustCompile(`href="(mails/preview\?[^"]*)"`).FindAllStringSubmatch(page, -1)
				if len(links) < 3 {
					t.Errorf("%d mails", len(links))
				}
				for _, link := range links {
					mail := y.page(setupPath(cohort)+"/"+inTag(` href="`+link[1]+`"`, "href"), http.StatusOK, "As it would go out")
					if _, besides, found := strings.Cut(mail, "With the same form you confirm your place at:"); found {
						if said, _, _ := strings.Cut(strings.TrimSpace(besides), "\n\n"); strings.Contains(said, "urvey") || !strings.Contains(said, "Closing event") && !strings.Contains(said, "Opening event") {
							t.Errorf("the form confirms %s", said)
						}
					}
				}
			})
		}
	}
}

// TestMailsOfAGroup: each group reads the dates of its own sittings.
func TestMailsOfAGroup(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	add := sittingsPath(cohort) + "/residential-2"
	form := y.form(y.page(add, http.StatusOK))
	y.post(add, with(form, "name", "b", "group", "South", "capacity", "50", "starts_at", "2028-01-24T08:00", "ends_at", "2028-01-26T16:00"), http.StatusSeeOther)
	y.page(mailsPath(cohort), http.StatusOK, `<option value="South">`, "All others", "Year dates")
	south := y.page(mailsPath(cohort)+"?group=South", http.StatusOK, `<option value="South" selected>`, "Fri 21 Jan 2028", "group=South")
	silent(t, "South", south, "Fri 7 Jan 2028")
}
