-- +goose Up
-- All leaders whose diary one assistant keeps, on one page. Most journeys have nobody who looks after the diary.
CREATE INDEX journeys_assistant ON journeys (assistant_id) WHERE assistant_id <> '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
