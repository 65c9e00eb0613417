package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// reason is one of the reasons staff may give. It goes to Temporal; the note that explains it does not.
type reason string

// Schema lists the codes.
func (reason) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: "string", Description: "Why, as a code"}
	for _, code := range programme.ReasonCodes() {
		s.Enum = append(s.Enum, code)
	}
	return s
}

// Because stands in every command. It is exported because huma looks into exported embedded structs alone, as are the
// other embedded ones here.
type Because struct {
	Reason reason `json:"reason"`
	Note   string `json:"note,omitempty" maxLength:"2000" doc:"In your own words; stays in the records"`
}

func (b Because) why() (string, string) { return string(b.Reason), strings.TrimSpace(b.Note) }

// ordered is the body of a command: it fills in what the command needs, or refuses it.
type ordered interface {
	why() (reason, note string)
	fill(*programme.Command) error
}

type holdOrder struct{ Because }

type resumeOrder struct {
	Because
	Missed string `json:"missed,omitempty" enum:"skip,send" default:"skip" doc:"Whether the latest missed reminder of each ask is sent"`
}

type withdrawOrder struct{ Because }

type deferOrder struct {
	Because
	Cohort string `json:"cohort" minLength:"1" maxLength:"60" doc:"The cohort in which the leader goes on"`
}

type extendOrder struct {
	Because
	Stage string `json:"stage" minLength:"1" maxLength:"60"`
	Until string `json:"until" format:"date" doc:"The new due date, 17:00 London" example:"2027-04-15"`
}

type skipOrder struct {
	Because
	Stage string `json:"stage" minLength:"1" maxLength:"60"`
	Costly
}

type reopenOrder struct {
	Because
	Stage string `json:"stage" minLength:"1" maxLength:"60"`
}

type resendOrder struct {
	Because
	Message string `json:"message,omitempty" maxLength:"200" doc:"Name of a message, or the key of one mail" example:"onboarding"`
	Stage   string `json:"stage,omitempty" maxLength:"60" doc:"Of this stage; without a message the latest by which it asked the leader for something"`
}

type writeOrder struct {
	Because
	Subject string `json:"subject" minLength:"1" maxLength:"40" doc:"Of the mail, on one line"`
	Text    string `json:"text" minLength:"1" maxLength:"2000" doc:"The mail: paragraphs, lists and links in Markdown"`
}

type answerForOrder struct {
	Because
	Stage   string               `json:"stage" minLength:"1" maxLength:"60"`
	Answers map[string]fieldText `json:"answers" doc:"By the names of the form's fields; not for surveys, the personality questionnaire and equality questions. Empty for a questionnaire that a supplier holds and says is done. At an event whose place is settled: what has changed of the leader’s needs, also after their freeze"`
	GivenBy string               `json:"given_by" minLength:"1" maxLength:"200" doc:"Who said so"`
	How     string               `json:"how" enum:"telephone,letter,in_person"`
}

type changeCoachOrder struct {
	Because
	Coach string `json:"coach,omitempty" pattern:"^C-[0-9A-Z]{6}$" doc:"Reference of the coach; left out: the next best"`
}

type changeEmailOrder struct {
	Because
	Email string `json:"email" minLength:"3" maxLength:"254"`
}

type changeDetailsOrder struct {
	Because
	Details programme.Details `json:"details" doc:"What is left out stays; empty text takes a title, a telephone number or the assistant away"`
}

type recordAttendanceOrder struct {
	Because
	Stage  string `json:"stage" minLength:"1" maxLength:"60" example:"residential-1"`
	Status string `json:"status" enum:"attended,absent,excused"`
	Costly
}

// Costly is part of an order that settles a missed event.
type Costly struct {
	Costs string `json:"costs,omitempty" enum:"recovered,waived" doc:"Of an event that was missed: does the employer pay its costs back?"`
}

type changeSittingOrder struct {
	Because
	Stage   string `json:"stage" minLength:"1" maxLength:"60" example:"residential-1"`
	Sitting string `json:"sitting" minLength:"1" maxLength:"20" doc:"The other date, by its name"`
	Costly
}

