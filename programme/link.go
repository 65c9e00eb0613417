package programme

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"
)

// Token is the secret in a private link: 256 random bits. It prints masked everywhere; Reveal is for the mail and the
// link's own request alone.
type Token struct{ secret string }

// NewToken draws a token.
func NewToken() Token {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails, see crypto/rand
	return Token{base64.RawURLEncoding.EncodeToString(bits[:])}
}

// TokenFrom is the token in a request.
func TokenFrom(secret string) Token { return Token{secret} }

// Reveal is the secret itself.
func (t Token) Reveal() string { return t.secret }

// Hash is what the records keep: SHA-256 in hex.
func (t Token) Hash() string {
	sum := sha256.Sum256([]byte(t.secret))
	return hex.EncodeToString(sum[:])
}

// IsZero reports whether there is no token.
func (t Token) IsZero() bool { return t.secret == "" }

// String masks the token.
func (t Token) String() string {
	if t.IsZero() {
		return ""
	}
	return "••••"
}

// GoString masks it under %#v.
func (t Token) GoString() string { return "programme.Token(" + t.String() + ")" }

// Format masks it under every verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// LogValue masks it in slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText masks it in JSON.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LinkPurpose is what a private link opens.
type LinkPurpose string

// A link opens one ask, the assistant's page, a coach's page, the page of the year, the report, the calendar feed, an
// application, or the page on which optional mail is turned off.
const (
	LinkAsk       LinkPurpose = "ask"
	LinkAssistant LinkPurpose = "assistant"
	LinkCoach     LinkPurpose = "coach"
	LinkYear      LinkPurpose = "year"
	LinkReport    LinkPurpose = "report"
	LinkFeed      LinkPurpose = "feed"
	// LinkApplication opens the applicant's page; without a journey it begins the application.
	LinkApplication LinkPurpose = "application"
	// LinkUnsubscribe turns optional mail off and on, and opens nothing else.
	LinkUnsubscribe LinkPurpose = "unsubscribe"
)

// Link is a private link as the records know it.
type Link struct {
	Purpose  LinkPurpose
	Cohort   string
	Ref      string // for LinkCoach the coach's
	Stage    string // for LinkAsk
	Ask      string // for LinkAsk
	PersonID string
	Expires  time.Time
}
