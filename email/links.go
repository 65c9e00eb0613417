package email

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"fairlead/programme"
)

const feedPlaceholder = "{{feed}}"

func placeholder(key string) string { return "{{link:" + key + "}}" }

var (
	placeholders = regexp.MustCompile(`\{\{link:([A-Za-z0-9._/-]+)\}\}`)
	linkKey      = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
)

// What people who read the ledger see in place of a private address.
const (
	maskedLink = "…/l/••••"
	maskedFeed = "…/calendar/••••.ics"
	maskedExit = "…/unsubscribe/••••"
)

// openKey names the link of something that a mail about links lists: its own key, or the mail's with the stage.
func openKey(key string, open programme.MailItem) string {
	if open.Key != "" && open.Key != key {
		return open.Key
	}
	return key + "/" + open.Stage
}

// checkKeys refuses keys of which no placeholder can be made; the records make none such.
func checkKeys(key string, item programme.MailItem) error {
	keys := []string{key}
	for _, open := range item.Open {
		keys = append(keys, openKey(key, open))
	}
	for _, k := range keys {
		if !linkKey.MatchString(k) {
			return fmt.Errorf("the key %q cannot name a link", k)
		}
	}
	return nil
}

// Links are the private links of a job by the key that names each in the mail, those of listed things included.
func Links(job programme.MailJob) map[string]programme.Token {
	links := map[string]programme.Token{}
	for _, item := range job.Items {
		key := item.Key
		if key == "" {
			key = job.Key
		}
		if !item.Link.IsZero() {
			links[key] = item.Link
		}
		for _, open := range item.Open {
			if !open.Link.IsZero() {
				links[openKey(key, open)] = open.Link
			}
		}
	}
	return links
}

// feedOf is the token of the private calendar that a job's mail mentions; zero where it mentions none.
func feedOf(job programme.MailJob) programme.Token {
	for _, item := range job.Items {
		if !item.Feed.IsZero() {
			return item.Feed
		}
	}
	return programme.Token{}
}

// Reveal puts the real addresses into a mail, for the wire alone: the result opens doors and is never stored. A
// placeholder without a token becomes the page that sends a new link, so nobody is left with nothing.
func Reveal(r programme.Rendered, links map[string]programme.Token, feed, unsubscribe programme.Token, publicURL string) programme.Rendered {
	base := strings.TrimRight(publicURL, "/")
	address := func(token programme.Token, before, after string) string {
		if token.IsZero() {
			return base + "/new-link"
		}
		return base + before + url.PathEscape(token.Reveal()) + after
	}
	return replace(r,
		func(key string) string { return address(links[key], "/l/", "") },
		address(feed, "/calendar/", ".ics"),
		address(unsubscribe, unsubscribePath, ""))
}

// Mask hides the private addresses of a mail, for people who read the ledger.
func Mask(r programme.Rendered) programme.Rendered {
	return replace(r, func(string) string { return maskedLink }, maskedFeed, maskedExit)
}

// replace puts addresses in the place of placeholders, escaped in the HTML part.
func replace(r programme.Rendered, link func(key string) string, feed, unsubscribe string) programme.Rendered {
	fill := func(body string, escape func(string) string) string {
		body = placeholders.ReplaceAllStringFunc(body, func(found string) string {
			return escape(link(placeholders.FindStringSubmatch(found)[1]))
		})
		body = strings.ReplaceAll(body, unsubscribePlaceholder, escape(unsubscribe))
		return strings.ReplaceAll(body, feedPlaceholder, escape(feed))
	}
	r.Text = fill(r.Text, func(s string) string { return s })
	r.HTML = fill(r.HTML, html.EscapeString)
	return r
}
