package records

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Places are a leader's places at the events of the year, in the blueprint's order, also those that were given up;
// ErrNotFound where there is no such journey.
func (s *Store) Places(ctx context.Context, ref string) ([]programme.Place, error) {
	db := s.read(ctx)
	var j journeyRow
	if err := db.Take(&j, "ref = ?", ref).Error; err != nil {
		return nil, edge(err)
	}
	cohort, year, err := s.yearOfJourney(db, j.Cohort, ref)
	if err != nil {
		return nil, edge(err)
	}
	rows, err := placesOf(db, []string{ref})
	if err != nil {
		return nil, edge(err)
	}
	var list []programme.Place
	for _, stage := range year.Stages {
		row, has := rows[ref][stage.Name]
		if !has {
			continue
		}
		place, err := s.placeFromRow(row, cohort, year)
		if err != nil {
			return nil, err
		}
		list = append(list, place)
	}
	return list, nil
}

func (s *Store) placeFromRow(r placeRow, lived programme.Cohort, year programme.Blueprint) (programme.Place, error) {
	stage, _ := year.Stage(r.Stage)
	terms, err := year.EventTerms(lived, r.Stage, s.opts.Calendar, residentialDays(year, lived))
	return programme.Place{Ref: r.Ref, Cohort: r.Cohort, Stage: r.Stage, Title: stage.Title, Sitting: lived.Sittings[r.Stage],
		State: r.state(), UID: r.UID, Sequence: r.Sequence, Entry: r.Entry, Cannot: r.Cannot, ConfirmedAt: orZero(r.ConfirmedAt),
		CatchUp: r.CatchUp, Costs: programme.Costs(r.Costs), Freeze: terms.Freeze}, err
}

// SittingsWithRoom are the other dates of an event that a leader could still have, by when they start: none on a day of
// another event of the leader's.
func (s *Store) SittingsWithRoom(ctx context.Context, ref, stage string) ([]programme.Sitting, error) {
	db := s.read(ctx)
	var j journeyRow
	if err := db.Take(&j, "ref = ?", ref).Error; err != nil {
		return nil, edge(err)
	}
	all, err := s.Sittings(ctx, j.Cohort)
	if err != nil {
		return nil, err
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(db, []string{ref})
	if err != nil {
		return nil, edge(err)
	}
	known, own := map[string][]programme.Sitting{}, places[ref][stage].Sitting
	for _, sitting := range all {
		known[sitting.Stage] = append(known[sitting.Stage], sitting)
	}
	delete(places[ref], stage)
	var list []programme.Sitting
	for _, sitting := range programme.Apart(upcoming(known[stage], now), taking(places[ref], known)) {
		if sitting.Room() > 0 && sitting.Name != own {
			list = append(list, sitting)
		}
	}
	return list, nil
}

// Needs are what is known of a leader's needs, and whether they are frozen: a venue has them just now. ErrNotFound where
// there is no such journey.
func (s *Store) Needs(ctx context.Context, ref string) (needs programme.Answers, frozen bool, err error) {
	db := s.read(ctx)
	t := &turn{s: s, ctx: ctx, tx: db}
	if err := db.Take(&t.j, "ref = ?", ref).Error; err != nil {
		return nil, false, edge(err)
	}
	if err := db.Take(&t.leader, "id = ?", t.j.PersonID).Error; err != nil {
		return nil, false, edge(err)
	}
	if t.now, err = s.programmeNow(ctx); err != nil {
		return nil, false, err
	}
	if t.cohort, t.year, err = s.yearOfJourney(db, t.j.Cohort, ref); err != nil {
		return nil, false, edge(err)
	}
	t.away = residentialDays(t.year, t.cohort)
	if needs, err = t.needs(); err != nil {
		return nil, false, edge(err)
	}
	venues, err := t.frozen()
	return needs, len(venues) > 0 && programme.NeedsKnown(needs), edge(err)
}

// guest is a leader with a place at a sitting.
type guest struct {
	place  placeRow
	j      journeyRow
	person personRow
}

// sittingNamed is one date of an event with everybody who has or had a place there, by family name; ErrNotFound.
func (s *Store) sittingNamed(ctx context.Context, cohort, stage, name string) (programme.Sitting, []guest, programme.Cohort, programme.Blueprint, error) {
	none := programme.Sitting{}
	db := s.read(ctx)
	c, year, err := s.yearOf(db, cohort)
	if err != nil {
		return none, nil, c, year, edge(err)
	}
	known, err := s.sittings(db, c, year)
	if err != nil {
		return none, nil, c, year, edge(err)
	}
	i := slices.IndexFunc(known[stage], func(s programme.Sitting) bool { return s.Name == name })
	if i < 0 {
		return none, nil, c, year, fmt.Errorf("sitting: %w", programme.ErrNotFound)
	}
	var places []placeRow
	err = db.Where("cohort = ? AND stage = ? AND sitting = ?", cohort, stage, name).Order("ref").Find(&places).Error
	if err != nil {
		return none, nil, c, year, edge(err)
	}
	guests, err := guestsOf(db, places)
	return known[stage][i], guests, c, year, edge(err)
}

func guestsOf(db *gorm.DB, places []placeRow) ([]guest, error) {
	guests := make([]guest, 0, len(places))
	for part := range chunks(places, 500) {
		refs := make([]string, len(part))
		for i, place := range part {
			refs[i] = place.Ref
		}
		var journeys []journeyRow
		if err := db.Where("ref IN ?", refs).Find(&journeys).Error; err != nil {
			return nil, err
		}
		byRef, ids := map[string]journeyRow{}, make([]string, 0, len(journeys))
		for _, j := range journeys {
			byRef[j.Ref] = j
			ids = append(ids, j.PersonID)
		}
		people, err := peopleByID(db, ids)
		if err != nil {
			return nil, err
		}
		for _, place := range part {
			j := byRef[place.Ref]
			guests = append(guests, guest{place: place, j: j, person: people[j.PersonID]})
		}
	}
	slices.SortStableFunc(guests, func(a, b guest) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.person.FamilyName), strings.ToLower(b.person.FamilyName)),
			strings.Compare(a.person.Name, b.person.Name), strings.Compare(a.j.Ref, b.j.Ref))
	})
	return guests, nil
}

