package console

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Organisation is the identity provider of the centre, through which staff sign in by OpenID Connect: the authorisation
// code flow with PKCE.
type Organisation struct {
	// Issuer is the provider's address as its discovery names it; empty: there is no such sign-in.
	Issuer   string
	ClientID string
	// ClientSecret is empty for a public client, which PKCE alone protects.
	ClientSecret string
	// ACR and AMR are what an ID token must name one of in acr and amr, where they are set: how strongly somebody was
	// recognised, with a second factor for one (RFC 8176).
	ACR, AMR []string
}

// Check refuses settings that cannot work.
func (o Organisation) Check(publicURL string) error {
	if o.Issuer == "" {
		return nil
	}
	if o.ClientID == "" {
		return errors.New("FAIRLEAD_OIDC_CLIENT_ID is not set: name Fairlead as the identity provider knows it")
	}
	for name, address := range map[string]string{"FAIRLEAD_OIDC_ISSUER": o.Issuer, "FAIRLEAD_PUBLIC_URL": publicURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, u.Hostname())) {
			return fmt.Errorf("%s must be written like https://id.centre.example: tokens and cookies travel over it", name)
		}
	}
	return nil
}

// Examine asks the provider for its discovery and says what is wrong with it.
func (o Organisation) Examine(ctx context.Context, publicURL string) error {
	if err := o.Check(publicURL); err != nil {
		return err
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, &http.Client{Timeout: askWithin}), o.Issuer)
	if err != nil {
		return errors.New("the identity provider's discovery cannot be read at FAIRLEAD_OIDC_ISSUER, or names another issuer")
	}
	var offered struct {
		Challenges []string `json:"code_challenge_methods_supported"`
		Responses  []string `json:"response_types_supported"`
	}
	if err := found.Claims(&offered); err != nil {
		return errors.New("the identity provider's discovery cannot be read")
	}
	if offered.Responses != nil && !slices.Contains(offered.Responses, "code") {
		return errors.New("the identity provider does not offer the authorisation code flow")
	}
	if offered.Challenges != nil && !slices.Contains(offered.Challenges, "S256") {
		return errors.New("the identity provider does not offer PKCE with S256")
	}
	return nil
}

// How long the provider may take to answer, and how long after it did not nobody asks again.
const (
	askWithin   = 10 * time.Second
	askNotAgain = 5 * time.Second
)

// organisation is the provider while the console runs. It is looked up when somebody first signs in, so that a provider
// that is down stops no process.
type organisation struct {
	Organisation
	redirect string
	now      func() time.Time
	client   *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
	failed   time.Time
}

func newOrganisation(o Organisation, publicURL string, now func() time.Time) *organisation {
	if o.Issuer == "" {
		return nil
	}
	return &organisation{Organisation: o, redirect: publicURL + callbackPath, now: now, client: &http.Client{Timeout: askWithin}}
}

// refusedSignIn says why somebody was not let in, as a code for log and page.
type refusedSignIn string

func (r refusedSignIn) Error() string { return "sign-in refused: " + string(r) }

// found is the provider as its discovery describes it.
func (o *organisation) found(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	if o.now().Sub(o.failed) < askNotAgain {
		return nil, refusedSignIn("away")
	}
	// The provider outlives the request that found it: it fetches keys later.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.client), o.Issuer)
	if err != nil {
		o.failed = o.now()
		return nil, fmt.Errorf("%w: %w", refusedSignIn("away"), err)
	}
	o.provider = provider
	return provider, nil
}

func (o *organisation) config(provider *oidc.Provider) *oauth2.Config {
	config := &oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: provider.Endpoint(), RedirectURL: o.redirect,
		Scopes: []string{oidc.ScopeOpenID, "email"}}
	config.Endpoint.AuthStyle = o.authStyle(provider)
	return config
}

// authStyle is how the token endpoint learns who asks. To try one way and then the other, as oauth2 does by itself, would
// send a code twice and hide why it was refused the first time.
func (o *organisation) authStyle(provider *oidc.Provider) oauth2.AuthStyle {
	var offered struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"` // OpenID Connect Discovery, 3: none named means basic
	}
	err := provider.Claims(&offered)
	basic := err != nil || len(offered.Methods) == 0 || slices.Contains(offered.Methods, "client_secret_basic")
	if o.ClientSecret != "" && basic {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// claims are what an ID token, or the provider's page about the user, says of somebody.
type claims struct {
	Email    string   `json:"email"`
	Verified any      `json:"email_verified"` // some write "true" as a text: only the truth counts
	ACR      string   `json:"acr"`
	AMR      []string `json:"amr"`
	Party    string   `json:"azp"`
}

// vouched exchanges a code for the address that the provider vouches for. Every failure is a refusedSignIn.
func (o *organisation) vouched(ctx context.Context, code string, a attempt) (email string, err error) {
	provider, err := o.found(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	token, err := o.config(provider).Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &answer) && answer.ErrorCode == "invalid_grant":
		return "", refusedSignIn("spent")
	case errors.As(err, &answer) && answer.Response.StatusCode < http.StatusInternalServerError:
		return "", fmt.Errorf("%w: status %d", refusedSignIn("provider"), answer.Response.StatusCode)
	case err != nil:
		return "", refusedSignIn("away")
	}
	raw, _ := token.Extra("id_token").(string)
	verifier := provider.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID, Now: o.now})
	id, err := verifier.Verify(ctx, raw) // signature, issuer, audience and expiry
	if err != nil {
		return "", refusedSignIn("untrusted")
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return "", refusedSignIn("untrusted")
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 || len(id.Audience) > 1 && said.Party != o.ClientID {
		return "", refusedSignIn("untrusted")
	}
	if len(o.ACR) > 0 && !slices.Contains(o.ACR, said.ACR) ||
		len(o.AMR) > 0 && !slices.ContainsFunc(o.AMR, func(one string) bool { return slices.Contains(said.AMR, one) }) {
		return "", refusedSignIn("weak")
	}
	if said.Email == "" && provider.UserInfoEndpoint() != "" { // OpenID Connect Core, 5.4: the address may stand there alone
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil || info.Subject != id.Subject { // 5.3.2
			return "", refusedSignIn("untrusted")
		}
		said.Email, said.Verified = info.Email, info.EmailVerified
	}
	if verified, ok := said.Verified.(bool); !ok || !verified || said.Email == "" {
		return "", refusedSignIn("unverified")
	}
	return said.Email, nil
}
