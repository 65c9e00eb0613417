// Package verdict judges a demo year from outside: from the mails that lie at the sink, from the log of what the cast
// did over HTTP, and from the exported histories; only then does it compare all that with the records. It shares no
// code and no table with the program, so that a mistake there is not made again here. It imports nothing of Fairlead.
package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Input is all the evidence of one year.
type Input struct {
	Mails     []Mail    // from the sink's files, see ReadMails
	Acts      []Act     // the cast's log, see ReadActs
	Histories []History // exported from Temporal; none means that they are not judged
	Records   Records   // what REST said at the end, see Fetch
	Expected  Expected  // who the cast were and what their characters call for, see ReadExpected
	Clock     Clock
	// ReplyWithin is how long after a confirmed answer its reply may reach the sink, real time; 0 means 15 seconds.
	// Runs that kill processes allow more.
	ReplyWithin time.Duration
}

// Clock is the fast clock of the run: one programme day takes Day of real time, from Start, which was at Began.
type Clock struct {
	Day   time.Duration
	Start time.Time
	Began time.Time
}

// Fault is one thing that went wrong.
type Fault struct {
	Check string `json:"check"`         // which check found it: see Checks
	Text  string `json:"text"`          // what is wrong, in a sentence without personal data
	Key   string `json:"key,omitempty"` // the message key, journey reference or workflow it concerns
}

// Report is the judgement. Verdict is ok exactly where there are no faults.
type Report struct {
	Verdict        string // ok or red
	Faults         []Fault
	Participants   int
	Ended          map[string]int // ends of the participants by state, as the records hold them
	MailsSent      int            // mails at the sink, copies of one Message-ID counted once
	MailsNotSent   int            // lines of the ledger that were not sent
	DuplicateMails int            // keys with two Message-IDs
	RepeatedMails  int            // further copies of one Message-ID
	FormsAnswered  int            // asks whose answer a person sent through a form and saw confirmed
	MergedMails    int            // mails that carry more than one key
	Parked         int            // journeys with something parked at the end
	Late           int            // people whom the machine kept from answering before a limit: excused, not red
}

// check is one question put to the evidence.
type check struct {
	name string
	run  func(*judge)
}

// The checks in the order of the report.
func checks() []check {
	return []check{
		{"unknown-message", (*judge).unknownMessages},
		{"rule", (*judge).rules},
		{"working-time", (*judge).workingTime},
		{"two-message-ids", (*judge).twoMessageIDs},
		{"after-answer", (*judge).afterAnswer},
		{"two-a-day", (*judge).twoADay},
		{"held", (*judge).whileHeld},
		{"old-address", (*judge).oldAddress},
		{"wrong-person", (*judge).wrongPerson},
		{"dead-link", (*judge).deadLinks},
		{"consent", (*judge).consent},
		{"unsubscribe", (*judge).unsubscribe},
		{"missing-mail", (*judge).missingRequests},
		{"missing-reply", (*judge).missingReplies},
		{"late-reply", (*judge).lateReplies},
		{"lost-answer", (*judge).lostAnswers},
		{"coaching", (*judge).coaching},
		{"pair", (*judge).pairs},
		{"shared-report", (*judge).sharedReports},
		{"costs", (*judge).costs},
		{"end", (*judge).ends},
		{"stage-end", (*judge).stageEnds},
		{"places", (*judge).places},
		{"calendar", (*judge).calendar},
		{"capacity", (*judge).capacity},
		{"residential-day", (*judge).residentialDays},
		{"joining", (*judge).joining},
		{"alumni-early", (*judge).alumniEarly},
		{"urgent", (*judge).urgentNews},
		{"quiet", (*judge).quiet},
		{"application", (*judge).applications},
		{"ledger", (*judge).ledger},
		{"unsettled", (*judge).unsettled},
		{"parked", (*judge).parked},
		{"workflow", (*judge).workflows},
		{"cast", (*judge).castProblems},
	}
}

// Checks are the names of all checks.
func Checks() []string {
	var names []string
	for _, c := range checks() {
		names = append(names, c.name)
	}
	return names
}

// Judge puts every check to the evidence.
func Judge(in Input) Report {
	if in.ReplyWithin <= 0 {
		in.ReplyWithin = 15 * time.Second
	}
	j := newJudge(in)
	for _, c := range checks() {
		j.check = c.name
		before := len(j.faults)
		c.run(j)
		slices.SortStableFunc(j.faults[before:], func(a, b Fault) int {
			return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Text, b.Text))
		})
	}
	r := j.counts()
	r.Faults = j.faults
	r.Verdict = "ok"
	if len(r.Faults) > 0 {
		r.Verdict = "red"
	}
	return r
}

