package verdict

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Mail is one mail at the sink, read from its own headers.
type Mail struct {
	ID        string
	Received  time.Time // real time, by the sink
	To        string    // the envelope's recipient
	Date      time.Time // the Date header; zero where there is none
	MessageID string
	Keys      []string // X-Fairlead-Key
	Rule      string   // X-Fairlead-Rule
	Entry     *Entry   // its calendar part, nil where it has none
	Broken    string   // why its calendar part cannot be read
	Text      string   // of a mail that says how to join an event: its plain text in one line
	Exit      string   // List-Unsubscribe
	OneClick  string   // List-Unsubscribe-Post
	Opens     bool     // its text has a private link
}

// Act is one thing the cast did over HTTP, one line of its log.
type Act struct {
	Sent      time.Time `json:"sent"`     // real time
	Answered  time.Time `json:"answered"` // real time; the moment of failure where nothing came back
	At        time.Time `json:"at"`       // programme time of Sent
	Done      time.Time `json:"done"`     // programme time of Answered
	Person    int       `json:"person"`   // number of the person in the cast, 0 for staff's own business
	Ref       string    `json:"ref,omitempty"`
	Act       string    `json:"act"` // what it was: see the Act names; staff's commands have their own names
	Stage     string    `json:"stage,omitempty"`
	Round     int       `json:"round,omitempty"`
	Sitting   string    `json:"sitting,omitempty"`
	Answer    string    `json:"answer,omitempty"` // accept or decline; of an event confirm, another or cannot, of its register what was noted
	Slot      string    `json:"slot,omitempty"`   // the published time that was chosen for a session
	Coach     string    `json:"coach,omitempty"`  // of a pair, a change of it, or a look at a report
	Costs     string    `json:"costs,omitempty"`  // of an event that was missed: recovered
	Status    int       `json:"status"`
	Confirmed bool      `json:"confirmed"`         // its effect was seen: a done page, or the command's answer
	Into      string    `json:"into,omitempty"`    // defer: the reference that goes on
	Message   string    `json:"message,omitempty"` // resend: which message
	Missed    string    `json:"missed,omitempty"`  // resume: skip or send
	Problem   string    `json:"problem,omitempty"` // the person gave up: why
}

// The names of what people do; commands of staff have the commands' names.
const (
	ActAnswer    = "answer"     // the last step of a form
	ActChange    = "change"     // an answer given before was changed
	ActOldLink   = "old-link"   // a link that must be dead was tried: confirmed means that it was
	ActAnswerFor = "answer-for" // staff, for a person who telephoned
	// ActWithdrawConsent takes the consent to the questionnaire back.
	ActWithdrawConsent = "withdraw-consent"
	// ActUnsubscribe is the button of a mail program that turns optional mail off.
	ActUnsubscribe = "unsubscribe"
	ActMove        = "move-session"
	ActCancel      = "cancel-session"
	ActLog         = "log-session" // a coach, of a session that is over

	ActPair       = "pair"          // staff read that a coach has a leader; the answer numbers the reading
	ActAnother    = "another-coach" // a leader, without a reason
	ActCoachLeave = "coach-leaves"
	ActShare      = "share-report" // a leader lets the coach see the report, anew
	ActReport     = "coach-report" // a coach tried to see it: confirmed means that it was there
	ActFigures    = "figures"      // staff read how often an employer paid for a residential; the answer is the number
	ActDecide     = "decide"       // staff, on compulsory days that have lapsed: they stay so
)

// History is one exported workflow history, decoded to what is judged.
type History struct {
	WorkflowID string `json:"workflow_id"`
	Type       string `json:"type"`
	Status     string `json:"status"` // Running, Completed, Failed, Canceled, Terminated, ContinuedAsNew or TimedOut
	Events     int    `json:"events"`
	Bytes      int    `json:"bytes"`
}

// Expected is what the cast knows of itself.
type Expected struct {
	Cohort      string    `json:"cohort"`
	Route       string    `json:"route"` // invitation or application
	Places      int       `json:"places"`
	LastJoining time.Time `json:"last_joining"` // until when freed places are filled again, programme time
	Coaches     []string  `json:"coaches"`      // addresses
	Bench       []Coach   `json:"bench"`        // the same with what a match has to heed
	People      []Person  `json:"people"`       // the participants; a reference made by a deferral is none of its own
	Sittings    []Sitting `json:"sittings"`     // the dates of the events, as staff had them in the end
	Staff       []string  `json:"staff"`        // addresses of those who may be alerted
}

// Coach is a coach as staff brought them.
type Coach struct {
	Ref          string `json:"ref"`
	Email        string `json:"email"`
	Organisation string `json:"organisation"` // whose leaders they must not coach
	Capacity     int    `json:"capacity"`
}

