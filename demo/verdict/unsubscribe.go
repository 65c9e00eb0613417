package verdict

import (
	"regexp"
	"slices"
)

// optionalStages are the surveys after the year: their requests and reminders are the one mail that people can turn off.
var optionalStages = map[string]bool{"survey-6-months": true, "survey-12-months": true}

func optional(k Key) bool {
	return optionalStages[k.Stage] && (k.Message == "survey" || k.Message == "survey-reminder")
}

// exit is what List-Unsubscribe has to hold (RFC 8058): one address, in angle brackets, with a secret of 128 bits or more.
var exit = regexp.MustCompile(`^<https?://[^<>, ]+/unsubscribe/[A-Za-z0-9_-]{22,}>$`)

// unsubscribe: all optional mail, and no other, can be turned off by the button of a mail program; and who pressed it gets
// none that was begun after that.
func (j *judge) unsubscribe() {
	for i := range j.in.Mails {
		m := &j.in.Mails[i]
		can := len(m.Keys) > 0 && !slices.ContainsFunc(m.Keys, func(text string) bool {
			key, ok := ParseKey(text)
			return !ok || !optional(key)
		})
		switch {
		case can && (!exit.MatchString(m.Exit) || m.OneClick != "List-Unsubscribe=One-Click"):
			j.fault(m.key(), "Optional mail cannot be turned off by the button of a mail program.")
		case !can && m.Exit+m.OneClick != "":
			j.fault(m.key(), "A mail that nobody may miss carries the button that turns it off.")
		}
	}
	for _, a := range j.confirmed("", ActUnsubscribe) {
		for _, c := range j.byRef[a.Ref] {
			if optional(c.key) && c.mail.Date.After(a.Done) && c.mail.Received.After(a.Answered) {
				j.fault(c.key.Text, "The message %s is dated %s; such mail was turned off on %s.", c.key.Message, stamp(c.mail.Date), stamp(a.Done))
			}
		}
	}
}
