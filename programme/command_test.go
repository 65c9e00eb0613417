package programme

import (
	"errors"
	"strings"
	"testing"
)

// Which command is legal where: y legal, n refused naming the state, = its effect holds already and nothing changes.
// Journey states stand in the order of JourneyStates (reserve invited applying submitted under_review offered
// waitlisted enrolled | on_hold completed declined rejected lapsed withdrawn deferred not_needed), stage states in the
// order not_open open done lapsed skipped cancelled; an empty column asks for no stage.
var legality = []struct {
	command CommandName
	journey string
	stage   string
}{
	{CmdDecide, "nnnnynnn" + "nnnnnnnn", ""},
	{CmdHold, "nyyyyyyy" + "=nnnnnnn", ""},
	{CmdResume, "n=======" + "ynnnnnnn", ""},
	{CmdWithdraw, "yyyyyyyy" + "ynnnn=nn", ""},
	{CmdDefer, "yynyyyyy" + "ynnnnn=n", ""},
	{CmdExtend, "yyyyyyyy" + "nnnnnnnn", "nynnnn"},
	{CmdSkip, "yyyyyyyy" + "ynnnnnnn", "yynn=n"},
	{CmdReopen, "yyyyyyyy" + "nnnnnnnn", "n=yyyn"},
	{CmdResend, "nyyyyyyy" + "nyyyyyyy", ""},
	{CmdWrite, "nyyyyyyy" + "nnnnnnnn", ""},
	{CmdAnswerFor, "yyyyyyyy" + "ynnnnnnn", "nynnnn"},
	{CmdChangeCoach, "nnnnnnny" + "ynnnnnnn", ""},
	{CmdChangeEmail, "yyyyyyyy" + "yyyyyyyy", ""},
	{CmdChangeDetails, "yyyyyyyy" + "yyyyyyyy", ""},
	{CmdRecordAttendance, "yyyyyyyy" + "ynnnnnnn", "nyynnn"},
	{CmdChangeSitting, "yyyyyyyy" + "ynnnnnnn", "yynnnn"},
	{CmdRetry, "yyyyyyyy" + "yyyyyyyy", "yyyyyy"},
	{CmdCorrect, "yyyyyyyy" + "yyyyyyyy", "yyyyyy"},
}

var stageStates = []StageState{StageNotOpen, StageOpen, StageDone, StageLapsed, StageSkipped, StageCancelled}

func TestWhichCommandIsLegalWhere(t *testing.T) {
	t.Parallel()
	if len(legality) != len(Commands()) {
		t.Fatalf("the table has %d commands of %d", len(legality), len(Commands()))
	}
	for i, row := range legality {
		if row.command != Commands()[i] {
			t.Fatalf("row %d is %s, the command %s", i, row.command, Commands()[i])
		}
		for j, journey := range JourneyStates() {
			for k, stage := range stageStates {
				order := Order{Name: row.command, Stage: "onboarding", Reason: "other", Into: "2028-spring", Status: "attended", Sitting: "b", Decision: DecideWaitlist}
				kind := KindOnboarding
				if row.command == CmdRecordAttendance || row.command == CmdChangeSitting {
					kind = KindEvent
				}
				want := row.journey[j]
				if row.stage == "" {
					order.Stage = ""
				} else if held := row.stage[k]; held == '=' && (row.command == CmdSkip || !journey.Ended()) {
					want = '=' // a stage that is so already needs no legal state
				} else if want == 'y' {
					want = held
				}
				view := JourneyView{State: journey, Coached: true, Stages: map[string]StageView{"onboarding": {State: stage, Kind: kind, Parked: true},
					"coaching-1": {State: StageNotOpen, Kind: KindCoaching}}}
				err := Legal(order, view)
				var illegal *Illegal
				switch {
				case (want == '=') != view.Holds(order):
					t.Errorf("%s of %s, stage %s: holds is %v", row.command, journey, stage, view.Holds(order))
				case want == 'n' && !errors.As(err, &illegal):
					t.Errorf("%s of %s, stage %s: not refused: %v", row.command, journey, stage, err)
				case want == 'n' && illegal.State != string(journey) && illegal.State != "onboarding is "+string(stage):
					t.Errorf("%s of %s, stage %s: names the state %q", row.command, journey, stage, illegal.State)
				case want != 'n' && err != nil:
					t.Errorf("%s of %s, stage %s: %v", row.command, journey, stage, err)
				}
			}
		}
	}
}

// A command that moves the journey is legal only where its move is.
func TestLegalCommandsMakeLegalMoves(t *testing.T) {
	t.Parallel()
	for command, to := range map[CommandName]JourneyState{CmdHold: OnHold, CmdWithdraw: Withdrawn, CmdDefer: Deferred} {
		for _, from := range JourneyStates() {
			order, view := Order{Name: command, Into: "2028-spring"}, JourneyView{State: from}
			if Legal(order, view) == nil && !view.Holds(order) && !from.CanMove(to) {
				t.Errorf("%s is legal for %s, but the move is not", command, from)
			}
		}
	}
}

func TestWhatCommandsMustName(t *testing.T) {
	t.Parallel()
	view := JourneyView{State: Enrolled, Stages: map[string]StageView{
		"selection":      {State: StageDone, Kind: KindSelection},
		"closing-survey": {State: StageOpen, Kind: KindSurvey},
		"alumni":         {State: StageNotOpen, Kind: KindAlumni},
	}}
	for _, c := range []struct {
		name    string
		order   Order
		illegal bool // else it is bad input
		text    string
	}{
		{"defer to nowhere", Order{Name: CmdDefer}, false, "cohort"},
		{"extend nothing", Order{Name: CmdExtend}, false, "Name the stage"},
		{"extend a stage that is not there", Order{Name: CmdExtend, Stage: "coaching-9"}, false, "no stage of that name"},
		{"retry a stage that is not there", Order{Name: CmdRetry, Stage: "coaching-9"}, false, "no stage of that name"},
		{"retry what is not parked", Order{Name: CmdRetry, Stage: "alumni"}, true, "parked"},
		{"correct what is not parked", Order{Name: CmdCorrect}, true, "parked"},
		{"answer a survey for somebody", Order{Name: CmdAnswerFor, Stage: "closing-survey"}, false, "leader alone"},
		{"skip the selection", Order{Name: CmdSkip, Stage: "selection"}, true, "withdraw"},
		{"reopen the selection", Order{Name: CmdReopen, Stage: "selection"}, true, "cannot be reopened"},
		{"no such command", Order{Name: "promote"}, false, "no command of that name"},
	} {
		err := Legal(c.order, view)
		var illegal *Illegal
		var invalid *Invalid
		if errors.As(err, &illegal) != c.illegal || errors.As(err, &invalid) == c.illegal || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := Legal(Order{Name: CmdRetry}, JourneyView{State: Enrolled, Parked: true}); err != nil {
		t.Errorf("retry of a parked journey: %v", err)
	}
}
