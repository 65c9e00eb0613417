package email

import (
	"strconv"

	"fairlead/programme"
)

const publicURL = "https://fairlead.example.org"

// sampleOptional is the job of a message about a survey after the year, with the token that turns such mail off.
func sampleOptional(message string) programme.MailJob {
	job := Sample(message)
	item := &job.Items[0]
	item.Stage, item.Title, item.Later, item.Unsubscribe = "survey-6-months", "Survey six months on", true, secret("exit")
	item.Due, item.Limit = london(2028, 5, 23, 17, 0), london(2028, 6, 6, 17, 0)
	return job
}

// sampleMerged is a mail that carries the request of one stage, the dates of the year and a reminder of another.
func sampleMerged() programme.MailJob {
	job := Sample(programme.MsgYearDates)
	onboarding, survey := sampleItem(programme.MsgOnboarding), sampleItem(programme.MsgSurveyReminder)
	survey.Due = london(2027, 2, 9, 17, 0)
	job.Items = append(job.Items, onboarding, survey)
	job.Keys = append(job.Keys, onboarding.Key, survey.Key)
	return job
}

// sampleForMany is a mail to somebody who does things for several leaders, one item of each message.
func sampleForMany(messages ...string) programme.MailJob {
	job := Sample(messages[0])
	job.Items, job.Keys = nil, nil
	for i, message := range messages {
		item := sampleItem(message)
		item.Key = programme.MessageKey(job.Cohort, "P-2222"+strconv.Itoa(i+2)+"B", item.Stage, message, 1, 1, 0)
		if item.Leader != "" {
			item.Leader = []string{"Dr Helen Nguyen", "Sir Tom Abbott", "Ada Osei"}[i%3]
		}
		job.Items, job.Keys = append(job.Items, item), append(job.Keys, item.Key)
	}
	return job
}
