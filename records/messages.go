package records

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// messageRow is one line of the ledger: a mail that goes, went, or does not go and why.
type messageRow struct {
	ID              int64 `gorm:"primaryKey"`
	Key             string
	Cohort          string
	Ref             string
	Stage           string
	Message         string
	Round           int
	Plan            int
	Rung            int
	Ask             string // the ask that must be open for it to go; empty for confirmations and the like
	PersonID        string
	Recipient       string
	Rule            string
	At              time.Time
	State           string
	Reason          string
	LeadKey         string
	MessageID       string
	TemplateVersion string
	Attempts        int
	AttemptedAt     *time.Time // programme moment of the first claim, also on a fast clock by the real one
	SentAt          *time.Time
	ServerCode      int
	QueueID         string
	MayRepeat       bool
	SubjectEnc      []byte
	TextEnc         []byte
	HTMLEnc         []byte `gorm:"column:html_enc"`
	CalendarEnc     []byte // the entry it brings, or nothing
	TokenEnc        []byte
	AddressEnc      []byte // where it goes if not to the person's present address
	Params          string
	CreatedAt       time.Time
}

func (messageRow) TableName() string { return "messages" }

// Whom a mail goes to, in relation to its journey.
const (
	toParticipant = "participant"
	toAssistant   = "assistant"
	toStaff       = "staff"
)

// params are the codes and references a message needs besides its columns.
type params struct {
	Into       string         `json:"into,omitempty"`       // deferred: the cohort in which it goes on
	Submission string         `json:"submission,omitempty"` // the answer it confirms
	Count      int            `json:"count,omitempty"`      // tasks-waiting
	Copy       string         `json:"copy,omitempty"`       // resent: the key of the mail it repeats
	DueWas     *time.Time     `json:"due_was,omitempty"`    // a late request: due and limit before it moved them
	LimitWas   *time.Time     `json:"limit_was,omitempty"`
	Sitting    string         `json:"sitting,omitempty"`  // event-cancelled: what is taken away
	Sequence   int            `json:"sequence,omitempty"` // event-cancelled: of the calendar entry
	NoEntry    bool           `json:"no_entry,omitempty"` // event-cancelled: there is no calendar entry to take away
	Moved      bool           `json:"moved,omitempty"`    // event-moved, event-cancelled: the times have changed
	Entry      bool           `json:"entry,omitempty"`    // event-joining: brings the calendar entry up to date
	Private    bool           `json:"private,omitempty"`  // new-link: lists what is open at the private address
	Session    *sessionParams `json:"session,omitempty"`  // about a coaching session: as it was when the line was planned
}

// sessionParams is the coaching session that a line is about.
type sessionParams struct {
	Coach    string    `json:"coach"`
	Starts   time.Time `json:"starts"`
	Minutes  int       `json:"minutes"`
	Online   bool      `json:"online,omitempty"`
	Sequence int       `json:"sequence,omitempty"`
	What     string    `json:"what,omitempty"`
	Why      string    `json:"why,omitempty"` // a programme.GivenUp
}

func (r messageRow) params() params {
	var p params
	_ = json.Unmarshal([]byte(r.Params), &p) // written by text alone
	return p
}

func (p params) text() string {
	text, _ := json.Marshal(p) // plain values always marshal
	return string(text)
}

// planned prepares a line of the ledger of this journey that is still to go, to its leader.
func (t *turn) planned(message string, rule programme.Rule, at time.Time) messageRow {
	return messageRow{Cohort: t.j.Cohort, Ref: t.j.Ref, Message: message, PersonID: t.leader.ID, Recipient: toParticipant,
		Rule: string(rule), At: at, State: string(programme.MessagePlanned), CreatedAt: t.now}
}

// write writes lines of the ledger. A key that is there already keeps its line.
func (t *turn) write(rows ...messageRow) error { return writeMessages(t.tx, rows...) }

func writeMessages(tx *gorm.DB, rows ...messageRow) error {
	for i := range rows {
		if rows[i].Params == "" {
			rows[i].Params = "{}"
		}
	}
	return insertMany(tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, DoNothing: true}), rows)
}

// staffMail plans a mail that a command caused: at once in working hours, else at the leader's next minute. Its key ends
// in the row that caused it.
func (t *turn) staffMail(stage, message, row string) messageRow {
	mail := t.planned(message, programme.RuleStaff, t.cal().StaffMoment(t.now, programme.Minute(t.leader.ID)))
	mail.Stage, mail.Key = stage, programme.ReplyKey(t.j.Cohort, t.j.Ref, stage, message, row)
	return mail
}

// wasWrittenTo reports whether any mail of this journey ever left, or tried to, for its leader.
func (t *turn) wasWrittenTo() (bool, error) {
	return wasWrittenTo(t.tx.Where("ref = ?", t.j.Ref), t.leader.ID)
}

func wasWrittenTo(tx *gorm.DB, person string) (bool, error) {
	var n int64
	err := tx.Model(&messageRow{}).Where("person_id = ? AND state IN ?", person, triedStates).Limit(1).Count(&n).Error
	return n > 0, err
}

