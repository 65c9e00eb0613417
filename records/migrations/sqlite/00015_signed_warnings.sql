-- +goose Up
-- Warnings about a cohort's year that staff have signed off, by their words: who, and why.
CREATE TABLE signed_warnings (
	cohort    TEXT NOT NULL,
	warning   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	signed_by TEXT NOT NULL,
	at_real   DATETIME NOT NULL,
	PRIMARY KEY (cohort, warning)
);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
