package programme

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Instrument is a psychometric questionnaire as data: what is asked, how it is scored, under which licence.
type Instrument struct {
	ID         string   `json:"id"`      // ipip-50: blueprints and answers name it so
	Version    string   `json:"version"` // of items, keys and scales; it changes whenever one of them does
	Name       string   `json:"name"`
	Licence    string   `json:"licence"`
	Source     string   `json:"source"`
	Locale     string   `json:"locale"`
	Responses  []string `json:"response_scale"` // the words of the answers 1 to 5
	Scoring    string   `json:"scoring"`        // the rule of Score as its source words it
	ItemsAPage int      `json:"items_a_page"`
	Scales     []Scale  `json:"scales"`
	Items      []Item   `json:"items"`
}

// Scale is one of the things an instrument measures, explained to the leader who is measured.
type Scale struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Explanation string `json:"explanation"`
	Low         string `json:"low"`  // what a low score says
	High        string `json:"high"` // what a high score says
}

// Item is one statement. Numbers count from 1. With the key "-" agreement counts against its scale.
type Item struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
	Scale  string `json:"scale"`
	Key    string `json:"key"`
}

// Reversed reports whether agreement counts against the item's scale.
func (i Item) Reversed() bool { return i.Key == "-" }

// Field is the item's name in answers and forms.
func (i Item) Field() string { return "item-" + strconv.Itoa(i.Number) }

//go:embed instruments/*.json
var instrumentFiles embed.FS

// instruments are those that ship. One that does not hold stops the program at the first use, and a test before that.
var instruments = sync.OnceValue(func() map[string]Instrument {
	all := map[string]Instrument{}
	files, err := instrumentFiles.ReadDir("instruments")
	if err != nil {
		panic(err) // impossible: the folder is embedded
	}
	for _, file := range files {
		text, err := instrumentFiles.ReadFile("instruments/" + file.Name())
		if err != nil {
			panic(err) // impossible: the file is embedded
		}
		in, err := parseInstrument(text)
		if err != nil || in.ID+".json" != file.Name() {
			panic(fmt.Sprintf("instrument %s: %v", file.Name(), err))
		}
		all[in.ID] = in
	}
	return all
})

// InstrumentNamed finds an instrument by its id; an unknown one is ErrNotFound.
func InstrumentNamed(id string) (Instrument, error) {
	in, known := instruments()[id]
	if !known {
		return Instrument{}, fmt.Errorf("instrument %q: %w", id, ErrNotFound)
	}
	return in, nil
}

// parseInstrument reads an instrument and refuses one that could not be asked or scored.
func parseInstrument(text []byte) (Instrument, error) {
	var in Instrument
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&in); err != nil {
		return in, err
	}
	switch {
	case in.ID == "" || in.Version == "" || in.Name == "" || in.Licence == "" || in.Source == "" || in.Scoring == "":
		return in, fmt.Errorf("id, version, name, licence, source and scoring must all be there")
	case len(in.Responses) != answerSteps:
		return in, fmt.Errorf("the response scale has %d steps, not %d", len(in.Responses), answerSteps)
	case in.ItemsAPage < 1:
		return in, fmt.Errorf("items_a_page is %d", in.ItemsAPage)
	}
	items := map[string]int{}
	for n, item := range in.Items {
		if item.Number != n+1 || strings.TrimSpace(item.Text) == "" || item.Key != "+" && item.Key != "-" {
			return in, fmt.Errorf("item %d has no number, text or key", n+1)
		}
		items[item.Scale]++
	}
	for _, scale := range in.Scales {
		if items[scale.Name] != itemsAScale || scale.Title == "" || scale.Explanation == "" || scale.Low == "" || scale.High == "" {
			return in, fmt.Errorf("the scale %q needs %d items, a title and its explanations", scale.Name, itemsAScale)
		}
		delete(items, scale.Name)
	}
	if len(items) > 0 {
		return in, fmt.Errorf("items belong to scales that are not there: %v", items)
	}
	return in, nil
}

// Scale finds a scale by its name; one of an earlier version that is there no more has its name alone.
func (in Instrument) Scale(name string) Scale {
	for _, scale := range in.Scales {
		if scale.Name == name {
			return scale
		}
	}
	return Scale{Name: name, Title: name}
}
