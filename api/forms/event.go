package forms

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// eventPage asks whether the leader will be at an event, and what the leader needs there.
type eventPage struct {
	frame
	When    []string
	Event   eventCard
	Others  []eventCard // further events whose places the same form confirms
	Place   question
	Offered bool       // another date is possible, and chosen beneath the answer
	Needs   []question // empty while a venue has the list of them
	About   string     // the title of the needs
	Intro   string     // and what becomes of them
	Change  bool       // the leader has answered: this changes the answer
	Action  string
}

// standEvent finds out how the place at an event stands for the leader: still to be answered, answered, or settled
// without an answer to this form. Needs can be changed until the freeze, by rule from the time.
func (f *Forms) standEvent(ctx context.Context, v *visitor, stage programme.Stage) (standing, error) {
	s := standing{}
	places, err := f.placesOf(ctx, v)
	if err != nil {
		return s, err
	}
	if i := slices.IndexFunc(places, func(p programme.Place) bool { return p.Stage == stage.Name }); i >= 0 {
		s.place = &places[i]
	}
	for _, other := range places {
		if event, known := v.year.Stage(other.Stage); known && event.Event != nil && event.Event.PlaceWith == stage.Name {
			s.others = append(s.others, other)
		}
	}
	if stage.Round == 0 {
		if s.refusal = f.notOpenYet(v, stage); stage.State.Closed() {
			s.refusal = f.closed(v, stage)
		}
		return s, nil
	}
	if !v.needsRead {
		if v.needs, v.frozen, err = f.Store.Needs(ctx, v.ref); err != nil {
			return s, err
		}
		v.needsRead = true
	}
	s.needs, s.frozen, s.online = v.needs, v.frozen, v.year.AsksOnline(stage.Name, places)
	s.ask = programme.AskID(v.ref, stage.Name, stage.Round)
	if s.answer, err = f.Store.Answers(ctx, s.ask); err != nil && !errors.Is(err, programme.ErrNotFound) {
		return s, err
	}
	s.answered = err == nil
	running := !v.journey.State.Ended() && v.journey.State != programme.OnHold
	mine := s.place != nil && s.place.State.Live() && s.place.Sitting.State != programme.SittingCancelled
	s.changeable = running && mine && stage.State == programme.StageOpen && v.now.Before(s.place.Freeze)
	begun := s.place != nil && !v.now.Before(s.place.Sitting.Starts)
	switch {
	case s.answered:
	case v.journey.State.Ended() && v.journey.State != programme.Completed:
		s.refusal = f.journeyOver(v)
	case v.journey.State == programme.OnHold:
		s.refusal = f.onHold(v)
	case s.place != nil && stage.State == programme.StageOpen && (stage.Part != "" || begun), s.place != nil && stage.State == programme.StageDone:
		s.settled = true
	case stage.State == programme.StageNotOpen:
		s.refusal = f.notOpenYet(v, stage)
	case stage.State != programme.StageOpen, stage.Part != "", !stage.Limit.IsZero() && !v.now.Before(stage.Limit):
		s.refusal = f.closed(v, stage)
	}
	return s, nil
}

// placesOf are the leader's places, read once for a request.
func (f *Forms) placesOf(ctx context.Context, v *visitor) ([]programme.Place, error) {
	if v.placesRead {
		return v.places, nil
	}
	places, err := f.Store.Places(ctx, v.ref)
	v.places, v.placesRead = places, err == nil
	return places, err
}

// asks is what a form about the place asks now: less where the leader takes part online.
func (s standing) asks(form programme.Form) programme.Form {
	if s.online {
		form = form.Online()
	}
	return form
}

// otherDates are the sittings the leader may ask for as they stand now. The one asked for already is among them, so that
// the answer can be read again.
func (f *Forms) otherDates(ctx context.Context, v *visitor, stage programme.Stage) ([]programme.Option, error) {
	sittings, err := f.Store.SittingsWithRoom(ctx, v.ref, stage.Name)
	if err != nil {
		return nil, err
	}
	var options []programme.Option
	for _, sitting := range sittings {
		left := strconv.Itoa(sitting.Room()) + " places left"
		if sitting.Room() == 1 {
			left = "1 place left"
		}
		if where := sitting.Where(); where != "" {
			left = where + ", " + left
		}
		options = append(options, programme.Option{Value: sitting.Name, Label: span(sitting.Starts, sitting.Ends), Hint: left})
	}
	return options, nil
}

func (f *Forms) event(c *gin.Context, v *visitor, stage programme.Stage, s standing, answers programme.Answers, offered []programme.Option, faults []programme.Fault, status int) error {
	form, err := programme.FormNamed(programme.FormEventPlace)
	if err != nil {
		return err
	}
	ask, _ := form.Section(programme.SectionPlace)
	needs, _ := s.asks(form).Section(programme.SectionNeeds)
	q := questions(offering(ask, offered), answers, faults)
	page := &eventPage{frame: f.frame(v, "Your place at "+stage.Title), Event: f.eventCard(v, stage, s.place), About: needs.Title, Intro: needs.Intro,
		Place: revealing(q)[0], Offered: len(offered) > 0, Change: s.answered || s.settled, Action: v.path(stage)}
	for i := range s.others {
		page.Others = append(page.Others, f.eventCard(v, programme.Stage{Title: s.others[i].Title}, &s.others[i]))
	}
	page.Event.Title = "" // the page has it
	if page.Change {
		page.Action = v.path(stage, "change")
	} else {
		page.When = dueWords(stage, v.now)
	}
	if !s.frozen {
		page.Needs = revealing(questions(needs, answers, faults))
	}
	page.faulty(faults)
	return f.render(c, status, "event.html", page)
}

