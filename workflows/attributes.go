package workflows

import (
	"go.temporal.io/sdk/temporal"

	enumspb "go.temporal.io/api/enums/v1"

	"fairlead/programme"
)

// The search attributes, by which ops find workflows in the Temporal UI. SQL visibility has few columns of each type:
// this list is the whole budget (temporal.md, 7.1). Values are codes and dates; none can name a person.
var (
	AttrCohort     = temporal.NewSearchAttributeKeyKeyword("Cohort")
	AttrStage      = temporal.NewSearchAttributeKeyKeyword("Stage")
	AttrWaitingOn  = temporal.NewSearchAttributeKeyKeyword("WaitingOn")
	AttrAttention  = temporal.NewSearchAttributeKeyKeyword("Attention") // set only while something is parked
	AttrDueAt      = temporal.NewSearchAttributeKeyTime("DueAt")
	AttrStageSince = temporal.NewSearchAttributeKeyTime("StageSince")
	AttrOnHold     = temporal.NewSearchAttributeKeyBool("OnHold")
	AttrOverdue    = temporal.NewSearchAttributeKeyBool("Overdue")
)

// SearchAttributes lists every attribute with its type, for registration and for the check at boot.
func SearchAttributes() map[string]enumspb.IndexedValueType {
	return map[string]enumspb.IndexedValueType{
		AttrCohort.GetName():     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		AttrStage.GetName():      enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		AttrWaitingOn.GetName():  enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		AttrAttention.GetName():  enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		AttrDueAt.GetName():      enumspb.INDEXED_VALUE_TYPE_DATETIME,
		AttrStageSince.GetName(): enumspb.INDEXED_VALUE_TYPE_DATETIME,
		AttrOnHold.GetName():     enumspb.INDEXED_VALUE_TYPE_BOOL,
		AttrOverdue.GetName():    enumspb.INDEXED_VALUE_TYPE_BOOL,
	}
}

// Codes of what can be parked: the values of Attention, and the names of the runbooks in docs/runbooks.
const (
	ParkedMailRefused     = "mail_refused"     // the address refuses mail for good
	ParkedMailUndelivered = "mail_undelivered" // a mail never got through
	ParkedMailUnfit       = "mail_unfit"       // a mail cannot be written
	ParkedActivityFailed  = "activity_failed"  // the records did not answer for too long
	ParkedStageLost       = "stage_lost"       // a stage's workflow was ended by hand
)

func cohortAttributes(cohort string) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(AttrCohort.ValueSet(cohort))
}

func journeyAttributes(start programme.JourneyStart) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(AttrCohort.ValueSet(start.Cohort))
}

// stageAttributes are what is known of a stage before it opens, so that opening needs no upsert. What it is not, on hold or
// overdue, is not said before it was.
func stageAttributes(in StageInput) temporal.SearchAttributes {
	shown := shownAtFirst(in)
	return temporal.NewSearchAttributes(
		AttrCohort.ValueSet(in.Cohort), AttrStage.ValueSet(in.Stage),
		AttrWaitingOn.ValueSet(string(shown.waitingOn)),
		AttrStageSince.ValueSet(shown.since), AttrDueAt.ValueSet(shown.due))
}
