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

// addMails adds the line of the scheduled mails that a leader gets who answers whatever is asked at once. Replies to what they
// did are not counted, nor what a date that moved or a session that was cancelled makes necessary a second time, nor reminders:
// on so fast a clock somebody prompt may be a day late. The surveys months after the year do not belong to it.
func (b *bench) addMails(data string) error {
	text, err := os.ReadFile(filepath.Join(data, "cast-people.json"))
	if err != nil {
		return err
	}
	var cast struct {
		People []struct {
			Ref       string   `json:"ref"`
			Character string   `json:"character"`
			End       string   `json:"end"`
			Emails    []string `json:"emails"`
			Private   string   `json:"private"` // where the surveys and the questionnaire go, empty: nowhere else
		} `json:"people"`
	}
	if err := json.Unmarshal(text, &cast); err != nil {
		return err
	}
	scheduled, err := scheduledMails(filepath.Join(data, "mail"))
	if err != nil {
		return err
	}
	var counts []int
	for _, p := range cast.People {
		if p.End != "completed" || p.Character != "prompt" && !strings.HasSuffix(p.Character, ", then prompt") {
			continue
		}
		different := map[string]bool{}
		for _, email := range append(p.Emails, p.Private) {
			for _, subject := range scheduled[strings.ToLower(email)] {
				different[subject] = true
			}
		}
		n := len(different)
		counts = append(counts, n)
		b.say("    %s: %d scheduled mails", p.Ref, n)
	}
	if len(counts) == 0 {
		return fmt.Errorf("nobody was prompt: %w", errNothing)
	}
	most := slices.Max(counts)
	b.judge("scheduled mails to a prompt leader in the year", most <= mostMails, "≤ 30", "%d at most, of %d prompt leaders", most, len(counts))
	return nil
}

// scheduledMails are the mails at the sink under the rule scheduled by their address, each as the stages and messages it
// carries; one that carries several is one mail. Reminders are left out.
func scheduledMails(folder string) (map[string][]string, error) {
	sent := map[string][]string{}
	return sent, eachMail(folder, func(header mail.Header) error {
		to, err := mail.ParseAddress(header.Get("To"))
		if err != nil || header.Get("X-Fairlead-Rule") != "scheduled" {
			return nil
		}
		var about []string
		for key := range strings.SplitSeq(header.Get("X-Fairlead-Key"), ",") {
			if parts := strings.Split(strings.TrimSpace(key), "/"); len(parts) == 5 && !strings.HasSuffix(parts[3], "-reminder") && !strings.HasSuffix(parts[2], "-months") {
				about = append(about, parts[2]+"/"+parts[3])
			}
		}
		if len(about) > 0 {
			slices.Sort(about)
			address := strings.ToLower(to.Address)
			sent[address] = append(sent[address], strings.Join(about, " "))
		}
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
