package email

import (
	"net/url"
	"slices"
	"strings"

	"fairlead/programme"
)

// unsubscribePlaceholder stands in the footer of mail that can be turned off for the address that does it.
const unsubscribePlaceholder = "{{unsubscribe}}"

const unsubscribePath = "/unsubscribe/"

// unsubscribeOf is the token that turns off what a job's mail says, or its optional part; zero where nothing of it can be.
func unsubscribeOf(job programme.MailJob) programme.Token {
	for _, item := range job.Items {
		if !item.Unsubscribe.IsZero() {
			return item.Unsubscribe
		}
	}
	return programme.Token{}
}

// oneClick is the address for the button of mail programs (RFC 8058). Only mail that can be turned off as a whole has one:
// a mail that says something else as well goes on coming.
func oneClick(job programme.MailJob, publicURL string) string {
	if len(job.Items) == 0 || slices.ContainsFunc(job.Items, func(item programme.MailItem) bool { return item.Unsubscribe.IsZero() }) {
		return ""
	}
	return strings.TrimRight(publicURL, "/") + unsubscribePath + url.PathEscape(unsubscribeOf(job).Reveal())
}

// unsubscribeLink is the link in the footer; nil where nothing of the mail can be turned off.
func unsubscribeLink(job programme.MailJob) *Link {
	if unsubscribeOf(job).IsZero() {
		return nil
	}
	return &Link{Label: "Turn these emails off", URL: unsubscribePlaceholder}
}
