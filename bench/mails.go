package main

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// addMails adds the line of the scheduled mails that a prompt leader gets in the year: somebody who came to every session they
// had booked, and whose year ran without an order of staff. Every mail at the sink under the rule scheduled counts, whatever it
// says, and one that carries several once; only one that carries nothing but reminders does not, for on so fast a clock somebody
// prompt may be a day late. Replies and news of what others did go under rules of their own. The surveys months after the year
// do not belong to it.
func (b *bench) addMails(data string, whole []*leaderYear) error {
	text, err := os.ReadFile(filepath.Join(data, "cast-people.json"))
	if err != nil {
		return err
	}
	var cast struct {
		People []struct {
			Ref     string   `json:"ref"`
			Emails  []string `json:"emails"`
			Private string   `json:"private"` // where the surveys and the questionnaire go, empty: nowhere else
		} `json:"people"`
	}
	if err := json.Unmarshal(text, &cast); err != nil {
		return err
	}
	got, err := mailsOfYear(filepath.Join(data, "mail"))
	if err != nil {
		return err
	}
	var prompt, missed []int
	for _, p := range cast.People {
		if !slices.ContainsFunc(whole, func(y *leaderYear) bool { return y.ref == p.Ref }) {
			continue
		}
		year := readerYear{}
		for _, email := range append(p.Emails, p.Private) {
			year.add(got[strings.ToLower(email)])
		}
		b.say("    %s: %d scheduled mails but reminders, missed %d sessions", p.Ref, year.scheduled, year.missed)
		if year.missed > 0 {
			missed = append(missed, year.scheduled)
		} else {
			prompt = append(prompt, year.scheduled)
		}
	}
	if len(prompt) == 0 {
		return fmt.Errorf("nobody was prompt: %w", errNothing)
	}
	most := slices.Max(prompt)
	b.judge("scheduled mails to a prompt leader in the year: all of that rule but mere reminders, merged ones once, without replies and news of others' acts", most <= mostMails,
		"≤ 30", "%d at most, of %d leaders who missed no session", most, len(prompt))
	if len(missed) > 0 {
		b.tell("the same, to one who missed a session and booked it again", "%d at most, of %d", slices.Max(missed), len(missed))
	}
	return nil
}

// readerYear is what the mails to one address, or to all of one reader's, come to.
type readerYear struct {
	scheduled int // mails under the rule scheduled that carry more than reminders
	missed    int // sessions that were asked for again, because nobody came to them
}

func (y *readerYear) add(other readerYear) {
	y.scheduled, y.missed = y.scheduled+other.scheduled, y.missed+other.missed
}

// mailsOfYear are the mails at the sink by their address, a repeat under the same Message-ID once, without the surveys months
// after the year.
func mailsOfYear(folder string) (map[string]readerYear, error) {
	years, seen := map[string]readerYear{}, map[string]bool{}
	return years, eachMail(folder, func(header mail.Header) error {
		to, err := mail.ParseAddress(header.Get("To"))
		if id := header.Get("Message-Id"); err != nil || seen[id] {
			return nil
		}
		seen[header.Get("Message-Id")] = true
		year, carries := readerYear{}, false
		for key := range strings.SplitSeq(header.Get("X-Fairlead-Key"), ",") {
			parts := strings.Split(strings.TrimSpace(key), "/")
			if len(parts) != 5 || strings.HasSuffix(parts[2], "-months") {
				continue
			}
			carries = carries || !strings.HasSuffix(parts[3], "-reminder")
			if parts[3] == "coaching" && !strings.HasPrefix(parts[4], "1.") {
				year.missed++
			}
		}
		if carries && header.Get("X-Fairlead-Rule") == "scheduled" {
			year.scheduled = 1
		}
		address := strings.ToLower(to.Address)
		sum := years[address]
		sum.add(year)
		years[address] = sum
		return nil
	})
}

// eachMail reads the header of every mail that lies at the sink.
func eachMail(folder string, read func(mail.Header) error) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.Open(file)
		if err != nil {
			return err
		}
		letter, err := mail.ReadMessage(text)
		_ = text.Close()
		if err == nil {
			err = read(letter.Header)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}
