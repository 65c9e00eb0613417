-- +goose Up
-- What staff decided on an application, quietly: nobody is told before it is released. release_op is the operation that
-- releases it, empty before; released_at is when it took effect.
CREATE TABLE decisions (
  ref TEXT PRIMARY KEY REFERENCES journeys(ref),
  cohort TEXT NOT NULL,
  decision TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at DATETIME NOT NULL,
  release_op TEXT NOT NULL DEFAULT '', released_at DATETIME,
  released_by TEXT NOT NULL DEFAULT '', release_reason TEXT NOT NULL DEFAULT '', release_note_enc BLOB
);
CREATE INDEX decisions_cohort ON decisions (cohort, release_op, ref);
-- A late code lets one person apply after the deadline. Of the code itself only the hash is kept.
CREATE TABLE late_codes (
  id TEXT PRIMARY KEY,
  cohort TEXT NOT NULL REFERENCES cohorts(name),
  hash TEXT NOT NULL UNIQUE,
  expires_at DATETIME NOT NULL,
  note_enc BLOB,                               -- a key of the code's own
  issued_by TEXT NOT NULL, issued_at DATETIME NOT NULL,
  used_by TEXT NOT NULL DEFAULT '', used_at DATETIME, -- people.id
  ref TEXT NOT NULL DEFAULT ''                 -- the application it opened
);
CREATE INDEX late_codes_cohort ON late_codes (cohort, id);
CREATE INDEX late_codes_person ON late_codes (used_by, cohort);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