// judge holds the evidence in the order in which the checks ask for it.
type judge struct {
	in     Input
	check  string
	faults []Fault
	seen   map[Fault]bool

	byKey    map[string][]*Mail   // mails that carry a key, by receipt
	byRef    map[string][]carried // what was sent about a journey, by receipt
	last     time.Time            // latest thing that is known of, real time
	journeys map[string]*Journey  // by reference
	people   map[string]*Person   // by reference, also the one that continues after a deferral
	address  map[string]string    // address, lower case: the name of its person
	excused  map[string]bool      // reference/stage that the machine kept from being answered
}

// carried is one key that a mail carries.
type carried struct {
	key  Key
	mail *Mail
}

func newJudge(in Input) *judge {
	j := &judge{in: in, seen: map[Fault]bool{}, byKey: map[string][]*Mail{}, byRef: map[string][]carried{},
		journeys: map[string]*Journey{}, people: map[string]*Person{}, address: map[string]string{}, excused: map[string]bool{}}
	slices.SortStableFunc(j.in.Mails, func(a, b Mail) int { return a.Received.Compare(b.Received) })
	slices.SortStableFunc(j.in.Acts, func(a, b Act) int { return a.Sent.Compare(b.Sent) })
	for i := range j.in.Mails {
		m := &j.in.Mails[i]
		for _, text := range m.Keys {
			j.byKey[text] = append(j.byKey[text], m)
			if key, ok := ParseKey(text); ok {
				j.byRef[key.Ref] = append(j.byRef[key.Ref], carried{key, m})
			}
		}
	}
	for _, m := range j.in.Mails {
		j.seenAt(m.Received)
	}
	for _, a := range j.in.Acts {
		j.seenAt(a.Answered)
	}
	for i := range j.in.Records.Journeys {
		j.journeys[j.in.Records.Journeys[i].Ref] = &j.in.Records.Journeys[i]
	}
	for i := range j.in.Expected.People {
		p := &j.in.Expected.People[i]
		j.people[p.Ref] = p
		for _, a := range p.Emails {
			j.address[strings.ToLower(a)] = "leader " + p.Ref
		}
		if p.Private != "" {
			j.address[strings.ToLower(p.Private)] = "leader " + p.Ref
		}
	}
	for _, a := range j.in.Expected.Staff {
		j.address[strings.ToLower(a)] = "staff"
	}
	for _, a := range j.in.Acts {
		if a.Act == "defer" && a.Confirmed && a.Into != "" && j.people[a.Ref] != nil {
			j.people[a.Into] = j.people[a.Ref]
		}
	}
	j.excuse()
	return j
}

func (j *judge) seenAt(real time.Time) {
	if real.After(j.last) {
		j.last = real
	}
}

// fault notes a finding of the check that runs, each once.
func (j *judge) fault(key, format string, args ...any) {
	f := Fault{Check: j.check, Text: fmt.Sprintf(format, args...), Key: key}
	if !j.seen[f] {
		j.seen[f] = true
		j.faults = append(j.faults, f)
	}
}

// confirmed are the acts of one kind on a journey that were seen to take effect, in their order; ref "" means all.
func (j *judge) confirmed(ref string, kinds ...string) []Act {
	var found []Act
	for _, a := range j.in.Acts {
		if a.Confirmed && (ref == "" || a.Ref == ref) && slices.Contains(kinds, a.Act) {
			found = append(found, a)
		}
	}
	return found
}

// counts takes the figures of the report.
func (j *judge) counts() Report {
	r := Report{Participants: len(j.in.Expected.People), Ended: map[string]int{}, Late: len(j.excused)}
	for _, p := range j.in.Expected.People {
		if journey := j.journeys[p.Ref]; journey != nil {
			r.Ended[journey.State]++
		}
	}
	copies, merged := map[string]int{}, map[string]bool{}
	for i, m := range j.in.Mails {
		id := m.MessageID
		if id == "" {
			id = fmt.Sprint("without ", i)
		}
		copies[id]++
		merged[id] = len(m.Keys) > 1
	}
	for id, n := range copies {
		r.MailsSent++
		r.RepeatedMails += n - 1
		if merged[id] {
			r.MergedMails++
		}
	}
	for _, mails := range j.byKey {
		if len(messageIDs(mails)) > 1 {
			r.DuplicateMails++
		}
	}
	for _, m := range j.in.Records.Messages {
		if m.State == "not_sent" {
			r.MailsNotSent++
		}
	}
	for _, journey := range j.journeys {
		if journey.parked() {
			r.Parked++
		}
	}
	answered := map[string]bool{}
	for _, a := range j.confirmed("", ActAnswer) {
		answered[fmt.Sprint(a.Ref, "/", a.Stage, "/", a.Round)] = true
	}
	r.FormsAnswered = len(answered)
	return r
}

// messageIDs are the different Message-IDs of some mails, sorted.
func messageIDs(mails []*Mail) []string {
	var ids []string
	for _, m := range mails {
		if !slices.Contains(ids, m.MessageID) {
			ids = append(ids, m.MessageID)
		}
	}
	sort.Strings(ids)
	return ids
}
