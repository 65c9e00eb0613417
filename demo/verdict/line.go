package verdict

import "math"

// Line is the last line that the demo prints with --json.
type Line struct {
	Participants   int     `json:"participants"`
	Ended          Ends    `json:"ended"`
	MailsSent      int     `json:"mails_sent"`
	MailsNotSent   int     `json:"mails_not_sent"`
	DuplicateMails int     `json:"duplicate_mails"`
	RepeatedMails  int     `json:"repeated_mails"`
	FormsAnswered  int     `json:"forms_answered"`
	Parked         int     `json:"parked"`
	Verdict        string  `json:"verdict"`
	Faults         []Fault `json:"faults"`
	Seconds        float64 `json:"seconds"` // real, to a tenth
}

// Ends is how many participants came to which end. Its sum is the number of participants.
type Ends struct {
	Completed int `json:"completed"`
	Rejected  int `json:"rejected,omitempty"` // where people apply
	Declined  int `json:"declined"`
	Lapsed    int `json:"lapsed"`
	Withdrawn int `json:"withdrawn"`
	Deferred  int `json:"deferred"`
	NotNeeded int `json:"not_needed"`
}

// Line is the report as the demo prints it, after so many real seconds.
func (r Report) Line(seconds float64) Line {
	faults := r.Faults
	if faults == nil {
		faults = []Fault{}
	}
	return Line{
		Participants: r.Participants,
		Ended: Ends{Completed: r.Ended["completed"], Rejected: r.Ended["rejected"], Declined: r.Ended["declined"], Lapsed: r.Ended["lapsed"],
			Withdrawn: r.Ended["withdrawn"], Deferred: r.Ended["deferred"], NotNeeded: r.Ended["not_needed"]},
		MailsSent: r.MailsSent, MailsNotSent: r.MailsNotSent, DuplicateMails: r.DuplicateMails, RepeatedMails: r.RepeatedMails,
		FormsAnswered: r.FormsAnswered, Parked: r.Parked, Verdict: r.Verdict, Faults: faults,
		Seconds: math.Round(seconds*10) / 10,
	}
}
