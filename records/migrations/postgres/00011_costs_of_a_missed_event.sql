-- +goose Up
-- What staff decided about the costs of an event that the leader missed: recovered from the employer, waived, or empty.
ALTER TABLE event_places ADD COLUMN costs TEXT NOT NULL DEFAULT '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
