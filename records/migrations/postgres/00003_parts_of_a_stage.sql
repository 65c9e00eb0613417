-- +goose Up
-- A stage may ask for one thing after another within a round: an event first whether the place is taken, then who came.
-- part names which of them it is, empty for the first.
ALTER TABLE stages ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN part TEXT NOT NULL DEFAULT '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
