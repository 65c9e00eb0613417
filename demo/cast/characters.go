package cast

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The stages of the essentials as the cast meets them, and the questionnaire.
const (
	selection     = "selection"
	onboarding    = "onboarding"
	psychometrics = "psychometrics"
	survey        = "closing-survey"
	alumni        = "alumni"
)

// The names of the characters.
const (
	prompt     = "prompt"
	declines   = "declines"
	silent     = "silent"
	reminded   = "needs two reminders"
	tardy      = "answers late"
	withdrawn  = "withdraws half-way"
	held       = "is held six weeks"
	mover      = "changes address"
	assisted   = "has an assistant who answers"
	telephone  = "answers by telephone"
	deferred   = "is deferred"
	absent     = "never answers after enrolling"
	extended   = "asks for more time"
	promoted   = "changes post"
	reopened   = "was answered by mistake"
	resent     = "lost the mail"
	refused    = "has a misspelt address"
	forgetful  = "asks for a new link"
	reconsider = "changes an answer"

	// These are met only where there are events.
	elsewhere = "asks for another date"
	unable    = "can come on no date"
	misses    = "misses a residential"
	fickle    = "changes needs before the freeze"
)

// character is what somebody is like.
type character struct {
	name   string
	weight int    // how many of seventy
	end    string // how the journey ends
}

// characters are listed by how much a small company needs them.
func characters() []character {
	return []character{
		{prompt, 13, "completed"},
		{declines, 5, "declined"},
		{silent, 4, "lapsed"},
		{reminded, 8, "completed"},
		{tardy, 5, "completed"},
		{withdrawn, 5, "withdrawn"},
		{held, 3, "completed"},
		{mover, 2, "completed"},
		{assisted, 5, "completed"},
		{telephone, 3, "completed"},
		{deferred, 3, "deferred"},
		{refused, 1, "completed"},
		{promoted, 2, "completed"},
		{extended, 2, "completed"},
		{reopened, 2, "completed"},
		{resent, 2, "completed"},
		{absent, 3, "completed"},
		{reconsider, 2, "completed"},
		{forgetful, 2, "completed"},
	}
}

// guests are the characters of a year with events, again by how much a small company needs them.
func guests() []character {
	first := []character{named(prompt), {misses, 3, "completed"}, {elsewhere, 4, "completed"}, {unable, 3, "completed"}, {fickle, 3, "completed"},
		named(held), named(assisted), named(withdrawn), named(absent), named(deferred), named(declines), named(mover)}
	for _, c := range characters() {
		if !slices.ContainsFunc(first, func(f character) bool { return f.name == c.name }) {
			first = append(first, c)
		}
	}
	return first
}

func named(name string) character {
	for _, c := range characters() {
		if c.name == name {
			return c
		}
	}
	panic("cast: no character is called " + name)
}

// numbers divide the participants: places at the first launch, the reserve behind them, and late joiners, for whom the
// cohort gets as many places more.
type numbers struct{ places, reserve, late int }

func shares(participants int) numbers {
	n := numbers{}
	if participants >= 10 {
		n.late = max(1, int(math.Round(0.06*float64(participants))))
	}
	if participants >= 3 {
		n.reserve = max(1, int(math.Round(0.24*float64(participants))))
	}
	n.places = participants - n.reserve - n.late
	return n
}

// among are the characters that the year of some options has, without those left out by name.
func among(o Options, but ...string) []character {
	known := characters()
	if calendars[o.Blueprint].events {
		known = guests()
	}
	return slices.DeleteFunc(known, func(c character) bool { return slices.Contains(but, c.name) })
}

// mixed are n characters: one of each as far as they go, then by weight, in no order.
func mixed(cast []character, n int, seed uint64) []character {
	first := append(make([]character, 0, n), cast[:min(n, len(cast))]...)
	for _, c := range cast {
		if c.name == refused {
			continue // the sink refuses one address
		}
		for more := int(math.Round(float64(n)*float64(c.weight)/70)) - 1; more > 0 && len(first) < n; more-- {
			first = append(first, c)
		}
	}
	for len(first) < n {
		first = append(first, named(prompt))
	}
	luck := rand.New(rand.NewPCG(seed, 0xca57))
	luck.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	return first
}

// casting gives everybody a character: first those who get a place at the launch, then the reserve, then the late ones.
func casting(o Options, n numbers) []character {
	cast := among(o)
	if !o.Refused {
		cast = among(o, refused)
	}
	all := mixed(cast, n.places, o.Seed)
	for i := range n.reserve {
		switch {
		case i%7 == 3:
			all = append(all, named(declines))
		case i%5 == 1:
			all = append(all, named(reminded))
		default:
			all = append(all, named(prompt))
		}
	}
	for i := range n.late {
		all = append(all, named([]string{prompt, reminded, prompt, tardy}[i%4]))
	}
	return all
}

// habit is how somebody answers one ask.
type habit struct {
	never     bool
	reminders int    // reminders they wait for
	from, to  int    // working days after that mail
	pastDue   bool   // or after the due date the mail names
	waitFor   string // message they wait for instead
	telephone bool   // staff answer for them so many working days after the request
	twice     bool   // begin at once, go on when the time has come
}

// habit is the person's way with an ask of a stage; own is false for the journey that goes on after a deferral.
func (one *person) habit(stage string, own bool) habit {
	if !own {
		return habit{from: 0, to: 2}
	}
	enrolled := stage != selection
	if !enrolled && one.entry.name == keepsQuiet {
		return habit{never: true}
	}
	switch one.character.name {
	case declines:
		return habit{from: 1, to: 5}
	case silent:
		return habit{never: true}
	case reminded:
		if !enrolled {
			return habit{reminders: 2} // its second reminder leaves three days
		}
		return habit{reminders: 2, from: 0, to: 1, twice: stage == onboarding}
	case tardy:
		if enrolled {
			return habit{pastDue: true, from: 2, to: 4, twice: stage == onboarding && one.variant%2 == 1}
		}
		return habit{reminders: 1, from: 1, to: 2}
	case held:
		if stage == onboarding && one.heldEarly() {
			return habit{from: 5, to: 6} // held before that
		}
	case mover:
		if stage == onboarding && !one.events {
			return habit{waitFor: "email-changed", from: 1, to: 2}
		}
	case telephone:
		if stage == selection && one.entry.name == "" || stage == onboarding {
			return habit{telephone: true, from: 2, to: 4}
		}
	case absent:
		if enrolled {
			return habit{never: true}
		}
	case extended:
		if stage == onboarding {
			return habit{pastDue: true, from: 2, to: 3}
		}
	case promoted:
		if stage == survey {
			return habit{never: true} // staff settle it
		}
	case resent:
		if stage == onboarding {
			return habit{reminders: 1, from: 0, to: 2}
		}
	case forgetful:
		if stage == alumni {
			return habit{waitFor: "new-link", from: 0, to: 1}
		}
	case assisted, withdrawn, deferred:
		return habit{from: 1, to: 4}
	}
	if stage == onboarding {
		return habit{from: 0, to: 5} // it takes longer
	}
	return habit{from: 0, to: 2}
}

// heldEarly: every other one is held while onboarding is open, the others in mid-year when nothing is asked.
func (one *person) heldEarly() bool { return (one.variant%2 == 0) != one.events }

// leavesEarly: every other one of those who withdraw leaves while places are still filled again.
func (one *person) leavesEarly() bool { return one.variant%2 == 1 }
