package console

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

const (
	staffID   = "00000000000000a1"
	sessionID = "00000000000000b1"
	tokenID   = "00000000000000c1"
)

// somePeople is one of everything.
func somePeople() fakePeople {
	entry := func(id int64, actor string, action programme.AuditAction, subject, detail, reason string) programme.AuditEntry {
		return programme.AuditEntry{ID: id, At: realNow().Add(time.Duration(id) * time.Minute), Actor: actor, Action: action, Subject: subject, Detail: detail, Reason: reason}
	}
	return fakePeople{
		staff: []programme.Staff{{ID: staffID, Email: "ann@centre.example", Role: "coordinator", Added: realNow(), LastSignIn: realNow(), Sessions: 1},
			{ID: "00000000000000a2", Email: "bo@centre.example", Role: "admin", Added: realNow()}},
		sessions: []programme.StaffSession{{ID: sessionID, Name: "ann@centre.example", StaffID: staffID, Role: "coordinator", By: programme.ByOrganisation,
			Browser: "Firefox on Windows", Began: realNow(), LastUsed: realNow(), Ends: realNow().Add(12 * time.Hour)}},
		tokens: []programme.APIToken{{ID: tokenID, Prefix: "abcdefgh", Name: "Dashboard", Role: "researcher", Kind: programme.TokenLive, Created: realNow(), Expires: realNow().AddDate(1, 0, 0)},
			{ID: "00000000000000c2", Prefix: "hgfedcba", Name: "Old", Role: "ops", Kind: programme.TokenTest, Created: realNow(), Expires: realNow()},
			{ID: "00000000000000c3", Prefix: "zzzzzzzz", Name: "Gone", Role: "ops", Kind: programme.TokenLive, Created: realNow(), Revoked: realNow()}},
		log: []programme.AuditEntry{entry(3, "staff:bo@centre.example", programme.AuditRoleChanged, "staff:ann@centre.example", "ops to coordinator", "=covers for Cy"),
			entry(2, "", programme.AuditRefused, "", "organisation: unknown", ""), entry(1, programme.ActorCommandLine, programme.AuditStaffAdded, "staff:bo@centre.example", "admin", "the first")},
	}
}

// changes are every change of access, with what is typed and what it then does.
var changes = []struct {
	name, path string
	form       url.Values
	leads      string
	did        string
}{
	{"add", "/console/people/add", url.Values{"email": {"cy@centre.example"}, "role": {"ops"}}, peoplePath + "?did=added", "add cy@centre.example ops staff:jo joins us"},
	{"role", staffPath(staffID) + "/role", url.Values{"role": {"ops"}, "was": {"coordinator"}}, staffPath(staffID) + "?did=changed", "role " + staffID + " coordinator ops staff:jo joins us"},
	{"remove", staffPath(staffID) + "/remove", url.Values{}, peoplePath + "?did=removed", "remove " + staffID + " staff:jo joins us"},
	{"end all", staffPath(staffID) + "/end-sessions", url.Values{}, staffPath(staffID) + "?did=ended", "end " + sessionID + " staff:jo joins us"},
	{"end one", allSessionsPath + "/" + sessionID + "/end", url.Values{}, allSessionsPath + "?did=ended", "end " + sessionID + " staff:jo joins us"},
	{"end token", tokensPath + "/end/" + tokenID, url.Values{}, tokensPath + "?did=revoked", "end token " + tokenID + " staff:jo joins us"},
}

