package records

import (
	"errors"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// decisionRow is what staff decided on an application, and what became of telling it.
type decisionRow struct {
	Ref            string `gorm:"primaryKey"`
	Cohort         string
	Decision       string
	Reason         string
	Actor          string
	At             time.Time
	ReleaseOp      string // the operation that releases it, empty before
	ReleasedAt     *time.Time
	ReleasedBy     string
	ReleaseReason  string
	ReleaseNoteEnc []byte
}

func (decisionRow) TableName() string { return "decisions" }

// decision is what was decided on this application, of no decision where nothing was.
func (t *turn) decision() (decisionRow, error) {
	var row decisionRow
	err := t.tx.Take(&row, "ref = ?", t.j.Ref).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return decisionRow{}, nil
	}
	return row, err
}

// decisionNote is the note of the decision that stands, empty where it has none.
func (t *turn) decisionNote() (string, error) {
	var row moveRow
	err := t.tx.Where("ref = ? AND what LIKE ?", t.j.Ref, programme.DecisionMove("")+"%").Order("id DESC").Limit(1).Find(&row).Error
	if err != nil {
		return "", err
	}
	note, err := t.s.decryptIfKept(t.ctx, t.leader.ID, row.NoteEnc)
	return string(note), err
}

// decide records a decision quietly: the journey stays under review and nobody is told. It can be recorded anew until it
// is released.
func (a *applying) decide() error {
	known, err := a.decision()
	if err != nil {
		return err
	}
	if known.ReleaseOp != "" {
		return &programme.Illegal{What: string(a.cmd.Name), State: "being released", Why: "The decision is being told just now."}
	}
	if known.Decision == string(a.cmd.Decision) && known.Reason == a.cmd.Reason {
		said, err := a.decisionNote()
		if err != nil {
			return err
		}
		if a.cmd.Note == "" || a.cmd.Note == said { // else the history would lose what is new
			a.effect.Changed = false
			return nil
		}
	}
	row := decisionRow{Ref: a.j.Ref, Cohort: a.j.Cohort, Decision: string(a.cmd.Decision), Reason: a.cmd.Reason, Actor: a.cmd.Actor, At: a.now}
	if known.Decision == "" {
		err = a.tx.Create(&row).Error
	} else { // a release that has just begun was first
		err = once(a.tx.Model(&decisionRow{}).Where("ref = ? AND release_op = ''", row.Ref).
			Updates(map[string]any{"decision": row.Decision, "reason": row.Reason, "actor": row.Actor, "at": row.At}))
	}
	if err != nil {
		return err
	}
	selecting, _ := a.year.Selecting()
	if err := a.finishTasks(selecting.Name, string(a.cmd.Name), taskUndecided, taskUnscored, taskFewSelectors); err != nil {
		return err
	}
	review, err := a.settleReview()
	if err != nil {
		return err
	}
	a.effect.Plans = append(a.effect.Plans, review.Plans...)
	if faults.Broken("tells-early") && a.cmd.Decision == programme.DecideReject {
		early := a.staffMail(selecting.Name, programme.MsgApplicationRejected, a.cmd.ID)
		if err := a.write(early); err != nil {
			return err
		}
		a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: early.Key, At: early.At.UTC()})
	}
	return a.move("", a.j.State, a.j.State, programme.DecisionMove(a.cmd.Decision))
}
