-- +goose Up
-- The bulk work that an order of staff is part of; empty: it was given alone.
ALTER TABLE commands ADD COLUMN operation TEXT NOT NULL DEFAULT '';
CREATE INDEX commands_operation ON commands (operation, ref) WHERE operation <> '';
-- What staff note of a journey, in their own words.
CREATE TABLE notes (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  once TEXT NOT NULL UNIQUE,                   -- of the form it was written in: a second click writes no second note
  cohort TEXT NOT NULL, ref TEXT NOT NULL REFERENCES journeys(ref),
  author TEXT NOT NULL, note_enc BYTEA NOT NULL, -- with the leader's key
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notes_ref ON notes (ref, id);
-- The list of a cohort's journeys by organisation.
CREATE INDEX journeys_cohort_organisation ON journeys (cohort, organisation, ref);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
