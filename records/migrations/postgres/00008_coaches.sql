-- +goose Up
-- Coaches and the match. How many leaders a coach has is a number that only conditional updates change, so that the
-- capacity is exceeded by nothing, whatever arrives at once.
CREATE TABLE coaches (
  ref TEXT PRIMARY KEY,                        -- C-7F3K2Q
  cohort TEXT NOT NULL REFERENCES cohorts(name),
  person_id TEXT NOT NULL REFERENCES people(id),
  region TEXT NOT NULL, background TEXT NOT NULL, accreditation TEXT NOT NULL DEFAULT '',
  capacity INTEGER NOT NULL, load INTEGER NOT NULL DEFAULT 0 CHECK (load >= 0 AND load <= capacity),
  offers_online BOOLEAN NOT NULL,
  organisations TEXT NOT NULL DEFAULT '[]',    -- JSON: those whose leaders the coach must not have
  left_at TIMESTAMPTZ, created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (cohort, person_id)
);
CREATE INDEX coaches_person ON coaches (person_id);
CREATE TABLE coach_matches (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cohort TEXT NOT NULL, ref TEXT NOT NULL REFERENCES journeys(ref), coach TEXT NOT NULL REFERENCES coaches(ref),
  reasons TEXT NOT NULL,                       -- codes joined by commas
  by_whom TEXT NOT NULL, since TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ, ended_why TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX coach_matches_current ON coach_matches (ref) WHERE ended_at IS NULL;
CREATE INDEX coach_matches_coach ON coach_matches (coach, ref) WHERE ended_at IS NULL;
CREATE INDEX coach_matches_ref ON coach_matches (ref, id);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