// Sitting is one date of an event with its places, by family name; ErrNotFound.
func (s *Store) Sitting(ctx context.Context, cohort, stage, name string) (programme.Sitting, []programme.PlaceSummary, error) {
	sitting, guests, c, year, err := s.sittingNamed(ctx, cohort, stage, name)
	if err != nil {
		return sitting, nil, err
	}
	var list []programme.PlaceSummary
	for _, g := range guests {
		place, err := s.placeFromRow(g.place, c.With(map[string]programme.Sitting{stage: sitting}), year)
		if err != nil {
			return sitting, nil, err
		}
		list = append(list, programme.PlaceSummary{Place: place, Name: g.person.Name, Organisation: g.j.Organisation,
			OnHold: g.j.State == string(programme.OnHold)})
	}
	return sitting, list, nil
}

// Register is the list of a sitting on which staff note who came; ErrNotFound.
func (s *Store) Register(ctx context.Context, cohort, stage, name string) (programme.Register, error) {
	sitting, guests, _, year, err := s.sittingNamed(ctx, cohort, stage, name)
	if err != nil {
		return programme.Register{}, err
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return programme.Register{}, err
	}
	event, _ := year.Stage(stage)
	register := programme.Register{Title: event.Title, Sitting: sitting, Open: !now.Before(sitting.Starts)}
	for _, g := range guests {
		if !g.place.expected() {
			continue
		}
		row := programme.RegisterRow{Ref: g.j.Ref, Name: g.person.Name, Organisation: g.j.Organisation, OnHold: g.j.State == string(programme.OnHold)}
		row.Status = noted(g.place)
		register.Rows = append(register.Rows, row)
	}
	return register, nil
}

