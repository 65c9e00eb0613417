package records

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
)

const by = "staff:ada@centre.example"

// joins gives an address a role.
func (b *bundle) joins(t *testing.T, email, role string) programme.Staff {
	t.Helper()
	staff, err := b.AddStaff(b.ctx, email, role, by, "joins the team")
	must(t, err)
	return staff
}

// signsIn begins a session through the identity provider.
func (b *bundle) signsIn(t *testing.T, email string) programme.Token {
	t.Helper()
	session, _, err := b.SignInStaff(b.ctx, email, "Firefox on Windows")
	must(t, err)
	return session
}

// holds is the role that a session gives, empty where it is over.
func (b *bundle) holds(t *testing.T, session programme.Token) string {
	t.Helper()
	_, role, err := b.StaffSession(b.ctx, session)
	if isNotFound(err) {
		return ""
	}
	must(t, err)
	return role
}

// log is the audit log, oldest first, as one line each.
func (b *bundle) log(t *testing.T) []string {
	t.Helper()
	list, next, err := b.AuditLog(b.ctx, programme.AuditFilter{}, 0, 1000)
	must(t, err)
	if next != 0 {
		t.Error("a thousand lines and more")
	}
	slices.Reverse(list)
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = strings.Join([]string{e.Actor, string(e.Action), e.Subject, e.Detail, e.Reason}, " | ")
	}
	return lines
}

func TestStaffGetInWithTheRoleTheyHaveNow(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.joins(t, "ada@centre.example", "admin")
		jo := b.joins(t, " Jo@Centre.Example ", "coordinator")
		if jo.Email != "jo@centre.example" {
			t.Errorf("the address is %q", jo.Email)
		}
		if _, _, err := b.SignInStaff(b.ctx, "sam@centre.example", ""); !isNotFound(err) {
			t.Errorf("somebody without a role: %v, want ErrNotFound", err)
		}
		session, other := b.signsIn(t, "JO@centre.example"), b.signsIn(t, "jo@centre.example")
		if b.holds(t, session) != "coordinator" {
			t.Errorf("signed in as %q", b.holds(t, session))
		}
		must(t, b.ChangeStaffRole(b.ctx, jo.ID, "coordinator", "ops", by, "moves to operations"))
		must(t, b.ChangeStaffRole(b.ctx, jo.ID, "coordinator", "ops", by, "moves to operations")) // a second click
		if b.holds(t, session) != "ops" || b.holds(t, other) != "ops" {
			t.Error("the role did not change at once")
		}
		if err := b.ChangeStaffRole(b.ctx, jo.ID, "coordinator", "selector", by, "saw an older page"); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("a change of what is not so any more: %v, want ErrConflict", err)
		}
		list, err := b.StaffList(b.ctx)
		must(t, err)
		if len(list) != 2 || list[1].Email != "jo@centre.example" || list[1].Sessions != 2 || list[1].Role != "ops" || !list[1].LastSignIn.Equal(begins) || list[0].Sessions != 0 {
			t.Errorf("the list is %+v", list)
		}
		if known, err := b.StaffAddresses(b.ctx); err != nil || !slices.Equal(known, []string{"ada@centre.example", "jo@centre.example"}) {
			t.Errorf("the addresses are %v, %v", known, err)
		}
		must(t, b.RemoveStaff(b.ctx, jo.ID, by, "leaves"))
		if known, err := b.StaffAddresses(b.ctx); err != nil || !slices.Equal(known, []string{"ada@centre.example"}) {
			t.Errorf("who has left is still known: %v, %v", known, err)
		}
		if b.holds(t, session) != "" || b.holds(t, other) != "" {
			t.Error("a session goes on although the role has gone")
		}
		if err := b.RemoveStaff(b.ctx, jo.ID, by, "leaves"); !isNotFound(err) {
			t.Errorf("removed twice: %v, want ErrNotFound", err)
		}
		if _, _, err := b.SignInStaff(b.ctx, "jo@centre.example", ""); !isNotFound(err) {
			t.Errorf("signed in without a role: %v", err)
		}
		want := []string{
			by + " | staff_added | " + by + " | admin | joins the team",
			by + " | staff_added | staff:jo@centre.example | coordinator | joins the team",
			"staff:jo@centre.example | signed_in | staff:jo@centre.example | organisation, coordinator | ",
			"staff:jo@centre.example | signed_in | staff:jo@centre.example | organisation, coordinator | ",
			by + " | role_changed | staff:jo@centre.example | coordinator to ops | moves to operations",
			by + " | staff_removed | staff:jo@centre.example | ops | leaves",
		}
		if diff := cmp.Diff(want, b.log(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestChangesOfStaffAreCheckedWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ada := b.joins(t, "ada@centre.example", "admin")
		before := len(b.log(t))
		_, err := b.AddStaff(b.ctx, "nobody", "king", by, " ")
		var invalid *programme.Invalid
		if !asInvalid(err, &invalid) || len(invalid.Faults) != 3 {
			t.Errorf("three faults: %v", err)
		}
		for what, err := range map[string]error{
			"another role":     ignore(b.AddStaff(b.ctx, "ADA@centre.example", "ops", by, "again")),
			"no such role":     b.ChangeStaffRole(b.ctx, ada.ID, "admin", "king", by, "why not"),
			"no reason":        b.ChangeStaffRole(b.ctx, ada.ID, "admin", "ops", by, ""),
			"too many words":   b.RemoveStaff(b.ctx, ada.ID, by, strings.Repeat("x", 301)),
			"sessions unasked": b.EndSessions(b.ctx, nil, by, ""),
		} {
			if !isInvalid(err) {
				t.Errorf("%s: %v, want *Invalid", what, err)
			}
		}
		if again, err := b.AddStaff(b.ctx, "Ada@centre.example", "admin", by, "a second click"); err != nil || again.ID != ada.ID {
			t.Errorf("a second click: %+v, %v", again, err)
		}
		if err := b.ChangeStaffRole(b.ctx, "none", "ops", "admin", by, "x"); !isNotFound(err) {
			t.Errorf("somebody unknown: %v", err)
		}
		if after := len(b.log(t)); after != before {
			t.Errorf("what was refused stands in the audit log: %d lines, not %d", after, before)
		}
	})
}

