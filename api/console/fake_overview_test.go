package console

import (
	"context"
	"time"

	"fairlead/programme"
)

func (f *fakeStore) Waits(context.Context) ([]programme.Wait, error) { return f.waits, f.ask() }

func (f *fakeStore) Outgoing(_ context.Context, from, _ time.Time) ([]programme.Outgoing, error) {
	if from.IsZero() { // today
		return f.outgoing, f.ask()
	}
	return nil, f.ask()
}

func (f *fakeStore) Late(context.Context) ([]programme.Late, error) { return f.late, f.ask() }

func (f *fakeStore) Parked(_ context.Context, after string, limit int) ([]programme.Parked, string, error) {
	if after == "bad" {
		return nil, "", programme.Refuse("after", "This is no page of this list.")
	}
	list, more := page(f.parked, limit, func(p programme.Parked) bool { return p.Ref+"/"+p.Stage > after })
	if more {
		return list, list[limit-1].Ref + "/" + list[limit-1].Stage, f.ask()
	}
	return list, "", f.ask()
}

func (f *fakeStore) Ledger(_ context.Context, filter programme.LedgerFilter, after string, limit int) ([]programme.Message, string, error) {
	if f.ledger = filter; after == "bad" {
		return nil, "", programme.Refuse("cursor", "This is no cursor of this list.")
	}
	list, more := page(f.messages, limit, func(m programme.Message) bool {
		return m.Key > after && (filter.State == "" || m.State == filter.State) && (filter.Ref == "" || m.Ref == filter.Ref)
	})
	if more {
		return list, list[limit-1].Key, f.ask()
	}
	return list, "", f.ask()
}
