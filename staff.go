package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fairlead/config"
	"fairlead/programme"
	"fairlead/records"
)

// staffCommand begins the list of staff: somebody has to be on it before anybody can sign in to keep it.
func staffCommand(t terminal, s *config.Settings) *cobra.Command {
	command := &cobra.Command{Use: "staff", Short: "Who may sign in to the console through the organisation: add, list, remove"}
	var email, role, reason string
	add := &cobra.Command{
		Use: "add", Short: "Give an address a role", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !known(role) {
				return usageError{fmt.Errorf("--role is %q: choose one of %s", role, strings.Join(roles, ", "))}
			}
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				_, err := store.AddStaff(c.Context(), email, role, programme.ActorCommandLine, reason)
				return err
			})
		},
	}
	add.Flags().StringVar(&email, "email", "", "the address that the identity provider vouches for")
	add.Flags().StringVar(&role, "role", "", "one of "+strings.Join(roles, ", "))
	add.Flags().StringVar(&reason, "reason", "added at the terminal", "why, for the audit log")
	list := &cobra.Command{
		Use: "list", Short: "List who has a role", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				staff, err := store.StaffList(c.Context())
				if err != nil {
					return err
				}
				table := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
				_, _ = fmt.Fprintln(table, "ID\tADDRESS\tROLE\tADDED\tLAST SIGNED IN\tSESSIONS")
				for _, one := range staff {
					_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\n", one.ID, one.Email, one.Role, dayOf(one.Added), dayOf(one.LastSignIn), one.Sessions)
				}
				return table.Flush()
			})
		},
	}
	var why string
	remove := &cobra.Command{
		Use: "remove ID", Short: "Take a role away and end every session that hangs on it", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withRecords(c.Context(), *s, func(store *records.Store) error {
				return store.RemoveStaff(c.Context(), args[0], programme.ActorCommandLine, why)
			})
		},
	}
	remove.Flags().StringVar(&why, "reason", "removed at the terminal", "why, for the audit log")
	command.AddCommand(add, list, remove)
	return command
}
