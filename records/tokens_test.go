package records

import (
	"errors"
	"testing"
	"time"

	"fairlead/programme"
)

func TestTokensOpenUntilTheyEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		lasting, err := b.CreateToken(b.ctx, "ada", "coordinator", time.Time{})
		must(t, err)
		short, err := b.CreateToken(b.ctx, "bob", "ops", begins.Add(time.Hour))
		must(t, err)
		name, role, kind, err := b.TokenRole(b.ctx, lasting.Hash())
		if err != nil || name != "ada" || role != "coordinator" || kind != programme.TokenLive {
			t.Errorf("it is %s's, %s, %s, %v", name, role, kind, err)
		}
		b.clock.set(begins.Add(30 * time.Second)) // not noted: within the minute
		must(t, fourth(b.TokenRole(b.ctx, lasting.Hash())))
		list, err := b.Tokens(b.ctx)
		must(t, err)
		if len(list) != 2 || !list[0].Created.Equal(begins) {
			t.Fatalf("the tokens are %+v", list)
		}
		for _, token := range list {
			if token.Name == "ada" && (!token.LastUsed.Equal(begins) || token.Prefix != lasting.Reveal()[:8] || !token.Expires.IsZero()) {
				t.Errorf("her token is listed as %+v", token)
			}
		}
		b.clock.set(begins.Add(time.Hour))
		for what, hash := range map[string]string{"expired": short.Hash(), "unknown": programme.NewToken().Hash(), "empty": ""} {
			if err := fourth(b.TokenRole(b.ctx, hash)); !isNotFound(err) {
				t.Errorf("%s: %v, want ErrNotFound", what, err)
			}
		}
		for range 2 {
			must(t, b.RevokeToken(b.ctx, lasting.Reveal()[:8]))
		}
		if err := fourth(b.TokenRole(b.ctx, lasting.Hash())); !isNotFound(err) {
			t.Errorf("revoked: %v, want ErrNotFound", err)
		}
		if err := b.RevokeToken(b.ctx, "nothing"); !isNotFound(err) {
			t.Errorf("revoking what is not there: %v, want ErrNotFound", err)
		}
	})
}

func second(_, _ string, err error) error { return err }

func fourth(_, _ string, _ programme.TokenKind, err error) error { return err }

func TestSignInWorksOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		link, err := b.CreateSignIn(b.ctx, "ada", "admin", begins.Add(10*time.Minute))
		must(t, err)
		late, err := b.CreateSignIn(b.ctx, "ada", "admin", begins.Add(time.Minute))
		must(t, err)
		b.clock.set(begins.Add(time.Minute))
		won := make(chan programme.Token, 8)
		lost := make(chan error, 8)
		for range 8 {
			go func() {
				session, err := b.UseSignIn(b.ctx, link, "Firefox on Windows")
				won <- session
				lost <- err
			}()
		}
		var session programme.Token
		sessions := 0
		for range 8 {
			if one := <-won; !one.IsZero() {
				session = one
				sessions++
			}
			if err := <-lost; err != nil && !errors.Is(err, programme.ErrLinkReplaced) {
				t.Errorf("the second use: %v, want ErrLinkReplaced", err)
			}
		}
		if sessions != 1 {
			t.Errorf("%d sessions by one link", sessions)
		}
		if _, err := b.UseSignIn(b.ctx, late, ""); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("an expired link: %v", err)
		}
		if _, err := b.UseSignIn(b.ctx, programme.NewToken(), ""); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("an unknown link: %v", err)
		}
		at := begins.Add(time.Minute)
		for range 6 { // used every two hours but a minute, it lasts half a day
			at = at.Add(2*time.Hour - time.Minute)
			b.clock.set(at)
			name, role, err := b.StaffSession(b.ctx, session)
			if err != nil || name != "ada" || role != "admin" {
				t.Fatalf("at %v the session is %s's, %s, %v", at, name, role, err)
			}
		}
		b.clock.set(begins.Add(time.Minute + 12*time.Hour))
		if err := second(b.StaffSession(b.ctx, session)); !isNotFound(err) {
			t.Errorf("after half a day: %v, want ErrNotFound", err)
		}
		b.clock.set(at)
		must(t, b.SignOut(b.ctx, session))
		must(t, b.SignOut(b.ctx, session))
		if err := second(b.StaffSession(b.ctx, session)); !isNotFound(err) {
			t.Errorf("signed out: %v, want ErrNotFound", err)
		}
	})
}

func TestIdleSessionsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		link, err := b.CreateSignIn(b.ctx, "ada", "admin", begins.Add(10*time.Minute))
		must(t, err)
		session, err := b.UseSignIn(b.ctx, link, "Firefox on Windows")
		must(t, err)
		b.clock.set(begins.Add(2 * time.Hour))
		if err := second(b.StaffSession(b.ctx, session)); !isNotFound(err) {
			t.Errorf("after two idle hours: %v, want ErrNotFound", err)
		}
	})
}

// A session that was begun with an API token never outlives it.
func TestSessionsEndWithTheirToken(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		token := func(expires time.Time) programme.Token {
			t.Helper()
			made, err := b.CreateToken(b.ctx, "ada", "coordinator", expires)
			must(t, err)
			return made
		}
		begin := func(token programme.Token) programme.Token {
			t.Helper()
			session, role, err := b.SignIn(b.ctx, token.Hash(), "")
			must(t, err)
			if role != "coordinator" {
				t.Errorf("signed in as %q", role)
			}
			return session
		}
		over := func(what string, session programme.Token, want bool) {
			t.Helper()
			if err := second(b.StaffSession(b.ctx, session)); isNotFound(err) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		revoked, kept, short := token(time.Time{}), token(time.Time{}), token(begins.Add(time.Hour))
		ended, other, brief := begin(revoked), begin(kept), begin(short)
		must(t, b.RevokeToken(b.ctx, revoked.Reveal()[:tokenPrefix]))
		over("its token was revoked", ended, true)
		over("another was", other, false)
		if _, _, err := b.SignIn(b.ctx, revoked.Hash(), ""); !isNotFound(err) {
			t.Errorf("signed in with a revoked token: %v", err)
		}
		b.clock.set(begins.Add(time.Hour))
		over("its token has expired", brief, true)
		over("the other one has not", other, false)
		if _, _, err := b.SignIn(b.ctx, short.Hash(), ""); !isNotFound(err) {
			t.Errorf("signed in with an expired token: %v", err)
		}
	})
}
