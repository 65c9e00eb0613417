package programme

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Selector is somebody of the staff who scores the applications assigned to them.
type Selector struct {
	ID            string // opaque
	StaffID       string
	Email         string
	Organisations []string // those they belong to; while none is known nothing is assigned to them
	Assigned      int      // applications of a cohort that they are to score or have scored
	Scored        int
	Declared      int // conflicts they declared in it
}

// AssignmentState is what became of an application that was assigned to a selector.
type AssignmentState string

// An assignment is open until its scores are in. It ends unscored where a conflict is declared, or where it is taken back
// because the selector scores no more or now belongs to the applicant's organisation.
const (
	AssignmentOpen     AssignmentState = "open"
	AssignmentScored   AssignmentState = "scored"
	AssignmentConflict AssignmentState = "conflict"
	AssignmentEnded    AssignmentState = "ended"
)

// Assigned joins an application and a selector.
type Assigned struct {
	Ref      string
	Selector string
	State    AssignmentState
}

// counts reports whether the assignment is one of those an application is to have.
func (a Assigned) counts() bool { return a.State == AssignmentOpen || a.State == AssignmentScored }

// How many selectors can score one application.
const (
	FewestSelectors = 1
	MostSelectors   = 5
)

// CheckSelectorsEach refuses a number of selectors that no application can have.
func CheckSelectorsEach(each int) error {
	if each < FewestSelectors || each > MostSelectors {
		return Refuse("each", "Choose from %d to %d selectors for each application", FewestSelectors, MostSelectors)
	}
	return nil
}

// AssignmentPlan is what assigning does: what is added, what is taken back, and which applications still have too few
// selectors.
type AssignmentPlan struct {
	Add   []Assigned
	End   []Assigned
	Short []TooFewSelectors
	Load  map[string]int // applications of each selector, as they are then
}

// TooFewSelectors is an application that cannot have as many selectors as wanted. What keeps the others from it is counted.
type TooFewSelectors struct {
	Ref      string
	Has      int
	Wanted   int
	Own      int // selectors of the applicant's organisation, or mail domain
	Declared int // who declared a conflict
	Unknown  int // whose organisation is not known
}

// Words say why, as a coordinator reads it.
func (t TooFewSelectors) Words() string {
	var why []string
	for _, one := range []struct {
		n    int
		text string
	}{{t.Own, "of the applicant’s organisation"}, {t.Declared, "declared a conflict"}, {t.Unknown, "without a known organisation"}} {
		if one.n > 0 {
			why = append(why, fmt.Sprintf("%d %s", one.n, one.text))
		}
	}
	if len(why) == 0 {
		return "there are no more selectors"
	}
	return strings.Join(why, ", ") + "; there are no more selectors"
}

// Assign finds selectors for applications until each has as many as wanted, given what is assigned already. Nobody gets an
// application of their own organisation or mail domain, or of one with whom they declared a conflict. What is assigned
// stays, unless it is unscored and its selector is no longer among the selectors or has come to belong to the applicant's
// organisation; only what lacks is added, to those with the fewest applications, so that the load is as even as conflicts
// and what is assigned already allow. Repeated it changes nothing. The order of what is given does not matter.
func Assign(applications []Coachee, selectors []Selector, existing []Assigned, each int) AssignmentPlan {
	a := assigning{load: map[string]int{}, added: map[string][]string{}, may: map[string][]string{}}
	var plan AssignmentPlan
	known := map[string]Selector{}
	for _, s := range selectors {
		known[s.ID] = s
		a.load[s.ID] = 0
	}
	applying := map[string]Coachee{}
	for _, application := range applications {
		applying[application.Ref] = application
	}
	has, met := map[string]int{}, map[string]map[string]AssignmentState{}
	existing = slices.Clone(existing)
	slices.SortFunc(existing, func(x, y Assigned) int { return cmp.Or(cmp.Compare(x.Ref, y.Ref), cmp.Compare(x.Selector, y.Selector)) })
	for _, e := range existing {
		application, asked := applying[e.Ref]
		selector, there := known[e.Selector]
		if e.State == AssignmentOpen && asked && (!there || selector.belongs(application)) {
			e.State = AssignmentEnded
			plan.End = append(plan.End, e)
		}
		if met[e.Ref] == nil {
			met[e.Ref] = map[string]AssignmentState{}
		}
		met[e.Ref][e.Selector] = e.State
		if e.counts() {
			has[e.Ref]++
			if there {
				a.load[e.Selector]++
			}
		}
	}
	short := map[string]TooFewSelectors{}
	for ref, application := range applying {
		few := TooFewSelectors{Ref: ref, Wanted: each}
		for id, s := range known {
			switch state := met[ref][id]; {
			case state == AssignmentConflict:
				few.Declared++
			case state == AssignmentOpen || state == AssignmentScored:
			case len(s.Organisations) == 0:
				few.Unknown++
			case s.belongs(application):
				few.Own++
			default:
				a.may[ref] = append(a.may[ref], id)
			}
		}
		slices.Sort(a.may[ref])
		lacks := max(0, each-has[ref])
		if few.Has = has[ref] + min(lacks, len(a.may[ref])); few.Has < each {
			short[ref] = few
		}
		if n := min(lacks, len(a.may[ref])); n > 0 {
			a.refs, a.added[ref] = append(a.refs, ref), make([]string, 0, n)
		}
	}
	a.give()
	for a.even() {
	}
	for _, ref := range a.refs {
		slices.Sort(a.added[ref])
		for _, id := range a.added[ref] {
			plan.Add = append(plan.Add, Assigned{Ref: ref, Selector: id, State: AssignmentOpen})
		}
	}
	for _, few := range short {
		plan.Short = append(plan.Short, few)
	}
	slices.SortFunc(plan.Short, func(x, y TooFewSelectors) int { return cmp.Compare(x.Ref, y.Ref) })
	plan.Load = a.load
	return plan
}

