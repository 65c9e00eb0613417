package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// LedgerLine is a mail that was sent, is planned, or was not sent, and why.
type LedgerLine struct {
	ID              string                 `json:"id" doc:"Names the line in addresses"`
	Key             string                 `json:"key" doc:"The mail's identity for all time, also its header X-Fairlead-Key"`
	Stage           string                 `json:"stage"`
	Message         string                 `json:"message"`
	Rule            programme.Rule         `json:"rule"`
	To              string                 `json:"to" doc:"participant, assistant or staff"`
	At              *time.Time             `json:"at" doc:"The planned moment"`
	State           programme.MessageState `json:"state"`
	Reason          string                 `json:"reason" doc:"Why it was not sent"`
	MergedInto      string                 `json:"merged_into" doc:"Key of the mail that carried it"`
	MessageID       string                 `json:"message_id"`
	TemplateVersion string                 `json:"template_version"`
	Attempts        int                    `json:"attempts"`
	Sent            *time.Time             `json:"sent"`
	ServerReply     string                 `json:"server_reply" doc:"Code and queue id"`
	MayRepeat       bool                   `json:"may_repeat" doc:"An attempt ended without an answer: a copy is possible"`
	Subject         string                 `json:"subject" doc:"Empty until it went out, and for ops"`
}

type mailBody struct {
	LedgerLine
	Text string `json:"text" doc:"As it went out, the link masked; empty for ops"`
	HTML string `json:"html"`
}

type messagesInput struct {
	JourneyPath
	Paging
}

type messageInput struct {
	JourneyPath
	ID string `path:"id" doc:"The line's id"`
}

type messageOutput struct{ Body mailBody }

// move is one line of a journey's history.
type move struct {
	ID     int64      `json:"id"`
	Stage  string     `json:"stage" doc:"Empty for a move of the journey itself"`
	From   string     `json:"from"`
	To     string     `json:"to"`
	What   string     `json:"what" doc:"The command, form or rule that made it"`
	Actor  string     `json:"actor"`
	Reason string     `json:"reason"`
	Note   string     `json:"note" doc:"Staff's own words; empty for ops"`
	At     *time.Time `json:"at"`
}

func (a *API) ledgerCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-messages", Method: http.MethodGet, Path: "/journeys/{ref}/messages", Tags: []string{"Journeys"},
		Summary: "List a journey's mails: sent, planned, and not sent with the reason", Errors: []int{http.StatusNotFound}}, a.listMessages)
	serve(a, calls, huma.Operation{OperationID: "get-message", Method: http.MethodGet, Path: "/journeys/{ref}/messages/{id}", Tags: []string{"Journeys"},
		Summary: "Show a mail as it went out", Errors: []int{http.StatusNotFound}}, a.getMessage)
	serve(a, calls, huma.Operation{OperationID: "list-history", Method: http.MethodGet, Path: "/journeys/{ref}/history", Tags: []string{"Journeys"},
		Summary: "List every move of a journey: who made it, when and why", Errors: []int{http.StatusNotFound}}, a.listHistory)
}

func (a *API) listMessages(ctx context.Context, in *messagesInput) (*listOutput[LedgerLine], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	if _, err := a.o.Store.Journey(ctx, in.Ref); err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.Messages(ctx, in.Ref, after, in.Limit)
	if _, invalid := errors.AsType[*programme.Invalid](err); invalid {
		return nil, noCursor()
	}
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).role
	return pageOf(&in.Paging, found, next, func(m programme.Message) LedgerLine { return lineOf(m, who) }), nil
}

func (a *API) getMessage(ctx context.Context, in *messageInput) (*messageOutput, error) {
	key, err := base64.RawURLEncoding.DecodeString(in.ID)
	if err != nil {
		return nil, programme.ErrNotFound
	}
	m, err := a.o.Store.Message(ctx, string(key))
	if err != nil {
		return nil, err
	}
	if m.Ref != in.Ref {
		return nil, programme.ErrNotFound // another journey's mail, whoever asks
	}
	who := callerOf(ctx).role
	shown := mailBody{LedgerLine: lineOf(m, who)}
	if who.personal() {
		shown.Text, shown.HTML = m.Text, m.HTML
	}
	return &messageOutput{shown}, nil
}

func lineOf(m programme.Message, who role) LedgerLine {
	line := LedgerLine{ID: base64.RawURLEncoding.EncodeToString([]byte(m.Key)), Key: m.Key, Stage: m.Stage, Message: m.Message, Rule: m.Rule,
		To: m.To, At: moment(m.At), State: m.State, Reason: m.Reason, MergedInto: m.MergedInto, MessageID: m.MessageID,
		TemplateVersion: m.TemplateVersion, Attempts: m.Attempts, Sent: moment(m.Sent), ServerReply: m.ServerReply, MayRepeat: m.MayRepeat}
	if who.personal() {
		line.Subject = m.Subject
	}
	return line
}

func (a *API) listHistory(ctx context.Context, in *messagesInput) (*listOutput[move], error) {
	after, err := in.afterNumber()
	if err != nil {
		return nil, err
	}
	if _, err := a.o.Store.Journey(ctx, in.Ref); err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.Moves(ctx, in.Ref, after, in.Limit)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).role
	return pageOf(&in.Paging, found, numbered(next), func(m programme.Move) move {
		shown := move{ID: m.ID, Stage: m.Stage, From: m.From, To: m.To, What: m.What, Actor: m.Actor, Reason: m.Reason, At: moment(m.At)}
		if who.personal() {
			shown.Note = m.Note
		}
		return shown
	}), nil
}
