package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"fairlead/demo/sink"
	"fairlead/programme"
	"fairlead/workflows"
)

// The markers of the canary year. No other word of the program, and nothing random, looks like one of them.
var (
	// named are in the records in clear: who somebody is and how to reach them.
	named = append([]string{"zqtitle", "zqgiven", "zqfamily", "zqmail", "zqmaildomain", "zqjob", "zqorganisation", "zqassistant", "zqassistmail", "zqassistdomain",
		"07700 900731", "07700 900732", "zqmailnew", "zqmailright", "zqtoldjob", "zqcoach", "zqcoachmail"}, namedApplying...)
	// sealed are encrypted in the records with a person's own key.
	sealed = append([]string{"zqdiet", "zqaccess", "zqwishes", "zqdecline", "zqcertificate", "zqnote", "zqgivenby", "zqtoldaccess", "zqassistdiet", "zqprivate",
		"extraversion", "item-49"}, sealedApplying...) // the last two are what the questionnaire asks and says
	// overwritten stood in the records in clear, and something else stands there now.
	overwritten = []string{"zqjobnew"}
	// deleted stood in the records in clear until the cohort closed: who never followed the link to an application.
	deleted = []string{"zqneverfollowed"}
	// mistaken were refused and are kept nowhere.
	mistaken = append([]string{"zqwrongmail", "zqwrongcell", "zqwrongphone", "zqsought"}, mistakenApplying...)
)

func markers() []string { return slices.Concat(named, sealed, overwritten, deleted, mistaken) }

// hits are the markers that stand in a text, whatever their case.
func hits(text []byte, marks []string) []string {
	lower := bytes.Clone(text)
	for i, b := range lower {
		if b >= 'A' && b <= 'Z' {
			lower[i] = b + 'a' - 'A'
		}
	}
	var found []string
	for _, mark := range marks {
		plain := strings.ReplaceAll(mark, " ", "")
		if bytes.Contains(lower, []byte(mark)) || bytes.Contains(lower, []byte(plain)) || bytes.Contains(lower, []byte(url.QueryEscape(mark))) {
			found = append(found, mark)
		}
	}
	return found
}

// canarySheet is the spreadsheet of n people who are marked all over; their addresses count from the first number.
func canarySheet(first, n int) (sheet string, emails []string) {
	var b strings.Builder
	b.WriteString("title,given_name,family_name,email,job_title,organisation,sector,region,role_started,phone,assistant_name,assistant_email,assistant_phone\n")
	for i := first; i < first+n; i++ {
		emails = append(emails, fmt.Sprintf("zqmail%d@zqmaildomain.example", i))
		fmt.Fprintf(&b, "Zqtitle,Zqgiven%d,Zqfamily%d,%s,Zqjob,Zqorganisation,Healthcare,London,2026-01,07700 900731,Zqassistant %d,zqassistmail%d@zqassistdomain.example,07700 900732\n",
			i, i, emails[i-first], i, i)
	}
	return b.String(), emails
}

// canaryAnswers are the free texts of the onboarding form.
func canaryAnswers(assistant string) url.Values {
	return url.Values{"title": {"Zqtitle"}, "given_name": {"Zqgiven"}, "family_name": {"Zqfamily"}, "job_title": {"Zqjob"}, "organisation": {"Zqorganisation"},
		"phone": {"07700 900731"}, "has_assistant": {"yes"}, "assistant_name": {"Zqassistant"}, "assistant_email": {assistant},
		"assistant_phone": {"07700 900732"}, "assistant_may": {"dates_and_needs"}, "dietary": {"vegan", "other"}, "dietary_other": {"Zqdiet"},
		"access_needs": {"Zqaccess"}, "coach_wishes": {"Zqwishes"}}
}

