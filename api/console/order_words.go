package console

import "fairlead/programme"

// orderWords are what the pages of a command say.
type orderWords struct {
	title   string
	does    string // what it does in general
	button  string
	done    string // the panel after it
	next    string // what happens next
	already string // its effect holds already; empty where it has none that lasts
	warning bool   // it cannot be taken back
}

// orderPages are the words of every command.
var orderPages = map[programme.CommandName]orderWords{
	programme.CmdDecide: {title: "Record a decision", button: "Record the decision", done: "The decision is recorded",
		does: "The decision is recorded quietly, and can be changed until it is released.", next: "Nobody is told before decisions are released."},
	programme.CmdHold: {title: "Hold", button: "Hold the journey", done: "The journey is on hold", already: "The journey is on hold already",
		does: "Every timer and opening of this leader stops, and nothing is sent. Fixed events do not move: one inside the hold is cancelled for the leader and becomes a task.",
		next: "Nothing is asked or sent until somebody resumes the journey. Then open dates move by the length of the hold."},
	programme.CmdResume: {title: "Resume", button: "Resume the journey", done: "The journey goes on", already: "The journey is not on hold",
		does: "What was open is asked again, with its dates moved by the length of the hold. Fixed events stay where they are.",
		next: "Reminders go again by the new dates."},
	programme.CmdWithdraw: {title: "Withdraw", button: "Withdraw the leader", done: "The leader is withdrawn", already: "The leader is withdrawn already", warning: true,
		does: "The journey ends: nothing is asked any more, every link dies and the place goes to the next. It cannot be taken back.",
		next: "The leader is told, if we ever wrote to them. The free place goes to the next while people can join."},
	programme.CmdDefer: {title: "Defer to another cohort", button: "Defer the leader", done: "The leader is deferred", already: "The leader is deferred already", warning: true,
		does: "The journey ends here and goes on in another cohort under a new reference. Consents and answers come along. It cannot be taken back.",
		next: "The leader is told. The new journey starts when its cohort does."},
	programme.CmdExtend: {title: "Extend", button: "Extend the date", done: "The date is extended",
		does: "The leader gets a later due date; the reminders are planned anew, and the leader is told of the new date.",
		next: "Reminders go by the new date."},
	programme.CmdSkip: {title: "Skip a stage", button: "Skip the stage", done: "The stage is skipped", already: "The stage is skipped already",
		does: "The stage ends without an answer, and nothing more is asked of it.",
		next: "What waited for the end of the stage opens in its time."},
	programme.CmdReopen: {title: "Open a stage again", button: "Open the stage again", done: "The stage is open again", already: "The stage is open already",
		does: "The leader is asked again, with the old answers in the form.",
		next: "The request goes out with a fresh link."},
	programme.CmdResend: {title: "Send a mail again", button: "Send it again", done: "The mail goes again",
		does: "The mail goes again as a new one with a fresh link; the old link is replaced.",
		next: "It goes at once in working hours, else the next morning."},
	programme.CmdWrite: {title: "Write to the leader", button: "Send the mail", done: "The mail goes",
		does: "The leader gets a mail in your words, signed as the cohort’s mails are. Answers come to the mailbox for questions.",
		next: "It goes at once in working hours, else the next morning. It stands among the leader’s mails as it went out."},
	programme.CmdAnswerFor: {title: "Answer for the leader", button: "Record the answer", done: "The answer is recorded",
		does: "Write down what the leader told you by telephone, by letter or in person. It counts as the leader’s own answer.",
		next: "The leader gets a mail with what was recorded, and can put it right."},
	programme.CmdChangeCoach: {title: "Change the coach", button: "Change the coach", done: "The coach is changed",
		does: "The leader gets another coach, within capacity and never of the leader’s own organisation. Consent to show the report ends.",
		next: "The leader is told who the coach is now; booked sessions are given up."},
	programme.CmdChangeEmail: {title: "Change the address", button: "Change the address", done: "The address is changed",
		does: "The new address counts at once and every open link dies.",
		next: "One mail to the new address lists all that is open, with fresh links; calendar entries follow in mails of their own."},
	programme.CmdChangeDetails: {title: "Change details", button: "Change the details", done: "The details are changed",
		does: "Put right the leader’s name, post or assistant. Conflicts with the coach’s organisation are checked again.",
		next: "Nobody is written to."},
	programme.CmdRecordAttendance: {title: "Record attendance", button: "Record it", done: "Attendance is recorded",
		does: "Note whether the leader came to the event. Absence from a compulsory day becomes a task: catch up, or decide.",
		next: "An absence is among the open tasks."},
	programme.CmdChangeSitting: {title: "Give another date", button: "Give the other date", done: "The leader has the other date",
		does: "The leader gets another date of the event, while it has room.",
		next: "The leader is told, and the calendar entry moves."},
	programme.CmdRetry: {title: "Try again", button: "Try again", done: "It is tried again",
		does: "What could not be done is tried once more.", next: "If it fails again it is parked again, and stands here."},
	programme.CmdCorrect: {title: "Put right and go on", button: "Put it right", done: "It is put right",
		does: "Put right what parked, and go on. Where the address refused mail, give the right one.", next: "What was parked goes on."},
}

// alreadySo says that a command would change nothing.
func alreadySo(name programme.CommandName) string {
	return or(orderPages[name].already, "It is so already") + ": nothing would change."
}
