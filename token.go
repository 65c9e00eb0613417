package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"fairlead/config"
	"fairlead/programme"
	"fairlead/records"
)

// roles are the roles that staff and tokens can have.
var roles = programme.StaffRoles()

func tokenCommand(t terminal, s *config.Settings) *cobra.Command {
	command := &cobra.Command{Use: "token", Short: "API tokens: create, list, revoke"}
	var role, name, reason string
	var test bool
	var days int
	create := &cobra.Command{
		Use: "create", Short: "Make a token and print it, once and alone", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !known(role) {
				return usageError{fmt.Errorf("--role is %q: choose one of %s", role, strings.Join(roles, ", "))}
			}
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				var expires time.Time
				if days > 0 {
					expires = realNow().AddDate(0, 0, days)
				}
				token, err := store.MakeToken(c.Context(), programme.APIToken{Name: name, Role: role, Kind: kindOf(test), Expires: expires}, programme.ActorCommandLine, reason)
				if err != nil {
					return err
				}
				_, _ = fmt.Fprintln(t.out, token.Reveal())
				return nil
			})
		},
	}
	create.Flags().StringVar(&role, "role", "", "one of "+strings.Join(roles, ", "))
	create.Flags().StringVar(&name, "name", "token", "what the token is for, as it stands in the history of what it did")
	create.Flags().BoolVar(&test, "test", false, "a token that reads and tries out, and changes nothing")
	create.Flags().StringVar(&reason, "reason", "made at the terminal", "why, for the audit log")
	create.Flags().IntVar(&days, "days", 365, "how long it is valid; 0: for ever")
	list := &cobra.Command{
		Use: "list", Short: "List the tokens, without their secrets", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				tokens, err := store.Tokens(c.Context())
				if err != nil {
					return err
				}
				table := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
				_, _ = fmt.Fprintln(table, "PREFIX\tROLE\tKIND\tNAME\tCREATED\tEXPIRES\tLAST USED\tREVOKED")
				for _, token := range tokens {
					_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", token.Prefix, token.Role, token.Kind, token.Name,
						dayOf(token.Created), dayOf(token.Expires), dayOf(token.LastUsed), dayOf(token.Revoked))
				}
				return table.Flush()
			})
		},
	}
	var ending string
	revoke := &cobra.Command{
		Use: "revoke PREFIX", Short: "End a token now", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				return store.EndToken(c.Context(), args[0], programme.ActorCommandLine, ending)
			})
		},
	}
	revoke.Flags().StringVar(&ending, "reason", "ended at the terminal", "why, for the audit log")
	command.AddCommand(create, list, revoke)
	return command
}

func kindOf(test bool) programme.TokenKind {
	if test {
		return programme.TokenTest
	}
	return programme.TokenLive
}

func known(role string) bool {
	for _, r := range roles {
		if r == role {
			return true
		}
	}
	return false
}

// withRecords opens the records, and closes them again.
func withRecords(ctx context.Context, s config.Settings, do func(*records.Store) error) error {
	store, err := openRecords(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return do(store)
}

func dayOf(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format(time.DateOnly)
}
