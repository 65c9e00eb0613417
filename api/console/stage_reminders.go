package console

import (
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// noReminders is the box that turns all reminders of a stage off.
const noReminders = "no_reminders"

// reminderFields are the cadence of a stage's reminders, and the choice to send none.
func reminderFields(stage programme.BlueprintStage, own programme.StageOverride) []field {
	rungs, hint := stage.Ladder.Before, "Days before it is due, for example 7, 3, 1."
	if len(stage.Ladder.After) > 0 && len(rungs) == 0 {
		rungs, hint = stage.Ladder.After, "Working days after the request, for example 3, 7."
	}
	return []field{
		{Name: "ladder", Label: "Reminders (optional)", Hint: hint + " Left empty, as the blueprint has it: " + or(numbers(rungs), "none") + ".", Value: numbers(own.Ladder)},
		{Name: noReminders, Type: "check", Label: "Send no reminders", Hint: stillSent(stage), Checked: own.NoReminders}}
}

// stillSent says what goes, or does not, where a stage has no reminders.
func stillSent(stage programme.BlueprintStage) string {
	const once = "Without reminders, what it asks still goes, once."
	switch {
	case stage.Applies:
		return "Offers are still followed by their own reminders, 3 and 7 working days later."
	case stage.Ladder.Assistant > 0:
		return once + " The assistant’s mail goes with a reminder, so it does not go either."
	case stage.Event != nil:
		return once + " So do the mails before the event."
	case stage.Kind == programme.KindCoaching:
		return once + " So does the mail before a session that is booked."
	}
	return once
}

// readReminders reads what was chosen of them, and names what cannot be.
func readReminders(c *gin.Context, own *programme.StageOverride) (faults []programme.Fault) {
	own.NoReminders = typed(c, noReminders) != ""
	for _, text := range strings.FieldsFunc(typed(c, "ladder"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return []programme.Fault{{Field: "ladder", Text: "Write the reminders as numbers of days, for example 7, 3, 1, or choose to send none"}}
		}
		own.Ladder = append(own.Ladder, n)
	}
	if own.NoReminders && len(own.Ladder) > 0 {
		return []programme.Fault{{Field: noReminders, Text: "Choose one: days for the reminders, or to send none"}}
	}
	return nil
}

// numbers lists numbers as people write them.
func numbers(list []int) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// withoutReminders are the stages whose reminders a cohort has turned off, each with the way to where that is changed.
func withoutReminders(up *settingUp) (stages []way) {
	for _, s := range up.year.In(up.cohort).Stages {
		if up.cohort.Overrides[s.Name].NoReminders {
			stages = append(stages, way{Text: s.Title, Href: stagePath(up.cohort.Name, s.Name)})
		}
	}
	return stages
}