func TestNoPersonalDataLeavesTheRecords(t *testing.T) {
	needBinaries(t)
	box, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := startSystem(t, systemOptions{environ: []string{"FAIRLEAD_SMTP_URL=smtp://" + box.Addr(), "FAIRLEAD_LOG_LEVEL=debug"}})
	year := &canaryYear{s: s, box: box}
	acts := []func(*leader) error{year.wholeYear, year.declines, year.treatedByStaff, year.refusedAddress, year.silent}
	sheet, emails := canarySheet(0, len(acts))
	box.Refuse(emails[3])
	s.must(http.MethodPost, "/cohorts", object{"name": "canary", "blueprint": "questionnaire", "starts_on": "2027-06-07", "route": "invitation",
		"owner": "owner@centre.example", "places": len(acts), "clock": object{"day": "350ms", "start": "2027-04-05T04:00:00Z"}}, nil)
	// The year in eleven weeks instead of sixty-five.
	if err := s.changing("canary", object{"selection": object{"opens_week": -9}, "onboarding": object{"opens_week": -7, "due_week": -5},
		"psychometrics": object{"opens_week": -5, "due_week": -3}, "closing-survey": object{"opens_week": -3, "due_week": -1}, "alumni": object{"opens_week": -2, "due_week": 1}})(); err != nil {
		t.Fatal(err)
	}
	year.mistakes(t)
	leaders := s.importLeaders(t, "canary", box.Dir(), sheet, emails)
	for _, l := range leaders {
		year.walking(l)
	}
	s.must(http.MethodPost, "/cohorts/canary/launch", nil, nil)
	var wait sync.WaitGroup
	for i, act := range acts {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := act(leaders[i]); err != nil {
				t.Errorf("%s: %v", emails[i], err)
			}
		}()
	}
	wait.Go(func() { year.gather(t) })
	wait.Go(func() { year.recruit(t) })
	wait.Wait()
	if t.Failed() {
		return
	}
	year.searchTemporal(t, leaders[0])
	year.searchRest(t, leaders[0])
	year.searchApplications(t)
}

// canaryYear is a year of marked people.
type canaryYear struct {
	s     *system
	box   *sink.Sink
	walks walks

	applicant string // reference of somebody who applied

	mu    sync.Mutex
	codes []string // late codes, of which only hashes may be kept
}

// secrets is whatever may stand in no history, log, metric or address.
func (y *canaryYear) secrets() []string {
	y.mu.Lock()
	defer y.mu.Unlock()
	all := markers()
	for _, code := range y.codes {
		all = append(all, strings.ToLower(code), strings.ToLower(programme.ReadCode(code)))
	}
	return all
}

