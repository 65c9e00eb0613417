package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// MostAtOnce is how many journeys one bulk order may concern.
const MostAtOnce = 1000

// BulkCommands lists what may be ordered of many journeys at once: what says the same to each of them.
func BulkCommands() []CommandName {
	return []CommandName{CmdWrite, CmdResend, CmdExtend, CmdSkip, CmdHold, CmdResume}
}

// BulkOrder is one command for each of many journeys. Every journey gets an order of its own, with this reason.
type BulkOrder struct {
	ID      string // of the operation; the same again changes nothing
	Filter  JourneyFilter
	Shown   string  // SetOf the journeys that staff were shown: of others the order is refused
	Command Command // Ref and ID are each journey's own
}

// BulkStep is an order of bulk work that is still to be given, and whether the journey's workflow takes it.
type BulkStep struct {
	Command Command
	Runs    bool
}

// BulkLine is what became of a bulk order for one journey.
type BulkLine struct {
	Ref     string
	Name    string // of the leader
	State   CommandState
	Changed bool   // applied: false where its effect held already
	Why     string // refused or given up: why
}

// SetOf names a set of journeys: the same references make the same name.
func SetOf(refs []string) string {
	sum := sha256.Sum256([]byte(strings.Join(refs, " ")))
	return hex.EncodeToString(sum[:8])
}
