package programme

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// CoachWish is what a leader wishes of a coach, as the onboarding form asks it; empty fields wish nothing.
type CoachWish struct {
	Background string // another_sector, same_sector or either
	Where      string // same_region, online or either
}

// Coachee is a leader as the match needs to know them.
type Coachee struct {
	Ref          string
	Organisation string
	Email        string
	Sector       string
	Region       string
	Wish         CoachWish
}

// Pair joins a leader and a coach. Reasons say why, as codes; ReasonWords has their words.
type Pair struct {
	Ref     string
	Coach   string
	Reasons []string
}

// Unmatched is a leader for whom no coach is possible, and why, as a code.
type Unmatched struct {
	Ref string
	Why string
}

// MatchReport is whom a match joins, and for whom there is nobody.
type MatchReport struct {
	Pairs     []Pair
	Unmatched []Unmatched
}

// Why no coach is possible.
const (
	NoCoaches     = "no_coaches"     // nobody coaches in this cohort
	CoachesFull   = "coaches_full"   // those who could have no place left
	CoachConflict = "coach_conflict" // all work for the leader's organisation
)

// The reasons of a pair. What begins with reasonLoad ends with the number of the coach's leaders and the capacity.
const (
	ReasonWishedBackground  = "background_as_wished"
	ReasonAnotherBackground = "another_background"
	ReasonSameBackground    = "same_background"
	ReasonAgainstBackground = "background_not_as_wished"
	ReasonWishedWhere       = "where_as_wished"
	ReasonSameRegion        = "same_region"
	ReasonOnline            = "online"
	ReasonElsewhere         = "another_region"
	ReasonAgainstWhere      = "where_not_as_wished"
	ReasonChosen            = "chosen_by_staff"
	reasonLoad              = "load_"
)

// ReasonWords says a reason as a coordinator reads it; a code nobody knows is said as it is.
func ReasonWords(code string) string {
	words := map[string]string{
		ReasonWishedBackground: "background as wished", ReasonAnotherBackground: "other background than the leader’s",
		ReasonSameBackground: "same background as the leader’s", ReasonAgainstBackground: "not the background wished",
		ReasonWishedWhere: "meets where wished", ReasonSameRegion: "same region", ReasonOnline: "meets online",
		ReasonElsewhere: "another region", ReasonAgainstWhere: "does not meet where wished", ReasonChosen: "chosen by staff",
		NoCoaches: "no coach was imported", CoachesFull: "every coach who could has no place left",
		CoachConflict: "every coach belongs to the leader’s organisation",
	}
	if text, known := words[code]; known {
		return text
	}
	var load, capacity int
	if n, _ := fmt.Sscanf(strings.TrimPrefix(code, reasonLoad), "%d_of_%d", &load, &capacity); n == 2 {
		return fmt.Sprintf("then %d of %d places taken", load, capacity)
	}
	return code
}

// Conflicts reports whether a coach must not have a leader: they belong to one organisation, by name or by the domain of
// their addresses, or are one person. Of domains only the very same counts, and a shared one tells of no organisation.
func Conflicts(leader Coachee, coach Coach) bool {
	own := foldName(leader.Organisation)
	for _, name := range coach.Organisations {
		if own != "" && foldName(name) == own {
			return true
		}
	}
	if FoldEmail(leader.Email) == FoldEmail(coach.Email) {
		return true
	}
	domain := mailDomain(leader.Email)
	return domain != "" && domain == mailDomain(coach.Email) && !sharedDomains[domain]
}

func mailDomain(address string) string {
	folded := FoldEmail(address)
	return strings.TrimSuffix(folded[strings.LastIndex(folded, "@")+1:], ".")
}

// Match finds a coach for each leader, given what the coaches' Load already is. It never joins a coach and a leader who
// conflict and never goes beyond a capacity; within that it fills the coach with the freest share first, and among
// equals follows the leader's wishes, then prefers another background, then the same region or online. Whoever can
// have a coach at all has one: where the free coaches are impossible for a leader, another leader of this run makes
// way. The order in which leaders and coaches are given changes nothing, and with one more coach nobody loses theirs.
func Match(leaders []Coachee, coaches []Coach) ([]Pair, []Unmatched) {
	m := matching{leaders: slices.Clone(leaders), has: map[int][]int{}}
	for _, coach := range coaches {
		if !coach.Left && coach.Capacity > 0 {
			m.coaches = append(m.coaches, coach)
		}
	}
	slices.SortFunc(m.leaders, func(a, b Coachee) int { return cmp.Compare(a.Ref, b.Ref) })
	slices.SortFunc(m.coaches, func(a, b Coach) int { return cmp.Compare(a.Ref, b.Ref) })
	var unmatched []Unmatched
	for i := range m.leaders {
		if !m.place(i, map[int]bool{}) {
			unmatched = append(unmatched, Unmatched{Ref: m.leaders[i].Ref, Why: m.why(i)})
		}
	}
	var pairs []Pair
	for c, list := range m.has {
		for _, i := range list {
			pairs = append(pairs, Pair{Ref: m.leaders[i].Ref, Coach: m.coaches[c].Ref})
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.Ref, b.Ref) })
	load := map[string]int{}
	for i := range pairs {
		coach := m.coach(pairs[i].Coach)
		load[coach.Ref]++
		pairs[i].Reasons = Reasons(m.leader(pairs[i].Ref), coach, coach.Load+load[coach.Ref])
	}
	return pairs, unmatched
}

