package sink

import (
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

//go:embed page.html
var pageSource string

var page = template.Must(template.New("mail").Parse(pageSource))

// pageSize is how many mails one page of the list shows.
const pageSize = 50

// Handler shows the mail that lies in dir: /dev/mail (a page; ?to= filters, ?page= turns, ?id= opens one mail),
// /dev/mail.json (?to=, ?since=<id> for what came after it, ?limit=) in the order of receipt, and /dev/mail/{id}.eml.
// It keeps no state and only reads, so it may run in another process than the sink. It is for development alone: it
// shows everybody's mail with working links.
func Handler(dir string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/mail", func(w http.ResponseWriter, r *http.Request) { showPage(dir, w, r) })
	mux.HandleFunc("GET /dev/mail.json", func(w http.ResponseWriter, r *http.Request) { showJSON(dir, w, r) })
	mux.HandleFunc("GET /dev/mail/{file}", func(w http.ResponseWriter, r *http.Request) { showRaw(dir, w, r) })
	return mux
}

func showJSON(dir string, w http.ResponseWriter, r *http.Request) {
	mails, err := Index(dir)
	if err != nil {
		http.Error(w, "The mail folder cannot be read.", http.StatusInternalServerError)
		return
	}
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	found := []Mail{}
	for _, m := range mails {
		if m.ID > q.Get("since") && wanted(m, q.Get("to")) && (limit <= 0 || len(found) < limit) {
			found = append(found, m)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(found)
}

func showRaw(dir string, w http.ResponseWriter, r *http.Request) {
	id, isMail := strings.CutSuffix(r.PathValue("file"), ".eml")
	raw, err := Raw(dir, id)
	switch {
	case !isMail, errors.Is(err, fs.ErrNotExist):
		http.Error(w, "There is no such mail.", http.StatusNotFound)
	case err != nil:
		http.Error(w, "The mail folder cannot be read.", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "message/rfc822")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(raw)
	}
}

// pageView is what the page shows: the list, or one mail.
type pageView struct {
	To           string
	Mails        []Mail
	Total        int
	Newer, Older string // addresses of the neighbouring pages, or empty
	One          *Mail
	Text         []piece
	HTML         string
	Back         string
}

// piece is a stretch of a mail's text; a link where URL is set.
type piece struct{ Text, URL string }

func showPage(dir string, w http.ResponseWriter, r *http.Request) {
	mails, err := Index(dir)
	if err != nil {
		http.Error(w, "The mail folder cannot be read.", http.StatusInternalServerError)
		return
	}
	q := r.URL.Query()
	view := pageView{To: q.Get("to")}
	view.Back = address(view.To, 0)
	if id := q.Get("id"); id != "" {
		if !view.open(dir, mails, id) {
			http.Error(w, "There is no such mail.", http.StatusNotFound)
			return
		}
	} else {
		number, _ := strconv.Atoi(q.Get("page"))
		view.list(mails, max(number, 0))
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	_ = page.Execute(w, view)
}

// list takes one page of the mails, the newest first.
func (v *pageView) list(mails []Mail, number int) {
	var found []Mail
	for i := len(mails) - 1; i >= 0; i-- {
		if wanted(mails[i], v.To) {
			found = append(found, mails[i])
		}
	}
	v.Total = len(found)
	from := min(number*pageSize, len(found))
	to := min(from+pageSize, len(found))
	v.Mails = found[from:to]
	if number > 0 {
		v.Newer = address(v.To, number-1)
	}
	if to < len(found) {
		v.Older = address(v.To, number+1)
	}
}

func (v *pageView) open(dir string, mails []Mail, id string) bool {
	for _, m := range mails {
		if m.ID != id {
			continue
		}
		raw, err := Raw(dir, id)
		if err != nil {
			return false
		}
		b := readBody(raw)
		v.One, v.Text, v.HTML = &m, linked(b.text), b.html
		return true
	}
	return false
}

func address(to string, page int) string {
	q := url.Values{}
	if to != "" {
		q.Set("to", to)
	}
	if page > 0 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return "/dev/mail"
	}
	return "/dev/mail?" + q.Encode()
}

func wanted(m Mail, to string) bool { return to == "" || strings.EqualFold(m.To, to) }

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

// linked cuts a text at its web addresses, so that a reader can follow them.
func linked(text string) []piece {
	var pieces []piece
	for {
		at := webAddress.FindStringIndex(text)
		if at == nil {
			return append(pieces, piece{Text: text})
		}
		pieces = append(pieces, piece{Text: text[:at[0]]}, piece{Text: text[at[0]:at[1]], URL: text[at[0]:at[1]]})
		text = text[at[1]:]
	}
}
