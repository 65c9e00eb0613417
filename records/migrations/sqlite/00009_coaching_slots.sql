-- +goose Up
-- The times of coaches. A time is one coach's once, and a session has one time: unique keys decide races.
CREATE TABLE coach_slots (
  id TEXT PRIMARY KEY,
  cohort TEXT NOT NULL, coach TEXT NOT NULL REFERENCES coaches(ref),
  starts_at DATETIME NOT NULL, ends_at DATETIME NOT NULL,
  online BOOLEAN NOT NULL,
  published BOOLEAN NOT NULL,                  -- false: agreed elsewhere and entered by one of the two
  state TEXT NOT NULL,                         -- free, booked, or what the coach logged
  ref TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '',
  ask TEXT NOT NULL DEFAULT '',                -- asks.id of the session's part that waits for it to be held
  by_whom TEXT NOT NULL DEFAULT '', booked_at DATETIME, created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX coach_slots_time ON coach_slots (coach, starts_at) WHERE state IN ('free', 'booked');
CREATE UNIQUE INDEX coach_slots_session ON coach_slots (ref, stage) WHERE state = 'booked';
CREATE INDEX coach_slots_ref ON coach_slots (ref, stage);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