// mistakes are calls that are refused: what was wrong in them must not be kept either.
func (y *canaryYear) mistakes(t *testing.T) {
	t.Helper()
	for _, wrong := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, "/cohorts/canary/participants", strings.ReplaceAll(people(1, "zqwrongmail%d"), "Healthcare", "=Zqwrongcell")},
		{http.MethodGet, "/journeys?q=zqwrongcell&state=zqwrongcell", nil},
		{http.MethodPost, "/journeys/P-222222/change-email", object{"reason": "mistake", "email": "zqwrongmail at home", "note": "Zqnote"}},
	} {
		if status, answer := y.s.call(wrong.method, wrong.path, wrong.body); status < 400 {
			t.Errorf("%s %s: %d %s", wrong.method, wrong.path, status, answer)
		}
	}
	if status, _ := y.s.call(http.MethodGet, "/journeys?q=zqsought", nil); status != http.StatusOK {
		t.Errorf("a search: %d", status)
	}
	answer, err := http.PostForm(y.s.url+"/new-link", url.Values{"email": {"zqsought@zqsought.example"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}

// wholeYear answers every form, changes an answer, and lets the assistant do their part.
func (y *canaryYear) wholeYear(l *leader) error {
	assistant := y.walking(newLeader(y.s, y.box.Dir(), "zqassistmail0@zqassistdomain.example", l.ref))
	return steps(l.answering("selection"),
		func() error { return l.follow("onboarding") },
		func() error {
			status, _, err := l.send(http.MethodPost, y.s.url+"/year/"+l.ref+"/onboarding/profile", url.Values{"phone": {"Zqwrongphone"}, "role_started": {"Zqwrongcell"}})
			if err == nil && status != http.StatusUnprocessableEntity {
				err = fmt.Errorf("a wrong profile: %d", status)
			}
			return err
		},
		func() error { return l.answer("onboarding", canaryAnswers(assistant.email)) },
		func() error { return assistant.helps() },
		l.answering("psychometrics"), func() error { return l.got(programme.MsgPsychometricsDone) },
		l.answering("closing-survey"),
		func() error { return l.answer("alumni", url.Values{"certificate_name": {"Zqcertificate One"}}) }, l.reaching("completed"),
		func() error {
			return l.fill("alumni/change", url.Values{"certificate_name": {"Zqcertificate Two"}, "directory": {"no"}, "news": {"no"}})
		},
		func() error { return l.got(programme.MsgAnswerChanged) })
}

// helps is an assistant who confirms the dates and says how the leader travels.
func (l *leader) helps() error {
	if err := l.got(programme.MsgAssistantWelcome); err != nil {
		return err
	}
	mails, err := sink.Index(l.box)
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(mails) {
		if !strings.EqualFold(m.To, l.email) || !slices.ContainsFunc(m.Keys, func(key string) bool { return strings.Contains(key, "/"+programme.MsgAssistantWelcome+"/") }) {
			continue
		}
		raw, err := sink.Raw(l.box, m.ID)
		if err != nil {
			return err
		}
		if status, to, err := l.send(http.MethodPost, linkInMail.FindString(textOfMail(raw)), url.Values{}); err != nil || status != http.StatusSeeOther || !strings.HasSuffix(to, "/assistant") {
			return fmt.Errorf("the assistant's link: %d %s %v", status, to, err)
		}
		return l.fill("assistant", url.Values{"confirm_dates": {"yes"}, "dietary": {"other"}, "dietary_other": {"Zqassistdiet"}, "arrival": {"train"}, "room_night_before": {"no"}})
	}
	return fmt.Errorf("no mail to %s", l.email)
}

func (y *canaryYear) declines(l *leader) error {
	return steps(func() error {
		return l.answer("selection", url.Values{"answer": {"decline"}, "decline_reason": {"other"}, "decline_note": {"Zqdecline"}})
	}, l.reaching("declined"))
}

// treatedByStaff is somebody for whom staff order nearly everything there is.
func (y *canaryYear) treatedByStaff(l *leader) error {
	order := func(command programme.CommandName, body object) func() error {
		noted := object{"note": "Zqnote to " + string(command)}
		maps.Copy(noted, body)
		return l.insisting(command, noted)
	}
	return steps(l.answering("selection"), order("hold", object{}), order("resume", object{}), l.awaiting("onboarding", "open"),
		func() error { return l.asked("onboarding") },
		order("extend", object{"stage": "onboarding", "until": "2027-06-03"}), order("resend", object{"message": "onboarding"}),
		order("change-email", object{"email": "zqmailnew@zqmaildomain.example"}), func() error { l.email = "zqmailnew@zqmaildomain.example"; return nil },
		order("change-details", object{"details": object{"job_title": "Zqjobnew", "assistant_name": "Zqassistant", "assistant_email": "zqassistmail2@zqassistdomain.example", "assistant_phone": "07700 900732"}}),
		order("answer-for", object{"stage": "onboarding", "given_by": "Zqgivenby", "how": "telephone", "answers": object{"given_name": "Zqgiven", "family_name": "Zqfamily",
			"job_title": "Zqtoldjob", "organisation": "Zqorganisation", "sector": "Healthcare", "region": "London", "role_started": "2026-01", "phone": "07700 900731",
			"has_assistant": "no", "privacy_read": "yes", "consent_psychometrics": "no", "dietary": "none", "access_needs": "Zqtoldaccess", "arrival": "car",
			"room_night_before": "no", "coach_background": "either", "coach_where": "online", "coach_wishes": "Zqwishes"}}),
		l.awaiting("onboarding", "done"), order("reopen", object{"stage": "onboarding"}), l.awaiting("onboarding", "open"),
		order("skip", object{"stage": "onboarding"}), order("withdraw", object{}), l.reaching("withdrawn"), func() error { return l.got(programme.MsgWithdrawn) })
}

// refusedAddress is somebody whose address refuses mail for good until staff put it right.
func (y *canaryYear) refusedAddress(l *leader) error {
	return steps(l.awaiting("selection", "mail_refused"), func() error { return y.finishTask(l) },
		l.insisting("correct", object{"stage": "selection", "email": "zqmailright@zqmaildomain.example", "note": "Zqnote"}),
		func() error { l.email = "zqmailright@zqmaildomain.example"; return nil }, l.answering("selection"), l.reaching("enrolled"))
}

// finishTask marks what waits on staff for somebody as done, with a note.
func (y *canaryYear) finishTask(l *leader) error {
	var list struct{ Items []struct{ ID int64 } }
	status, answer, err := y.s.try(http.MethodGet, "/tasks?ref="+l.ref, nil)
	if err != nil || json.Unmarshal(answer, &list) != nil || len(list.Items) == 0 {
		return fmt.Errorf("tasks of %s: %d %s, %v", l.ref, status, answer, err)
	}
	status, answer, err = y.s.try(http.MethodPost, fmt.Sprintf("/tasks/%d/done", list.Items[0].ID), object{"note": "Zqnote: rang her"})
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("task done: %d %s, %v", status, answer, err)
	}
	return nil
}

func (y *canaryYear) silent(l *leader) error { return l.reaches("lapsed") }

// searchTemporal looks for markers in everything that Temporal keeps and shows.
func (y *canaryYear) searchTemporal(t *testing.T, l *leader) {
	t.Helper()
	o := &ops{s: y.s, c: y.s.dialTemporal(t), ctx: t.Context()}
	seen, kinds, controls := 0, map[string]bool{}, 0
	clean := func(what string, message proto.Message) {
		t.Helper()
		raw, err := proto.Marshal(message) // payloads stand in it as they are
		if err != nil {
			t.Fatal(err)
		}
		text, err := protojson.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		if found := hits(append(raw, text...), y.secrets()); len(found) > 0 {
			t.Errorf("%s holds %v", what, found)
		}
		controls += len(hits(raw, []string{strings.ToLower(l.ref)}))
	}
	for _, described := range o.allWorkflows(t) {
		info := described.GetWorkflowExecutionInfo()
		id := info.GetExecution().GetWorkflowId()
		history, err := historyOf(o.ctx, o.c, id, info.GetExecution().GetRunId())
		if err != nil {
			t.Fatal(err)
		}
		told, err := o.metadata(id)
		if err != nil {
			t.Fatal(err)
		}
		clean("the history of "+id, history)
		clean("the description of "+id, described) // search attributes, memo, summary
		clean("the details of "+id, told)
		seen++
		kinds[info.GetType().GetName()] = true
	}
	for _, kind := range []string{workflows.TypeCohort, workflows.TypeJourney, workflows.TypeSelection, workflows.TypeOnboarding, workflows.TypePsychometrics,
		workflows.TypeSurvey, workflows.TypeAlumni, workflows.TypeEvent, workflows.TypeCoachingSession} {
		if !kinds[kind] {
			t.Errorf("no %s was searched", kind)
		}
	}
	if controls == 0 {
		t.Error("the search finds nothing at all: not even a reference, which is there")
	}
	y.fileHas(t, "temporal.db*", y.secrets(), nil)
	y.fileHas(t, "temporal.db*", nil, []string{strings.ToLower(l.ref)})
	t.Logf("%d workflows were searched", seen)
}

// searchRest looks for markers where else they must not be, and for the control where they must.
func (y *canaryYear) searchRest(t *testing.T, l *leader) {
	t.Helper()
	for _, pattern := range []string{"log.jsonl", "run.json", "keys.db*"} {
		y.fileHas(t, pattern, y.secrets(), nil)
	}
	run, err := y.s.run()
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{"api": run.API.Metrics, "worker": run.Worker.Metrics} {
		answer, err := http.Get("http://" + address + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || !bytes.Contains(text, []byte("# HELP")) {
			t.Fatalf("metrics of %s: %d bytes, %v", name, len(text), err)
		}
		if found := hits(text, y.secrets()); len(found) > 0 {
			t.Errorf("the metrics of %s hold %v", name, found)
		}
	}
	if found := hits(y.s.output.Bytes(), y.secrets()); len(found) > 0 {
		t.Errorf("the program printed %v", found)
	}
	y.fileHas(t, "records.db*", slices.Concat(sealed, mistaken, y.secrets()[len(markers()):]), named)
	var mails []byte
	for _, m := range y.box.List("") {
		raw, err := sink.Raw(y.box.Dir(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		mails = append(append(mails, raw...), textOfMail(raw)...)
	}
	for _, mark := range []string{"zqgiven", "zqfamily", "zqmail", "zqassistmail", "zqmailnew", "zqmailright", "zqcoach", "zqcoachmail", "zqprivate",
		"zqcandidate", "zqcandmail", "zqlatemail"} {
		if len(hits(mails, []string{mark})) == 0 {
			t.Errorf("no mail at the sink holds %s", mark)
		}
	}
	if found := hits(mails, []string{"zqnote", "zqdiet", "zqaccess", "zqdecline", "zqgivenby", "zqwhy", "zqdraft", "zqchallenge", "zqdecided", "zqreleased", "zqcodenote", "65_over"}); len(found) > 0 {
		t.Errorf("a mail holds %v", found)
	}
}

// fileHas searches all files of the data folder that a pattern names, a database with its log.
func (y *canaryYear) fileHas(t *testing.T, pattern string, none, all []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(y.s.data, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	missing := map[string]bool{}
	for _, mark := range all {
		missing[mark] = true
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := hits(text, none); len(found) > 0 {
			t.Errorf("%s holds %v", filepath.Base(file), found)
		}
		for _, mark := range hits(text, all) {
			delete(missing, mark)
		}
	}
	if len(missing) > 0 {
		t.Errorf("%s does not hold %v: the search would find nothing", pattern, slices.Sorted(maps.Keys(missing)))
	}
}
