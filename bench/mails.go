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

// addMails adds the line of the scheduled mails that a leader gets who answers whatever is asked at once; replies to what
// they did are not counted.
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
		n := 0
		for _, email := range p.Emails {
			n += scheduled[strings.ToLower(email)]
		}
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

// scheduledMails counts the mails at the sink under the rule scheduled by their address; a repeat under the same Message-ID is
// the same mail.
func scheduledMails(folder string) (map[string]int, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		return nil, err
	}
	sent, seen := map[string]int{}, map[string]bool{}
	for _, file := range files {
		text, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		letter, err := mail.ReadMessage(text)
		_ = text.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		to, err := mail.ParseAddress(letter.Header.Get("To"))
		id := letter.Header.Get("Message-Id")
		if err != nil || letter.Header.Get("X-Fairlead-Rule") != "scheduled" || seen[id] {
			continue
		}
		seen[id] = true
		sent[strings.ToLower(to.Address)]++
	}
	return sent, nil
}
