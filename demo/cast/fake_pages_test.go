package cast

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

var fakeHost atomic.Value // address of the fake's server, for the links in its mails

// handler serves everything; now and then it is down, as a process that is being restarted is.
func (f *fake) handler() http.Handler {
	mux := http.NewServeMux()
	f.rest(mux)
	mux.HandleFunc("/l/{token}", f.door)
	mux.HandleFunc("/year/{ref}", f.page)
	mux.HandleFunc("/year/{ref}/{stage}", f.page)
	mux.HandleFunc("/year/{ref}/{stage}/{section}", f.page)
	mux.HandleFunc("/report/{ref}", f.report)
	mux.HandleFunc("/new-link", f.newLink)
	mux.HandleFunc("/calendar/{file}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		_, _ = fmt.Fprint(w, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests++
		n := f.requests
		f.mu.Unlock()
		switch {
		case n%37 == 0:
			panic(http.ErrAbortHandler) // the connection breaks before anything was done
		case n%41 == 0:
			http.Error(w, "later", http.StatusServiceUnavailable)
		case n%43 == 0: // it is done, and the answer is lost
			mux.ServeHTTP(nowhere{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

// nowhere is an answer that nobody gets.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}

func show(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<!DOCTYPE html><title>x</title><body><a href="/privacy">Privacy</a><main>%s</main></body>`, body)
}

func (f *fake) door(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	link, known := f.links[r.PathValue("token")]
	j := f.journeys[link.ref]
	switch {
	case !known:
		show(w, http.StatusNotFound, "<h1>We do not know this link</h1>")
		return
	case link.part == "dead", link.stage != "" && j.stage(link.stage).round != link.round, link.stage != "" && j.stage(link.stage).state == "lapsed":
		show(w, http.StatusGone, "<h1>There is a newer link</h1>")
		return
	case r.Method != http.MethodPost:
		show(w, http.StatusOK, fmt.Sprintf(`<h1>%s</h1><form method="post" action="%s"><button>Start</button></form>`, link.stage, r.URL.Path))
		return
	}
	part, target := "leader", "/year/"+link.ref
	if link.part == "assistant" {
		part, target = "assistant", target+"/assistant"
	} else if link.part == "report" {
		target = "/report/" + link.ref
	} else if link.stage != "" {
		target += "/" + link.stage
	}
	cookie := fmt.Sprint("v", len(f.visits))
	f.visits[cookie] = part + " " + link.ref
	http.SetCookie(w, &http.Cookie{Name: "fairlead_visit", Value: cookie, Path: "/", HttpOnly: true})
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// fields are the forms, in the several ways in which a page may ask.
var fields = map[string]string{
	selection: `<fieldset><legend>Will you?</legend><input type="radio" id="answer" name="answer" value="accept"><input type="radio" id="answer-2" name="answer" value="decline"></fieldset>
		<input type=radio name="decline_reason" value="time"><input type=radio name="decline_reason" value="other"><textarea name="decline_note">
</textarea>`,
	"profile": `<input type="hidden" name="csrf" value="h1"><input name="given_name" value="Known"><input type="tel" name="phone" id="phone"><select name="sector"><option value="">Choose one</option><option>Education</option><option>Healthcare</option></select>`,
	"assistant": `<input type="radio" name="has_assistant" value="yes"><input type="radio" name="has_assistant" value="no"><input type="email" name="assistant_email">
		<input type="radio" name="assistant_may" value="nothing"><input type="radio" name="assistant_may" value="dates"><input type="radio" name="assistant_may" value="dates_and_needs">`,
	"needs":      `<input type="checkbox" name="dietary" value="none"><input type="checkbox" name="dietary" value="vegan"><input type="checkbox" name="dietary" value="other"><input type="checkbox" name="dietary" value="vegetarian"><input type="checkbox" name="dietary" value="halal"><input type="checkbox" name="dietary" value="gluten_free"><input type="checkbox" name="dietary" value="prefer_not_to_say"><input type="text" id="odd" name="something_new">`,
	"privacy":    `<input type="radio" name="consent_psychometrics" value="yes"><input type="radio" name="consent_psychometrics" value="no">`,
	"monitoring": `<input type="radio" name="gender" value="woman"><input type="radio" name="gender" value="prefer_not_to_say">`,
	survey:       `<input type="radio" name="satisfied" value="0"><input type="radio" name="satisfied" value="7"><input type="radio" name="satisfied" value="skip">`,
	alumni:       `<input name="certificate_name" value="Dr Known"><input type="radio" name="directory" value="yes"><input type="radio" name="directory" value="no"><input type="checkbox" name="show" value="name">`,
	"helper":     `<input type="checkbox" name="confirm_dates" value="yes">`,
}

var sectionNames = []string{"profile", "assistant", "privacy", "needs", "monitoring"}

func asks(action, fields string) string {
	return fmt.Sprintf(`<h1>Please</h1><form method="post" action="%s">%s<button name="action" value="preview">Preview</button><button type="submit">Send</button></form>`, action, fields)
}

func (f *fake) page(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	cookie, err := r.Cookie("fairlead_visit")
	j, stage, section := f.journeys[r.PathValue("ref")], r.PathValue("stage"), r.PathValue("section")
	part := "leader"
	if stage == "assistant" {
		part = "assistant"
	}
	if err != nil || j == nil || f.visits[cookie.Value] != part+" "+j.ref {
		show(w, http.StatusForbidden, "<h1>Please open your link again</h1>")
		return
	}
	_ = r.ParseForm()
	at := "/year/" + j.ref + "/" + stage
	switch {
	case stage == "consents":
		f.consents(w, r, j, section)
	case stage == "leave" && r.Method == http.MethodPost:
		if j.state != "withdrawn" {
			j.state = "withdrawn"
			f.left++
			f.mail(j, j.email, []string{j.key("-", "withdrawn", "own")}, nil)
		}
		http.Redirect(w, r, at, http.StatusSeeOther)
	case stage == "leave" && j.state == "withdrawn":
		show(w, 200, "<h1>You have left the programme</h1>")
	case stage == "leave" && j.state != "enrolled" && j.state != "on_hold":
		show(w, http.StatusNotFound, "<h1>Page not found</h1>")
	case stage == "leave":
		show(w, 200, asks(at, `<textarea name="note"></textarea>`))
	case stage == "" || stage == "certificate":
		show(w, 200, "<h1>Your year</h1>")
	case stage == "assistant" && r.Method == http.MethodPost && section == "":
		if r.PostForm.Get("confirm_dates") != "yes" {
			show(w, 422, asks(at, fields["helper"]))
			return
		}
		http.Redirect(w, r, at+"/done", http.StatusSeeOther)
	case stage == "assistant" && section == "":
		show(w, 200, asks(at, fields["helper"]))
	case section == "done":
		show(w, 200, "<h1>Thank you</h1>")
	default:
		f.form(w, r, j, j.stage(stage), section, at)
	}
}

func (f *fake) form(w http.ResponseWriter, r *http.Request, j *fakeJourney, s *fakeStage, section, at string) {
	post := r.Method == http.MethodPost
	switch {
	case section == "change" && post:
		f.mail(j, j.email, []string{j.key(s.name, "answer-changed", "change")}, nil)
		http.Redirect(w, r, at+"/done", http.StatusSeeOther)
	case section == "change":
		show(w, 200, asks(at+"/change", fields[s.name]))
	case s.state == "done":
		http.Redirect(w, r, at+"/done", http.StatusSeeOther)
	case j.state == "on_hold":
		show(w, http.StatusConflict, "<h1>Your year is paused</h1>")
	case s.state != "open":
		show(w, http.StatusGone, "<h1>This form has closed</h1>")
	case s.kind == "onboarding":
		f.onboarding(w, r, j, s, section, at)
	case s.kind == "psychometrics":
		f.questionnaire(w, r, j, s, section, at)
	case !post:
		show(w, 200, asks(at, fields[s.name]))
	default:
		f.take(w, r, j, s, at)
	}
}

func (f *fake) take(w http.ResponseWriter, r *http.Request, j *fakeJourney, s *fakeStage, at string) {
	given := r.PostForm
	bad := map[string]bool{selection: given.Get("answer") == "" || (given.Get("answer") == "decline") == (given.Get("decline_reason") == ""),
		survey: given.Get("satisfied") == "", alumni: given.Get("directory") == "" || given.Get("certificate_name") == ""}[s.name]
	if bad || given.Get("action") != "" {
		show(w, 422, `<a href="#answer">Choose</a>`+asks(at, fields[s.name]))
		return
	}
	confirmation := map[string]string{selection: "invitation-accepted", survey: "survey-done", alumni: "alumni-welcome"}[s.name]
	if given.Get("answer") == "decline" {
		s.state = "done"
		f.mail(j, j.email, []string{j.key(s.name, "invitation-declined", "row")}, nil)
		j.state = "declined"
	} else {
		f.answered(j, s, confirmation)
	}
	http.Redirect(w, r, at+"/done", http.StatusSeeOther)
}

func (f *fake) onboarding(w http.ResponseWriter, r *http.Request, j *fakeJourney, s *fakeStage, section, at string) {
	switch {
	case section == "":
		list := "<h1>Sections</h1>"
		for _, name := range sectionNames {
			list += fmt.Sprintf(`<a href="%s/%s">%s</a>`, at, name, name)
		}
		show(w, 200, list)
	case section == "check" && r.Method == http.MethodPost:
		if len(s.sections) < len(sectionNames) {
			show(w, 422, `<h1>Check</h1><form method="post"><button>Send</button></form>`)
			return
		}
		f.answered(j, s, "onboarding-done")
		http.Redirect(w, r, at+"/done", http.StatusSeeOther)
	case section == "check":
		show(w, 200, fmt.Sprintf(`<h1>Check</h1><form method="post" action="%s/check"><button>Send</button></form>`, at))
	case r.Method == http.MethodPost:
		given := r.PostForm
		complaint := ""
		switch section {
		case "profile":
			if given.Get("given_name") != "Known" || given.Get("csrf") != "h1" || given.Get("sector") == "" {
				complaint = "#given_name"
			}
			j.phone = given.Get("phone")
		case "assistant":
			j.may, j.assistant = given.Get("assistant_may"), given.Get("assistant_email")
		case "privacy":
			j.agrees = given.Get("consent_psychometrics") == "yes"
		case "needs": // a question nobody expected: the page complains once, and takes what comes then
			if given.Get("something_new") == "" {
				complaint = "#odd"
			}
			f.complaint[j.ref] = true
		case "monitoring":
			if given.Get("gender") == "woman" {
				complaint = "#gender"
			}
		}
		if complaint != "" {
			show(w, 422, fmt.Sprintf(`<h1>Error</h1><a href="%s">Enter it</a>`, complaint)+asks(at+"/"+section, fields[section]))
			return
		}
		s.sections[section] = true
		http.Redirect(w, r, at, http.StatusSeeOther)
	default:
		show(w, 200, asks(at+"/"+section, fields[section]))
	}
}

func (f *fake) newLink(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method != http.MethodPost {
		show(w, 200, `<h1>New link</h1><form method="post" action="/new-link"><input type="email" name="email"><button>Send me a new link</button></form>`)
		return
	}
	for _, j := range f.journeys {
		if strings.EqualFold(j.email, r.PostFormValue("email")) && !j.ended() {
			f.mail(j, j.email, []string{j.key("-", "new-link", fmt.Sprint("n", f.mails))}, nil)
		}
	}
	http.Redirect(w, r, "/new-link/sent?"+url.Values{}.Encode(), http.StatusSeeOther)
}
