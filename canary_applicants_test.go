package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"testing"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// recruited is the cohort to which marked people apply.
const recruited = "canary-recruited"

// What is marked on the route of applications, by where it lies: see the variables of the same names.
var (
	namedApplying = []string{"zqcandidate", "zqcandmail", "zqcandjob", "zqcandoffice", "07700 900734", "zqlatemail",
		"65_over"} // of equality monitoring, which leads to nobody and is kept in clear
	sealedApplying   = []string{"zqwhy", "zqdraft", "zqchallenge", "zqdecided", "zqreleased", "zqcodenote"}
	mistakenApplying = []string{"zqwrongdoor", "zqwrngcde2", "zqsecondmail"}
)

// recruit plays the route of applications for marked people, from the open page to the end.
func (y *canaryYear) recruit(t *testing.T) {
	t.Helper()
	y.s.must(http.MethodPost, "/cohorts", object{"name": recruited, "blueprint": "essentials", "starts_on": "2028-01-03", "route": "application",
		"owner": "owner@centre.example", "places": 1}, nil)
	y.s.must(http.MethodPost, "/cohorts/"+recruited+"/launch", nil, nil)
	noted := object{"note": "Zqdecided by two of us"}
	taken, waits, leaves, late := y.candidate("zqcandmail1"), y.candidate("zqcandmail2"), y.candidate("zqcandmail3"), y.candidate("zqlatemail")
	never := y.candidate("zqneverfollowed")
	waitFor(t, "the doors, which open at six", patience, func() bool {
		status, _, err := never.send(http.MethodPost, y.s.url+"/apply/"+recruited, url.Values{"email": {never.email}})
		return err == nil && status == http.StatusSeeOther
	})
	must := func(all ...func() error) {
		t.Helper()
		if err := steps(all...); err != nil {
			t.Error(err)
		}
	}
	begin := func(l *leader) func() error { return func() error { return l.applies(recruited, "") } }
	var wait sync.WaitGroup
	wait.Go(func() {
		must(begin(taken), taken.expecting("selection/about", url.Values{"given_name": {"Zqcandidate"}, "phone": {"Zqwrongphone"}}, http.StatusUnprocessableEntity),
			taken.filling("selection/why", url.Values{"why": {"Zqdraft"}}), taken.sending(marked()), taken.filling("selection/why", url.Values{"why": {"Zqwhy, better"}}),
			taken.deciding("offer", noted))
	})
	wait.Go(func() { must(begin(waits), waits.sending(marked()), waits.deciding("waitlist", noted)) })
	wait.Go(func() { must(begin(leaves), leaves.sending(marked()), leaves.takesBack, leaves.reaching("withdrawn")) })
	wait.Wait()
	if t.Failed() {
		return
	}
	must(func() error {
		_, _, err := never.send(http.MethodPost, y.s.url+"/apply/"+recruited, url.Values{"email": {never.email}, "code": {y.lateCode()}})
		return err
	}, y.wrongDoors(late), func() error { return late.applies(recruited, y.lateCode()) }, y.wrongDoors(late), late.sending(marked()), late.deciding("reject", noted))
	if t.Failed() {
		return
	}
	y.s.must(http.MethodPost, "/cohorts/"+recruited+"/release", object{"reason": "other", "note": "Zqreleased by the panel"}, nil)
	leaving := object{"note": "Zqnote: takes another post"}
	for _, l := range []*leader{taken, waits} { // whose place is free goes to the waiting list
		must(l.reaching("offered"), l.answering("selection"), l.reaching("enrolled"), l.insisting(programme.CmdWithdraw, leaving), l.reaching("withdrawn"))
	}
	must(late.reaching("rejected"), func() error { return late.got(programme.MsgApplicationRejected) })
	y.applicant = taken.ref
}

// candidate is somebody who is about to apply.
func (y *canaryYear) candidate(name string) *leader {
	return y.walking(newLeader(y.s, y.box.Dir(), name+"@zqmaildomain.example", ""))
}

