package cast

import (
	"fmt"
	"net/http"
)

// questionnaire asks two pages of ten; what was answered stands there on every device.
func (f *fake) questionnaire(w http.ResponseWriter, r *http.Request, j *fakeJourney, s *fakeStage, section, at string) {
	post := r.Method == http.MethodPost
	pages := []string{"page-1", "page-2"}
	switch {
	case section == "" && !post:
		list := "<h1>Questionnaire</h1>"
		for _, page := range pages {
			list += fmt.Sprintf(`<a href="%s/%s">%s</a>`, at, page, page)
			if s.sections[page] {
				list += " 10 of 10 answered "
			}
		}
		show(w, 200, list+`<a href="/year/`+j.ref+`/consents">Withdraw</a>`)
	case section == "check" && post:
		if !s.sections["page-1"] || !s.sections["page-2"] {
			show(w, 422, `<h1>Check</h1><form method="post"><button>Send</button></form>`)
			return
		}
		j.report = true
		f.answered(j, s, "psychometrics-done")
		http.Redirect(w, r, at+"/done", http.StatusSeeOther)
	case section == "check":
		show(w, 200, fmt.Sprintf(`<h1>Check</h1><form method="post" action="%s/check"><button>Send</button></form>`, at))
	case post:
		if value := r.PostForm.Get("item-1"); section == "page-1" && value == "" {
			f.t.Error("a page of the questionnaire came without an answer")
		}
		s.sections[section] = true
		http.Redirect(w, r, at+"/check", http.StatusSeeOther)
	default:
		show(w, 200, asks(at+"/"+section, `<input type="radio" name="item-1" value="1"><input type="radio" name="item-1" value="2"><input type="radio" name="item-1" value="skip">`))
	}
}

// report is there for a leader who answered and has not withdrawn.
func (f *fake) report(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.journeys[r.PathValue("ref")]
	cookie, err := r.Cookie("fairlead_visit")
	if err != nil || j == nil || f.visits[cookie.Value] != "leader "+j.ref || !j.report {
		show(w, http.StatusNotFound, "<h1>There is no report</h1>")
		return
	}
	show(w, 200, `<h1>Your report</h1><svg role="img" aria-labelledby="t"><title id="t">Extraversion 30</title></svg><table><tr><td>30</td></tr></table>`)
}

func (f *fake) consents(w http.ResponseWriter, r *http.Request, j *fakeJourney, purpose string) {
	at := "/year/" + j.ref + "/consents"
	switch {
	case purpose == "":
		list := "<h1>Your consents</h1>"
		if j.agrees {
			list += `<a href="` + at + `/psychometrics">Withdraw</a>`
		}
		show(w, 200, list)
	case r.Method != http.MethodPost:
		show(w, 200, fmt.Sprintf(`<h1>Withdraw</h1><form method="post" action="%s/psychometrics"><button>Withdraw</button></form>`, at))
	default:
		j.agrees, j.report = false, false
		if s := j.stage(psychometrics); s.state == "open" || s.state == "not_open" {
			s.state = "skipped"
		}
		f.withdrawn++
		http.Redirect(w, r, at, http.StatusSeeOther)
	}
}
