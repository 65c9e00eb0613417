-- +goose Up
-- The date of an event whose register a task asks for, one task for all who are on it; empty: another task.
ALTER TABLE tasks ADD COLUMN sitting TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_registers ON tasks (cohort, stage, sitting) WHERE done_at IS NULL AND sitting <> '';
-- A lapsed stage whose task was finished is decided upon: nothing waits for it any more.
UPDATE stages SET outcome = 'decided' WHERE state = 'lapsed' AND outcome = 'lapsed'
  AND EXISTS (SELECT 1 FROM tasks t WHERE t.ref = stages.ref AND t.stage = stages.name AND t.code = 'lapsed' AND t.done_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.ref = stages.ref AND t.stage = stages.name AND t.code = 'lapsed' AND t.done_at IS NULL);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
