package records

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

var (
	more      = flag.Int("years", 0, "play so many random years more, of new seeds")
	shrinking = flag.Bool("shrink", false, "leave out of a random year that went wrong what it does not need")
)

// move is one thing that happens in a random year: so many hours after the one before somebody acts, and two numbers say how.
// A list of them is a year; any part of it is one too, so that a list can be shortened while it still goes wrong.
type move struct {
	After int
	Act   string
	Who   int
	How   int
	Or    int
}

// acts are what can happen, as often as it is named.
var acts = strings.Fields(`answers answers answers answers answers answers answers answers answers answers
	books books books races races gives-back gives-back logs logs logs
	moves moves moves online cancels change-sitting change-sitting register register register
	hold hold resume resume resume extend another-coach change-coach coach-leaves consent consent shares change-email
	withdraw defer skip reopen applies applies decides releases`)

// yearOf draws a year: people apply and are decided on within fourteen weeks, then everything happens to everybody.
func yearOf(seed uint64) []move {
	random := rand.New(rand.NewPCG(seed, 7))
	draw := func(most int, act string) move {
		return move{random.IntN(most), act, random.IntN(1000), random.IntN(1000), random.IntN(1000)}
	}
	var year []move
	for range 60 {
		year = append(year, draw(20, "applies"))
	}
	year = append(year, move{Act: "closes"})
	for range 20 {
		year = append(year, draw(24, "decides"))
	}
	year = append(year, move{Act: "releases"})
	for range 15 {
		year = append(year, draw(12, "answers"))
	}
	for range 420 {
		year = append(year, draw(54, acts[random.IntN(len(acts))]))
	}
	return year
}

// Whatever is applied for, decided, answered, moved, cancelled, put online, held, resumed, booked, given back, left and taken
// back in whatever order, over the three residentials of a flagship year with dates of tight capacity, its opening and closing
// events and its coaching: see randomYear.looks and randomYear.ends for what has to hold after every move and in the end.
func TestRandomYears(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(testing.TB) *bundle{"sqlite": setupSQLite, "postgres": setupPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seeds := []uint64{1, 7,
				2492368824845262646,  // an applicant on hold was given a date
				10336690656473858611, // a new address was to lose the entry of an event that had passed
			}
			for range *more {
				seeds = append(seeds, rand.Uint64())
			}
			for _, seed := range seeds {
				year := yearOf(seed)
				if t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { playRandomYear(t, setup(t), year) }) {
					continue
				}
				if *shrinking {
					year = shorter(t, setup, year)
				}
				t.Logf("seed %d, its moves:\n%s", seed, listed(year))
			}
		})
	}
}

// shorter leaves out of a year that went wrong what it goes wrong without.
func shorter(t *testing.T, setup func(testing.TB) *bundle, year []move) []move {
	for part := len(year) / 2; part > 0; part /= 2 {
		for at := 0; at+part <= len(year); {
			without := slices.Concat(year[:at], year[at+part:])
			if at+part < len(year) {
				without[at].After += hours(year[at : at+part])
			}
			if t.Run(fmt.Sprintf("without %d at %d", part, at), func(t *testing.T) { playRandomYear(t, setup(t), without) }) {
				at += part
				continue
			}
			year = without
		}
	}
	return year
}

func hours(moves []move) (n int) {
	for _, m := range moves {
		n += m.After
	}
	return n
}

// listed is a year as it can be written into a test.
func listed(year []move) string {
	var b strings.Builder
	for _, m := range year {
		fmt.Fprintf(&b, "{%d, %q, %d, %d, %d},\n", m.After, m.Act, m.Who, m.How, m.Or)
	}
	return b.String()
}

// The residentials of a random year, and how many have a place in it.
var residentials = []string{"residential-1", "residential-2", "residential-3"}

const randomPlaces = 6

// randomDates are three dates of each residential, which together have room for two more than there are places.
func randomDates() map[string][]programme.Sitting {
	return map[string][]programme.Sitting{
		"residential-1": {date("a", "A", "2027-02-28 16:00", "2027-03-05 13:00", 3), date("b", "B", "2027-03-07 16:00", "2027-03-12 13:00", 3),
			date("c", "C", "2027-03-21 16:00", "2027-03-26 13:00", 2)},
		"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 3), date("b", "B", "2027-07-19 08:00", "2027-07-21 16:00", 3),
			date("c", "C", "2027-08-02 08:00", "2027-08-04 16:00", 2)},
		"residential-3": {date("a", "A", "2027-09-13 08:00", "2027-09-15 16:00", 3), date("b", "B", "2027-09-20 08:00", "2027-09-22 16:00", 3),
			date("c", "C", "2027-10-04 08:00", "2027-10-06 16:00", 2)},
	}
}

// playRandomYear plays a list of moves and then lets the year come to its end.
func playRandomYear(t *testing.T, b *bundle, year []move) {
	r := &randomYear{diary: b.diary(), t: t, begun: map[int]string{}, days: map[string]string{}}
	r.coming, r.known, r.watch = map[string]programme.Opening{}, map[string]programme.StageState{}, r.mailed
	b.goTo("2026-06-01 06:00")
	c := testCohort(spring, programme.RouteApplication, randomPlaces)
	c.Blueprint = "flagship"
	must(t, b.CreateCohort(b.ctx, c))
	must(t, b.setDates(t, randomDates()))
	b.autumn(t, 10)
	rows := coaches(3, 3)
	rows[0].Organisations = []string{"Northern Housing"} // of every other leader
	r.coaches = b.importCoaches(t, rows)
	must(t, ignore(b.Launch(b.ctx, spring, "staff:kim", b.Now(b.ctx))))
	for i, coach := range r.coaches {
		must(t, ignore(b.PublishSlots(b.ctx, spring, coach, programme.SlotSeries{First: london("2027-01-25 09:00").AddDate(0, 0, i), EveryDays: 14, Count: 22,
			Minutes: 60, Online: true}, "staff:ada", b.Now(b.ctx))))
	}
	for n, m := range year {
		r.until(t, b.clock.Now().Add(time.Duration(m.After)*time.Hour))
		if err := b.race(r.act(m)); err != nil && !harmless(err) {
			t.Fatalf("move %d, %+v: %v", n, m, err)
		}
		if m.How%4 > 0 { // else it arrives with what comes next
			r.delivers(t)
		}
		r.looks(n)
		if t.Failed() {
			t.Fatalf("move %d, %+v, on %s", n, m, b.clock.Now().In(programme.London).Format("Monday 2 January 2006 15:04"))
		}
	}
	r.ends()
}