// VenuePack is what the venue of a sitting gets: counts, the needs that concern it, and whom to give a room. *Illegal
// before the needs are frozen and where it is held online, ErrGone once the event has ended, ErrNotFound where there is no such sitting.
func (s *Store) VenuePack(ctx context.Context, cohort, stage, name string) (programme.VenuePack, error) {
	none := programme.VenuePack{}
	sitting, guests, c, year, err := s.sittingNamed(ctx, cohort, stage, name)
	if err != nil {
		return none, err
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return none, err
	}
	lived := c.With(map[string]programme.Sitting{stage: sitting})
	terms, err := year.EventTerms(lived, stage, s.opts.Calendar, residentialDays(year, lived))
	if err != nil {
		return none, err
	}
	event, _ := year.Stage(stage)
	switch {
	case sitting.State == programme.SittingCancelled:
		return none, programme.ErrGone
	case sitting.Online: // what leaders need concerns nobody there
		return none, &programme.Illegal{What: "the venue pack", State: "the event is held online", Why: "It is held online: there is no venue."}
	case now.Before(terms.Freeze):
		return none, &programme.Illegal{What: "the venue pack", State: "needs can still change",
			Why: "Leaders can still change what they need. It is frozen on " + terms.Freeze.In(programme.London).Format("Monday 2 January 2006 at 15:04") + "."}
	case !now.Before(sitting.Ends):
		return none, programme.ErrGone
	}
	pack := programme.VenuePack{Title: event.Title, Sitting: sitting, Frozen: terms.Freeze}
	known, err := s.needsOf(ctx, guests)
	if err != nil {
		return none, err
	}
	count := newNeedCounts()
	for _, g := range guests {
		if !g.place.state().Live() && g.place.state() != programme.PlaceAttended || g.place.Cannot {
			continue
		}
		if g.place.state().Live() && g.j.State == string(programme.OnHold) { // nobody knows whether they come
			pack.OnHold++
			continue
		}
		needs := known[g.j.Ref]
		if !sitting.Night {
			delete(needs, "room_night_before") // told when there was a night before
		}
		pack.Expected++
		if !programme.NeedsKnown(needs) {
			pack.Unknown++
		}
		count.add(needs)
		if event.Event.Residential {
			pack.Rooms = append(pack.Rooms, programme.RoomLine{Name: g.person.Name, NightBefore: needs.Get("room_night_before") == programme.Yes})
		}
		if text := needs.Get("dietary_other"); text != "" {
			pack.Diets = append(pack.Diets, text)
		}
		if text := needs.Get("access_needs"); text != "" {
			pack.Access = append(pack.Access, text)
		}
	}
	pack.Counts = count.list()
	slices.Sort(pack.Diets) // in no order that tells whose they are
	slices.Sort(pack.Access)
	return pack, nil
}

// needsOf are what is known of the needs of some guests, by reference.
func (s *Store) needsOf(ctx context.Context, guests []guest) (map[string]programme.Answers, error) {
	refs, people, of := make([]string, len(guests)), make([]string, len(guests)), map[string]string{}
	for i, g := range guests {
		refs[i], people[i], of[g.j.Ref] = g.j.Ref, g.person.ID, g.person.ID
	}
	if err := s.keys.fetch(ctx, people); err != nil {
		return nil, err
	}
	known := map[string]programme.Answers{}
	for part := range chunks(refs, 500) {
		var rows []needsRow
		if err := s.read(ctx).Where("ref IN ?", part).Find(&rows).Error; err != nil {
			return nil, edge(err)
		}
		for _, row := range rows {
			text, err := s.decryptIfKept(ctx, of[row.Ref], row.NeedsEnc)
			if err != nil {
				return nil, err
			}
			if text == nil {
				continue
			}
			var needs programme.Answers
			if err := json.Unmarshal(text, &needs); err != nil {
				return nil, err
			}
			known[row.Ref] = needs
		}
	}
	return known, nil
}

// needCounts counts answers to the questions of which a venue gets numbers.
type needCounts struct{ counts []programme.NeedCount }

func newNeedCounts() *needCounts {
	c := &needCounts{}
	form, _ := programme.FormNamed(programme.FormEventPlace) // it is there
	needs, _ := form.Section(programme.SectionNeeds)
	for _, field := range needs.Fields {
		for _, option := range field.Options {
			c.counts = append(c.counts, programme.NeedCount{Field: field.Name, Title: field.Named(), Value: option.Value, Label: option.Label})
		}
	}
	return c
}

func (c *needCounts) add(needs programme.Answers) {
	for i := range c.counts {
		if needs.Has(c.counts[i].Field, c.counts[i].Value) {
			c.counts[i].Count++
		}
	}
}

func (c *needCounts) list() []programme.NeedCount { return c.counts }
