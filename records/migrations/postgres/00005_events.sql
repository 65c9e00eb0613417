-- +goose Up
-- Sittings are the dates of a cohort's events. taken changes by conditional updates alone; the check is the last resort.
CREATE TABLE sittings (
  cohort TEXT NOT NULL REFERENCES cohorts(name), stage TEXT NOT NULL, name TEXT NOT NULL,
  grp TEXT NOT NULL DEFAULT '',
  starts_at TIMESTAMPTZ NOT NULL, ends_at TIMESTAMPTZ NOT NULL, night BOOLEAN NOT NULL DEFAULT FALSE,
  venue TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
  online BOOLEAN NOT NULL DEFAULT FALSE, join_url TEXT NOT NULL DEFAULT '',
  capacity INTEGER NOT NULL, minimum INTEGER NOT NULL DEFAULT 0, taken INTEGER NOT NULL DEFAULT 0,
  sequence INTEGER NOT NULL DEFAULT 0, moved INTEGER NOT NULL DEFAULT 0, -- moved: the sequence that last changed its times
  state TEXT NOT NULL DEFAULT 'planned',
  planned BOOLEAN NOT NULL DEFAULT FALSE,        -- it follows the blueprint: staff have set none
  sessions TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (cohort, stage, name),
  CHECK (taken >= 0 AND taken <= capacity)
);
-- One leader's place at one event. counted says that it is one of those its sitting counts as taken.
CREATE TABLE event_places (
  ref TEXT NOT NULL REFERENCES journeys(ref), stage TEXT NOT NULL,
  cohort TEXT NOT NULL, sitting TEXT NOT NULL,
  state TEXT NOT NULL, counted BOOLEAN NOT NULL DEFAULT FALSE,
  uid TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL DEFAULT 0,
  entry BOOLEAN NOT NULL DEFAULT FALSE,          -- the leader's calendar has it
  followed INTEGER NOT NULL DEFAULT 0,           -- the sitting's sequence that the place has followed
  cannot BOOLEAN NOT NULL DEFAULT FALSE, catch_up BOOLEAN NOT NULL DEFAULT FALSE,
  confirmed_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ, recorded_by TEXT NOT NULL DEFAULT '',
  note_enc BYTEA,                                 -- what staff noted with the attendance; the leader's key
  PRIMARY KEY (ref, stage)
);
CREATE INDEX event_places_sitting ON event_places (cohort, stage, sitting);
-- A mail that has to go to an address the person no longer has: what takes a calendar entry away there.
ALTER TABLE messages ADD COLUMN address_enc BYTEA;
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
