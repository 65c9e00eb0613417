-- +goose Up
-- The list of a cohort's journeys by the earliest due date of each.
CREATE INDEX stages_due ON stages (ref, due) WHERE state = 'open';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
