-- +goose Up
-- What staff write when they finish a task may name people: it is kept under the leader's key. Notes written in clear
-- by earlier versions go.
ALTER TABLE tasks ADD COLUMN note_enc BLOB;
ALTER TABLE tasks DROP COLUMN note;
-- A session of the console that was begun with an API token ends with it.
ALTER TABLE staff_sessions ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
