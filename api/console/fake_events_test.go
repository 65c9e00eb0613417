package console

import (
	"context"
	"slices"

	"fairlead/programme"
)

// fakeEvents are the sittings in memory, with one register.
type fakeEvents struct {
	sittings []programme.Sitting
	places   []programme.PlaceSummary
	pack     programme.VenuePack
	packErr  error
	register programme.Register
	refuse   map[string]string // marks that cannot be noted, by reference
	noted    []programme.AttendanceMark
	notedBy  string
	by       map[string]string // who noted what the register says of a leader
}

func (f *fakeStore) Sittings(_ context.Context, wanted string) ([]programme.Sitting, error) {
	return slices.DeleteFunc(slices.Clone(f.events.sittings), func(s programme.Sitting) bool { return s.Cohort != wanted }), f.ask()
}

func (f *fakeStore) Sitting(_ context.Context, wanted, stage, name string) (programme.Sitting, []programme.PlaceSummary, error) {
	for _, s := range f.events.sittings {
		if s.Cohort == wanted && s.Stage == stage && s.Name == name {
			return s, f.events.places, f.ask()
		}
	}
	f.asked++
	return programme.Sitting{}, nil, programme.ErrNotFound
}

func (f *fakeStore) Places(_ context.Context, wanted string) ([]programme.Place, error) {
	var mine []programme.Place
	for _, place := range f.events.places {
		if place.Ref == wanted {
			mine = append(mine, place.Place)
		}
	}
	return mine, f.ask()
}

func (f *fakeStore) VenuePack(_ context.Context, wanted, stage, name string) (programme.VenuePack, error) {
	if err := f.ask(); err != nil {
		return programme.VenuePack{}, err
	}
	at := f.events.pack.Sitting
	if at.Cohort != wanted || at.Stage != stage || at.Name != name {
		return programme.VenuePack{}, programme.ErrNotFound
	}
	return f.events.pack, f.events.packErr
}

func (f *fakeStore) Register(_ context.Context, wanted, stage, name string) (programme.Register, error) {
	at := f.events.register.Sitting
	if at.Cohort != wanted || at.Stage != stage || at.Name != name {
		f.asked++
		return programme.Register{}, programme.ErrNotFound
	}
	list := f.events.register
	list.Rows = slices.Clone(list.Rows)
	return list, f.ask()
}

func (f *fakeStore) RecordAttendances(_ context.Context, _, _, _ string, marks []programme.AttendanceMark, actor string) ([]programme.AttendanceResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var results []programme.AttendanceResult
	for _, mark := range marks {
		result := programme.AttendanceResult{Ref: mark.Ref, Refused: f.events.refuse[mark.Ref]}
		for i, row := range f.events.register.Rows {
			if row.Ref != mark.Ref || mark.Shown != nil && *mark.Shown == mark.Status {
				continue
			}
			if by := f.events.by[mark.Ref]; mark.Shown != nil && row.Status != "" && row.Status != *mark.Shown && row.Status != mark.Status && by != actor {
				result.Meanwhile, result.By, result.Refused = row.Status, by, "Somebody else was first."
			}
			if row.Status != mark.Status && result.Refused == "" {
				f.events.register.Rows[i].Status, result.Changed = mark.Status, true
				if f.events.by == nil {
					f.events.by = map[string]string{}
				}
				f.events.by[mark.Ref], mark.Shown = actor, nil
				f.events.noted, f.events.notedBy = append(f.events.noted, mark), actor
			}
		}
		results = append(results, result)
	}
	return results, f.ask()
}

// residential is a sitting with a register of three leaders, one of them marked, and its venue pack.
func residentialEvents() fakeEvents {
	day := programme.Date{Year: 2027, Month: 3, Day: 1}
	at := programme.Sitting{Cohort: cohort, Stage: "residential-1", Name: "a", Group: "north", Starts: day.AddDays(-1).At(16, 0), Ends: day.AddDays(4).At(13, 0),
		Night: true, Venue: "Cumberland Lodge", Address: "The Great Park, Windsor", Capacity: 34, Minimum: 20, Taken: 3, State: programme.SittingPlanned, Known: true, Sequence: 2,
		Sessions: []programme.Session{{Starts: day.At(9, 30), Title: "What AI and robotics change", Speaker: "Professor Ada Osei", Materials: "https://example.org/ai"},
			{Starts: day.At(14, 0), Title: "Simulation", Materials: "javascript:alert(1)"}}}
	full, gone, online := at, at, at
	full.Name, full.Taken = "b", 34
	gone.Name, gone.State = "c", programme.SittingCancelled
	online.Stage, online.Name, online.Online, online.Group, online.Taken = "opening-event", programme.MainSitting, true, "", 25
	place := func(ref, name string, state programme.PlaceState) programme.PlaceSummary {
		return programme.PlaceSummary{Place: programme.Place{Ref: ref, Stage: at.Stage, Title: "Residential 1", Sitting: at, State: state}, Name: mark + name, Organisation: mark + "org"}
	}
	held := place(other, "second", programme.PlaceHeld)
	held.Cannot = true
	return fakeEvents{sittings: []programme.Sitting{online, at, full, gone},
		places: []programme.PlaceSummary{place(ref, "first", programme.PlaceConfirmed), held, place("P-222222", "third", programme.PlaceReleased)},
		pack: programme.VenuePack{Title: "Residential 1", Sitting: at, Frozen: day.AddDays(-21).At(17, 0), Expected: 3, Unknown: 1, OnHold: 2,
			Counts: []programme.NeedCount{{Field: "dietary", Title: "Diet", Value: "vegan", Label: "Vegan", Count: 2}, {Field: "dietary", Title: "Diet", Value: "halal", Label: "Halal"},
				{Field: "arrival", Title: "Arrival", Value: "train", Label: "By train", Count: 2}},
			Diets: []string{"=no beetroot", "Nothing \"raw\", please"}, Access: []string{"Step-free access\nto every room"},
			Rooms: []programme.RoomLine{{Name: "Dr " + mark + "first", NightBefore: true}, {Name: mark + "second"}}},
		register: programme.Register{Title: "Residential 1", Sitting: at, Open: true, Rows: []programme.RegisterRow{
			{Ref: ref, Name: mark + "first", Organisation: mark + "org", Status: programme.Attended},
			{Ref: other, Name: mark + "second"}, {Ref: "P-222222", Name: mark + "third", OnHold: true}}}}
}