// belongs reports whether the selector must not score an application: the rule of the match.
func (s Selector) belongs(application Coachee) bool {
	return Conflicts(application, Coach{Email: s.Email, Organisations: s.Organisations})
}

// assigning is an assignment on its way.
type assigning struct {
	load  map[string]int
	refs  []string            // applications that lack selectors, those with the least choice first
	may   map[string][]string // who may have an application besides those who have it
	added map[string][]string // with room for as many as it gets
}

// give adds to each application those who have the fewest.
func (a *assigning) give() {
	slices.SortFunc(a.refs, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(a.may[x])-cap(a.added[x]), len(a.may[y])-cap(a.added[y])), cmp.Compare(x, y))
	})
	for _, ref := range a.refs {
		ranked := slices.Clone(a.may[ref])
		slices.SortFunc(ranked, func(x, y string) int { return cmp.Or(cmp.Compare(a.load[x], a.load[y]), cmp.Compare(x, y)) })
		for _, id := range ranked[:cap(a.added[ref])] {
			a.added[ref] = append(a.added[ref], id)
			a.load[id]++
		}
	}
}

// even moves applications that were just added along a chain of selectors, so that one who has at least two more than
// another has one less and the other one more; false where there is no such chain any more: then no other choice would be
// more even.
func (a *assigning) even() bool {
	ids := make([]string, 0, len(a.load))
	for id := range a.load {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int { return cmp.Or(cmp.Compare(a.load[y], a.load[x]), cmp.Compare(x, y)) })
	for _, from := range ids {
		if a.relieve(from) {
			return true
		}
	}
	return false
}

// handing is one step of a chain: an application goes from one selector to another.
type handing struct{ ref, from, to string }

// relieve searches, nearest first, somebody to whom a chain of handings leads from a selector who has two more.
func (a *assigning) relieve(from string) bool {
	reached := map[string]handing{from: {}}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if a.load[at] <= a.load[from]-2 {
			a.hand(reached, at)
			return true
		}
		for _, ref := range a.refs {
			if !slices.Contains(a.added[ref], at) {
				continue
			}
			for _, to := range a.may[ref] {
				if _, seen := reached[to]; !seen && !slices.Contains(a.added[ref], to) {
					reached[to] = handing{ref, at, to}
					queue = append(queue, to)
				}
			}
		}
	}
	return false
}

// hand carries out the chain that ends with somebody.
func (a *assigning) hand(reached map[string]handing, last string) {
	for step := reached[last]; step.ref != ""; step = reached[step.from] {
		list := a.added[step.ref]
		list[slices.Index(list, step.from)] = step.to
		a.load[step.from]--
		a.load[step.to]++
	}
}

// Selectors score between the application deadline and the moment by which staff decide: what they are asked is due some
// working days before that, and they are reminded some before this.
const scoredBeforeDecided = 5

var selectorRungs = []int{3, 1}

// ScoresDue is when the scores of what is assigned at a moment are due: 17:00 five working days before decisions have to be
// recorded, or for what is assigned late as many working days later as everybody has at least.
func (d ApplicationDates) ScoresDue(cal Calendar, assigned time.Time, notice int) time.Time {
	due := cal.Add(DateOf(d.Decided), -scoredBeforeDecided, nil).At(deadlineHour, 0)
	return later(due, cal.Add(DateOf(assigned), notice, nil).At(deadlineHour, 0))
}

// SelectorReminders are the moments at which a selector with that minute is reminded of what is due, after a request: three
// working days before and one, each but those within a working day of the request.
func SelectorReminders(cal Calendar, minute int, request, due time.Time) []time.Time {
	var moments []time.Time
	for _, days := range selectorRungs {
		at := PersonalMoment(cal.Add(DateOf(due), -days, nil), minute)
		if at.After(request) && cal.WorkingDaysBetween(request, at) > 1 {
			moments = append(moments, at)
		}
	}
	return moments
}
