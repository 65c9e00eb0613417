package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// commandRow is one order of staff. What is personal in it is encrypted with the leader's key.
type commandRow struct {
	ID          string `gorm:"primaryKey"`
	Name        string
	Cohort      string
	Ref         string
	Stage       string
	Reason      string
	Actor       string
	Codes       string
	PersonalEnc []byte
	State       string
	Outcome     string
	At          time.Time
	CreatedReal time.Time
	DoneReal    *time.Time
	Operation   string // the bulk work it is part of
}

func (commandRow) TableName() string { return "commands" }

// commandPersonal is the personal part of a command.
type commandPersonal struct {
	Note    string            `json:"note,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Text    string            `json:"text,omitempty"`
	Email   string            `json:"email,omitempty"`
	GivenBy string            `json:"given_by,omitempty"`
	How     string            `json:"how,omitempty"`
	Answers programme.Answers `json:"answers,omitempty"`
	Details programme.Details `json:"details"`
}

// refusal of a command, as its outcome keeps it.
type refusedCommand struct {
	Illegal *programme.Illegal `json:"illegal,omitempty"`
	Invalid *programme.Invalid `json:"invalid,omitempty"`
}

// RecordCommand writes an order of staff before it is sent to its workflow. The same id again changes nothing.
// ErrNotFound where there is no such journey; *Invalid where the reason is none of ReasonCodes.
func (s *Store) RecordCommand(ctx context.Context, c programme.Command) error {
	if !validReason(c.Reason) {
		return programme.Refuse("reason", "Give a reason from the list.")
	}
	if c.At.IsZero() {
		now, err := s.programmeNow(ctx)
		if err != nil {
			return err
		}
		c.At = now
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var j journeyRow
		if err := tx.Take(&j, "ref = ?", c.Ref).Error; err != nil {
			return fmt.Errorf("journey: %w", err)
		}
		c.Cohort = j.Cohort
		row, err := s.rowFromCommand(ctx, c, j.PersonID)
		if err != nil {
			return err
		}
		row.State = string(programme.CommandRecorded)
		err = tx.Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return fmt.Errorf("%w: the command is recorded already", programme.ErrConflict)
		}
		return err
	})
}

func validReason(reason string) bool {
	for _, code := range programme.ReasonCodes() {
		if code == reason {
			return true
		}
	}
	return false
}

// Command is one order with what became of it; ErrNotFound. Its personal part is empty where the key was destroyed.
func (s *Store) Command(ctx context.Context, id string) (programme.Command, error) {
	var row commandRow
	if err := s.read(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return programme.Command{}, edge(err)
	}
	c, err := s.commandFromRow(ctx, s.read(ctx), row)
	return c, edge(err)
}

// AbandonCommand gives an order up that nobody has applied yet, and reports whether it did: it then never takes effect.
func (s *Store) AbandonCommand(ctx context.Context, id string) (abandoned bool, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		given := tx.Model(&commandRow{}).Where("id = ? AND state = ?", id, string(programme.CommandRecorded)).
			Updates(map[string]any{"state": string(programme.CommandAbandoned), "done_real": s.realNow()})
		abandoned = given.RowsAffected == 1
		return given.Error
	})
	return abandoned, err
}

// PendingCommands lists orders that were recorded before a real moment and neither applied, refused nor abandoned, oldest
// first, at most limit, without their personal part: their api died before it sent them on. Orders for journeys that
// have no workflow are left out, so is bulk work, and one that was overtaken is given up: whoever got no answer has ordered again, or
// others have ordered since, and it must not come after that.
func (s *Store) PendingCommands(ctx context.Context, olderThan time.Time, limit int) ([]programme.Command, error) {
	if err := s.abandonOvertaken(ctx, olderThan); err != nil {
		return nil, edge(err)
	}
	var rows []commandRow
	err := s.read(ctx).Where("state = ? AND operation = '' AND name NOT IN ? AND created_real < ?", string(programme.CommandRecorded), ownOrders, olderThan).
		Where("ref IN (SELECT ref FROM journeys WHERE started = ? AND state NOT IN ?)", true, endedStates()).
		Order("created_real, id").Limit(limit).Find(&rows).Error
	list := make([]programme.Command, 0, len(rows))
	for _, row := range rows {
		row.PersonalEnc = nil
		c, err := s.commandFromRow(ctx, nil, row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, edge(err)
}

// ownOrders are those that the programme gives itself.
var ownOrders = []string{string(programme.CmdReplan), string(programme.CmdFollowSitting)}

// abandonOvertaken gives up the orders recorded before a real moment after which a later one of staff was applied to the
// same journey. A journey carries out what it has accepted in its order, so they never reached it.
func (s *Store) abandonOvertaken(ctx context.Context, olderThan time.Time) error {
	const overtaken = `state = ? AND name NOT IN ? AND created_real < ? AND EXISTS (SELECT 1 FROM commands later
		WHERE later.ref = commands.ref AND later.state = ? AND later.name NOT IN ? AND later.created_real > commands.created_real)`
	var ids []string
	err := s.read(ctx).Model(&commandRow{}).Where(overtaken, string(programme.CommandRecorded), ownOrders, olderThan,
		string(programme.CommandApplied), ownOrders).Pluck("id", &ids).Error
	for _, id := range ids {
		if err == nil {
			_, err = s.AbandonCommand(ctx, id)
		}
	}
	return err
}

func (s *Store) rowFromCommand(ctx context.Context, c programme.Command, person string) (commandRow, error) {
	order := programme.Order{ID: c.ID, Name: c.Name, Stage: c.Stage, Reason: c.Reason, Until: c.Until, Missed: c.Missed,
		Into: c.Into, Message: c.Message, Coach: c.Coach, Sitting: c.Sitting, Status: c.Status, Costs: c.Costs,
		Urgent: c.Urgent, Decision: c.Decision, IfVersion: c.IfVersion}
	codes, err := json.Marshal(order)
	if err != nil {
		return commandRow{}, err
	}
	personal, err := json.Marshal(commandPersonal{c.Note, c.Subject, c.Text, c.Email, c.GivenBy, c.How, c.Answers, c.Details})
	if err != nil {
		return commandRow{}, err
	}
	row := commandRow{ID: c.ID, Name: string(c.Name), Cohort: c.Cohort, Ref: c.Ref, Stage: c.Stage, Reason: c.Reason, Actor: c.Actor,
		Codes: string(codes), State: string(c.State), At: c.At, CreatedReal: s.realNow(), Operation: c.Operation}
	row.PersonalEnc, err = s.encrypt(ctx, person, personal)
	return row, err
}

// commandFromRow maps a row back; tx finds the leader, whose key opens the personal part.
func (s *Store) commandFromRow(ctx context.Context, tx *gorm.DB, r commandRow) (programme.Command, error) {
	var order programme.Order
	if err := json.Unmarshal([]byte(r.Codes), &order); err != nil {
		return programme.Command{}, fmt.Errorf("codes of a command: %w", err)
	}
	c := programme.Command{ID: r.ID, Name: programme.CommandName(r.Name), Cohort: r.Cohort, Ref: r.Ref, Stage: r.Stage, Reason: r.Reason,
		Actor: r.Actor, Until: order.Until, Missed: order.Missed, Into: order.Into, Message: order.Message, Coach: order.Coach, Sitting: order.Sitting,
		Status: order.Status, Costs: order.Costs, Urgent: order.Urgent, Decision: order.Decision, IfVersion: order.IfVersion, At: r.At.UTC(),
		State: programme.CommandState(r.State), Operation: r.Operation}
	if c.State == programme.CommandApplied {
		c.Outcome = &programme.Effect{}
		if err := json.Unmarshal([]byte(r.Outcome), c.Outcome); err != nil {
			return c, fmt.Errorf("outcome of a command: %w", err)
		}
	}
	if len(r.PersonalEnc) == 0 {
		return c, nil
	}
	person, err := leaderOf(tx, r.Ref)
	if err != nil {
		return c, err
	}
	text, err := s.decryptIfKept(ctx, person, r.PersonalEnc)
	if err != nil || text == nil {
		return c, err
	}
	var p commandPersonal
	err = json.Unmarshal(text, &p)
	c.Note, c.Email, c.GivenBy, c.How, c.Answers, c.Details = p.Note, p.Email, p.GivenBy, p.How, p.Answers, p.Details
	c.Subject, c.Text = p.Subject, p.Text
	return c, err
}

// refusedOutcome is the text under which a refusal is kept; refused tells whether the error is one.
func refusedOutcome(err error) (text string, refused bool) {
	var r refusedCommand
	if !errors.As(err, &r.Illegal) && !errors.As(err, &r.Invalid) {
		return "", false
	}
	kept, _ := json.Marshal(r) // plain values always marshal
	return string(kept), true
}

// refusedError is the error that a kept refusal was.
func refusedError(outcome string) error {
	var r refusedCommand
	if err := json.Unmarshal([]byte(outcome), &r); err != nil {
		return fmt.Errorf("outcome of a command: %w", err)
	}
	switch {
	case r.Illegal != nil:
		return r.Illegal
	case r.Invalid != nil:
		return r.Invalid
	}
	return errors.New("a refused command has no reason")
}