// matching is a match on its way.
type matching struct {
	leaders []Coachee
	coaches []Coach
	has     map[int][]int // leaders by coach, in this run
}

func (m *matching) leader(ref string) Coachee {
	return m.leaders[slices.IndexFunc(m.leaders, func(l Coachee) bool { return l.Ref == ref })]
}

func (m *matching) coach(ref string) Coach {
	return m.coaches[slices.IndexFunc(m.coaches, func(c Coach) bool { return c.Ref == ref })]
}

func (m *matching) taken(c int) int { return m.coaches[c].Load + len(m.has[c]) }

// place finds a coach for a leader, moving others of this run along where it must; tried are the coaches that are full
// and whose leaders cannot move. It is the search for an augmenting path in a bipartite graph.
func (m *matching) place(leader int, tried map[int]bool) bool {
	ranked := m.ranked(leader)
	for _, c := range ranked {
		if m.taken(c) < m.coaches[c].Capacity {
			m.has[c] = append(m.has[c], leader)
			return true
		}
	}
	for _, c := range ranked {
		if tried[c] {
			continue
		}
		tried[c] = true
		for at, other := range m.has[c] {
			if m.place(other, tried) {
				m.has[c][at] = leader
				return true
			}
		}
	}
	return false
}

// ranked are the coaches a leader may have, the best first.
func (m *matching) ranked(leader int) []int {
	var list []int
	for c := range m.coaches {
		if !Conflicts(m.leaders[leader], m.coaches[c]) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b int) int {
		x, y := m.coaches[a], m.coaches[b]
		// The freer share first: (capacity − taken) ÷ capacity, without the division.
		share := cmp.Compare((y.Capacity-m.taken(b))*x.Capacity, (x.Capacity-m.taken(a))*y.Capacity)
		return cmp.Or(share, cmp.Compare(suits(m.leaders[leader], y), suits(m.leaders[leader], x)), cmp.Compare(x.Ref, y.Ref))
	})
	return list
}

// suits weighs how well a coach suits a leader: wishes first, then another background, then the same region or online.
func suits(leader Coachee, coach Coach) int {
	weight := 0
	for _, reason := range Reasons(leader, coach, 0) {
		switch reason {
		case ReasonWishedBackground, ReasonWishedWhere:
			weight += 8
		case ReasonAgainstBackground, ReasonAgainstWhere:
			weight -= 8
		case ReasonAnotherBackground:
			weight += 2
		case ReasonSameRegion, ReasonOnline:
			weight++
		}
	}
	return weight
}

// Reasons say why a coach suits a leader, or in what not, and the coach's load with this leader.
func Reasons(leader Coachee, coach Coach, load int) []string {
	same := leader.Sector == coach.Background
	near := leader.Region == coach.Region
	var reasons []string
	switch wish := leader.Wish.Background; {
	case wish == "same_sector" && same, wish == "another_sector" && !same:
		reasons = append(reasons, ReasonWishedBackground)
	case wish == "same_sector", wish == "another_sector":
		reasons = append(reasons, ReasonAgainstBackground)
	}
	if same {
		reasons = append(reasons, ReasonSameBackground)
	} else {
		reasons = append(reasons, ReasonAnotherBackground)
	}
	switch wish := leader.Wish.Where; {
	case wish == "same_region" && near, wish == "online" && coach.OffersOnline:
		reasons = append(reasons, ReasonWishedWhere)
	case wish == "same_region", wish == "online":
		reasons = append(reasons, ReasonAgainstWhere)
	}
	switch {
	case near:
		reasons = append(reasons, ReasonSameRegion)
	case coach.OffersOnline:
		reasons = append(reasons, ReasonOnline)
	default:
		reasons = append(reasons, ReasonElsewhere)
	}
	return append(reasons, reasonLoad+strconv.Itoa(load)+"_of_"+strconv.Itoa(coach.Capacity))
}

// why says why a leader has no coach.
func (m *matching) why(leader int) string {
	switch {
	case len(m.coaches) == 0:
		return NoCoaches
	case len(m.ranked(leader)) == 0:
		return CoachConflict
	}
	return CoachesFull
}