type retryOrder struct {
	Because
	Stage string `json:"stage,omitempty" maxLength:"60" doc:"Left out: what is parked of the journey itself"`
}

type correctOrder struct {
	Because
	Stage string `json:"stage,omitempty" maxLength:"60" doc:"Left out: what is parked of the journey itself"`
	Email string `json:"email,omitempty" maxLength:"254" doc:"The right address, where the old one refuses mail"`
}

// fieldText is the answer to one field: a text, or several where several may be chosen.
type fieldText []string

// Schema admits one text or a list of texts.
func (fieldText) Schema(huma.Registry) *huma.Schema {
	text, most := 5000, 50
	one := &huma.Schema{Type: "string", MaxLength: &text}
	return &huma.Schema{OneOf: []*huma.Schema{one, {Type: "array", Items: one, MaxItems: &most}}}
}

// UnmarshalJSON reads either.
func (v *fieldText) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*v = fieldText{one}
		return nil
	}
	var several []string
	if err := json.Unmarshal(data, &several); err != nil {
		return err
	}
	*v = several
	return nil
}

func (o holdOrder) fill(*programme.Command) error     { return nil }
func (o withdrawOrder) fill(*programme.Command) error { return nil }

func (o changeCoachOrder) fill(c *programme.Command) error {
	c.Coach = o.Coach
	return nil
}

func (o resumeOrder) fill(c *programme.Command) error { c.Missed = o.Missed; return nil }
func (o deferOrder) fill(c *programme.Command) error  { c.Into = o.Cohort; return nil }
func (o reopenOrder) fill(c *programme.Command) error { c.Stage = o.Stage; return nil }
func (o retryOrder) fill(c *programme.Command) error  { c.Stage = o.Stage; return nil }
func (o resendOrder) fill(c *programme.Command) error {
	c.Message, c.Stage = o.Message, o.Stage
	if o.Message == "" && o.Stage == "" {
		return programme.Refuse("message", "Name the message, give its key, or name the stage.")
	}
	return nil
}

func (o writeOrder) fill(c *programme.Command) error {
	c.Subject, c.Text = strings.TrimSpace(o.Subject), strings.TrimSpace(o.Text)
	if faults := programme.CheckTeamMessage(c.Subject, c.Text); len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	return nil
}

func (o extendOrder) fill(c *programme.Command) (err error) {
	c.Stage = o.Stage
	if c.Until, err = programme.ParseDate(o.Until); err != nil {
		return programme.Refuse("until", "Write a date like 2027-04-15.")
	}
	if !programme.DateOf(c.At).Before(c.Until) {
		return programme.Refuse("until", "Name a day that is still to come: today is %s on this Fairlead's clock.", programme.DateOf(c.At))
	}
	return nil
}

func (o skipOrder) fill(c *programme.Command) error {
	c.Stage, c.Costs = o.Stage, programme.Costs(o.Costs)
	return nil
}

func (o recordAttendanceOrder) fill(c *programme.Command) error {
	c.Stage, c.Status, c.Costs = o.Stage, o.Status, programme.Costs(o.Costs)
	return nil
}

func (o changeSittingOrder) fill(c *programme.Command) error {
	c.Stage, c.Sitting, c.Costs = o.Stage, o.Sitting, programme.Costs(o.Costs)
	return nil
}

func (o answerForOrder) fill(c *programme.Command) error {
	c.Stage, c.GivenBy, c.How = o.Stage, strings.TrimSpace(o.GivenBy), o.How
	c.Answers = programme.Answers{}
	for field, values := range o.Answers {
		c.Answers[field] = values
	}
	if c.GivenBy == "" {
		return programme.Refuse("given_by", "Say who gave the answer.")
	}
	return nil
}

func (o changeEmailOrder) fill(c *programme.Command) error {
	c.Email = strings.TrimSpace(o.Email)
	if !leaderAddress(c.Email) {
		return programme.Refuse("email", "Write one mail address, like name@example.org.")
	}
	return nil
}