func TestSomebodyAlwaysAdministers(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ids := []string{b.joins(t, "ada@centre.example", "admin").ID, b.joins(t, "bo@centre.example", "admin").ID, b.joins(t, "cy@centre.example", "admin").ID}
		b.joins(t, "jo@centre.example", "coordinator")
		results := make(chan error, 2*len(ids))
		stores := []*Store{b.Store, b.another(t)}
		for i, id := range ids { // all at once, from two processes, one way and the other
			go func() { results <- stores[i%2].RemoveStaff(b.ctx, id, by, "leaves") }()
			go func() { results <- stores[(i+1)%2].ChangeStaffRole(b.ctx, id, "admin", "ops", by, "other duties") }()
		}
		for range 2 * len(ids) {
			var illegal *programme.Illegal
			if err := <-results; err != nil && !errors.As(err, &illegal) && !isNotFound(err) && !errors.Is(err, programme.ErrConflict) {
				t.Error(err)
			}
		}
		list, err := b.StaffList(b.ctx)
		must(t, err)
		admins := slices.DeleteFunc(list, func(s programme.Staff) bool { return s.Role != "admin" })
		if len(admins) != 1 {
			t.Fatalf("%d administer", len(admins))
		}
		var illegal *programme.Illegal
		for what, err := range map[string]error{"removal": b.RemoveStaff(b.ctx, admins[0].ID, by, "leaves"),
			"another role": b.ChangeStaffRole(b.ctx, admins[0].ID, "admin", "ops", by, "other duties")} {
			if !errors.As(err, &illegal) {
				t.Errorf("%s of the last one: %v", what, err)
			}
		}
		must(t, b.ChangeStaffRole(b.ctx, admins[0].ID, "admin", "admin", by, "stays")) // nothing changes
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.joins(t, "jo@centre.example", "coordinator")
		first, second := b.signsIn(t, "jo@centre.example"), b.signsIn(t, "jo@centre.example")
		link, err := b.CreateSignIn(b.ctx, "terminal", "admin", begins.Add(time.Hour))
		must(t, err)
		terminal, err := b.UseSignIn(b.ctx, link, "Chrome on Android")
		must(t, err)
		// Two tokens of one name are two people.
		var sessions []programme.Token
		for range 2 {
			token, err := b.CreateToken(b.ctx, "Jo", "coordinator", time.Time{})
			must(t, err)
			session, _, err := b.SignIn(b.ctx, token.Hash(), "")
			must(t, err)
			sessions = append(sessions, session)
		}
		b.clock.set(begins.Add(10 * time.Minute))
		b.holds(t, second)
		all, err := b.StaffSessions(b.ctx, second)
		must(t, err)
		if len(all) != 5 || !all[0].Own || all[1].Own || all[0].Name != "jo@centre.example" || !all[0].LastUsed.Equal(begins.Add(10*time.Minute)) ||
			!all[0].Began.Equal(begins) || all[0].Browser != "Firefox on Windows" || all[0].By != programme.ByOrganisation || !all[0].Ends.Equal(begins.Add(12*time.Hour)) {
			t.Errorf("the sessions are %+v", all)
		}
		for session, want := range map[programme.Token]int{first: 2, terminal: 1, sessions[0]: 1} {
			own, err := b.OwnSessions(b.ctx, session)
			must(t, err)
			if len(own) != want {
				t.Errorf("their own are %+v", own)
			}
		}
		must(t, b.EndSessions(b.ctx, []string{all[0].ID, "0000000000000000"}, by, "a lost laptop"))
		must(t, b.EndSessions(b.ctx, []string{all[0].ID}, by, "a lost laptop"))
		if b.holds(t, second) != "" || b.holds(t, first) == "" || b.holds(t, terminal) == "" {
			t.Error("the wrong session ended")
		}
		log := b.log(t)
		if last := log[len(log)-1]; last != by+" | session_ended | staff:jo@centre.example | Firefox on Windows | a lost laptop" || strings.Contains(log[len(log)-2], "session_ended") {
			t.Errorf("the audit log ends with %q", log[len(log)-2:])
		}
		// Who signs in later throws away what has ended.
		b.clock.set(begins.Add(13 * time.Hour))
		b.signsIn(t, "jo@centre.example")
		var kept int64
		must(t, b.read(b.ctx).Model(&staffSessionRow{}).Count(&kept).Error)
		if kept != 1 {
			t.Errorf("%d sessions are kept", kept)
		}
		if _, err := b.OwnSessions(b.ctx, first); !isNotFound(err) {
			t.Errorf("of a session that is over: %v", err)
		}
	})
}