// marked are the answers of an application, marked all over.
func marked() map[string]url.Values {
	return map[string]url.Values{
		"about":        {"title": {"Zqtitle"}, "given_name": {"Zqcandidate"}, "family_name": {"Zqcandidate"}, "phone": {"07700 900734"}},
		"role":         {"job_title": {"Zqcandjob"}},
		"organisation": {"organisation": {"Zqcandoffice"}},
		"why":          {"why": {"Zqwhy"}},
		"challenge":    {"challenge": {"Zqchallenge"}},
		"monitoring":   {"age_band": {"65_over"}, "ethnicity": {"prefer_not_to_say"}},
	}
}

// lateCode is a code as staff give it to somebody. It is a secret of its own and kept nowhere.
func (y *canaryYear) lateCode() string {
	var issued struct{ Code string }
	y.s.must(http.MethodPost, "/cohorts/"+recruited+"/late-codes", object{"expires_on": "2027-09-30", "note": "Zqcodenote"}, &issued)
	y.mu.Lock()
	defer y.mu.Unlock()
	y.codes = append(y.codes, issued.Code)
	return issued.Code
}

// wrongDoors are applications that are refused at the door: what was wrong in them is kept nowhere.
func (y *canaryYear) wrongDoors(late *leader) func() error {
	return func() error {
		for _, typed := range []url.Values{
			{"email": {"zqwrongdoor at home"}, "code": {y.lateCode()}},
			{"email": {"zqsecondmail@zqmaildomain.example"}, "code": {"ZQWRN-GCDE2"}},
			{"email": {"zqsecondmail@zqmaildomain.example"}},
		} {
			status, _, err := late.send(http.MethodPost, y.s.url+"/apply/"+recruited, typed)
			if err != nil || status != http.StatusUnprocessableEntity {
				return fmt.Errorf("a wrong door: %d %v", status, err)
			}
		}
		return nil
	}
}

// filling sends one form.
func (l *leader) filling(path string, values url.Values) func() error {
	return func() error { return l.fill(path, values) }
}

// expecting sends one form that is answered otherwise.
func (l *leader) expecting(path string, values url.Values, want int) func() error {
	return func() error {
		status, _, err := l.send(http.MethodPost, l.s.url+"/year/"+l.ref+"/"+path, values)
		if err == nil && status != want {
			err = fmt.Errorf("%s: %d, want %d", path, status, want)
		}
		return err
	}
}

// walks are all addresses that marked people went to, or were sent to.
type walks struct {
	mu  sync.Mutex
	all []byte
}

// RoundTrip notes where a request goes and where its answer leads.
func (w *walks) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(append(w.all, r.URL.String()...), '\n')
	if err == nil {
		w.all = append(append(w.all, answer.Header.Get("Location")...), '\n')
	}
	return answer, err
}

// walking has the addresses noted that somebody goes to.
func (y *canaryYear) walking(l *leader) *leader {
	l.client.Transport = &y.walks
	return l
}

// searchApplications looks for what applicants wrote where staff look, and in the addresses of every page.
func (y *canaryYear) searchApplications(t *testing.T) {
	t.Helper()
	y.walks.mu.Lock()
	defer y.walks.mu.Unlock()
	if found := hits(y.walks.all, y.secrets()); len(found) > 0 {
		t.Errorf("the address of a page holds %v", found)
	}
	if len(hits(y.walks.all, []string{"/apply/" + recruited})) == 0 || len(hits(y.walks.all, []string{"/application/p-"})) == 0 {
		t.Error("the addresses of the applications were not searched")
	}
	status, list := y.s.call(http.MethodGet, "/cohorts/"+recruited+"/applications", nil)
	if found := hits(list, slices.Concat(sealed, mistaken, []string{"65_over"})); status != http.StatusOK || len(found) > 0 {
		t.Errorf("the list of applications: %d, holds %v", status, found)
	}
	if _, journey := y.s.call(http.MethodGet, "/journeys/"+y.applicant, nil); len(hits(journey, []string{"65_over", "prefer_not_to_say", "zqwhy"})) > 0 {
		t.Error("an applicant's journey shows answers")
	}
	for _, mail := range y.box.List("") {
		raw, err := sink.Raw(y.box.Dir(), mail.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range anyLink.FindAll([]byte(textOfMail(raw)), -1) {
			if found := hits(link, y.secrets()); len(found) > 0 {
				t.Errorf("a link in the mail %v holds %v", mail.Keys, found)
			}
		}
	}
}

// anyLink is an address in a mail.
var anyLink = regexp.MustCompile(`https?://[^\s<>"]+`)
