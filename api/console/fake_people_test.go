package console

import (
	"context"
	"slices"
	"strings"
	"time"

	"fairlead/programme"
)

// fakePeople is who may come in, in memory.
type fakePeople struct {
	staff    []programme.Staff
	sessions []programme.StaffSession // beside those that tests begin
	tokens   []programme.APIToken
	log      []programme.AuditEntry // newest first
	did      []string               // changes, as one line each
	refused  []string
	deaf     error                    // of the audit log
	broken   func(before int64) error // where somebody reads the log from
}

func (f *fakeStore) begin(who member, browser string) programme.Token {
	session := programme.NewToken()
	f.sessions[session.Hash()] = who
	f.browsers = append(f.browsers, browser)
	return session
}

func (f *fakeStore) SignIn(_ context.Context, hash, browser string) (programme.Token, string, error) {
	who, known := f.tokens[hash]
	if !known {
		return programme.Token{}, "", programme.ErrNotFound
	}
	return f.begin(who, browser), string(who.role), nil
}

func (f *fakeStore) SignInStaff(_ context.Context, email, browser string) (programme.Token, string, error) {
	for _, one := range f.people.staff {
		if one.Email == programme.FoldEmail(email) {
			return f.begin(member{one.Email, role(one.Role)}, browser), one.Role, nil
		}
	}
	return programme.Token{}, "", programme.ErrNotFound
}

func (f *fakeStore) CreateSignIn(_ context.Context, name, has string, expires time.Time) (programme.Token, error) {
	token := programme.NewToken()
	f.signIns[token.Hash()] = signIn{who: member{name, role(has)}, expires: expires}
	return token, nil
}

func (f *fakeStore) UseSignIn(_ context.Context, token programme.Token, browser string) (programme.Token, error) {
	one, known := f.signIns[token.Hash()]
	switch {
	case !known:
		return programme.Token{}, programme.ErrLinkUnknown
	case !realNow().Before(one.expires):
		return programme.Token{}, programme.ErrLinkExpired
	case one.used:
		return programme.Token{}, programme.ErrLinkReplaced
	}
	one.used = true
	f.signIns[token.Hash()] = one
	return f.begin(one.who, browser), nil
}

func (f *fakeStore) StaffSession(_ context.Context, session programme.Token) (string, string, error) {
	who, known := f.sessions[session.Hash()]
	if !known {
		return "", "", programme.ErrNotFound
	}
	return who.name, string(who.role), nil
}

func (f *fakeStore) SignOut(_ context.Context, session programme.Token) error {
	delete(f.sessions, session.Hash())
	return nil
}

func (f *fakeStore) NoteRefusedSignIn(_ context.Context, by programme.SignedInBy, why string) error {
	f.people.refused = append(f.people.refused, string(by)+" "+why)
	return nil
}

func (f *fakeStore) StaffSessions(_ context.Context, own programme.Token) ([]programme.StaffSession, error) {
	list := slices.Clone(f.people.sessions)
	for hash, who := range f.sessions {
		list = append(list, programme.StaffSession{ID: hash[:16], Name: who.name, Role: string(who.role), By: programme.ByLink, Own: hash == own.Hash()})
	}
	return list, f.ask()
}

func (f *fakeStore) OwnSessions(ctx context.Context, own programme.Token) ([]programme.StaffSession, error) {
	list, err := f.StaffSessions(ctx, own)
	mine := f.sessions[own.Hash()]
	return slices.DeleteFunc(list, func(one programme.StaffSession) bool { return one.Name != mine.name }), err
}

func (f *fakeStore) EndSessions(_ context.Context, ids []string, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	f.people.did = append(f.people.did, "end "+strings.Join(ids, ",")+" "+by+" "+reason)
	return f.ask()
}

func (f *fakeStore) StaffList(context.Context) ([]programme.Staff, error) {
	return f.people.staff, f.ask()
}

func (f *fakeStore) StaffAddresses(context.Context) (addresses []string, err error) {
	for _, one := range f.people.staff {
		addresses = append(addresses, one.Email)
	}
	return addresses, f.ask()
}

func (f *fakeStore) AddStaff(_ context.Context, email, role, by, reason string) (programme.Staff, error) {
	if err := programme.CheckStaff(email, role, reason); err != nil {
		return programme.Staff{}, err
	}
	f.people.did = append(f.people.did, "add "+email+" "+role+" "+by+" "+reason)
	return programme.Staff{}, f.refuse
}

func (f *fakeStore) ChangeStaffRole(_ context.Context, id, was, role, by, reason string) error {
	if err := programme.CheckRole(role, reason); err != nil {
		return err
	}
	f.people.did = append(f.people.did, "role "+id+" "+was+" "+role+" "+by+" "+reason)
	return f.refuse
}

func (f *fakeStore) RemoveStaff(_ context.Context, id, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	f.people.did = append(f.people.did, "remove "+id+" "+by+" "+reason)
	return f.refuse
}

func (f *fakeStore) Tokens(context.Context) ([]programme.APIToken, error) {
	return f.people.tokens, f.ask()
}

func (f *fakeStore) MakeToken(_ context.Context, t programme.APIToken, by, reason string) (programme.Token, error) {
	if err := programme.CheckToken(t, reason); err != nil {
		return programme.Token{}, err
	}
	if slices.ContainsFunc(f.people.tokens, func(one programme.APIToken) bool { return one.ID == t.ID }) {
		return programme.Token{}, programme.ErrConflict
	}
	f.people.tokens = append(f.people.tokens, t)
	f.people.did = append(f.people.did, "token "+t.Name+" "+t.Role+" "+string(t.Kind)+" "+t.Expires.UTC().Format(time.DateTime)+" "+by+" "+reason)
	return programme.TokenFrom("the-new-secret"), f.ask()
}

func (f *fakeStore) EndToken(_ context.Context, id, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	f.people.did = append(f.people.did, "end token "+id+" "+by+" "+reason)
	return f.ask()
}

func (f *fakeStore) AuditLog(_ context.Context, filter programme.AuditFilter, before int64, limit int) ([]programme.AuditEntry, int64, error) {
	if f.people.broken != nil {
		if err := f.people.broken(before); err != nil {
			return nil, 0, err
		}
	}
	list, more := page(f.people.log, limit, func(e programme.AuditEntry) bool {
		return (before == 0 || e.ID < before) && (filter.Actor == "" || e.Actor == filter.Actor) && (filter.Subject == "" || e.Subject == filter.Subject) &&
			(filter.Action == "" || e.Action == filter.Action)
	})
	if more {
		return list, list[limit-1].ID, f.ask()
	}
	return list, 0, f.ask()
}

func (f *fakeStore) AuditPeople(context.Context) ([]string, error) {
	var names []string
	for _, e := range f.people.log {
		names = append(names, e.Actor, e.Subject)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" }), f.ask()
}

func (f *fakeStore) NoteExport(_ context.Context, by, reason string) error {
	f.people.did = append(f.people.did, "export "+by+" "+reason)
	return f.ask()
}

func (f *fakeStore) NoteSeen(_ context.Context, by string, action programme.AuditAction, which string) error {
	f.people.did = append(f.people.did, string(action)+" "+which+" "+by)
	return f.people.deaf
}
