package main

import (
	"slices"
	"strings"
	"time"
)

// situations are the states a journey and its stages can be in, by what became of them in the stories' cohorts.
var situations = []situation{
	{"reserve", func(w *town) string { return w.take("draft") }, `
		hold: 409 reserve
		resume: 409 reserve
		extend selection: 409 selection is not_open
		skip selection: 409 selection is not_open
		skip nowhere: 422 stage
		reopen onboarding: 409 onboarding is not_open
		resend invitation: 409 reserve
		answer-for selection: 409 selection is not_open
		retry: 409 reserve
		retry nowhere: 422 stage
		correct: 409 reserve
		defer draft: 422 cohort
		defer nowhere: 422 cohort
		defer full: 409 full is full
		withdraw: withdrawn
		defer into: deferred
		skip onboarding: reserve
		change-email: reserve
		change-details: reserve`},
	{"invited", takenOpen("asked"), `
		resume: same
		extend onboarding: 409 onboarding is not_open
		skip selection: 409 selection is open
		reopen selection: same
		reopen onboarding: 409 onboarding is not_open
		answer-for onboarding: 409 onboarding is not_open
		resend onboarding: 422 message
		retry: 409 invited
		retry selection: 409 selection is open
		correct selection: 409 selection is open
		defer full: 409 full is full
		hold: on_hold
		withdraw: withdrawn
		defer into: deferred
		extend selection: invited
		skip onboarding: invited
		answer-for selection: answered
		change-email: invited
		change-details: invited`},
	{"invited, on hold", afterOrder("asked", "hold", nil), `
		hold: same
		extend selection: 409 on_hold
		resend invitation: 409 on_hold
		retry: 409 on_hold
		skip selection: 409 selection is open
		resume: invited
		withdraw: withdrawn
		defer into: deferred`},
	{"enrolled, onboarding open", takenOpen("later"), `
		resume: same
		extend closing-survey: 409 closing-survey is not_open
		extend nowhere: 422 stage
		skip selection: same
		reopen selection: 409 selection is skipped
		reopen onboarding: same
		reopen closing-survey: 409 closing-survey is not_open
		answer-for closing-survey: 422 stage
		answer-for alumni: 409 alumni is not_open
		resend survey: 422 message
		retry: 409 enrolled
		retry onboarding: 409 onboarding is open
		correct: 409 enrolled
		correct onboarding: 409 onboarding is open
		defer later: 422 cohort
		defer full: 409 full is full
		hold: on_hold
		withdraw: withdrawn
		defer into: deferred
		extend onboarding: enrolled
		skip onboarding: enrolled
		skip closing-survey: enrolled
		answer-for onboarding: answered
		change-email: enrolled
		change-details: enrolled`},
	{"enrolled, survey open", takenOpen("survey"), `
		resume: same
		reopen closing-survey: same
		answer-for closing-survey: 422 stage
		retry closing-survey: 409 closing-survey is open
		hold: on_hold
		withdraw: withdrawn
		defer into: deferred
		extend closing-survey: enrolled
		skip closing-survey: completed`},
	{"on hold", afterOrder("later", "hold", nil), `
		hold: same
		extend onboarding: 409 on_hold
		reopen onboarding: same
		reopen closing-survey: 409 on_hold
		resend year-dates: 409 on_hold
		retry: 409 on_hold
		correct: 409 on_hold
		answer-for closing-survey: 422 stage
		resume: enrolled
		withdraw: withdrawn
		defer into: deferred
		skip closing-survey: on_hold
		answer-for onboarding: answered
		change-email: on_hold
		change-details: on_hold`},
	{"onboarding done", func(w *town) string { return onboarded(w, "later") }, `
		resume: same
		extend onboarding: 409 onboarding is done
		skip onboarding: 409 onboarding is done
		answer-for onboarding: 409 onboarding is done
		retry onboarding: 409 onboarding is done
		reopen onboarding: enrolled`},
	{"onboarding skipped", afterOrder("later", "skip", with{"stage": "onboarding"}), `
		skip onboarding: same
		extend onboarding: 409 onboarding is skipped
		answer-for onboarding: 409 onboarding is skipped
		reopen onboarding: enrolled`},
	{"onboarding lapsed", func(w *town) string {
		ref := w.take("late")
		w.stageIn(ref, "onboarding", "lapsed")
		return ref
	}, `
		extend onboarding: 409 onboarding is lapsed
		skip onboarding: 409 onboarding is lapsed
		answer-for onboarding: 409 onboarding is lapsed
		resend onboarding: 422 message
		reopen onboarding: enrolled`},
	{"withdrawn", afterOrder("later", "withdraw", nil), endedWith("withdrawn", `
		withdraw: same
		defer into: 409 withdrawn`)},
	{"deferred", afterOrder("later", "defer", with{"cohort": "into"}), endedWith("deferred", `
		withdraw: 409 deferred
		defer into: same`)},
	{"declined", declined, endedWith("declined", `
		withdraw: 409 declined
		defer into: 409 declined`)},
	{"lapsed", ended("last", "lapsed"), endedWith("lapsed", `
		withdraw: 409 lapsed
		defer into: 409 lapsed`)},
	{"not needed", ended("last", "not_needed"), endedWith("not_needed", `
		withdraw: 409 not_needed
		defer into: 409 not_needed`)},
	{"completed", afterOrder("survey", "skip", with{"stage": "closing-survey"}), `
		hold: 409 completed
		resume: 409 completed
		extend closing-survey: 409 completed
		skip closing-survey: same
		reopen closing-survey: 409 completed
		answer-for closing-survey: 409 completed
		resend alumni: 422 message
		retry: 409 completed
		correct closing-survey: 409 closing-survey is skipped
		withdraw: 409 completed
		defer into: 409 completed
		change-email: completed
		change-details: completed`},
}

