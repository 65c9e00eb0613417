package verdict

import "slices"

// The rules under which a mail may go, as the header X-Fairlead-Rule says them.
const (
	scheduled = "scheduled"
	reply     = "reply"
	staff     = "staff"
	urgent    = "urgent"
	alert     = "alert"
)

// message is what the verdict itself knows of one message: it was written down from the programme's description, never
// taken from the program.
type message struct {
	rules     []string // under which it may go whoever asks
	to        string   // leader, assistant, coach or staff
	request   bool     // it asks for something for the first time
	chases    bool     // nobody should get it who has answered: a request or a reminder
	byCommand bool     // only a command of staff makes it
}

// messages are all messages there are. Those that staff trigger out of hours wait for the person's own minute and then
// go as scheduled mail.
var messages = map[string]message{
	"invitation":           {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"invitation-reminder":  {rules: []string{scheduled}, to: "leader", chases: true},
	"invitation-assistant": {rules: []string{scheduled}, to: "assistant", chases: true},
	"invitation-accepted":  {rules: []string{reply}, to: "leader"},
	"invitation-declined":  {rules: []string{reply}, to: "leader"},
	"year-dates":           {rules: []string{reply, scheduled}, to: "leader"},
	"onboarding":           {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"onboarding-reminder":  {rules: []string{scheduled}, to: "leader", chases: true},
	"onboarding-done":      {rules: []string{reply}, to: "leader"},
	"assistant-welcome":    {rules: []string{scheduled}, to: "assistant"},
	"survey":               {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"survey-reminder":      {rules: []string{scheduled}, to: "leader", chases: true},
	"survey-done":          {rules: []string{reply}, to: "leader"},
	"alumni":               {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"alumni-reminder":      {rules: []string{scheduled}, to: "leader", chases: true},
	"alumni-welcome":       {rules: []string{reply}, to: "leader"},
	"coaching":             {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"coaching-reminder":    {rules: []string{scheduled}, to: "leader", chases: true},
	"coaching-booked":      {rules: []string{reply, staff, urgent}, to: "leader"},
	"coaching-moved":       {rules: []string{reply, staff, urgent}, to: "leader"},
	"coaching-cancelled":   {rules: []string{reply, staff, urgent}, to: "leader"},
	"coaching-over":        {rules: []string{reply, staff}, to: "leader"}, // a session was not held, and there is no time left
	"coaching-tomorrow":    {rules: []string{scheduled}, to: "leader"},
	"coaching-log":         {rules: []string{scheduled}, to: "coach"},
	"coach-booking":        {rules: []string{reply, staff, urgent}, to: "coach"},
	"coach-changed":        {rules: []string{reply, staff}, to: "leader"},
	"coach-leaders":        {rules: []string{scheduled}, to: "coach"},
	"answer-changed":       {rules: []string{reply}, to: "leader"},
	"new-link":             {rules: []string{reply}, to: "leader"},
	"date-changed":         {rules: []string{staff, scheduled}, to: "leader", byCommand: true},
	"withdrawn":            {rules: []string{staff, scheduled, reply}, to: "leader", byCommand: true},
	"deferred":             {rules: []string{staff, scheduled}, to: "leader", byCommand: true},
	"email-changed":        {rules: []string{staff, scheduled}, to: "leader", byCommand: true},
	"answer-recorded":      {rules: []string{staff, scheduled}, to: "leader", byCommand: true},
	"event-place":          {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"event-place-reminder": {rules: []string{scheduled}, to: "leader", chases: true},
	"event-confirmed":      {rules: []string{reply}, to: "leader"},
	"event-joining":        {rules: []string{scheduled}, to: "leader"},
	"event-tomorrow":       {rules: []string{scheduled}, to: "leader"},
	"event-moved":          {rules: []string{staff, urgent, scheduled}, to: "leader", byCommand: true},
	"event-cancelled":      {rules: []string{staff, urgent, reply, scheduled}, to: "leader"},
	"absence-alert":        {rules: []string{alert}, to: "staff", byCommand: true},
	"tasks-waiting":        {rules: []string{alert}, to: "staff"},
	"selector-assigned":    {rules: []string{scheduled}, to: "staff"},
	"selector-reminder":    {rules: []string{scheduled}, to: "staff"},

	"apply-verify":           {rules: []string{reply}, to: "leader"},
	"application-reminder":   {rules: []string{scheduled}, to: "leader"},
	"application-received":   {rules: []string{reply}, to: "leader"},
	"application-withdrawn":  {rules: []string{reply}, to: "leader"},
	"application-waitlisted": {rules: []string{staff, scheduled}, to: "leader"},
	"application-rejected":   {rules: []string{staff, scheduled}, to: "leader"},
	"application-not-needed": {rules: []string{staff, scheduled}, to: "leader"},
	"offer":                  {rules: []string{staff, scheduled}, to: "leader", request: true, chases: true},
	"offer-reminder":         {rules: []string{scheduled}, to: "leader", chases: true},
	"psychometrics":          {rules: []string{scheduled}, to: "leader", request: true, chases: true},
	"psychometrics-reminder": {rules: []string{scheduled}, to: "leader", chases: true},
	"psychometrics-done":     {rules: []string{reply}, to: "leader"},
}

// requestOf is the message that first asks for a stage of a kind.
var requestOf = map[string]string{"selection": "invitation", "onboarding": "onboarding", "psychometrics": "psychometrics", "survey": "survey", "alumni": "alumni",
	"coaching": "coaching"}

// methodOf is what a message does to the diary of its reader, where it always does so.
var methodOf = map[string]string{"event-confirmed": "REQUEST"}

// replyTo are the messages one of which confirms an answer to a stage of a kind.
func replyTo(kind, answer string) string {
	switch {
	case kind == "selection" && answer == "decline":
		return "invitation-declined"
	case kind == "selection":
		return "invitation-accepted"
	case kind == "onboarding":
		return "onboarding-done"
	case kind == "psychometrics":
		return "psychometrics-done"
	case kind == "survey":
		return "survey-done"
	case kind == "alumni":
		return "alumni-welcome"
	case kind == "event" && (answer == "confirm" || answer == "another"):
		return "event-confirmed"
	case kind == "coaching":
		return "coaching-booked"
	}
	return ""
}

// sendsAgain are the commands of staff after which a mail that is otherwise scheduled may go at once, under the rule
// staff: sent again, asked again, freed.
var sendsAgain = []string{"resend", "resume", "reopen", "retry", "correct", "change-email", "extend",
	"change-sitting"}

// everyCommand are the commands that may bring a mail of their own.
var everyCommand = append(slices.Clone(sendsAgain), "withdraw", "defer", "hold", "skip", "answer-for", "change-details", "record-attendance", "reschedule")

func (j *judge) unknownMessages() {
	for _, m := range j.in.Mails {
		switch {
		case len(m.Keys) == 0:
			j.fault("", "Mail %s carries no key.", m.ID)
		case m.MessageID == "":
			j.fault(m.Keys[0], "Mail %s has no Message-ID.", m.ID)
		case m.Date.IsZero():
			j.fault(m.Keys[0], "Mail %s has no Date.", m.ID)
		}
		for _, text := range m.Keys {
			if key, ok := ParseKey(text); !ok {
				j.fault(text, "Mail %s carries a key that is none.", m.ID)
			} else if _, known := messages[key.Message]; !known {
				j.fault(text, "Nobody knows the message %q.", key.Message)
			}
		}
	}
}

func (j *judge) rules() {
	for i := range j.in.Mails {
		m := &j.in.Mails[i]
		for _, text := range m.Keys {
			key, ok := ParseKey(text)
			about, known := messages[key.Message]
			if !ok || !known {
				continue // said already
			}
			switch {
			case about.byCommand && !j.commanded(key, m, everyCommand):
				j.fault(text, "The message %s went although no command of staff called for it.", key.Message)
			case slices.Contains(about.rules, m.Rule):
			case m.Rule == staff && j.commanded(key, m, sendsAgain):
			case m.Rule == staff && key.Message == "coaching" && j.missed(key, m): // the coach's word is passed on
			case key.Message == "event-confirmed" && j.commanded(key, m, sendsAgain): // another date, or another address
			case m.Rule == "":
				j.fault(text, "The mail names no rule.")
			default:
				j.fault(text, "The message %s went under the rule %q, which is not its own.", key.Message, m.Rule)
			}
		}
	}
}

// commanded reports whether staff had given one of the commands on the journey before the mail came. A deferral counts
// for the reference that goes on as well.
func (j *judge) commanded(key Key, m *Mail, commands []string) bool {
	for _, a := range j.in.Acts {
		if !a.Sent.After(m.Received) && (a.Ref == key.Ref || a.Into == key.Ref || a.Act == "reschedule" && a.Stage == key.Stage) && slices.Contains(commands, a.Act) {
			return true
		}
	}
	return false
}
