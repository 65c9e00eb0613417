package cast

import (
	"net/url"
	"slices"
)

// filling is what a person would write into a form.
type filling struct {
	says     map[string][]string // whatever stands there already; no values: leave it empty
	unless   map[string][]string // only where nothing stands there yet
	stumped  map[string]bool     // ids and names the page complained about
	mayClose bool                // it may close while it is filled in: staff move what it is about
}

// fill answers a form as a browser would send it.
func (f form) fill(with filling) url.Values {
	sent := url.Values{}
	groups := map[string][]control{}
	for _, c := range f.controls {
		if c.kind == "radio" || c.kind == "checkbox" {
			groups[c.name] = append(groups[c.name], c)
		}
	}
	for _, c := range f.controls {
		switch c.kind {
		case "radio", "checkbox":
			if group := groups[c.name]; group[0].id == c.id && group[0].value == c.value {
				for _, value := range with.choose(group) {
					sent.Add(c.name, value)
				}
			}
		case "hidden":
			sent.Add(c.name, c.value)
		case "select":
			sent.Add(c.name, with.pick(c))
		default:
			sent.Add(c.name, with.write(c))
		}
	}
	if b, ok := f.button(); ok && b.name != "" {
		sent.Add(b.name, b.value)
	}
	return sent
}

// known is what the person has to say to a control, given what stands there.
func (w filling) known(name string, empty bool) ([]string, bool) {
	if said, ok := w.says[name]; ok {
		return said, true
	}
	if said, ok := w.unless[name]; ok && empty {
		return said, true
	}
	return nil, false
}

// choose ticks boxes, or one of a group of radios. Who has nothing to say to a question of that kind takes its first
// answer, as people do with what they do not understand; boxes they leave alone until the page complains.
func (w filling) choose(group []control) []string {
	var ticked []string
	for _, c := range group {
		if c.checked {
			ticked = append(ticked, c.value)
		}
	}
	said, ok := w.known(group[0].name, len(ticked) == 0)
	var offered []string
	for _, c := range group {
		if slices.Contains(said, c.value) {
			offered = append(offered, c.value)
		}
	}
	radio := group[0].kind == "radio"
	switch {
	case ok && (len(offered) > 0 || len(said) == 0):
		ticked = offered
	case len(ticked) == 0 && (radio || w.complained(group[0])):
		ticked = []string{group[0].value}
	}
	if radio && len(ticked) > 1 {
		ticked = ticked[:1]
	}
	return ticked
}

func (w filling) pick(c control) string {
	if said, ok := w.known(c.name, c.value == ""); ok && len(said) > 0 && slices.Contains(c.options, said[0]) {
		return said[0]
	}
	if c.value == "" && len(c.options) > 0 {
		return c.options[0]
	}
	return c.value
}

func (w filling) write(c control) string {
	if said, ok := w.known(c.name, c.value == ""); ok {
		if len(said) == 0 {
			return ""
		}
		return said[0]
	}
	if c.value == "" && w.complained(c) {
		return "Not applicable"
	}
	return c.value
}

func (w filling) complained(c control) bool { return w.stumped[c.id] || w.stumped[c.name] }
