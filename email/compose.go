package email

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"fairlead/programme"
)

// Compose writes the mail of a job. One item becomes a mail of its own, several become one mail that lists each with
// what, when and its link. In the result every private link is its placeholder, {{link:KEY}} with the item's key, or
// {{feed}}: see Reveal and Mask.
//
// publicURL is what links begin with. An error means that this job can never be written: no item, an unknown message,
// a key or public address that no link can be made of. A job that an earlier attempt prepared is that mail, unchanged.
func Compose(job programme.MailJob, publicURL string) (programme.Rendered, error) {
	if job.Prepared != nil {
		return *job.Prepared, nil
	}
	if len(job.Items) == 0 {
		return programme.Rendered{}, fmt.Errorf("the mail %s has nothing to say", job.Key)
	}
	base, err := webAddress(publicURL)
	if err != nil {
		return programme.Rendered{}, err
	}
	if ofSeveral(job.Items) {
		job.Ref = "" // no one leader's: who quoted it would point staff at the wrong journey
	}
	messages := make([]message, len(job.Items))
	for i, item := range job.Items {
		if messages[i], err = prepare(job, item, base); err != nil {
			return programme.Rendered{}, err
		}
	}
	if len(messages) == 1 {
		mail, err := render(job.Items[0].Message, messages[0])
		mail.Calendar = calendarPart(job)
		return mail, err
	}
	all := newMerged(job, messages)
	frame(all.base(), job, programme.MailItem{}, base)
	if err := introduce(templates[merged], all, job); err != nil {
		return programme.Rendered{}, err
	}
	return render(merged, all)
}

// ofSeveral reports whether a mail, to a coach or an assistant, is about several leaders: the key of each line names its journey.
func ofSeveral(items []programme.MailItem) bool {
	refs := map[string]bool{}
	for _, item := range items {
		if parts := strings.Split(item.Key, "/"); len(parts) > 1 {
			refs[parts[1]] = true
		}
	}
	return len(refs) > 1
}

// prepare is the message of one item with its frame filled.
func prepare(job programme.MailJob, item programme.MailItem, base string) (message, error) {
	kind, known := kinds[item.Message]
	if !known {
		return nil, fmt.Errorf("there is no message %q", item.Message)
	}
	key := item.Key
	if key == "" {
		key = job.Key
	}
	if err := checkKeys(key, item); err != nil {
		return nil, err
	}
	m := kind(key, item)
	frame(m.base(), job, item, base)
	if own, settles := m.(interface{ settle(programme.MailJob) }); settles {
		own.settle(job)
	}
	return m, introduce(templates[item.Message], m, job)
}

// frame fills what does not depend on the message.
func frame(f *Frame, job programme.MailJob, item programme.MailItem, base string) {
	f.Name, f.Signatory, f.Contact = clean(job.To.Name), clean(job.Signatory), clean(job.Contact)
	if f.Signatory == "" {
		f.Signatory = "The programme team"
	}
	f.Reference = clean(job.Ref)
	if receipt := clean(item.Ref); receipt != f.Reference {
		f.Receipt = receipt
	}
	f.Cohort = clean(job.Cohort)
	f.Opening = ownOpening(item.Opening)
	f.PrivacyURL, f.NewLinkURL, f.ConsoleURL = base+"/privacy", base+"/new-link", base+"/console"
	if item.Message == programme.MsgApplyVerify { // nobody is known yet to whom a new link could be sent
		f.NewLinkURL = base + "/apply/" + url.PathEscape(f.Cohort)
	}
	f.Private = len(Links(job)) > 0
	switch item.State {
	case programme.Applying, programme.Submitted, programme.UnderReview, programme.Offered, programme.Waitlisted:
		f.Applicant = true
	case programme.Invited:
		f.Invited = true
	}
	f.Gone = item.State == programme.Withdrawn // who defers goes on in another cohort
	f.Unsubscribe = unsubscribeLink(job)
}

