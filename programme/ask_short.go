package programme

import "strings"

// Short leaves out of a plan what its stage's workflow knows without being told: the name of the stage, and the beginning of the
// keys of its mails, which tell the cohort, the leader and the stage. A plan stands in a history at every turn of a stage.
func (p AskPlan) Short() AskPlan {
	parts := strings.SplitN(p.Ask, "/", 3) // leader, stage, round
	if len(parts) < 3 {
		return p
	}
	about := "/" + parts[0] + "/" + parts[1] + "/"
	mails := make([]PlannedMail, 0, len(p.Mails))
	for _, mail := range p.Mails {
		if _, key, is := strings.Cut(mail.Key, about); is && strings.Count(key, "/") == 1 {
			mail.Key = key
		}
		mails = append(mails, mail)
	}
	p.Stage, p.Mails = "", mails
	return p
}

// Of is a plan with what Short left out; one that is whole stays as it is.
func (p AskPlan) Of(cohort, ref, stage string) AskPlan {
	mails := make([]PlannedMail, 0, len(p.Mails))
	for _, mail := range p.Mails {
		if strings.Count(mail.Key, "/") == 1 { // the message and which of its kind
			mail.Key = StageID(cohort, ref, stage)[len("journey/"):] + "/" + mail.Key
		}
		mails = append(mails, mail)
	}
	p.Stage, p.Mails = stage, mails
	return p
}
