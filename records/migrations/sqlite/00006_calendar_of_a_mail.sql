-- +goose Up
-- The calendar entry that a mail brought, as it went out: a repeat is the very same mail. The person's key.
ALTER TABLE messages ADD COLUMN calendar_enc BLOB;
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
