package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// applies enters the address on a cohort's open page, follows the link in the mail and begins the application, or goes on
// with it. It waits for the page where the door is not open yet.
func (l *leader) applies(cohort, code string) error {
	before := len(l.verifying())
	err := until(l.email+" enters the address", patience, func() bool {
		status, _, err := l.send(http.MethodPost, l.s.url+"/apply/"+cohort, url.Values{"email": {l.email}, "code": {code}})
		return err == nil && status == http.StatusSeeOther
	})
	if err != nil {
		return err
	}
	if err := until(l.email+" is sent the link", patience, func() bool { return len(l.verifying()) > before }); err != nil {
		return err
	}
	mails := l.verifying()
	raw, err := sink.Raw(l.box, mails[len(mails)-1].ID)
	if err != nil {
		return err
	}
	status, to, err := l.send(http.MethodPost, linkInMail.FindString(textOfMail(raw)), url.Values{})
	ref, found := strings.CutPrefix(to, "/application/")
	if err != nil || status != http.StatusSeeOther || !found {
		return fmt.Errorf("%s begins an application: %d %s %v", l.email, status, to, err)
	}
	l.ref = ref
	return nil
}

// verifying are the mails with a link to begin with.
func (l *leader) verifying() []sink.Mail {
	mails, _ := sink.Index(l.box) // a line that is just being written shows the next time
	return slices.DeleteFunc(mails, func(m sink.Mail) bool {
		return !strings.EqualFold(m.To, l.email) || !slices.ContainsFunc(m.Keys, func(key string) bool { return strings.Contains(key, "/apply-verify/") })
	})
}

// applicationSections are the sections of the application with the usual answers.
func applicationSections() []formSection {
	return []formSection{
		{"about", url.Values{"given_name": {"Given"}, "family_name": {"Family"}}},
		{"role", url.Values{"job_title": {"Chief Executive"}, "role_started": {"2026-01"}}},
		{"organisation", url.Values{"organisation": {"Organisation"}, "sector": {"Healthcare"}, "region": {"London"}}},
		{"why", url.Values{"why": {"To learn from others."}}},
		{"challenge", url.Values{"challenge": {"Working together."}}},
		{"monitoring", url.Values{"age_band": {"45_54"}}},
	}
}

// sending fills in all sections, with these answers in place of the usual ones, and sends the application.
func (l *leader) sending(instead map[string]url.Values) func() error {
	return func() error {
		for _, section := range applicationSections() {
			maps.Copy(section.values, instead[section.name])
			if err := l.fill("selection/"+section.name, section.values); err != nil {
				return err
			}
		}
		return l.fill("selection/check", url.Values{})
	}
}

// takesBack withdraws the application.
func (l *leader) takesBack() error {
	status, _, err := l.send(http.MethodPost, l.s.url+"/application/"+l.ref+"/withdraw", url.Values{})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%s withdraws the application: %d", l.ref, status)
	}
	return err
}

// deciding is staff recording a decision once the application can be read.
func (l *leader) deciding(decision string, more object) func() error {
	body := object{"decision": decision, "reason": "other"}
	maps.Copy(body, more)
	return func() error {
		return steps(l.reaching("under_review"), l.insisting(programme.CmdDecide, body))
	}
}
