package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"
)

// own lets a leader do to their own journey what staff can order, in one turn, and promises the workflows the news of it.
func (s *Store) own(ctx context.Context, ref string, name programme.CommandName, at time.Time, do func(*applying) error) (outbox []string, err error) {
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		outbox = nil
		t.actor, t.reason = actorParticipant, reasonLeaderAsked
		a := &applying{turn: t, cmd: programme.Command{ID: "own-" + randomHex(12), Name: name, Ref: ref, Actor: t.actor, Reason: t.reason}}
		ended := t.state().Ended()
		a.effect.Changed = true
		if err := do(a); err != nil || !a.effect.Changed {
			return err
		}
		if ended || !t.j.Started {
			return a.throughCohort()
		}
		told, err := t.tellJourney(a.effect)
		outbox = []string{told}
		return err
	})
	return outbox, err
}

// reasonLeaderAsked is why something is done that the leader wished for.
const reasonLeaderAsked = "leader_asked"

// LeaveProgramme ends the year of a leader who does not want to go on: all that staff's withdraw does, and the mail about it
// is a reply. note is what the leader tells the team besides, or empty. Who has left already changes nothing; *Illegal for
// whoever has no place to leave.
func (s *Store) LeaveProgramme(ctx context.Context, ref, note string, at time.Time) (outbox []string, err error) {
	return s.own(ctx, ref, programme.CmdWithdraw, at, func(a *applying) error {
		a.note = note
		switch {
		case a.state() == programme.Withdrawn:
			a.effect.Changed = false
			return nil
		case a.beneath() != programme.Enrolled:
			return &programme.Illegal{What: "leave", State: a.j.State, Why: "There is no place on the programme that could be given up."}
		}
		if err := a.endAll(programme.Withdrawn, programme.NotSentWithdrawn); err != nil {
			return err
		}
		mail := a.planned(programme.MsgWithdrawn, programme.RuleReply, a.now)
		mail.Key = programme.ReplyKey(a.j.Cohort, a.j.Ref, "", mail.Message, fmt.Sprint(a.j.Version))
		return a.tell(mail)
	})
}

// ChangeOwnDetails lets a leader put their own details right, or what their assistant may do: as staff's change-details, and
// the private address besides; nil leaves that as it is. seen is the version of the journey the leader was shown; *Illegal
// with programme.StateChanged where it has moved on, *Invalid for what cannot be.
func (s *Store) ChangeOwnDetails(ctx context.Context, ref string, details programme.Details, private *string, seen int64, at time.Time) (outbox []string, err error) {
	return s.own(ctx, ref, programme.CmdChangeDetails, at, func(a *applying) error {
		switch {
		case a.beneath() != programme.Enrolled && a.state() != programme.Completed:
			return &programme.Illegal{What: "change details", State: a.j.State, Why: "Your year is over, so nothing here can be changed."}
		case seen != a.j.Version:
			return &programme.Illegal{What: "change details", State: programme.StateChanged, Why: "Something here has changed since you opened the page."}
		}
		a.cmd.Details = details
		if err := a.apartFromPrivate(details.AssistantEmail); err != nil {
			return err
		}
		changed, err := a.movePrivateAddress(private)
		if err != nil {
			return err
		}
		if err := a.changeDetails(); err != nil {
			return err
		}
		if changed && !a.effect.Changed {
			a.effect.Changed = true
			return a.move("", a.j.State, a.j.State, string(programme.CmdChangeDetails))
		}
		return nil
	})
}

// apartFromPrivate refuses the leader's private address as the assistant's.
func (a *applying) apartFromPrivate(assistant *string) error {
	if assistant == nil || foldEmail(*assistant) == "" {
		return nil
	}
	box, _, err := a.s.privateMailbox(a.tx, a.leader)
	if err == nil && box.folded() == foldEmail(*assistant) {
		err = programme.Refuse("assistant_email", "That is your private address. Enter your assistant’s own")
	}
	return err
}

// movePrivateAddress gives the leader another private address, or none.
func (a *applying) movePrivateAddress(address *string) (changed bool, err error) {
	if address == nil {
		return false, nil
	}
	before, _, err := a.s.privateMailbox(a.tx, a.leader)
	if err != nil || before.folded() == foldEmail(*address) {
		return false, err
	}
	var assistant personRow
	if a.j.AssistantID != "" {
		if err := a.tx.Take(&assistant, "id = ?", a.j.AssistantID).Error; err != nil {
			return false, err
		}
	}
	return true, a.keepPrivateAddress(*address, assistant.Email)
}

// PrivateAddress is where a leader wants the questionnaire, the report and the surveys, or empty where that is the usual
// address. ErrNotFound.
func (s *Store) PrivateAddress(ctx context.Context, ref string) (address string, err error) {
	id, err := leaderOf(s.read(ctx), ref)
	if err != nil {
		return "", edge(err)
	}
	var person personRow
	if err := s.read(ctx).Take(&person, "id = ?", id).Error; err != nil {
		return "", edge(err)
	}
	box, _, err := s.privateMailbox(s.read(ctx), person)
	return box.address, edge(err)
}