// Every change says first what it will do, asks why, keeps what was typed, and is done in the name of whoever did it.
func TestChangesOfAccess(t *testing.T) {
	t.Parallel()
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t).as(admin)
			says(t, change.name, b.page(change.path, http.StatusOK, `name="reason"`, `action="`+change.path+`"`), "In a few words")
			answer := b.do(http.MethodPost, change.path, change.form)
			if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.people.did) > 0 {
				t.Fatalf("without a reason: %d, did %v", answer.StatusCode, b.store.people.did)
			}
			says(t, change.name, answer.page, "<title>Error: ", `href="#reason">Say in a few words why`, `id="reason-error"`)
			for name, values := range change.form {
				if name != "was" && !strings.Contains(answer.page, `value="`+values[0]+`"`) {
					t.Errorf("what was typed is gone: %s", values[0])
				}
			}
			change.form.Set("reason", " joins us ")
			answer = b.do(http.MethodPost, change.path, change.form)
			if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != change.leads {
				t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
			}
			if !slices.Equal(b.store.people.did, []string{change.did}) {
				t.Errorf("it did %q", b.store.people.did)
			}
			says(t, change.name, b.page(change.leads, http.StatusOK), `role="status"`)
		})
	}
}

func TestChangesThatMeetAnother(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	form := url.Values{"role": {"ops"}, "was": {"selector"}, "reason": {"moves"}}
	for refusal, words := range map[error]string{programme.ErrConflict: "Somebody changed this in the meantime",
		&programme.Illegal{Why: "Make somebody else an administrator first."}: "Make somebody else an administrator first."} {
		b.store.refuse = refusal
		answer := b.do(http.MethodPost, staffPath(staffID)+"/role", form)
		if answer.StatusCode != http.StatusConflict {
			t.Errorf("%d", answer.StatusCode)
		}
		// The form now says what stands there, so that the next click means that.
		says(t, "again", answer.page, words, `name="was" value="coordinator"`, `value="moves"`, `<option value="ops" selected>`)
	}
	b.store.refuse = nil
	for who, to := range map[string]string{"jo": staffPath(staffID) + "?did=changed", "ann@centre.example": home} { // one's own page is gone with the role
		b.store.sessions[programme.TokenFrom(b.cookie).Hash()] = member{who, admin}
		if answer := b.do(http.MethodPost, staffPath(staffID)+"/role", form); answer.Header.Get("Location") != to {
			t.Errorf("%s is led to %q", who, answer.Header.Get("Location"))
		}
	}
	for _, path := range []string{peoplePath + "/staff/00000000000000ff/remove", allSessionsPath + "/00000000000000ff/end"} { // a second click
		if answer := b.do(http.MethodPost, path, url.Values{"reason": {"leaves"}}); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
	for _, path := range []string{"/console/people/staff/00000000000000ff", "/console/people/staff/'", "/console/people/staff/x/role", "/console/people/sessions/00000000000000ff/end",
		"/console/people/tokens/end/00000000000000ff", "/console/people/audit?actor=x", "/console/people/audit?action=x", "/console/people/audit?subject=x", "/console/people/audit?subject=1999-autumn"} {
		b.page(path, http.StatusNotFound)
	}
	if answer := b.do(http.MethodPost, "/console/people/staff/x/remove", url.Values{"reason": {"leaves"}}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an address that nobody was given: %d", answer.StatusCode)
	}
	b.page("/console/people/audit?before=x", http.StatusUnprocessableEntity)
	for path, subject := range map[string]string{"/console/journeys/" + ref: ref, "/console/cohorts/" + cohort: cohort} { // what was done to one of them
		b.page(path, http.StatusOK, `href="`+auditOf(subject)+`"`)
		b.page(auditOf(subject), http.StatusOK, `<option value="`+subject+`" selected>`, `name="subject" value="`+subject+`"`)
	}
}

func TestPeopleAreListed(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	says(t, "staff", b.page(peoplePath, http.StatusOK), `href="`+staffPath(staffID)+`">ann@centre.example`, "Coordinator", "Sign-in through your organisation is not set up", `aria-current="page"><strong>Staff`)
	says(t, "member", b.page(staffPath(staffID), http.StatusOK), "Firefox on Windows", "End all their sessions", "Coordinator: runs cohorts and journeys")
	says(t, "removal", b.page(staffPath(staffID)+"/remove", http.StatusOK), "Sessions that end", "<dd>1</dd>")
	sessions := b.page(allSessionsPath, http.StatusOK, "Firefox on Windows", "organisation&#39;s sign-in", "This browser")
	if strings.Count(sessions, "This browser") != 1 {
		t.Error("more than one session is the own one")
	}
	own := programme.TokenFrom(b.cookie).Hash()[:16]
	says(t, "own", b.page(allSessionsPath+"/"+own+"/end", http.StatusOK), "Your own session, in this browser, is among them.")
	says(t, "tokens", b.page(tokensPath, http.StatusOK), "<code>abcdefgh</code>", "Researcher", "Live", "Expired", "Ended ", tokensPath+"/end/"+tokenID)
	silent(t, "tokens", b.page(tokensPath, http.StatusOK), tokensPath+"/end/00000000000000c2", tokensPath+"/end/00000000000000c3")
	b.as(coordinator)
	says(t, "no admin", b.page("/console", http.StatusOK), "Your sessions")
	silent(t, "no admin", b.page("/console", http.StatusOK), "People and access")
}

func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	page := b.page(tokensPath+"/make", http.StatusOK, `value="2027-11-21"`)
	_, rest, _ := strings.Cut(page, `name="id" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	form := url.Values{"id": {id}, "name": {"Reports"}, "role": {"ops"}, "kind": {"test"}, "expires_on": {"soon"}, "reason": {"the dashboard"}}
	answer := b.do(http.MethodPost, tokensPath+"/make", form)
	says(t, "no day", answer.page, `id="expires_on-error"`, `value="soon"`, `value="Reports"`, `name="id" value="`+id+`"`)
	form.Set("expires_on", "2027-06-30")
	answer = b.do(http.MethodPost, tokensPath+"/make", form)
	if answer.StatusCode != http.StatusOK || !slices.Equal(b.store.people.did, []string{"token Reports ops test 2027-06-30 23:00:00 staff:jo the dashboard"}) {
		t.Fatalf("%d, did %v", answer.StatusCode, b.store.people.did)
	}
	says(t, "made", answer.page, "<code>the-new-secret</code>", "kept nowhere")
	answer = b.do(http.MethodPost, tokensPath+"/make", form)
	if answer.StatusCode != http.StatusConflict || len(b.store.people.did) != 1 {
		t.Errorf("a second click: %d", answer.StatusCode)
	}
	says(t, "twice", answer.page, "when you first pressed the button")
	silent(t, "twice", answer.page, "the-new-secret")
	form = url.Values{"expires_on": {""}}
	answer = b.do(http.MethodPost, tokensPath+"/make", form)
	says(t, "empty", answer.page, `href="#name"`, `href="#role"`, `href="#kind"`, `href="#reason"`)
	form = url.Values{"name": {"For ever"}, "role": {"ops"}, "kind": {"live"}, "expires_on": {""}, "reason": {"x"}}
	says(t, "for ever", b.do(http.MethodPost, tokensPath+"/make", form).page, "<dd>Never</dd>")
	if strings.Contains(b.log.String(), "the-new-secret") {
		t.Error("the log has the token")
	}
}

func TestOwnSessions(t *testing.T) {
	t.Parallel()
	b := setup(t).as(ops)
	own := b.cookie
	other := b.as(ops).store.begin(member{"jo", ops}, "")
	b.cookie = own
	b.page(sessionsPath, http.StatusOK, "Your sessions", "This browser", "Sign out")
	for path, status := range map[string]int{sessionID: http.StatusNotFound, "x": http.StatusNotFound, other.Hash()[:16]: http.StatusSeeOther} {
		if answer := b.do(http.MethodPost, sessionsPath+"/"+path+"/end", url.Values{}); answer.StatusCode != status {
			t.Errorf("%s: %d, not %d", path, answer.StatusCode, status)
		}
	}
	if !slices.Equal(b.store.people.did, []string{"end " + other.Hash()[:16] + " staff:jo ended by whoever it belongs to"}) {
		t.Errorf("ended %v", b.store.people.did)
	}
	b.page(sessionsPath, http.StatusOK, "End all but this one")
	if answer := b.do(http.MethodPost, sessionsPath+"/end-others", url.Values{}); answer.Header.Get("Location") != sessionsPath+"?did=ended" || !strings.Contains(b.store.people.did[1], other.Hash()[:16]) ||
		strings.Contains(b.store.people.did[1], programme.TokenFrom(own).Hash()[:16]) {
		t.Errorf("all others: %d, ended %v", answer.StatusCode, b.store.people.did)
	}
	answer := b.do(http.MethodPost, sessionsPath+"/"+programme.TokenFrom(own).Hash()[:16]+"/end", url.Values{})
	if answer.Header.Get("Location") != signInPath || answer.Cookies()[0].MaxAge != -1 {
		t.Errorf("the own one: %d to %q", answer.StatusCode, answer.Header.Get("Location"))
	}
}

func TestAuditLogPage(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	page := b.page(auditPath, http.StatusOK, "Role changed", "ops to coordinator", "=covers for Cy", "Nobody known", "Sign in refused")
	ann, bo := personKey("staff:ann@centre.example"), personKey("staff:bo@centre.example")
	b.store.people.log = append([]programme.AuditEntry{{ID: 4, At: realNow(), Actor: "staff:bo@centre.example", Action: "hold", Subject: "P-7F3K2Q", Reason: "operational_demand"}},
		b.store.people.log...)
	says(t, "an order", b.page(auditPath+"?action=hold", http.StatusOK), `<td>Hold</td><td><a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a></td>`, "Operational demand")
	b.store.people.log = b.store.people.log[1:]
	says(t, "filter", page, `<option value="`+ann+`">ann@centre.example`)
	chosen := b.page(auditPath+"?actor="+bo+"&subject="+ann+"&action=role_changed", http.StatusOK, "Role changed", `<option value="`+bo+`" selected>`)
	silent(t, "chosen", chosen, "the first", "unknown</td>")
	silent(t, "address", page, "?actor=", "@centre.example&")
	b.page(auditPath+"?subject="+bo, http.StatusOK, "the first")
	b.page(auditPath+"?before=1", http.StatusOK, "There are no older lines", `rel="prev"`)

	answer := b.do(http.MethodPost, auditPath+".csv", url.Values{"actor": {bo}, "subject": {""}, "action": {""}})
	if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.people.did) > 0 {
		t.Errorf("without a reason: %d", answer.StatusCode)
	}
	says(t, "why", answer.page, `href="#reason"`, `name="actor" value="`+bo+`"`)
	answer = b.do(http.MethodPost, auditPath+".csv", url.Values{"actor": {bo}, "reason": {"the yearly review"}})
	want := "\ufeffid,at_utc,actor,action,subject,detail,reason\r\n3,2026-11-21T12:03:00Z,staff:bo@centre.example,role_changed,staff:ann@centre.example,ops to coordinator,'=covers for Cy\r\n"
	if answer.StatusCode != http.StatusOK || answer.page != want || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%d %q", answer.StatusCode, answer.page)
	}
	if !slices.Equal(b.store.people.did, []string{"export staff:jo the yearly review"}) {
		t.Errorf("did %v", b.store.people.did)
	}
}

// TestAuditLogPages reads more than a page, the newest first.
func TestAuditLogPages(t *testing.T) {
	t.Parallel()
	b := setup(t).as(admin)
	b.store.people.log = nil
	for id := int64(120); id > 0; id-- {
		b.store.people.log = append(b.store.people.log, programme.AuditEntry{ID: id, At: realNow(), Actor: "staff:bo@centre.example", Action: programme.AuditSignedIn, Detail: "line " + string(rune('a'+id%26))})
	}
	address, rows, last := auditPath+"?action=signed_in", 0, ""
	for address != "" {
		page := b.page(address, http.StatusOK)
		rows += strings.Count(page, "Signed in</td>")
		address, last = "", page
		if next := nextPage.FindStringSubmatch(page); next != nil {
			address = html.UnescapeString(next[1])
		}
	}
	if second := b.page(beforePage(last), http.StatusOK); !strings.Contains(second, ">line "+string(rune('a'+70%26))+"<") {
		t.Error("before the last page does not come the second")
	}
	if rows != 120 {
		t.Errorf("%d lines on all pages", rows)
	}
}

// A form sent after the session has ended comes back with what was typed, to be sent again.
func TestFormOutlivesItsSession(t *testing.T) {
	t.Parallel()
	b := setup(t).as("")
	nasty := `"><script>alert(1)</script> ` + strings.Repeat("Ö", 200)
	form := url.Values{"note": {nasty}, "twice": {"a", "b"}, "empty": {""}}
	answer := b.do(http.MethodPost, "/console/tasks/12/done", form)
	if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == "" || len(answer.Cookies()) > 0 {
		t.Errorf("%d with %v", answer.StatusCode, answer.Cookies())
	}
	says(t, "kept", answer.page, `action="/console/tasks/12/done"`, `href="/console/sign-in?to=/console/signed-in" target="_blank" rel="noopener"`,
		`name="twice" value="a"`, `name="twice" value="b"`, `name="empty" value=""`, "&lt;script&gt;")
	silent(t, "kept", answer.page, "<script>")
	b.as(coordinator)
	b.page(signedInPath, http.StatusOK, "go back to the one with your form")
	if answer := b.do(http.MethodPost, "/console/tasks/12/done", form); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("sent again: %d", answer.StatusCode)
	}
	b.as("")
	for _, form := range []url.Values{nil, {}} {
		if answer := b.do(http.MethodPost, "/console/tasks/12/done", form); answer.Header.Get("Location") != signInPath {
			t.Errorf("nothing typed: %d", answer.StatusCode)
		}
	}
}

