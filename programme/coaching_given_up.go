package programme

import "strings"

// GivenUp is the code of why a coaching session that had a time will not be held then.
type GivenUp string

// Why a session's time was given up: somebody cancelled it, its coach or its day is no longer to be had, or nobody is to hold
// it any more.
const (
	GivenUpByLeader     GivenUp = "leader"
	GivenUpByAssistant  GivenUp = "assistant"
	GivenUpByCoach      GivenUp = "coach"
	GivenUpByStaff      GivenUp = "staff"
	GivenUpCoachLeft    GivenUp = "coach_left"    // the coach coaches no more
	GivenUpCoachChanged GivenUp = "coach_changed" // staff gave the leader another coach
	GivenUpCoachAsked   GivenUp = "coach_asked"   // the leader asked for another coach
	GivenUpResidential  GivenUp = "residential"   // a residential lies on its day now
	GivenUpEvent        GivenUp = "event"         // an event takes place at its time now
	GivenUpHold         GivenUp = "hold"          // the leader's year is on hold
	GivenUpHeld         GivenUp = "held"          // it fell into a hold that is over
	GivenUpLeft         GivenUp = "left"          // the leader takes part no more
	GivenUpEnded        GivenUp = "ended"         // its time is over, or it is not needed any more
	GivenUpMissed       GivenUp = "missed"        // the coach noted that it did not take place
)

// GivenUpBy is the reason where somebody who takes part in a session, or staff, cancelled it.
func GivenUpBy(actor string) GivenUp {
	switch {
	case actor == "participant":
		return GivenUpByLeader
	case actor == "assistant", actor == "coach":
		return GivenUp(actor)
	case strings.HasPrefix(actor, "staff"):
		return GivenUpByStaff
	}
	return ""
}
