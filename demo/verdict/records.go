package verdict

// Records is what the program itself says at the end, through REST.
type Records struct {
	Journeys []Journey `json:"journeys"`
	Messages []Message `json:"messages"` // the ledger of all those journeys
	Sittings []Held    `json:"sittings"` // the dates of the first cohort's events
}

// Held is one date of an event as REST shows it, with how many places are held there.
type Held struct {
	Stage    string `json:"stage"`
	Name     string `json:"name"`
	Starts   string `json:"starts_at"` // RFC 3339, programme time
	Ends     string `json:"ends_at"`
	Capacity int    `json:"capacity"`
	Taken    int    `json:"taken"`
	State    string `json:"state"`
}

// Journey is a journey as REST shows it.
type Journey struct {
	Ref       string  `json:"ref"`
	Cohort    string  `json:"cohort"`
	State     string  `json:"state"`
	Continues string  `json:"continues"`
	Attention string  `json:"attention"`
	Person    Leader  `json:"person"`
	Stages    []Stage `json:"stages"`
	Places    []Place `json:"places"`
}

// Place is a place at an event as REST shows it.
type Place struct {
	Stage string `json:"stage"`
	Costs string `json:"costs"` // of a date that was missed
}

// Leader is what is compared of the person.
type Leader struct {
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// Stage is a stage as REST shows it.
type Stage struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	State     string `json:"state"`
	Round     int    `json:"round"`
	Due       string `json:"due"`   // RFC 3339, programme time, or empty
	Limit     string `json:"limit"` // RFC 3339, programme time, or empty
	Outcome   string `json:"outcome"`
	Answered  string `json:"answered_at"` // when the answer that is kept was given, or empty
	Attention string `json:"attention"`
}

// Message is one line of the ledger as REST shows it.
type Message struct {
	Key       string `json:"key"`
	State     string `json:"state"`
	Reason    string `json:"reason"`
	MessageID string `json:"message_id"`
}

func (j *Journey) stage(name string) *Stage {
	for i := range j.Stages {
		if j.Stages[i].Name == name {
			return &j.Stages[i]
		}
	}
	return nil
}

func (j *Journey) parked() bool {
	if j.Attention != "" {
		return true
	}
	for _, s := range j.Stages {
		if s.Attention != "" {
			return true
		}
	}
	return false
}

// ended reports whether nothing can follow a state.
func ended(state string) bool {
	switch state {
	case "completed", "declined", "rejected", "lapsed", "withdrawn", "deferred", "not_needed":
		return true
	}
	return false
}