// endedWith are the orders to a journey that has ended early: it stays as it is, only the person's details can be mended.
func endedWith(state, more string) string {
	return strings.ReplaceAll(`
		hold: 409 STATE
		resume: 409 STATE
		extend onboarding: 409 STATE
		skip alumni: 409 STATE
		reopen onboarding: 409 STATE
		answer-for onboarding: 409 STATE
		resend alumni: 422 message
		retry: 409 STATE
		retry onboarding: 409 onboarding is cancelled
		correct: 409 STATE
		change-email: STATE
		change-details: STATE`, "STATE", state) + more
}

// takenOpen is a journey with its first stage open.
func takenOpen(cohort string) func(w *town) string {
	return func(w *town) string {
		ref := w.take(cohort)
		w.opened(ref)
		return ref
	}
}

// afterOrder is such a journey to which one order was given.
func afterOrder(cohort, command string, fields with) func(w *town) string {
	return func(w *town) string {
		ref := takenOpen(cohort)(w)
		w.order(ref, command, fields)
		return ref
	}
}

// ended is a journey of the cohort that came to this end by itself.
func ended(cohort, state string) func(w *town) string {
	return func(w *town) string {
		w.eventually(cohort+" has "+state, 60*time.Second, func() bool { return len(w.refs(cohort, state)) == 4 })
		return w.takeOf(cohort, state)
	}
}

func onboarded(w *town, cohort string) string {
	ref := takenOpen(cohort)(w)
	w.order(ref, "answer-for", fieldsOf("answer-for", "onboarding", ref))
	w.stageIn(ref, "onboarding", "done")
	return ref
}

func declined(w *town) string {
	ref := takenOpen("asked")(w)
	answers := with{"answer": "decline", "decline_reason": "time"}
	w.order(ref, "answer-for", with{"stage": "selection", "answers": answers, "given_by": "her office", "how": "letter"})
	w.eventually(ref+" has declined", 30*time.Second, func() bool { return w.journey(ref).State == "declined" })
	return ref
}

// opened waits until a stage of the journey is open.
func (w *town) opened(ref string) {
	w.t.Helper()
	w.eventually("a stage of "+ref+" opens", 30*time.Second, func() bool {
		return slices.ContainsFunc(w.journey(ref).Stages, func(s stageDoc) bool { return s.State == "open" })
	})
}

// stageIn waits until a stage has come into a state.
func (w *town) stageIn(ref, stage, state string) {
	w.t.Helper()
	w.eventually(stage+" of "+ref+" is "+state, 80*time.Second, func() bool { return w.journey(ref).stage(stage).State == state })
}
