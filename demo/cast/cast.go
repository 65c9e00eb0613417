// Package cast is the people of the demo: leaders, their assistants and the staff of the centre. They act only as people
// can. Leaders and assistants read their mail at the sink, follow the links in it, fill in the forms they find behind
// them and press the buttons; staff use the REST API with a token. Nobody is drawn but by the seed. It imports nothing of
// Fairlead, so that what it finds out is found out from outside.
package cast

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options say where the program is and who plays. API, Token, Dir, Spreadsheet, Participants, Day, StartsOn and Now are
// required.
type Options struct {
	API          string           // address of console, forms and REST, like http://127.0.0.1:8080
	Token        string           // of staff: may create cohorts, launch, command
	MailDir      string           // folder of the sink; empty: its mail is read from the API's /dev/mail.json
	Dir          string           // where cast.jsonl (every act) and cast-people.json (who they were) are written
	Spreadsheet  []byte           // the people, as CSV with the columns of a cohort's spreadsheet; more are made up from them
	Coaches      []byte           // the coaches, as CSV with the columns of their spreadsheet; used where the year has coaching
	Participants int              // how many take part, late joiners included
	Seed         uint64           // draws characters, moments and answers
	Day          time.Duration    // real duration of a programme day
	StartsOn     string           // Monday of residential 1's week, like 2027-03-01
	Blueprint    string           // empty means essentials
	Route        string           // invitation or application; empty means invitation
	Cohort       string           // empty: year of StartsOn and the season, like 2027-spring
	Refused      bool             // one address is refused by the sink until staff correct it: see RefusedAddress
	Now          func() time.Time // real time
	// Patience is how long people go on trying when nothing answers, real time; 0 means a minute.
	Patience time.Duration
	// Progress is told of the state of things about once a second; nil: nobody watches.
	Progress func(Progress)
}

// Progress is what the terminal shows while the year passes.
type Progress struct {
	Now     time.Time // programme time
	Cohort  string
	ByState map[string]int            // journeys of the cohort by state
	ByStage map[string]map[string]int // stages by name and state
	Parked  int
	Mails   int // mails read at the sink so far
	Forms   int // answers seen confirmed so far
}

// Result is how it went.
type Result struct {
	Cohort   string
	Cohorts  []string // that cohort and the one that takes those who are deferred
	Expected Expected // who they were and how it should have ended; also in Dir/cast-people.json
	Clock    Clock
	Acts     int      // HTTP acts, each a line of Dir/cast.jsonl
	Problems []string // what somebody gave up on, also in the log
}

// ErrUnfinished says that the programme's year is over and not everybody's journey has ended.
var ErrUnfinished = errors.New("the year is over, and journeys have not ended")

// The files the cast writes.
const (
	LogFile    = "cast.jsonl"
	PeopleFile = "cast-people.json"
)

// play is one run of the cast.
type play struct {
	o       Options
	year    year
	people  []*person
	clock   Clock
	log     *actLog
	agenda  *agenda
	mailbox mailbox
	staff   *staff
	web     *http.Transport
	desk    chan struct{} // as many acts at a time as it holds
	busy    sync.WaitGroup

	unsubscriber *person // who turns mail about surveys after the year off, nil where nobody does

	atConsole sync.Mutex
	desktop   *browser // of staff, at the console; nil before the first look

	mu         sync.Mutex
	byAddress  map[string]*person // leaders by address, lower case
	byRef      map[string]*person
	assistants map[string]*assistant      // by address, lower case
	coaches    map[string]*coach          // by address, lower case
	bench      []Coach                    // the coaches as staff have them
	lookedAt   int                        // at who coaches whom
	coached    map[string]map[string]bool // by whom a leader was ever coached, as staff saw it
	mails      int
	forms      int
	sittings   []*Sitting     // of the events, as staff have them
	handled    map[int64]bool // tasks that staff took up
}

// Run plays a whole year: staff set the cohort up and launch it, everybody acts until every participant's journey has
// ended. It returns ErrUnfinished when the year is over before that, and an error when staff cannot set the cohort up.
func Run(ctx context.Context, o Options) (Result, error) {
	p, err := newPlay(o)
	if err != nil {
		return Result{}, err
	}
	defer p.web.CloseIdleConnections()
	defer p.log.close()
	result := Result{Cohort: p.year.cohort, Cohorts: []string{p.year.cohort, p.year.next}}
	if err = p.setUp(ctx); err == nil {
		err = p.perform(ctx)
	}
	p.busy.Wait()
	result.Clock, result.Acts, result.Problems = p.clock, p.log.count(), p.log.problems()
	result.Expected = p.expected()
	if e := writeJSON(filepath.Join(p.o.Dir, PeopleFile), result.Expected); err == nil {
		err = e
	}
	return result, err
}

