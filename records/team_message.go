package records

import (
	"fmt"

	"fairlead/programme"
)

// writeTo sends the leader what staff wrote. The words stay with the order: the mail is made of them when it goes.
func (a *applying) writeTo() error {
	if faults := programme.CheckTeamMessage(a.cmd.Subject, a.cmd.Text); len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	mail := a.staffMail("", programme.MsgTeamMessage, a.cmd.ID)
	mail.Params = params{Command: a.cmd.ID}.text()
	if err := a.move("", a.j.State, a.j.State, string(programme.CmdWrite)); err != nil {
		return err
	}
	a.effect.Mails = []programme.PlannedMail{{Key: mail.Key, At: mail.At.UTC()}}
	return a.write(mail)
}

// words puts into a mail what staff wrote.
func (c *claim) words(item *programme.MailItem, command string) error {
	var row commandRow
	if err := c.tx.Take(&row, "id = ?", command).Error; err != nil {
		return fmt.Errorf("words of a mail: %w", err)
	}
	order, err := c.s.commandFromRow(c.ctx, c.tx, row)
	item.Title, item.Opening = order.Subject, order.Text
	return err
}
