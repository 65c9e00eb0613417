-- +goose Up
-- What the console's first page counts, its ledger lists and its page of operations finds.
CREATE INDEX stages_waits ON stages (cohort, name, waiting_on, overdue, since, ref) WHERE state = 'open';
CREATE INDEX messages_planned ON messages (at, cohort, message, person_id) WHERE state = 'planned';
CREATE INDEX messages_cohort_at ON messages (cohort, at, id);
CREATE INDEX stages_parked ON stages (ref, name) WHERE attention <> '';
CREATE INDEX journeys_parked ON journeys (ref) WHERE attention <> '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
