package programme

// Optional reports whether a message about a stage is mail that its reader can turn off: the requests and reminders of the
// surveys after the year. Everything else is part of taking part, or answers what somebody did.
func Optional(message string, stage BlueprintStage) bool {
	return stage.Later() && (message == MsgSurvey || message == MsgSurveyReminder)
}