func newPlay(o Options) (*play, error) {
	if o.API == "" || o.Token == "" || o.Dir == "" || o.Now == nil || o.Participants < 1 || o.Day <= 0 {
		return nil, errors.New("the cast needs API, Token, Dir, Now, at least one participant and the length of a day")
	}
	o.API = strings.TrimSuffix(o.API, "/")
	if o.Patience <= 0 {
		o.Patience = time.Minute
	}
	if o.Blueprint == "" {
		o.Blueprint = "essentials"
	}
	if o.Route == "" {
		o.Route = byInvitation
	}
	if o.Route != byInvitation && o.Route != byApplication {
		return nil, fmt.Errorf("the cast comes by invitation or application, not by %q", o.Route)
	}
	year, err := newYear(o)
	if err != nil {
		return nil, err
	}
	people, err := company(o, year)
	if err != nil {
		return nil, err
	}
	log, err := openLog(filepath.Join(o.Dir, LogFile))
	if err != nil {
		return nil, err
	}
	p := &play{o: o, year: year, people: people, log: log, agenda: newAgenda(), mailbox: newMailbox(o),
		web: &http.Transport{MaxIdleConnsPerHost: 16, ResponseHeaderTimeout: 30 * time.Second}, desk: make(chan struct{}, 8),
		byAddress: map[string]*person{}, byRef: map[string]*person{}, assistants: map[string]*assistant{}, coaches: map[string]*coach{}, coached: map[string]map[string]bool{}, handled: map[int64]bool{}}
	p.unsubscriber = unsubscribing(people)
	n := shares(o.Participants)
	if p.sittings = sittingsOf(year, n.places+n.late); o.Route == byApplication {
		p.sittings = sittingsOf(year, offers(people))
	}
	for _, one := range people {
		one.browser = p.newBrowser()
		p.byAddress[strings.ToLower(one.emails[0])] = one
		if one.private != "" {
			p.byAddress[one.private] = one
		}
		if email := strings.ToLower(one.helper.email); email != "" && p.assistants[email] == nil {
			p.assistants[email] = &assistant{email: email, browser: p.newBrowser(), seen: map[string]bool{}}
		}
	}
	p.staff = &staff{play: p, client: &http.Client{Transport: p.web}}
	return p, nil
}

// tick is how often the cast looks at the mail and the clock.
func (p *play) tick() time.Duration {
	return min(max(p.o.Day/50, 10*time.Millisecond), 250*time.Millisecond)
}

// perform lets everybody act until the cohort's journeys have ended.
func (p *play) perform(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- p.watch(ctx) }()
	ticker := time.NewTicker(p.tick())
	defer ticker.Stop()
	for {
		select {
		case err := <-watched:
			if err == nil {
				p.readMail(ctx)
			}
			return err
		case <-ticker.C:
			p.readMail(ctx)
			p.due(ctx)
		}
	}
}

// due starts whatever the programme's clock has brought.
func (p *play) due(ctx context.Context) {
	for _, do := range p.agenda.until(p.now()) {
		p.busy.Add(1)
		go func() {
			defer p.busy.Done()
			select {
			case p.desk <- struct{}{}:
			case <-ctx.Done():
				return
			}
			defer func() { <-p.desk }()
			do(ctx)
		}()
	}
}

// watch looks at the cohort as staff do, about once a second, until every participant's journey has ended and the last
// mail has come.
func (p *play) watch(ctx context.Context) error {
	quiet, mails := 0, -1
	for {
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
		c, err := p.staff.look(ctx)
		if err != nil {
			return err
		}
		p.tell(c)
		p.mu.Lock()
		read := p.mails
		p.mu.Unlock()
		switch {
		case !c.over(p.o.Participants):
			quiet = 0
			if p.now().After(p.year.ends) {
				return fmt.Errorf("%w: %v", ErrUnfinished, c.Counts.ByState)
			}
		case read != mails:
			quiet = 0
		default:
			quiet++
		}
		if mails = read; quiet >= 2 {
			return nil
		}
	}
}

func (p *play) tell(c cohort) {
	if p.o.Progress == nil {
		return
	}
	p.mu.Lock()
	mails, forms := p.mails, p.forms
	p.mu.Unlock()
	p.o.Progress(Progress{Now: p.now(), Cohort: p.year.cohort, ByState: c.Counts.ByState, ByStage: c.Counts.ByStage,
		Parked: c.Counts.Parked, Mails: mails, Forms: forms})
}

// now is programme time.
func (p *play) now() time.Time { return p.clock.Programme(p.o.Now()) }

// draw is a person's own luck, the same for the same seed. Several may try it at once.
func draw(seed uint64, number int) *rand.Rand {
	return rand.New(&shared{source: rand.NewPCG(seed, uint64(number))})
}

// shared is a source of luck that several may draw from at once.
type shared struct {
	mu     sync.Mutex
	source rand.Source
}

// Uint64 draws.
func (s *shared) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Uint64()
}

// pause waits for a real duration, or until the play is over.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
