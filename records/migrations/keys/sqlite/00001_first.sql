-- +goose Up
-- The store of keys: never in one dump with the records. Destroying a key erases what it encrypted from backups too.
CREATE TABLE person_keys (person_id TEXT PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE pseudonyms (ref TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE); -- for research; destroyed on the promised date
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