// showEvent begins with what the leader told us before, this time or the last.
func (f *Forms) showEvent(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	offered, err := f.otherDates(c.Request.Context(), v, stage)
	if err != nil {
		return err
	}
	answers := maps.Clone(s.needs)
	if answers == nil {
		answers = programme.Answers{}
	}
	if s.answered {
		answers["place"] = s.answer.Answers["place"]
	}
	if s.answered && answers.Get("place") == programme.PlaceAnother { // that date is the leader's own now
		answers["place"] = []string{programme.PlaceConfirm}
	}
	return f.event(c, v, stage, s, answers, offered, nil, http.StatusOK)
}

func (f *Forms) sendEvent(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := programme.FormNamed(programme.FormEventPlace)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	offered, err := f.otherDates(c.Request.Context(), v, stage)
	if err != nil {
		return err
	}
	form = s.asks(form)
	if form.Sections = slices.Clone(form.Sections); s.frozen {
		form.Sections = form.Sections[:1] // what can no longer be changed is not even read
	}
	form = form.Judged(typed)
	given := form.Clean(typed, "")
	if access := s.needs[programme.NeedAccess]; s.online && !s.frozen && typed[programme.NeedAccess] == nil && len(access) > 0 {
		given[programme.NeedAccess] = access // the page is from when a venue had the list, so it asked nothing
	}
	faults, status := s.afterAnswer(append(form.Check(typed, ""), gone(given, offered)...))
	if len(faults) == 0 {
		now := s
		if needs, _ := form.Section(programme.SectionNeeds); s.answered {
			now.answer.Answers = replaced(s.answer.Answers, needs, s.needs) // an assistant may have changed them since
		}
		err := f.submit(c, v, stage, now, form.Name, given)
		if err == nil {
			return seeOther(c, v.path(stage, "done"))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
		// Somebody else may have been quicker: what is offered now is what has room now.
		if offered, err = f.otherDates(c.Request.Context(), v, stage); err != nil {
			return err
		}
	}
	if len(offered) == 0 { // no field is left at which the fault could stand
		for i := range faults {
			if faults[i].Field == "sitting" {
				faults[i].Field = "place"
			}
		}
	}
	return f.event(c, v, stage, s, typed, offered, faults, status)
}

// gone is the fault of asking for a date that has no room left, or never had.
func gone(given programme.Answers, offered []programme.Option) []programme.Fault {
	wanted := given.Get("sitting")
	if wanted == "" || slices.ContainsFunc(offered, func(o programme.Option) bool { return o.Value == wanted }) {
		return nil
	}
	text := "The date you chose has no place left. Choose another one, or keep the one you have: it is still yours"
	if len(offered) == 0 {
		text = "The date you chose has no place left, and there is no other. The one you have is still yours"
	}
	return []programme.Fault{{Field: "sitting", Text: text}}
}

// doneEvent shows the place as it stands, with the way to change it until the freeze.
func (f *Forms) doneEvent(v *visitor, stage programme.Stage, s standing, page *donePage) {
	page.Until = ""
	if s.place != nil {
		card := f.eventCard(v, stage, s.place)
		page.Title, page.Panel = "Your place at "+stage.Title, card.State
		card.Title, card.State = "", "" // the page says them
		if s.changeable {
			card.Way = &way{Text: "Change your place", Href: v.path(stage, "change"), Hidden: "at " + stage.Title}
		}
		page.Event = &card
	}
	over := s.place == nil || !s.place.State.Live() || !v.now.Before(s.place.Sitting.Starts)
	switch {
	case over:
		page.Next = []string{"There is nothing for you to do here now."}
		return
	case s.place.Cannot:
		page.Panel = "Thank you for telling us"
		page.Next = []string{"The programme team gets in touch with you and looks for a way. Until then there is nothing for you to do."}
	case s.answered && s.answer.By == partAssistant:
		page.Next = []string{"Your assistant answered this for you.", "We write to you again before the day."}
	case s.answered && s.answer.Change:
		page.Next = []string{mailed(v), "We write to you again before the day."}
	case s.answered:
		page.Next = []string{mailed(v), "It brings the entry for your diary. Accepting or declining it there changes nothing here.", "We write to you again before the day."}
	default:
		page.Next = []string{"We write to you again before the day."}
	}
	for i, other := range s.others {
		if s.answered && !s.place.Cannot && other.State == programme.PlaceConfirmed {
			page.Others = append(page.Others, f.eventCard(v, programme.Stage{Title: other.Title}, &s.others[i]))
		}
	}
	form, _ := programme.FormNamed(programme.FormEventPlace)
	needs, _ := s.asks(form).Section(programme.SectionNeeds)
	card := summaryCard{Title: needs.Title, Rows: rows(needs, s.needs)}
	if len(card.Rows) == 0 {
		card.Note = "You have not told us anything yet."
	}
	if s.changeable {
		card.Change = &way{Text: "Change", Href: v.path(stage, "change"), Hidden: "what you need"}
		page.Until = "You can change your answer here until " + moment(s.place.Freeze) + "."
		if !s.online {
			page.Until = "You can change your answer here until " + moment(s.place.Freeze) + "; after that the venue has its list."
		}
	} else if !v.now.Before(s.place.Freeze) {
		because := ", because the venue has its list"
		if s.online {
			because = ""
		}
		page.Until = "Since " + moment(s.place.Freeze) + " this can no longer be changed here" + because + ". If something has changed, please write to us."
	}
	page.Cards = []summaryCard{card}
}
