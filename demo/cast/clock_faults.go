//go:build faults

package cast

// The short year is known only to the program that tests break on purpose. Its clock begins two weeks before anything
// opens, so that the start of the processes takes nothing from the time people have.
func init() {
	short := weeks{clock: -11, lastJoining: -4, lateJoining: -6, over: 12, leaveEarly: [2]int{-7, -6},
		leaveLate: [2]int{-3, -3}, postpone: [2]int{-7, -6}, hold: -5, holdDays: 21, promote: -5, skip: -5}
	calendars["short-year"] = short
	short.questions = true
	calendars["short-questionnaire"] = short
}