// introduce takes the lines that text and HTML share from the message's text template.
func introduce(p pair, m message, job programme.MailJob) error {
	f := m.base()
	var action string
	for block, line := range map[string]*string{"subject": &action, "title": &f.Title, "what": &f.What, "opening": &f.Lead, "why": &f.Why} {
		words, err := p.line(block, m)
		if err != nil {
			return fmt.Errorf("write the %s of a mail: %w", block, err)
		}
		*line = words
	}
	stem := clean(job.Ref)
	if stem == "" {
		stem = f.Cohort
	}
	f.Subject = subjectLine(action, stem)
	return nil
}

// render runs the pair of templates.
func render(name string, m message) (programme.Rendered, error) {
	var asText, asHTML bytes.Buffer
	if err := templates[name].text.ExecuteTemplate(&asText, "layout.txt", m); err != nil {
		return programme.Rendered{}, fmt.Errorf("write the text of %s: %w", name, err)
	}
	if err := templates[name].html.ExecuteTemplate(&asHTML, "layout.html", m); err != nil {
		return programme.Rendered{}, fmt.Errorf("write the HTML of %s: %w", name, err)
	}
	return programme.Rendered{
		Subject: m.base().Subject,
		Text:    wrap(asText.String()),
		HTML:    asHTML.String(),
		Version: templates[name].version,
	}, nil
}

// webAddress is the public address without a slash at its end.
func webAddress(publicURL string) (string, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("the public address %q cannot begin a link: write it as https://example.org", publicURL)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Merged is one mail for several messages that fall due on one day.
type Merged struct {
	Frame
	Count    int
	First    *Moment // the earliest date of all, nil where none has one
	Begins   string  // what begins then, in the middle of a sentence; empty where something is asked by then
	Asked    string  // what is asked by then, in a word or two; empty where something begins, or its name is too long
	News     string  // the title of the first thing
	Sections []Section
	Helper   bool // every message is for an assistant
	Coach    bool // every message is for a coach
	Selector bool // every message is for a selector
	Optional bool // every message can be turned off

	counted counted
}

func newMerged(job programme.MailJob, messages []message) *Merged {
	all := &Merged{Count: len(messages), Helper: true, Coach: true, Selector: true, Optional: true}
	for i, m := range messages {
		s := m.section()
		s.Title, s.What, s.Opening = m.base().Title, m.base().What, m.base().Opening
		item := job.Items[i]
		all.counted.add(item)
		s.asked = asked(item)
		all.Helper = all.Helper && (item.Message == programme.MsgInvitationAssistant || item.Message == programme.MsgAssistantWelcome)
		all.Optional = all.Optional && !item.Unsubscribe.IsZero()
		all.Coach = all.Coach && (item.Message == programme.MsgCoachingLog || item.Message == programme.MsgCoachLeaders)
		all.Sections = append(all.Sections, s)
		all.Selector = all.Selector && (item.Message == programme.MsgSelectorAssigned || item.Message == programme.MsgSelectorReminder)
	}
	slices.SortStableFunc(all.Sections, func(a, b Section) int { return a.first().Compare(b.first()) })
	for i := range all.Sections {
		s := &all.Sections[i]
		if s.Number = i + 1; all.First == nil && !s.first().IsZero() {
			all.First = moment(s.first())
			if s.begins() {
				all.Begins = cut(s.Name, longestBegins)
			} else {
				all.Asked = s.asked
			}
		}
	}
	all.News = cut(all.Sections[0].Title, longestNews)
	return all
}

// first is the earliest moment of a section: by when something is asked, or when something begins. It is zero for news, which
// stands before all that has a date.
func (s Section) first() time.Time {
	switch {
	case s.begins():
		return s.Begins.at
	case s.Due == nil:
		return time.Time{}
	}
	return s.Due.at
}

// begins reports whether what begins comes before anything that is asked.
func (s Section) begins() bool {
	return s.Begins != nil && (s.Due == nil || s.Begins.at.Before(s.Due.at))
}

// More is how many things there are besides the first.
func (m *Merged) More() int { return m.Count - 1 }

func (m *Merged) section() Section { return Section{} }
