package cast

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// row is a person as the spreadsheet has them.
type row struct {
	title, given, family, email, job, organisation, sector, region, started string
	assistantName, assistantEmail                                           string
}

var columns = []string{"title", "given_name", "family_name", "email", "job_title", "organisation", "sector", "region",
	"role_started", "assistant_name", "assistant_email"}

// person is one leader of the cast.
type person struct {
	number    int // from 1, the order of the spreadsheet
	row       row
	late      bool // comes with the second spreadsheet
	events    bool // there are events in the year
	group     string
	entry     character // how they come in where people apply; unnamed where they are invited
	character character // how they take the year
	variant   int       // counts those of the same character, from 0
	luck      *rand.Rand
	mood      *rand.Rand // how they found a residential: apart from the luck that says what they do
	browser   *browser

	acting sync.Mutex        // one thing at a time
	agreed map[string]string // when they meet their coach by what they entered themselves, by stage

	mu             sync.Mutex // guards what follows
	ref            string
	emails         []string // in time, the last one counts
	asks           map[string]*ask
	letters        []letter
	seen           map[string]bool // Message-IDs read
	wrote          bool            // anything at all came
	accepted       bool
	applied        bool // the application was sent
	held           bool
	gone           string            // withdrawn or deferred
	ends           map[string]string // stages that staff or a coach settle
	askedAgain     map[string]bool   // stages that staff reopened because they had lapsed
	missedSessions map[string]bool   // sessions that a coach has logged already
	phone          string            // as sent in onboarding
	private        string            // address for report and surveys, given in onboarding; empty: none
	privately      bool              // onboarding was confirmed with it
	helper         assistantChoice
	missed         bool   // a residential, once
	shares         bool   // onboarding was confirmed, and lets the coach see the report
	moved          string // the organisation to which they changed, empty: none
	unsubscribed   bool   // from mail about surveys after the year
	helperSent     bool   // onboarding was confirmed with an assistant who may do something
}

// assistantChoice is what a leader says of an assistant in onboarding.
type assistantChoice struct {
	name, email, phone, may string // may: nothing, dates, dates_and_needs; empty email: there is none
}

// assistant is somebody who looks after the diaries of one or more leaders.
type assistant struct {
	email   string
	browser *browser
	acting  sync.Mutex
	seen    map[string]bool // Message-IDs read
}

// company draws the people: who they are and what they are like.
func company(o Options, y year) ([]*person, error) {
	rows, err := readRows(o.Spreadsheet)
	if err != nil {
		return nil, err
	}
	numbers := shares(o.Participants)
	characters, entries := casting(o, numbers), make([]character, o.Participants)
	if o.Route == byApplication {
		numbers.late = 0
		entries, characters = applying(o)
	}
	var people []*person
	variants := map[string]int{}
	for i := range o.Participants {
		one := &person{number: i + 1, row: nth(rows, i), late: i >= o.Participants-numbers.late, entry: entries[i], character: characters[i],
			luck: draw(o.Seed, i+1), mood: draw(o.Seed^0x300d, i+1), agreed: map[string]string{}, asks: map[string]*ask{}, seen: map[string]bool{}, ends: map[string]string{}, askedAgain: map[string]bool{}, missedSessions: map[string]bool{}}
		if one.events = y.events; y.events {
			one.group = groups[i%3]
			if one.character.name == held {
				one.group = north // whose second residential falls into the hold
			}
		}
		one.variant = variants[one.character.name]
		variants[one.character.name]++
		one.emails = []string{one.row.email}
		if one.character.name == refused {
			one.emails = []string{"misspelt." + one.row.email}
		}
		one.phone = fmt.Sprintf("020 7946 %04d", (int(o.Seed%7)*113+i)%1000)
		one.helper = one.choose(o.Seed)
		if one.number%4 == 2 {
			one.private = fmt.Sprintf("private.%d@home.example", one.number)
		}
		people = append(people, one)
	}
	return people, nil
}

// choose settles what the person will say of an assistant.
func (one *person) choose(seed uint64) assistantChoice {
	luck := draw(seed^0xa551, one.number)
	c := assistantChoice{name: one.row.assistantName, email: one.row.assistantEmail, phone: fmt.Sprintf("020 7946 %04d", luck.IntN(1000))}
	if c.email == "" && one.character.name == assisted {
		domain := one.row.email[strings.IndexByte(one.row.email, '@'):]
		c.name, c.email = "Robin Ashworth", "robin.ashworth."+strconv.Itoa(one.number)+domain
	}
	if c.email == "" {
		return assistantChoice{}
	}
	switch n := luck.IntN(20); {
	case n < 10, one.character.name == assisted:
		c.may = "dates_and_needs"
	case n < 17:
		c.may = "dates"
	default:
		c.may = "nothing"
	}
	return c
}

// RefusedAddress is the address that the sink has to refuse for good where Options.Refused is set: the one that staff
// typed wrongly. Empty where nobody has one.
func RefusedAddress(o Options) (string, error) {
	y, err := newYear(o)
	if err != nil {
		return "", err
	}
	people, err := company(o, y)
	if err != nil {
		return "", err
	}
	for _, one := range people {
		if one.character.name == refused {
			return one.emails[0], nil
		}
	}
	return "", nil
}

func readRows(spreadsheet []byte) ([]row, error) {
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(spreadsheet, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("the cast's spreadsheet: %w", err)
	}
	if len(all) < 2 {
		return nil, errors.New("the cast's spreadsheet holds nobody")
	}
	var rows []row
	for _, cells := range all[1:] {
		value := func(name string) string {
			if i := slices.Index(all[0], name); i >= 0 {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
		rows = append(rows, row{value("title"), value("given_name"), value("family_name"), value("email"), value("job_title"),
			value("organisation"), value("sector"), value("region"), value("role_started"), value("assistant_name"), value("assistant_email")})
	}
	return rows, nil
}

// nth is the n-th person: of the spreadsheet, and beyond its end somebody made up of two of its people.
func nth(rows []row, n int) row {
	if n < len(rows) {
		return rows[n]
	}
	one, other := rows[n%len(rows)], rows[(n*7+n/len(rows))%len(rows)]
	one.given = other.given
	domain := one.email[strings.IndexByte(one.email, '@'):]
	one.email = fmt.Sprintf("leader.%d%s", n+1, domain)
	if one.assistantEmail != "" {
		one.assistantEmail = fmt.Sprintf("office.%d%s", n+1, domain)
	}
	return one
}

// spreadsheet writes people as the CSV that staff import; the late ones come with a priority, so that the next places
// are theirs.
func spreadsheet(people []*person) []byte {
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf") // as spreadsheet programs save it
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	groups := slices.ContainsFunc(people, func(one *person) bool { return one.group != "" })
	more := func(cells []string, group string) []string {
		if groups {
			return append(cells, group)
		}
		return cells
	}
	_ = w.Write(more(append(slices.Clone(columns), "priority"), "group")) // a bytes.Buffer takes everything
	for i, one := range people {
		priority := ""
		if one.late {
			priority = strconv.Itoa(i + 1)
		}
		r := one.row
		_ = w.Write(more([]string{r.title, r.given, r.family, one.emails[0], r.job, r.organisation, r.sector, r.region, r.started,
			r.assistantName, r.assistantEmail, priority}, one.group))
	}
	w.Flush()
	return b.Bytes()
}
