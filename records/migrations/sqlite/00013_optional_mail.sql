-- +goose Up
-- When somebody turned optional mail off, by the button of their mail program or on its page; NULL: it goes.
ALTER TABLE people ADD COLUMN unsubscribed_at DATETIME;
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
