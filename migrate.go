package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"fairlead/config"
)

func migrateCommand(t terminal, s *config.Settings) *cobra.Command {
	var status bool
	command := &cobra.Command{
		Use: "migrate", Short: "Bring the database to this version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			store, err := openRecords(c.Context(), *s)
			if err != nil {
				return err
			}
			defer func() { _ = store.Close() }()
			if !status {
				if err := store.Migrate(c.Context()); err != nil {
					return err
				}
			}
			list, err := store.MigrationStatus(c.Context())
			if err != nil {
				return err
			}
			missing := 0
			for _, m := range list {
				state := "applied"
				if m.Applied.IsZero() {
					state, missing = "missing", missing+1
				}
				_, _ = fmt.Fprintf(t.out, "%-8s %05d  %-8s %s\n", m.Store, m.Version, state, m.Name)
			}
			if missing > 0 {
				return errRed
			}
			return nil
		},
	}
	command.Flags().BoolVar(&status, "status", false, "only say what is applied; ends with 3 where something is missing")
	return command
}