// Sitting is one date of an event.
type Sitting struct {
	Stage       string    `json:"stage"`
	Name        string    `json:"name"`
	Starts      time.Time `json:"starts_at"`
	Ends        time.Time `json:"ends_at"`
	Residential bool      `json:"residential"`
	Night       bool      `json:"night_before"` // rooms are booked for it
	Online      bool      `json:"online"`
	Capacity    int       `json:"capacity"`
	Cancelled   bool      `json:"cancelled"`
	Where       string    `json:"where"` // its venue or the address to join at
}

// Person is one participant and what the character calls for.
type Person struct {
	Number     int               `json:"number"`
	Ref        string            `json:"ref"`
	Character  string            `json:"character"`
	End        string            `json:"end"`              // state in which the journey has to end
	Stages     map[string]string `json:"stages,omitempty"` // state in which a stage has to end, where the character settles it
	Emails     []string          `json:"emails"`           // the leader's addresses in time, the last one counts
	Assistants []string          `json:"assistants,omitempty"`
	Private    string            `json:"private,omitempty"` // where report and surveys go, empty: nowhere else
	// AssistantWelcome says that onboarding was answered with an assistant who may do something.
	AssistantWelcome bool `json:"assistant_welcome,omitempty"`
	// NoQuestionnaire says that the leader never agreed to the questionnaire.
	NoQuestionnaire bool   `json:"no_questionnaire,omitempty"`
	Phone           string `json:"phone,omitempty"` // as typed in onboarding, empty where it was not answered
	// Shares says that onboarding was answered, and lets the coach see the report.
	Shares bool `json:"shares,omitempty"`
	// Organisation is where the leader works at first, Moved where they work from the change of their details on.
	Organisation string `json:"organisation,omitempty"`
	Moved        string `json:"moved,omitempty"`
}

// ReadMails reads the folder of the sink: receipt from its index, everything else from the mails themselves.
func ReadMails(dir string) ([]Mail, error) {
	type entry struct {
		ID       string    `json:"id"`
		Received time.Time `json:"received"`
		To       string    `json:"to"`
	}
	entries, err := readLines[entry](filepath.Join(dir, "index.jsonl"))
	if err != nil {
		return nil, err
	}
	mails := make([]Mail, 0, len(entries))
	for _, e := range entries {
		m, err := readMail(filepath.Join(dir, e.ID+".eml"))
		if err != nil {
			return nil, err
		}
		m.ID, m.Received, m.To = e.ID, e.Received, e.To
		mails = append(mails, m)
	}
	return mails, nil
}

// privateLink is a link that opens something of its reader's alone.
var privateLink = regexp.MustCompile(`https?://[^\s<>"]+/l/[A-Za-z0-9_-]+`)

func readMail(path string) (Mail, error) {
	f, err := os.Open(path)
	if err != nil {
		return Mail{}, err
	}
	defer f.Close()
	message, err := mail.ReadMessage(bufio.NewReader(f))
	if err != nil {
		return Mail{}, fmt.Errorf("%s is no mail: %w", path, err)
	}
	h := message.Header
	m := Mail{MessageID: strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>"), Rule: strings.TrimSpace(h.Get("X-Fairlead-Rule"))}
	m.Exit, m.OneClick = strings.TrimSpace(h.Get("List-Unsubscribe")), strings.TrimSpace(h.Get("List-Unsubscribe-Post"))
	if date, err := h.Date(); err == nil {
		m.Date = date
	}
	for key := range strings.SplitSeq(h.Get("X-Fairlead-Key"), ",") {
		if key = strings.TrimSpace(key); key != "" {
			m.Keys = append(m.Keys, key)
		}
	}
	content, err := io.ReadAll(message.Body)
	if err != nil {
		return Mail{}, fmt.Errorf("%s is no mail: %w", path, err)
	}
	part := func(kind string) (text, method string, err error) {
		return partIn(kind, h.Get("Content-Type"), h.Get("Content-Transfer-Encoding"), bytes.NewReader(content), 0)
	}
	if text, _, err := part("text/plain"); err == nil {
		m.Opens = privateLink.MatchString(text)
	}
	if strings.Contains(h.Get("X-Fairlead-Key"), "/event-joining/") || strings.Contains(h.Get("X-Fairlead-Key"), "/event-tomorrow/") {
		plain, _, err := part("text/plain")
		if err != nil {
			return Mail{}, fmt.Errorf("%s cannot be read: %w", path, err)
		}
		m.Text = strings.Join(strings.Fields(plain), " ")
	}
	text, method, err := part("text/calendar")
	if err == nil && text != "" {
		m.Entry, err = readEntry(text, method)
	}
	if err != nil {
		m.Broken = err.Error()
	}
	return m, nil
}

// ReadActs reads the cast's log.
func ReadActs(path string) ([]Act, error) { return readLines[Act](path) }

// ReadExpected reads what the cast wrote of itself at its end.
func ReadExpected(path string) (Expected, error) {
	var e Expected
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &e)
	}
	if err != nil {
		return Expected{}, fmt.Errorf("read the cast's characters: %w", err)
	}
	return e, nil
}

func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []T
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return all, nil
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, n, err)
		}
		all = append(all, one)
	}
}