// triedStates are those of lines that went out or whose sending was begun.
var triedStates = []string{string(programme.MessageSending), string(programme.MessageSent), string(programme.MessageMerged),
	string(programme.MessagePerhapsSent), string(programme.MessageFailed)}

// Messages is the ledger of a journey in the order of the planned moments, without bodies, from the cursor after on, at
// most limit; next is empty at the end.
func (s *Store) Messages(ctx context.Context, ref string, after string, limit int) (list []programme.Message, next string, err error) {
	return pageOfLedger(s.read(ctx).Omit("subject_enc", "text_enc", "html_enc", "calendar_enc", "token_enc").Where("ref = ?", ref), after, limit)
}

// pageOfLedger is one page of lines of the ledger in the order of their moments.
func pageOfLedger(q *gorm.DB, after string, limit int) (list []programme.Message, next string, err error) {
	if after != "" {
		at, id, err := parseCursor(after)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("at > ? OR (at = ? AND id > ?)", at, at, id)
	}
	var rows []messageRow
	if err := q.Order("at, id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = fmt.Sprintf("%d.%d", last.At.UnixMilli(), last.ID)
	}
	for _, row := range rows {
		list = append(list, messageFromRow(row))
	}
	return list, next, nil
}

func parseCursor(cursor string) (at time.Time, id int64, err error) {
	millis, number, _ := strings.Cut(cursor, ".")
	ms, errMillis := strconv.ParseInt(millis, 10, 64)
	id, errNumber := strconv.ParseInt(number, 10, 64)
	if errMillis != nil || errNumber != nil {
		return time.Time{}, 0, programme.Refuse("cursor", "This is no cursor of this list.")
	}
	return time.UnixMilli(ms).UTC(), id, nil
}

// Message is one line of the ledger with its mail as it went out, private links masked; ErrNotFound. A mail whose key
// was destroyed has no text.
func (s *Store) Message(ctx context.Context, key string) (programme.Message, error) {
	var row messageRow
	if err := s.read(ctx).Take(&row, "key = ?", key).Error; err != nil {
		return programme.Message{}, edge(err)
	}
	message := messageFromRow(row)
	mail, err := s.openMail(ctx, row)
	if err != nil {
		return message, err
	}
	message.Subject, message.Text, message.HTML = mail.Subject, masked(mail.Text), masked(mail.HTML)
	return message, nil
}

// sealMail encrypts a mail as it goes out, placeholders in the place of links, with the key of who gets it.
func (s *Store) sealMail(ctx context.Context, row *messageRow, mail programme.Rendered) (err error) {
	if row.SubjectEnc, err = s.encrypt(ctx, row.PersonID, []byte(mail.Subject)); err != nil {
		return err
	}
	if row.TextEnc, err = s.encrypt(ctx, row.PersonID, []byte(mail.Text)); err != nil {
		return err
	}
	if row.HTMLEnc, err = s.encrypt(ctx, row.PersonID, []byte(mail.HTML)); err != nil {
		return err
	}
	if row.CalendarEnc = nil; mail.Calendar != "" {
		row.CalendarEnc, err = s.encrypt(ctx, row.PersonID, []byte(mail.Calendar))
	}
	row.TemplateVersion = mail.Version
	return err
}

// openMail is the mail as sealMail kept it, empty where there is none or its key was destroyed.
func (s *Store) openMail(ctx context.Context, row messageRow) (programme.Rendered, error) {
	mail := programme.Rendered{Version: row.TemplateVersion}
	for column, part := range map[*[]byte]*string{&row.SubjectEnc: &mail.Subject, &row.TextEnc: &mail.Text, &row.HTMLEnc: &mail.HTML,
		&row.CalendarEnc: &mail.Calendar} {
		plain, err := s.decryptIfKept(ctx, row.PersonID, *column)
		if err != nil {
			return programme.Rendered{}, err
		}
		*part = string(plain)
	}
	return mail, nil
}

// messageID is the Message-ID of the mail that a line leads, in every attempt the same.
func (s *Store) messageID(key string) string {
	return programme.MessageID(key, s.opts.MailHost)
}

var linkPlaceholder = regexp.MustCompile(`\{\{link:[^{}]*\}\}`)

// masked shows where private addresses stood in a mail.
func masked(body string) string {
	body = linkPlaceholder.ReplaceAllString(body, "…/l/••••")
	return strings.NewReplacer("{{feed}}", "…/calendar/••••.ics", "{{unsubscribe}}", "…/unsubscribe/••••").Replace(body)
}

func messageFromRow(r messageRow) programme.Message {
	m := programme.Message{Key: r.Key, Cohort: r.Cohort, Ref: r.Ref, Stage: r.Stage, Message: r.Message, Rule: programme.Rule(r.Rule),
		At: r.At.UTC(), State: programme.MessageState(r.State), Reason: r.Reason, MessageID: r.MessageID,
		TemplateVersion: r.TemplateVersion, To: r.Recipient, Attempts: r.Attempts, Sent: orZero(r.SentAt), MayRepeat: r.MayRepeat}
	if m.State == programme.MessageMerged {
		m.MergedInto = r.LeadKey
	}
	if r.ServerCode != 0 {
		m.ServerReply = strings.TrimSpace(strconv.Itoa(r.ServerCode) + " " + r.QueueID)
	}
	return m
}