// A session that was begun while its record of staff or its token went, and so was not ended with it, opens nothing.
func TestSessionsBegunTooLate(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.joins(t, "ada@centre.example", "admin")
		jo := b.joins(t, "jo@centre.example", "coordinator")
		must(t, b.RemoveStaff(b.ctx, jo.ID, by, "leaves"))
		made := programme.APIToken{ID: "00112233aabbccdd", Name: "Reports", Role: "ops", Kind: programme.TokenLive}
		must(t, ignore(b.MakeToken(b.ctx, made, by, "reports")))
		late := map[string]programme.Token{"staff": programme.NewToken(), "token": programme.NewToken()}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return errors.Join(b.beginSession(tx, staffSessionRow{Hash: late["staff"].Hash(), Name: jo.Email, Role: jo.Role, StaffID: jo.ID}),
				b.beginSession(tx, staffSessionRow{Hash: late["token"].Hash(), Name: made.Name, Role: made.Role, TokenID: made.ID}))
		}))
		if b.holds(t, late["token"]) != "ops" {
			t.Error("the session of a token in use opens nothing")
		}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error { // as EndToken does, before the session is written
			return tx.Model(&tokenRow{}).Where("id = ?", made.ID).Update("revoked_real", begins).Error
		}))
		for what, session := range late {
			if b.holds(t, session) != "" {
				t.Errorf("the session of the %s that went opens the console", what)
			}
		}
		if list, err := b.StaffSessions(b.ctx, programme.Token{}); err != nil || len(list) != 0 {
			t.Errorf("they are listed: %+v, %v", list, err)
		}
	})
}

func TestTokensOfStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		made := programme.APIToken{ID: "00112233aabbccdd", Name: "Reports", Role: "researcher", Kind: programme.TokenTest, Expires: begins.Add(time.Hour)}
		token, err := b.MakeToken(b.ctx, made, by, "for the dashboard")
		must(t, err)
		if _, err := b.MakeToken(b.ctx, made, by, "a second click"); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("made twice: %v, want ErrConflict", err)
		}
		if _, _, kind, err := b.TokenRole(b.ctx, token.Hash()); err != nil || kind != programme.TokenTest {
			t.Errorf("it is %q, %v", kind, err)
		}
		if _, _, err := b.SignIn(b.ctx, token.Hash(), ""); !isNotFound(err) {
			t.Errorf("a test token opens the console: %v", err)
		}
		for what, t2 := range map[string]programme.APIToken{"nothing said": {}, "past": {Name: "x", Role: "ops", Kind: "live", Expires: begins}, "an address": {Name: "jo@centre.example", Role: "ops", Kind: "live"}, "two lines": {Name: "x\ny", Role: "ops", Kind: "live"}} {
			if _, err := b.MakeToken(b.ctx, t2, by, "why"); !isInvalid(err) {
				t.Errorf("%s: %v, want *Invalid", what, err)
			}
		}
		if err := b.EndToken(b.ctx, made.ID, by, ""); !isInvalid(err) {
			t.Errorf("ended without a reason: %v", err)
		}
		for range 2 {
			must(t, b.EndToken(b.ctx, made.ID, by, "not needed"))
		}
		prefix := token.Reveal()[:tokenPrefix]
		want := []string{by + " | token_made | staff:Reports | " + prefix + "…, researcher, test | for the dashboard",
			by + " | token_ended | staff:Reports | " + prefix + "…, researcher, test | not needed"}
		if diff := cmp.Diff(want, b.log(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAuditLogIsReadByFilterAndPage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		jo := b.joins(t, "jo@centre.example", "coordinator")
		b.joins(t, "ada@centre.example", "admin")
		b.signsIn(t, "jo@centre.example")
		must(t, b.NoteRefusedSignIn(b.ctx, programme.ByOrganisation, "unknown"))
		must(t, b.NoteExport(b.ctx, by, "the yearly review"))
		must(t, b.NoteSeen(b.ctx, jo.Actor(), programme.AuditPackOpened, "2027-spring/residential-1/a"))
		must(t, b.RemoveStaff(b.ctx, jo.ID, by, "leaves"))
		if err := b.NoteExport(b.ctx, by, ""); !isInvalid(err) {
			t.Errorf("taken away without a reason: %v", err)
		}
		for want, filter := range map[int]programme.AuditFilter{7: {}, 4: {Actor: by}, 3: {Subject: jo.Actor()}, 1: {Action: programme.AuditRefused},
			2: {Actor: by, Subject: jo.Actor()}, 0: {Actor: by, Action: programme.AuditSignedIn}} {
			list, _, err := b.AuditLog(b.ctx, filter, 0, 100)
			must(t, err)
			if len(list) != want {
				t.Errorf("%+v finds %d, not %d", filter, len(list), want)
			}
		}
		var seen []int64
		for before := int64(0); ; {
			list, next, err := b.AuditLog(b.ctx, programme.AuditFilter{}, before, 4)
			must(t, err)
			for _, e := range list {
				seen = append(seen, e.ID)
			}
			if before = next; next == 0 {
				break
			}
		}
		if len(seen) != 7 || !slices.IsSortedFunc(seen, func(a, b int64) int { return int(b - a) }) {
			t.Errorf("page by page: %v", seen)
		}
		people, err := b.AuditPeople(b.ctx)
		must(t, err)
		if diff := cmp.Diff([]string{by, "staff:jo@centre.example"}, people); diff != "" {
			t.Error(diff)
		}
	})
}

// The audit log is only ever added to: nothing of the records but audit.go knows its row, and that neither changes nor
// deletes one. What has had its time is deleted by its age alone.
func TestAuditLogIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	must(t, err)
	changes := regexp.MustCompile(`\.(Delete|Update|Updates|Save|Exec)\(|UPDATE|DELETE`)
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(t, err)
		knows := strings.Contains(string(text), "auditRow") || strings.Contains(string(text), "audit_log")
		switch {
		case strings.HasSuffix(name, "_test.go"):
		case name == "audit_expire.go":
			byAge := strings.ReplaceAll(string(text), `.Exec("DELETE FROM audit_log WHERE at_real <= ? OR at_real <= ? AND action IN ?", `, "")
			if byAge == string(text) || changes.MatchString(byAge) {
				t.Errorf("%s deletes lines of the audit log otherwise than by their age", name)
			}
		case knows != (name == "audit.go"):
			t.Errorf("%s: only audit.go may know the row of the audit log", name)
		case knows && changes.Match(text):
			t.Errorf("%s changes or deletes a line of the audit log", name)
		}
	}
}