func TestBrowserInPlainWords(t *testing.T) {
	t.Parallel()
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                           "Firefox on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                      "Safari on a Mac",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1":     "Chrome on an iPhone",
		"Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                             "Chrome on a Chromebook",
		"curl/8.5.0": "Another program", "": "Another program", `<script>alert("Linux")</script>`: "Another program on Linux",
	} {
		if got := browserOf(userAgent); got != want {
			t.Errorf("%q is %q, not %q", userAgent, got, want)
		}
	}
}

// Whoever looks at names or needs, or takes them away, stands in the audit log; where that cannot be written they see nothing.
func TestWhoLooksIsNoted(t *testing.T) {
	t.Parallel()
	sitting := "/console/cohorts/" + cohort + "/events/residential-1/a/venue-pack"
	for path, want := range map[string]string{sitting: "venue_pack_opened " + cohort + "/residential-1/a staff:jo", sitting + ".csv": "venue_pack_exported " + cohort + "/residential-1/a staff:jo",
		"/console/cohorts/" + cohort + "/attendance.csv": "attendance_exported " + cohort + " staff:jo"} {
		b := setup(t)
		b.do(http.MethodHead, path, nil)
		if answer := b.get(path); answer.StatusCode != http.StatusOK || !slices.Equal(b.store.people.did, []string{want}) {
			t.Errorf("%s: %d, noted %v", path, answer.StatusCode, b.store.people.did)
		}
		b.store.people.deaf = programme.ErrUnavailable
		if answer := b.get(path); answer.StatusCode != http.StatusServiceUnavailable || strings.Contains(answer.page, mark) {
			t.Errorf("%s: seen without a note: %d", path, answer.StatusCode)
		}
	}
	b := setup(t).as(ops)
	if answer := b.get(sitting); answer.StatusCode != http.StatusForbidden || len(b.store.people.did) > 0 {
		t.Errorf("%d, noted %v", answer.StatusCode, b.store.people.did)
	}
	says(t, "log", b.log.String(), "access was denied", "role=ops", "/console/cohorts/:cohort/events/:stage/:sitting/venue-pack")
}
