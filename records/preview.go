package records

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fairlead/programme"
)

// errPreview ends the transaction of a preview: all that it did is taken back.
var errPreview = errors.New("a preview changes nothing")

// stands is all of a journey that an order can change.
type stands struct {
	state  programme.JourneyState
	stages []programme.Stage
	mails  map[int64]messageRow
	places map[string]programme.Place
	order  []string // events of the year that the leader has a place at
	tasks  map[int64]string
	coach  string
}

// Preview says what an order would do if it were given now: it is put into effect, looked at, and taken back. What would
// refuse the order refuses the preview, in the same words; nothing of it is written down.
func (s *Store) Preview(ctx context.Context, c programme.Command) (preview programme.Preview, err error) {
	if !validReason(c.Reason) {
		return preview, programme.Refuse("reason", "Give a reason from the list.")
	}
	err = s.onJourney(ctx, c.Ref, c.At, func(t *turn) error {
		before, err := t.nowStands()
		if err != nil {
			return err
		}
		if c.ID == "" {
			c.ID = randomHex(16)
		}
		a := &applying{turn: t, cmd: c}
		t.actor, t.reason, t.note = c.Actor, c.Reason, c.Note
		if err := a.run(); err != nil {
			return err
		}
		after, err := t.nowStands()
		if err != nil {
			return err
		}
		preview = compared(before, after)
		preview.Changed = a.effect.Changed
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return preview, err
}

// nowStands reads the journey as it stands within the transaction.
func (t *turn) nowStands() (stands, error) {
	st := stands{state: t.state(), mails: map[int64]messageRow{}, places: map[string]programme.Place{}, tasks: map[int64]string{}}
	rows, err := t.stages()
	if err != nil {
		return st, err
	}
	for _, row := range rows {
		known, _ := t.year.Stage(row.Name)
		st.stages = append(st.stages, stageFromRow(row, known))
	}
	var mails []messageRow
	if err := t.tx.Select("id", "message", "recipient", "at", "state", "reason").Where("ref = ?", t.j.Ref).Find(&mails).Error; err != nil {
		return st, err
	}
	for _, mail := range mails {
		st.mails[mail.ID] = mail
	}
	var places []placeRow
	if err := t.tx.Where("ref = ?", t.j.Ref).Find(&places).Error; err != nil {
		return st, err
	}
	for _, row := range places {
		if st.places[row.Stage], err = t.s.placeFromRow(row, t.cohort, t.year); err != nil {
			return st, err
		}
	}
	for _, stage := range st.stages {
		if _, placed := st.places[stage.Name]; placed {
			st.order = append(st.order, stage.Name)
		}
	}
	var tasks []taskRow
	if err := t.tx.Where("ref = ? AND done_at IS NULL", t.j.Ref).Find(&tasks).Error; err != nil {
		return st, err
	}
	for _, task := range tasks {
		st.tasks[task.ID] = task.Code
	}
	match, found, err := t.match()
	if found {
		st.coach = match.Coach
	}
	return st, err
}

// compared is what has changed from one standing to the next.
func compared(before, after stands) programme.Preview {
	p := programme.Preview{From: before.state, To: after.state}
	for i, stage := range after.stages {
		was := before.stages[i] // an order neither adds stages nor takes any away
		if was.State != stage.State || was.Round != stage.Round || !was.Due.Equal(stage.Due) || !was.Limit.Equal(stage.Limit) ||
			!was.OpensAt.Equal(stage.OpensAt) || was.Outcome != stage.Outcome || was.Attention != stage.Attention {
			p.Stages = append(p.Stages, programme.StageChange{Before: was, After: stage})
		}
	}
	for id, mail := range after.mails {
		if was, known := before.mails[id]; known {
			if was.State == mail.State && (mail.State != string(programme.MessagePlanned) || was.At.Equal(mail.At)) {
				continue
			}
			p.Mails = append(p.Mails, programme.MailChange{Message: mail.Message, To: mail.Recipient, At: mail.At.UTC(), Was: was.At.UTC(),
				Stops: mail.State != string(programme.MessagePlanned), Reason: mail.Reason})
		} else if mail.State == string(programme.MessagePlanned) {
			p.Mails = append(p.Mails, programme.MailChange{Message: mail.Message, To: mail.Recipient, At: mail.At.UTC()})
		}
	}
	slices.SortFunc(p.Mails, func(a, b programme.MailChange) int {
		if n := a.At.Compare(b.At); n != 0 {
			return n
		}
		return strings.Compare(a.Message+a.To, b.Message+b.To)
	})
	for _, stage := range after.order {
		was, now := before.places[stage], after.places[stage]
		if was.State != now.State || was.Sitting.Name != now.Sitting.Name || was.Costs != now.Costs || was.CatchUp != now.CatchUp {
			p.Places = append(p.Places, programme.PlaceChange{Stage: stage, Title: now.Title, Before: was, After: now})
		}
	}
	for id, code := range after.tasks {
		if _, known := before.tasks[id]; !known {
			p.Tasks = append(p.Tasks, code)
		}
	}
	slices.Sort(p.Tasks)
	if after.coach != before.coach {
		p.Coach = after.coach
	}
	return p
}