func (o correctOrder) fill(c *programme.Command) error {
	c.Stage, c.Email = o.Stage, strings.TrimSpace(o.Email)
	if c.Email != "" && !leaderAddress(c.Email) {
		return programme.Refuse("email", "Write one mail address, like name@example.org.")
	}
	return nil
}

// leaderAddress is an address that a leader's mail can reach: unlike a member of staff's it lies on the internet.
func leaderAddress(text string) bool {
	_, domain, _ := strings.Cut(text, "@")
	return address(text) && strings.Contains(strings.Trim(domain, "."), ".")
}

func (a *API) commandCalls(calls huma.API) {
	command[holdOrder](a, calls, programme.CmdHold, "Stop every timer and opening of a journey")
	command[resumeOrder](a, calls, programme.CmdResume, "Let a held journey go on; open dates move by the length of the hold")
	command[withdrawOrder](a, calls, programme.CmdWithdraw, "End a journey and free its place")
	command[deferOrder](a, calls, programme.CmdDefer, "Let a leader go on in another cohort, under a new reference")
	command[extendOrder](a, calls, programme.CmdExtend, "Give an open stage a later due date")
	command[skipOrder](a, calls, programme.CmdSkip, "Leave a stage out")
	command[reopenOrder](a, calls, programme.CmdReopen, "Open a stage again")
	command[resendOrder](a, calls, programme.CmdResend, "Send a mail again, as a new one with a fresh link")
	command[writeOrder](a, calls, programme.CmdWrite, "Write to a leader, in words of staff's own")
	command[answerForOrder](a, calls, programme.CmdAnswerFor, "Record an answer given by telephone or letter")
	command[changeCoachOrder](a, calls, programme.CmdChangeCoach, "Give a leader another coach, within capacity and never of the leader's organisation")
	command[changeEmailOrder](a, calls, programme.CmdChangeEmail, "Change a leader's address; every open link dies and is sent afresh")
	command[changeDetailsOrder](a, calls, programme.CmdChangeDetails, "Change a leader's name, post or assistant")
	command[recordAttendanceOrder](a, calls, programme.CmdRecordAttendance, "Note whether a leader came to an event")
	command[changeSittingOrder](a, calls, programme.CmdChangeSitting, "Give a leader another date of an event, while it has room")
	command[retryOrder](a, calls, programme.CmdRetry, "Try again what is parked")
	command[correctOrder](a, calls, programme.CmdCorrect, "Put right what parked, and go on")
}

type orderInput[B ordered] struct {
	JourneyPath
	Body B
}

// command registers the call of one command.
func command[B ordered](a *API, calls huma.API, name programme.CommandName, summary string) {
	registry := calls.OpenAPI().Components.Schemas
	answer := func(body any, hint, description string) *huma.Response {
		return &huma.Response{Description: description, Content: map[string]*huma.MediaType{
			"application/json": {Schema: registry.Schema(reflect.TypeOf(body), true, hint)}}}
	}
	serve(a, calls, huma.Operation{OperationID: orderID(name), Method: http.MethodPost, Path: "/journeys/{ref}/" + string(name),
		Tags: []string{"Commands"}, Summary: summary,
		Description: "Safe to repeat: where the effect already holds nothing changes. 409 names the state that forbids it; after 503 it will not happen later.",
		Responses: map[string]*huma.Response{
			"200": answer(orderResult{}, "OrderResult", "Done, or it already held"),
			"202": answer(orderPending{}, "OrderPending", "Accepted and not finished: watch the operation"),
		},
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *orderInput[B]) (*orderOutput, error) {
		c := programme.Command{Name: name, Ref: in.Ref, At: a.o.Store.Now(ctx)}
		c.Reason, c.Note = in.Body.why()
		if err := in.Body.fill(&c); err != nil {
			return nil, err
		}
		return a.order(ctx, c)
	})
}
